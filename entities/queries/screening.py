"""Reads of the three-line review: proposals, samples, and what to look at before deciding."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import (
    OBLIGED,
    ProposalKind,
    ProposalSource,
    ProposalState,
    SampleState,
    Status,
)
from ..models import Proposal, SampleDraw, Transfer

PER_PAGE = 50
# Tabs of the page: key → (label, condition).
TABS = {
    "proposed": ("待县局复核", Q(state=ProposalState.PROPOSED)),
    "sampling": ("待抽核", Q(sample_state=SampleState.PENDING)),
    "approved": ("已批准", Q(state=ProposalState.APPROVED)),
    "returned": ("已退回", Q(state=ProposalState.RETURNED) | Q(sample_state=SampleState.REJECTED)),
    "withdrawn": ("已撤回", Q(state=ProposalState.WITHDRAWN)),
}
DEFAULT_TAB = "proposed"
# A screening proposed in the last days of a quarter is marked: that is when rates are counted.
QUARTER_END_DAYS = 10


def proposals_visible(*, user) -> QuerySet[Proposal]:
    """The proposals in the user's scope, unordered."""
    return Proposal.objects.visible_to(user)


def proposal_conditions(*, tab: str, kind: str = "", source: str = "", area: str = "") -> Q:
    """A tab narrowed by kind, source and area."""
    found = TABS[tab][1]
    if kind:
        found &= Q(kind=kind)
    if source:
        found &= Q(source=source)
    return found & Q(area__code__startswith=area) if area else found


def proposal_tabs(*, user, narrowed: Q) -> dict[str, int]:
    """How many proposals each tab holds, and how many meet `narrowed`; one statement."""
    counts = {key: Count("pk", filter=condition) for key, (_, condition) in TABS.items()}
    counts["narrowed"] = Count("pk", filter=narrowed)
    return Proposal.objects.visible_to(user).aggregate(**counts)


def proposal_page(
    *, user, tab: str, kind: str = "", source: str = "", area: str = "", after: int = 0
) -> tuple[list[Proposal], int]:
    """50 proposals of a tab, oldest first while they wait and newest first after; and the key of the
    next page (0 = none)."""
    found = proposals_in(user=user, tab=tab, kind=kind, source=source, area=area)
    is_queue = tab in ("proposed", "sampling")
    if after:
        found = found.filter(pk__gt=after) if is_queue else found.filter(pk__lt=after)
    rows = list(
        found.select_related(
            "entity__category", "area__parent__parent", "proposed_by", "decided_by"
        ).order_by("pk" if is_queue else "-pk")[: PER_PAGE + 1]
    )
    has_more = len(rows) > PER_PAGE
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if has_more else 0


def proposals_in(
    *, user, tab: str, kind: str = "", source: str = "", area: str = ""
) -> QuerySet[Proposal]:
    """The proposals of a tab narrowed by kind, source and area: what a bulk decision takes."""
    condition = proposal_conditions(tab=tab, kind=kind, source=source, area=area)
    return Proposal.objects.visible_to(user).filter(condition)


def proposal_get(*, user, pk: int) -> Proposal | None:
    """One proposal with what its page shows; nothing when out of scope."""
    return (
        Proposal.objects.visible_to(user)
        .select_related(
            "entity__category",
            "entity__area__parent__parent",
            "proposed_by",
            "decided_by",
            "sampled_by",
            "sample_draw",
            "upload",
        )
        .filter(pk=pk)
        .first()
    )


def notes_for(proposal: Proposal, *, on: datetime.date) -> list[str]:
    """What the one who decides should look at first (domain §9, against screening for the rate)."""
    entity, notes = proposal.entity, []
    if proposal.state != ProposalState.PROPOSED:
        return notes
    is_leaving = proposal.kind == ProposalKind.SCREEN and proposal.status_from in OBLIGED
    if (
        is_leaving
        and _days_to_quarter_end(timezone.localdate(proposal.proposed_at)) < QUARTER_END_DAYS
    ):
        notes.append("在季度末 10 日内提请，批准后分级率(净)会上升，请核对佐证。")
    if is_leaving and proposal.status_to == Status.LOST:
        notes.append("查无下落须两次走访、间隔不少于 7 天，理由中应写明两次日期。")
    if is_leaving and proposal.source == ProposalSource.PERSON and not proposal.evidence:
        notes.append("没有佐证文件。")
    if proposal.status_from and entity.status != proposal.status_from:
        notes.append(f"提请后状态已由别处改为{entity.get_status_display()}。")
    if entity.updated_at > proposal.proposed_at + datetime.timedelta(seconds=5):
        notes.append("提请以后，这一家的登记内容又有改动，请看变更历史。")
    if entity.is_expired(on):
        notes.append("许可证已过期；若仍在经营，应移交无证线索，不宜筛除。")
    return notes


def _days_to_quarter_end(day):
    month = (day.month - 1) // 3 * 3 + 3
    first_after = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    return (first_after - day).days - 1


@dataclass(frozen=True)
class SampleCheck:
    """A draw and the same draw made again from its seed."""

    draw: SampleDraw
    again: list[int]
    frame_size: int

    @property
    def is_same(self) -> bool:
        return self.again == self.draw.drawn_ids and self.frame_size == self.draw.frame_size


def sample_frame(*, area: str, kind: str, until: datetime.datetime, draw_id: int | None = None):
    """What a draw is made from: approved by a county up to `until`, in no earlier draw."""
    untouched = (
        Q(sample_draw=None) | Q(sample_draw__gte=draw_id) if draw_id else Q(sample_draw=None)
    )
    return Proposal.objects.within(area).filter(
        untouched, kind=kind, state=ProposalState.APPROVED, decided_at__lte=until
    )


def sample_pick(frame: QuerySet[Proposal], *, seed: int, percent) -> tuple[list[int], int]:
    """The drawn ids (ascending) and the frame's size: the ⌈percent⌉ of the frame whose
    md5(seed || id) comes first, so that anybody can draw the same again."""
    inner, params = frame.values("id").order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH frame AS ({inner}), size AS (SELECT count(*) AS n FROM frame)
            SELECT coalesce(array_agg(id ORDER BY id), '{{}}'), (SELECT n FROM size)
              FROM (SELECT id FROM frame ORDER BY md5(%s || ':' || id), id
                     LIMIT (SELECT ceil(n * %s::numeric / 100) FROM size)) AS drawn
            """,
            [*params, str(seed), percent],
        )
        drawn, size = cursor.fetchone()
    return list(drawn), size


def _draws_visible(user):
    """Draws whose whole area the user sees: a sample of the city is the city's business."""
    scope = area_scope(user)
    found = SampleDraw.objects.select_related("drawn_by", "area")
    return found if scope.is_all else found.filter(scope.q("area__code"))


def draws(*, user) -> list[SampleDraw]:
    """The last draws, newest first, with how many are checked and how many were sent back."""
    is_checked = Q(proposals__sample_state__in=[SampleState.PASSED, SampleState.REJECTED])
    return list(
        _draws_visible(user)
        .annotate(
            checked=Count("proposals", filter=is_checked),
            rejected=Count("proposals", filter=Q(proposals__sample_state=SampleState.REJECTED)),
        )
        .order_by("-pk")[:20]
    )


def draw_get(*, user, pk: int) -> SampleDraw | None:
    """One draw; nothing when its area is out of scope."""
    return _draws_visible(user).filter(pk=pk).first()


def sampled_of(*, user, draw: SampleDraw) -> list[Proposal]:
    """The drawn proposals of a draw, what waits first."""
    waits_first = Case(When(sample_state=SampleState.PENDING, then=0), default=1)
    found = Proposal.objects.visible_to(user).filter(pk__in=draw.drawn_ids)
    return list(
        found.select_related(
            "entity__category", "area__parent__parent", "decided_by", "sampled_by"
        ).order_by(waits_first, "pk")
    )


def draw_check(*, draw: SampleDraw) -> SampleCheck:
    """Draw again with the same seed from the same frame, to prove that nobody chose by hand."""
    frame = sample_frame(area=draw.area_id, kind=draw.kind, until=draw.until, draw_id=draw.pk)
    again, size = sample_pick(frame, seed=draw.seed, percent=draw.percent)
    return SampleCheck(draw, again, size)


def transfers_visible(*, user) -> QuerySet[Transfer]:
    """Transfers between two areas that the user both sees."""
    return Transfer.objects.visible_to(user).filter(area_scope(user).q("entity__area__code"))


def transfer_get(*, user, pk: int) -> Transfer | None:
    """One transfer with the names that are shown of it; nothing when out of scope."""
    found = transfers_visible(user=user).select_related("entity", "to_area")
    return found.filter(pk=pk).first()


def transfer_list(*, user, is_open: bool) -> list[Transfer]:
    """Open transfers oldest first, or the last hundred decided ones."""
    found = transfers_visible(user=user).select_related(
        "entity__category",
        "entity__area__parent__parent",
        "to_area__parent__parent",
        "upload",
        "decided_by",
    )
    if is_open:
        return list(found.filter(state="open").order_by("pk")[:200])
    return list(found.exclude(state="open").order_by(F("decided_at").desc(), "-pk")[:100])
