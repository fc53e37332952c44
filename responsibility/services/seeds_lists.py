"""First rows of the three lists (示例，可修改): 11 drafts, the core tasks and the stages of the roll-out."""

import json

from django.conf import settings
from django.db import transaction

from ..enums import CadreLevel, ListKind
from ..models import CoreTask, ListDocument, ListItem, RolloutStage

PATH = "fixtures/responsibility/lists.json"


@transaction.atomic
def load() -> None:
    """Make what is missing: dictionaries while they are empty, a first draft of each list that has no
    version at all. What the office edited stays."""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    if not CoreTask.objects.exists():
        for order, row in enumerate(told["core_tasks"], start=1):
            CoreTask.objects.create(order=order, **row)
    if not RolloutStage.objects.exists():
        for order, name in enumerate(told["stages"], start=1):
            RolloutStage.objects.create(order=order, name=name)
    dictionaries = {
        "core_task": {row.name: row for row in CoreTask.objects.all()},
        "stage": {row.name: row for row in RolloutStage.objects.all()},
    }
    for kind in ListKind:
        for level in CadreLevel:
            if level in told["titles"][kind]:
                _load_list(told, kind, level, dictionaries)


def _load_list(told, kind, level, dictionaries):
    if ListDocument.objects.filter(kind=kind, level=level).exists():
        return
    document = ListDocument.objects.create(
        kind=kind, level=level, title=told["titles"][kind][level], is_example=True
    )
    rows = [row for row in told["lists"][kind] if level in row["marks"]]
    ListItem.objects.bulk_create(
        [
            _item(document, order, row, dictionaries, level)
            for order, row in enumerate(rows, start=1)
        ]
    )


def _item(document, order, row, dictionaries, level):
    """A line for one level: where the levels differ, the fixture names each level's own text."""

    def own(key):
        value = row.get(key, "")
        return value.get(level, "") if isinstance(value, dict) else value

    return ListItem(
        document=document,
        order=order,
        code=row["code"],
        heading=own("heading"),
        clause=own("clause"),
        standard=own("standard"),
        cycle=own("cycle"),
        deliverable=own("deliverable"),
        owner=row.get("owner", "cadre"),
        closed_by=row.get("closed_by", ""),
        mark=row["marks"][level],
        marks=row["marks"],
        core_task=dictionaries["core_task"].get(row["core_task"]),
        stage=dictionaries["stage"].get(row["stage"]),
    )
