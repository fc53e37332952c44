"""A list costs the same number of SQL statements for 1 row and for 5 (house law 7).

A row of LISTS: URL name → (persona, a function that makes one more row for that list). Rooms add theirs.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.models import LedgerUpload
from inspections.models import (
    Checklist,
    DueVisit,
    FrequencyRule,
    KeyPeriod,
    OfficerRule,
    ProblemKind,
    SafetyPerson,
)
from inspections.services.planning import dues_make
from jiamusi_foodsafety.jurisdiction.models import AreaAlias
from jiamusi_foodsafety.jurisdiction.services import api_key_create, audit
from reports.models import (
    CountyReview,
    DailyReport,
    DailyReportLine,
    ExportProfile,
    RateBand,
    ReportException,
)
from reports.rules.columns import COLUMNS
from reports.services.plans import plan_load
from reports.services.walls import wall_link_make
from responsibility.models import (
    Batch,
    CadreUpload,
    Change,
    Duty,
    Experience,
    Guidance,
    Handover,
    Instruction,
    LedgerState,
    Letter,
    ListDocument,
    ListItem,
    Pledge,
    Training,
    TrainingRecord,
)
from responsibility.services.notifications import notify
from responsibility.services.planning import plan_make
from tests.entities.twins import a_merge, pair
from tests.factories import EntityFactory, StationFactory, UserFactory
from tests.inspections.makers_checks import drawn_round, make_campaign, make_standard
from tests.inspections.makers_phone import make_phone
from tests.inspections.makers_problems import make_shop, report
from tests.inspections.makers_visits import make_held, make_period, make_visit
from tests.responsibility.factories import AssignmentFactory, CadreFactory
from tests.responsibility.makers import (
    make_action,
    make_body,
    make_document,
    make_member,
    make_team,
)
from tests.responsibility.notice_factories import NoticeFactory

MOST = 12


def one_on_phone(world):
    bond = make_phone(
        areas=world["areas"], user=world["person"], names=[f"主体{world['made']}"]
    ).popitem()[1]
    report(bond=bond)


def one_key(world):
    # three at once would meet the limit of five keys
    api_key_create(user=world["person"], label="对接", at=timezone.now())


def one_record(world):
    audit(actor=UserFactory(area_id="379921"), action="change")


def one_user(world):
    user = UserFactory(area_id="379921")
    user.groups.set(world["person"].groups.all())


def one_station(world):
    code = ["379921001", "379921102", "379921203", "379921001001", "379921102001"][world["made"]]
    StationFactory(county=world["areas"]["379921"], covers=[world["areas"][code]])


def one_alias(world):
    AreaAlias.objects.create(area_id="379921001", name=f"旧称{world['made']}")


def one_entity(world):
    EntityFactory(area_id="379921001")


def one_upload(world):
    LedgerUpload.objects.create(
        area_id="379921", reference=f"379921-{world['made']}", uploaded_by=UserFactory(),
        channel="page", filename="台账.xlsx", size=1, sha256="0" * 64, state="review",
    )  # fmt: skip


def one_cadre_upload(world):
    CadreUpload.objects.create(
        area_id="379921", reference=f"379921-G{world['made']}", uploaded_by=UserFactory(),
        channel="page", filename="名册.xlsx", size=1, sha256="0" * 64, state="review",
    )  # fmt: skip


def one_meeting(world):
    make_action(area=world["areas"]["379921"])


def one_task(world):
    body = make_body(area=world["areas"]["379921"])
    make_action(area=world["areas"]["379921001"], body=body, user=UserFactory())


def one_team(world):
    team = make_team(area=world["areas"]["379921"], name=f"第{world['made']}督导组")
    make_member(body=team)


def one_paper(world):
    make_document(area=world["areas"]["3799"], title=f"文件{world['made']}")


def one_experience(world):
    Experience.objects.create(area_id="3799", source="外地", title=f"做法{world['made']}")


def one_training(world):
    training = Training.objects.create(area_id="379921", title="轮训", held_on="2022-11-02")
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    TrainingRecord.objects.create(training=training, cadre=cadre)


def one_cadre(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township", user=UserFactory())
    AssignmentFactory(entity=EntityFactory(area_id="379921001", grade="C"), cadre=cadre)


def one_handover(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    Handover.objects.create(
        cadre=cadre, area=cadre.area, reason="transfer", on="2022-11-02", made_by=UserFactory()
    )


def one_change(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    Change.objects.create(
        kind="cadre_new", area=cadre.area, cadre=cadre, entity=EntityFactory(area=cadre.area),
        happened_on="2022-11-02", recorded_at=timezone.now(), recorded_by=UserFactory(),
    )  # fmt: skip


def one_notice(world):
    NoticeFactory(to=["379921", "379902"], issued_by=UserFactory())


def one_instruction(world):
    Instruction.objects.create(
        issuer_area_id="3799", area_id="379921", title="清零", due_on="2022-11-04",
        issued_by=UserFactory(),
    )  # fmt: skip


def one_question(world):
    Guidance.objects.create(
        area_id="379921", question="怎么分级？", asked_at=timezone.now(), answered_by=UserFactory()
    )


def one_message(world):
    notify(users=[world["person"]], key=f"k{world['made']}", text="一条", url="/todo/")


def one_state(world):
    code = ["379921001", "379921102", "379921203", "379902001", "379902102"][world["made"]]
    LedgerState.objects.create(area_id=code, changed_by=UserFactory())


def one_duty(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    item = ListItem.objects.get_or_create(
        document=ListDocument.objects.get_or_create(kind="task", level="township", title="清单")[0],
        code="J1", order=1, clause="开展督导", cycle="quarter",
    )[0]  # fmt: skip
    Duty.objects.create(
        item=item, code="J1", area=cadre.area, cadre=cadre, period="2022Q4", starts_on="2022-10-01",
        due_on="2022-12-31", done_by=UserFactory(),
    )  # fmt: skip


def one_pledge(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    Pledge.objects.create(
        cadre=cadre, area=cadre.area, level="township", name=cadre.name, number=f"2022-{cadre.pk}"
    )


def one_letter(world):
    code = ["379921", "379921001", "379921001001", "379921102", "379921203"][world["made"]]
    area = world["areas"][code]
    Letter.objects.create(kind=area.level, year=timezone.localdate().year, area=area, upper="上级")


def one_pledge_and_letter(world):
    one_pledge(world)
    one_letter(world)


def one_batch(world):
    Batch.objects.create(kind="pledges", area_id="379921", made_by=UserFactory())


def one_unassigned(world):
    EntityFactory(area_id="379921001", grade="C")


def one_vacancy(world):
    code = ["379921001", "379921102", "379921203", "379921001001", "379921102001"][world["made"]]
    EntityFactory(area_id=code, grade="C")


def one_plan(world):
    plan_make(area=world["areas"]["379921"], by=world["person"], at=timezone.now())


def one_visit(world):
    """A business of a town with its due line, visited."""
    bond = make_held(areas=world["areas"], code="379921001", level="township", grade="C")
    dues_make(city=world["areas"]["3799"], on=timezone.localdate(), at=timezone.now())
    make_visit(bond, on=timezone.localdate())


def one_due(world):
    FrequencyRule.objects.get_or_create(effective_from=timezone.localdate())
    cadre = world.setdefault("cadre", CadreFactory(area_id="379921001", level="township"))
    entity = EntityFactory(area_id="379921001", grade="C", grade_source="ledger")
    AssignmentFactory(entity=entity, cadre=cadre)
    dues_make(city=world["areas"]["3799"], on=timezone.localdate(), at=timezone.now())


def one_cadre_due(world):
    FrequencyRule.objects.get_or_create(effective_from=timezone.localdate())
    one_visit(world)


def one_checklist_version(world):
    checklist = Checklist.objects.order_by("-version").first()
    Checklist.objects.create(
        level="village", version=checklist.version + 1 if checklist else 1, title="村级清单",
        state="superseded", effective_from=timezone.localdate(),
    )  # fmt: skip


def one_frequency(world):
    FrequencyRule.objects.create(effective_from=timezone.localdate())


def one_key_period(world):
    day = timezone.localdate()
    KeyPeriod.objects.create(area_id="379921", name="五一", starts_on=day, ends_on=day)


def one_check(world):
    drawn_round(world["areas"], team_name=f"第{world['made']}组")


def one_standard(world):
    make_standard(area=world["areas"]["379921"])


def one_campaign(world):
    make_campaign(name=f"专项{world['made']}")


def one_problem(world):
    report(entity=EntityFactory(area_id="379921001"), kind="major", actor=UserFactory())


def one_kind(world):
    ProblemKind.objects.create(code=f"k{world['made']}", name="另一类")


def one_own_problem(world):
    if "bond" not in world:
        world["bond"] = make_shop(areas=world["areas"], user=world["person"])
    report(bond=world["bond"])


def one_safety(world):
    entity = EntityFactory(area_id="379921001", safety_officer="王五")
    SafetyPerson.objects.create(entity=entity, post="officer", name=f"周全{world['made']}")


def one_village(world):
    world["areas"]["379921001"].children.create(
        code=f"37992100190{world['made']}", name=f"{world['made']}村", level="village"
    )


def one_late_change(world):
    cadre = CadreFactory(area=world["areas"]["379921001"], level="township")
    day = timezone.localdate()
    Change.objects.create(
        kind="cadre_new", area=cadre.area, cadre=cadre, entity=EntityFactory(area=cadre.area),
        happened_on=day, recorded_at=timezone.now(), adjust_due_on=day, adjusted_on=day,
    )  # fmt: skip


def one_who_needs_an_officer(world):
    OfficerRule.objects.get_or_create(
        post="officer", title="全部", effective_from=timezone.localdate()
    )
    EntityFactory(area_id="379921001")


def one_report(world):
    day = timezone.localdate() - datetime.timedelta(days=4 - world["made"])
    report = DailyReport.objects.create(
        date=day, area_id="3799", number=world["made"] + 1, as_of=timezone.now(),
        due_at=timezone.now(),
    )  # fmt: skip
    figures = dict.fromkeys((column.key for column in COLUMNS), 0) | {"registered": 1}
    for code in ("3799", "379921"):
        DailyReportLine.objects.create(report=report, area_id=code, figures=figures)
    CountyReview.objects.create(report=report, area_id="379921", confirmed_by=UserFactory())


def one_exception(world):
    day = timezone.localdate()
    ReportException.objects.create(
        area_id="379921", title="停电", reason="停电", from_on=day, to_on=day,
        until=timezone.now(), made_at=timezone.now(), made_by=UserFactory(),
    )  # fmt: skip


def one_band(world):
    RateBand.objects.create(column=["", "K04", "K09", "K14", "rate_net"][world["made"]])


def one_pair(world):
    pair(areas=world["areas"], credit=f"92379921MA{world['made']}")


def one_merge(world):
    a_merge(areas=world["areas"], actor=UserFactory(), credit=f"92379921MA{world['made']}")


def one_profile(world):
    ExportProfile.objects.create(
        area_id="379921", name=f"模板{world['made']}", kind="entities", changed_by=UserFactory()
    )


def one_unvisited(world):
    entity = EntityFactory(area_id="379921001", grade="D")
    for name, first in (("2022Q2", "2022-04-01"), ("2022Q3", "2022-07-01")):
        period = make_period(
            world["areas"]["3799"], code=name, name=name, starts_on=first, ends_on=f"{first[:6]}{int(first[6]) + 2}-30",
        )  # fmt: skip
        DueVisit.objects.create(
            period=period, entity=entity, area_id="379921001", starts_on=period.starts_on, due_on=period.ends_on
        )  # fmt: skip


# (URL name and its arguments, persona, maker, most statements)
def one_wall_link(world):
    area = world["areas"]["379921"]
    wall_link_make(actor=UserFactory(), area=area, label="大屏", days=9, at=timezone.now())


def one_on_the_wall(world):
    """A business, a problem and a due visit of one more town; with a plan."""
    plan_load(city=world["areas"]["3799"], at=timezone.now())
    one_due(world)
    one_problem(world)


# (URL name, persona, maker, most statements)
LISTS = [
    ("inspections:safety-list", "county_officer", one_safety, MOST),
    ("api:compliance-list", "county_officer", one_safety, MOST),
    ("api:safety-person-list", "county_officer", one_safety, MOST),
    ("account", "county_officer", one_key, MOST),
    ("inspections:phone", "cadre", one_on_phone, 15),
    ("inspections:phone-entities", "cadre", one_on_phone, MOST),
    ("inspections:plate-list", "cadre", one_on_phone, MOST),
    ("entities:entity-list", "county_officer", one_entity, MOST),
    ("entities:upload-list", "county_officer", one_upload, MOST),
    ("responsibility:cadre-upload-list", "county_officer", one_cadre_upload, MOST),
    ("responsibility:holding-list", "county_officer", one_unassigned, 16),
    ("responsibility:vacancy-list", "county_officer", one_vacancy, 16),
    ("responsibility:plan-list", "county_officer", one_plan, MOST),
    ("responsibility:meeting-list", "county_officer", one_meeting, 14),
    ("responsibility:meeting-action-list", "county_officer", one_task, 14),
    ("responsibility:document-list", "county_officer", one_paper, MOST),
    ("responsibility:experience-list", "county_officer", one_experience, MOST),
    ("responsibility:training-list", "county_officer", one_training, 14),
    ("responsibility:notice-list", "city_officer", one_notice, MOST),
    ("responsibility:notice-list", "county_officer", one_notice, MOST),
    ("responsibility:instruction-list", "county_officer", one_instruction, MOST),
    ("responsibility:guidance-list", "city_officer", one_question, MOST),
    ("responsibility:notification-list", "county_officer", one_message, MOST),
    ("responsibility:ledger-state-list", "city_officer", one_state, MOST),
    ("responsibility:cadre-list", "county_officer", one_cadre, MOST),
    ("responsibility:duty-list", "county_officer", one_duty, MOST),
    ("responsibility:duty-areas", "county_officer", one_duty, MOST),
    ("responsibility:handover-list", "county_officer", one_handover, MOST),
    ("responsibility:change-list", "county_officer", one_change, MOST),
    ("responsibility:papers", "city_officer", one_pledge_and_letter, 16),
    ("responsibility:pledge-list", "county_officer", one_pledge, MOST),
    ("responsibility:pledge-make", "county_officer", one_batch, MOST),
    ("responsibility:letter-list", "county_officer", one_letter, MOST),
    ("inspections:check-list", "city_officer", one_check, MOST),
    ("inspections:standard-list", "county_officer", one_standard, MOST),
    ("inspections:campaign-list", "county_officer", one_campaign, MOST),
    ("api:check-list", "city_officer", one_check, MOST),
    ("admin:responsibility_letter_changelist", "city_admin", one_letter, 20),
    ("inspections:due-list", "county_officer", one_due, MOST),
    ("inspections:due-cadres", "county_officer", one_cadre_due, MOST),
    ("inspections:visit-list", "county_officer", one_visit, MOST),
    ("inspections:checklist-index", "county_officer", one_checklist_version, MOST),
    ("api:due-visit-list", "county_officer", one_due, MOST),
    ("api:visit-list", "county_officer", one_visit, MOST),
    ("api:checklist-list", "county_officer", one_checklist_version, MOST),
    ("admin:inspections_frequencyrule_changelist", "city_admin", one_frequency, 20),
    ("admin:inspections_keyperiod_changelist", "city_admin", one_key_period, 20),
    ("inspections:problem-list", "county_officer", one_problem, MOST),
    ("inspections:problem-list", "station_officer", one_problem, MOST),
    ("inspections:problem-list", "cadre", one_own_problem, MOST),
    ("api:problem-list", "county_officer", one_problem, MOST),
    ("api:problem-kind-list", "cadre", one_kind, MOST),
    ("api:campaign-list", "cadre", one_campaign, MOST),
    ("admin:inspections_problem_changelist", "city_admin", one_problem, 20),
    ("reports:indicator-list", "county_officer", one_cadre, MOST),
    ("reports:indicator-detail K04", "county_officer", one_cadre, MOST),
    ("reports:indicator-rows K02 whole", "county_officer", one_entity, MOST),
    ("reports:indicator-rows K07 whole", "county_officer", one_letter, MOST),
    ("reports:indicator-rows K09 whole", "county_officer", one_due, MOST),
    ("reports:indicator-rows K10 whole", "county_officer", one_cadre_due, MOST),
    ("reports:indicator-rows K12 whole", "county_officer", one_visit, MOST),
    ("reports:indicator-rows K14 whole", "county_officer", one_problem, MOST),
    ("reports:indicator-rows K17 whole", "county_officer", one_village, MOST),
    ("reports:indicator-rows K21 whole", "county_officer", one_late_change, MOST),
    ("reports:indicator-rows K19-2 whole", "county_officer", one_who_needs_an_officer, MOST),
    ("reports:indicator-rows K24 whole", "county_officer", one_report, MOST),
    ("reports:daily-report-list", "county_officer", one_report, MOST),
    ("reports:period-report-list month", "county_officer", one_report, MOST),
    ("reports:report-exception-list", "city_officer", one_exception, MOST),
    ("api:daily-report-list", "county_officer", one_report, MOST),
    ("admin:reports_rateband_changelist", "city_admin", one_band, 20),
    ("admin:reports_dailyreport_changelist", "city_admin", one_report, 20),
    ("reports:quality", "county_officer", one_pair, 15),
    ("reports:quality", "city_officer", one_unvisited, 15),
    ("reports:quality-unvisited", "county_officer", one_unvisited, MOST),
    ("reports:profile-list", "county_officer", one_profile, MOST),
    ("entities:twin-list", "county_officer", one_pair, MOST),
    ("entities:merge-list", "county_officer", one_merge, MOST),
    ("reports:dashboard", "county_officer", one_on_the_wall, 15),
    ("reports:wall", "county_officer", one_on_the_wall, 15),
    ("reports:wall-parts", "city_officer", one_on_the_wall, 15),
    ("reports:plan", "city_officer", one_on_the_wall, MOST),
    ("reports:wall-link-list", "city_admin", one_wall_link, MOST),
    ("api:indicators", "county_officer", one_cadre, MOST),
    ("api:cadre-list", "county_officer", one_cadre, MOST),
    ("api:cadre-upload-list", "county_officer", one_cadre_upload, MOST),
    ("api:pledge-list", "county_officer", one_pledge, MOST),
    ("api:letter-list", "county_officer", one_letter, MOST),
    ("api:change-list", "county_officer", one_change, MOST),
    ("api:handover-list", "county_officer", one_handover, MOST),
    ("api:body-list", "county_officer", one_team, MOST),
    ("api:training-list", "county_officer", one_training, MOST),
    ("api:experience-list", "county_officer", one_experience, MOST),
    ("api:guidance-list", "city_officer", one_question, MOST),
    ("api:instruction-list", "county_officer", one_instruction, MOST),
    ("admin:responsibility_cadre_changelist", "city_admin", one_cadre, 20),
    ("admin:jurisdiction_auditrecord_changelist", "city_admin", one_record, 20),
    ("admin:jurisdiction_user_changelist", "city_admin", one_user, 20),
    ("admin:jurisdiction_station_changelist", "city_admin", one_station, 20),
    ("admin:jurisdiction_areaalias_changelist", "city_admin", one_alias, 20),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "persona", "make", "most"), LISTS, ids=[f"{row[0]}-{row[1]}" for row in LISTS]
)
def test_a_list_costs_the_same_for_one_row_and_for_five(request, name, persona, make, most):
    person = request.getfixturevalue(persona)
    world = {"areas": request.getfixturevalue("areas"), "person": person, "made": 0}
    browser = request.getfixturevalue("log_in")(person)
    counts = {}
    for rows in (1, 5):
        while world["made"] < rows:
            make(world)
            world["made"] += 1
        with CaptureQueriesContext(connection) as queries:
            url_name, *args = name.split()
            assert browser.get(reverse(url_name, args=args)).status_code == 200
        counts[rows] = len(queries)
    assert counts[1] == counts[5], counts
    assert counts[5] <= most, [query["sql"][:200] for query in queries]
