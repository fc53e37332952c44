"""点对点指导 and the 问答汇编 for the screens."""

from django.db.models import Count, Q, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code

from ..models import Guidance

PER_PAGE = 30
VIEWS = {"": "全部", "open": "待答复", "shared": "问答汇编"}
_CONDITIONS = {"": Q(), "open": Q(answered_at=None), "shared": Q(is_shared=True)}


def guidance_in(*, user, view: str = "", text: str = "", area: str = "") -> QuerySet[Guidance]:
    """What the user may read, of one view, with `text` in question or answer, of one county."""
    found = Guidance.objects.visible_to(user).filter(_CONDITIONS[view])
    if text:
        found = found.searched(text)
    if area:
        # A shared answer does not tell another county who asked.
        found = found.kept_by(user).within(area)
    return found


def guidance_kept(*, user, text: str = "", area: str = "") -> QuerySet[Guidance]:
    """The questions of the user's own scope, with `text` in question or answer, of one county."""
    found = Guidance.objects.kept_by(user)
    if text:
        found = found.searched(text)
    return found.within(area) if area else found


def guidance_page(
    *, user, view: str, text: str, area: str, after: int = 0
) -> tuple[list[Guidance], int]:
    """A page, newest first, `is_own` on each (the user may know who asked); and the key to go on with."""
    found = guidance_in(user=user, view=view, text=text, area=area)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.select_related("area", "answered_by").order_by("-pk")[: PER_PAGE + 1])
    for row in rows:
        row.is_own = is_own(user=user, row=row)
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else 0


def guidance_counts(*, user) -> dict[str, int]:
    """The number of rows of each view; one statement."""
    counts = {
        f"view_{number}": Count("pk", filter=_CONDITIONS[view]) if view else Count("pk")
        for number, view in enumerate(VIEWS)
    }
    row = Guidance.objects.visible_to(user).order_by().aggregate(**counts)
    return {view: row[f"view_{number}"] for number, view in enumerate(VIEWS)}


def guidance_get(*, user, pk: int) -> Guidance | None:
    """One question; None where the user may not read it."""
    found = Guidance.objects.visible_to(user).filter(pk=pk)
    row = found.select_related("area", "answered_by").first()
    if row is not None:
        row.is_own = is_own(user=user, row=row)
    return row


def is_own(*, user, row: Guidance) -> bool:
    """Whether the question was asked within the user's scope."""
    return area_scope(user).covers(row.area_id)


def counties_to_ask(*, user) -> list[Area]:
    """The counties for which the user may write a question down: those he sees; a station its own county."""
    found = list(areas_visible(user=user).filter(level=Level.COUNTY))
    home = home_code(user) or ""
    if found or len(home) < 6:
        return found
    return list(Area.objects.active().filter(pk=home[:6]))
