"""怎么管 in figures: what is due and done (K09), by how many cadres (K10), on site (K11), finding something
(K12). From counters: the cost is theirs, not that of the visits. The rows behind each: figures_rows.

K09 done / due, in 家: due without excused (停产停业) and void lines; late ones count as due, not as done.
K10 cadres who have done all / cadres who owe any. K11 visits on site / visits; of those that must be on site
all of them. K12 visits that found something / visits, in 户次. Denominator 0 → None.
"""

import datetime
from dataclasses import dataclass, fields
from decimal import Decimal

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source, read, within

from ..models import Period

_DUES = """
    SELECT {{code}}, ARRAY[
        sum(total) FILTER (WHERE state IN ('open', 'done', 'late')),
        sum(total) FILTER (WHERE state = 'done'),
        sum(total) FILTER (WHERE state = 'late'),
        sum(total) FILTER (WHERE state = 'open'),
        sum(total) FILTER (WHERE state = 'open' AND level = ''),
        sum(total) FILTER (WHERE state = 'excused')
    ]::bigint[]
    FROM inspections_duetally WHERE {{inside}} AND {period} GROUP BY 1"""
_CADRES = """
    SELECT {{code}}, ARRAY[count(*), count(*) FILTER (WHERE done = total)]::bigint[]
    FROM (
        SELECT c.area_id, sum(d.total) AS total, sum(d.done) AS done
        FROM inspections_cadredue d JOIN responsibility_cadre c ON c.id = d.cadre_id
        WHERE {{inside}} AND {period} GROUP BY c.id HAVING sum(d.total) > 0
    ) AS c GROUP BY 1"""
_VISITS = """
    SELECT {{code}}, ARRAY[
        sum(total),
        sum(total) FILTER (WHERE mode = 'on_site'),
        sum(wrong),
        sum(total) FILTER (WHERE must_be_on_site),
        sum(total) FILTER (WHERE must_be_on_site AND mode = 'on_site')
    ]::bigint[]
    FROM inspections_visittally WHERE {{inside}} AND kind = 'visit' AND {days} GROUP BY 1"""
MOST_PERIODS = 24
_DUE_KEYS = ("due", "done", "late", "open", "unheld", "excused")
_CADRE_KEYS = ("cadres", "cadres_done")
_VISIT_KEYS = ("visits", "on_site", "wrong", "must", "must_on_site")

# Of the regular periods in which the day `on` lies, and of the visits of its quarter: for the indicators.
_OPEN = """period_id IN (SELECT id FROM inspections_period WHERE kind = 'regular'
    AND %(on)s::date BETWEEN starts_on AND ends_on)"""
_QUARTER = """month BETWEEN date_trunc('quarter', %(on)s::date)::date AND %(on)s::date"""
SOURCES = (
    Source(keys=_DUE_KEYS, sql=_DUES.format(period=_OPEN)),
    Source(keys=_CADRE_KEYS, sql=_CADRES.format(period=_OPEN), area="c.area_id"),
    Source(keys=_VISIT_KEYS, sql=_VISITS.format(days=_QUARTER)),
)
# Of one period.
_ONE = "period_id = %(period)s"
_MONTHS = "month BETWEEN %(first)s::date AND %(last)s::date"
_OF_PERIOD = (
    Source(keys=_DUE_KEYS, sql=_DUES.format(period=_ONE)),
    Source(keys=_CADRE_KEYS, sql=_CADRES.format(period=_ONE), area="c.area_id"),
)
_VISITS_OF_MONTHS = Source(keys=_VISIT_KEYS, sql=_VISITS.format(days=_MONTHS))
_VISITS_OF_KEY = Source(keys=_VISIT_KEYS, sql=_VISITS.format(days="period_key = %(period)s"))
# Lines of any period whose last day has passed and that nobody has made up for.
_OVERDUE = Source(
    keys=("overdue",),
    sql="""
    SELECT {code}, ARRAY[sum(total)]::bigint[]
    FROM inspections_duetally JOIN inspections_period p ON p.id = period_id
    WHERE {inside} AND state = 'open' AND p.ends_on < %(on)s::date GROUP BY 1""",
    area="inspections_duetally.area_id",
)


@dataclass
class VisitFigures:
    """What stands below one area code: dues in 家, cadres in 人, visits in 户次. `overdue`: of all periods."""

    code: str = ""
    due: int = 0
    done: int = 0
    late: int = 0
    open: int = 0
    unheld: int = 0
    excused: int = 0
    overdue: int = 0
    cadres: int = 0
    cadres_done: int = 0
    visits: int = 0
    on_site: int = 0
    wrong: int = 0
    must: int = 0
    must_on_site: int = 0

    @property
    def rate(self) -> Decimal | None:
        """K09 督导完成率(主体), %."""
        return _percent(self.done, self.due)

    @property
    def cadre_rate(self) -> Decimal | None:
        """K10 督导完成率(干部), %."""
        return _percent(self.cadres_done, self.cadres)

    @property
    def on_site_rate(self) -> Decimal | None:
        """K11 现场督导率, %."""
        return _percent(self.on_site, self.visits)

    @property
    def found_rate(self) -> Decimal | None:
        """K12 问题发现率, %."""
        return _percent(self.wrong, self.visits)

    def __add__(self, other):
        names = [field.name for field in fields(self) if field.name != "code"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return VisitFigures(self.code, **sums)


def _percent(part, whole):
    return Decimal(100 * part) / whole if whole else None


def visit_figures_by_area(
    *, user, code: str, length: int, period: Period, on: datetime.date
) -> list[VisitFigures]:
    """The figures of a period below `code`, by the first `length` characters of the area code; what is known
    only to a higher level keeps its shorter code. One statement."""
    scope = area_scope(user)
    sources = [*_OF_PERIOD, _OVERDUE]
    sources.append(_VISITS_OF_MONTHS if period.cycle else _VISITS_OF_KEY)
    found = read(
        sources,
        prefixes=within(None if scope.is_all else scope.prefixes, code),
        length=length,
        params={
            "period": period.pk,
            "first": period.starts_on,
            "last": period.ends_on,
            "on": on,
        },
    )
    return [VisitFigures(key, **counts) for key, counts in sorted(found.items())]


def periods_of(*, city: str) -> list[Period]:
    """The periods of a city, the latest first. They belong to the city: no secret of anybody."""
    found = Period.objects.filter(area=city).order_by("-ends_on", "-starts_on", "-pk")
    return list(found[:MOST_PERIODS])


def period_chosen(periods: list[Period], wanted: str, *, on: datetime.date) -> Period | None:
    """The period with this id; else the regular one in which the day lies, else the latest; None where
    nothing was ever made."""
    chosen = [period for period in periods if str(period.pk) == wanted]
    open_now = [
        period for period in periods if period.cycle and period.starts_on <= on <= period.ends_on
    ]
    return next(iter([*chosen, *open_now, *periods]), None)
