"""Triggers of the bonds: copies that follow the register and the cadres, the counters, and what must never
be false whoever writes. All at statement level: a plan writes 30 thousand bonds in one statement.

Order of locks, the same everywhere: businesses by id, then cadres by id, then bonds, then counters by key.
"""

import pgtrigger

from entities.enums import OBLIGED

from .enums import AssignmentReason

OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)

# Whether a cadre's level is the one that the grade asks for, and the business lies where he stands. An
# ungraded business has no right level.
FIT = """(starts_with({area}, {spot}) AND EXISTS (
        SELECT 1 FROM responsibility_gradelevel g
        WHERE g.grade = {grade} AND g.level = {level} AND g.rank = 1))"""
# Where the bearer of the bond `a` stands.
SPOT = "(SELECT c.area_id FROM responsibility_cadre c WHERE c.id = a.cadre_id)"

TOUCH = """
    NEW.revision := OLD.revision + 1;
    NEW.updated_at := statement_timestamp();
    RETURN NEW;
"""


def _after(name, operation, func, declare=None, **tables):
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        declare=declare,
        func=func,
    )


# The facts of the business and of the cadre are read under a share lock: a grade that changes, a cadre who
# leaves at the same moment either was seen here, or sees this bond in its own trigger (bonds_follow).
# An undo puts back what stood before, right or wrong. A plan writes true copies: nothing is updated then.
_FACTS = """
    FROM new_rows n
    JOIN entities_entity e ON e.id = n.entity_id
    JOIN responsibility_cadre c ON c.id = n.cadre_id
    LEFT JOIN responsibility_gradelevel g ON g.grade = e.grade AND g.level = c.level AND g.rank = 1
    WHERE n.to_on IS NULL
"""
FILL = _after(
    "a_fill",
    pgtrigger.Insert,
    f"""
    PERFORM 1 FROM entities_entity e WHERE e.id IN (SELECT entity_id FROM new_rows WHERE to_on IS NULL)
    ORDER BY e.id FOR SHARE;
    PERFORM 1 FROM responsibility_cadre c
    WHERE c.id IN (SELECT cadre_id FROM new_rows WHERE to_on IS NULL) ORDER BY c.id FOR SHARE;
    SELECT bool_or((n.area_id, n.status, n.grade, n.level, n.is_pending, n.is_fit)
                   <> (e.area_id, e.status, e.grade, c.level, NOT c.is_in_post,
                       g.id IS NOT NULL AND starts_with(e.area_id, c.area_id))),
           bool_or(g.id IS NULL AND n.exception_reason = '' AND n.reason <> '{AssignmentReason.UNDO}')
    INTO is_stale, is_refused {_FACTS};
    IF is_refused THEN
        RAISE EXCEPTION '层级与等级不符' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'assignment_level_fits_grade';
    END IF;
    IF is_stale THEN
        UPDATE responsibility_assignment a SET
            area_id = f.area_id, status = f.status, grade = f.grade, level = f.level,
            is_pending = f.is_pending, is_fit = f.is_fit
        FROM (SELECT n.id, e.area_id, e.status, e.grade, c.level, NOT c.is_in_post AS is_pending,
                     g.id IS NOT NULL AND starts_with(e.area_id, c.area_id) AS is_fit {_FACTS}) AS f
        WHERE a.id = f.id
          AND (a.area_id, a.status, a.grade, a.level, a.is_pending, a.is_fit)
              <> (f.area_id, f.status, f.grade, f.level, f.is_pending, f.is_fit);
    END IF;
    RETURN NULL;
    """,
    declare=[("is_stale", "BOOLEAN"), ("is_refused", "BOOLEAN")],
    new="new_rows",
)

_KEY = "area_id, status, grade, level, standing"


def _tally(source):
    """Add the signed bonds in force to both counters; key order, so that two writers never deadlock."""
    return f"""
    INSERT INTO responsibility_cadreload AS t (cadre_id, total)
    SELECT cadre_id, sum(sign)::int FROM ({source}) AS delta WHERE status IN ({OBLIGED_SQL})
    GROUP BY cadre_id HAVING sum(sign) <> 0 ORDER BY cadre_id
    ON CONFLICT (cadre_id) DO UPDATE SET total = t.total + excluded.total;
    INSERT INTO responsibility_assignmenttally AS t ({_KEY}, total)
    SELECT {_KEY}, sum(sign)::int FROM ({source}) AS delta
    GROUP BY {_KEY} HAVING sum(sign) <> 0 ORDER BY {_KEY}
    ON CONFLICT ({_KEY}) DO UPDATE SET total = t.total + excluded.total;
    RETURN NULL;
    """


_COLUMNS = f"{_KEY}, cadre_id"
_PLUS = f"SELECT {_COLUMNS}, 1 AS sign FROM new_rows WHERE to_on IS NULL"
_MINUS = f"SELECT {_COLUMNS}, -1 AS sign FROM old_rows WHERE to_on IS NULL"

ASSIGNMENT_TRIGGERS = [
    FILL,
    _after("count_insert", pgtrigger.Insert, _tally(_PLUS), new="new_rows"),
    _after(
        "count_update",
        pgtrigger.Update,
        _tally(f"{_PLUS} UNION ALL {_MINUS}"),
        old="old_rows",
        new="new_rows",
    ),
    _after("count_delete", pgtrigger.Delete, _tally(_MINUS), old="old_rows"),
]

# Declared on a proxy of the register: this room follows it, the register knows nothing of it. Only the
# new rows are read; joining both transition tables turns quadratic (ecosystem notes). The bearer of a
# business that moves is held still: one who moves at the same moment is judged where both have come to stand.
ENTITY_FOLLOW_TRIGGER = _after(
    "bonds_follow",
    pgtrigger.Update,
    f"""
    PERFORM 1 FROM responsibility_cadre c WHERE c.id IN (
        SELECT a.cadre_id FROM responsibility_assignment a JOIN new_rows n ON n.id = a.entity_id
        WHERE a.to_on IS NULL AND a.area_id <> n.area_id)
    ORDER BY c.id FOR SHARE;
    UPDATE responsibility_assignment a SET
        area_id = n.area_id, status = n.status, grade = n.grade,
        is_fit = {FIT.format(grade="n.grade", level="a.level", area="n.area_id", spot=SPOT)}
    FROM new_rows n
    WHERE a.entity_id = n.id AND a.to_on IS NULL
      AND (a.area_id <> n.area_id OR a.status <> n.status OR a.grade <> n.grade);
    RETURN NULL;
    """,
    new="new_rows",
)

_FIT_NOW = FIT.format(grade="a.grade", level="n.level", area="a.area_id", spot="n.area_id")
CADRE_TRIGGERS = [
    pgtrigger.Trigger(name="touch", operation=pgtrigger.Update, when=pgtrigger.Before, func=TOUCH),
    _after(
        "bonds_follow",
        pgtrigger.Update,
        f"""
    UPDATE responsibility_assignment a SET
        level = n.level, is_pending = NOT n.is_in_post, is_fit = {_FIT_NOW}
    FROM new_rows n
    WHERE a.cadre_id = n.id AND a.to_on IS NULL
      AND (a.level <> n.level OR a.is_pending <> (NOT n.is_in_post) OR a.is_fit <> {_FIT_NOW});
    RETURN NULL;
    """,
        new="new_rows",
    ),
]


def day_tally(table):
    """The trigger of Change: counts by area, day in Asia/Shanghai and kind. Changes are only added."""
    return _after(
        "count_insert",
        pgtrigger.Insert,
        f"""
    INSERT INTO {table} AS t (area_id, day, kind, total)
    SELECT area_id, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date, kind, count(*)::int
    FROM new_rows GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (area_id, day, kind) DO UPDATE SET total = t.total + excluded.total;
    RETURN NULL;
    """,
        new="new_rows",
    )


# --- three lists ------------------------------------------------------------------------------
# An issued list never changes. The share lock makes a line that is being written and an issue at the same
# moment wait for each other: either the line is in the issued list, or it is refused.
_LOCKED_LINE = """
    IF TG_OP <> 'INSERT' THEN
        SELECT state INTO found FROM responsibility_listdocument WHERE id = OLD.document_id FOR SHARE;
        IF found <> 'draft' THEN
            RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'list_issued_never_changes';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    SELECT state INTO found FROM responsibility_listdocument WHERE id = NEW.document_id FOR SHARE;
    IF found <> 'draft' THEN
        RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'list_issued_never_changes';
    END IF;
    RETURN NEW;
"""

LIST_ITEM_TRIGGERS = [
    pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("found", "text")],
        func=_LOCKED_LINE,
    )
]

# From issued a list may only become superseded, and get the day on which it ended.
LIST_DOCUMENT_TRIGGERS = [
    pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__state__in=["issued", "superseded"]),
        declare=[("kept", "responsibility_listdocument")],
        func="""
    IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state IN ('issued', 'superseded') THEN
        kept := NEW;
        kept.state := OLD.state;
        kept.effective_to := OLD.effective_to;
        IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '已印发的清单不能改动' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'list_issued_never_changes';
    """,
    )
]


# The city changed which level holds which grade: the bonds in force are judged anew.
_REJUDGE = f"""
    UPDATE responsibility_assignment a SET is_fit = NOT a.is_fit
    WHERE a.to_on IS NULL
      AND a.is_fit <> {FIT.format(grade="a.grade", level="a.level", area="a.area_id", spot=SPOT)};
    RETURN NULL;
"""
GRADE_LEVEL_TRIGGERS = [
    pgtrigger.Trigger(
        name="bonds_follow",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_REJUDGE,
    ),
]

# A row that is a fact of the moment at which it was written: nobody changes or deletes it afterwards.
WRITTEN_ONCE = pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete)
