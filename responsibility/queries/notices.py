"""工作提示 for the screens: the issues with what came back, one issue with its areas."""

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, prefetch_related_objects

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code

from ..enums import NoticeState
from ..models import Notice, NoticeFile, NoticeTarget

PER_PAGE = 50
TABS = {"": "全部", "open": "没办完", "draft": "草稿"}


def notices_visible(*, user):
    """The notices that the user may read, with `is_open`: something is still owed by an area he sees."""
    owing = NoticeTarget.objects.visible_to(user).undone().filter(notice=OuterRef("pk"))
    return Notice.objects.visible_to(user).annotate(is_open=Exists(owing))


def notices_in(*, user, tab: str):
    """The notices of one tab: "" without drafts, open, draft."""
    found = notices_visible(user=user)
    if tab == "draft":
        return found.filter(state=NoticeState.DRAFT)
    found = found.exclude(state=NoticeState.DRAFT)
    return found.filter(is_open=True) if tab == "open" else found


def with_counts(found, *, user):
    """Adds how many of the areas that the user sees the notice went to, signed and answered."""
    seen = area_scope(user).q("targets__area__code")
    return found.annotate(
        sent=Count("targets", filter=seen),
        received=Count("targets", filter=seen & Q(targets__received_at__isnull=False)),
        answered=Count("targets", filter=seen & Q(targets__answered_at__isnull=False)),
    )


def notice_page(*, user, tab: str, after: int = 0) -> tuple[list[Notice], int]:
    """A page of the tab, newest first, with its counts; and the key to go on with (0: the end)."""
    found = notices_in(user=user, tab=tab)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(with_counts(found, user=user).order_by("-pk")[: PER_PAGE + 1])
    for row in rows:
        row.unsigned = row.sent - row.received
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else 0


def notice_totals(*, user) -> dict[str, int]:
    """issued, open (issued, not all done), drafts of what the user sees, and the last number of his own
    series; one statement."""
    issued = Q(state=NoticeState.ISSUED)
    return (
        notices_visible(user=user)
        .order_by()
        .aggregate(
            issued=Count("pk", filter=issued),
            sent=Count("pk", filter=~Q(state=NoticeState.DRAFT)),
            open=Count("pk", filter=issued & Q(is_open=True)),
            drafts=Count("pk", filter=Q(state=NoticeState.DRAFT)),
            last=Max("number", filter=Q(area=home_code(user))),
        )
    )


def notice_get(*, user, pk: int) -> Notice | None:
    """One notice with its counts and files; None where the user may not see it."""
    found = with_counts(notices_visible(user=user).filter(pk=pk), user=user)
    return found.select_related("area", "issued_by", "created_by").prefetch_related("files").first()


def with_files(notice: Notice) -> Notice:
    """A notice of the list with its attachments."""
    prefetch_related_objects([notice], Prefetch("files", NoticeFile.objects.order_by("pk")))
    return notice


def notice_kept(*, user, pk: int) -> Notice | None:
    """A notice that the user may change, given the right."""
    return Notice.objects.kept_by(user).filter(pk=pk).first()


def targets_of(*, user, notice: Notice) -> list[NoticeTarget]:
    """The areas of the notice that the user sees: those that owe most first, then by code."""
    found = NoticeTarget.objects.visible_to(user).filter(notice=notice)
    rows = found.select_related("area", "received_by", "answered_by").order_by("area_id", "pk")
    return sorted(rows, key=lambda row: (bool(row.received_at), bool(row.answered_at)))


def target_get(*, user, pk: int) -> NoticeTarget | None:
    """One area's row in one notice that was sent, within the user's scope."""
    found = NoticeTarget.objects.visible_to(user).exclude(notice__state=NoticeState.DRAFT)
    return found.filter(pk=pk).select_related("notice", "area").first()


def file_get(*, user, pk: int) -> NoticeFile | None:
    """An attachment of a notice that the user may read."""
    return NoticeFile.objects.filter(pk=pk, notice__in=Notice.objects.visible_to(user)).first()


def number_proposed(*, user) -> int:
    """The next number of the issuer's series."""
    series = Notice.objects.filter(area=home_code(user))
    return (series.aggregate(last=Max("number"))["last"] or 0) + 1


def areas_to_choose(*, user) -> list[Area]:
    """The areas directly below the user's own: a city sends to its counties, a county to its towns."""
    return list(areas_visible(user=user).filter(parent=home_code(user)))


def notice_rows(*, user):
    """Every area's row of the sent notices that the user sees, for the export: newest notice first."""
    found = NoticeTarget.objects.visible_to(user).exclude(notice__state=NoticeState.DRAFT)
    rows = found.filter(notice__in=Notice.objects.visible_to(user)).select_related(
        "notice", "area", "received_by", "answered_by"
    )
    return rows.order_by("-notice_id", "area_id", "pk")
