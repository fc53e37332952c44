"""问题整改: the board with its list and the chosen problem beside it, the export, a photograph."""

import tempfile
from dataclasses import dataclass

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.exports.cadres import file_name

from ...enums import ProblemSource, ProblemState
from ...exports.problems import write_problems
from ...filters.problems import ProblemConditions
from ...queries.campaigns import tags_of
from ...queries.figures_problems import ProblemFigures, problems_by_area, sees_by_area
from ...queries.problem_board import TABS, tab_counts
from ...queries.problem_detail import (
    photos_visible,
    problem_get,
    stations_of,
    with_story,
)
from ...queries.problem_list import PER_PAGE, page_of
from ...queries.problem_people import DECIDE
from ...rules.ages import AGES
from ...rules.moves import WAITS_FOR
from .shown import acts_of, deadline_of, parties_of, stages_of, story_of

VIEW, REPORT = "inspections.view_problem", "inspections.report_problem"
EXPORT, URGE = "inspections.export_problem", "responsibility.add_instruction"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 8 * 1024 * 1024
# The mark beside a state's word.
SHAPES = {
    ProblemState.OPEN: "progress",
    ProblemState.FIXED: "waiting",
    ProblemState.TO_CLAIM: "waiting",
    ProblemState.HANDLING: "progress",
    ProblemState.TO_REVIEW: "progress",
    ProblemState.FED_BACK: "waiting",
    ProblemState.CLEARED: "ok",
    ProblemState.CLOSED: "ok",
    ProblemState.FILED: "info",
    ProblemState.VOID: "out",
    ProblemState.ENDED: "out",
}


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    problem: object
    deadline: dict
    shape: str
    url: str


def conditions_of(request):
    """One reading of the query string."""
    return ProblemConditions(request.GET, user=request.user, on=timezone.localdate())


@require_GET
@require(VIEW)
def problem_list(request):
    return board_page(request, None)


@require_GET
@require(VIEW)
def problem_detail(request, pk):
    return board_page(request, problem_or_404(request, pk))


def problem_or_404(request, pk):
    problem = problem_get(user=request.user, pk=pk)
    if problem is None:
        raise Http404
    return problem


def board_page(request, problem, filled=None):
    """The board; `problem` is chosen, else the first of the list stands beside it on wide screens."""
    conditions = conditions_of(request)
    user, on = request.user, conditions.on
    place = _place_or_404(user, conditions.area)
    found = conditions.found()
    count = conditions.count(found)
    asked = request.GET
    page = page_of(
        found, tab=conditions.tab, after=asked.get("after", ""), before=asked.get("before", ""),
        number=_number(asked.get("page", "1")),
    )  # fmt: skip
    shown = problem
    if shown is None and page.rows:
        shown = with_story(page.rows[0])
    query = asked.urlencode()
    context = {
        "conditions": conditions,
        "place_name": place.name if place else "我的主体",
        "is_own": place is None,
        "lines": [_line(row, on, query) for row in page.rows],
        "problem": shown,
        "is_alone": problem is not None,
        "count": count,
        "query": query,
        "now": timezone.now(),
        "kinds": conditions.board.kinds,
        "areas": _areas(place),
        "can_report": user.has_perm(REPORT),
        "can_export": user.has_perm(EXPORT),
        "can_urge": user.has_perm(URGE) and sees_by_area(user),
        "export_query": _export_query(conditions),
        "chips": conditions.chips(),
        "clear_url": conditions.clear_url() + "#list",
        **_choices(conditions),
        **_figures(conditions),
        **_by_area(request, conditions, place),
        **_pager(request, page),
    }
    if shown is not None:
        context |= _detail(shown, user, on, filled)
        # on the problem's own page only: the list costs no statement more
        context["tags"] = tags_of(problem=problem) if problem else []
        context["mark"] = f"problem-{problem.pk}" if problem else ""
    return render(request, "inspections/problem_list.html", context)


def _export_query(conditions):
    address = conditions.without()
    return "" if address == "?" else address


def _choices(conditions):
    """What the filters offer, and the words over the list."""
    label = TABS[conditions.tab][0]
    return {
        "list_title": f"{label}问题",
        "list_note": "新的在前" if conditions.tab else "逾期在前",
        "time_head": {"": "期限", "found": "期限、办结"}.get(conditions.tab, "办结"),
        "state_choices": [(state, ProblemState(state).label) for state in conditions.states],
        "age_choices": [(key, words) for key, (words, _, _) in AGES.items()],
        "source_choices": ProblemSource.choices,
        "campaigns": conditions.choices[0],
        "units": conditions.choices[1],
    }


def _place_or_404(user, code):
    """The area that the board is about; None for a cadre, who sees his own rows."""
    if not sees_by_area(user):
        return None
    place = place_of(user=user, code=code) if code else home_place(user=user)
    if place is None:
        raise Http404
    return place


def _areas(place):
    """The areas to narrow by: those above within the scope, this one, those below."""
    if place is None:
        return []
    above = [area for area in place.ancestors if area.is_open]
    own = [place.area] if place.area else []
    return [*above, *own, *place.children]


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _line(row, on, query):
    address = reverse("inspections:problem-detail", args=[row.pk])
    return Line(
        row, deadline_of(row, on), SHAPES[row.state], f"{address}?{query}" if query else address
    )


def _figures(conditions):
    """Tabs, tiles and the table of states and ages; every number with the list behind it."""
    board, link = conditions.board, conditions.link
    figures = board.figures
    counts = tab_counts(figures)
    tabs = [
        {"label": label, "count": counts[key], "current": key == conditions.tab,
         "url": link(tab=key)}
        for key, (label, _) in TABS.items()
        if key != "out" or counts[key] or conditions.tab == key
    ]  # fmt: skip
    lines = [
        {
            "line": line,
            "url": link(state=line.state),
            "overdue_url": link(state=line.state, overdue="1"),
            "ages": [
                (number, link(state=line.state, age=age)) for age, number in line.ages.items()
            ],
            "is_chosen": bool(line.state) and line.state == conditions.state,
        }
        for line in (board.total, *board.lines)
    ]
    return {
        "tabs": tabs,
        "figures": figures,
        "links": {
            "open": link(), "settled": link(tab="settled"), "overdue": link(overdue="1"),
            "repeat": link(tab="found", repeat="1"), "filed": link(tab="filed"),
            "found": link(tab="found"),
        },
        "state_lines": lines,
        "ages": [words for words, _, _ in AGES.values()],
    }  # fmt: skip


def _by_area(request, conditions, place):
    """The same board by the areas below, when asked for."""
    is_asked = request.GET.get("by") == "area" and place is not None and bool(place.children)
    base = {"is_by_area": is_asked, "can_by_area": place is not None and bool(place.children)}
    if not is_asked:
        return base
    rows = problems_by_area(
        user=request.user,
        code=conditions.area,
        length=place.group_length,
        on=conditions.on,
        kind=conditions.kind,
    )
    names = {area.code: area.name for area in place.children}
    total = ProblemFigures()
    for row in rows:
        total.add(row)
    path = reverse("inspections:problem-list")
    lines = [
        {"name": names.get(row.code, f"{place.name}（只到本级）"), "figures": row,
         "url": f"{path}?area={row.code}&by=area" if len(row.code) < 12 else f"{path}?area={row.code}",
         "open": f"{path}?area={row.code}#list", "overdue": f"{path}?area={row.code}&overdue=1#list",
         "settled": f"{path}?area={row.code}&tab=settled#list",
         "found": f"{path}?area={row.code}&tab=found#list"}
        for row in rows
        if row.found
    ]  # fmt: skip
    return base | {"area_lines": lines, "area_total": total}


def _pager(request, page):
    query = request.GET.copy()
    for key in ("after", "before", "page"):
        query.pop(key, None)
    base = reverse("inspections:problem-list")

    def address(key, value, number):
        turned = query.copy()
        turned.update({key: value, "page": str(number)})
        return f"{base}?{turned.urlencode()}#list"

    return {
        "per_page": PER_PAGE,
        "unit": "件",
        "first": page.first,
        "last": page.last,
        "previous_url": address("before", page.previous, page.number - 1) if page.previous else "",
        "next_url": address("after", page.next, page.number + 1) if page.next else "",
    }


def _detail(problem, user, on, filled):
    needs_stations = user.has_perm(DECIDE) and problem.state == ProblemState.TO_CLAIM
    stations = stations_of(problem=problem) if needs_stations else []
    acts = acts_of(problem, user=user, stations=stations, filled=filled)
    return {
        "deadline": deadline_of(problem, on),
        "shape": SHAPES[problem.state],
        "stages": stages_of(problem),
        "parties": parties_of(problem, on),
        "story": story_of(problem),
        "acts": acts,
        "waits_words": f"现在等{WAITS_FOR[problem.state][1]}。" if problem.is_open else "",
        "climbed_words": f"已升到{problem.climbed_to.name}" if problem.climbed_to_id else "",
    }


@require_GET
@require(VIEW, EXPORT)
@limited("problem-export", limit=20, methods=("GET",))
def problem_export(request):
    conditions = conditions_of(request)
    place = _place_or_404(request.user, conditions.area)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    write_problems(conditions.found(), tab=conditions.tab, on=conditions.on, target=file)
    file.seek(0)
    name = file_name(
        "问题整改", scope=place.name if place else "", who=request.user.get_full_name(),
        at=timezone.localtime(),
    )  # fmt: skip
    audit(
        actor=request.user, action=AuditAction.EXPORT, address=client_address(request),
        object_type="problem", detail={"file": name, "query": request.GET.urlencode()[:500]},
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@require(VIEW)
def problem_photo(request, pk):
    """The picture itself, for whoever sees the problem."""
    photo = photos_visible(user=request.user).filter(pk=pk).first()
    if photo is None or not photo.file.storage.exists(photo.file.name):
        raise Http404
    response = FileResponse(photo.file.open("rb"), content_type=photo.mime)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
