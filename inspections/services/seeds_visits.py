"""First rows of visiting (示例，可修改): the three checklists, the frequency, what must be visited on site, and
the key periods of this year and the next."""

import datetime
import json

import pghistory
from django.conf import settings
from django.db import transaction

from entities.models import Category
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import ChecklistLevel, ChecklistState, Heading
from ..models import (
    Checklist,
    ChecklistItem,
    FrequencyRule,
    KeyPeriod,
    ModeRule,
    VisitSetting,
)

PATH = "fixtures/inspections/checklists.json"


@transaction.atomic
def load(*, on: datetime.date) -> None:
    """Make what is missing: a list that has no version at all is issued as an example; frequency, modes and
    key periods only while their tables are empty (key periods: of that year and city). What staff edited
    stays."""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    with pghistory.context(via="seed"):
        for level in ChecklistLevel:
            if not Checklist.objects.filter(level=level).exists():
                _load_list(told, level)
        _load_rules(told)
        for city in Area.objects.active().filter(level="city").order_by("code"):
            VisitSetting.objects.get_or_create(area=city)
            for year in (on.year, on.year + 1):
                _load_key_periods(told, city, year)


def _load_list(told, level):
    since = datetime.date.fromisoformat(told["effective_from"])
    checklist = Checklist.objects.create(
        level=level, title=told["titles"][level], is_example=True, effective_from=since
    )
    rows = [row for row in told["items"] if level in row["levels"]]
    # the list of the village is the list of the small ones too: never longer (16 taps)
    added = [] if level == ChecklistLevel.VILLAGE else told["added"]
    items = [
        ChecklistItem(
            checklist=checklist,
            order=order,
            code=row["code"],
            heading=row.get("heading", Heading.ADDED),
            text=row["text"],
            way=row["way"],
            na_allowed=row["na"],
            phrases=row["phrases"],
            problem_kind=row["kind"],
            control=row.get("control", ""),
        )
        for order, row in enumerate([*rows, *added], start=1)
    ]
    ChecklistItem.objects.bulk_create(items)
    _link(items, {row["code"]: row["categories"] for row in added})
    Checklist.objects.filter(pk=checklist.pk).update(state=ChecklistState.ISSUED)


def _link(items, categories):
    """The business types of the add-ons, those that the register knows."""
    known = set(Category.objects.values_list("code", flat=True))
    through = ChecklistItem.categories.through
    through.objects.bulk_create(
        [
            through(checklistitem=item, category_id=code)
            for item in items
            for code in categories.get(item.code, [])
            if code in known
        ]
    )


def _load_rules(told):
    if not FrequencyRule.objects.exists():
        FrequencyRule.objects.bulk_create([FrequencyRule(**row) for row in told["frequency"]])
    if not ModeRule.objects.exists():
        known = set(Category.objects.values_list("code", flat=True))
        ModeRule.objects.bulk_create(
            [_mode(row) for row in told["modes"] if not row["category"] or row["category"] in known]
        )


def _mode(row):
    values = {name: value for name, value in row.items() if name != "category"}
    return ModeRule(category_id=row["category"] or None, **values)


def _load_key_periods(told, city, year):
    days = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if KeyPeriod.objects.filter(area=city, starts_on__range=days).exists():
        return
    known = set(Category.objects.values_list("code", flat=True))
    for row in told["key_periods"]:
        made = KeyPeriod.objects.create(
            area=city,
            name=row["name"],
            starts_on=datetime.date.fromisoformat(f"{year}-{row['from']}"),
            ends_on=datetime.date.fromisoformat(f"{year}-{row['to']}"),
            grades=row["grades"],
        )
        made.categories.set(known.intersection(row["categories"]))
