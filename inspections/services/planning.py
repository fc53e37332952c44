"""What falls due: made from the frequency table, set-based and repeatable.

The rule, in one place:

- Each 应包 business is due in the period of the first frequency line that fits it, and once more in each
  key period that names it. `needs` visits are asked for.
- When a period's list is made for the first time, every such business is in it. What comes in afterwards
  (new, opened again, moved here, another grade) is due in it when enough days are left (rules.takes_new),
  else from the next period on.
- An open line follows the register and the bond: area, grade, bearer, on site only.
- Closed or screened: VOID with the reason; open again: the line opens again, however few days are left.
- 停产停业 in the register: EXCUSED for that period; operating again: opens again when enough days are left.
  Recorded at the door (a visit of the kind 停产停业): EXCUSED to the period's end.
- No frequency line or key period asks for it any more: VOID.
- Past its last day an open line stays open (逾期) and still follows, until a later visit makes up for it.

Steps are transactions of their own under one lock a city: each passes the counters once (triggers/dues).
"""

import datetime
from dataclasses import dataclass, field
from itertools import product

import pghistory
import pgtrigger
from django.db import connection, transaction
from django.db.models import Q

from entities.enums import OBLIGED, Grade, RiskGrade, Status
from entities.models import Category
from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import DueState, PeriodKind
from ..models import FrequencyRule, KeyPeriod, ModeRule, Period, VisitSetting
from ..rules.frequency import (
    Key,
    Line,
    OnSite,
    frequency_of,
    key_fits,
    must_be_on_site,
    period_name,
    period_of,
    takes_new,
)
from ..triggers.visits import SUSPENSION_SEEN

MANY = 1000
DROPPED = "频次调整，本期不再安排"
MOVED = "迁出本市"
SUSPENDED = "登记状态为停产停业"
OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)
_WORDS = " ".join(f"WHEN '{value}' THEN '已筛除：{label}'" for value, label in Status.choices)

# What is asked of whom: business facts × period, as a table.
_FIT = """fit AS MATERIALIZED (
    SELECT * FROM unnest(
        %(grade)s::text[], %(category)s::text[], %(risk)s::text[], %(period)s::bigint[],
        %(within)s::text[], %(needs)s::smallint[], %(on_site)s::boolean[], %(starts_on)s::date[],
        %(due_on)s::date[], %(takes)s::boolean[], %(is_first)s::boolean[])
    AS t(grade, category_id, risk_grade, period_id, within, needs, on_site, starts_on, due_on, takes,
         is_first))"""
_MATCH = """f.grade = e.grade AND f.category_id = e.category_id AND f.risk_grade = e.risk_grade
    AND starts_with(e.area_id, f.within)"""
_BOND = """LEFT JOIN responsibility_assignment b
    ON b.entity_id = e.id AND b.to_on IS NULL AND NOT b.is_pending"""
# For ordering only. Days are counted to the line's last day, so that it need not be written anew each day.
_WEIGHT = """(%(day_weight)s * least(%(never_days)s, coalesce({due_on} - r.last_visit_on, %(never_days)s))
    + %(problem_weight)s * least(coalesce(r.problems, 0), 20)
    + %(open_weight)s * least(coalesce(r.open_problems, 0), 5)
    + CASE e.grade WHEN 'A' THEN %(grade_a)s WHEN 'B' THEN %(grade_b)s WHEN 'C' THEN %(grade_c)s
                   WHEN 'D' THEN %(grade_d)s ELSE 0 END
    + CASE WHEN e.expires_on <= %(licence_until)s THEN %(licence_weight)s ELSE 0 END)"""

_STATE = f"""CASE
    WHEN e.status NOT IN ({OBLIGED_SQL}) OR NOT starts_with(e.area_id, %(city)s) THEN 'void'
    WHEN d.due_on < %(on)s THEN d.state
    WHEN f.period_id IS NULL THEN 'void'
    WHEN d.done >= f.needs THEN 'done'
    WHEN d.state = 'excused' AND d.reason = '{SUSPENSION_SEEN}' THEN 'excused'
    WHEN e.status = 'suspended' THEN 'excused'
    WHEN d.state = 'excused' AND NOT f.takes THEN 'excused'
    ELSE 'open' END"""
_REASON = f"""CASE
    WHEN e.status NOT IN ({OBLIGED_SQL}) THEN CASE e.status {_WORDS} ELSE e.status END
    WHEN NOT starts_with(e.area_id, %(city)s) THEN '{MOVED}'
    WHEN n.state = 'void' THEN '{DROPPED}'
    WHEN n.state = 'excused' AND d.state = 'excused' THEN d.reason
    WHEN n.state = 'excused' THEN '{SUSPENDED}'
    ELSE '' END"""
FOLLOW = f"""
WITH {_FIT}, fate AS MATERIALIZED (
    SELECT d.id, v.*
    FROM inspections_duevisit d
    JOIN entities_entity e ON e.id = d.entity_id
    LEFT JOIN fit f ON f.period_id = d.period_id AND {_MATCH}
    {_BOND}
    CROSS JOIN LATERAL (SELECT {_STATE} AS state) AS n
    CROSS JOIN LATERAL (SELECT e.area_id, e.grade, b.cadre_id, coalesce(b.level, '') AS level,
        coalesce(f.needs, d.needs) AS needs, coalesce(f.on_site, d.must_be_on_site) AS on_site,
        coalesce(f.starts_on, d.starts_on) AS starts_on, coalesce(f.due_on, d.due_on) AS due_on,
        n.state, {_REASON} AS reason) AS v
    WHERE starts_with(d.area_id, %(city)s)
      AND (d.state = 'open' OR d.state IN ('excused', 'void') AND d.period_id = ANY(%(periods)s))
      AND (d.area_id, d.grade, d.cadre_id, d.level, d.needs, d.must_be_on_site, d.starts_on, d.due_on,
           d.state, d.reason)
          IS DISTINCT FROM
          (v.area_id, v.grade, v.cadre_id, v.level, v.needs, v.on_site, v.starts_on, v.due_on,
           v.state, v.reason)
    ORDER BY d.id FOR NO KEY UPDATE OF d
), before AS (
    SELECT d.id, d.state FROM inspections_duevisit d JOIN fate ON fate.id = d.id
), written AS (
    UPDATE inspections_duevisit d SET
        area_id = fate.area_id, grade = fate.grade, cadre_id = fate.cadre_id, level = fate.level,
        needs = fate.needs, must_be_on_site = fate.on_site, starts_on = fate.starts_on,
        due_on = fate.due_on, state = fate.state, reason = fate.reason
    FROM fate WHERE d.id = fate.id RETURNING d.id, d.state
)
SELECT before.state, written.state, count(*) FROM written JOIN before USING (id) GROUP BY 1, 2
"""
MAKE = f"""
WITH {_FIT}
INSERT INTO inspections_duevisit (period_id, entity_id, area_id, cadre_id, level, grade, needs, done,
    state, reason, starts_on, due_on, must_be_on_site, last_visit_on, weight)
SELECT f.period_id, e.id, e.area_id, b.cadre_id, coalesce(b.level, ''), e.grade, f.needs, 0,
       CASE WHEN e.status = 'suspended' THEN 'excused' ELSE 'open' END,
       CASE WHEN e.status = 'suspended' THEN '{SUSPENDED}' ELSE '' END,
       f.starts_on, f.due_on, f.on_site, r.last_visit_on, {_WEIGHT.format(due_on="f.due_on")}
FROM entities_entity e
JOIN fit f ON {_MATCH}
{_BOND}
LEFT JOIN inspections_entityrecord r ON r.entity_id = e.id
WHERE starts_with(e.area_id, %(city)s) AND e.status IN ({OBLIGED_SQL}) AND (f.takes OR f.is_first)
  AND NOT EXISTS (SELECT 1 FROM inspections_duevisit d
                  WHERE d.period_id = f.period_id AND d.entity_id = e.id)
ORDER BY e.area_id, e.id, f.period_id
ON CONFLICT (period_id, entity_id) DO NOTHING
"""
# Visits made before their line was: they count for it.
ADOPT = """
WITH found AS (
    SELECT DISTINCT ON (v.id) v.id, d.id AS due_id
    FROM inspections_duevisit d
    JOIN inspections_visit v ON v.entity_id = d.entity_id AND v.due_id IS NULL AND v.kind = 'visit'
        AND NOT v.is_void AND v.visited_on BETWEEN d.starts_on AND d.due_on
    WHERE d.period_id = ANY(%(periods)s) AND d.state = 'open' AND starts_with(d.area_id, %(city)s)
    ORDER BY v.id, d.due_on, d.id
), one AS (SELECT DISTINCT ON (due_id) id, due_id FROM found ORDER BY due_id, id)
UPDATE inspections_visit v SET due_id = one.due_id FROM one WHERE v.id = one.id
"""
WEIGH = f"""
UPDATE inspections_duevisit d SET weight = n.weight, last_visit_on = n.last_visit_on
FROM (
    SELECT d.id, r.last_visit_on, {_WEIGHT.format(due_on="d.due_on")} AS weight
    FROM inspections_duevisit d
    JOIN entities_entity e ON e.id = d.entity_id
    LEFT JOIN inspections_entityrecord r ON r.entity_id = e.id
    WHERE d.state = 'open' AND starts_with(d.area_id, %(city)s)
) AS n
WHERE d.id = n.id AND (d.weight, d.last_visit_on) IS DISTINCT FROM (n.weight, n.last_visit_on)
"""
# Nothing that is counted or kept in the history: those triggers need not run for a new order.
_SILENT = (
    "inspections.DueVisit:update_update",
    "inspections.DueVisit:count_update",
)


@dataclass
class Made:
    """What a run did, in 家: new lines, lines that followed (`moved`), and where states went."""

    made: int = 0
    moved: int = 0
    void: int = 0
    excused: int = 0
    reopened: int = 0
    adopted: int = 0
    weighed: int = 0
    periods: list[str] = field(default_factory=list)


def dues_make(*, city: Area, on: datetime.date, at: datetime.datetime) -> Made:
    """Bring the due lists of a city to what the register, the bonds and the frequency table say on the day
    `on` (Asia/Shanghai). May run any number of times, and two at once: one waits for the other."""
    made = Made()
    with pghistory.context(via="dues"):
        setting, params = _prepare(city, on)
        made.periods = params.pop("names")
        _follow(city, params, made)
        _make(city, params, made, at)
        made.adopted = _run(city, ADOPT, params)
        made.weighed = dues_weigh(city=city, on=on, setting=setting)
    return made


def dues_make_all(*, on: datetime.date, at: datetime.datetime) -> int:
    """The clock's part: every city's due lists; how many lines were made or changed."""
    count = 0
    for city in Area.objects.active().filter(level=Level.CITY).order_by("code"):
        made = dues_make(city=city, on=on, at=at)
        count += made.made + made.moved + made.void + made.excused + made.reopened
    return count


def dues_weigh(*, city: Area, on: datetime.date, setting: VisitSetting | None = None) -> int:
    """Order the open lines of a city anew by what is known of their businesses; the number that changed
    places."""
    setting = setting or _setting(city)
    with transaction.atomic():
        _lock(city)
        with connection.cursor() as cursor, pgtrigger.ignore(*_SILENT):
            # `ignore` puts a parameter by place before those of the statement: fill in the named ones first
            named = _weights(setting, on) | {"city": city.pk}
            cursor.execute(cursor.mogrify(WEIGH, named).decode(), [])
            return cursor.rowcount


def _lock(city):
    """One run a city at a time; let go of at the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dues'), hashtext(%s))", [city.pk])


@transaction.atomic
def _run(city, sql, params):
    _lock(city)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def _setting(city):
    return VisitSetting.objects.get_or_create(area=city)[0]


def _in_force(model, on):
    return model.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on
    )


@transaction.atomic
def _prepare(city, on):
    """The city's setting, and the parameters of the statements: what is asked of whom in which period."""
    _lock(city)
    setting = _setting(city)
    lines = [
        Line(*row)
        for row in _in_force(FrequencyRule, on)
        .filter(preset=setting.preset)
        .order_by("order", "pk")
        .values_list("grade", "category_id", "risk_grade", "cycle", "times")
    ]
    lines = [line._replace(category=line.category or "") for line in lines]
    keys = _keys(city, on)
    periods = _periods(city, on, sorted({line.cycle for line in lines}), keys)
    rows = _fit_rows(
        lines=lines, keys=keys, modes=on_site_lines(on=on), periods=periods, setting=setting, on=on
    )
    names = ("grade", "category", "risk", "period", "within", "needs", "on_site", "starts_on", "due_on",
             "takes", "is_first")  # fmt: skip
    params = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    params |= _weights(setting, on)
    params |= {
        "city": city.pk,
        "on": on,
        "periods": [period.pk for period in periods.values()],
        "names": [period.name for period in periods.values()],
    }
    return setting, params


def on_site_lines(*, on: datetime.date) -> list[OnSite]:
    """The lines of the table 只能现场督导 in force on a day."""
    rows = _in_force(ModeRule, on).order_by("pk")
    return [
        OnSite(grade, category or "", risk)
        for grade, category, risk in rows.values_list("grade", "category_id", "risk_grade")
    ]


def _keys(city, on):
    """The key periods open on the day, each with the types it names."""
    found = KeyPeriod.objects.filter(
        area__code__startswith=city.pk, is_active=True, starts_on__lte=on, ends_on__gte=on
    )
    return list(found.prefetch_related("categories").order_by("pk"))


def _periods(city, on, cycles, keys):
    """The open periods by cycle or key period's id; made where they are missing."""
    wanted = {}
    for cycle in cycles:
        found = period_of(cycle, on)
        wanted[cycle] = Period(
            area=city, code=found.label, name=period_name(found.label), kind=PeriodKind.REGULAR,
            cycle=cycle, starts_on=found.starts_on, ends_on=found.due_on,
        )  # fmt: skip
    for key in keys:
        wanted[key.pk] = Period(
            area=city, code=f"key-{key.pk}", name=f"{key.starts_on.year}年{key.name}", key_period=key,
            kind=PeriodKind.KEY, starts_on=key.starts_on, ends_on=key.ends_on,
        )  # fmt: skip
    Period.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    known = {row.code: row for row in Period.objects.filter(
        area=city, code__in=[row.code for row in wanted.values()]
    )}  # fmt: skip
    for row in wanted.values():
        stored = known[row.code]
        days = (row.starts_on, row.ends_on, row.name)
        if (stored.starts_on, stored.ends_on, stored.name) != days:  # a key period was edited
            stored.starts_on, stored.ends_on, stored.name = days
            stored.save(update_fields=["starts_on", "ends_on", "name"])
    return {key: known[row.code] for key, row in wanted.items()}


def _fit_rows(*, lines, keys, modes, periods, setting, on):
    """Every combination of facts that a business can have, with what is asked of it."""
    categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
    named = [(key, [c.pk for c in key.categories.all()]) for key in keys]
    rows = []
    for grade, category, risk in product(Grade.values, categories, RiskGrade.values):
        facts = {"grade": grade, "category": category, "risk_grade": risk}
        on_site = must_be_on_site(modes, **facts)
        asked = []
        line = frequency_of(lines, **facts)
        if line is not None:
            asked.append((periods[line.cycle], setting.area_id, line.times))
        asked += [
            (periods[key.pk], key.area_id, 1)
            for key, types in named
            if key_fits(Key(key.grades, types), grade=grade, category=category)
        ]
        for period, within, needs in asked:
            takes = takes_new(
                starts_on=period.starts_on, ends_on=period.ends_on, on=on,
                least_days=setting.least_days,
            )  # fmt: skip
            rows.append((grade, category, risk, period.pk, within, needs, on_site, period.starts_on,
                         period.ends_on, takes, period.filled_at is None))  # fmt: skip
    return rows


def _weights(setting, on):
    names = ("day_weight", "never_days", "problem_weight", "open_weight", "licence_weight")
    return {name: getattr(setting, name) for name in names} | {
        "grade_a": setting.grade_a_weight,
        "grade_b": setting.grade_b_weight,
        "grade_c": setting.grade_c_weight,
        "grade_d": setting.grade_d_weight,
        "licence_until": on + datetime.timedelta(days=setting.licence_days),
    }


@transaction.atomic
def _follow(city, params, made):
    _lock(city)
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, params)
        for before, after, count in cursor.fetchall():
            if before == after:
                made.moved += count
            elif after == DueState.VOID:
                made.void += count
            elif after == DueState.EXCUSED:
                made.excused += count
            elif after == DueState.OPEN:
                made.reopened += count


@transaction.atomic
def _make(city, params, made, at):
    _lock(city)
    with connection.cursor() as cursor:
        cursor.execute(MAKE, params)
        made.made = cursor.rowcount
        if made.made > MANY:
            # With the statistics of an empty table the next run is slow (measured on the list's to-dos).
            cursor.execute("ANALYZE inspections_duevisit")
    if made.made:
        found = Period.objects.filter(pk__in=params["periods"], filled_at=None, dues__isnull=False)
        Period.objects.filter(pk__in=found.values("pk")).update(filled_at=at)
