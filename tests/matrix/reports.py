from reports.models import DailyReport, DailyReportLine
from tests.matrix import (
    BUREAU,
    CITY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)

REPORT_READERS = BUREAU | LEADER | SUPERVISION


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


ROWS = {
    "reports:dashboard": Row(near=READERS),
    "reports:dashboard-export": Row(near=READERS),
    "reports:area-dashboard": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:area-export": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:trend-export": Row(near=NEAR_READERS, far=FAR_READERS, args=area),
    "reports:indicator-list": Row(near=READERS),
    "reports:indicator-detail": Row(near=READERS, args=lambda world, where: ["K04"]),
    "reports:indicator-rows": [
        Row(near=READERS, args=lambda world, where: ["K04", "part"]),
        # letters are no station's business
        Row(near=READERS - STATION, args=lambda world, where: ["K07", "whole"]),
    ],
    "reports:indicator-export": Row(near=STAFF, args=lambda world, where: ["K01", "whole"]),
    "reports:county-map": Row(near=READERS),
    "reports:daily-report-list": Row(near=REPORT_READERS),
    "reports:daily-report-detail": Row(near=REPORT_READERS, args=report),
    "reports:daily-report-export": Row(near=REPORT_READERS, args=report),
    "reports:daily-report-build": [
        Row(near=CITY, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
}
EXEMPT = {}
