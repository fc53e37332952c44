"""Reads of the three lists. They belong to no area: whoever may read them reads all of them."""

import datetime
from collections.abc import Iterable

from django.db.models import Count, Q

from ..enums import CadreLevel, Cycle, DutyCloser, DutyOwner, ListKind, ListState, Mark
from ..models import CoreTask, ListDocument, ListItem, RolloutStage
from ..rules.lists import FIELDS, differences, is_reordered

LEVELS = tuple(CadreLevel.values)
# The supervision lists are named by both ends.
SUPERVISION_WORDS = {
    CadreLevel.CITY: "市督县",
    CadreLevel.COUNTY: "县督乡",
    CadreLevel.TOWNSHIP: "乡督村",
}
# The heads of the matrix of marks.
LEVEL_HEADS = {
    ListKind.RESPONSIBILITY: ["市", "县", "乡", "村"],
    ListKind.TASK: ["市", "县", "乡", "村"],
    ListKind.SUPERVISION: list(SUPERVISION_WORDS.values()),
}
FIELD_WORDS = {
    "heading": "事项",
    "clause": "内容",
    "standard": "措施与标准",
    "cycle": "周期",
    "deliverable": "成果物",
    "owner": "责任方",
    "closed_by": "自动办结",
    "mark": "本级",
    "marks": "各级",
    "core_task": "核心任务",
    "stage": "推进阶段",
}
MARK_WORDS = {Mark.FULL: "● 必做", Mark.ASSIST: "○ 协助"}


def level_words(document: ListDocument) -> str:
    """The level of a list as people say it: 市级, 市督县."""
    if document.kind == ListKind.SUPERVISION:
        return SUPERVISION_WORDS[document.level]
    return document.get_level_display()


def list_levels(kind: str) -> list[str]:
    """The levels that have a list of this kind, from the city down."""
    return list(SUPERVISION_WORDS) if kind == ListKind.SUPERVISION else list(LEVELS)


def _counted(found):
    full = Q(items__mark=Mark.FULL)
    return found.annotate(
        total=Count("items"),
        full=Count("items", filter=full),
        assist=Count("items", filter=~full & Q(items__isnull=False)),
    )


def lists_index(*, user) -> list[dict]:
    """The 11 lists by kind and level: the version in force and the draft, each with its numbers of lines;
    one statement."""
    rows = _counted(
        ListDocument.objects.visible_to(user).exclude(state=ListState.SUPERSEDED)
    ).order_by("kind", "level", "version", "pk")
    found = {}
    for row in rows:
        found.setdefault((row.kind, row.level), {})[row.state] = row
    groups = []
    for kind in ListKind:
        lines = []
        for level in list_levels(kind):
            both = found.get((kind, level), {})
            versions = [
                both[state] for state in (ListState.ISSUED, ListState.DRAFT) if state in both
            ]
            lines.append({"level": level, "versions": versions})
        groups.append({"kind": kind, "label": kind.label, "lines": lines})
    for group in groups:
        for line in group["lines"]:
            for version in line["versions"]:
                version.level_words = level_words(version)
        group["rows"] = [version for line in group["lines"] for version in line["versions"]]
    return groups


def lists_numbers(*, user) -> dict[str, int]:
    """How many lists are in force, how many drafts wait, how many versions are superseded."""
    return ListDocument.objects.visible_to(user).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in ListState.values}
    )


def lists_visible(*, user):
    """All versions that the user may see, as a set."""
    return ListDocument.objects.visible_to(user)


def list_get(*, user, pk: int) -> ListDocument | None:
    """One version with who made and issued it; nothing for those who may not see it."""
    return (
        _counted(ListDocument.objects.visible_to(user).filter(pk=pk))
        .select_related("created_by", "issued_by", "copied_from")
        .first()
    )


def list_items(*, user, document: ListDocument) -> list[ListItem]:
    """The lines of a version in order, each with its marks by level (`cells`, and `marked` with their heads)."""
    items = list(
        document.items.select_related("core_task", "stage", "document").order_by("order", "pk")
    )
    levels = list_levels(document.kind)
    for item in items:
        item.cells = [
            Mark(item.marks[level]).label if item.marks.get(level) in Mark.values else ""
            for level in levels
        ]
        item.marked = list(zip(LEVEL_HEADS[document.kind], item.cells, strict=True))
        item.mark_words = MARK_WORDS[item.mark]
    return items


def item_get(*, user, pk: int) -> ListItem | None:
    """One line of a version."""
    seen = ListDocument.objects.visible_to(user)
    found = ListItem.objects.filter(pk=pk, document__in=seen)
    return found.select_related("document", "core_task", "stage").first()


def list_versions(*, user, document: ListDocument) -> list[ListDocument]:
    """All versions of the list that this one belongs to, newest first."""
    found = ListDocument.objects.visible_to(user)
    return list(
        _counted(found.filter(kind=document.kind, level=document.level))
        .select_related("created_by", "issued_by")
        .order_by("-version", "-pk")
    )


def list_before(document: ListDocument) -> ListDocument | None:
    """The version that this one is compared with: what it was copied from, else the one before."""
    if document.copied_from_id:
        return document.copied_from
    return (
        ListDocument.objects.filter(
            kind=document.kind, level=document.level, version__lt=document.version
        )
        .order_by("-version")
        .first()
    )


def list_in_force(*, kind: str, level: str, on: datetime.date) -> ListDocument | None:
    """The version in force on a day: issued or superseded, its days around it."""
    return lists_in_force(kinds=[kind], on=on).filter(level=level).first()


def lists_in_force(*, kinds: Iterable[str], on: datetime.date):
    """The versions of these kinds in force on a day, as a set."""
    return ListDocument.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        kind__in=list(kinds),
        state__in=[ListState.ISSUED, ListState.SUPERSEDED],
        effective_from__lte=on,
    )


def _line(item, levels):
    """A line as plain words, for the comparison."""
    return {"code": item.code} | {name: _word(item, name, levels) for name in FIELDS}


def _word(item, name, levels):
    value = getattr(item, name)
    if name == "cycle":
        return Cycle(value).label if value else ""
    if name == "owner":
        return DutyOwner(value).label if item.document.kind == ListKind.TASK else ""
    if name == "closed_by":
        return DutyCloser(value).label if value else ""
    if name == "mark":
        return MARK_WORDS[value]
    if name == "marks":
        return " ".join(
            f"{CadreLevel(level).label[0]}{Mark(value[level]).label}"
            for level in levels
            if value.get(level) in Mark.values
        )
    if name in ("core_task", "stage"):
        return value.name if value else ""
    return value


def list_differences(*, user, old: ListDocument, new: ListDocument) -> dict:
    """What differs between two versions, in words: lines (code, kind, clause, changes of field, old and
    new), and whether the common lines stand in another order."""
    levels = list_levels(new.kind)
    before = [_line(item, levels) for item in list_items(user=user, document=old)]
    after = [_line(item, levels) for item in list_items(user=user, document=new)]
    lines = [
        {
            "code": found.code,
            "kind": found.kind,
            "heading": found.line["heading"],
            "clause": found.line["clause"],
            "changes": [
                {"field": FIELD_WORDS[name], "old": was, "new": now}
                for name, was, now in found.changes
            ],
        }
        for found in differences(before, after)
    ]
    return {"lines": lines, "is_reordered": is_reordered(before, after), "count": len(lines)}


def list_choices() -> dict[str, list[tuple]]:
    """The dictionaries that a line may carry, those in use."""
    return {
        "core_task": list(
            CoreTask.objects.filter(is_active=True)
            .order_by("order", "pk")
            .values_list("pk", "name")
        ),
        "stage": list(
            RolloutStage.objects.filter(is_active=True)
            .order_by("order", "pk")
            .values_list("pk", "name")
        ),
    }
