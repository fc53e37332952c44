"""A report's figures from the history: to freeze them, and to prove later what was frozen."""

import datetime
from dataclasses import dataclass

from django.db import connection

from entities.models import Entity
from inspections.models import DueVisit
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.history import whole_history
from responsibility.models import Assignment, Cadre, Change, LedgerState, Pledge
from responsibility.queries.changes import recorded_families

from ..models import DailyReport
from ..rules import closing_of
from ..rules.checks import Line, consistency
from ..rules.columns import BY_KEY
from .sources import Moment, counted

# What a line says of the time since the report before.
DIFFERENCES = {
    "new_registered": "registered",
    "new_graded": "graded",
    "new_screened": "screened",
}
WEEK = 7
# Where the history of a figure is written; the rest is the register's.
TABLES = {
    "entity": Entity.pgh_event_model._meta.db_table,
    "cadre": Cadre.pgh_event_model._meta.db_table,
    "bond": Assignment.pgh_event_model._meta.db_table,
    "pledge": Pledge.pgh_event_model._meta.db_table,
    "ledger": LedgerState.pgh_event_model._meta.db_table,
    "due": DueVisit.pgh_event_model._meta.db_table,
}


def report_before(*, area: str, date: datetime.date) -> DailyReport | None:
    """The city's report before this day, or nothing."""
    earlier = DailyReport.objects.filter(area=area, date__lt=date)
    return earlier.order_by("-date").first()


def report_on(*, area: str, date: datetime.date) -> DailyReport | None:
    """The city's report of a day, or nothing."""
    return DailyReport.objects.select_related("area").filter(area=area, date=date).first()


def figures_at(
    *, city: Area, date: datetime.date, as_of: datetime.datetime, previous: DailyReport | None
) -> dict[str, dict]:
    """The counts of every line of the report of `date` as of a moment, by area code: the city, its counties,
    and towns that have anything. 当日 and 较昨日 are against the report before, as it was frozen."""
    since = previous.as_of if previous else closing_of(date, 0)
    units = list(Area.objects.filter(parent=city, is_active=True).order_by("pk"))
    towns = Area.objects.filter(parent__parent=city, level="township")
    divided = frozenset(towns.values_list("parent_id", flat=True))
    moment = Moment(code=city.pk, at=as_of, since=min(since, as_of), divided=divided)
    with whole_history():
        lines = counted(moment, counties=[unit.pk for unit in units])
    before = previous and dict(previous.lines.values_list("area_id", "figures"))
    for code, counts in lines.items():
        for key, of in DIFFERENCES.items():
            old = None if before is None else before.get(code, {}).get(of, 0)
            counts[key] = None if old is None else counts[of] - old
    return lines


@dataclass(frozen=True)
class Difference:
    """A frozen count that the history tells otherwise."""

    code: str
    key: str
    frozen: int | None
    rebuilt: int | None


def differences(
    *, report: DailyReport, as_of: datetime.datetime | None = None
) -> tuple[list[Difference], int]:
    """Rebuild a frozen report from the history and compare: what differs, and how many counts were compared.
    Counts whose source came later are no part of the frozen report."""
    previous = report_before(area=report.area_id, date=report.date)
    rebuilt = figures_at(
        city=report.area, date=report.date, as_of=as_of or report.as_of, previous=previous
    )
    frozen = dict(report.lines.values_list("area_id", "figures"))
    found, compared = [], 0
    for code in sorted(frozen.keys() | rebuilt.keys()):
        mine, theirs = frozen.get(code), rebuilt.get(code, {})
        keys = (mine or theirs).keys() & next(iter(rebuilt.values())).keys()
        for key in sorted(keys):
            compared += 1
            old = (mine or {}).get(key, 0 if mine is None else None)
            new = theirs.get(key, None if key in DIFFERENCES and old is None else 0)
            if old != new:
                found.append(Difference(code, key, old, new))
    return found, compared


def history_marks() -> dict[str, int]:
    """How far the history is written: {table: highest event}; one statement."""
    parts = [
        f"SELECT '{what}', coalesce(max(pgh_id), 0) FROM {table}" for what, table in TABLES.items()
    ]
    parts.append(f"SELECT 'change', coalesce(max(id), 0) FROM {Change._meta.db_table}")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def written_later(*, report: DailyReport, as_of: datetime.datetime) -> dict[str, int]:
    """How many events of each table were written after the report was frozen, though dated before its
    moment; one statement."""
    parts = [
        f"SELECT '{what}', count(*) FROM {table} WHERE pgh_created_at <= %(at)s AND pgh_id > {int(mark)}"
        for what, table in TABLES.items()
        for mark in [report.marks.get(what, 0)]
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"at": as_of})
        return dict(cursor.fetchall())


def open_writers(*, since: datetime.datetime) -> int:
    """How many other transactions of this database that began up to `since` have written and not ended: what
    they write is dated before `since` and cannot be seen yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
               AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL AND xact_start <= %s""",
            [since],
        )
        return cursor.fetchone()[0]


def checks_at(
    *, report: DailyReport, lines: dict[str, dict], previous: DailyReport | None
) -> list[dict]:
    """The consistency checks of a report's lines, as they are frozen with it."""
    before = previous and dict(
        previous.lines.filter(area__level="county").values_list("area_id", "figures")
    )
    since = previous.as_of if previous else closing_of(report.date, 0)
    recorded = recorded_families(code=report.area_id, after=since, until=report.as_of)
    screened = _screened_before(report)
    names = dict(Area.objects.filter(parent=report.area_id).values_list("pk", "name"))
    units = [
        Line(
            code, names[code], counts, None if before is None else before.get(code),
            recorded.get(code, {}), tuple(screened.get(code, ())),
        )
        for code, counts in sorted(lines.items())
        if len(code) == 6 and code in names
    ]  # fmt: skip
    whole = lines[report.area_id]
    rest = {
        key: number - sum(unit.counts.get(key) or 0 for unit in units)
        for key, number in whole.items()
        if key in BY_KEY and number is not None
    }
    if rest.get("registered"):
        units.append(Line(report.area_id, f"{report.area.name}本级", rest))
    total = Line(report.area_id, "合计", whole)
    number = previous.number if previous else None
    return [
        check.as_dict() for check in consistency(lines=units, total=total, number_before=number)
    ]


def _screened_before(report):
    """{county: 筛除 of each of the last seven reports}."""
    earlier = DailyReport.objects.filter(area=report.area_id, date__lt=report.date)
    rows = report.lines.model.objects.filter(
        report__in=list(earlier.order_by("-date").values_list("pk", flat=True)[:WEEK]),
        area__level="county",
    )
    found: dict[str, list[int]] = {}
    for code, figures in rows.values_list("area_id", "figures"):
        if figures.get("new_screened") is not None:
            found.setdefault(code, []).append(figures["new_screened"])
    return found
