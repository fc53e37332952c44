"""我的待办 of 督查 and 对标达标."""

import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Cadre

from ..enums import OWED_FINDINGS, CheckState, FindingState
from ..models import CheckFinding, CheckRound, StandardItem

MOST = 10


def _owed(user):
    """Findings that the person answers for: on units of his own scope that somebody above checked; a cadre's
    on the unit whose level he is."""
    scope = area_scope(user)
    stands = Cadre.objects.filter(user=user, is_in_post=True).values("area")
    mine = scope.q("check_round__target__code") & ~scope.q("check_round__owner__code")
    if not scope.prefixes:
        mine = Q(check_round__target__in=stands)
    return CheckFinding.objects.visible_to(user).filter(
        mine, is_dropped=False, state__in=OWED_FINDINGS, check_round__issued_at__isnull=False
    )


def _to_review(user):
    """Answers that wait for the owner's 回头看."""
    return CheckFinding.objects.filter(
        area_scope(user).q("check_round__owner__code"),
        is_dropped=False,
        state=FindingState.ANSWERED,
    )


def _to_visit(user):
    """Rounds that the person works on, drawn and not yet through."""
    return CheckRound.objects.filter(
        state__in=[CheckState.DRAWN, CheckState.ON_SITE],
        members__user=user,
        members__is_active=True,
    )


def standards_owed(*, user):
    """Review items of the user's own area that are not met; the city's own are its own."""
    found = StandardItem.objects.owed()
    return found.filter(area=user.area_id) if user.area_id else found.none()


def todo(*, user) -> list[dict]:
    """What waits for this person here: findings to answer round by round, answers to look at again, rounds to
    work on, review items that are due; empty ones are left out."""
    on = timezone.localdate()
    lines = []
    if user.has_perm("inspections.answer_check"):
        lines += _answer_lines(user, on)
    if user.has_perm("inspections.plan_check"):
        lines += _review_lines(user)
    if user.has_perm("inspections.make_check"):
        lines += _round_lines(user)
    if user.has_perm("inspections.work_standarditem"):
        lines += _standard_lines(user, on)
    return lines


def _line(label, count, url, *, hint="", tone="amber", due=None, act=""):
    return {
        "label": label, "count": count, "url": url, "tone": tone, "hint": hint, "due": due, "act": act,
    }  # fmt: skip


def _answer_lines(user, on):
    rows = (
        _owed(user)
        .order_by()
        .values(
            "check_round", "check_round__number", "check_round__level", "check_round__target__name"
        )
        .annotate(count=Count("pk"), due=Min("due_on"))
        .order_by("due", "check_round")[:MOST]
    )
    levels = dict(CheckRound._meta.get_field("level").choices)
    return [
        _line(
            f"{levels[row['check_round__level']]}第 {row['check_round__number']} 轮反馈书"
            f"（{row['check_round__target__name']}）",
            row["count"],
            reverse("inspections:check-detail", args=[row["check_round"]]) + "#findings",
            hint="逐条写明整改情况，附上材料",
            tone="red" if row["due"] and row["due"] < on else "amber",
            due=row["due"],
            act="去答复",
        )
        for row in rows
    ]


def _review_lines(user):
    count = _to_review(user).count()
    url = reverse("inspections:check-list") + "?view=fixing"
    hint = "被督查单位已答复，逐条看过后记已改、未改"
    return [_line("等回头看的督查问题", count, url, hint=hint, act="去回头看")] if count else []


def _round_lines(user):
    rows = _to_visit(user).select_related("target").order_by("starts_on", "pk")[:MOST]
    return [
        _line(
            f"{row.get_level_display()}第 {row.number} 轮：{row.target.name}", 1,
            reverse("inspections:check-detail", args=[row.pk]), tone="",
            hint=f"{row.team_name}，{row.starts_on:%m-%d} 至 {row.ends_on:%m-%d}", due=row.ends_on,
            act="去现场",
        )
        for row in rows
    ]  # fmt: skip


def _standard_lines(user, on):
    told = standards_owed(user=user).filter(due_on__lte=on + datetime.timedelta(days=15))
    row = told.aggregate(
        count=Count("pk"), due=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=on))
    )
    if not row["count"]:
        return []
    url = f"{reverse('inspections:standard-list')}?view=due&area={user.area_id}"
    hint = f"其中逾期 {row['late']:,} 项" if row["late"] else "15 天内到期"
    tone = "red" if row["late"] else "amber"
    return [
        _line(
            "对标达标到期的项目",
            row["count"],
            url,
            hint=hint,
            tone=tone,
            due=row["due"],
            act="去填报",
        )
    ]
