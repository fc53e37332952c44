"""Reads of the checklists. They belong to no area: whoever may read them reads all of them."""

import datetime

from django.db.models import Count, Q

from responsibility.rules.lists import differences, is_reordered

from ..enums import ChecklistLevel, ChecklistState, Control, Heading
from ..models import Checklist, ChecklistItem, ProblemKind
from ..rules.checklists import FIELDS

FIELD_WORDS = {
    "heading": "标题",
    "text": "督导内容",
    "way": "方式",
    "na_allowed": "可不涉及",
    "categories": "只用于",
    "phrases": "常用语",
    "problem_kind": "问题类别",
    "control": "对应制度",
}

CONTROL_WORDS = dict(Control.choices)


def _counted(found):
    return found.annotate(
        base=Count("items", filter=~Q(items__heading=Heading.ADDED), distinct=True),
        added=Count("items", filter=Q(items__heading=Heading.ADDED), distinct=True),
    )


def checklists_visible(*, user):
    """All versions that the user may see, as a set."""
    return Checklist.objects.visible_to(user)


def checklist_index(*, user) -> list[dict]:
    """The three lists by level: the version in force and the draft, each with its numbers of items; one
    statement."""
    rows = _counted(Checklist.objects.visible_to(user).exclude(state=ChecklistState.SUPERSEDED))
    found = {level: [] for level in ChecklistLevel}
    for row in rows.order_by("version", "pk"):
        found[ChecklistLevel(row.level)].append(row)
    return [{"level": level, "label": level.label, "rows": rows} for level, rows in found.items()]


def checklist_get(*, user, pk: int) -> Checklist | None:
    """One version with who made and issued it."""
    found = _counted(Checklist.objects.visible_to(user).filter(pk=pk))
    return found.select_related("created_by", "issued_by", "copied_from").first()


def checklist_items(*, user, checklist: Checklist) -> list[ChecklistItem]:
    """The items of a version in their order, each with the names of its types (`types`), the word of its
    class (`kind_word`) and of the control that its answer tells of (`control_word`); three statements."""
    items = list(
        checklist.items.select_related("checklist")
        .prefetch_related("categories")
        .order_by("order", "pk")
    )
    kinds = dict(ProblemKind.objects.values_list("code", "name"))
    for item in items:
        item.types = [category.name for category in item.categories.all()]
        item.kind_word = kinds.get(item.problem_kind, "")
        item.control_word = CONTROL_WORDS.get(item.control, item.control)
    return items


def grouped(items: list[ChecklistItem]) -> list[dict]:
    """The items under their headings, in the order of the headings."""
    return [
        {"heading": heading, "items": [item for item in items if item.heading == heading]}
        for heading in Heading
        if any(item.heading == heading for item in items)
    ]


def item_get(*, user, pk: int) -> ChecklistItem | None:
    """One item of a version."""
    seen = Checklist.objects.visible_to(user)
    found = ChecklistItem.objects.filter(pk=pk, checklist__in=seen)
    return found.select_related("checklist").first()


def checklist_versions(*, user, level: str) -> list[Checklist]:
    """All versions of one level, newest first."""
    found = Checklist.objects.visible_to(user).filter(level=level)
    return list(
        _counted(found).select_related("created_by", "issued_by").order_by("-version", "-pk")
    )


def checklist_before(checklist: Checklist) -> Checklist | None:
    """The version that this one is compared with: what it was copied from, else the one before."""
    if checklist.copied_from_id:
        return checklist.copied_from
    earlier = Checklist.objects.filter(level=checklist.level, version__lt=checklist.version)
    return earlier.order_by("-version").first()


def checklists_in_force(*, on: datetime.date) -> dict[str, Checklist]:
    """Level → the version in force on a day."""
    rows = Checklist.objects.in_force(on).order_by("effective_from", "pk")
    return {row.level: row for row in rows}


def checklist_differences(*, user, old: Checklist, new: Checklist) -> dict:
    """What differs between two versions, in words: items (code, kind, text, changes of field, old and new),
    and whether the common ones stand in another order."""
    before = [_words(item) for item in checklist_items(user=user, checklist=old)]
    after = [_words(item) for item in checklist_items(user=user, checklist=new)]
    lines = [
        {
            "code": found.code,
            "kind": found.kind,
            "text": found.line["text"],
            "changes": [
                {"field": FIELD_WORDS[name], "old": was, "new": now}
                for name, was, now in found.changes
            ],
        }
        for found in differences(before, after, FIELDS)
    ]
    return {"lines": lines, "is_reordered": is_reordered(before, after), "count": len(lines)}


def _words(item):
    """An item as plain words, for the comparison."""
    return {
        "code": item.code,
        "heading": item.get_heading_display(),
        "text": item.text,
        "way": item.way,
        "na_allowed": "可以" if item.na_allowed else "不可以",
        "categories": "、".join(item.types),
        "phrases": "；".join(item.phrases),
        "problem_kind": item.kind_word or item.problem_kind,
        "control": item.control_word,
    }


def kind_choices() -> list[tuple[str, str]]:
    """The classes of problems in use, in their order."""
    kinds = ProblemKind.objects.filter(is_active=True).order_by("order", "pk")
    return list(kinds.values_list("code", "name"))
