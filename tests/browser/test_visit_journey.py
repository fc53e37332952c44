"""A cadre's phone in a shop without reception: the network is cut at every step, and in the end the server has
each visit once, with all its answers, problems and photographs."""

import re

import pytest
from playwright.sync_api import expect

from inspections.models import Photo, Visit
from tests.browser.conftest import PHONE
from tests.browser.phone_pages import (
    SHOP,
    TOFU,
    WRONG,
    Hands,
    assert_is_whole,
    card,
    kept,
    make_wrong,
    saved,
    sent_title,
    wait_for,
)

pytestmark = pytest.mark.usefixtures("without_network")
VISITS = "**/api/v1/visits/"


def test_a_visit_without_network_from_the_first_tap_on(phone, sign_in, cadre, held, accessible):
    """Kept by the service worker: the list, the visit and a reload open without network."""
    sign_in(phone, cadre)
    expect(phone).to_have_url(re.compile("/phone/$"))
    kept(phone, 5)
    accessible(phone)
    phone.context.set_offline(True)
    hands = Hands(phone)
    phone.reload()
    expect(phone.locator("[data-strip]")).to_contain_text("现在没有网络，照常填写")
    hands.open(SHOP)
    make_wrong(hands)
    accessible(phone)
    taps = hands.taps
    phone.reload()
    phone.wait_for_selector("body[data-ready]")
    expect(phone.locator(f"#a-{WRONG}-no")).to_be_checked()
    expect(phone.locator(f"#item-{WRONG} .chip input").first).to_be_checked()
    expect(phone.locator(f"#item-{WRONG} img")).to_be_visible()
    rest = phone.locator("[data-rest-words]")
    expect(rest).to_have_text("其余 15 项均合格")
    hands.rest()
    expect(phone.locator("[data-filled]")).to_have_text("16")
    expect(rest).to_have_text("取回 15 项")
    phone.locator("[data-rest]").tap()  # taken back, and again
    expect(phone.locator("[data-filled]")).to_have_text("1")
    phone.locator("[data-rest]").tap()
    expect(phone.locator("[data-filled]")).to_have_text("16")
    phone.locator("[data-submit]").dblclick()
    hands.taps += 1
    expect(sent_title(phone)).to_have_text("已存本机，等待上报")
    assert taps < hands.taps <= 16
    assert not Visit.objects.exists()
    phone.get_by_role("link", name="回到待办", exact=True).tap()
    expect(card(phone, SHOP).locator("[data-state]")).to_contain_text("等待上报")
    phone.context.set_offline(False)
    expect(card(phone, SHOP).locator("[data-state]")).to_contain_text("已上报")
    assert_is_whole(SHOP)


def test_the_network_is_cut_at_each_later_step(open_page, sign_in, cadre, held):
    """An open page without a worker, as over plain HTTP: cut while typing, between photograph and visit, and
    after the server stored it but before the phone heard so."""
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True, service_workers="block")
    context = page.context
    sign_in(page, cadre)
    hands = Hands(page)
    hands.open(SHOP)
    # cut after 否 was opened and before the photograph
    hands.answer(WRONG, "no")
    context.set_offline(True)
    hands.phrase(WRONG)
    hands.shoot(WRONG)
    page.locator(f"#d-{WRONG}").fill("3 袋面包过期 2 天，已当场下架")
    hands.rest()
    saved(page)
    # the photograph arrives, the visit does not
    context.route(VISITS, refuse)
    context.set_offline(False)
    hands.submit()
    wait_for(page, lambda: Photo.objects.count() == 1)
    expect(sent_title(page)).to_have_text("已存本机，等待上报")
    assert not Visit.objects.exists()
    # the visit arrives, its answer does not
    context.route(VISITS, lose_the_answer)  # before the other goes: the phone tries by itself
    context.unroute(VISITS, refuse)
    page.evaluate("window.jmsVisits.sender.kick()")
    wait_for(page, lambda: Visit.objects.count() == 1)
    expect(sent_title(page)).to_have_text("已存本机，等待上报")
    context.unroute(VISITS, lose_the_answer)
    page.evaluate("window.jmsVisits.sender.kick()")
    expect(sent_title(page)).to_have_text("已上报")
    visit = assert_is_whole(SHOP)
    assert visit.problems.get().detail == "3 袋面包过期 2 天，已当场下架"
    assert page.locator("[data-paper]").get_attribute("href") == f"/visits/{visit.pk}/pdf/"


def test_of_two_tabs_that_come_back_to_the_network_one_sends(open_page, sign_in, cadre, held):
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True, service_workers="block")
    context, posts = page.context, []
    context.on("request", lambda request: posts.append(request) if is_visit(request) else None)
    sign_in(page, cadre)
    hands = Hands(page)
    other = context.new_page()
    other.goto("/phone/")
    hands.open(TOFU)
    context.set_offline(True)
    make_wrong(hands)
    hands.rest()
    hands.submit()
    expect(sent_title(page)).to_have_text("已存本机，等待上报")
    expect(card(other, TOFU).locator("[data-state]")).to_contain_text("等待上报")
    posts.clear()
    context.set_offline(False)
    expect(sent_title(page)).to_have_text("已上报")
    expect(card(other, TOFU).locator("[data-state]")).to_contain_text("已上报")
    assert len(posts) == 1
    assert_is_whole(TOFU)


def is_visit(request):
    return request.method == "POST" and request.url.endswith("/api/v1/visits/")


def refuse(route):
    route.abort("failed")


def lose_the_answer(route):
    route.fetch()
    route.abort("failed")
