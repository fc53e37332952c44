"""随时 tasks of the lists: given by somebody for an occasion, they become dated to-dos like the others."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from responsibility.models import Duty, ListItem, Notification
from responsibility.queries.duties import (
    areas_to_task,
    occasional_for,
    occasional_items,
    todo_lines,
)
from responsibility.services import duties
from responsibility.services.duties import DutyError
from tests.personas import COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory
from tests.responsibility.test_duties import issue_all

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DUE = TODAY + datetime.timedelta(days=5)


@pytest.fixture
def in_force(city_admin):
    issue_all(city_admin)


def item(code, level):
    return ListItem.objects.get(code=code, document__level=level, document__kind="task")


def give(actor, code, level, area, **more):
    values = {"on": TODAY, "due_on": DUE} | more
    return duties.duties_give(actor=actor, item=item(code, level), area=area, **values)


def test_a_unit_s_task_falls_due_for_each_unit_of_its_level(in_force, areas, county_officer):
    made = give(county_officer, "J15", "township", COUNTY, note="农村集体聚餐排查")
    rows = list(Duty.objects.filter(code="J15").order_by("area"))
    assert made == len(rows) > 1
    assert {row.area_id[:6] for row in rows} == {COUNTY}
    assert {len(row.area_id) for row in rows} == {9}
    assert {(row.cadre, row.due_on, row.note) for row in rows} == {(None, DUE, "农村集体聚餐排查")}
    event = rows[0].events.get()
    assert event.pgh_context.metadata["user"] == county_officer.pk


def test_a_cadre_s_task_falls_due_for_each_cadre_and_tells_them(
    in_force, areas, county_officer, cadre
):
    mine = CadreFactory(area=areas[VILLAGE], user=cadre)
    CadreFactory(area=areas[VILLAGE])
    CadreFactory(area=areas[VILLAGE], left=True)
    CadreFactory(area=areas[TOWN], level="township")
    assert give(county_officer, "J4", "village", TOWN) == 2
    (line,) = todo_lines(user=cadre, on=TODAY)
    assert (line["count"], line["due"]) == (1, DUE)
    told = Notification.objects.get()
    assert (told.user, mine.duties.get().code) == (cadre, "J4")
    # the clock's job lets it stand, and one who leaves owes it no longer
    duties.duties_make(on=TODAY)
    assert mine.duties.get(code="J4").state == "open"
    mine.is_in_post = False
    mine.save()
    duties.duties_make(on=TODAY)
    assert mine.duties.get(code="J4").state == "cancelled"


def test_a_second_time_on_one_day_says_so_and_another_day_is_another_task(
    in_force, areas, county_officer
):
    give(county_officer, "J15", "village", VILLAGE)
    with pytest.raises(DutyError, match="今天已经派过"):
        give(county_officer, "J15", "village", VILLAGE)
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert give(county_officer, "J15", "village", VILLAGE, on=tomorrow) == 1
    assert Duty.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "more", "words"),
    [
        ("J1", {}, "请刷新后另选"),
        ("J15", {"due_on": TODAY - datetime.timedelta(days=1)}, "期限不能早于今天"),
        ("J4", {}, "没有在岗的村级干部"),
    ],
)
def test_what_cannot_be_given_is_told(in_force, areas, county_officer, code, more, words):
    with pytest.raises(DutyError, match=words):
        give(county_officer, code, "village", VILLAGE, **more)
    assert Duty.objects.count() == 0


def test_the_page_gives_it_within_the_caller_s_area(in_force, areas, county_officer, log_in):
    browser, address = log_in(county_officer), reverse("responsibility:duty-give")
    page = browser.get(address)
    offered = page.context["form"].fields["item"].queryset
    assert {line.document.level for line in offered} == {"county", "township", "village"}
    assert {line.code for line in occasional_items(on=TODAY)} == {"J4", "J6", "J12", "J15"}
    values = {"item": item("J15", "township").pk, "due_on": str(DUE), "note": "排查"}
    foreign = browser.post(address, values | {"area": OTHER_COUNTY})
    assert "area" in foreign.context["form"].errors
    done = browser.post(address, values | {"area": OTHER_TOWN}, follow=True)
    text = done.content.decode()
    assert "已派出 1 件" in text
    assert f"{TODAY.year}年{TODAY.month}月{TODAY.day}日" in text
    duty = Duty.objects.get()
    shown = browser.get(reverse("responsibility:duty-detail", args=[duty.pk])).content.decode()
    assert "排查" in shown
    assert f"{county_officer.get_full_name()} 派出" in shown
    again = browser.post(address, values | {"area": OTHER_TOWN})
    assert "今天已经派过这一项" in again.content.decode()


def test_a_city_s_own_are_the_city_s_to_give(in_force, city_officer):
    levels = {line.document.level for line in occasional_for(user=city_officer, on=TODAY)}
    assert levels == {"city", "county", "township", "village"}


def test_a_city_chooses_among_its_counties_and_towns(in_force, city_officer, county_officer):
    assert not areas_to_task(user=city_officer).filter(level="village").exists()
    assert areas_to_task(user=county_officer).filter(pk=VILLAGE).exists()
