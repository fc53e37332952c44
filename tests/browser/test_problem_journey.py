"""From a shop without reception to a proven correction (issue 4 §6): the cadre visits offline and reports a
problem, the station claims and puts it right, the cadre confirms, the board counts it."""

import pytest
from playwright.sync_api import expect

from inspections.models import Problem
from tests.browser.conftest import PHONE
from tests.browser.phone_pages import OFFLINE, SHOP, Hands, kept, photo, saved, sent_title
from tests.inspections.makers_phone import make_phone

WRONG = "T18"


@pytest.fixture
def held(register, cadre, areas):
    return make_phone(areas=areas, user=cadre, names=[SHOP])


def picture_file():
    return {"name": "整改后.jpg", "mimeType": "image/jpeg", "buffer": photo()}


def act(page, label, *, note="", with_photo=False):
    """Do what the page offers first, with what it asks for."""
    foot = page.locator("#acts")
    if note:
        foot.locator("textarea[name=note]").first.fill(note)
    if with_photo:
        foot.locator("input[type=file]").first.set_input_files(picture_file())
    foot.get_by_role("button", name=label, exact=True).first.click()
    expect(page.get_by_role("status").filter(has_text="现在是").first).to_be_attached()


def report_from_the_shop(phone):
    """A visit without network with one problem of the class that goes to the station."""
    kept(phone, 3)
    phone.context.set_offline(True)
    hands = Hands(phone)
    hands.open(SHOP)
    hands.answer(WRONG, "no")
    hands.phrase(WRONG)
    hands.shoot(WRONG)
    phone.locator(f"#k-{WRONG}").select_option("major")
    hands.rest()
    saved(phone)
    hands.submit()
    expect(sent_title(phone)).to_have_text("已存本机，等待上报")
    phone.context.set_offline(False)
    expect(sent_title(phone)).to_have_text("已上报")


def test_a_problem_goes_from_the_shop_to_its_proven_correction(
    open_page, sign_in, cadre, station_officer, county_officer, held, accessible, watch
):
    watch.allow(OFFLINE)
    phone = open_page(viewport=PHONE, is_mobile=True, has_touch=True)
    sign_in(phone, cadre)
    report_from_the_shop(phone)
    problem = Problem.objects.get(entity__name=SHOP)
    assert (problem.state, problem.photos.count()) == ("to_claim", 1)
    address = f"/problems/{problem.pk}/"

    desk = open_page()
    sign_in(desk, station_officer)
    desk.goto(address)
    accessible(desk)
    act(desk, "认领")
    act(desk, "处置完成", note="已责令下架并清理货架", with_photo=True)
    act(desk, "复查通过并反馈", note="复查合格")
    problem.refresh_from_db()
    assert problem.state == "fed_back"

    phone.goto("/phone/")
    waiting = phone.locator(".rows a").filter(has_text="问题")
    expect(waiting.first).to_be_visible()  # what waits for him stands on his first page
    phone.goto(address)
    accessible(phone)
    act(phone, "核实闭环")
    problem.refresh_from_db()
    assert (problem.state, problem.moves.count() >= 5) == ("closed", True)

    board = open_page()
    sign_in(board, county_officer)
    board.goto("/problems/?tab=settled")
    expect(board.get_by_role("link", name=problem.title).first).to_be_visible()
