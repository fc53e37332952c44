"""大屏: what it shows, where it leads, and the links that show it without a login."""

import datetime
import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inspections.models import Problem
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.kit.logs import hide_private
from reports.models import WallLink
from reports.services import build_daily_report
from reports.services.plans import plan_load
from reports.services.walls import WallError, wall_link_make, wall_link_revoke
from tests.factories import EntityFactory, UserFactory
from tests.inspections.makers_problems import report
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from tests.reports.city import put_entities
from tests.reports.reporting import redate
from tests.reports.test_views import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(areas):
    cache.clear()
    put_entities([TOWN], 6, grade="D", surveyed="2022-10-20")
    put_entities([OTHER_TOWN], 2)
    put_entities([OTHER_TOWN], 1, status="closed")
    put_entities(["379902001"], 5, grade="C")
    return areas


@pytest.fixture
def link(register, city_admin):
    return wall_link_make(
        actor=city_admin, area=register[CITY], label="大厅", days=30, at=timezone.now()
    )


def json_in(page, name):
    found = re.search(rf'<script id="{name}"[^>]*>(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


def late_problem():
    made = report(entity=EntityFactory(area_id=TOWN), kind="major", actor=UserFactory())[0]
    Problem.objects.filter(pk=made.pk).update(clock_at=timezone.now() - datetime.timedelta(days=3))


def test_the_wall_shows_the_figures_and_each_leads_to_its_rows(register, leader, log_in):
    late_problem()
    plan_load(city=register[CITY], at=timezone.now(), on=timezone.localdate())
    build_daily_report(date=timezone.localdate(), area=register[CITY], at=timezone.now())
    page = log_in(leader).get(reverse("reports:wall"))
    text, html = text_of(page), page.content.decode()
    assert "全市应梳理 15 家，已梳理 11 家" in text
    assert re.search(r"东山县 问题整改逾期 1 件，最长 3 天", text)
    # two presses: the county's wall, and there the list
    assert f'href="{reverse("reports:wall")}?area={COUNTY}"' in html
    county = log_in(leader).get(reverse("reports:wall"), {"area": COUNTY}).content.decode()
    assert f'href="{reverse("entities:entity-list")}?area={TOWN}&amp;view=registered"' in county
    assert f'href="{reverse("inspections:problem-list")}?area={COUNTY}&amp;overdue=1"' in html


def test_the_indicator_of_map_and_ranks_can_be_chosen(register, leader, log_in):
    client = log_in(leader)
    page = client.get(reverse("reports:wall"), {"indicator": "K01"}).content.decode()
    assert "摸底率分布" in page
    assert re.search(r"西河区.*?0\.00%", page, re.DOTALL)
    unknown = client.get(reverse("reports:wall"), {"indicator": "K99"}).content.decode()
    assert "分级率(净)分布" in unknown


def test_the_parts_are_the_page_s_own_and_nothing_else(register, leader, log_in):
    client = log_in(leader)
    page = client.get(reverse("reports:wall")).content.decode()
    parts = client.get(reverse("reports:wall-parts")).content.decode()
    assert "<html" not in parts
    assert "data-wall-parts" in parts
    names = set(re.findall(r'data-part="(\w+)"', parts))
    assert names == set(re.findall(r'data-part="(\w+)"', page))
    assert {"headline", "map", "ranks", "ticker", "changes"} <= names


def test_what_changed_since_the_last_report_is_told(register, leader, log_in):
    yesterday = timezone.now() - datetime.timedelta(days=1)
    redate(yesterday - datetime.timedelta(days=3))
    build_daily_report(date=timezone.localdate(yesterday), area=register[CITY], at=yesterday)
    put_entities([TOWN], 3, grade="D")
    put_entities([TOWN], 2, status="closed")
    text = text_of(log_in(leader).get(reverse("reports:wall")))
    assert re.search(r"新增分级3批准筛除2新分配0干部变更0主体变更0", text)


def test_a_screen_needs_no_login_and_leads_nowhere(link):
    _, token = link
    client = Client()
    page = client.get(reverse("reports:wall-screen", args=[token]))
    html = page.content.decode()
    assert "全市应梳理 14 家" in text_of(page)
    assert not client.cookies
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.headers["X-Robots-Tag"]
    own = reverse("reports:wall-screen", args=[token])
    for address in re.findall(r'<a [^>]*href="([^"]+)"', html):
        assert address.startswith((own, "#")), address
    assert client.get(reverse("reports:wall-screen-parts", args=[token])).status_code == 200
    shapes = json.loads(client.get(reverse("reports:wall-screen-map", args=[token])).content)
    assert len(shapes["features"]) == 10


def test_no_inline_script_and_no_style_on_the_wall(link):
    html = Client().get(reverse("reports:wall-screen", args=[link[1]])).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag
    assert not re.search(r"\son\w+=", html)


def test_a_screen_shows_sums_only(link, register):
    cadre_phone = EntityFactory(
        area_id=TOWN, name="张记酒楼", phone="13912345678", cadre_name="李四"
    )
    html = Client().get(reverse("reports:wall-screen", args=[link[1]])).content.decode()
    for secret in (cadre_phone.name, "13912345678", "李四"):
        assert secret not in html


def test_a_screen_goes_down_to_its_counties_and_no_further(register, city_admin):
    _, token = wall_link_make(
        actor=city_admin, area=register[COUNTY], label="县局", days=9, at=timezone.now()
    )
    address = reverse("reports:wall-screen", args=[token])
    client = Client()
    assert "城关街道" in text_of(client.get(address))
    assert "西河区" not in text_of(client.get(address))
    for code in (CITY, OTHER_COUNTY, TOWN, "379902001", "x" * 3000):
        assert client.get(address, {"area": code}).status_code == 404


def test_a_revoked_an_ended_and_an_unknown_link_are_the_same_404(link, register, city_admin):
    row, token = link
    _, short = wall_link_make(
        actor=city_admin, area=register[CITY], label="展会", days=1,
        at=timezone.now() - datetime.timedelta(days=1, seconds=1),
    )  # fmt: skip
    wall_link_revoke(actor=city_admin, link=row, at=timezone.now())
    for one in (token, short, "x" * 43):
        for name in ("wall-screen", "wall-screen-parts", "wall-screen-map"):
            cache.clear()
            assert Client().get(reverse(f"reports:{name}", args=[one])).status_code == 404


def test_links_cannot_be_guessed_without_end(link):
    cache.clear()
    address = [reverse("reports:wall-screen", args=[f"{number:043d}"]) for number in range(12)]
    statuses = [Client().get(one).status_code for one in address]
    assert statuses[:10] == [404] * 10
    assert statuses[-1] == 429


def test_the_token_is_shown_once_and_kept_nowhere(register, city_admin, log_in):
    client = log_in(city_admin)
    form = {"label": "指挥中心", "area": CITY, "days": 180}
    page = client.post(reverse("reports:wall-link-list"), form).content.decode()
    token = re.search(r"/wall/screen/([\w-]+)/", page).group(1)
    row = WallLink.objects.get()
    assert row.digest == WallLink.digest_of(token)
    assert token not in "".join(str(value) for value in vars(row).values())
    assert token not in client.get(reverse("reports:wall-link-list")).content.decode()
    assert (row.label, row.area_id, row.made_by) == ("指挥中心", CITY, city_admin)
    record = AuditRecord.objects.get(object_type="大屏链接")
    assert (record.actor, record.detail["act"]) == (city_admin, "open")
    assert Client().get(reverse("reports:wall-screen", args=[token])).status_code == 200
    assert row.events.count() == 1


def test_revoking_is_recorded_and_repeatable(link, city_admin, log_in):
    row, _ = link
    client = log_in(city_admin)
    for _ in range(2):
        assert client.post(reverse("reports:wall-link-revoke", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.revoked_by == city_admin
    acts = AuditRecord.objects.filter(object_type="大屏链接").order_by("pk")
    assert [record.detail["act"] for record in acts] == ["open", "revoke"]
    assert row.events.count() == 2
    assert "已停用" in text_of(client.get(reverse("reports:wall-link-list")))


@pytest.mark.parametrize(
    ("where", "days", "words"), [(TOWN, 9, "市或县"), (CITY, 0, "天数"), (CITY, 367, "天数")]
)
def test_links_that_cannot_be(register, city_admin, where, days, words):
    with pytest.raises(WallError, match=words):
        wall_link_make(
            actor=city_admin, area=register[where], label="x", days=days, at=timezone.now()
        )


def test_twenty_links_are_enough(register, city_admin):
    now = timezone.now()
    WallLink.objects.bulk_create(
        WallLink(area=register[COUNTY], label="屏", digest=f"{number}", made_by=city_admin,
                 made_at=now, expires_at=now + datetime.timedelta(days=1))
        for number in range(20)
    )  # fmt: skip
    with pytest.raises(WallError, match="先停用"):
        wall_link_make(actor=city_admin, area=register[CITY], label="屏", days=1, at=now)
    # one that has ended leaves room
    later = now + datetime.timedelta(days=2)
    wall_link_make(actor=city_admin, area=register[CITY], label="屏", days=1, at=later)


def test_the_log_does_not_keep_the_token():
    line = hide_private(None, "info", {"request": "GET /wall/screen/abc-DEF_1/parts/"})
    assert line["request"] == "GET /wall/screen/…/parts/"
