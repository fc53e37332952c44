"""The phones that there are: closed and opened again, handed to somebody else, without HTTPS, without script, small
and with big type; and what the server refuses."""

import re

import pytest
from playwright.sync_api import expect

from inspections.models import Visit
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import User
from tests.browser.conftest import ARGUMENTS, PHONE, WAIT_MS, find_chromium
from tests.browser.phone_pages import (
    DINER,
    SHOP,
    TOFU,
    WRONG,
    Hands,
    assert_is_whole,
    card,
    kept,
    make_wrong,
    photo,
    saved,
    sent_title,
    wait_for,
)
from tests.factories import UserFactory
from tests.inspections.makers_phone import make_phone
from tests.personas import VILLAGE

pytestmark = pytest.mark.usefixtures("without_network")


@pytest.fixture
def pocket(playwright_of, live_server, tmp_path):
    """A function: the phone's browser, opened (again) with all that it keeps."""
    opened = []

    def make():
        context = playwright_of.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=find_chromium(playwright_of), args=ARGUMENTS,
            base_url=live_server.url, viewport=PHONE, is_mobile=True, has_touch=True,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        context.set_default_timeout(WAIT_MS)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def test_the_browser_is_closed_another_account_comes_and_the_owner_returns(
    pocket, sign_in, cadre, held, areas
):
    other = UserFactory(username="other_cadre", role=roles.CADRE, area=areas[VILLAGE], name="赵六")
    make_phone(areas=areas, user=other, names=["别人的小卖部"])
    context = pocket()
    page = sign_in(context.new_page(), cadre)
    kept(page, 5)
    context.set_offline(True)
    hands = Hands(page)
    hands.open(SHOP)
    make_wrong(hands)
    hands.rest()
    hands.submit()
    expect(sent_title(page)).to_have_text("已存本机，等待上报")
    page.goto("/phone/")
    hands.open(DINER)
    hands.answer("T02", "yes")
    saved(page)
    context.close()

    context = pocket()
    context.set_offline(True)
    page = context.new_page()
    page.goto("/phone/")  # from the phone: the browser was closed, there is no network
    expect(card(page, SHOP).locator("[data-state]")).to_contain_text("等待上报")
    expect(card(page, DINER).locator("[data-state]")).to_contain_text("填到第 1 项，草稿在本机")
    # the session ends meanwhile, and somebody else logs in on this phone
    context.clear_cookies()
    context.set_offline(False)
    sign_in(page, other)
    expect(page.locator("[data-strip]")).to_contain_text("本机还有别的账号的 2 份督导")
    assert SHOP not in page.content()
    kept(page, 3)
    pages = page.evaluate(KEPT_PAGES)
    assert "别人的小卖部" in pages
    assert SHOP not in pages
    assert all(
        re.fullmatch(r"/phone-owner|/phone/(entities/)?|/visits/new/\d+/", address)
        for address in page.evaluate(KEPT_ADDRESSES)
    )
    assert not Visit.objects.exists()
    # the owner's page finds his own again and sends it without being asked
    context.clear_cookies()
    sign_in(page, cadre)
    expect(card(page, SHOP).locator("[data-state]")).to_contain_text("已上报")
    expect(card(page, DINER).locator("[data-start-words]")).to_have_text("接着填")
    assert_is_whole(SHOP)
    assert_logging_out_forgets_the_pages(page)


def assert_logging_out_forgets_the_pages(page):
    page.get_by_role("link", name="我的", exact=True).tap()
    page.locator("details.account summary").tap()
    page.locator("details.account form[action*=logout] button").tap()
    page.wait_for_url("**/login/**")
    assert page.evaluate("caches.has('jms-pages')") is False


def test_an_open_page_goes_on_over_plain_http(
    playwright_of, live_server, settings, cadre, held, sign_in
):
    """Another name than localhost is no secure context: no worker, no randomUUID, no locks."""
    settings.ALLOWED_HOSTS = ["phone.test", *settings.ALLOWED_HOSTS]
    browser = playwright_of.chromium.launch(
        executable_path=find_chromium(playwright_of),
        args=["--no-sandbox", "--host-resolver-rules=MAP phone.test 127.0.0.1"],
    )
    port = live_server.url.rpartition(":")[2]
    context = browser.new_context(
        base_url=f"http://phone.test:{port}", viewport=PHONE, is_mobile=True, has_touch=True
    )
    context.set_default_timeout(WAIT_MS)
    page = sign_in(context.new_page(), cadre)
    assert page.evaluate("[isSecureContext, typeof crypto.randomUUID, 'locks' in navigator]") == [
        False, "undefined", False,
    ]  # fmt: skip
    expect(page.locator("[data-how=plain]")).to_be_visible()
    hands = Hands(page)
    hands.open(SHOP)
    context.set_offline(True)
    make_wrong(hands)
    hands.rest()
    hands.submit()
    expect(sent_title(page)).to_have_text("已存本机，等待上报")
    # back to the list that was open before, without network; another shop's page was never open
    page.get_by_role("link", name="回到待办", exact=True).tap()
    expect(page.locator("[data-strip]")).to_contain_text("没有网络，打不开那一页")
    page.go_back()
    expect(card(page, SHOP).locator("[data-state]")).to_contain_text("等待上报")
    card(page, TOFU).locator("[data-start]").tap()
    expect(page.locator("[data-strip]")).to_contain_text("没有网络，打不开那一页")
    context.set_offline(False)
    expect(card(page, SHOP).locator("[data-state]")).to_contain_text("已上报")
    browser.close()
    assert_is_whole(SHOP)


def test_what_the_server_refuses_is_kept_and_says_what_to_do(
    open_page, sign_in, cadre, held, watch, county_officer
):
    watch.allow("status of 403")
    watch.allow("status of 422")
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True)
    sign_in(page, cadre)
    hands = Hands(page)
    hands.open(SHOP)
    page.evaluate("document.querySelector('#sheet').dataset.checklist = '999999'")
    make_wrong(hands)
    hands.rest()
    hands.submit()
    expect(sent_title(page)).to_have_text("没有报上，内容都在本机")
    expect(page.locator("[data-sent-text]")).to_contain_text("这份清单不用于这家主体")
    page.goto("/phone/")
    expect(page.locator("[data-strip]")).to_contain_text("1 份督导没有报上，内容都在本机")
    hands.open(SHOP)
    page.get_by_role("button", name="改一改再报").tap()  # the page has the right list now
    expect(page.locator(f"#item-{WRONG} img")).to_be_visible()
    hands.submit()
    expect(sent_title(page)).to_have_text("已上报")
    assert_is_whole(SHOP)


def test_without_script_the_same_visit_is_saved(open_page, sign_in, cadre, held, watch):
    watch.allow("status of 422")
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto("/login/")
    sign_in(page, cadre)
    card(page, SHOP).locator("[data-start]").click()
    page.locator("label[for=a-T18-no]").click()
    page.locator(f"#item-{WRONG} .chip").first.click()
    page.locator(f"#item-{WRONG} input[capture]").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.locator("[data-submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("还有 15 项没填，从第 1 项起。")
    page.locator("[data-rest]").click()
    expect(page.locator(f"#a-{WRONG}-no")).to_be_checked()
    page.locator(f"#item-{WRONG} input[capture]").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.locator("[data-submit]").click()
    page.wait_for_url("**/visits/*/")
    assert_is_whole(SHOP)


def test_it_fits_small_screens_and_big_type_with_large_targets(
    open_page, sign_in, cadre, held, accessible
):
    page = open_page(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    sign_in(page, cadre)
    page.locator(".big-type button").tap()
    wait_for(page, lambda: User.objects.get(pk=cadre.pk).is_big_type)
    for address in ("/phone/", "/phone/entities/", f"/visits/new/{held[SHOP].entity_id}/"):
        page.goto(address)
        expect(page.locator("html")).to_have_class("text-large")
        if "visits" in address:
            page.wait_for_selector("body[data-ready]")
            page.locator("label[for=a-T18-no]").tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate(SMALL) == [], address
        assert page.evaluate(CLOSE) == [], address
        accessible(page)
    page.locator("[data-other-act] summary").tap()
    page.locator("[data-suspend]").tap()
    expect(page.locator(".foot-told")).to_contain_text("请写明怎么知道停产停业的")
    page.locator("#suspended-note").fill("门上锁，邻居说歇业一个月")
    page.locator("[data-suspend]").tap()
    expect(sent_title(page)).to_have_text("停产停业已登记")
    visit = Visit.objects.get(entity__name=SHOP)
    assert (visit.kind, visit.answers, visit.note) == ("suspended", {}, "门上锁，邻居说歇业一个月")


KEPT_PAGES = """async () => {
    const cache = await caches.open("jms-pages");
    const answers = await cache.matchAll();
    return (await Promise.all(answers.map((answer) => answer.text()))).join();
}"""
KEPT_ADDRESSES = """async () => {
    const cache = await caches.open("jms-pages");
    return (await cache.keys()).map((request) => new URL(request.url).pathname);
}"""
# What can be pressed and is lower than 44 px; answers and buttons lower than 48 px.
SMALL = """() => [...document.querySelectorAll('a, button, .answer, .chip span, summary, select, .tick, .shoot')]
    .filter((node) => node.offsetParent && !node.closest('.visually-hidden') && !node.matches('.skip-link'))
    .filter((node) => node.getBoundingClientRect().height + 0.5 < (node.matches('.answer, .button') ? 48 : 44))
    .map((node) => node.outerHTML.slice(0, 80))"""
# Answers and buttons side by side with less than 8 px between them.
CLOSE = """() => {
    const nodes = [...document.querySelectorAll('.answer, .foot .button, .chip')];
    const gap = (one, two) => Math.max(
        Math.max(one.left, two.left) - Math.min(one.right, two.right),
        Math.max(one.top, two.top) - Math.min(one.bottom, two.bottom));
    return nodes.filter((node, at) => node.offsetParent && nodes.slice(at + 1).some((other) =>
        other.parentNode === node.parentNode &&
        gap(node.getBoundingClientRect(), other.getBoundingClientRect()) < 7.5
    )).map((node) => node.outerHTML.slice(0, 80));
}"""
