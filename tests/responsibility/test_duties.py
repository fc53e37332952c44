"""Dated to-dos: who owes what in which period, once; done, opened again, cancelled."""

import datetime
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from responsibility.models import CalendarDay, Duty, ListDocument, ListItem
from responsibility.queries.duties import (
    DutyWishes,
    duties_in,
    duty_areas,
    duty_history,
    duty_numbers,
    duty_page,
    owed,
    todo_lines,
)
from responsibility.services import duties, lists
from responsibility.services.seeds_lists import load
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory

ON = datetime.date(2022, 11, 2)
QUARTER = {"J1": "2022Q4", "J2": "首次", "J3": "2022Q4", "J7": "2022", "J9": "2022"}


def issue_all(actor):
    load()
    lists.lists_issue_all(
        actor=actor, effective_from=datetime.date(2022, 10, 12), at=timezone.now()
    )


@pytest.fixture
def in_force(city_admin):
    issue_all(city_admin)


@pytest.fixture
def village_cadre(areas, cadre):
    return CadreFactory(area=areas[VILLAGE], user=cadre)


def of(**narrowed):
    rows = Duty.objects.filter(**narrowed).order_by("code")
    return {row.code: row.period for row in rows}


def test_a_village_cadre_owes_what_his_level_must_do(in_force, village_cadre):
    counts = duties.duties_make(on=ON)
    # J3 and J13 are ○ for a village
    assert of(cadre=village_cadre) == {key: QUARTER[key] for key in ("J1", "J2", "J7", "J9")}
    assert counts["cadres"] == 4
    assert of(area=VILLAGE, cadre=None) == {"J14": "2022", "J16": "2022"}


def test_each_level_has_its_own(in_force, areas):
    mayor = CadreFactory(area=areas[CITY], level="city")
    head = CadreFactory(area=areas[TOWN], level="township")
    duties.duties_make(on=ON)
    assert of(cadre=mayor) == of(cadre=head) == QUARTER
    assert of(area=CITY, cadre=None) == {
        "J5": "2022H2", "J8": "2022H2", "J10": "2022H2", "J11": "2022Q4", "J14": "2022",
        "J16": "2022",
    }  # fmt: skip
    assert of(area=TOWN, cadre=None) == {
        "J5": "2022-11", "J8": "2022H2", "J10": "2022Q4", "J11": "2022Q4", "J14": "2022",
        "J16": "2022",
    }  # fmt: skip
    assert of(area=COUNTY, cadre=None)["J5"] == "2022Q4"


def test_making_again_doubles_nothing(in_force, village_cadre):
    duties.duties_make(on=ON)
    number = Duty.objects.count()
    again = duties.duties_make(on=ON + datetime.timedelta(days=1))
    assert again == {"cadres": 0, "areas": 0, "cancelled": 0, "reopened": 0, "closed": 0}
    assert Duty.objects.count() == number


def test_the_new_year_begins_new_periods_and_the_old_stay_owed(in_force, village_cadre):
    duties.duties_make(on=datetime.date(2022, 12, 31))
    duties.duties_make(on=datetime.date(2023, 1, 1))
    periods = Duty.objects.filter(cadre=village_cadre, code="J1", state="open").order_by("due_on")
    assert list(periods.values_list("period", "due_on")) == [
        ("2022Q4", datetime.date(2022, 12, 31)), ("2023Q1", datetime.date(2023, 3, 31)),
    ]  # fmt: skip
    assert Duty.objects.filter(cadre=village_cadre, code="J2").count() == 1


def test_holidays_of_the_calendar_make_key_dates(in_force, areas):
    head = CadreFactory(area=areas[TOWN], level="township")
    CalendarDay.objects.create(date=datetime.date(2023, 1, 2), name="元旦")
    duties.duties_make(on=datetime.date(2022, 12, 20))
    found = Duty.objects.get(cadre=head, code="J13")
    assert (found.period, found.due_on) == ("2023元旦", datetime.date(2023, 1, 1))


def test_nothing_is_made_before_a_list_takes_effect(in_force, village_cadre):
    assert duties.duties_make(on=datetime.date(2022, 10, 11))["cadres"] == 0
    assert Duty.objects.count() == 0


def test_only_the_chosen_subtree(in_force, village_cadre):
    counts = duties.duties_make(on=ON, area=OTHER_COUNTY)
    assert counts["cadres"] == 0
    assert not Duty.objects.exclude(area__code__startswith=OTHER_COUNTY).exists()
    assert Duty.objects.exists()


def test_who_has_left_owes_nothing_any_more_and_again_when_he_is_back(in_force, village_cadre):
    duties.duties_make(on=ON)
    village_cadre.is_in_post = False
    village_cadre.save()
    assert duties.duties_make(on=ON)["cancelled"] == 4
    found = Duty.objects.filter(cadre=village_cadre)
    assert set(found.values_list("state", "note")) == {("cancelled", duties.LEFT)}
    village_cadre.refresh_from_db()
    village_cadre.is_in_post = True
    village_cadre.save()
    assert duties.duties_make(on=ON)["reopened"] == 4
    assert set(found.values_list("state", "note")) == {("open", "")}


def test_a_new_version_in_mid_period_makes_nothing_due_twice(in_force, village_cadre, city_admin):
    duties.duties_make(on=ON)
    old = ListDocument.objects.get(kind="task", level="village", state="issued")
    draft = lists.list_copy(actor=city_admin, document=old)
    lists.item_remove(actor=city_admin, item=draft.items.get(code="J9"))
    seven = draft.items.get(code="J7")
    values = {"code": "J7", "cycle": "half_year"}
    lists.item_update(actor=city_admin, item=seven, revision=1, values=values)
    lists.list_issue(
        actor=city_admin, document=draft, at=timezone.now(),
        effective_from=datetime.date(2022, 11, 3),
    )  # fmt: skip
    counts = duties.duties_make(on=datetime.date(2022, 11, 3))
    assert (counts["cancelled"], counts["cadres"]) == (2, 1)
    states = Duty.objects.filter(cadre=village_cadre).values_list("code", "period", "state")
    assert sorted(states) == [
        ("J1", "2022Q4", "open"), ("J2", "首次", "open"), ("J7", "2022", "cancelled"),
        ("J7", "2022H2", "open"), ("J9", "2022", "cancelled"),
    ]  # fmt: skip
    # what was owed before its day keeps the words that held then
    assert ListItem.objects.get(duties__code="J1", duties__cadre=village_cadre).document == old


def done(duty, actor, **more):
    return duties.duty_complete(
        actor=actor, duty=duty, revision=duty.revision, at=timezone.now(), **more
    )


@pytest.fixture
def duty(in_force, village_cadre):
    duties.duties_make(on=ON)
    return Duty.objects.get(cadre=village_cadre, code="J1")


def test_done_with_a_deliverable_and_opened_again(duty, cadre, county_officer):
    file = ContentFile(b"%PDF-1.7", name="督导清单.pdf")
    found = done(duty, cadre, note="四家都去过", file=file, file_name="督导清单.pdf")
    assert (found.state, found.done_by, found.file_name) == ("done", cadre, "督导清单.pdf")
    assert found.file.name.startswith("papers/")
    assert "督导" not in found.file.name
    with pytest.raises(duties.DutyError, match="请写明重新打开的理由"):
        duties.duty_reopen(actor=county_officer, duty=found, revision=found.revision, reason=" ")
    again = duties.duty_reopen(
        actor=county_officer, duty=found, revision=found.revision, reason="缺签字"
    )
    assert (again.state, again.note, again.done_by) == ("open", "缺签字", None)
    history = duty_history(duty=again)
    assert [event.state for event in history] == ["open", "done", "open"]


def test_done_needs_words_or_a_file(duty, cadre):
    with pytest.raises(duties.DutyError, match="请写明办理情况，或上传成果物"):
        done(duty, cadre, note="  ")


def test_two_who_complete_get_one_result(duty, cadre, county_officer):
    done(duty, cadre, note="办了")
    with pytest.raises(duties.DutyError, match="已经办结这一项，您的内容没有保存"):
        done(duty, county_officer, note="也办了")
    duty.refresh_from_db()
    assert duty.note == "办了"


@pytest.mark.django_db(transaction=True)
def test_two_threads_complete_one_to_do():
    from tests.personas import AREAS_CSV, areas_load

    areas_load(path=AREAS_CSV)
    people = [UserFactory(), UserFactory()]
    issue_all(people[0])
    duties.duties_make(on=ON)
    duty = Duty.objects.get(area=CITY, code="J16")
    results, start = [], threading.Barrier(2)

    def act(person):
        try:
            start.wait()
            done(duty, person, note="办了")
            results.append("done")
        except duties.DutyError as error:
            results.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result == "done" for result in results) == [False, True]


def wishes(**more):
    return DutyWishes(**more)


def test_a_cadre_sees_his_own_and_his_units(duty, cadre, areas):
    other = CadreFactory(area=areas[VILLAGE])
    duties.duties_make(on=ON)
    found = duties_in(user=cadre, wishes=wishes(view="all"), on=ON)
    assert {(row.cadre_id, row.area_id) for row in found} == {
        (duty.cadre_id, VILLAGE), (None, VILLAGE),
    }  # fmt: skip
    assert other.pk not in {row.cadre_id for row in found}


def test_a_county_sees_its_own_subtree(duty, county_officer, outsider, leader):
    def areas_of(user):
        found = duties_in(user=user, wishes=wishes(view="all"), on=ON)
        return {row.area_id[:6] for row in found}

    assert areas_of(county_officer) == {COUNTY}
    assert areas_of(outsider) == {OTHER_COUNTY}
    assert {COUNTY, OTHER_COUNTY, CITY} <= areas_of(leader)


def test_views_and_numbers_agree(duty, county_officer):
    late = datetime.date(2022, 12, 1)
    numbers = duty_numbers(user=county_officer, wishes=wishes(), on=late)
    for view, number in numbers.items():
        found = duties_in(user=county_officer, wishes=wishes(view=view), on=late)
        assert found.count() == number
    # November's meetings of the towns are late on 1 December
    assert 0 < numbers["overdue"] < numbers["open"]


def test_the_roll_up_adds_up_and_leads_to_its_rows(duty, cadre, leader, county_officer):
    done(duty, cadre, note="办了")
    total, *rows = duty_areas(user=leader, on=ON)
    assert total["total"] == Duty.objects.count() == sum(row["total"] for row in rows)
    assert total["done"] == 1
    county = next(row for row in rows if row["part"] == COUNTY)
    inside, *towns = duty_areas(user=county_officer, on=ON)
    assert (inside["total"], inside["done"]) == (county["total"], 1)
    assert sum(row["total"] for row in towns) == inside["total"]
    own_row = next(row for row in towns if row["is_own"])
    assert own_row["part"] == COUNTY
    town = next(row for row in towns if row["part"] == TOWN)
    _, *villages = duty_areas(user=county_officer, on=ON, area=TOWN)
    assert sum(row["total"] for row in villages) == town["total"]


def test_pages_go_on_by_key_and_bad_keys_begin_anew(duty, leader):
    seen, after, number = [], "", 1
    while True:
        page = duty_page(user=leader, wishes=wishes(view="all"), on=ON, after=after, number=number)
        seen += [row.pk for row in page.rows]
        if not page.next:
            break
        after, number = page.next, number + 1
    assert len(seen) == len(set(seen)) == Duty.objects.count()
    assert number > 1
    for bad in ("x~1", "2022-13-01~1", "2022-11-02~x", "~", "2022-11-02~" + "9" * 30):
        assert duty_page(user=leader, wishes=wishes(), on=ON, after=bad).number == 1


def test_the_first_page_names_what_waits(duty, cadre, county_officer, django_assert_num_queries):
    late = datetime.date(2023, 1, 2)
    cadre.get_all_permissions()
    with django_assert_num_queries(1):
        lines = todo_lines(user=cadre, on=late)
    assert [(line["label"], line["count"], line["tone"]) for line in lines] == [
        ("本人的清单任务", 4, "red"), ("本单位的清单任务", 2, "red"),
    ]  # fmt: skip
    own = Duty.objects.filter(cadre__user=cadre, state="open")
    assert lines[0]["due"] == min(own.values_list("due_on", flat=True))
    labels = {line["label"]: line["count"] for line in todo_lines(user=county_officer, on=late)}
    assert labels["本单位的清单任务"] == 6
    assert labels["辖区内逾期的清单任务"] > 6
    for line in lines:
        assert line["url"].startswith("/")


def test_what_is_owed_is_what_mine_lists(duty, cadre, county_officer, leader):
    for user in (cadre, county_officer, leader):
        listed = duties_in(user=user, wishes=wishes(whose="mine"), on=ON)
        assert set(owed(user=user)) == set(listed), user
    assert owed(user=cadre).count() == 6
