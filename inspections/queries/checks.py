"""Reads of 督查 rounds: the list, one round with all that its page shows, who may do what on it."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Cadre
from responsibility.queries.newest import NewestPage, newest_page

from ..enums import CheckState, FindingState, SampleKind
from ..models import (
    CheckFile,
    CheckFinding,
    CheckItemResult,
    CheckLetter,
    CheckRound,
    CheckSample,
    CheckStratum,
)
from ..rules.checks import Tally, may_move
from .check_parts import samples_in

OPEN_STATES = tuple(
    state.value for state in CheckState if state not in (CheckState.CLOSED, CheckState.VOID)
)
# Quick views of the list: key → label.
VIEWS = {
    "open": "进行中",
    "fixing": "整改中",
    "overdue": "整改逾期",
    "closed": "已结",
    "void": "已作废",
    "all": "全部",
}


@dataclass(frozen=True)
class CheckRights:
    """What one person may do on one round (besides reading it)."""

    plans: bool = False
    works: bool = False
    answers: bool = False

    @property
    def sees_drafts(self):
        """The letter's draft and the team's work are no business of who is checked."""
        return self.plans or self.works


def rights_of(*, user, check_round: CheckRound) -> CheckRights:
    """Planning: the right, and the owner's area in the scope (a county for its own 县督乡 and its towns' 乡督村).
    Working: the right, and planning or a member's seat. Answering: the right, after the letter; the unit's own
    bureau, for a town or a village its county's in its stead, or a cadre of that very level who stands there."""
    scope = area_scope(user)
    plans = user.has_perm("inspections.plan_check") and scope.covers(check_round.owner_id)
    works = user.has_perm("inspections.make_check") and (
        plans or check_round.members.filter(user=user, is_active=True).exists()
    )
    answers = False
    if user.has_perm("inspections.answer_check") and check_round.issued_at:
        answers = scope.covers(check_round.target_id) or _stands(user, check_round)
    return CheckRights(plans, works, answers)


def _stands(user, check_round):
    found = Cadre.objects.filter(user=user, is_in_post=True, area=check_round.target_id)
    return found.filter(level=check_round.target.level).exists()


def rounds_visible(*, user) -> QuerySet[CheckRound]:
    """The rounds that the user may see, unordered."""
    return CheckRound.objects.visible_to(user)


def rounds_in(
    *, user, on: datetime.date, view="", level="", area="", year="", text="", state=""
) -> QuerySet[CheckRound]:
    """The rounds that the user may see and that meet the conditions; `area` = the checked unit or above it."""
    found = rounds_visible(user=user)
    if level:
        found = found.filter(level=level)
    if area:
        found = found.filter(target__code__startswith=area)
    if state:
        found = found.filter(state=state)
    if year:
        found = found.filter(year=int(year))
    if text:
        found = found.filter(Q(target__name__contains=text) | Q(team_name__contains=text))
    return in_view(found, view, on=on)


def overdue_rounds(found: QuerySet[CheckRound], *, on: datetime.date) -> QuerySet[CheckRound]:
    """Rounds with a finding that is still owed after its day."""
    late = CheckFinding.objects.filter(
        is_dropped=False,
        state__in=["open", "unfixed"],
        due_on__lt=on,
        check_round__issued_at__isnull=False,
    )
    return found.filter(pk__in=late.values("check_round"))


def in_view(found, view, *, on):
    """The rows of one quick view."""
    if view == "open":
        return found.filter(state__in=OPEN_STATES)
    if view == "fixing":
        return found.filter(state__in=[CheckState.FIXING, CheckState.REVIEW])
    if view == "overdue":
        return overdue_rounds(found, on=on)
    if view in ("closed", "void"):
        return found.filter(state=view)
    return found


def view_counts(found: QuerySet[CheckRound], *, on: datetime.date) -> dict[str, int]:
    """The number of rounds in each quick view; one statement."""
    late = overdue_rounds(CheckRound.objects.all(), on=on).values("pk")
    wanted = {
        "open": Q(state__in=OPEN_STATES),
        "fixing": Q(state__in=[CheckState.FIXING, CheckState.REVIEW]),
        "overdue": Q(pk__in=late),
        "closed": Q(state=CheckState.CLOSED),
        "void": Q(state=CheckState.VOID),
        "all": Q(),
    }
    return found.order_by().aggregate(
        **{
            key: Count("pk", filter=condition) if condition else Count("pk")
            for key, condition in wanted.items()
        }
    )


def round_page(found: QuerySet[CheckRound], **cursor) -> NewestPage:
    """One page of rounds, newest first, each with `tally`, `found` and `left` (findings, and those not put
    right); five statements whatever the rows."""
    page = newest_page(
        found.select_related("target__parent", "owner"), column="starts_on", **cursor
    )
    add_tallies(page.rows)
    return page


def add_tallies(rows: list[CheckRound]) -> None:
    """Give each round its `tally` and its numbers of findings."""
    tallies = tallies_of([row.pk for row in rows])
    counts = {
        row["check_round"]: row
        for row in CheckFinding.objects.filter(check_round__in=rows, is_dropped=False)
        .order_by()
        .values("check_round")
        .annotate(all=Count("pk"), left=Count("pk", filter=~Q(state=FindingState.FIXED)))
    }
    for row in rows:
        row.tally = tallies[row.pk]
        told = counts.get(row.pk, {"all": 0, "left": 0})
        row.found, row.left = told["all"], told["left"]


def tallies_of(keys: list[int]) -> dict[int, Tally]:
    """How far each of these rounds is; two statements."""
    done = ~Q(verdict="")
    items = {
        row["check_round"]: row
        for row in CheckItemResult.objects.filter(check_round__in=keys)
        .order_by()
        .values("check_round")
        .annotate(
            all=Count("pk"),
            done=Count("pk", filter=done),
            points=Sum("score"),
            worth=Sum("most", filter=done),
        )
    }
    samples = {}
    counted = (
        CheckSample.objects.filter(check_round__in=keys, is_replaced=False)
        .order_by()
        .values("check_round", "kind")
        .annotate(all=Count("pk"), done=Count("pk", filter=Q(checked_at__isnull=False)))
    )
    for row in counted:
        samples[row["check_round"], row["kind"]] = (row["done"], row["all"])
    tallies = {}
    for key in keys:
        told = items.get(key, {"all": 0, "done": 0, "points": 0, "worth": 0})
        entities = samples.get((key, SampleKind.ENTITY), (0, 0))
        cadres = samples.get((key, SampleKind.CADRE), (0, 0))
        tallies[key] = Tally(
            told["done"], told["all"], *entities, *cadres, told["points"] or 0, told["worth"] or 0
        )
    return tallies


def round_tally(*, check_round: CheckRound) -> Tally:
    """How far one round is; two statements."""
    return tallies_of([check_round.pk])[check_round.pk]


def round_get(*, user, pk: int) -> CheckRound | None:
    """One round; nothing when out of scope."""
    return (
        rounds_visible(user=user)
        .select_related("target__parent__parent", "owner", "document", "body", "drawn_by")
        .filter(pk=pk)
        .first()
    )


@dataclass
class RoundPage:
    """All that the page of a round shows."""

    check_round: CheckRound
    rights: CheckRights
    tally: Tally
    items: list[CheckItemResult]
    strata: list[CheckStratum]
    samples: list[CheckSample]
    members: list
    findings: list[CheckFinding]
    letters: list[CheckLetter]
    files: int = 0
    # the next drawn business that is not checked
    following: CheckSample | None = None
    cadres: dict = field(default_factory=dict)

    @property
    def letter(self):
        """The newest version that this person may see."""
        shown = [row for row in self.letters if row.state != "draft" or self.rights.sees_drafts]
        return shown[0] if shown else None

    @property
    def frame(self):
        """应包 businesses in the frame, those without a grade included."""
        return sum(row.frame or 0 for row in self.strata)

    def may(self, act):
        """Whether the round's state allows this act."""
        return may_move(act, self.check_round.state)


def round_detail(*, user, check_round: CheckRound, shown: int) -> RoundPage:
    """The page of one round: its first `shown` drawn businesses, the rest behind a link; a constant number of
    statements."""
    samples = samples_in(check_round=check_round, kind=SampleKind.ENTITY)
    findings = check_round.findings.filter(is_dropped=False).order_by("order", "pk")
    strata = list(check_round.strata.order_by("kind", "order"))
    done = {
        (row["kind"], row["stratum"]): row
        for row in check_round.samples.filter(is_replaced=False)
        .order_by()
        .values("kind", "stratum")
        .annotate(all=Count("pk"), done=Count("pk", filter=Q(checked_at__isnull=False)))
    }
    for row in strata:
        told = done.get((row.kind, row.key), {"all": 0, "done": 0})
        row.drawn, row.done = told["all"], told["done"]
    return RoundPage(
        check_round=check_round,
        rights=rights_of(user=user, check_round=check_round),
        tally=round_tally(check_round=check_round),
        items=list(check_round.results.select_related("item").order_by("order", "pk")),
        strata=[row for row in strata if row.kind == SampleKind.ENTITY],
        samples=list(samples[:shown]),
        members=list(check_round.members.filter(is_active=True).order_by("order", "pk")),
        findings=list(
            findings.select_related("result__item", "answered_by").prefetch_related(
                Prefetch("files", CheckFile.objects.standing())
            )
        ),
        letters=list(check_round.letters.select_related("issued_by").order_by("-version")),
        files=CheckFile.objects.standing().filter(check_round=check_round).count(),
        following=samples_in(check_round=check_round, kind=SampleKind.ENTITY, view="left").first(),
        cadres=_sums([row for row in strata if row.kind == SampleKind.CADRE]),
    )


def _sums(rows):
    """The strata of cadres as one line."""
    return {
        "frame": sum(row.frame or 0 for row in rows),
        "quota": sum(row.quota for row in rows),
        "drawn": sum(row.drawn for row in rows),
        "done": sum(row.done for row in rows),
        "rows": rows,
    }


def with_columns(found: QuerySet[CheckRound]) -> QuerySet[CheckRound]:
    """With the names that a list says."""
    return found.select_related("owner", "target__parent__parent")


def round_whole(*, check_round: CheckRound) -> CheckRound:
    """The round with `all_strata`, `all_items` and `all_samples` (replaced ones included)."""
    check_round.all_strata = list(check_round.strata.order_by("-kind", "order"))
    check_round.all_items = list(check_round.results.select_related("item").order_by("order", "pk"))
    check_round.all_samples = [
        row
        for kind in SampleKind
        for row in samples_in(check_round=check_round, kind=kind, view="all")
    ]
    return check_round
