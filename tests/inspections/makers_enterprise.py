"""What the enterprise's own responsibility stands on: the example rules, people, looks at controls."""

import datetime
import json

from django.conf import settings
from django.utils import timezone

from inspections.models import ControlCheck, EntityCompliance, SafetyPerson
from inspections.rules.enterprise import BOUNDS, SafetyRuleRow
from inspections.services.seeds_enterprise import PATH, load
from tests.factories import CategoryFactory, EntityFactory
from tests.inspections.makers_visits import load_categories

TODAY = datetime.date(2022, 11, 2)


def load_rules():
    """Categories and the example rules."""
    load_categories()
    load(on=TODAY)


def example_rules():
    """The example rules as the pure function takes them, without a database; codes 1, 2, …"""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    day = datetime.date.fromisoformat
    return [
        SafetyRuleRow(
            code=code,
            post=row["post"],
            order=row["order"],
            effective_from=day(row["from"]),
            effective_to=day(row["to"]) if "to" in row else None,
            categories=tuple(row.get("categories", ())),
            forms=tuple(row.get("forms", ())),
            is_exclusive=row.get("exclusive", False),
            **{fact: row.get(fact) for fact in BOUNDS},
        )
        for code, row in enumerate(told["officer_rules"], start=1)
    ]


def make_entity(*, category="school_canteen", area="379921001", **more):
    return EntityFactory(
        area_id=area, category=CategoryFactory(code=category, name=f"类别{category}"), **more
    )


def make_person(entity, **more):
    values = {"post": "officer", "name": "周安全", "phone": "13804541234"} | more
    return SafetyPerson.objects.create(entity=entity, **values)


def make_check(entity, **more):
    values = {
        "control": "daily", "told": "seen", "state": "verified", "checked_on": TODAY,
        "made_at": timezone.now(),
    } | more  # fmt: skip
    return ControlCheck.objects.create(entity=entity, **values)


def compliance(entity):
    return EntityCompliance.objects.get(pk=entity.pk)
