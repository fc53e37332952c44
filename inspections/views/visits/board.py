"""督导任务: what is due in a period, by area, and the rows behind each figure."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from entities.queries.entities import category_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.jurisdiction.queries import home_place
from responsibility.queries.keyed import keyed_page
from responsibility.views.bonds.shared import place_or_404, workbook
from responsibility.views.cadres.shared import bare_query, page_number, pager, with_keys

from ...enums import DueState
from ...exports.visits import write_due_board, write_dues
from ...filters.dues import GRADES, due_wishes
from ...queries.dues import VIEWS, cadres_due, cadres_due_counts, due_counts, due_page, dues_in
from ...queries.figures_visits import VisitFigures, period_chosen, periods_of, visit_figures_by_area
from ...tasks import ring_dues

VIEW = "inspections.view_duevisit"
EXPORT = "entities.export_entity"
CADRE_VIEWS = {"all": "有任务的干部", "open": "没有全部完成", "done": "全部完成"}
UNITS = {6: "县(市、区)", 9: "乡镇(街道)", 12: "村(社区)"}


class _Board:
    """The figures of one area in one period, for the page and for its workbook; without area data (包保干部)
    there is no board."""

    def __init__(self, request):
        self.user, self.on = request.user, timezone.localdate()
        self.has_areas = self.user.has_perm("jurisdiction.view_area_data")
        self.place = place_or_404(request, request.GET.get("area", "")) if self.has_areas else None
        city = self.place.city_code if self.place else (self.user.area_id or "")[:4]
        self.periods = periods_of(city=city)
        self.period = period_chosen(self.periods, request.GET.get("period", ""), on=self.on)
        self.rows, self.total = [], VisitFigures()

    def read(self):
        """One statement for all the figures."""
        place = self.place
        self.length = place.group_length
        found = visit_figures_by_area(
            user=self.user, code=place.code, length=self.length, period=self.period, on=self.on
        )
        names = {area.code: area.name for area in place.children}
        by_code = {row.code: row for row in found}
        self.rows = [
            (name, by_code.get(code, VisitFigures(code)), False) for code, name in names.items()
        ]
        self.rows += [
            (f"{place.name}本级", row, True) for row in found if len(row.code) < self.length
        ]
        self.total = sum(found, VisitFigures(place.code))
        return self


def _cells(row, period, *, own=False):
    """The figures of a line, each with the address of its rows."""
    area = f"area={row.code}" + ("&own=1" if own else "")
    dues = f"{reverse('inspections:due-list')}?{area}&period={period.pk}"
    visits = f"{reverse('inspections:visit-list')}?area={row.code}&" + (
        f"first={period.starts_on}&last={period.ends_on}" if period.cycle else f"period={period.pk}"
    )
    cadres = f"{reverse('inspections:due-cadres')}?area={row.code}&period={period.pk}"
    rows = "#rows"
    return {
        "figures": row,
        "due": f"{dues}&view=due{rows}",
        "done": f"{dues}&view=done{rows}",
        "open": f"{dues}&view=open{rows}",
        "unheld": f"{dues}&view=open&unheld=1{rows}",
        "excused": f"{dues}&view=excused{rows}",
        "overdue": f"{reverse('inspections:due-list')}?{area}&view=overdue{rows}",
        "visits": visits,
        "on_site": f"{visits}&mode=on_site",
        "wrong": f"{visits}&view=wrong",
        "must": f"{visits}&must=1",
        "cadres": cadres,
        "cadres_done": f"{cadres}&view=done",
    }


def _board_context(board):
    place, period = board.place, board.read().period
    rows = [
        {
            "name": name,
            "url": "" if own or row.code == place.code
            else f"?area={row.code}&period={period.pk}",
            **_cells(row, period, own=own),
        }
        for name, row, own in board.rows
    ]  # fmt: skip
    return {
        "place": place,
        "rows": rows,
        "low_first": sorted(rows, key=lambda row: row["figures"].rate or 0),
        "total": {"name": "合计", "url": "", **_cells(board.total, period)},
        "unit_name": UNITS[board.length],
        # a period that still runs is behind in nothing yet
        "is_open": period.ends_on >= board.on,
        "above": [area for area in place.ancestors if area.is_open],
    }


@require_GET
@require(VIEW)
def due_list(request):
    board = _Board(request)
    if board.period is None:
        context = {"board": None, "has_areas": board.has_areas}
        return render(request, "inspections/due_list.html", context)
    shown = _board_context(board) if board.has_areas else {}
    return render(
        request, "inspections/due_list.html", {"board": board, **shown, **_list(request, board)}
    )


def _list(request, board):
    """The list under the board."""
    wishes = due_wishes(request.GET, area=board.place.code if board.place else "")
    if not wishes.period and wishes.view != "overdue":
        wishes = wishes.of(period=board.period.pk)
    page = due_page(
        user=request.user, wishes=wishes, on=board.on,
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )  # fmt: skip
    _add_doors(request.user, page.rows)
    counts = due_counts(user=request.user, wishes=wishes, on=board.on)
    query, rest = bare_query(request), bare_query(request, "view", "period")
    categories = category_choices()
    return {
        "on": board.on,
        "wishes": wishes,
        "page": page,
        "lines": page.rows,
        "views": [
            {
                "label": label,
                "url": with_keys(
                    rest, view=key, **({} if key == "overdue" else {"period": board.period.pk})
                ) + "#rows",
                "current": key == wishes.view,
                "count": counts.get(key),
            }
            for key, label in VIEWS.items()
        ],
        "count": counts[wishes.view],
        "periods": board.periods,
        "period": board.period,
        "grades": GRADES,
        "categories": categories,
        "chips": _chips(request, wishes, categories),
        "clear_url": with_keys("", view=wishes.view, area=wishes.area) + "#rows",
        "query": query,
        "is_filtered": bool(wishes.grade or not wishes.is_counted),
        **pager(page, query, unit="家"),
    }  # fmt: skip


def _add_doors(user, rows):
    """Where the cadre himself begins the visit of an open line."""
    may = user.has_perm("inspections.make_visit")
    for row in rows:
        is_mine = may and row.state == DueState.OPEN and row.cadre and row.cadre.user_id == user.pk
        row.visit_url = url_or_nothing("inspections:visit-make", row.entity_id) if is_mine else ""


def _chips(request, wishes, categories):
    shown = {
        "q": wishes.text and f"搜索：{wishes.text}",
        "grade": wishes.grade and (f"{wishes.grade} 级" if wishes.grade != "-" else "待定"),
        "category": wishes.category
        and f"类别：{dict(categories).get(wishes.category, wishes.category)}",
        "cadre": wishes.cadre and "一位干部",
        "own": wishes.own and "只到本级",
        "unheld": wishes.unheld and "无人包保",
    }
    return [
        {"label": words, "url": with_keys(bare_query(request, key)) + "#rows"}
        for key, words in shown.items()
        if words
    ]


@require_GET
@require(VIEW, EXPORT)
@limited("due-export", limit=10, methods=("GET",))
def due_export(request):
    board = _Board(request)
    wishes = due_wishes(request.GET, area=board.place.code if board.place else "")
    if not wishes.period and wishes.view != "overdue" and board.period:
        wishes = wishes.of(period=board.period.pk)
    found = dues_in(user=request.user, wishes=wishes, on=board.on)
    label = VIEWS[wishes.view]
    return workbook(
        request,
        lambda target: write_dues(found, on=board.on, sheet=label, target=target),
        what=f"督导任务{label}",
        scope=board.place.name if board.place else "",
        object_type="duevisit",
    )


@require_GET
@require(VIEW, EXPORT, "jurisdiction.view_area_data")
@limited("due-board-export", limit=10, methods=("GET",))
def due_board_export(request):
    board = _Board(request)
    rows = []
    if board.period:
        board.read()
        rows = [(f"{board.place.name}合计", board.total)]
        rows += [(name, row) for name, row, _ in board.rows]
    return workbook(
        request,
        lambda target: write_due_board(rows, target=target),
        what=f"督导完成{board.period.name if board.period else ''}",
        scope=board.place.name,
        object_type="duevisit",
    )


@require_GET
@require(VIEW, "responsibility.view_cadre")
def due_cadres(request):
    board = _Board(request)
    view = request.GET.get("view", "all")
    view = view if view in CADRE_VIEWS else "all"
    context = {"board": board, "view": view, "place": board.place, "periods": board.periods}
    if board.period:
        asked = {"user": request.user, "code": board.place.code, "period": board.period.pk}
        counts = cadres_due_counts(**asked)
        page = keyed_page(
            cadres_due(**asked, view=view), column="cadre_id", after=request.GET.get("after", ""),
            before=request.GET.get("before", ""), number=page_number(request.GET.get("page")),
        )  # fmt: skip
        query, rest = bare_query(request), bare_query(request, "view")
        context |= {
            "rows": page.rows,
            "tabs": [
                {
                    "label": label,
                    "url": with_keys(rest, view=key),
                    "current": key == view,
                    "count": counts[key],
                }
                for key, label in CADRE_VIEWS.items()
            ],
            "tabs_label": "完成情况",
            **pager(page, query, unit="人"),
        }
    return render(request, "inspections/due_cadres.html", context)


@require_POST
@require(VIEW, "inspections.plan_visits")
@limited("due-make", limit=6)
def due_make(request):
    if home_place(user=request.user) and ring_dues():
        messages.success(request, "已开始核对督导名单，一分钟后刷新可见")
    else:
        messages.info(request, "后台暂时没有响应；名单每 15 分钟自动核对一次，不用再按")
    return redirect("inspections:due-list")
