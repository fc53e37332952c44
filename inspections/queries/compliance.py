"""Reads of who must be appointed: the rules as the pure function takes them, one business held against them."""

from entities.models import Entity

from ..models import OfficerRule
from ..rules.enterprise import BOUNDS, SafetyFacts, SafetyRuleRow


def rule_rows() -> list[SafetyRuleRow]:
    """All lines of the table, of every time, as `must_have` takes them; `code` is the line's id."""
    return [
        SafetyRuleRow(
            code=rule.pk,
            post=rule.post,
            order=rule.order,
            effective_from=rule.effective_from,
            effective_to=rule.effective_to,
            categories=tuple(rule.categories),
            forms=tuple(rule.forms),
            is_exclusive=rule.is_exclusive,
            **{fact: getattr(rule, f"{fact}_from") for fact in BOUNDS},
        )
        for rule in OfficerRule.objects.order_by("order", "pk")
    ]


def facts_of(entity: Entity) -> SafetyFacts:
    """What the rules look at in a business."""
    return SafetyFacts(
        category=entity.category_id,
        form=entity.form,
        **{fact: getattr(entity, fact) for fact in BOUNDS},
    )
