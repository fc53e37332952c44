"""督办 for the screens."""

import datetime

from django.db.models import Count, Q, QuerySet

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code

from ..enums import InstructionState
from ..models import Instruction

PER_PAGE = 50
TABS = {"": "未办结", "overdue": "逾期", "answered": "待办结", "closed": "已办结"}


def _condition(tab, on):
    return {
        "": ~Q(state=InstructionState.CLOSED),
        "overdue": Q(state=InstructionState.OPEN, due_on__lt=on),
        "answered": Q(state=InstructionState.ANSWERED),
        "closed": Q(state=InstructionState.CLOSED),
    }[tab]


def instructions_in(*, user, state: str = "", area: str = "") -> QuerySet[Instruction]:
    """The instructions that the user may see, of one state, to one area and below."""
    found = Instruction.objects.visible_to(user)
    if state:
        found = found.filter(state=state)
    return found.within(area) if area else found


def instruction_page(
    *, user, tab: str, on: datetime.date, after: int = 0
) -> tuple[list[Instruction], int]:
    """A page of the tab, newest first; and the key to go on with (0: the end)."""
    found = Instruction.objects.visible_to(user).filter(_condition(tab, on))
    if after:
        found = found.filter(pk__lt=after)
    rows = list(
        found.select_related("area", "issuer_area", "issued_by").order_by("-pk")[: PER_PAGE + 1]
    )
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else 0


def instruction_counts(*, user, on: datetime.date) -> dict[str, int]:
    """The number of rows of each tab; one statement."""
    counts = {
        f"tab_{number}": Count("pk", filter=_condition(tab, on)) for number, tab in enumerate(TABS)
    }
    row = Instruction.objects.visible_to(user).order_by().aggregate(**counts)
    return {tab: row[f"tab_{number}"] for number, tab in enumerate(TABS)}


def instruction_get(*, user, pk: int) -> Instruction | None:
    """One instruction; None where the user may not see it."""
    found = Instruction.objects.visible_to(user).filter(pk=pk)
    return found.select_related("area", "issuer_area", "issued_by", "answered_by").first()


def is_issuers(*, user, instruction: Instruction) -> bool:
    """Whether the instruction was issued within the user's scope: he may close it, given the right."""
    return area_scope(user).covers(instruction.issuer_area_id)


def areas_to_instruct(*, user, code: str = "") -> list[Area]:
    """The areas directly below the user's own, and the one that was asked for, if he sees it."""
    home = home_code(user)
    wanted = Q(parent=home) | (Q(pk=code) & ~Q(pk=home))
    return list(areas_visible(user=user).filter(wanted))
