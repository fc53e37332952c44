"""Reads of 责任状: the list, one letter, the members of the 食安委."""

import datetime

from django.db.models import Count, Max, Q, QuerySet

from ..enums import LetterKind, LetterState
from ..models import Letter

VIEWS = {
    "all": ("全部", ~Q(state=LetterState.VOID)),
    "waiting": ("未签", Q(state=LetterState.WAITING)),
    "signed": ("已签", Q(state=LetterState.SIGNED)),
    "void": ("失效", Q(state=LetterState.VOID)),
}
DEFAULT_VIEW = "all"


def letters_visible(*, user) -> QuerySet[Letter]:
    """The letters of the user's area."""
    if not user.has_perm("responsibility.view_letter"):
        return Letter.objects.none()
    return Letter.objects.visible_to(user)


def letter_get(*, user, pk: int) -> Letter | None:
    """One letter with all that its page names."""
    rows = letters_visible(user=user).select_related("area__parent__parent", "recorded_by")
    return rows.filter(pk=pk).first()


def letter_year(*, user, on: datetime.date) -> int:
    """The newest year that has letters, else this one."""
    found = letters_visible(user=user).aggregate(newest=Max("year"))["newest"]
    return found or on.year


def letter_years(*, user, on: datetime.date) -> list[int]:
    """The years that have letters, and this one, newest first."""
    years = set(letters_visible(user=user).order_by().values_list("year", flat=True).distinct())
    return sorted(years | {on.year}, reverse=True)


def letter_counts(found: QuerySet[Letter]) -> dict[str, int]:
    """How many rows each quick view holds; one statement."""
    return found.aggregate(**{key: Count("pk", filter=rule) for key, (_, rule) in VIEWS.items()})


def members(*, user, area: str, year: int, on: datetime.date) -> dict:
    """The members of an area's 食安委 in a year: total, signed, and the unsigned, the overdue first, with
    `late` days over the date set."""
    rows = letters_visible(user=user).filter(area=area, year=year, kind=LetterKind.MEMBER)
    rows = list(rows.exclude(state=LetterState.VOID).order_by("due_on", "pk"))
    waiting = [row for row in rows if row.state == LetterState.WAITING]
    for row in waiting:
        row.late = max((on - row.due_on).days, 0) if row.due_on else 0
        row.late_words = f"未签，逾期 {row.late} 天"
    return {"total": len(rows), "signed": len(rows) - len(waiting), "waiting": waiting}


def letter_chain(*, user, letter: Letter) -> list[dict]:
    """From the city down to the letter's own area: name, its letter of that year or None. Above the reader's
    scope the name alone."""
    chain, area = [], letter.area
    while area is not None:
        chain.append(area)
        area = area.parent
    if letter.kind == LetterKind.MEMBER:
        chain = chain[:1]
    rows = Letter.objects.filter(area__in=chain, year=letter.year, unit="")
    found = {row.area_id: row for row in rows.exclude(state=LetterState.VOID)}
    links = [
        {"name": area.name, "letter": found.get(area.pk), "is_root": area.level == "city"}
        for area in reversed(chain)
    ]
    if letter.kind == LetterKind.MEMBER:
        links.append({"name": letter.unit, "letter": letter, "is_root": False})
    return links
