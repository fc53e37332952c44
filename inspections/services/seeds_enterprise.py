"""First rows of the enterprise's own responsibility (示例，可修改): who must have whom, what each control asks."""

import datetime
import json

import pghistory
from django.conf import settings
from django.db import transaction

from ..models import ControlRule, OfficerRule
from ..rules.enterprise import BOUNDS

PATH = "fixtures/inspections/enterprise.json"


@transaction.atomic
def load(*, on: datetime.date) -> None:
    """Make both tables while they are empty; what staff edited stays. One statement a table: the database
    works out the whole register anew after each."""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    with pghistory.context(via="seed"):
        if not ControlRule.objects.exists():
            ControlRule.objects.bulk_create(_control_rule(row) for row in told["control_rules"])
        if not OfficerRule.objects.exists():
            OfficerRule.objects.bulk_create(_officer_rule(row) for row in told["officer_rules"])


def _officer_rule(row):
    return OfficerRule(
        post=row["post"],
        order=row["order"],
        title=row["title"],
        categories=row.get("categories", []),
        forms=row.get("forms", []),
        is_exclusive=row.get("exclusive", False),
        effective_from=row["from"],
        effective_to=row.get("to"),
        basis=row["basis"],
        is_example=True,
        **{f"{fact}_from": row.get(fact) for fact in BOUNDS},
    )


def _control_rule(row):
    return ControlRule(
        control=row["control"],
        text=row["text"],
        needs_director=row.get("needs_director", False),
        fresh_days=row.get("fresh_days"),
        hours=row.get("hours"),
        exam_months=row.get("exam_months"),
        effective_from=row["from"],
        effective_to=row.get("to"),
        basis=row["basis"],
        is_example=True,
    )
