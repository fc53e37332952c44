"""The one place where events are re-dated: the demonstration's register, bonds and papers as they would have come
about over the last month. Refused outside the demonstration's settings; everything else may only append.

Set-based: what happened on which day is worked out in temporary tables, then the events are moved there; a
business that was graded later gets an event of its own for the survey and for the grade. An object's
events keep their order, and a bond never comes before the grade of its business or the naming of its cadre.
"""

import datetime

import pghistory.models
import pgtrigger
from django.conf import settings
from django.db import connection, transaction

from entities.models import Entity
from inspections.models import DueVisit
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Assignment, Cadre, Change, LedgerState, Pledge

from ..rules import closing_of, day_of
from ..rules.days import moment_of
from .curves import DAYS, graded_by_day, screened_by_day, steps

APPEND_ONLY = [
    f"{model.pgh_event_model._meta.label}:append_only"
    for model in (Area, Entity, Assignment, Cadre, Change, DueVisit, LedgerState, Pledge)
]
# Re-dated as a row, not as an act: no event for it.
UNTOLD = ["responsibility.Change:update_update", "entities.Proposal:update_update"]
OPENS, CLOSES = datetime.time(8, 30), datetime.time(16, 50)
# A number between 0 and 1 that follows from a key and a word.
CHANCE = "(('x' || substr(md5({key}::text || '{word}'), 1, 7))::bit(28)::int / 268435456.0)"


def chance(key: str, word: str) -> str:
    return CHANCE.format(key=key, word=word)


class OnlyInDemo(RuntimeError):
    """Somebody wanted to re-date history that is not the demonstration's."""


@transaction.atomic
def backdate(*, city: Area, at: datetime.datetime, clerks: dict[str, int]) -> datetime.datetime:
    """Give the demonstration its past; `clerks`: {county code: account}. Gives the moment up to which
    everything has happened: `at`, or the close of the day where that is over. Raises OnlyInDemo."""
    if not getattr(settings, "DEMO", False):
        raise OnlyInDemo("re-dating history is for the demonstration only")
    end = min(at, closing_of(day_of(at), settings.DAILY_REPORT_HOUR))
    with pgtrigger.ignore(*APPEND_ONLY, *UNTOLD), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        _days(cursor, end)
        _plan_register(cursor, city)
        _register(cursor, clerks)
        _people(cursor)
        _bonds(cursor)
        _pledges(cursor)
        _ledgers(cursor)
        _dues(cursor)
        _changes(cursor)
    return end


def _days(cursor, end):
    """demo_days: the working hours of each day back; day 0 ends at `end`."""
    today = day_of(end)
    rows = []
    for back in range(DAYS + 3):
        day = today - datetime.timedelta(days=back)
        rows.append((back, moment_of(day, OPENS), moment_of(day, CLOSES)))
    if end <= moment_of(today, CLOSES):
        yesterday = closing_of(today - datetime.timedelta(days=1), settings.DAILY_REPORT_HOUR)
        opens = moment_of(today, OPENS)
        late = opens if end - opens > datetime.timedelta(minutes=30) else yesterday
        rows[0] = (0, late + datetime.timedelta(minutes=1), end)
    cursor.execute(
        "CREATE TEMP TABLE demo_days (k int PRIMARY KEY, starts timestamptz, ends timestamptz) ON COMMIT DROP"
    )
    _fill(cursor, "demo_days", rows)
    cursor.execute(
        "CREATE TEMP TABLE demo_steps (what text, county text, k int, low int, high int) ON COMMIT DROP"
    )
    for what, numbers in (("grade", graded_by_day()), ("screen", screened_by_day())):
        _fill(cursor, "demo_steps", [(what, *step) for step in steps(numbers)])


def _fill(cursor, table, rows):
    """All rows in one statement."""
    marks = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    cursor.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in rows for value in row])


def _moment(day, share):
    return f"({day}.starts + ({share}) * ({day}.ends - {day}.starts))"


def _plan_register(cursor, city):
    """demo_register: when each business was surveyed, graded, screened. Those whose bond changed later are
    graded first; 摸底 runs ahead of the grades and is complete on day 13."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE demo_register ON COMMIT DROP AS
        WITH numbered AS (
            SELECT e.id, left(e.area_id, 6) AS county, e.grade <> '' AS is_graded,
                e.surveyed_on IS NOT NULL AS is_surveyed, e.status <> 'operating' AS is_screened,
                row_number() OVER (PARTITION BY left(e.area_id, 6), e.grade <> '', e.status <> 'operating'
                    ORDER BY coalesce(b.n, 0) > 1 DESC, md5(e.id::text)) AS n
            FROM entities_entity e
            LEFT JOIN (SELECT entity_id, count(*) AS n FROM responsibility_assignmentevent
                       GROUP BY 1) AS b ON b.entity_id = e.id
            WHERE starts_with(e.area_id, %s)
        ), placed AS (
            SELECT r.*, s.k, row_number() OVER (
                    PARTITION BY r.county, r.is_screened ORDER BY r.is_graded DESC, r.n) AS place,
                count(*) OVER (PARTITION BY r.county, r.is_screened) AS whole
            FROM numbered r LEFT JOIN demo_steps s ON s.county = r.county
                AND s.what = CASE WHEN r.is_screened THEN 'screen' WHEN r.is_graded THEN 'grade' END
                AND r.n > s.low AND r.n <= s.high
        ), days AS (
            SELECT p.*, CASE WHEN is_screened OR place <= 0.35 * whole THEN {DAYS}
                ELSE greatest(13, floor(29 - (place::numeric / whole - 0.35) / 0.65 * 16)::int)
                END AS survey_k
            FROM placed p
        )
        SELECT x.id, x.county,
            CASE WHEN x.is_screened THEN {_moment("d", chance("x.id", "s"))} END AS screened_at,
            CASE WHEN x.is_graded AND NOT x.is_screened AND x.k < {DAYS}
                THEN {_moment("d", f"0.5 + 0.5 * {chance('x.id', 'g')}")} END AS graded_at,
            CASE WHEN x.is_surveyed AND x.survey_k < {DAYS}
                THEN {_moment("v", f"0.5 * {chance('x.id', 'v')}")} END AS surveyed_at
        FROM days x LEFT JOIN demo_days d ON d.k = x.k LEFT JOIN demo_days v ON v.k = x.survey_k
        """,
        [city.pk],
    )
    cursor.execute("CREATE UNIQUE INDEX ON demo_register (id)")
    cursor.execute("ANALYZE demo_register")


def _register(cursor, clerks):
    """The register came in two days before the first report; survey and grade are events of their own."""
    columns = [field.column for field in Entity.pgh_event_model._meta.concrete_fields][1:]
    first = "(SELECT starts FROM demo_days WHERE k = 32)"
    cursor.execute(
        f"UPDATE jurisdiction_areaevent SET pgh_created_at = {first} - interval '8 days'"
    )
    cursor.execute(
        """CREATE TEMP TABLE demo_first ON COMMIT DROP AS
           SELECT f.*, r.graded_at, r.surveyed_at, r.county FROM entities_entityevent f
           JOIN demo_register r ON r.id = f.pgh_obj_id
           WHERE f.pgh_label = 'insert' AND (r.graded_at IS NOT NULL OR r.surveyed_at IS NOT NULL)"""
    )
    for via, moment, cleared in (
        ("edit", "surveyed_at", ("grade", "grade_source", "grade_reason")),
        ("grade", "graded_at", ()),
    ):
        cursor.execute("CREATE TEMP TABLE demo_acts (county text, context uuid) ON COMMIT DROP")
        for county, clerk in clerks.items():
            context = pghistory.models.Context.objects.create(metadata={"user": clerk, "via": via})
            cursor.execute("INSERT INTO demo_acts VALUES (%s, %s)", [county, context.pk])
        values = {
            "pgh_created_at": f"f.{moment}",
            "pgh_label": "'update'",
            "pgh_context_id": "a.context",
        }
        if cleared:
            values |= {
                name: f"CASE WHEN f.graded_at IS NULL THEN f.{name} ELSE '' END" for name in cleared
            }
        cursor.execute(
            f"""INSERT INTO entities_entityevent ({", ".join(columns)})
                SELECT {", ".join(values.get(name, f"f.{name}") for name in columns)}
                FROM demo_first f JOIN demo_acts a ON a.county = f.county
                WHERE f.{moment} IS NOT NULL ORDER BY f.{moment}, f.pgh_obj_id"""
        )
        cursor.execute("DROP TABLE demo_acts")
    cursor.execute(
        f"""UPDATE entities_entityevent f SET pgh_created_at = {first},
                grade = CASE WHEN r.graded_at IS NULL THEN f.grade ELSE '' END,
                grade_source = CASE WHEN r.graded_at IS NULL THEN f.grade_source ELSE '' END,
                grade_reason = CASE WHEN r.graded_at IS NULL THEN f.grade_reason ELSE '' END,
                surveyed_on = CASE WHEN r.surveyed_at IS NULL THEN f.surveyed_on END,
                surveyed_by = CASE WHEN r.surveyed_at IS NULL THEN f.surveyed_by ELSE '' END
            FROM demo_register r WHERE r.id = f.pgh_obj_id AND f.pgh_label = 'insert'"""
    )
    cursor.execute(
        """UPDATE entities_entityevent f SET pgh_created_at = r.screened_at
           FROM demo_register r, pghistory_context x
           WHERE r.id = f.pgh_obj_id AND x.id = f.pgh_context_id AND x.metadata->>'via' = 'screen'
             AND r.screened_at IS NOT NULL"""
    )
    cursor.execute(
        """UPDATE entities_proposal p SET decided_at = r.screened_at,
               proposed_at = r.screened_at - interval '20 hours'
           FROM demo_register r WHERE r.id = p.entity_id AND p.kind = 'screen' AND p.state = 'approved'"""
    )


def _people(cursor):
    """demo_people: when a cadre was named (city, county, town, village; all by day 5, the newest later), and
    when he left or rose."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE demo_people ON COMMIT DROP AS
        WITH found AS (
            SELECT e.pgh_obj_id AS id, count(*) AS n, min(e.pgh_id) AS first, max(e.pgh_id) AS last,
                CASE WHEN min(e.in_post_from) > current_date - 30 THEN 1 + floor(3 * {chance("e.pgh_obj_id", "n")})
                     WHEN min(e.level) = 'city' THEN 28
                     WHEN min(e.level) = 'county' THEN 20 + floor(5 * {chance("e.pgh_obj_id", "n")})
                     WHEN min(e.level) = 'township' THEN 10 + floor(11 * {chance("e.pgh_obj_id", "n")})
                     ELSE 5 + floor(14 * {chance("e.pgh_obj_id", "n")}) END::int AS k,
                floor(7 * {chance("e.pgh_obj_id", "l")})::int AS last_k
            FROM responsibility_cadreevent e GROUP BY e.pgh_obj_id
        )
        SELECT f.id, f.n, f.first, f.last, {_moment("d", chance("f.id", "m"))} AS named_at,
            CASE WHEN f.n > 1 THEN {_moment("z", f"0.9 + 0.09 * {chance('f.id', 'z')}")} END AS moved_at
        FROM found f JOIN demo_days d ON d.k = f.k JOIN demo_days z ON z.k = least(f.last_k, greatest(f.k - 1, 0))
        """
    )
    # who rose a level is at the township now; he was named as what he was
    cursor.execute("CREATE UNIQUE INDEX ON demo_people (id)")
    cursor.execute(
        """UPDATE responsibility_cadreevent e SET pgh_created_at =
               CASE WHEN e.pgh_id = p.first THEN least(p.named_at, p.moved_at - interval '1 day')
                    ELSE p.moved_at END
           FROM demo_people p WHERE p.id = e.pgh_obj_id AND p.n > 1"""
    )
    cursor.execute(
        """UPDATE responsibility_cadreevent e SET pgh_created_at = p.named_at
           FROM demo_people p WHERE p.id = e.pgh_obj_id AND p.n = 1"""
    )


def _bonds(cursor):
    """demo_bonds: a bond stands some hours after its business was graded and its cadre named; what ended or
    changed did so in the last week."""
    cursor.execute(
        f"""
        CREATE TEMP TABLE demo_bonds ON COMMIT DROP AS
        WITH found AS (
            SELECT e.pgh_obj_id AS id, min(e.entity_id) AS entity_id, min(e.cadre_id) AS cadre_id,
                count(*) AS n, min(e.pgh_id) AS first, bool_or(e.to_on IS NOT NULL) AS ended,
                bool_or(e.reason = 'manual') AS replaces
            FROM responsibility_assignmentevent e GROUP BY 1
        ), moved AS (
            SELECT f.*, CASE
                    WHEN f.ended OR f.replaces THEN {_moment("d", f"0.5 + 0.4 * {chance('f.entity_id', 'e')}")}
                    ELSE p.moved_at END AS changed_at,
                greatest(r.graded_at, p.named_at, (SELECT starts FROM demo_days WHERE k = 29))
                    + {chance("f.id", "b")} * interval '3 hours' AS made_at
            FROM found f JOIN demo_register r ON r.id = f.entity_id
            JOIN demo_people p ON p.id = f.cadre_id
            JOIN demo_days d ON d.k = floor(7 * {chance("f.entity_id", "k")})::int
        )
        SELECT id, entity_id, cadre_id, n, first, changed_at,
            CASE WHEN replaces THEN changed_at
                 WHEN n > 1 THEN least(made_at, changed_at - interval '1 hour')
                 ELSE least(made_at, (SELECT ends FROM demo_days WHERE k = 0)) END AS made_at
        FROM moved
        """
    )
    cursor.execute("CREATE UNIQUE INDEX ON demo_bonds (id)")
    cursor.execute(
        """UPDATE responsibility_assignmentevent e SET pgh_created_at =
               CASE WHEN e.pgh_id = b.first THEN b.made_at ELSE b.changed_at END
           FROM demo_bonds b WHERE b.id = e.pgh_obj_id"""
    )


def _pledges(cursor):
    """A pledge goes out the day after its cadre was named and is signed within days; one that must be signed
    anew, or ended, did so at the last."""
    cursor.execute(
        f"""
        WITH numbered AS (
            SELECT e.pgh_id, e.pgh_obj_id, e.cadre_id, e.state,
                row_number() OVER (PARTITION BY e.pgh_obj_id ORDER BY e.pgh_id) AS n
            FROM responsibility_pledgeevent e
        )
        UPDATE responsibility_pledgeevent e SET pgh_created_at = least(
            CASE WHEN n.n = 1 THEN p.named_at + interval '2 hours'
                 WHEN n.n = 2 THEN p.named_at + interval '4 hours'
                    + {chance("e.pgh_obj_id", "p")} * interval '4 days'
                 ELSE coalesce(p.moved_at, z.ends) END,
            z.ends - (3 - n.n) * interval '1 second')
        FROM numbered n, demo_people p, demo_days z
        WHERE n.pgh_id = e.pgh_id AND p.id = e.cadre_id AND z.k = 0
        """
    )


def _ledgers(cursor):
    cursor.execute(
        f"""UPDATE responsibility_ledgerstateevent e SET pgh_created_at = {_moment("d", chance("e.pgh_obj_id", "m"))}
            FROM demo_days d WHERE d.k = 6 + floor(15 * {chance("e.pgh_obj_id", "k")})::int"""
    )


def _dues(cursor):
    """The present periods' visits were due from their first day on, and done when the visit came in."""
    cursor.execute(
        """
        WITH numbered AS (
            SELECT e.pgh_id, e.pgh_obj_id, p.starts_on,
                row_number() OVER (PARTITION BY e.pgh_obj_id ORDER BY e.pgh_id) AS n
            FROM inspections_duevisitevent e JOIN inspections_period p ON p.id = e.period_id
            WHERE current_date BETWEEN p.starts_on AND p.ends_on
        ), came AS (
            SELECT due_id, max(received_at) AS at FROM inspections_visit WHERE NOT is_void GROUP BY 1
        )
        UPDATE inspections_duevisitevent e SET pgh_created_at = CASE WHEN n.n = 1
            THEN (n.starts_on + interval '8 hours') AT TIME ZONE 'Asia/Shanghai'
            ELSE least(greatest(c.at, z.starts - interval '60 days'), z.ends)
                + (n.n - 2) * interval '1 microsecond' END
        FROM numbered n LEFT JOIN came c ON c.due_id = n.pgh_obj_id, demo_days z
        WHERE n.pgh_id = e.pgh_id AND z.k = 0
        """
    )


def _changes(cursor):
    """The ledger of changes says the same days; its counters are counted anew."""
    cursor.execute(
        """
        CREATE TEMP TABLE demo_changes ON COMMIT DROP AS
        SELECT c.id, CASE
            WHEN c.kind = 'entity_new' THEN (SELECT starts FROM demo_days WHERE k = 32)
            WHEN c.event_id IS NOT NULL THEN e.pgh_created_at
            WHEN c.kind = 'bond_new' THEN b.made_at
            WHEN c.kind IN ('bond_ended', 'bond_moved') THEN b.changed_at
            ELSE p.moved_at END AS at
        FROM responsibility_change c
        LEFT JOIN entities_entityevent e ON e.pgh_id = c.event_id
        LEFT JOIN demo_people p ON p.id = c.cadre_id
        LEFT JOIN LATERAL (
            SELECT min(made_at) AS made_at, max(changed_at) AS changed_at FROM demo_bonds b
            WHERE b.entity_id = c.entity_id) AS b ON starts_with(c.kind, 'bond')
        """
    )
    cursor.execute(
        """UPDATE responsibility_change c SET recorded_at = d.at,
               happened_on = (d.at AT TIME ZONE 'Asia/Shanghai')::date
           FROM demo_changes d WHERE d.id = c.id AND d.at IS NOT NULL"""
    )
    cursor.execute(
        """UPDATE responsibility_changeevent e SET pgh_created_at = d.at, recorded_at = d.at,
               happened_on = (d.at AT TIME ZONE 'Asia/Shanghai')::date
           FROM demo_changes d WHERE d.id = e.pgh_obj_id AND d.at IS NOT NULL"""
    )
    cursor.execute("DELETE FROM responsibility_changetally")
    cursor.execute(
        """INSERT INTO responsibility_changetally (area_id, day, kind, total)
           SELECT area_id, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date, kind, count(*)
           FROM responsibility_change GROUP BY 1, 2, 3"""
    )
