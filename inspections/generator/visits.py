"""The demonstration's visits: two quarters nearly whole, the present one as far as the pictures say. Set-based:
one statement a period, whatever the number; the triggers count them as they count a phone's.

Repeatable: where visits stand already, nothing is done.
"""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass

import pghistory
from django.db import connection, transaction

from jiamusi_foodsafety.jurisdiction.models import Area, User
from responsibility.queries.calendar import work_calendar

from ..enums import ChecklistState, Cycle
from ..models import ChecklistItem, Period, Visit
from ..rules.checklists import applies, checklist_level
from ..rules.frequency import period_of
from ..services.planning import dues_make
from .problems import Wrong, choose_wrong, seed_problems

# Who held what on the day: what was handed over or given up since was visited by him who held it then.
HELD = """
UPDATE inspections_duevisit d SET cadre_id = b.cadre_id, level = b.level
FROM responsibility_assignment b
WHERE b.entity_id = d.entity_id AND b.from_on <= %(on)s AND (b.to_on IS NULL OR b.to_on > %(on)s)
  AND d.period_id = %(period)s AND d.state = 'open'
  AND (d.cadre_id, d.level) IS DISTINCT FROM (b.cadre_id, b.level)
"""
# What is not graded yet is a new licence: it was not there in the quarters before.
NOT_YET = """
UPDATE inspections_duevisit SET state = 'void', reason = '登记在这一期以后'
WHERE period_id = %(period)s AND state = 'open' AND grade = '' AND cadre_id IS NULL
"""
# How much of what was due is visited, in %: the quarter before the last, the last.
PAST_SHARES = (91, 97)
# 家: visited in the present quarter (the figures of the mock-ups).
VISITED_NOW = 6_212
DAY = datetime.timedelta(days=1)
EVENING = datetime.time(19)

INSERT = """
WITH lists AS (
    SELECT * FROM unnest(%(levels)s::text[], %(categories)s::text[], %(lists)s::bigint[],
                         %(answers)s::jsonb[], %(numbers)s::smallint[])
    AS t(level, category_id, checklist_id, answers, checked)
), wrong AS (
    SELECT * FROM unnest(%(wrong_lines)s::bigint[], %(wrong_items)s::jsonb[], %(wrong_days)s::date[],
                         %(wrong_counts)s::smallint[])
    AS t(line_id, items, day, n)
), picked AS (
    SELECT d.*, e.category_id, e.legal_person, w.items, w.day AS wrong_day, coalesce(w.n, 0) AS wrong,
           ('x' || substr(md5(d.id || %(salt)s), 1, 7))::bit(28)::int AS chance
    FROM inspections_duevisit d
    JOIN entities_entity e ON e.id = d.entity_id
    LEFT JOIN wrong w ON w.line_id = d.id
    WHERE d.period_id = %(period)s AND d.state = 'open' AND d.cadre_id IS NOT NULL
    ORDER BY w.line_id NULLS LAST, md5(d.entity_id || %(salt)s)
    LIMIT %(most)s
), timed AS (
    SELECT p.*, coalesce(p.wrong_day, (%(days)s::date[])[1 + p.chance %% cardinality(%(days)s::date[])])
               AS day,
           make_interval(mins => 510 + p.chance %% 520) AS begun
    FROM picked p
)
INSERT INTO inspections_visit (key, entity_id, area_id, cadre_id, level, grade, must_be_on_site, kind,
    mode, checklist_id, due_id, answers, checked, wrong, visited_on, started_at, finished_at,
    received_at, contact, note, made_by_id, is_void, void_reason)
SELECT md5('visit' || t.id), t.entity_id, t.area_id, t.cadre_id, t.level, t.grade, t.must_be_on_site,
       'visit',
       CASE WHEN t.must_be_on_site OR t.wrong > 0 OR t.chance %% 10 < 8 THEN 'on_site'
            WHEN t.chance %% 10 = 8 THEN 'group' ELSE 'phone' END,
       l.checklist_id, t.id, l.answers || coalesce(t.items, '{}'), l.checked, t.wrong, t.day,
       (t.day + t.begun) AT TIME ZONE 'Asia/Shanghai',
       (t.day + t.begun + make_interval(secs => 45 + t.chance %% 400)) AT TIME ZONE 'Asia/Shanghai',
       (t.day + t.begun + make_interval(secs => 460 + t.chance %% 3600)) AT TIME ZONE 'Asia/Shanghai',
       t.legal_person, '', c.user_id, false, ''
FROM timed t
JOIN responsibility_cadre c ON c.id = t.cadre_id
JOIN lists l ON l.level = t.level AND l.category_id = t.category_id
ORDER BY t.id
ON CONFLICT (key) DO NOTHING
"""


@dataclass(frozen=True)
class Lists:
    """For each level of bearer and each type of business: the list, the answers all 是, their number."""

    levels: list[str]
    categories: list[str]
    lists: list[int]
    answers: list[str]
    numbers: list[int]


def seed_visits(*, city: Area, by: User, at: datetime.datetime, say: Callable[[str], None]) -> None:
    """Visits and problems of a city whose bonds stand, up to the moment `at` (its zone is Asia/Shanghai)."""
    if Visit.objects.within(city.pk).exists():
        return
    today = at.date()
    quarter = period_of(Cycle.QUARTER, today)
    last = period_of(Cycle.QUARTER, quarter.starts_on - DAY)
    before = period_of(Cycle.QUARTER, last.starts_on - DAY)
    lists = _lists()
    with transaction.atomic(), pghistory.context(user=by.pk, via="demo"):
        count = 0
        chosen: list[Wrong] = []
        for share, past in zip(PAST_SHARES, (before, last), strict=True):
            dues_make(city=city, on=past.due_on, at=at)
            for period in _running(city, past.due_on):
                _give(period, on=past.due_on)
                _run(NOT_YET, period)
                days = _workdays(max(period.starts_on, past.starts_on), past.due_on)
                wrong = choose_wrong(period=period, days=days, today=today)
                chosen += wrong
                count += _visit(period, lists, days, wrong, share=share)
        dues_make(city=city, on=today, at=at)
        # nothing is dated ahead: of today only once its working hours are over
        last_day = today if at.time() >= EVENING else today - DAY
        days = _workdays(quarter.starts_on, last_day) or [today]
        for period in _running(city, today):
            wrong = choose_wrong(period=period, days=days, today=today)
            # what changes hands today was visited before
            _give(period, on=today - DAY)
            chosen += wrong
            most = VISITED_NOW if period.cycle == Cycle.QUARTER else 0
            count += _visit(period, lists, days, wrong, most=most)
        dues_make(city=city, on=today, at=at)
        found = seed_problems(city=city, wrong=chosen, at=at)
    say(f"已载入督导记录 {count:,} 户次、问题 {found:,} 个")


def _running(city, on):
    """The periods that the day lies in, key periods too."""
    found = Period.objects.filter(area=city, starts_on__lte=on, ends_on__gte=on)
    return list(found.order_by("pk"))


def _give(period, *, on):
    """The open lines of a period to those who held their businesses on that day."""
    _run(HELD, period, on=on)


def _run(sql, period, **more):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"period": period.pk} | more)


def _lists():
    """The lists in use as tables: which answers a visit of each kind gives."""
    from entities.models import Category

    items = list(
        ChecklistItem.objects.filter(checklist__state=ChecklistState.ISSUED)
        .select_related("checklist")
        .prefetch_related("categories")
        .order_by("order", "pk")
    )
    rows = []
    for level in ("city", "county", "township", "village"):
        for category in Category.objects.order_by("pk"):
            wanted = checklist_level(level, is_small=category.is_small)
            fit = [
                item
                for item in items
                if item.checklist.level == wanted
                and applies([type_.pk for type_ in item.categories.all()], category.pk)
            ]
            answers = json.dumps({item.code: "yes" for item in fit})
            rows.append((level, category.pk, fit[0].checklist_id, answers, len(fit)))
    return Lists(*(list(column) for column in zip(*rows, strict=True)))


def _workdays(first, last):
    calendar = work_calendar()
    days, day = [], first - DAY
    while (day := calendar.after(day, 1)) <= last:
        days.append(day)
    return days


def _visit(period, lists, days, wrong, *, share=None, most=None):
    with connection.cursor() as cursor:
        if most is None:
            cursor.execute(
                "SELECT count(*) * %s / 100 FROM inspections_duevisit "
                "WHERE period_id = %s AND state = 'open'",
                [share, period.pk],
            )
            (most,) = cursor.fetchone()
        cursor.execute(
            INSERT,
            {
                "levels": lists.levels,
                "categories": lists.categories,
                "lists": lists.lists,
                "answers": lists.answers,
                "numbers": lists.numbers,
                "wrong_lines": [row.line_id for row in wrong],
                "wrong_items": [json.dumps(dict.fromkeys(row.items, "no")) for row in wrong],
                "wrong_days": [row.day for row in wrong],
                "wrong_counts": [len(row.items) for row in wrong],
                "period": period.pk,
                "salt": f"-{period.code}",
                "most": most,
                "days": days,
            },
        )
        return cursor.rowcount
