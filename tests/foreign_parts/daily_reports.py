"""A foreign county's line of the city's report: its remark, its reason, its people, its exception."""

import datetime

from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from reports.models import CountyReview, DailyReport, DailyReportLine, ReportException

PREFIXES = [("reports:report-exception-end", "exception")]
COMMON = (
    "reports:daily-report-", "reports:period-report-", "api:daily-report-", "admin:reports_",
    "reports:report-exception-list", "reports:indicator-",
)  # fmt: skip
# what every frozen line has
FIGURES = {
    "registered": 1, "screened": 0, "obliged": 1, "graded": 1, "grade_a": 0, "grade_b": 0,
    "grade_c": 1, "grade_d": 0, "surveyed": 1, "new_graded": None, "new_screened": None,
    "new_registered": None,
}  # fmt: skip


def plant(*, areas, county, word, clerk, **_):
    now = timezone.now()
    report, _made = DailyReport.objects.get_or_create(
        date="2022-11-02", area=areas["3799"],
        defaults={
            "number": 1, "as_of": "2022-11-02T09:00:00Z", "due_at": now,
            "locks_at": now + datetime.timedelta(hours=9),
        },
    )  # fmt: skip
    for code in ("3799", county):
        DailyReportLine.objects.get_or_create(
            report=report, area=Area.objects.get(pk=code), defaults={"figures": FIGURES}
        )
    CountyReview.objects.create(
        report=report, area=areas[county], state="confirmed", remark=f"{word}备注",
        checker=f"{word}审", reason=f"{word}原因", reported_at=now, decided_at=now,
        decided_by=clerk, confirmed_by=clerk,
    )  # fmt: skip
    made = ReportException.objects.create(
        area=areas[county], title=f"{word}停电", reason=f"{word}理由", from_on=now.date(),
        to_on=now.date(), until=now + datetime.timedelta(hours=5), made_at=now, made_by=clerk,
    )  # fmt: skip
    return {"exception": made}
