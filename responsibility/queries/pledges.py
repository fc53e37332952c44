"""Reads of pledges: the list, one pledge, its annex and its history."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..enums import PledgeState, SignedVia
from ..models import Batch, Cadre, Pledge, PledgeTemplate
from ..models.pledges import OfficeTemplate
from .pledge_annex import pledge_annexes

OPEN = (PledgeState.DRAFT, PledgeState.WAITING)
LIVING = (*OPEN, PledgeState.SIGNED, PledgeState.RESIGN)
# To be signed anew, and no new one made yet.
TO_RESIGN = Q(state=PledgeState.RESIGN) & ~Exists(
    Pledge.objects.filter(cadre=OuterRef("cadre"), state__in=OPEN)
)
# The quick views of the list; each cadre stands once in the first.
VIEWS = {
    "living": ("现行", Q(state__in=[*OPEN, PledgeState.SIGNED]) | TO_RESIGN),
    "open": ("未签", Q(state__in=OPEN)),
    "draft": ("草稿", Q(state=PledgeState.DRAFT)),
    "waiting": ("待签", Q(state=PledgeState.WAITING)),
    "signed": ("已签", Q(state=PledgeState.SIGNED)),
    "resign": ("待重签", TO_RESIGN),
    "void": ("失效", Q(state=PledgeState.VOID)),
}
DEFAULT_VIEW = "living"


def pledges_visible(*, user) -> QuerySet[Pledge]:
    """The pledges of the user's area, and his own."""
    if not user.has_perm("responsibility.view_pledge"):
        return Pledge.objects.none()
    return Pledge.objects.visible_to(user)


def pledge_get(*, user, pk: int) -> Pledge | None:
    """One pledge with all that its page names."""
    return (
        pledges_visible(user=user)
        .select_related("cadre__user", "area__parent__parent", "issued_by", "signed_by", "template")
        .filter(pk=pk)
        .first()
    )


def pledge_annex(*, pledge: Pledge, on: datetime.date) -> dict:
    """The frozen annex, or what it would be if the pledge were signed now."""
    if pledge.annex is not None:
        return pledge.annex
    return pledge_annexes(cadres=[pledge.cadre_id], on=on)[pledge.cadre_id]


def pledges_with_annex(
    *, found: QuerySet[Pledge], on: datetime.date, chunk: int = 100
) -> Iterator[tuple[Pledge, dict]]:
    """Each pledge with its annex, a hundred at a time: two statements a hundred."""
    keys = list(found.order_by("area_id", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), chunk):
        rows = Pledge.objects.select_related("template").in_bulk(keys[start : start + chunk])
        unsigned = [row.cadre_id for row in rows.values() if row.annex is None]
        annexes = pledge_annexes(cadres=unsigned, on=on)
        for key in keys[start : start + chunk]:
            if key in rows:
                yield rows[key], rows[key].annex or annexes[rows[key].cadre_id]


def pledge_of(*, user) -> Pledge | None:
    """The pledge that the user himself has to sign, else his standing one."""
    rows = Pledge.objects.filter(cadre__user=user, state__in=LIVING[1:])
    order = [PledgeState.WAITING, PledgeState.RESIGN, PledgeState.SIGNED]
    return min(rows.order_by("-pk"), key=lambda row: order.index(row.state), default=None)


def pledge_history(*, pledge: Pledge) -> list[dict]:
    """What happened to it, newest first: at, title, note."""
    model = Pledge.pgh_event_model
    rows = model.objects.filter(pgh_obj=pledge.pk).order_by("-pk")[:60]
    events, found = list(rows), []
    for row, before in zip(events, [*events[1:], None], strict=True):
        if before is None or row.state != before.state:
            words = [row.get_state_display()]
            note = row.void_reason or row.resign_reason if row.state in ("void", "resign") else ""
            if row.state == PledgeState.SIGNED:
                note = "系统内签" if row.signed_via == SignedVia.TYPED else "纸质签订"
            found.append({"at": row.pgh_created_at, "title": words[0], "note": note})
    return found


def view_counts(found: QuerySet[Pledge]) -> dict[str, int]:
    """How many rows each quick view holds; one statement."""
    return found.aggregate(**{key: Count("pk", filter=rule) for key, (_, rule) in VIEWS.items()})


def cadres_without(*, user) -> QuerySet[Cadre]:
    """Cadres in post who have neither an open nor a standing pledge."""
    has = Pledge.objects.filter(cadre=OuterRef("pk"), state__in=[*OPEN, PledgeState.SIGNED])
    return Cadre.objects.visible_to(user).in_post().filter(~Exists(has))


def to_remind(*, user) -> QuerySet[Pledge]:
    """Pledges before their cadres: 待签."""
    return pledges_visible(user=user).filter(state=PledgeState.WAITING)


def batches_visible(*, user) -> QuerySet[Batch]:
    """The long acts of the user's area."""
    if not user.has_perm("responsibility.issue_pledge"):
        return Batch.objects.none()
    return Batch.objects.visible_to(user).select_related("area", "made_by")


def batch_get(*, user, pk: int) -> Batch | None:
    """One long act of the user's area."""
    return batches_visible(user=user).filter(pk=pk).first()


def batches_recent(*, user) -> list[Batch]:
    """The last ten batches of pledges in the user's area."""
    return list(batches_visible(user=user).filter(kind="pledges").order_by("-pk")[:10])


def templates_in_use(model: type[OfficeTemplate] = PledgeTemplate) -> dict[str, OfficeTemplate]:
    """{level or kind: the template in use}; those without one use the example."""
    rows = model.objects.filter(is_active=True).select_related("uploaded_by")
    return {getattr(row, model.of): row for row in rows.order_by("pk")}
