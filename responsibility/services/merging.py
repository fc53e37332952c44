"""What a merge of two businesses does to who holds them (settings.ENTITY_MERGERS, entities.services.merging).

The one that stays keeps its bearer, unless the other's is chosen, or it has none; the other's bond ends. Ended
bonds and the 变更台账 stay where they are: history.
"""

import datetime

from django.db import connection
from django.db.models import QuerySet

from entities.models import Entity
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import AssignmentReason, EndReason
from ..models import Assignment
from .assignments import bond_end, bond_make
from .bond_changes import record_bond_changes

BEARER = "bearer"
UNDONE = "撤销重复登记的合并"


def _bonds(*entities) -> dict[int, Assignment]:
    found = Assignment.objects.active().filter(entity__in=entities).select_related("cadre")
    return {bond.entity_id: bond for bond in found}


def _words(bond):
    if bond is None:
        return ""
    return f"{bond.get_level_display()} {bond.cadre.name}（{bond.from_on} 起）"


def preview(*, kept: Entity, gone: Entity) -> dict:
    """The bearers side by side, and what becomes of them."""
    bonds = _bonds(kept, gone)
    mine, other = bonds.get(kept.pk), bonds.get(gone.pk)
    same = (mine.cadre_id if mine else None) == (other.cadre_id if other else None)
    row = {
        "key": BEARER, "label": "包保干部", "kept": _words(mine), "gone": _words(other),
        "is_same": same, "side": "gone" if other and not mine else "kept",
    }  # fmt: skip
    moves = ["并入方现在的包保关系到当日为止；以前的包保关系留在并入方。"] if other else []
    return {"rows": [row], "moves": moves}


def merge(
    *, kept: Entity, gone: Entity, take: set, actor, on: datetime.date, at: datetime.datetime
) -> tuple[dict, list[str]]:
    """End the other's bond; give the one that stays the chosen bearer, where his level fits its grade. For the
    caller's transaction."""
    bonds = _bonds(kept, gone)
    mine, other = bonds.get(kept.pk), bonds.get(gone.pk)
    if other is None:
        return {}, []
    note = f"重复登记，并入 {kept.licence_no}"
    bond_end(
        actor=actor, entities=_one(gone), on=on, at=at, note=note, end_reason=EndReason.DEREGISTERED
    )
    moved = {"gone": other.pk, "kept": None, "made": None}
    if BEARER not in take or (mine and mine.cadre_id == other.cadre_id):
        return moved, []
    try:
        bond_make(
            actor=actor, entities=_one(kept), cadre=other.cadre, on=on, at=at,
            note=f"由重复登记 {gone.licence_no} 转来",
        )  # fmt: skip
    except DomainError as error:
        return moved, [f"包保干部没有改为{other.cadre.name}：{error.message}"]
    made = _bonds(kept)[kept.pk]
    return moved | {"kept": mine.pk if mine else None, "made": made.pk}, []


def undo(
    *, kept: Entity, gone: Entity, moved: dict, actor, on: datetime.date, at: datetime.datetime
) -> list[str]:
    """Let the bearers of before hold both again, where nobody gave them to another since."""
    told = []
    bonds = _bonds(kept, gone)
    mine = bonds.get(kept.pk)
    if moved.get("made"):
        if mine is not None and mine.pk == moved["made"]:
            _again(mine, moved["kept"], actor, on, at)
        else:
            told.append("保留方的包保干部后来又改过，保留现在的。")
    if moved.get("gone"):
        if gone.pk in bonds:
            told.append("并入方已另有包保干部，保留现在的。")
        else:
            _again(None, moved["gone"], actor, on, at)
    return told


def _one(entity) -> QuerySet[Entity]:
    return Entity.objects.filter(pk=entity.pk)


def _again(present, former_id, actor, on, at):
    """End the present bond; an equal one of the former begins (nothing rewrites history)."""
    if present is not None:
        present.to_on, present.end_reason = max(present.from_on, on), EndReason.UNDO
        present.note, present.ended_by, present.ended_at = UNDONE, actor, at
        present.save(update_fields=["to_on", "end_reason", "note", "ended_by", "ended_at"])
    former = Assignment.objects.filter(pk=former_id).select_related("cadre").first()
    entity = present.entity_id if present else former.entity_id
    if former is not None:
        Assignment.objects.create(
            entity_id=former.entity_id, cadre_id=former.cadre_id, area_id=former.area_id,
            status=former.status, grade=former.grade, level=former.level, is_fit=former.is_fit,
            is_pending=former.is_pending, from_on=max(former.to_on or on, on),
            reason=AssignmentReason.UNDO, note=UNDONE, made_by=actor, made_at=at,
            exception_reason=former.exception_reason,
        )  # fmt: skip
    with connection.cursor() as cursor:
        record_bond_changes(
            cursor, pairs="SELECT %(entity)s::bigint, %(old)s::bigint, %(new)s::bigint",
            params={
                "entity": entity, "old": present.cadre_id if present else None,
                "new": former.cadre_id if former else None,
            },
            on=on, at=at, by_id=actor.pk if actor else None, note=UNDONE,
        )  # fmt: skip
