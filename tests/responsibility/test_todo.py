"""我的待办: what a person owes here, by day; the same numbers as on the pages behind them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from responsibility.models import Instruction, LedgerState, NoticeTarget
from responsibility.queries.coverage import CoverageTables
from responsibility.queries.coverage_todo import coverage_wants
from responsibility.queries.ledger_states import rate_of
from responsibility.queries.steps import steps_of
from responsibility.queries.todo import badges, todo
from tests.factories import EntityFactory
from tests.personas import COUNTY, OTHER_COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory
from tests.responsibility.notice_factories import NoticeFactory

pytestmark = pytest.mark.django_db


def lines(user):
    return {row["label"]: row for row in todo(user=user)}


def test_a_county_owes_what_it_has_not_signed_or_answered(county_officer, outsider):
    notice = NoticeFactory(number=14, title="变更", to=[COUNTY, OTHER_COUNTY])
    row = lines(county_officer)["工作提示第 14 期 变更"]
    assert row["act"] == "去签收"
    assert row["url"] == reverse("responsibility:notice-detail", args=[notice.pk])
    assert row["due"] == timezone.localdate(notice.due_at)
    now = timezone.now()
    NoticeTarget.objects.filter(area=COUNTY).update(received_at=now)
    assert lines(county_officer)["工作提示第 14 期 变更"]["act"] == "去反馈"
    NoticeTarget.objects.filter(area=COUNTY).update(answered_at=now)
    assert lines(county_officer) == {}
    assert badges(user=county_officer)["notices"] == 0
    assert badges(user=outsider)["notices"] == 1


def test_the_city_is_asked_to_urge_not_to_sign(city_officer):
    NoticeFactory(to=[COUNTY, OTHER_COUNTY])
    found = lines(city_officer)
    assert found["工作提示没签收的单位"]["count"] == 2
    assert list(found) == ["工作提示没签收的单位"]


def test_an_instruction_is_the_area_s_to_answer_and_the_issuer_s_to_close(
    county_officer, city_officer, station_officer
):
    today = timezone.localdate()
    row = Instruction.objects.create(
        issuer_area_id="3799", area_id=COUNTY, title="清零",
        due_on=today - datetime.timedelta(days=1),
    )  # fmt: skip
    told = lines(county_officer)["督办：清零"]
    assert (told["tone"], told["due"]) == ("red", row.due_on)
    assert lines(city_officer) == {}
    assert lines(station_officer) == {}
    Instruction.objects.update(state="answered")
    assert lines(county_officer) == {}
    assert lines(city_officer)["已答复、等您办结的督办"]["count"] == 1


def test_a_county_does_not_answer_its_own_instruction(county_officer, station_officer):
    Instruction.objects.create(
        issuer_area_id=COUNTY, area_id=TOWN, title="空岗", due_on=timezone.localdate()
    )
    assert lines(county_officer) == {}
    assert list(lines(station_officer)) == ["督办：空岗"]


@pytest.fixture
def mixed(areas):
    """Held, unfit, pending, unassigned, ungraded businesses, and a place without a cadre."""
    village = CadreFactory(area_id=VILLAGE)
    left = CadreFactory(area_id=VILLAGE)
    mayor = CadreFactory(area_id=COUNTY, level="county")
    made = [EntityFactory(area_id=VILLAGE, grade="D", grade_source="ledger") for _ in range(4)]
    AssignmentFactory(entity=made[0], cadre=village)
    AssignmentFactory(entity=made[1], cadre=left)
    AssignmentFactory(entity=made[2], cadre=mayor, exception_reason="先由县级代管")
    EntityFactory(area_id=VILLAGE)
    EntityFactory(area_id=TOWN, grade="C", grade_source="ledger")
    EntityFactory(area_id=VILLAGE, grade="D", grade_source="ledger", status="closed")
    left.is_in_post, left.in_post_to = False, datetime.date(2022, 11, 1)
    left.leave_reason = "transfer"
    left.save()
    odd = EntityFactory(area_id=VILLAGE, grade="D", grade_source="ledger")
    AssignmentFactory(entity=odd, cadre=village)
    odd.grade = "C"
    odd.save()


def test_the_county_s_lines_say_what_the_board_says(mixed, county_officer):
    wants = coverage_wants(user=county_officer)
    tables = CoverageTables(user=county_officer, area=COUNTY)
    total = tables.total()
    assert wants == {
        "unassigned": total.unassigned, "pending": total.pending, "unfit": total.unfit,
        "vacant": len(tables.vacancies()), "ungraded": total.ungraded,
    }  # fmt: skip
    assert wants == {"unassigned": 3, "pending": 1, "unfit": 1, "vacant": 2, "ungraded": 1}
    found = lines(county_officer)
    assert found["未分配包保干部的主体"]["count"] == 3
    assert found["未分配包保干部的主体"]["hint"] == "其中待交接 1 家"
    assert found["空岗"]["count"] == 2


def test_only_the_county_is_asked_to_put_its_bonds_right(mixed, city_officer, outsider, leader):
    for person in (city_officer, outsider, leader):
        assert "未分配包保干部的主体" not in lines(person)


def test_a_cadre_has_none_of_the_bureau_s_lines(mixed, cadre):
    NoticeFactory(to=[COUNTY])
    assert lines(cadre) == {}
    assert badges(user=cadre)["notices"] == 0


def test_the_numbers_of_the_menu_cost_one_statement(county_officer, cadre, city_admin, mixed):
    NoticeFactory(to=[COUNTY])
    for person in (county_officer, cadre, city_admin):
        badges(user=person)  # the rights and the scope are read once a request
        with CaptureQueriesContext(connection) as queries:
            badges(user=person)
        assert len(queries) == 1


def test_the_page_costs_the_same_for_one_line_and_for_many(county_officer, log_in, mixed):
    browser = log_in(county_officer)
    counts = []
    for _ in range(2):
        for number in range(3):
            NoticeFactory(to=[COUNTY])
            Instruction.objects.create(
                issuer_area_id="3799", area_id=COUNTY, title=f"第 {number} 件",
                due_on=timezone.localdate(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("todo"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 22, [query["sql"][:150] for query in queries]


def test_the_page_puts_first_what_is_due_first(county_officer, log_in):
    today = timezone.localdate()
    for days, title in ((5, "后办"), (-1, "已晚"), (1, "先办")):
        Instruction.objects.create(
            issuer_area_id="3799", area_id=COUNTY, title=title,
            due_on=today + datetime.timedelta(days=days),
        )  # fmt: skip
    page = log_in(county_officer).get(reverse("todo"))
    assert [item["label"] for item in page.context["items"]] == [
        "督办：已晚", "督办：先办", "督办：后办",
    ]  # fmt: skip
    text = page.content.decode()
    assert "逾期 1 天" in text
    assert "还有 5 天" in text


def test_many_notices_are_summed_up(county_officer):
    for _ in range(12):
        NoticeFactory(to=[COUNTY])
    found = lines(county_officer)
    assert found["其他没办完的工作提示"]["count"] == 2
    assert sum(row["count"] for row in found.values()) == badges(user=county_officer)["todo"] == 12


def test_the_dashboard_s_steps_say_what_the_boards_say(mixed, county_officer, city_officer):
    LedgerState.objects.create(area_id=TOWN, is_built=True, built_on="2022-10-28")
    for person, area in ((county_officer, COUNTY), (city_officer, "3799"), (city_officer, TOWN)):
        steps = steps_of(user=person, area=area)
        total = CoverageTables(user=person, area=area).total()
        rate = rate_of(user=person, area=area)
        assert (steps.covered, steps.obliged) == (total.covered, total.obliged)
        assert steps.rate_covered == total.rate
        assert (steps.built, steps.towns, steps.rate_built) == (rate.built, rate.total, rate.rate)
    assert (steps.covered, steps.built, steps.towns) == (2, 1, 1)
    assert steps_of(user=city_officer, area=OTHER_COUNTY).rate_covered is None
