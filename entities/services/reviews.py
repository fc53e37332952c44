"""县局复核 and 市局抽核: proposals approved, returned, withdrawn; samples drawn and checked."""

import datetime
from decimal import Decimal

import pghistory
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import OBLIGED, GradeSource, ProposalKind, ProposalState, SampleState, Status
from ..models import Entity, Proposal, SampleDraw
from ..queries.screening import sample_frame, sample_pick

_VIA = {
    ProposalKind.SCREEN: "screen",
    ProposalKind.RESTORE: "restore",
    ProposalKind.GRADE: "grade",
}


class ReviewError(DomainError):
    pass


@transaction.atomic
def proposals_approve(
    *, actor, proposals: QuerySet[Proposal], note: str = "", address: str | None = None
) -> dict[str, int]:
    """Approve what still waits among the chosen proposals and change the businesses accordingly.

    Counts: decided, gone (decided by somebody else meanwhile). A single proposal that is gone raises
    ReviewError with who and when. One UPDATE for each kind, whatever the number.
    """
    waiting = _waiting(proposals)
    gone = proposals.count() - len(waiting)
    _mark(waiting, ProposalState.APPROVED, actor, note)
    for kind in ProposalKind.values:
        chosen = [row.entity_id for row in waiting if row.kind == kind]
        if chosen:
            with pghistory.context(user=actor.pk, via=_VIA[kind]):
                _carry_out(kind, chosen, [row.pk for row in waiting if row.kind == kind])
    _record(actor, address, "approve", waiting, note)
    return {"decided": len(waiting), "gone": gone}


def _carry_out(kind, entities, proposals):
    """Give the businesses what their proposals say; those that moved on by another way stay."""
    locked = Entity.objects.filter(pk__in=entities).order_by("pk").select_for_update(of=("self",))
    chosen = list(locked.values_list("pk", flat=True))
    said = Proposal.objects.filter(entity=OuterRef("pk"), pk__in=proposals)
    rows = Entity.objects.filter(pk__in=chosen)
    if kind == ProposalKind.GRADE:
        rows.filter(status__in=OBLIGED).update(
            grade=Subquery(said.values("grade_to")[:1]),
            grade_source=GradeSource.MANUAL,
            grade_reason=Subquery(said.values("reason")[:1]),
        )
    else:
        # 已撤销 stays outside the register: its upload was taken back.
        rows.exclude(status=Status.WITHDRAWN).update(status=Subquery(said.values("status_to")[:1]))


@transaction.atomic
def proposals_return(
    *, actor, proposals: QuerySet[Proposal], note: str, address: str | None = None
) -> dict[str, int]:
    """Send proposals back with a reason; the businesses stay as they are. Counts: decided, gone."""
    if not note.strip():
        raise ReviewError("退回须写明原因。")
    waiting = _waiting(proposals)
    gone = proposals.count() - len(waiting)
    _mark(waiting, ProposalState.RETURNED, actor, note)
    _record(actor, address, "return", waiting, note)
    return {"decided": len(waiting), "gone": gone}


@transaction.atomic
def proposals_withdraw(
    *, actor, proposals: QuerySet[Proposal], note: str = "", address: str | None = None
) -> dict[str, int]:
    """Take back one's own proposals that nobody has decided yet. Counts: decided, gone. Raises
    ReviewError for another's: whoever reviews returns them, which needs a reason."""
    waiting = _waiting(proposals)
    if any(row.proposed_by_id != actor.pk for row in waiting):
        raise ReviewError("只有提请人可以撤回；复核的人请退回，并写明原因。")
    gone = proposals.count() - len(waiting)
    _mark(waiting, ProposalState.WITHDRAWN, actor, note)
    _record(actor, address, "withdraw", waiting, note)
    return {"decided": len(waiting), "gone": gone}


def _waiting(proposals):
    """The proposals that still wait, locked. A single one that is decided is told with name and time."""
    locked = proposals.order_by("pk").select_for_update(of=("self",))
    rows = list(locked)
    waiting = [row for row in rows if row.state == ProposalState.PROPOSED]
    if len(rows) == 1 and not waiting:
        raise ReviewError(_told(rows[0]))
    if not waiting:
        raise ReviewError("选中的事项都已处理，没有待复核的。")
    return waiting


def _told(row):
    who = row.decided_by.get_full_name() if row.decided_by else "系统"
    when = timezone.localtime(row.decided_at) if row.decided_at else None
    moment = f" {when:%m-%d %H:%M} " if when else ""
    return f"这一条{who}{moment}已处理：{row.get_state_display()}。您的操作没有执行。"


def _mark(waiting, state, actor, note):
    with pghistory.context(user=actor.pk, via="review"):
        Proposal.objects.filter(pk__in=[row.pk for row in waiting]).update(
            state=state,
            decided_by=actor,
            decided_at=timezone.now(),
            decision_note=note.strip(),
        )


def _record(actor, address, act, rows, note):
    single = rows[0] if len(rows) == 1 else None
    audit(
        actor=actor,
        action=AuditAction.REVIEW,
        address=address,
        object_type="proposal",
        object_id=single.pk if single else "",
        area_code=single.area_id if single else None,
        detail={"act": act, "count": len(rows), "note": note.strip()},
    )


@transaction.atomic
def sample_draw(
    *,
    actor,
    area: str,
    kind: str,
    seed: int,
    percent: Decimal = Decimal(5),
    until: datetime.datetime,
    address: str | None = None,
) -> SampleDraw:
    """Draw the city's sample of what counties approved up to `until` and no draw has taken yet.

    The same seed over the same frame draws the same. Raises ReviewError when there is nothing."""
    # Two draws at once would take the same proposals twice: one after the other, by the city's row.
    if not Area.objects.select_for_update(of=("self",)).filter(pk=area):
        raise ReviewError("您的账号没有属地，不能抽取。")
    frame = sample_frame(area=area, kind=kind, until=until)
    drawn, size = sample_pick(frame, seed=seed, percent=percent)
    if not drawn:
        raise ReviewError("没有可抽的事项：县区还没有批准，或都已抽过。")
    draw = SampleDraw.objects.create(
        area_id=area,
        kind=kind,
        seed=seed,
        percent=percent,
        until=until,
        frame_size=size,
        drawn_ids=drawn,
        drawn_by=actor,
    )
    with pghistory.context(user=actor.pk, via="draw"):
        # What was in the frame and not drawn belongs to this draw too: it is not drawn from again.
        frame.update(sample_draw=draw)
        Proposal.objects.filter(pk__in=drawn).update(sample_state=SampleState.PENDING)
    audit(
        actor=actor,
        action=AuditAction.REVIEW,
        address=address,
        object_type="sampledraw",
        object_id=draw.pk,
        area_code=area,
        detail={"act": "draw", "seed": seed, "frame": size, "drawn": len(drawn)},
    )
    return draw


@transaction.atomic
def sample_decide(
    *, actor, proposal: Proposal, is_true: bool, note: str = "", address: str | None = None
) -> Proposal:
    """The city's verdict on one drawn proposal: true, or sent back, which gives the business its former
    status or grade again (unless somebody changed it since). Raises ReviewError when it is no longer
    waiting, or when sending back without a reason."""
    if not is_true and not note.strip():
        raise ReviewError("抽核退回须写明原因。")
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.sample_state != SampleState.PENDING:
        who = locked.sampled_by.get_full_name() if locked.sampled_by else "系统"
        raise ReviewError(
            f"这一条{who}已抽核：{locked.get_sample_state_display()}。您的操作没有执行。"
        )
    locked.sample_state = SampleState.PASSED if is_true else SampleState.REJECTED
    locked.sampled_by, locked.sampled_at = actor, timezone.now()
    locked.sample_note = note.strip()
    with pghistory.context(user=actor.pk, via="sample"):
        locked.save(update_fields=["sample_state", "sampled_by", "sampled_at", "sample_note"])
        if not is_true:
            _take_back(locked)
    _record(actor, address, "sample-pass" if is_true else "sample-reject", [locked], note)
    return locked


def _take_back(proposal):
    rows = Entity.objects.filter(pk=proposal.entity_id)
    if proposal.kind == ProposalKind.GRADE:
        rows.filter(grade=proposal.grade_to).update(
            grade=proposal.grade_from,
            grade_source=GradeSource.MANUAL if proposal.grade_from else GradeSource.NONE,
            grade_reason="市局抽核退回" if proposal.grade_from else "",
        )
    else:
        rows.filter(status=proposal.status_to).update(status=proposal.status_from)
