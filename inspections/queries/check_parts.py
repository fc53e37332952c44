"""Reads of the parts of a 督查 round: drawn rows, items, findings, evidence, members."""

from django.db.models import F, Q, QuerySet

from ..models import CheckFile, CheckFinding, CheckItemResult, CheckMember, CheckRound, CheckSample


def samples_in(*, check_round: CheckRound, kind: str, view: str = "") -> QuerySet[CheckSample]:
    """The drawn rows of a round: businesses by grade, cadres by level, in the order of the draw; view "left" =
    not checked yet, "done", "replaced", "wrong" = what was found not right."""
    found = CheckSample.objects.filter(check_round=check_round, kind=kind)
    if view == "replaced":
        found = found.filter(is_replaced=True)
    elif view != "all":
        found = found.filter(is_replaced=False)
    if view == "left":
        found = found.filter(checked_at=None)
    elif view == "done":
        found = found.filter(checked_at__isnull=False)
    elif view == "wrong":
        found = found.filter(
            Q(grade_verdict__in=["low", "high"])
            | Q(cadre_known__in=["vague", "never", "unknown"])
            | Q(officers="missing")
            | Q(daily="missing")
            | Q(weekly="missing")
            | Q(monthly="missing")
            | Q(call_verdict="poor")
        )
    rows = found.select_related(
        "entity__category", "cadre", "area__parent__parent", "checked_by", "replaces"
    )
    return rows.order_by(F("stratum").asc(), "rank", "pk")


def sample_get(*, user, pk: int) -> CheckSample | None:
    """One drawn row with its round; nothing when out of scope."""
    return (
        CheckSample.objects.visible_to(user)
        .select_related(
            "check_round__target__parent", "check_round__owner", "entity__category",
            "entity__area__parent__parent", "cadre__area__parent__parent", "area__parent__parent",
            "checked_by",
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip


def sample_next(*, sample: CheckSample) -> CheckSample | None:
    """The next drawn row of the same kind that is not checked yet, in the order of the list."""
    left = samples_in(check_round=sample.check_round, kind=sample.kind, view="left")
    after = left.filter(
        Q(stratum__gt=sample.stratum) | Q(stratum=sample.stratum, rank__gt=sample.rank)
    )
    return after.first() or left.exclude(pk=sample.pk).first()


def item_get(*, user, pk: int) -> CheckItemResult | None:
    """One item of a round; nothing when out of scope."""
    return (
        CheckItemResult.objects.visible_to(user)
        .select_related("check_round__target__parent", "check_round__owner", "item", "checked_by")
        .filter(pk=pk)
        .first()
    )


def finding_get(*, user, pk: int) -> CheckFinding | None:
    """One finding; nothing when out of scope."""
    return (
        CheckFinding.objects.visible_to(user)
        .select_related(
            "check_round__target__parent", "check_round__owner", "result__item", "answered_by",
            "reviewed_by",
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip


def findings_in(*, user, state="", check_round=None) -> QuerySet[CheckFinding]:
    """Findings of rounds whose letter is out and that meet the conditions, unordered."""
    found = CheckFinding.objects.visible_to(user).filter(
        is_dropped=False, check_round__issued_at__isnull=False
    )
    if state:
        found = found.filter(state=state)
    if check_round:
        found = found.filter(check_round=check_round)
    return found.select_related("check_round", "result__item")


def files_of(*, check_round: CheckRound) -> list[CheckFile]:
    """All evidence of a round, withdrawn pieces too, the newest first, with what it belongs to."""
    rows = CheckFile.objects.filter(check_round=check_round).select_related(
        "result__item", "sample__entity", "sample__cadre", "finding", "uploaded_by", "withdrawn_by"
    )
    return list(rows.order_by("-pk"))


def files_about(part) -> tuple[list[CheckFile], int]:
    """The evidence of one item, drawn row or finding in the order in which it came, withdrawn pieces too, and
    how many stand."""
    rows = list(part.files.select_related("uploaded_by", "withdrawn_by").order_by("pk"))
    return rows, sum(row.withdrawn_at is None for row in rows)


def file_get(*, user, pk: int) -> CheckFile | None:
    """One piece of evidence that stands; nothing when it was withdrawn or is out of scope."""
    rows = CheckFile.objects.visible_to(user).standing().select_related("check_round__target")
    return rows.filter(pk=pk).first()


def member_get(*, user, pk: int):
    """One member of a round's team; nothing when out of scope."""
    rounds = CheckRound.objects.visible_to(user)
    rows = CheckMember.objects.filter(check_round__in=rounds.values("pk"))
    return rows.select_related("check_round__target").filter(pk=pk).first()
