"""Who gets what: the statements that turn a selection of businesses into rows of a plan.

The water level in closed form: in a group (level, area where the nearest cadres stand) n businesses go to
the least loaded first. Cadres by base load b₁ ≤ b₂ ≤ … with prefix sums S: cadre k is reached while
k·bₖ − Sₖ < n; of the m reached ones each ends at h = ⌊(n + Sₘ) / m⌋, the remainder of them at h + 1.
"""

from entities.enums import OBLIGED

from ...enums import PlanMove, Standing

OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)
KEEP = "keep"
# The reason that a plan itself writes where the table's next level steps in.
SUBSTITUTE = "按层级对应表的替代层级"

# Every graded business of 应包 in the selection, and what is to become of it. A bond that somebody gave a
# reason is never moved; a plan's own substitute goes back once there is a cadre of the right level; one whose
# cadre does not stand above the business is wrong although the level fits.
BUSINESSES = f"""
CREATE TEMPORARY TABLE plan_business ON COMMIT DROP AS
SELECT e.id, e.area_id, e.address_key, e.revision, e.grade,
       b.id AS bond_id, b.cadre_id AS cadre_from,
       CASE WHEN b.id IS NULL THEN '{PlanMove.NEW}'
            WHEN b.standing = '{Standing.PENDING}' THEN '{PlanMove.PENDING}'
            WHEN b.standing = '{Standing.UNFIT}' AND g.id IS NULL THEN '{PlanMove.UNFIT}'
            WHEN b.standing = '{Standing.EXCEPTED}' AND b.exception_reason = '{SUBSTITUTE}'
            THEN '{PlanMove.RETURN}'
            WHEN b.exception_reason <> '' THEN '{KEEP}'
            WHEN NOT starts_with(e.area_id, c.area_id) THEN '{PlanMove.AREA}'
            WHEN %(rebalance)s THEN '{PlanMove.BALANCE}'
            ELSE '{KEEP}' END AS move
FROM entities_entity e
LEFT JOIN responsibility_assignment b ON b.entity_id = e.id AND b.to_on IS NULL
LEFT JOIN responsibility_cadre c ON c.id = b.cadre_id
LEFT JOIN responsibility_gradelevel g ON g.grade = e.grade AND g.level = b.level AND g.rank = 1
WHERE e.area_id LIKE %(within)s AND e.status IN ({OBLIGED_SQL}) AND e.grade <> ''
  AND (%(grades)s::varchar[] IS NULL OR e.grade = ANY(%(grades)s))
  AND (%(ids)s::bigint[] IS NULL OR e.id = ANY(%(ids)s))
"""

# Where the cadres stand who may take the businesses of an area and grade: the level that the grade asks
# for, nearest first; where nobody of it stands above, the next level of the table.
PLACES = f"""
CREATE TEMPORARY TABLE plan_place ON COMMIT DROP AS
SELECT DISTINCT ON (p.area_id, p.grade) p.area_id, p.grade, g.rank, s.level, s.area_id AS spot
FROM (SELECT DISTINCT area_id, grade FROM plan_business WHERE move <> '{KEEP}') p
CROSS JOIN unnest(ARRAY[4, 6, 9, 12]) AS digits
JOIN responsibility_gradelevel g ON g.grade = p.grade
JOIN (SELECT DISTINCT level, area_id FROM responsibility_cadre WHERE is_in_post) s
  ON s.level = g.level AND s.area_id = left(p.area_id, digits)
ORDER BY p.area_id, p.grade, g.rank, length(s.area_id) DESC
"""

# What the plan deals out. `is_own`: its bearer is one of those it would be dealt to.
POOL = f"""
CREATE TEMPORARY TABLE plan_pool ON COMMIT DROP AS
SELECT b.*, p.level, p.spot, c.id IS NOT NULL AS is_own
FROM plan_business b
JOIN plan_place p ON p.area_id = b.area_id AND p.grade = b.grade
LEFT JOIN responsibility_cadre c
  ON b.move = '{PlanMove.BALANCE}' AND c.id = b.cadre_from
     AND c.level = p.level AND c.area_id = p.spot
WHERE b.move <> '{KEEP}' AND (p.rank = 1 OR b.move <> '{PlanMove.RETURN}')
"""

# The base load counts all that the plan does not take away, also outside the selection.
CADRES = """
CREATE TEMPORARY TABLE plan_cadre ON COMMIT DROP AS
SELECT c.id, c.level, c.area_id AS spot, g.total AS n,
       coalesce(l.total, 0) - coalesce(t.taken, 0) AS base, coalesce(t.own, 0) AS own
FROM responsibility_cadre c
JOIN (SELECT level, spot, count(*) AS total FROM plan_pool GROUP BY level, spot) g
  ON g.level = c.level AND g.spot = c.area_id
LEFT JOIN responsibility_cadreload l ON l.cadre_id = c.id
LEFT JOIN (SELECT cadre_from, count(*) AS taken, count(*) FILTER (WHERE is_own) AS own
           FROM plan_pool WHERE cadre_from IS NOT NULL GROUP BY cadre_from) t ON t.cadre_from = c.id
WHERE c.is_in_post
"""

# How many of the pool each cadre is to have. Whoever would else have to give one away comes first for the
# remainder: fewest moves.
QUOTAS = """
CREATE TEMPORARY TABLE plan_quota ON COMMIT DROP AS
WITH sorted AS (
    SELECT *, row_number() OVER loads AS k, sum(base) OVER loads AS s
    FROM plan_cadre
    WINDOW loads AS (PARTITION BY level, spot ORDER BY base, id ROWS UNBOUNDED PRECEDING)
), reached AS (
    SELECT *, count(*) OVER placed AS m, sum(base) OVER placed AS below
    FROM sorted WHERE k * base - s < n
    WINDOW placed AS (PARTITION BY level, spot)
), levelled AS (
    SELECT *, div(n + below, m)::int AS h, mod(n + below, m) AS rest FROM reached
)
SELECT id, level, spot, own,
       h - base + (row_number() OVER (
           PARTITION BY level, spot ORDER BY own > h - base DESC, base, id) <= rest)::int AS quota
FROM levelled
"""

# Businesses to be dealt, in the order of streets, so that neighbours come to one cadre; and the places.
DEALT = """
CREATE TEMPORARY TABLE plan_dealt ON COMMIT DROP AS
WITH judged AS (
    SELECT p.*, p.is_own AND row_number() OVER (
        PARTITION BY p.cadre_from, p.is_own ORDER BY p.area_id, p.address_key COLLATE "C", p.id
    ) <= coalesce(q.quota, 0) AS stays
    FROM plan_pool p LEFT JOIN plan_quota q ON q.id = p.cadre_from AND p.is_own
), moving AS (
    SELECT *, row_number() OVER (
        PARTITION BY level, spot ORDER BY area_id, address_key COLLATE "C", id) AS turn
    FROM judged WHERE NOT stays
), places AS (
    SELECT id AS cadre_to, level, spot,
           row_number() OVER (PARTITION BY level, spot ORDER BY id, nth) AS turn
    FROM plan_quota CROSS JOIN generate_series(1, quota - least(own, quota)) AS nth
)
SELECT m.id, m.area_id, m.revision, m.bond_id, m.cadre_from, p.cadre_to, m.move
FROM moving m JOIN places p USING (level, spot, turn)
"""

ROWS = """
INSERT INTO responsibility_planrow
    (plan_id, entity_id, area_id, entity_revision, bond_id, cadre_from_id, cadre_to_id, move)
SELECT %(plan)s, id, area_id, revision, bond_id, cadre_from, cadre_to, move
FROM plan_dealt ORDER BY area_id, cadre_to, id
"""

STEPS = (
    (BUSINESSES, "plan_business"),
    (PLACES, "plan_place"),
    (POOL, "plan_pool"),
    (CADRES, "plan_cadre"),
    (QUOTAS, "plan_quota"),
    (DEALT, "plan_dealt"),
)
TABLES = ", ".join(table for _, table in STEPS)


def distribute(cursor, *, plan_id, within, grades, ids, rebalance) -> None:
    """Write the rows of the plan. The temporary tables stay for the counts; `forget` drops them.

    Each is analysed at once: a planner that takes 27 thousand rows for one joins them by loops, for minutes."""
    values = {
        "plan": plan_id,
        "within": f"{within}%",
        "grades": grades,
        "ids": ids,
        "rebalance": rebalance,
    }
    for statement, table in STEPS:
        cursor.execute(statement, values)
        cursor.execute(f"ANALYZE {table}")
    cursor.execute(ROWS, values)


def forget(cursor) -> None:
    """Drop what `distribute` left: a second plan in the same transaction begins anew."""
    cursor.execute(f"DROP TABLE {TABLES}")
