import datetime
import uuid

from django.utils import timezone

from reports.models import (
    DailyReport,
    DailyReportLine,
    ExportProfile,
    PlanStage,
    RateBand,
    ReportClock,
    ReportException,
)
from reports.services.plans import plan_load
from reports.services.walls import wall_link_make
from responsibility.models import Batch
from tests.factories import EntityFactory, UserFactory
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    EVERYBODY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)
from tests.matrix.admin import NONE, register_rows
from tests.responsibility.factories import CadreFactory

REPORT_READERS = BUREAU | LEADER | SUPERVISION
LINKERS = frozenset({"city_admin"})


def area(world, where):
    return [world.code[where]]


def report(world, where):
    """The city's report: who may read reports at all finds his own rows in it."""
    city = world.areas["3799"]
    made, _ = DailyReport.objects.get_or_create(
        date="2022-11-02", area=city, defaults={"number": 1, "as_of": "2022-11-02T09:00:00Z"}
    )
    for code in ("3799", "379921", "379902"):
        DailyReportLine.objects.get_or_create(
            report=made, area_id=code, defaults={"figures": {"registered": 1, "graded": 0}}
        )
    return [made.pk]


def with_report(*more):
    """Arguments that need no report of their own, but one in the database."""

    def make(world, where):
        report(world, where)
        return list(more)

    return make


def exception(world, where):
    county = world.areas[world.code[where][:6]]
    day = timezone.localdate()
    made = ReportException.objects.create(
        area=county, title="停电", reason="全县停电", from_on=day, to_on=day, made_at=timezone.now(),
        until=timezone.now() + datetime.timedelta(hours=3),
    )  # fmt: skip
    return [made.pk]


def clock(world, where):
    return [ReportClock.objects.get_or_create(effective_from="2022-10-01")[0].pk]


def rate_band(world, where):
    return [RateBand.objects.get_or_create(column="")[0].pk]


def wall_link(world, where):
    return [_link(world, world.areas[world.code[where][:6]])[0].pk]


def wall_token(world, where):
    return [_link(world, world.areas["3799"])[1]]


def _link(world, place):
    who = world.people["city_admin"]
    return wall_link_make(actor=who, area=place, label="大屏", days=9, at=timezone.now())


def plan_stage(world, where):
    plan_load(city=world.areas["3799"], at=timezone.now())
    return [PlanStage.objects.get(name="主体分级").pk]


def done_by(who, **data):
    """An act on a report: refused ones come back to the page with their sentence."""
    return [
        Row(near=who, args=report, method="post", data=data, status=302),
        Row(near=frozenset(), args=report, status=405, denied=405),
    ]


def profile(world, where, **more):
    values = {"kind": "entities", "columns": [{"key": "entity_name", "heading": "名称"}]} | more
    made = ExportProfile.objects.create(
        area=world.areas[world.code[where][:6]], name=f"模板{uuid.uuid4().hex[:6]}", **values
    )
    return [made.pk]


def shop(world, where):
    return [EntityFactory(area=world.areas[world.code[where]]).pk]


def person(world, where):
    return [CadreFactory(area=world.areas[world.code[where]], level="township").pk]


def bundle(world, where):
    """A bundle is its asker's alone."""
    made = Batch.objects.create(
        kind="archive", area=world.areas[world.code[where][:6]], made_by=UserFactory()
    )
    return [made.pk]


ROWS = {
    "reports:quality": Row(near=READERS),
    "reports:quality-export": Row(near=STAFF),
    "reports:quality-unvisited": Row(near=READERS),
    "reports:quality-unvisited-export": Row(near=STAFF),
    "reports:profile-list": Row(near=STAFF),
    "reports:profile-create": Row(near=BUREAU),
    "reports:profile-detail": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=profile),
    "reports:profile-update": Row(near=CITY | COUNTY, far=CITY | OUTSIDER, args=profile),
    "reports:profile-retire": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=profile, method="post", status=302
    ),
    "reports:profile-export": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=profile, method="post"
    ),
    "reports:entity-archive": Row(near=NEAR_READERS, far=FAR_READERS, args=shop, blind=CADRE),
    "reports:entity-archive-pdf": Row(near=NEAR_READERS, far=FAR_READERS, args=shop, blind=CADRE),
    "reports:cadre-archive": Row(near=NEAR_READERS, far=FAR_READERS, args=person, blind=CADRE),
    "reports:cadre-archive-pdf": Row(near=NEAR_READERS, far=FAR_READERS, args=person, blind=CADRE),
    "reports:cadre-archive-bundle": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=person, method="post", status=302
    ),
    "reports:unit-archive": Row(near=NEAR_READERS, far=FAR_READERS, args=area, blind=CADRE),
    "reports:unit-archive-pdf": Row(near=NEAR_READERS, far=FAR_READERS, args=area, blind=CADRE),
    "reports:unit-archive-bundle": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=area, method="post", status=302
    ),
    **{
        f"reports:archive-batch{tail}": Row(near=NONE, blind=STAFF, args=bundle)
        for tail in ("", "-progress", "-file")
    },
    "reports:dashboard": Row(near=READERS),
    "reports:dashboard-export": Row(near=READERS),
    "reports:area-dashboard": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:area-export": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:trend-export": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:indicator-list": Row(near=READERS),
    "reports:indicator-list-export": Row(near=READERS),
    "reports:indicator-detail": Row(near=READERS, args=lambda world, where: ["K04"]),
    "reports:indicator-rows": [
        Row(near=READERS, args=lambda world, where: ["K04", "part"]),
        # letters are no station's business
        Row(near=READERS - STATION, args=lambda world, where: ["K07", "whole"]),
    ],
    # each kind of rows goes away with whoever may take its own list away
    "reports:indicator-export": [
        Row(near=STAFF, args=lambda world, where: ["K01", "whole"]),
        Row(near=BUREAU, args=lambda world, where: ["K10", "whole"]),
        Row(near=STAFF, args=lambda world, where: ["K14", "whole"]),
        Row(near=REPORT_READERS, args=lambda world, where: ["K24", "whole"]),
    ],
    "reports:county-map": Row(near=READERS),
    "reports:spread": Row(near=READERS),
    "reports:spread-export": Row(near=READERS),
    "reports:plan": Row(near=READERS),
    "reports:plan-export": Row(near=READERS),
    "reports:plan-stage": [
        Row(near=CITY, args=plan_stage),
        Row(near=CITY, args=plan_stage, method="post"),
    ],
    "reports:plan-goals": [Row(near=CITY), Row(near=CITY, method="post")],
    "reports:plan-goal-new": [
        Row(near=CITY, method="post"),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "reports:wall": Row(near=READERS),
    "reports:wall-parts": Row(near=READERS),
    "reports:wall-link-list": [Row(near=LINKERS), Row(near=LINKERS, method="post")],
    "reports:wall-link-revoke": [
        Row(near=LINKERS, far=LINKERS, args=wall_link, method="post", status=302),
        Row(near=frozenset(), args=wall_link, status=405, denied=405),
    ],
    "reports:wall-screen": Row(near=EVERYBODY, anonymous=200, args=wall_token),
    "reports:wall-screen-parts": Row(near=EVERYBODY, anonymous=200, args=wall_token),
    "reports:wall-screen-map": Row(near=EVERYBODY, anonymous=200, args=wall_token),
    "reports:daily-report-list": Row(near=REPORT_READERS),
    "reports:daily-report-detail": Row(near=REPORT_READERS, args=report),
    "reports:daily-report-export": Row(near=REPORT_READERS, args=report),
    "reports:daily-report-build": [
        Row(near=CITY, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "reports:daily-report-file": [
        Row(near=REPORT_READERS, args=lambda world, where: [*report(world, where), "txt"]),
        Row(
            near=NONE,
            blind=REPORT_READERS,
            args=lambda world, where: [*report(world, where), "exe"],
        ),
    ],
    "reports:daily-report-rows": [
        Row(near=REPORT_READERS, args=lambda world, where: [*report(world, where), "registered"]),
        Row(
            near=NONE,
            blind=REPORT_READERS,
            args=lambda world, where: [*report(world, where), "rank"],
        ),
    ],
    "reports:daily-report-confirm": done_by(COUNTY | OUTSIDER),
    "reports:daily-report-return": done_by(COUNTY | OUTSIDER, reason="有误"),
    "reports:daily-report-reopen": done_by(CITY, reason="有误", area="379921"),
    "reports:daily-report-remind": done_by(CITY),
    "reports:daily-report-notes": done_by(CITY),
    "reports:daily-report-text": done_by(CITY, text="改", revision=1),
    "reports:daily-report-issue": done_by(CITY),
    "reports:period-report-list": Row(near=REPORT_READERS, args=with_report("month")),
    "reports:period-report-detail": [
        Row(near=REPORT_READERS, args=with_report("week", "2022-11-02")),
        Row(near=NONE, blind=REPORT_READERS, args=with_report("week", "2022-01-02")),
    ],
    "reports:period-report-file": Row(
        near=REPORT_READERS, args=with_report("year", "2022-11-02", "txt")
    ),
    "reports:report-exception-list": [Row(near=CITY), Row(near=CITY, method="post")],
    "reports:report-exception-end": [
        Row(near=CITY, far=CITY, args=exception, method="post", status=302),
    ],
    "api:daily-report-confirm": Row(
        near=COUNTY | OUTSIDER, args=report, method="post", status=409, anonymous=401
    ),
    "api:daily-report-return": Row(
        near=COUNTY | OUTSIDER, args=report, method="post", status=400, anonymous=401
    ),
    **register_rows("reports_reportclock", clock),
    **register_rows("reports_rateband", rate_band),
}
EXEMPT = {}
