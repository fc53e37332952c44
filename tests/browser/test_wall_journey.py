"""The wall on a logged-in screen and on one without a login; 倒排工期 with its pictures."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from reports.models import DailyReport
from reports.services import build_daily_report
from reports.services.plans import plan_load
from reports.services.walls import wall_link_make
from tests.personas import CITY, COUNTY, OTHER_TOWN, TOWN
from tests.reports.city import put_entities

WALL = {"width": 1920, "height": 1080}
FAR_TOWN = "379902001"


@pytest.fixture
def city(live_server, areas):
    cache.clear()
    put_entities([TOWN], 6, grade="D", surveyed="2022-10-20")
    put_entities([OTHER_TOWN], 2)
    put_entities([FAR_TOWN], 5, grade="C")
    plan_load(city=areas[CITY], at=timezone.now(), on=timezone.localdate())
    now = timezone.now()
    report = build_daily_report(date=timezone.localdate(now), area=areas[CITY], at=now)
    # the same figures a week ago, less three: a pace
    lines = list(report.lines.all())
    before = DailyReport.objects.create(
        date=report.date - datetime.timedelta(days=7), area=areas[CITY], number=90,
        as_of=report.as_of - datetime.timedelta(days=7),
    )  # fmt: skip
    for line in lines:
        line.pk, line.report = None, before
        line.figures = line.figures | {"grade_d": max(line.figures["grade_d"] - 3, 0)}
        line.figures["graded"] = line.figures["grade_c"] + line.figures["grade_d"]
        line.save()
    return areas


def test_the_wall_takes_its_parts_anew_and_goes_down_to_a_county(
    city, open_page, sign_in, leader, accessible
):
    page = open_page(viewport=WALL)
    sign_in(page, leader)
    page.goto("/wall/")
    page.wait_for_selector("#wall-trend svg")
    assert "应梳理 13 家" in page.inner_text("#wall-headline")
    accessible(page)
    # nothing is wider or higher than the screen
    size = page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert size == [1920, 1080]
    page.evaluate("document.querySelector('#wall-ranks').dataset.kept = 'yes'")
    put_entities([TOWN], 4, grade="A")
    with page.expect_response("**/wall/parts/**"):
        page.evaluate("document.dispatchEvent(new CustomEvent('jms:refresh'))")
    expect(page.locator("#wall-headline")).to_contain_text("应梳理 17 家")
    # the panel itself stayed, its content is new
    assert page.get_attribute("#wall-ranks", "data-kept") == "yes"
    page.select_option("#wall-indicator", "K01")
    page.wait_for_url("**indicator=K01**")
    page.click(f"#wall-ranks a[href*='area={COUNTY}']")
    page.wait_for_url(f"**area={COUNTY}**")
    assert "城关街道" in page.inner_text("#wall-ranks")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**area={CITY}**")


def test_a_screen_without_a_login_goes_dark_once_its_link_is_revoked(
    city, open_page, sign_in, city_admin, watch, accessible
):
    boss = open_page()
    sign_in(boss, city_admin)
    boss.goto("/wall/links/")
    boss.fill("[name=label]", "三楼指挥中心")
    boss.select_option("[name=area]", CITY)
    boss.click("main form button.btn-primary")
    address = boss.inner_text(".wall-address")
    accessible(boss)
    screen = open_page(viewport=WALL)
    screen.goto(address)
    screen.wait_for_selector("#wall-trend svg")
    accessible(screen)
    assert screen.context.cookies() == []
    assert "应梳理 13 家" in screen.inner_text("#wall-headline")
    boss.goto("/wall/links/")
    boss.click("text=停用")
    boss.wait_for_selector("text=已停用")
    watch.allow("404")
    screen.evaluate("document.dispatchEvent(new CustomEvent('jms:refresh'))")
    screen.wait_for_selector("text=这个链接已停用或到期")


def test_the_wall_says_when_it_has_had_nothing_new_for_long(city, open_page, city_admin, watch):
    _, token = wall_link_make(
        actor=city_admin, area=city[CITY], label="屏", days=9, at=timezone.now()
    )
    screen = open_page(viewport=WALL)
    screen.goto(f"/wall/screen/{token}/")
    screen.wait_for_selector("#wall-trend svg")
    watch.allow("Failed to load resource")
    screen.route("**/parts/**", lambda route: route.abort())
    for _ in range(3):
        assert "每分钟更新" in screen.inner_text("[data-wall-state]")
        with screen.expect_event("requestfailed"):
            screen.evaluate("document.dispatchEvent(new CustomEvent('jms:refresh'))")
    screen.wait_for_selector("text=数据停在")


def test_the_plan_s_pictures_can_be_saved(city, page, sign_in, leader, accessible):
    sign_in(page, leader)
    page.goto("/plan/")
    page.wait_for_selector("#plan-curve svg")
    accessible(page)
    for button, name in (("[data-gantt-png]", "倒排工期.png"), ("[data-chart-png]", "倒排.png")):
        with page.expect_download() as saved:
            page.click(button)
        assert saved.value.suggested_filename.endswith(name)
        with open(saved.value.path(), "rb") as file:
            content = file.read()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 5000
    page.goto("/spread/")
    page.wait_for_selector("#spread-since svg")
    accessible(page)
    page.goto("/dashboard/")
    page.wait_for_selector("#trend-chart svg")
    accessible(page)
