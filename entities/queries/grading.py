"""Reads about grading standards: their rules, the suggestion as SQL, a draft tried on the register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from ..enums import GradeSource, StandardState
from ..models import Category, Entity, GradingRule, GradingStandard
from ..rules import GradingFacts, GradingRuleRow, grade_by_rules

# The facts of the rules as columns of the register; a table alias may be put before each.
ENTITY_COLUMNS = {
    "category": "category_id",
    "form": "form",
    "floor_area": "floor_area",
    "seats": "seats",
    "diners": "diners",
    "output": "annual_output",
}


def active_standard() -> GradingStandard | None:
    """The standard in force, or nothing before the first was put in force."""
    return GradingStandard.objects.filter(state=StandardState.ACTIVE).first()


def rule_rows(standard: GradingStandard | None) -> list[GradingRuleRow]:
    """The rules of a standard in their order, as the pure function wants them; `code` = rule's id."""
    if standard is None:
        return []
    return [rule_row(rule) for rule in standard.rules.order_by("priority", "pk")]


def rule_row(rule: GradingRule) -> GradingRuleRow:
    """One rule as the pure function wants it."""
    return GradingRuleRow(
        priority=rule.priority,
        categories=frozenset(rule.categories),
        forms=tuple(rule.forms),
        floor_area_from=rule.floor_area_from,
        seats_from=rule.seats_from,
        diners_from=rule.diners_from,
        output_from=rule.output_from,
        is_exclusive=rule.is_exclusive,
        grade=rule.grade,
        code=str(rule.pk),
    )


def suggestion_sql(
    standard: GradingStandard | None, columns: Mapping[str, str] = ENTITY_COLUMNS
) -> tuple[str, str]:
    """Two SQL expressions over the named columns: the suggested grade ('' = undetermined) and the id
    of the rule that hit (NULL = none). Agrees with `rules.grade_by_rules` row by row.

    `columns` gives a SQL expression for each field of `GradingFacts` (trusted text, never a user's).
    The result holds no placeholder and no percent sign: it may stand in a statement with parameters.
    """
    missing = set(GradingFacts._fields) - set(columns)
    if missing:
        raise ValueError(f"columns lack {sorted(missing)}")
    rules = rule_rows(standard)
    if not rules:
        return "''::varchar", "NULL::bigint"
    # A row goes through the rules of its own category alone: a fifth of the tests.
    named = sorted({code for rule in rules for code in rule.categories})
    grades, ids = _chain([rule for rule in rules if not rule.categories], columns)
    if named:
        by_category = {
            code: _chain([r for r in rules if not r.categories or code in r.categories], columns)
            for code in named
        }
        whens = [
            " ".join(
                f"WHEN {_text(code)} THEN {chains[at]}" for code, chains in by_category.items()
            )
            for at in (0, 1)
        ]
        category = f"CASE {columns['category']}"
        grades = f"{category} {whens[0]} ELSE {grades} END"
        ids = f"{category} {whens[1]} ELSE {ids} END"
    return f"({grades})", f"({ids})"


def _chain(rules, columns):
    """The rules in their order as two CASE expressions; their categories are known to fit."""
    grades, ids = [], []
    for rule in rules:
        of_form = _of_form(rule, columns)
        bounds = _bounds(rule, columns)
        hits = f"{of_form} AND ({' OR '.join(met for met, _ in bounds)})" if bounds else of_form
        grades.append(f"WHEN {hits} THEN {_text(rule.grade)}")
        ids.append(f"WHEN {hits} THEN {int(rule.code)}")
        if bounds:
            # All facts that the rule asks for are unknown: a person must find them out.
            unknown = " AND ".join(f"{column} IS NULL" for _, column in bounds)
            grades.append(f"WHEN {of_form} AND {unknown} THEN ''")
            ids.append(f"WHEN {of_form} AND {unknown} THEN NULL::bigint")
    if not grades:
        return "''", "NULL::bigint"
    return f"CASE {' '.join(grades)} ELSE '' END", f"CASE {' '.join(ids)} ELSE NULL::bigint END"


def _of_form(rule, columns):
    if not rule.forms:
        return "TRUE"
    words = " OR ".join(
        f"strpos(coalesce({columns['form']}, ''), {_text(word)}) > 0" for word in rule.forms
    )
    return f"({words})"


def _bounds(rule, columns):
    """(test, column) for each bound; an unknown fact meets none."""
    operator = ">" if rule.is_exclusive else ">="
    asked = {
        "floor_area": rule.floor_area_from,
        "seats": rule.seats_from,
        "diners": rule.diners_from,
        "output": rule.output_from,
    }
    return [
        (f"coalesce({columns[fact]} {operator} {Decimal(bound):f}, FALSE)", columns[fact])
        for fact, bound in asked.items()
        if bound is not None
    ]


def _text(value):
    """A text literal without percent signs, which a statement with parameters would read as its own."""
    parts = [f"'{part.replace(chr(39), chr(39) * 2)}'" for part in str(value).split("%")]
    joined = " || chr(37) || ".join(parts)
    return f"({joined})" if len(parts) > 1 else joined


def standards():
    """All standards: the one in force, then drafts, then retired ones, newest first."""
    found = GradingStandard.objects.all()
    order = {StandardState.ACTIVE: 0, StandardState.DRAFT: 1, StandardState.RETIRED: 2}
    return sorted(found, key=lambda s: (order[s.state], -s.effective_from.toordinal(), -s.pk))


def rules_of(standard: GradingStandard) -> list[GradingRule]:
    """The rules of a standard in their order, each with the names of its categories."""
    names = dict(Category.objects.values_list("code", "name"))
    rules = list(standard.rules.order_by("priority", "pk"))
    for rule in rules:
        rule.category_names = [names.get(code, code) for code in rule.categories]
    return rules


@dataclass(frozen=True)
class Step:
    """One rule held against one business: hit, short (未达), missing (facts unknown) or unread."""

    rule: GradingRule
    outcome: str


FACT_NAMES = {
    "floor_area": "经营面积",
    "seats": "座位数",
    "diners": "每餐用餐人数",
    "output": "年产值",
}
# How many rules behind the deciding one are shown.
UNREAD = 2


def facts_of(entity: Entity) -> GradingFacts:
    """What the grading rules look at in a business."""
    return GradingFacts(
        category=entity.category_id,
        form=entity.form,
        floor_area=entity.floor_area,
        seats=entity.seats,
        diners=entity.diners,
        output=entity.annual_output,
    )


def grade_steps(entity: Entity, rules: Iterable[GradingRule]) -> tuple[list[Step], list[str]]:
    """The rules that were held against a business in their order, up to the one that decided and two
    after it, and the names of the facts that are missing."""
    facts, steps, missing, is_decided = facts_of(entity), [], [], False
    for rule in rules:
        verdict = grade_by_rules(facts, [rule_row(rule)])
        if not verdict.tried:
            continue
        if is_decided:
            steps.append(Step(rule, "unread"))
            if sum(step.outcome == "unread" for step in steps) == UNREAD:
                break
        elif verdict.rule:
            steps.append(Step(rule, "hit"))
            is_decided = True
        elif verdict.missing:
            missing = [FACT_NAMES[fact] for fact in verdict.missing]
            steps.append(Step(rule, "missing"))
            is_decided = True
        else:
            steps.append(Step(rule, "short"))
    return steps, missing


def try_standard(*, user, standard: GradingStandard, area: str = "") -> dict[tuple[str, str], int]:
    """How 应包 businesses would be suggested anew: (present grade, grade by this standard) → count.

    Set-based, one statement, writes nothing; `area` narrows to a subtree.
    """
    grade, _ = suggestion_sql(standard)
    found = Entity.objects.obliged().visible_to(user)
    if area:
        found = found.within(area)
    inner, params = found.values("grade", *ENTITY_COLUMNS.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT grade, {grade} AS suggested, count(*) FROM ({inner}) AS tried GROUP BY 1, 2",
            params,
        )
        return {(old, new): total for old, new, total in cursor.fetchall()}


def moving(*, user, standard: GradingStandard, old: str, new: str) -> QuerySet[Entity]:
    """The 应包 businesses behind one cell of the matrix, unordered."""
    grade, _ = suggestion_sql(
        standard, {k: f"entities_entity.{v}" for k, v in ENTITY_COLUMNS.items()}
    )
    suggested = RawSQL(grade, [], output_field=CharField())  # noqa: S611 (no user's text in it)
    found = Entity.objects.obliged().visible_to(user).filter(grade=old)
    return found.alias(tried=suggested).filter(tried=new)


def adoption_preview(found: QuerySet[Entity]) -> dict[str, int]:
    """What adopting the suggestions would do to these businesses: changing, by_hand (left)."""
    wanted = found.obliged().exclude(suggested_grade="").exclude(grade=F("suggested_grade"))
    is_manual = Q(grade_source=GradeSource.MANUAL)
    return wanted.aggregate(
        changing=Count("pk", filter=~is_manual), by_hand=Count("pk", filter=is_manual)
    )


def standard_get(*, pk: int) -> GradingStandard | None:
    """One standard; standards are the whole city's, so there is no scope."""
    return GradingStandard.objects.filter(pk=pk).first()
