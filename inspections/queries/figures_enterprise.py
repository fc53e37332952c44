"""企业主体责任 in figures: K19 and K20 of 应包 businesses, from the counters that the database keeps.

K19 总监配备率, 安全员配备率: who has appointed one / who must. K20 日管控, 周排查, 月调度 落实率: in place at
the newest look (已建立, 已核实) / looked at, without 不涉及. In 家; denominator 0 → None. The rows behind each
figure: `rows_of`; their list: `list_query`.
"""

from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source, read, within

from ..enums import IN_PLACE, NOT_IN_PLACE, ROUND_CONTROLS
from ..models import EntityCompliance

_IN_PLACE = tuple(state.value for state in IN_PLACE)
_LOOKED_AT = (*_IN_PLACE, *(state.value for state in NOT_IN_PLACE))
_MEASURES = (
    "entities", "need_director", "has_director", "open_director", "need_officer", "has_officer",
    "open_officer", "lacking", "failing", "proposed", "exam_due", "hours_short",
)  # fmt: skip


def _sum(measures):
    words = ", ".join(f"'{measure}'" for measure in measures)
    return f"sum(total) FILTER (WHERE measure IN ({words}))"


# key of a count → the measures that add up to it
PARTS = {measure: (measure,) for measure in _MEASURES} | {
    f"{control.value}_{word}": tuple(f"{control.value}:{state}" for state in states)
    for control in ROUND_CONTROLS
    for word, states in (("checked", _LOOKED_AT), ("held", _IN_PLACE))
}
SOURCES = (
    Source(
        keys=tuple(PARTS),
        sql=f"""
    SELECT {{code}}, ARRAY[{", ".join(_sum(measures) for measures in PARTS.values())}]::bigint[]
    FROM inspections_compliancetally WHERE {{inside}} GROUP BY 1""",
    ),
)

# K19 and K20 alone, for the catalogue of indicators: the other measures are not read.
_RATED = tuple(
    key for key in PARTS if key.startswith(("need_", "has_")) or key.endswith(("_checked", "_held"))
)
_OF_THESE = ", ".join(f"'{measure}'" for key in _RATED for measure in PARTS[key])
RATES = Source(
    keys=_RATED,
    sql=f"""
    SELECT area, ARRAY[{", ".join(_sum(PARTS[key]) for key in _RATED)}]::bigint[]
    FROM (
        SELECT {{code}} AS area, measure, sum(total) AS total FROM inspections_compliancetally
        WHERE {{inside}} AND measure IN ({_OF_THESE}) GROUP BY 1, 2
    ) AS m GROUP BY 1""",
)


@dataclass
class EnterpriseFigures:
    """What stands below one area code, in 家."""

    code: str = ""
    entities: int = 0
    need_director: int = 0
    has_director: int = 0
    open_director: int = 0
    need_officer: int = 0
    has_officer: int = 0
    open_officer: int = 0
    lacking: int = 0
    failing: int = 0
    proposed: int = 0
    exam_due: int = 0
    hours_short: int = 0
    daily_checked: int = 0
    daily_held: int = 0
    weekly_checked: int = 0
    weekly_held: int = 0
    monthly_checked: int = 0
    monthly_held: int = 0

    @property
    def director_rate(self) -> Decimal | None:
        """K19 总监配备率, %."""
        return _percent(self.has_director, self.need_director)

    @property
    def officer_rate(self) -> Decimal | None:
        """K19 安全员配备率, %."""
        return _percent(self.has_officer, self.need_officer)

    @property
    def daily_rate(self) -> Decimal | None:
        """K20 日管控落实率, %."""
        return _percent(self.daily_held, self.daily_checked)

    @property
    def weekly_rate(self) -> Decimal | None:
        """K20 周排查落实率, %."""
        return _percent(self.weekly_held, self.weekly_checked)

    @property
    def monthly_rate(self) -> Decimal | None:
        """K20 月调度落实率, %."""
        return _percent(self.monthly_held, self.monthly_checked)

    def __add__(self, other):
        names = [field.name for field in fields(self) if field.name != "code"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return EnterpriseFigures(self.code, **sums)


def _percent(part, whole):
    return Decimal(100 * part) / whole if whole else None


def enterprise_by_area(*, user, code: str, length: int) -> list[EnterpriseFigures]:
    """The figures below `code`, by the first `length` characters of the area code; what is known only to a
    higher level keeps its shorter code. One statement."""
    scope = area_scope(user)
    found = read(
        SOURCES,
        prefixes=within(None if scope.is_all else scope.prefixes, code),
        length=length,
        params={},
    )
    return [EnterpriseFigures(key, **counts) for key, counts in sorted(found.items())]


# key of a count → the conditions of the list that shows its rows
QUERIES = {
    "entities": "",
    "need_director": "post=director&having=need",
    "has_director": "post=director&having=yes",
    "need_officer": "post=officer&having=need",
    "has_officer": "post=officer&having=yes",
    **{view: f"view={view}" for view in ("lacking", "failing", "proposed", "exam_due", "hours_short")},
    **{
        f"{control.value}_{word}": f"control={control.value}&standing={standing}"
        for control in ROUND_CONTROLS
        for word, standing in (("checked", "checked"), ("held", "in_place"))
    },
}  # fmt: skip


def list_query(*, key: str, code: str = "") -> str:
    """The address of the list that shows the rows of one count."""
    parts = [part for part in (f"area={code}" if code else "", QUERIES[key]) if part]
    return reverse("inspections:safety-list") + ("?" + "&".join(parts) if parts else "")


def rows_of(*, user, key: str, code: str = "") -> QuerySet[EntityCompliance]:
    """The businesses that one count counts, read one by one: what its list shows and what proves it."""
    rows = EntityCompliance.objects.visible_to(user).filter(is_obliged=True)
    if code:
        rows = rows.within(code)
    simple = {
        "entities": Q(),
        "need_director": Q(need_director=True),
        "has_director": Q(need_director=True, directors__gt=0),
        "open_director": Q(need_director=None),
        "need_officer": Q(need_officer=True),
        "has_officer": Q(need_officer=True, officers__gt=0),
        "open_officer": Q(need_officer=None),
        "lacking": Q(need_director=True, directors=0) | Q(need_officer=True, officers=0),
        "failing": Q(failing__gt=0),
        "proposed": Q(is_proposed=True),
        "exam_due": Q(is_exam_due=True),
        "hours_short": Q(is_hours_short=True),
    }
    if key in simple:
        return rows.filter(simple[key])
    control, word = key.split("_")
    states = _IN_PLACE if word == "held" else _LOOKED_AT
    return rows.filter(**{f"controls__{control}__state__in": list(states)})


DOORS = ("need_director", "has_director", "need_officer", "has_officer", "lacking", "failing")
DIGITS = (4, 6, 9, 12)


def safety_doors(*, user, area: str, areas: list[Area]) -> list[dict]:
    """The areas one step below `area` (or below the top of the user's scope) with their figures, each
    figure a door to its rows; the sum first. `areas`: the area_choices of the two. One statement."""
    if not areas:
        return []
    base = area or (areas[0].code if len({len(a.code) for a in areas}) > 1 else "")
    length = (
        next((digits for digits in DIGITS if digits > len(base)), 0) if base else len(areas[0].code)
    )
    names = {a.code: a.name for a in areas if len(a.code) == length}
    if not names:
        return []
    figures = enterprise_by_area(user=user, code=base, length=length)
    total = sum(figures, EnterpriseFigures(base))
    rows = [_door("合计", total)]
    rows += [_door(names[row.code], row) for row in figures if row.code in names]
    # known only to the level above
    rest = [row for row in figures if row.code not in names]
    if rest:
        rows.append(_door("属地未到下级", sum(rest, EnterpriseFigures()), is_open=False))
    return rows


def _door(name, figures, is_open=True):
    code = figures.code
    urls = {key: list_query(key=key, code=code) if is_open else "" for key in DOORS}
    rounds = [
        {
            "name": control.label,
            "rate": getattr(figures, f"{control.value}_rate"),
            "url": list_query(key=f"{control.value}_checked", code=code) if is_open else "",
        }
        for control in ROUND_CONTROLS
    ]
    inner = list_query(key="entities", code=code) if is_open and name != "合计" else ""
    return {"name": name, "figures": figures, "urls": urls, "rounds": rounds, "url": inner}
