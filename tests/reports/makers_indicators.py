"""A city at work for the indicators K09–K24: visits, problems, checks, appointments, confirmations of 2022."""

import datetime

from django.utils import timezone

from inspections.models import CheckRound, DueVisit, OfficerRule, Problem
from reports.models import CountyReview, DailyReport, ReportException
from tests.inspections.makers_checks import make_round
from tests.inspections.makers_enterprise import make_check, make_entity, make_person
from tests.inspections.makers_problems import found, load_kinds, report
from tests.inspections.makers_visits import make_held, make_period, make_visit
from tests.personas import CITY, COUNTY, OTHER_COUNTY

ON = datetime.date(2022, 11, 2)
NOON = datetime.datetime(2022, 11, 2, 4, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
FAR_TOWN = "379902001"
ENDED = {"clock_at": None, "climb_at": None}


def due_of(bond, period, **more):
    values = {"grade": "D", "level": bond.level, "starts_on": period.starts_on}
    return DueVisit.objects.create(
        period=period, entity=bond.entity, area_id=bond.area_id, cadre=bond.cadre,
        due_on=period.ends_on, **values | more,
    )  # fmt: skip


def visited(areas):
    """Near: 3 owed, 1 done by a cadre who has done all; far: 1 owed, 1 excused, none done."""
    period, before = (
        make_period(areas[CITY]),
        make_period(areas[CITY], code="2022Q3", starts_on=ON - 120 * DAY, ends_on=ON - 33 * DAY),
    )
    near = [make_held(areas=areas) for _ in range(3)]
    far = [make_held(areas=areas, code=FAR_TOWN, level="township", grade="C") for _ in range(2)]
    lines = [due_of(bond, period) for bond in near]
    due_of(near[0], before)
    due_of(far[0], period)
    due_of(far[1], period, state="excused")
    make_visit(near[0], due=lines[0])
    make_visit(near[1], mode="report", must_be_on_site=True)
    make_visit(near[1], wrong=2, must_be_on_site=True)
    make_visit(near[1], is_void=True)
    make_visit(near[2], on=ON - 60 * DAY)
    make_visit(far[1], mode="group")
    make_visit(far[1], kind="suspended")
    return near, far


def troubled(near, far):
    """Problems of every standing: claimed in time and late, put right in time, late and early, still open."""
    load_kinds()
    rows = [
        problem
        for bond in (near[0], far[0])
        for problem in report(bond=bond, at=NOON - 20 * DAY, rows=[found() for _ in range(9)])
    ]
    for number, problem in enumerate(rows):
        change(problem, number % 9)


def change(problem, number):
    past, ahead = NOON - 5 * DAY, NOON + 5 * DAY
    early, late = past - DAY, past + DAY
    values = [
        {"state": "closed", "due_at": past, "fixed_at": early, **ENDED},
        {"state": "cleared", "due_at": past, "fixed_at": late, **ENDED},
        {"state": "closed", "due_at": ahead, "fixed_at": early, **ENDED},
        {"state": "void", "due_at": past, **ENDED},
        {"state": "to_review", "due_at": past, "fixed_at": early},
        {"due_at": past},
        {"due_at": ahead},
        {"claim_due_on": ON - 18 * DAY, "claimed_at": NOON - 19 * DAY, "state": "handling",
         "due_at": past},
        {"claim_due_on": ON - 18 * DAY, "claimed_at": NOON - 3 * DAY, "state": "fed_back",
         "due_at": ahead, "fixed_at": NOON},
    ][number]  # fmt: skip
    Problem.objects.filter(pk=problem.pk).update(**values)


def appointed():
    """One business needs an officer and has one, one needs one and has none; two looks at 日管控."""
    OfficerRule.objects.create(
        post="officer", title="学校食堂", categories=["school_canteen"],
        effective_from=ON - 60 * DAY,
    )  # fmt: skip
    have, lack = make_entity(), make_entity()
    make_entity(area=FAR_TOWN)
    make_person(have, appointed_on=ON - 30 * DAY)
    make_check(have, control="daily", state="verified")
    make_check(lack, control="daily", state="failed")


def reported(areas):
    """The near county: in time, late, missing; the far one: by an exception, missing, not yet due."""
    first = datetime.datetime(2022, 10, 31, 10, 0, tzinfo=datetime.UTC)
    days = [
        DailyReport.objects.create(
            date=(first + number * DAY).date(), area=areas[CITY], number=number + 1,
            as_of=first + number * DAY, due_at=first + number * DAY,
        )
        for number in range(3)
    ]  # fmt: skip
    DailyReport.objects.filter(pk=days[2].pk).update(due_at=timezone.now() + DAY)
    ReportException.objects.create(
        area=areas[OTHER_COUNTY], title="停电", reason="停电", from_on=days[0].date,
        to_on=days[0].date, until=first + DAY / 4, made_at=first,
    )  # fmt: skip
    for code, told in (
        (COUNTY, (-DAY / 24, DAY / 24, None)),
        (OTHER_COUNTY, (DAY / 6, None, None)),
    ):
        for one, after in zip(days, told, strict=True):
            CountyReview.objects.create(
                report=one, area=areas[code], reported_at=after and one.due_at + after
            )
    issued = DailyReport.objects.create(
        date=ON - 4 * DAY, area=areas[CITY], number=9, as_of=NOON - 4 * DAY, due_at=NOON - 4 * DAY
    )
    CountyReview.objects.create(report=issued, area=areas[COUNTY], punctuality="on_time")
    CountyReview.objects.create(report=issued, area=areas[OTHER_COUNTY], punctuality="missing")
    DailyReport.objects.filter(pk=issued.pk).update(state="issued", issued_at=NOON)


def put_to_work(areas):
    """Visits, problems, checks, appointments and confirmations in two counties."""
    near, far = visited(areas)
    troubled(near, far)
    appointed()
    reported(areas)
    checked = make_round(owner=areas[CITY], target=areas[COUNTY], starts_on=ON, ends_on=ON)
    CheckRound.objects.filter(pk=checked.pk).update(issued_at=NOON)
