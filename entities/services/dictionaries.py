"""First contents of the dictionaries: categories, business forms, the example grading standard."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import pghistory
from django.db import transaction

from ..enums import StandardState
from ..models import BusinessForm, Category, GradingRule, GradingStandard

STANDARD_NAME = "分级标准（示例）"
STANDARD_FROM = datetime.date(2022, 11, 1)


@transaction.atomic
def dictionaries_load(
    *,
    categories: Sequence[tuple[str, str, Iterable[str]]],
    small: Iterable[str],
    forms: Iterable[str],
    rules: Iterable[Mapping[str, str]],
) -> dict[str, int]:
    """Put in what is not there yet: a second run, and what staff have edited since, stay as they are.
    A category that is there takes synonyms that are new to it; one that staff took out, or gave to
    another category, does not come back. Gives the number of new rows of each kind, and of synonyms."""
    made = {"categories": 0, "synonyms": 0, "forms": 0, "rules": 0}
    with pghistory.context(via="fixtures"):
        known = Category.objects.in_bulk()
        fresh = [
            Category(
                code=code,
                name=name,
                synonyms=list(synonyms),
                is_small=code in small,
                position=position * 10,
            )
            for position, (code, name, synonyms) in enumerate(categories, start=1)
            if code not in known
        ]
        made["categories"] = len(Category.objects.bulk_create(fresh))
        for code, _name, synonyms in categories:
            if code in known:
                made["synonyms"] += _add_synonyms(known[code], synonyms)
        names = set(BusinessForm.objects.values_list("name", flat=True))
        made["forms"] = len(
            BusinessForm.objects.bulk_create(
                [BusinessForm(name=name) for name in forms if name not in names]
            )
        )
        made["rules"] = _load_standard(rules)
    return made


def _add_synonyms(category, synonyms):
    once = {word for event in category.events.all() for word in event.synonyms}
    others = Category.objects.exclude(pk=category.pk)
    taken = {word for other in others for word in (other.name, *other.synonyms)}
    fresh = [w for w in synonyms if w not in once and w not in taken and w not in category.synonyms]
    if fresh:
        category.synonyms = [*category.synonyms, *fresh]
        category.save(update_fields=["synonyms"])
    return len(fresh)


def _load_standard(rules):
    if GradingStandard.objects.exists():
        return 0
    standard = GradingStandard.objects.create(
        name=STANDARD_NAME,
        document="示例，可修改：按规模业态分级，阈值须由市食安办定",
        effective_from=STANDARD_FROM,
        state=StandardState.ACTIVE,
        is_example=True,
        note="由公开资料和常用做法整理，不是正式文件。",
    )
    rows = [_rule(standard, row) for row in rules]
    return len(GradingRule.objects.bulk_create(rows))


def _rule(standard, row):
    bounds = ("floor_area_from", "seats_from", "diners_from", "output_from")
    return GradingRule(
        standard=standard,
        priority=int(row["priority"]),
        title=row["title"],
        categories=row["categories"].split(),
        forms=row["forms"].split(),
        is_exclusive=row["is_exclusive"] == "1",
        grade=row["grade"],
        source=row["source"],
        **{name: row[name] or None for name in bounds},
    )
