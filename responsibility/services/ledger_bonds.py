"""包保 from the cadre columns of the register: a name that fits exactly one cadre in post binds.

He stands at the level that the business's grade asks for, and above the business. Of several of one name,
the number tells which, else the post; nothing is guessed. A valid bond stays unless the name is certainly
another's. What is to change becomes a plan: looked at, applied and undone like any other.
"""

import datetime
import time

import pghistory
from django.db import connection, transaction

from entities.enums import OBLIGED
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import PlanMove, Standing
from ..models import AssignmentPlan, Cadre
from .planning.counts import plan_counts
from .planning.distribute import BUSINESSES, PLACES, ROWS

OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)

# Every judgement starts from ledger_named(key, entity_id, area_id, grade, cadre_name, post, phone).
REGISTER = f"""
CREATE TEMPORARY TABLE ledger_named ON COMMIT DROP AS
SELECT e.id AS key, e.id AS entity_id, e.area_id, e.grade, e.cadre_name, e.cadre_post AS post,
       e.cadre_phone AS phone
FROM entities_entity e
WHERE e.area_id LIKE %(within)s AND e.cadre_name <> '' AND e.status IN ({OBLIGED_SQL})
"""

# 张三、李四 → 张三: the first is the main one (the others assist). Each wording is taken apart once.
PEOPLE = r"""
CREATE TEMPORARY TABLE ledger_people ON COMMIT DROP AS
SELECT said, coalesce((
    SELECT btrim(part) FROM regexp_split_to_table(said, '[、,，;；/\\|\n\r]+|\s{2,}')
        WITH ORDINALITY AS parts (part, place)
    WHERE btrim(part) <> '' ORDER BY place LIMIT 1), '') AS name
FROM (SELECT DISTINCT cadre_name AS said FROM ledger_named) AS words
"""

# Who is meant: `number` cadres fit; one of them for certain, or nobody.
CHOSEN = """
CREATE TEMPORARY TABLE ledger_chosen ON COMMIT DROP AS
SELECT key, count(*)::int AS number,
       CASE WHEN count(*) = 1 THEN min(id)
            WHEN count(*) FILTER (WHERE same_phone) = 1 THEN min(id) FILTER (WHERE same_phone)
            WHEN count(*) FILTER (WHERE same_post AND (same_phone OR NOT any_phone)) = 1
            THEN min(id) FILTER (WHERE same_post AND (same_phone OR NOT any_phone)) END AS cadre_id
FROM (
    SELECT n.key, c.id, c.phone <> '' AND c.phone = n.phone AS same_phone,
           bool_or(c.phone <> '' AND c.phone = n.phone) OVER (PARTITION BY n.key) AS any_phone,
           n.post <> '' AND n.post IN (c.post, c.unit || c.post) AS same_post
    FROM ledger_named n
    JOIN ledger_people p ON p.said = n.cadre_name
    JOIN responsibility_gradelevel g ON g.grade = n.grade AND g.rank = 1
    JOIN responsibility_cadre c
      ON c.name = p.name AND c.level = g.level AND c.is_in_post AND starts_with(n.area_id, c.area_id)
) AS candidates
GROUP BY key
"""

# What a plan would change. A cadre who holds it already is no change.
MOVES = f"""
CREATE TEMPORARY TABLE ledger_moves ON COMMIT DROP AS
SELECT n.key, n.entity_id, b.id AS bond_id, b.cadre_id AS cadre_from, x.cadre_id AS cadre_to,
       CASE WHEN b.id IS NULL THEN '{PlanMove.NEW}'
            WHEN b.standing = '{Standing.PENDING}' THEN '{PlanMove.PENDING}'
            WHEN NOT starts_with(n.area_id, c.area_id) THEN '{PlanMove.AREA}'
            WHEN b.standing = '{Standing.UNFIT}' THEN '{PlanMove.UNFIT}'
            ELSE '{PlanMove.LEDGER}' END AS move
FROM ledger_named n
JOIN ledger_chosen x ON x.key = n.key AND x.cadre_id IS NOT NULL
LEFT JOIN responsibility_assignment b ON b.entity_id = n.entity_id AND b.to_on IS NULL
LEFT JOIN responsibility_cadre c ON c.id = b.cadre_id
WHERE b.cadre_id IS DISTINCT FROM x.cadre_id
"""

DEALT = """
CREATE TEMPORARY TABLE plan_dealt ON COMMIT DROP AS
SELECT e.id, e.area_id, e.revision, m.bond_id, m.cadre_from, m.cadre_to, m.move
FROM ledger_moves m JOIN entities_entity e ON e.id = m.entity_id
"""


def knows_cadres(area_code: str) -> bool:
    """Whether anybody in post stands in the area: without cadres there is nothing to take up."""
    return Cadre.objects.in_post().within(area_code).exists()


def judge(cursor) -> None:
    """From ledger_named: ledger_people, ledger_chosen(key, number, cadre_id) and ledger_moves(key,
    entity_id, bond_id, cadre_from, cadre_to, move)."""
    cursor.execute("ANALYZE ledger_named")
    cursor.execute(PEOPLE)
    cursor.execute("ANALYZE ledger_people")
    cursor.execute(CHOSEN)
    cursor.execute("CREATE INDEX ON ledger_chosen (key)")
    cursor.execute("ANALYZE ledger_chosen")
    cursor.execute(MOVES)


def forget_names(cursor) -> None:
    """Drop the temporary tables: a transaction may judge more than once."""
    cursor.execute("DROP TABLE IF EXISTS ledger_named, ledger_people, ledger_chosen, ledger_moves")


def plan_named(cursor, *, area: Area, by, at: datetime.datetime, selection: dict) -> AssignmentPlan:
    """A waiting plan of ledger_moves (after `judge`), with the figures of every plan and how many names
    are `unknown` and `ambiguous`. Must run in a transaction."""
    started = time.perf_counter()
    with pghistory.context(user=by.pk if by else None, via="plan"):
        plan = AssignmentPlan.objects.create(area=area, selection=selection, made_by=by)
        values = {"within": f"{area.pk}%", "grades": None, "ids": None, "rebalance": False}
        cursor.execute(DEALT)
        cursor.execute(ROWS, {"plan": plan.pk})
        cursor.execute(BUSINESSES, values)
        cursor.execute(
            "DELETE FROM plan_business WHERE id NOT IN (SELECT entity_id FROM ledger_named)"
        )
        cursor.execute(PLACES)
        cursor.execute("ANALYZE plan_business, plan_place, plan_dealt")
        counts = plan_counts(cursor, within=area.pk)
        cursor.execute("DROP TABLE plan_business, plan_place, plan_dealt")
        counts |= _names(cursor)
        counts["seconds"] = round(time.perf_counter() - started, 2)
        AssignmentPlan.objects.filter(pk=plan.pk).update(counts=counts, made_at=at)
    plan.refresh_from_db()
    return plan


def _names(cursor):
    cursor.execute(
        """SELECT count(*) FILTER (WHERE x.key IS NULL), count(*) FILTER (WHERE x.number > 0 AND
               x.cadre_id IS NULL)
           FROM ledger_named n LEFT JOIN ledger_chosen x ON x.key = n.key"""
    )
    return dict(zip(("unknown", "ambiguous"), cursor.fetchone(), strict=True))


@transaction.atomic
def ledger_plan_make(*, area: Area, by, at: datetime.datetime) -> AssignmentPlan:
    """按台账原文建立包保: a waiting plan for all 应包 businesses below `area` whose register names a cadre;
    cadres often come after the ledger. The caller has scoped `area`."""
    with connection.cursor() as cursor:
        forget_names(cursor)
        cursor.execute(REGISTER, {"within": f"{area.pk}%"})
        judge(cursor)
        plan = plan_named(cursor, area=area, by=by, at=at, selection={"ledger": "register"})
        forget_names(cursor)
    return plan
