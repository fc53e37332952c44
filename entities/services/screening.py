"""监管所初核 → 县局复核: proposals of screening, restoring and grading, and their decision.

Nothing but an approval changes the business. Two people who decide at once get one result and one
clear message. Scoping is the caller's: every queryset comes from a query with `user`.
"""

import datetime

import pghistory
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import (
    OBLIGED,
    PROPOSABLE,
    Grade,
    ProposalKind,
    ProposalSource,
    ProposalState,
    Status,
)
from ..models import Entity, LedgerUpload, Proposal
from .reviews import proposals_approve

BATCH = 1000
# Why a screened business comes back: it runs again, or for its season.
RESTORABLE = (Status.OPERATING, Status.SUSPENDED, Status.SEASONAL)


class ScreeningError(DomainError):
    pass


@transaction.atomic
def screening_propose(
    *,
    actor,
    entities: QuerySet[Entity],
    status_to: str,
    reason: str,
    evidence: File | None = None,
    source: str = ProposalSource.PERSON,
    upload: LedgerUpload | None = None,
    address: str | None = None,
) -> dict[str, int]:
    """Propose to take businesses out of 应包. One open proposal a business: those that have one, and
    those that stand there already, are left. Counts: made, left."""
    if status_to not in PROPOSABLE:
        raise ScreeningError("请选择拟改成的状态。")
    kept = entities.exclude(status=status_to).exclude(status=Status.WITHDRAWN)
    return _propose(
        actor=actor,
        found=kept,
        total=entities.count(),
        kind=ProposalKind.SCREEN,
        values={"status_to": status_to, "source": source, "upload": upload},
        reason=reason,
        evidence=evidence,
        address=address,
    )


@transaction.atomic
def restore_propose(
    *,
    actor,
    entities: QuerySet[Entity],
    reason: str,
    status_to: str = Status.OPERATING,
    evidence: File | None = None,
    address: str | None = None,
) -> dict[str, int]:
    """Propose to bring screened or removed businesses back. Counts: made, left."""
    if status_to not in RESTORABLE:
        raise ScreeningError("请选择恢复后的状态。")
    return _propose(
        actor=actor,
        found=entities.exclude(status__in=OBLIGED),
        total=entities.count(),
        kind=ProposalKind.RESTORE,
        values={"status_to": status_to},
        reason=reason,
        evidence=evidence,
        address=address,
    )


@transaction.atomic
def grade_propose(
    *, actor, entities: QuerySet[Entity], grade: str, reason: str, address: str | None = None
) -> dict[str, int]:
    """Propose a 包保等级 for 应包 businesses (the station proposes, the county sets). Counts: made,
    left."""
    if grade not in Grade.values or not grade:
        raise ScreeningError("请选择 A、B、C 或 D。")
    return _propose(
        actor=actor,
        found=entities.obliged().exclude(grade=grade),
        total=entities.count(),
        kind=ProposalKind.GRADE,
        values={"grade_to": grade},
        reason=reason,
        evidence=None,
        address=address,
    )


def _propose(*, actor, found, total, kind, values, reason, evidence, address):
    reason = reason.strip()
    if not reason:
        raise ScreeningError("请写明理由。")
    # Whoever proposes for the same businesses waits here, then sees what is open already.
    locked = _locked(found)
    is_open = Proposal.objects.filter(
        entity=OuterRef("pk"), kind=kind, state=ProposalState.PROPOSED
    )
    free = Entity.objects.filter(~Exists(is_open), pk__in=locked)
    rows = free.order_by("pk").values_list("pk", "area_id", "status", "grade")
    template = Proposal(kind=kind, reason=reason, proposed_by=actor, **values)
    if evidence is not None:
        template.evidence_name = evidence.name[-200:]
        template.evidence.save(evidence.name, evidence, save=False)
    proposals = [
        Proposal(
            entity_id=pk,
            area_id=area,
            kind=kind,
            status_from="" if kind == ProposalKind.GRADE else status,
            grade_from=grade if kind == ProposalKind.GRADE else "",
            reason=reason,
            evidence=template.evidence.name,
            evidence_name=template.evidence_name,
            proposed_by=actor,
            **values,
        )
        for pk, area, status, grade in rows
    ]
    with pghistory.context(user=actor.pk if actor else None, via="propose"):
        # A ledger that is being written may open the same proposal: the database keeps one.
        Proposal.objects.bulk_create(proposals, batch_size=BATCH, ignore_conflicts=True)
    made = len(proposals)
    audit(
        actor=actor,
        action=AuditAction.REVIEW,
        address=address,
        object_type="proposal",
        detail={"act": "propose", "kind": kind, "count": made, "reason": reason},
    )
    return {"made": made, "left": max(total - made, 0)}


def _locked(entities):
    """The chosen businesses, locked in the order of their ids so that two bulk acts never deadlock."""
    rows = entities.order_by("pk").select_for_update(of=("self",))
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def screen_approved(
    *,
    actor,
    approver,
    entities: QuerySet[Entity],
    status_to: str,
    reason: str,
    note: str = "",
) -> dict[str, int]:
    """Propose and approve in one go, set-based, by the same two services: a list that the county has
    already decided on paper, and the demonstration. Counts: made, left, approved."""
    chosen = list(entities.order_by("pk").values_list("pk", flat=True))
    counts = screening_propose(
        actor=actor,
        entities=Entity.objects.filter(pk__in=chosen),
        status_to=status_to,
        reason=reason,
    )
    proposals = Proposal.objects.filter(
        entity__in=chosen, kind=ProposalKind.SCREEN, status_to=status_to
    )
    approved = proposals_approve(actor=approver, proposals=proposals, note=note)
    return counts | {"approved": approved["decided"]}


@transaction.atomic
def propose_expired(*, on: datetime.date) -> int:
    """Propose 应包 businesses whose licence ended before `on` for screening, by itself. What a county
    returned since the licence ended is not proposed again. The number of new proposals."""
    earlier = Proposal.objects.filter(entity=OuterRef("pk"), kind=ProposalKind.SCREEN).filter(
        Q(state=ProposalState.PROPOSED)
        | Q(source=ProposalSource.EXPIRY, proposed_at__date__gt=OuterRef("expires_on"))
    )
    rows = Entity.objects.expired(on).filter(~Exists(earlier)).order_by("pk")
    proposals = [
        Proposal(
            entity_id=pk,
            area_id=area,
            kind=ProposalKind.SCREEN,
            status_from=status,
            status_to=Status.CLOSED,
            reason=f"许可证已于 {expires_on:%Y-%m-%d} 到期，未见换证；请核实是否仍在经营。",
            source=ProposalSource.EXPIRY,
        )
        for pk, area, status, expires_on in rows.values_list(
            "pk", "area_id", "status", "expires_on"
        )
    ]
    with pghistory.context(via="expiry"):
        Proposal.objects.bulk_create(proposals, batch_size=BATCH, ignore_conflicts=True)
    return len(proposals)


@transaction.atomic
def turn_seasons(*, on: datetime.date) -> dict[str, int]:
    """Turn seasonal businesses with the calendar: into 应包 for their months, out of it for the rest.
    A season may run over New Year (11 to 3). Counts: opened, closed."""
    month = on.month
    within_year = Q(season_from_month__lte=month, season_to_month__gte=month)
    over_new_year = Q(season_from_month__gt=F("season_to_month")) & (
        Q(season_from_month__lte=month) | Q(season_to_month__gte=month)
    )
    seasonal = Entity.objects.filter(season_from_month__isnull=False, season_to_month__isnull=False)
    in_season = within_year | over_new_year
    opening = seasonal.filter(in_season, status=Status.OFF_SEASON)
    closing = seasonal.filter(~in_season, status=Status.SEASONAL)
    with pghistory.context(via="season"):
        opened, closed = _locked(opening), _locked(closing)
        Entity.objects.filter(pk__in=opened).update(status=Status.SEASONAL)
        Entity.objects.filter(pk__in=closed).update(status=Status.OFF_SEASON)
    return {"opened": len(opened), "closed": len(closed)}
