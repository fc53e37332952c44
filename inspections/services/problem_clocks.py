"""The clocks of open problems: a reminder before the deadline, one level up after it (domain §1.5)."""

import datetime

import pghistory
from django.db import transaction
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.queries.calendar import work_calendar
from responsibility.services.notifications import notify_each

from ..enums import ProblemAct, Side
from ..models import Problem, ProblemMove
from ..queries.problem_people import people_around
from ..queries.reporting import clocks_of
from ..rules.deadlines import climb_path, day_of, next_climb, remind_until
from ..rules.problems import derived_key

BATCH = 500


def problems_climb(*, at: datetime.datetime) -> dict[str, int]:
    """Everything whose clock has passed goes one level up, once a step (村 → 乡 → 县 → 市, 监管所 → 县局 →
    市局), and again after the class's working days; what ends on the next working day is reminded of. Where
    a level has no account to tell, the next one that has is told, and the move says so. Runs twice without
    harm; rows that another run holds are left to it. Counts: climbed, reminded."""
    climbed = 0
    while number := _climb(at):
        climbed += number
    return {"climbed": climbed, "reminded": problems_remind(at=at)}


@transaction.atomic
def _climb(at):
    rows = list(
        Problem.objects.filter(climb_at__lt=at)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("kind", "cadre")
        .order_by("climb_at", "pk")[:BATCH]
    )
    if not rows:
        return 0
    paths = {row.pk: _path(row) for row in rows}
    codes = {code for path in paths.values() for code in path}
    people = people_around(problems=rows, areas=codes)
    names = dict(Area.objects.filter(pk__in=codes).values_list("pk", "name"))
    calendar, moves, lines = work_calendar(), [], []
    for row in rows:
        path, late = paths[row.pk], row.clock_at
        step = _step(row, path, people)
        if step is None:  # at the top already
            row.climb_at = None
            continue
        skipped = [names.get(code, code) for code in path[row.climbed : step]]
        note = f"超过期限 {day_of(late):%m-%d}，升到{_office(path[step], names)}"
        if skipped:
            note += f"（{'、'.join(skipped)}没有可通知的账号）"
        moves.append(
            ProblemMove(
                key=derived_key(ProblemAct.CLIMB, row.pk, row.revision), problem=row,
                act=ProblemAct.CLIMB, side=Side.SYSTEM, state_from=row.state, state_to=row.state,
                actor_words="系统", at=at, note=note,
            )
        )  # fmt: skip
        lines += _lines(row, people, path[step], note)
        row.climbed, row.climbed_to_id = step + 1, path[step]
        row.climb_at = None
        if row.climbed < len(path):
            row.climb_at = next_climb(at=at, clocks=clocks_of(row.kind), calendar=calendar)
    for row in rows:
        row.revision += 1
    with pghistory.context(via="problems_climb"):
        fields = ["climbed", "climbed_to", "climb_at", "revision"]
        Problem.objects.bulk_update(rows, fields)
        ProblemMove.objects.bulk_create(moves)
    notify_each(lines=lines)
    return len(rows)


def _path(row):
    level = row.cadre.level if row.cadre_id else ""
    return climb_path(state=row.state, area=row.area_id, cadre_level=level)


def _step(row, path, people):
    """The next step up that has somebody to tell, else the top; None where it is there already."""
    if row.climbed >= len(path):
        return None
    for step in range(row.climbed, len(path)):
        if people.areas.get(path[step]):
            return step
    return len(path) - 1


def _office(code, names):
    name = names.get(code, code)
    return name if len(code) > 6 else f"{name}局"


def _lines(row, people, code, note):
    """Who is told: the level that it climbed to, and whoever still has to act."""
    page = reverse("inspections:problem-detail", args=[row.pk])
    key = f"problem-{row.pk}-late-{day_of(row.clock_at):%Y%m%d}-{len(code)}"
    told = {*people.areas.get(code, []), *people.waited_for(row)}
    return [(pk, key, f"问题逾期：{row.title}，{note}", page) for pk in sorted(told)]


def problems_remind(*, at: datetime.datetime) -> int:
    """Tell whose turn it is of what ends on the next working day or before; each once a deadline."""
    until = remind_until(on=day_of(at), calendar=work_calendar())
    found = Problem.objects.filter(clock_at__gte=at, clock_at__lte=until)
    rows = list(found.select_related("cadre").order_by("clock_at", "pk"))
    people = people_around(problems=rows)
    lines = [
        (
            pk,
            f"problem-{row.pk}-due-{day_of(row.clock_at):%Y%m%d}",
            f"问题快到期：{row.title}，{day_of(row.clock_at):%m-%d} 到期，现为“{row.get_state_display()}”",
            reverse("inspections:problem-detail", args=[row.pk]),
        )
        for row in rows
        for pk in people.waited_for(row)
    ]
    notify_each(lines=lines)
    return len(lines)
