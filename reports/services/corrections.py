"""更正: issued days are rebuilt from the history; what differs is told in a later report, never silently."""

import datetime

from django.db import transaction

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import CLOSED_STATES, ReportState
from ..models import Correction, DailyReport
from ..queries.rebuild import differences, written_later
from ..rules.columns import BY_KEY, COLUMNS

DAYS = 7
WORDS = {
    "entity": "主体", "cadre": "干部", "bond": "包保关系", "pledge": "承诺书", "ledger": "台账建立",
    "due": "督导任务",
}  # fmt: skip
SHOWN = {column.key for column in COLUMNS}


@transaction.atomic
def corrections_collect(*, city: Area, at: datetime.datetime, days: int = DAYS) -> int:
    """Rebuild the issued reports of the last `days` days and write down what differs; the newest report that
    is still open tells it, else the next one. Gives how many corrections are new. Repeatable."""
    newest = DailyReport.objects.filter(area=city).order_by("-date").first()
    if newest is None:
        return 0
    # a report that is being issued waits for us, or we for it
    newest = DailyReport.objects.select_for_update(of=("self",)).get(pk=newest.pk)
    teller = newest if newest.state == ReportState.OPEN else None
    first = newest.date - datetime.timedelta(days=days)
    issued = DailyReport.objects.filter(area=city, state__in=CLOSED_STATES, date__gte=first)
    new = []
    for report in issued.select_related("area").order_by("date"):
        found, _ = differences(report=report)
        found = [one for one in found if one.key in SHOWN and None not in (one.frozen, one.rebuilt)]
        if not found:
            continue
        why = _why(report)
        new += [
            Correction(
                report=report, area_id=one.code, key=one.key, old=one.frozen, new=one.rebuilt,
                why=why.get(BY_KEY[one.key].rows, why[""]), found_at=at, told_in=teller,
            )
            for one in found
        ]  # fmt: skip
    before = Correction.objects.filter(report__area=city).count()
    Correction.objects.bulk_create(new, ignore_conflicts=True)
    return Correction.objects.filter(report__area=city).count() - before


def _why(report):
    """What the history itself says: how much was written after the report was frozen but dated before."""
    late = written_later(report=report, as_of=report.as_of)
    words = {
        what: f"冻结后补入 {number} 条{WORDS[what]}记录，时间在本期截止之前"
        for what, number in late.items()
        if number
    }
    return words | {"": "历史记录与冻结时不同"}


def corrections_due(*, at: datetime.datetime) -> int:
    """The night's work: every city's issued reports of the last week."""
    cities = Area.objects.active().filter(level="city").order_by("pk")
    return sum(corrections_collect(city=city, at=at) for city in cities)
