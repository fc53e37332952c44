"""督办 of what is overdue: one instruction an area, with its own rows behind it."""

import datetime

from django.db import transaction
from django.urls import reverse

from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.models import Instruction
from responsibility.queries.instructions import areas_to_instruct
from responsibility.services.instructions import instructions_create

from ..queries.figures_problems import problems_by_area


class UrgeError(DomainError):
    pass


def overdue_below(*, user, on: datetime.date) -> list[tuple]:
    """The areas directly below the user's own with what is overdue there: (area, number, page of its rows),
    the most first."""
    areas = {area.pk: area for area in areas_to_instruct(user=user)}
    length = max((len(code) for code in areas), default=6)
    rows = problems_by_area(user=user, code="", length=length, on=on)
    found = [
        (
            areas[row.code],
            row.overdue,
            f"{reverse('inspections:problem-list')}?area={row.code}&overdue=1",
        )
        for row in rows
        if row.overdue and row.code in areas
    ]
    return sorted(found, key=lambda line: (-line[1], line[0].pk))


@transaction.atomic
def overdue_urge(
    *,
    actor,
    codes: set[str],
    due_on: datetime.date,
    note: str,
    on: datetime.date,
    address: str | None = None,
) -> list[Instruction]:
    """Make an instruction for each of these areas that has overdue problems and no open instruction about
    them yet; its officers are told. Raises UrgeError where nothing is left to instruct."""
    wanted = [line for line in overdue_below(user=actor, on=on) if line[0].pk in codes]
    asked = set(
        Instruction.objects.open()
        .filter(source_url__in=[page for _, _, page in wanted])
        .values_list("source_url", flat=True)
    )
    made = []
    for area, number, page in wanted:
        if page in asked:
            continue
        made += instructions_create(
            actor=actor, areas=[area], title=f"问题整改逾期 {number} 件", due_on=due_on, on=on,
            body=note or "请逐件核实，督促整改到位；确有困难的按程序申请延期。", source_url=page,
            address=address,
        )  # fmt: skip
    if not made:
        raise UrgeError(
            "选中的单位都已有没办结的同一督办，不用再发。"
            if wanted
            else "选中的单位现在没有逾期问题。"
        )
    return made
