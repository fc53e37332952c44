"""包保分配: the board of one area, and its 空岗."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.jurisdiction.queries import areas_visible

from ...exports.holding import write_board, write_vacancies
from ...queries.coverage import CoverageTables, divided_areas, overdue_pending
from ...queries.plans import plan_waiting
from .shared import EXPORT, VIEW, board_url, crumbs_of, place_or_404, workbook

TOWN = 9
PER_PAGE = 100


class _Board:
    """One reading of the counters for the page and for its workbook."""

    def __init__(self, request):
        self.user = request.user
        self.place = place_or_404(request, request.GET.get("area", ""))
        self.tables = CoverageTables(user=request.user, area=self.place.code)
        self.length = self.place.group_length
        self.is_by_town = self.length < TOWN and request.GET.get("by") == "town"
        if self.is_by_town:
            self.length = TOWN
        self.total = self.tables.total()

    def rows(self):
        """(name, figures, is it known only to a level above) in the order of the codes."""
        figures = self.tables.by_area(self.length)
        names = self._names()
        return [
            (names.get(row.code, row.code), row, len(row.code) < self.length)
            for row in figures
            if row.obliged or (len(row.code) == self.length and row.code in names)
        ]

    def _names(self):
        if not self.is_by_town:
            names = {area.code: area.name for area in self.place.children}
            return names | {self.place.code: f"{self.place.name}（只到本级）"}
        areas = areas_visible(user=self.user).filter(code__startswith=self.place.code)
        names = dict(areas.exclude(level="village").values_list("code", "name"))
        return {
            code: f"{names.get(code[:6], '')} {name}"
            if len(code) == TOWN
            else f"{name}（只到本级）"
            for code, name in names.items()
        }


def _segments(row):
    """The parts of 应包 as pieces of a bar, in percent of its width."""
    parts = (
        ("held", "已包", row.covered),
        ("unfit", "层级不符", row.unfit),
        ("unassigned", "未分配", row.unassigned),
        ("ungraded", "待分级", row.ungraded),
    )
    start, found = 0.0, []
    for key, label, value in parts:
        width = 100 * value / row.obliged if row.obliged else 0
        found.append({"name": key, "label": label, "value": value, "x": start, "w": width})
        start += width
    return [piece | {"x": f"{piece['x']:.3f}", "w": f"{piece['w']:.3f}"} for piece in found]


def _cells(code, row, *, is_own=False):
    """The figures of a line, each with the address of its rows."""
    base = f"{reverse('responsibility:holding-list')}?area={code}{'&own=1' if is_own else ''}"
    cadres = url_or_nothing("responsibility:cadre-list")
    cadres = f"{cadres}?area={code}" if cadres else ""
    return {
        "figures": row,
        "segments": _segments(row),
        "total": base + "&standing=obliged",
        "covered": base + "&standing=covered",
        "ungraded": base + "&standing=ungraded",
        "unassigned": base + "&standing=unassigned",
        "pending": base + "&standing=pending",
        "unfit": base + "&standing=unfit",
        "vacant": f"{reverse('responsibility:vacancy-list')}?area={code}",
        "over": f"{cadres}&view=over" if cadres else "",
        "cadres": cadres,
    }


@require_GET
@require(VIEW)
def coverage_board(request):
    board = _Board(request)
    place, tables = board.place, board.tables
    rows = [
        {
            "name": name,
            "url": "" if is_own or row.code == place.code else board_url(row.code),
            "is_own": is_own,
            **_cells(row.code, row, is_own=is_own),
        }
        for name, row, is_own in board.rows()
    ]
    levels = tables.by_level()
    village = next((row for row in levels if row.level == "village"), None)
    bars = village.bars() if village and village.cadres else []
    rate = board.total.rate
    overdue = overdue_pending(user=request.user, area=place.code, on=timezone.localdate())
    context = {
        "rate_note": "" if rate is None else f"覆盖率 {rate:.2f}%",
        "overdue_note": f"{overdue:,} 家超 7 个工作日" if overdue else "没有超期的",
        "over_bar": bars[-1][2] if bars else 0,
        "place": place,
        "as_of": timezone.localtime(),
        "crumbs": crumbs_of(place),
        "rows": rows,
        "low_first": sorted(rows, key=lambda row: row["figures"].rate or 0),
        "total": {"name": "合计", "url": "", **_cells(place.code, board.total)},
        "unit": {6: "县(市、区)", 9: "乡镇(街道)", 12: "村(社区)"}[board.length],
        "is_by_town": board.is_by_town,
        "can_by_town": place.group_length < TOWN,
        "levels": levels,
        "bars": bars,
        "chart": {
            "x": [label for label, _, _ in bars],
            "series": [
                {"name": "干部（人）", "values": [n for _, _, n in bars[:-1]] + [0]},
                {"name": "超上限", "values": [0] * (len(bars) - 1) + [bars[-1][2]], "over": True},
            ]
            if bars
            else [],
            "unit": "人",
        },
        "plan": plan_waiting(user=request.user, area=place.code) if place.code else None,
        "handover_url": url_or_nothing("responsibility:handover-list"),
        "cadre_url": url_or_nothing("responsibility:cadre-list"),
    }
    return render(request, "responsibility/coverage.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("coverage-export", limit=10, methods=("GET",))
def coverage_export(request):
    board = _Board(request)
    rows = [(f"{board.place.name}合计", board.total)]
    rows += [(name, row) for name, row, _ in board.rows()]
    return workbook(
        request,
        lambda target: write_board(rows, target=target),
        what="包保覆盖",
        scope=board.place.name,
    )


@require_GET
@require(VIEW)
def vacancy_list(request):
    place = place_or_404(request, request.GET.get("area", ""))
    rows = CoverageTables(user=request.user, area=place.code).vacancies()
    grade = request.GET.get("grade", "")
    chosen = [row for row in rows if not grade or row.grade == grade]
    number = request.GET.get("page", "")
    number = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    shown = chosen[(number - 1) * PER_PAGE : number * PER_PAGE]
    known = areas_visible(user=request.user).select_related("parent__parent__parent")
    names = {area.code: area for area in known.filter(code__in={row.area_id for row in shown})}
    divided = divided_areas(codes=names)
    query = f"?area={place.code}" + (f"&grade={grade}" if grade else "")
    context = {
        "place": place,
        "crumbs": crumbs_of(place, last="空岗"),
        "rows": [
            {"vacancy": row, "area": names.get(row.area_id), "cure": row.cure(divided)}
            for row in shown
        ],
        "count": len(chosen),
        "businesses": sum(row.total for row in chosen),
        "tabs": [
            {
                "label": f"{key} 级" if key else "全部",
                "url": f"?area={place.code}" + (f"&grade={key}" if key else ""),
                "current": key == grade,
                "count": sum(not key or row.grade == key for row in rows),
            }
            for key in ("", "A", "B", "C", "D")
        ],
        "tabs_label": "包保等级",
        "query": query,
        "per_page": PER_PAGE,
        "unit": "处",
        "first": (number - 1) * PER_PAGE + 1,
        "last": (number - 1) * PER_PAGE + len(shown) if shown else 0,
        "previous_url": f"{query}&page={number - 1}" if number > 1 else "",
        "next_url": f"{query}&page={number + 1}" if number * PER_PAGE < len(chosen) else "",
    }
    return render(request, "responsibility/vacancy_list.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("vacancy-export", limit=10, methods=("GET",))
def vacancy_export(request):
    place = place_or_404(request, request.GET.get("area", ""))
    rows = CoverageTables(user=request.user, area=place.code).vacancies()
    areas = areas_visible(user=request.user).select_related("parent__parent__parent")
    names = {
        area.code: area.path_name for area in areas.filter(code__in={row.area_id for row in rows})
    }
    divided = divided_areas(codes=names)
    cures = {row: row.cure(divided) for row in rows}
    return workbook(
        request,
        lambda target: write_vacancies(cures, names, target=target),
        what="空岗",
        scope=place.name,
    )
