"""Triggers that keep EntityCompliance and its counters: what a business owes itself (两员、日周月).

Triggers, not a job: the register, the appointments and the looks change one at a time or by the thousand,
and the page that follows must already tell the truth. All are of statement level and set-based. What the
clock alone changes (a rule's first day, a new year's hours, an exam that fell due) a job makes up for with
the same statement (services/compliance.py).

Order of locks: after businesses, bonds, due visits, visits and problems (hence z_: triggers fire by name)
the rows of EntityCompliance by entity, before their sources are read: whoever waits there reads, after it,
what the other wrote. Then the counters by key.
"""

import pgtrigger

from entities.enums import OBLIGED

from ..enums import IN_PLACE, NOT_IN_PLACE, Control, ControlState, SafetyPost
from ..rules.enterprise import BOUNDS, NOBODY

TODAY = "(statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)
NOBODY_SQL = ", ".join(f"'{word}'" for word in sorted(NOBODY))
TABLE = "inspections_entitycompliance"
# fact → the column of the rule that bounds it
BOUND_COLUMNS = {name: f"{name}_from" for name in BOUNDS}

# {ids} is always an array of the businesses' ids. Whatever is looked up a business is a lateral subquery over
# an index: a trigger's plan is kept, and a join planned for one row would turn quadratic for 30 thousand.
LOCK = """
    SELECT 1 FROM inspections_entitycompliance WHERE entity_id = ANY ({ids})
    ORDER BY entity_id FOR UPDATE
"""


def _any(template):
    return " OR ".join(
        template.format(fact=f"f.{fact}", bound=f"r.{column}")
        for fact, column in BOUND_COLUMNS.items()
    )


_BOUNDS = ", ".join(f"r.{column}" for column in BOUND_COLUMNS.values())
_MET = _any("CASE WHEN r.is_exclusive THEN {fact} > {bound} ELSE {fact} >= {bound} END IS TRUE")
_KNOWN = _any("({fact} IS NOT NULL AND {bound} IS NOT NULL)")
_LACKING = ", ".join(
    f"CASE WHEN NOT t.is_met AND r.{column} IS NOT NULL THEN '{fact}' END"
    for fact, column in BOUND_COLUMNS.items()
)
# What the row is worked out from: a business whose facts are as before costs one look.
_FACTS = (
    "area_id", "category_id", "status", "form", *BOUNDS, "safety_director", "safety_officer",
)  # fmt: skip


def facts_key(alias: str) -> str:
    """A number that tells apart the facts of a business."""
    # a missing fact is not the same as an empty one
    parts = ", ".join(f"coalesce({alias}.{name}::text, chr(1))" for name in _FACTS)
    return f"hashtextextended(concat_ws(chr(2), {parts}), 0)"


_DERIVED = (
    "area_id", "category_id", "is_obliged", "need_director", "director_rule_id", "need_officer",
    "officer_rule_id", "missing", "directors", "officers", "is_exam_due", "is_hours_short",
    "is_proposed", "facts_key",
)  # fmt: skip
_OLD = ", ".join(f"c.{name}" for name in _DERIVED)
_NEW = ", ".join(f"excluded.{name}" for name in _DERIVED)


def _posted(post):
    """need, rule and what is missing of one post, as columns of the subquery `needs`."""
    return f"""
        CASE WHEN bool_or(v.verdict) FILTER (WHERE r.post = '{post}') THEN TRUE
             WHEN bool_or(v.verdict IS NULL) FILTER (WHERE r.post = '{post}') THEN NULL
             ELSE FALSE END AS need_{post},
        (min(ARRAY[r."order"::bigint, r.id]) FILTER (WHERE v.verdict AND r.post = '{post}'))[2]
            AS {post}_rule,
        CASE WHEN bool_or(v.verdict) FILTER (WHERE r.post = '{post}') THEN NULL
             ELSE string_agg(v.lacking, ',') FILTER (WHERE r.post = '{post}') END AS {post}_lacking"""


_DIRECTOR, _OFFICER = SafetyPost.DIRECTOR.value, SafetyPost.OFFICER.value

# The names in the ledger's cells of the business `f` that were never registered there; agrees with
# rules.enterprise.names_in.
NAMES_SQL = f"""
    SELECT DISTINCT f.id AS entity_id, v.post, told.name
    FROM (VALUES ('{_DIRECTOR}', f.safety_director), ('{_OFFICER}', f.safety_officer)) AS v(post, words)
    CROSS JOIN LATERAL regexp_split_to_table(v.words, '[、,，;；/／|\\s　]+') AS told(name)
    WHERE length(told.name) BETWEEN 2 AND 20 AND told.name NOT IN ({NOBODY_SQL})
      AND told.name !~ '[0-9０-９]'
      AND NOT EXISTS (SELECT 1 FROM inspections_safetyperson known
                      WHERE known.entity_id = f.id AND known.post = v.post AND known.name = told.name)
"""

# Agrees with rules.enterprise.must_have business by business. {day}: the day that is asked about.
REFRESH = f"""
WITH rules AS MATERIALIZED (
    SELECT r.*, k.code AS category
    FROM inspections_officerrule r
    JOIN entities_category k ON cardinality(r.categories) = 0 OR k.code = ANY (r.categories)
    WHERE r.effective_from <= {{day}} AND (r.effective_to IS NULL OR r.effective_to >= {{day}})
), demand AS MATERIALIZED (
    SELECT hours, exam_months FROM inspections_controlrule
    WHERE control = '{Control.TRAINING.value}' AND effective_from <= {{day}}
      AND (effective_to IS NULL OR effective_to >= {{day}})
    ORDER BY effective_from DESC, id DESC LIMIT 1
)
INSERT INTO {TABLE} AS c (entity_id, {", ".join(_DERIVED)}, controls, failing)
SELECT f.id, f.area_id, f.category_id, f.status IN ({OBLIGED_SQL}),
       needs.need_director, needs.director_rule, needs.need_officer, needs.officer_rule,
       ARRAY(SELECT DISTINCT unnest(string_to_array(
           concat_ws(',', needs.director_lacking, needs.officer_lacking), ',')) ORDER BY 1),
       people.directors, people.officers,
       coalesce(people.is_exam_due, FALSE), coalesce(people.is_hours_short, FALSE),
       f.safety_director || f.safety_officer <> '' AND EXISTS ({NAMES_SQL}),
       {facts_key("f")}, '{{{{}}}}', 0
FROM entities_entity f
CROSS JOIN LATERAL (
    SELECT {_posted(_DIRECTOR)}, {_posted(_OFFICER)}
    FROM rules r
    CROSS JOIN LATERAL (SELECT
        num_nonnulls({_BOUNDS}) > 0 AS is_bounded,
        CASE WHEN cardinality(r.forms) = 0 THEN TRUE WHEN f.form = '' THEN NULL
             ELSE EXISTS (SELECT 1 FROM unnest(r.forms) AS word WHERE strpos(f.form, word) > 0)
             END AS fits,
        ({_MET}) AS is_met,
        ({_KNOWN}) AS is_known
    ) AS t
    CROSS JOIN LATERAL (SELECT
        CASE WHEN NOT t.fits OR (t.fits IS NULL AND NOT t.is_bounded) THEN FALSE
             WHEN t.is_bounded AND NOT t.is_met AND t.is_known THEN FALSE
             WHEN (t.is_bounded AND NOT t.is_met) OR t.fits IS NULL THEN NULL
             ELSE TRUE END AS verdict
    ) AS judged
    CROSS JOIN LATERAL (SELECT judged.verdict, CASE WHEN judged.verdict IS NULL THEN
        concat_ws(',', CASE WHEN t.fits IS NULL THEN 'form' END, {_LACKING}) END AS lacking
    ) AS v
    WHERE r.category = f.category_id
) AS needs
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE p.post = '{_DIRECTOR}') AS directors,
           count(*) FILTER (WHERE p.post = '{_OFFICER}') AS officers,
           bool_or(p.post <> '{SafetyPost.HEAD.value}' AND h.hours < d.hours) AS is_hours_short,
           bool_or(p.post <> '{SafetyPost.HEAD.value}' AND (x.is_failed OR
                   coalesce(x.passed_on, p.appointed_on, (p.created_at AT TIME ZONE 'Asia/Shanghai')::date)
                   + make_interval(months => d.exam_months) < {{day}})) AS is_exam_due
    FROM inspections_safetyperson p
    LEFT JOIN demand d ON TRUE
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(s.hours), 0) AS hours FROM inspections_safetytraining s
        WHERE s.person_id = p.id AND NOT s.is_void
          AND s.held_on BETWEEN date_trunc('year', {{day}}::timestamp)::date AND {{day}}
    ) AS h
    CROSS JOIN LATERAL (
        SELECT max(e.held_on) FILTER (WHERE e.is_passed) AS passed_on,
               NOT (array_agg(e.is_passed ORDER BY e.held_on DESC, e.id DESC))[1] AS is_failed
        FROM inspections_safetyexam e
        WHERE e.person_id = p.id AND NOT e.is_void AND e.held_on <= {{day}}
    ) AS x
    WHERE p.entity_id = f.id AND (p.ended_on IS NULL OR p.ended_on > {{day}})
      AND (p.appointed_on IS NULL OR p.appointed_on <= {{day}})
) AS people
WHERE f.id = ANY ({{ids}})
ORDER BY f.id
ON CONFLICT (entity_id) DO UPDATE SET ({", ".join(_DERIVED)}) = ({_NEW})
WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})
"""

_FAILING = ", ".join(f"'{state.value}'" for state in NOT_IN_PLACE)

# The newest look at each control decides; void ones do not count.
LOOKS = f"""
UPDATE {TABLE} AS c SET controls = n.controls, failing = n.failing, checked_on = n.checked_on
FROM (
    SELECT ids.entity_id,
           coalesce(jsonb_object_agg(k.control, k.newest || jsonb_build_object('was_seen', k.was_seen))
                    FILTER (WHERE k.control IS NOT NULL), '{{{{}}}}') AS controls,
           count(*) FILTER (WHERE k.newest ->> 'state' IN ({_FAILING})) AS failing,
           max(k.checked_on) AS checked_on
    FROM unnest({{ids}}) AS ids(entity_id)
    LEFT JOIN LATERAL (
        SELECT t.control, max(t.checked_on) AS checked_on, bool_or(t.told = 'seen') AS was_seen,
               (array_agg(jsonb_build_object('state', t.state, 'on', t.checked_on, 'last_on', t.last_on)
                          ORDER BY t.checked_on DESC, t.id DESC))[1] AS newest
        FROM inspections_controlcheck t
        WHERE t.entity_id = ids.entity_id AND NOT t.is_void GROUP BY t.control
    ) AS k ON TRUE
    GROUP BY ids.entity_id
) AS n
WHERE c.entity_id = n.entity_id
  AND (c.controls, c.failing, c.checked_on) IS DISTINCT FROM (n.controls, n.failing, n.checked_on)
"""


def refresh_sql(*, ids: str, day: str = TODAY) -> str:
    """The statement that works out anew what the businesses of the array `ids` need and have."""
    return REFRESH.format(ids=ids, day=day)


def lock_sql(*, ids: str) -> str:
    """Locks the rows of these businesses in the order of their keys."""
    return LOCK.format(ids=ids)


def _body(ids, statement):
    """A trigger's body: `ids` is a query that gives the touched businesses, each once."""
    lock = lock_sql(ids="touched").replace("SELECT 1", "PERFORM 1", 1)
    return f"""
    touched := ARRAY({ids});
    IF cardinality(touched) > 0 THEN
        {lock};
        {statement};
    END IF;
    RETURN NULL;
    """


def _after(name, operation, func, **tables):
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables) if tables else None,
        declare=[("touched", "bigint[]")],
        func=func,
    )


def _on_change(name, func):
    return [
        _after(f"{name}_insert", pgtrigger.Insert, func, new="new_rows"),
        _after(f"{name}_update", pgtrigger.Update, func, new="new_rows"),
    ]


def _refreshing(ids):
    return _body(ids, refresh_sql(ids="touched"))


_OF_PERSON = """SELECT DISTINCT p.entity_id FROM inspections_safetyperson p
                WHERE p.id IN (SELECT person_id FROM new_rows)"""
_WITH_NEW_FACTS = f"""
    SELECT n.id FROM new_rows n
    WHERE (SELECT c.facts_key FROM {TABLE} c WHERE c.entity_id = n.id)
          IS DISTINCT FROM {facts_key("n")}"""
_NAMED = "SELECT DISTINCT entity_id FROM new_rows"

# Declared on a proxy of the register, which knows nothing of this room.
REGISTER_TRIGGERS = _on_change("z_compliance", _refreshing(_WITH_NEW_FACTS))
PERSON_TRIGGERS = _on_change("z_compliance", _refreshing(_NAMED))
RECORD_TRIGGERS = _on_change("z_compliance", _refreshing(_OF_PERSON))
CHECK_TRIGGERS = _on_change("z_compliance", _body(_NAMED, LOOKS.format(ids="touched")))
RULE_TRIGGERS = [
    _after(
        "z_compliance",
        pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        _refreshing("SELECT id FROM entities_entity"),
    )
]

# What a void visit saw does not count.
VISIT_TRIGGER = _after(
    "controls_follow",
    pgtrigger.Update,
    """
    UPDATE inspections_controlcheck k SET is_void = n.is_void
    FROM new_rows n WHERE k.visit_id = n.id AND k.is_void <> n.is_void;
    RETURN NULL;
    """,
    new="new_rows",
)

# measure → which of the 应包 businesses it counts
MEASURES = {
    "entities": "TRUE",
    "need_director": "need_director",
    "has_director": "need_director AND directors > 0",
    "open_director": "need_director IS NULL",
    "need_officer": "need_officer",
    "has_officer": "need_officer AND officers > 0",
    "open_officer": "need_officer IS NULL",
    "open": "need_director IS NULL OR need_officer IS NULL",
    "lacking": "(need_director AND directors = 0) OR (need_officer AND officers = 0)",
    "exam_due": "is_exam_due",
    "hours_short": "is_hours_short",
    "failing": "failing > 0",
    "proposed": "is_proposed",
}
COUNTED_STATES = (*IN_PLACE, *NOT_IN_PLACE, ControlState.NOT_REQUIRED)


def tally_sql(source: str) -> str:
    """(area_id, measure, total) of rows of EntityCompliance with a `sign`."""
    sums = ", ".join(
        f"coalesce(sum(sign) FILTER (WHERE {test}), 0) AS {name}" for name, test in MEASURES.items()
    )
    values = ", ".join(f"('{name}', {name})" for name in MEASURES)
    return f"""
    SELECT s.area_id, m.measure, m.total::int AS total
    FROM (SELECT area_id, {sums} FROM ({source}) AS delta WHERE is_obliged GROUP BY area_id) AS s
    CROSS JOIN LATERAL (VALUES {values}) AS m(measure, total) WHERE m.total <> 0
    UNION ALL
    SELECT area_id, key || ':' || (value ->> 'state'), sum(sign)::int
    FROM ({source}) AS delta CROSS JOIN LATERAL jsonb_each(controls)
    WHERE is_obliged GROUP BY 1, 2 HAVING sum(sign) <> 0
    """


def _counting(source):
    return f"""
    INSERT INTO inspections_compliancetally AS t (area_id, measure, total)
    SELECT area_id, measure, total FROM ({tally_sql(source)}) AS summed ORDER BY 1, 2
    ON CONFLICT (area_id, measure) DO UPDATE SET total = t.total + excluded.total;
    RETURN NULL;
    """


_PLUS = "SELECT *, 1 AS sign FROM new_rows"
_MINUS = "SELECT *, -1 AS sign FROM old_rows"
COUNT_TRIGGERS = [
    _after("count_insert", pgtrigger.Insert, _counting(_PLUS), new="new_rows"),
    _after(
        "count_update",
        pgtrigger.Update,
        _counting(f"{_PLUS} UNION ALL {_MINUS}"),
        old="old_rows",
        new="new_rows",
    ),
    _after("count_delete", pgtrigger.Delete, _counting(_MINUS), old="old_rows"),
]
