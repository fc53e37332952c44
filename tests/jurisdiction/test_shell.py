"""The frame: who finds which door in the menu, and that error pages need nothing behind them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path, resolve

from jiamusi_foodsafety.jurisdiction.context_processors import shell


def answer(request, *args, **kwargs):
    return HttpResponse()


ENTITIES = [
    path("", answer, name="entity-list"),
    path("new/", answer, name="entity-create"),
    path("uploads/", answer, name="upload-list"),
    path("screenings/", answer, name="screening-list"),
]
REPORTS = [
    path("", answer, name="dashboard"),
    path("area/<str:code>/", answer, name="area-dashboard"),
    path("daily/", answer, name="daily-report-list"),
]
PHONE = [
    path("", answer, name="phone"),
    path("entities/", answer, name="phone-entities"),
]
urlpatterns = [
    path("phone/", include((PHONE, "inspections"))),
    path("entities/", include((ENTITIES, "entities"))),
    path("reports/", include((REPORTS, "reports"))),
    path("todo/", answer, name="todo"),
    path("login/", answer, name="login"),
    path("logout/", answer, name="logout"),
    path("admin/", admin.site.urls),
]


@pytest.fixture(autouse=True)
def _few_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.SHELL_BADGE_COUNTERS = []


def frame(user, address="/todo/"):
    request = RequestFactory().get(address)
    request.user = user
    request.resolver_match = resolve(address)
    return shell(request)["shell"]


def labels(user):
    return [item["label"] for group in frame(user)["menu"] for item in group["items"]]


def test_clerk_uploads_and_leader_only_reads(county_officer, leader):
    assert "台账上传" in labels(county_officer)
    assert "台账上传" not in labels(leader)
    assert "日报" in labels(leader)


def test_county_has_its_board_and_its_bureau(county_officer, city_officer):
    assert labels(county_officer)[0] == "县区看板"
    assert frame(county_officer)["bureau"] == "东山县市场监督管理局"
    assert labels(city_officer)[0] == "驾驶舱"


def test_station_is_named_after_its_county(station_officer):
    assert frame(station_officer)["bureau"] == "东山县市场监督管理局"


def test_door_without_an_address_is_absent(city_admin):
    assert "分级标准" not in labels(city_admin)  # its URL name is unknown to the URLs above


def test_administration_is_for_administrators_and_auditors(city_admin, auditor, county_officer):
    assert "系统管理" in labels(city_admin)
    assert "系统管理" in labels(auditor)
    assert "系统管理" not in labels(county_officer)


def test_present_page_is_marked_also_below_the_list(county_officer):
    menu = frame(county_officer, "/entities/new/")["menu"]
    marked = [item["label"] for group in menu for item in group["items"] if item["current"]]
    assert marked == ["主体名录"]


def test_phone_tabs_follow_the_permission(leader, cadre):
    assert [tab["label"] for tab in frame(leader)["tabs"]] == ["驾驶舱", "要推动", "日报"]
    assert [tab["label"] for tab in frame(cadre)["tabs"]] == ["待办", "我的主体"]


def count_of_the_test(*, user):
    return {"todo": 7, "uploads": 2, "unread": 3}


def test_numbers_behind_items_come_from_the_named_counters(county_officer, settings):
    settings.SHELL_BADGE_COUNTERS = [f"{__name__}.count_of_the_test"]
    context = frame(county_officer)
    due = {item["label"]: item["due"] for group in context["menu"] for item in group["items"]}
    assert due["我的待办"] == 7
    assert context["unread_count"] == 3
    assert due["台账上传"] == 2
    assert due["主体名录"] == 0


def test_page_shows_the_frame_without_inline_script_or_style(county_officer):
    request = RequestFactory().get("/todo/")
    request.user = county_officer
    request.resolver_match = resolve("/todo/")
    html = render_to_string("base.html", request=request)
    assert "东山县市场监督管理局" in html
    assert county_officer.get_full_name() in html
    assert "style=" not in html
    assert "<script>" not in html


def test_nobody_has_no_menu():
    context = frame(AnonymousUser())
    assert context["menu"] == []
    assert context["tabs"] == []


@pytest.mark.parametrize(
    "name",
    ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"],
)
def test_error_page_needs_no_context_and_no_database(name):
    html = render_to_string(name)
    assert "<h1" in html
    assert 'class="btn' in html


def test_error_page_with_a_request_asks_no_database(django_assert_num_queries, county_officer):
    request = RequestFactory().get("/")
    request.user = county_officer
    with django_assert_num_queries(0):
        html = render_to_string("500.html", {"error_id": "1102-7F3A9C"}, request=request)
    assert "1102-7F3A9C" in html
