"""合并 two businesses that are one and the same, and its undo.

One stays; the other becomes 重复登记, outside 在册 (domain §9), with its history. What hangs on it and must go
on (bonds, visits, problems …) is moved by the rooms that own it: settings.ENTITY_MERGERS names their modules with
`merge(kept, gone, take, actor, on, at) -> (moved, [sentence])` and
`undo(kept, gone, moved, actor, on, at) -> [sentence]`, called in this transaction under the county's lock.
"""

import datetime
from collections.abc import Collection
from importlib import import_module

import pghistory
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import REGISTERED, ProposalState, Status, TransferState
from ..models import Entity, EntityMerge, Proposal, Transfer
from ..rules.merging import BY_KEY
from .entities import derive
from .locks import lock_counties
from .twins import twins_leave

NOTE = "重复登记，已并入另一家"


class MergeError(DomainError):
    pass


def mergers() -> list[tuple[str, object]]:
    """(path, module) of each room that moves something in a merge."""
    return [(path, import_module(path)) for path in settings.ENTITY_MERGERS]


@transaction.atomic
def entities_merge(
    *,
    actor,
    kept: Entity,
    gone: Entity,
    take: Collection[str],
    seen: dict[int, int],
    reason: str,
    at: datetime.datetime,
    address: str | None = None,
) -> EntityMerge:
    """Merge `gone` into `kept`. `take`: the keys of the parts (rules.merging, and those of the rooms) whose value
    comes from `gone`; `seen`: id → revision as the caller saw them.

    The same call once more gives the merge that it made. Raises MergeError when one of them has moved on, is not
    in the register, or was merged by somebody else: then nothing is written."""
    if kept.pk == gone.pk:
        raise MergeError("请选择两家不同的主体。")
    if not reason.strip():
        raise MergeError("请写明为什么是同一家。")
    kept, gone = _locked(kept, gone)
    earlier = _earlier(actor, kept, gone, at)
    if earlier is not None:
        return earlier
    _check(kept, gone, seen)
    written = _taken(kept, gone, take)
    on = timezone.localdate(at)
    merge = EntityMerge(
        kept=kept, gone=gone, area_id=kept.area_id, status_before=gone.status, values=written,
        reason=reason.strip()[:200], made_by=actor, made_at=at,
    )  # fmt: skip
    with pghistory.context(user=actor.pk, via="merge", kept=kept.pk, gone=gone.pk):
        gone.status = Status.DUPLICATE
        gone.save(update_fields=["status"])
        if written:
            derive(kept, set(written))
            kept.save(update_fields=[*written, "suggested_grade", "suggested_rule", "doubts"])
        merge.moved["entities"] = _move_own(kept, gone, actor, at)
        for path, room in mergers():
            moved, told = room.merge(
                kept=kept, gone=gone, take=set(take), actor=actor, on=on, at=at
            )
            merge.moved[path] = moved
            merge.told += told
        merge.save()
    twins_leave(ids=[gone.pk], county=gone.area_id[:6])
    _record(actor, address, merge, "merge")
    return merge


@transaction.atomic
def merge_undo(
    *, actor, merge: EntityMerge, at: datetime.datetime, address: str | None = None
) -> EntityMerge:
    """Take a merge back: the other one gets its former status, what was moved goes back, and each field of the
    one that stayed gets its former value, unless somebody changed it since (told in `undo_told`). Raises
    MergeError when it was undone before or the other one has moved on."""
    kept, gone = _locked(merge.kept, merge.gone)
    merge = EntityMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        who = merge.undone_by.get_full_name() if merge.undone_by else "系统"
        when = timezone.localtime(merge.undone_at)
        raise MergeError(f"{who} {when:%m-%d %H:%M} 已撤销这次合并，您的操作没有执行。")
    if gone.status != Status.DUPLICATE:
        raise MergeError(
            f"并入的一家现在是“{gone.get_status_display()}”，不能自动撤销。请逐项核对后修改。"
        )
    later = EntityMerge.objects.filter(gone=kept, undone_at=None).select_related("kept").first()
    if later is not None:
        raise MergeError(f"保留的一家后来又并入了{later.kept.name}。请先撤销那一次合并。")
    told, restored = _put_back(kept, merge.values)
    with pghistory.context(user=actor.pk, via="merge-undo", kept=kept.pk, gone=gone.pk):
        gone.status = merge.status_before
        gone.save(update_fields=["status"])
        if restored:
            derive(kept, restored)
            kept.save(update_fields=[*restored, "suggested_grade", "suggested_rule", "doubts"])
        _return_own(kept, gone, merge.moved.get("entities", {}))
        for path, room in reversed(mergers()):
            told += room.undo(
                kept=kept, gone=gone, moved=merge.moved.get(path, {}), actor=actor,
                on=timezone.localdate(at), at=at,
            )  # fmt: skip
        merge.undone_by, merge.undone_at, merge.undo_told = actor, at, told
        merge.save()
    _record(actor, address, merge, "undo")
    return merge


def _locked(kept, gone):
    """Both, as they stand now: first the counties' locks, then the rows in the order of their ids."""
    pair = Entity.objects.filter(pk__in=[kept.pk, gone.pk])
    with connection.cursor() as cursor:
        lock_counties(cursor, [area[:6] for area in pair.values_list("area_id", flat=True)])
    rows = {row.pk: row for row in pair.order_by("pk").select_for_update(of=("self",))}
    return rows[kept.pk], rows[gone.pk]


def _earlier(actor, kept, gone, at):
    """The merge that stands already: one's own of these two, else a sentence. One whose business was brought
    back by a review meanwhile stands no more."""
    live = EntityMerge.objects.filter(undone_at=None, gone__in=[kept, gone])
    back = live.exclude(gone__status=Status.DUPLICATE)
    for merge in back.select_for_update(of=("self",)):
        merge.undone_at, merge.undo_told = at, ["并入的一家已另行恢复在册。"]
        merge.save(update_fields=["undone_at", "undo_told"])
    found = live.select_related("made_by", "kept", "gone").first()
    if found is None:
        return None
    if (found.kept_id, found.gone_id, found.made_by_id) == (kept.pk, gone.pk, actor.pk):
        return found
    who = found.made_by.get_full_name() if found.made_by else "系统"
    when = timezone.localtime(found.made_at)
    raise MergeError(
        f"{who} {when:%m-%d %H:%M} 已把{found.gone.name}并入{found.kept.name}，"
        "您的操作没有执行。不对的，请先撤销那一次合并。"
    )


def _check(kept, gone, seen):
    for one in (kept, gone):
        if one.status not in REGISTERED:
            raise MergeError(f"{one.name}现在是“{one.get_status_display()}”，不在册，不能合并。")
        if seen.get(one.pk) != one.revision:
            raise MergeError(f"{one.name}刚被别人改过，合并没有执行。请看过最新的值再合并。")
    if kept.area_id[:4] != gone.area_id[:4]:
        raise MergeError("两家不在同一个市，不能合并。")


def _taken(kept, gone, take):
    """Write the chosen values of the one into the other: field → [before, after], as JSON keeps them."""
    written = {}
    for key in take:
        for field in BY_KEY[key].fields if key in BY_KEY else ():
            before, after = getattr(kept, field), getattr(gone, field)
            if before != after:
                setattr(kept, field, after)
                written[field] = [_plain(before), _plain(after)]
    return written


def _plain(value):
    return (
        value if isinstance(value, str | int | bool | None) else DjangoJSONEncoder().default(value)
    )


def _put_back(kept, values):
    """Give back the former values where nobody changed the written ones since: sentences, fields restored."""
    told, restored = [], set()
    for field, (before, after) in values.items():
        column = kept._meta.get_field(field.removesuffix("_id"))
        if _plain(getattr(kept, field)) != after:
            told.append(f"{column.verbose_name}后来又改过，保留现值。")
            continue
        setattr(kept, field, column.to_python(before) if field == column.attname else before)
        restored.add(field)
    return told, restored


def _move_own(kept, gone, actor, at):
    """Open reviews and transfers go on with the one that stays; where it has the same open one, they end."""
    mine = Proposal.objects.filter(entity=kept, kind=OuterRef("kind"), state=ProposalState.PROPOSED)
    waiting = Proposal.objects.filter(entity=gone, state=ProposalState.PROPOSED)
    moved = list(waiting.filter(~Exists(mine)).order_by("pk").values_list("pk", flat=True))
    Proposal.objects.filter(pk__in=moved).update(entity=kept, area_id=kept.area_id)
    ended = list(waiting.order_by("pk").values_list("pk", flat=True))
    Proposal.objects.filter(pk__in=ended).update(
        state=ProposalState.WITHDRAWN, decision_note=NOTE, decided_by=actor, decided_at=at
    )
    same = Transfer.objects.filter(
        entity=kept, to_area=OuterRef("to_area"), state=TransferState.OPEN
    )
    going = Transfer.objects.filter(~Exists(same), entity=gone, state=TransferState.OPEN)
    transfers = list(going.order_by("pk").values_list("pk", flat=True))
    Transfer.objects.filter(pk__in=transfers).update(entity=kept)
    return {"proposals": moved, "ended": ended, "transfers": transfers}


def _return_own(kept, gone, moved):
    waiting = Proposal.objects.filter(entity=kept, state=ProposalState.PROPOSED)
    waiting.filter(pk__in=moved.get("proposals", [])).update(entity=gone, area_id=gone.area_id)
    Proposal.objects.filter(
        pk__in=moved.get("ended", []), state=ProposalState.WITHDRAWN, decision_note=NOTE
    ).update(state=ProposalState.PROPOSED, decision_note="", decided_by=None, decided_at=None)
    Transfer.objects.filter(
        pk__in=moved.get("transfers", []), entity=kept, state=TransferState.OPEN
    ).update(entity=gone)


def _record(actor, address, merge, act):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="entitymerge",
        object_id=merge.pk, area_code=merge.area_id,
        detail={"act": act, "kept": merge.kept_id, "gone": merge.gone_id, "reason": merge.reason},
    )  # fmt: skip
