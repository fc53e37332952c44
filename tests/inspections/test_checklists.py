"""The example lists, and what the database keeps of an issued one."""

import json
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction

from entities.models import Category
from inspections.enums import ChecklistState, Heading
from inspections.models import Checklist, ChecklistItem, FrequencyRule, KeyPeriod, ModeRule
from inspections.rules.checklists import applies, checklist_level
from tests.inspections.makers_visits import load_lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(areas):
    load_lists()
    return {row.level: row for row in Checklist.objects.all()}


def base(checklist):
    return checklist.items.exclude(heading=Heading.ADDED)


def test_the_levels_have_their_numbers_of_items(lists):
    numbers = {level: base(row).count() for level, row in lists.items()}
    assert numbers == {"main": 33, "township": 23, "village": 16}
    assert {row.state for row in lists.values()} == {ChecklistState.ISSUED}
    assert all(row.is_example for row in lists.values())


def test_all_four_headings_stand_in_every_list(lists):
    for row in lists.values():
        assert set(base(row).values_list("heading", flat=True)) == set(Heading.values) - {"added"}


def test_only_the_longer_lists_have_add_ons(lists):
    added = {level: row.items.filter(heading=Heading.ADDED).count() for level, row in lists.items()}
    assert added["village"] == 0
    assert added["main"] == added["township"] > 40
    assert not ChecklistItem.objects.filter(heading=Heading.ADDED, categories=None).exists()
    assert not base(lists["main"]).exclude(categories=None).exists()


def test_each_item_offers_its_usual_findings_and_a_class():
    told = json.loads(
        (settings.BASE_DIR / "fixtures/inspections/checklists.json").read_text(encoding="utf-8")
    )
    rows = told["items"] + told["added"]
    assert all(1 <= len(row["phrases"]) <= 4 and row["way"] for row in rows)
    assert {row["kind"] for row in rows} <= {"minor", "general", "major", "severe"}
    assert max(Counter(row["code"] for row in rows).values()) == 1
    assert "示例" in told["note"]


def test_a_second_load_leaves_what_staff_edited(lists):
    Category.objects.filter(code="market").update(name="市场")
    FrequencyRule.objects.update(times=2)
    KeyPeriod.objects.filter(name="五一").update(is_active=False)
    before = KeyPeriod.objects.count(), ModeRule.objects.count(), ChecklistItem.objects.count()
    call_command("load_inspection_fixtures", verbosity=0)
    load_lists()
    assert FrequencyRule.objects.get().times == 2
    assert (
        not KeyPeriod.objects.filter(name="五一", is_active=True)
        .filter(starts_on__year=2022)
        .exists()
    )
    after = ModeRule.objects.count(), ChecklistItem.objects.count()
    assert after == before[1:]
    assert Checklist.objects.count() == 3


def test_the_highest_risk_is_d_and_school_canteens_are_visited_on_site(lists):
    rules = set(ModeRule.objects.values_list("category_id", "risk_grade"))
    assert rules == {("school_canteen", ""), (None, "D")}


def test_an_issued_list_never_changes(lists):
    item = lists["village"].items.first()
    for act in (
        item.save,
        item.delete,
        lambda: ChecklistItem.objects.create(
            checklist=lists["village"], order=99, code="T99", heading="system", text="x"
        ),
        lambda: Checklist.objects.filter(pk=lists["village"].pk).update(title="x"),
        lambda: Checklist.objects.filter(pk=lists["village"].pk).update(state="draft"),
    ):
        with pytest.raises(IntegrityError, match="已启用的清单不能改动"), transaction.atomic():
            act()
    assert lists["village"].items.count() == 16


@pytest.mark.parametrize(
    ("bearer", "is_small", "level"),
    [
        ("city", False, "main"),
        ("county", False, "main"),
        ("township", False, "township"),
        ("village", False, "village"),
        ("county", True, "village"),
    ],
)
def test_the_bearer_says_which_list(bearer, is_small, level):
    assert checklist_level(bearer, is_small=is_small) == level


def test_an_item_without_types_is_for_all():
    assert applies([], "sale")
    assert applies(["sale", "market"], "market")
    assert not applies(["market"], "sale")
