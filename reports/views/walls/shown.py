"""What the wall's template gets. `Doors` says where its figures lead: for a screen without a login nowhere but to
the wall itself."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse

from ...enums import Metric
from ...queries import shapes_on_map
from ...queries.walls import DEFAULT, shown_on_walls
from ...rules import band
from ...rules.days import WEEKDAYS, day_of
from ...rules.walls import border_words
from ..curves import curve_of
from ..lists import list_url

MARKS = {"green": ("ok", "达标"), "amber": ("progress", "推进中"), "red": ("error", "滞后")}
TARGET = 95


@dataclass(frozen=True)
class Doors:
    """The addresses of one wall; `user` is who may go further, nobody on a screen without a login."""

    page_url: str
    parts_url: str
    map_url: str
    user: AbstractBaseUser | None = None

    def may(self, permission):
        return self.user is not None and self.user.has_perm(permission)

    def wall(self, code="", indicator=DEFAULT):
        """The wall of another area, or by another indicator."""
        query = {"area": code} if code else {}
        if indicator != DEFAULT:
            query["indicator"] = indicator
        return f"{self.page_url}?{urlencode(query)}" if query else self.page_url

    def parts(self, code, indicator):
        return f"{self.parts_url}?{urlencode({'area': code, 'indicator': indicator})}"

    def register(self, code, what):
        """The list of the register behind a figure."""
        if not self.may("entities.view_entity"):
            return ""
        return list_url(reverse("entities:entity-list"), code, what)

    def page(self, name, permission, **query):
        """Another list, narrowed by the query."""
        if not self.may(permission):
            return ""
        query = {key: value for key, value in query.items() if value}
        return f"{reverse(name)}?{urlencode(query)}"


def wall_context(*, wall, doors):
    """The context of wall.html and of its parts."""
    page, place = wall.page, wall.page.place
    chosen = wall.indicator.code
    is_home = doors.user is None or not place.ancestors
    back = next((area for area in reversed(place.ancestors) if area.is_open), None)
    return {
        "wall": wall,
        "place": place,
        "as_of": page.as_of,
        "weekday": WEEKDAYS[day_of(page.as_of).weekday()],
        "subject": "全市" if place.level == "city" and place.code else place.name,
        "total": page.total.figures,
        "total_change": page.total.graded_change,
        "doors": _total_doors(doors, place.code),
        "is_screen": doors.user is None,
        "is_home": is_home,
        "page_url": doors.page_url,
        "parts_url": doors.parts(place.code, chosen),
        "back": {"name": back.name, "url": doors.wall(back.code, chosen)} if back else None,
        "links_url": reverse("reports:wall-link-list")
        if doors.may("reports.manage_walllink")
        else "",
        "exit_url": "" if doors.user is None else reverse("reports:dashboard"),
        "indicators": [
            {"code": one.code, "name": one.name, "chosen": one.code == chosen}
            for one in shown_on_walls()
        ],
        "steps": _steps(wall, doors),
        "ranks": [_rank(wall, doors, one) for one in wall.rows],
        "map": _map(wall, doors),
        "off_map": [one for one in wall.rows if one.row.code not in shapes_on_map()],
        "legend": border_words(wall.borders, wall.indicator.unit),
        "changes": _changes(wall, doors),
        "pushes": _pushes(wall, doors),
        "ticker": [_late(doors, one) for one in wall.late],
        "trend": _trend(wall),
    }


def _total_doors(doors, code):
    names = ("registered", "graded", "ungraded", "screened", "obliged", "grade_a", "grade_b",
             "grade_c", "grade_d")  # fmt: skip
    return {name: doors.register(code, name) for name in names}


def _steps(wall, doors):
    code, figures, counts = wall.page.place.code, wall.page.total.figures, wall.total.counts
    covered = counts["held"] + counts["excepted"]
    built, towns = wall.ledgers
    coverage = doors.page("responsibility:coverage", "responsibility.view_assignment", area=code)
    ledgers = doors.page(
        "responsibility:ledger-state-list", "responsibility.view_ledgerstate",
        area=code[:6] if len(code) > 4 else "",
    )  # fmt: skip
    metrics = (Metric.SURVEYED, Metric.COVERED, Metric.GRADED, Metric.LEDGERS)
    rows = [
        ("摸底调查", figures.surveyed, figures.registered, "家",
         doors.register(code, "unsurveyed")),
        ("包保干部确定", covered, figures.obliged, "家", coverage),
        ("主体分级", figures.graded, figures.obliged, "家", doors.register(code, "ungraded")),
    ]  # fmt: skip
    if towns:
        rows.append(("台账建立", built, towns, "个乡镇", ledgers))
    return [
        {"number": number, "name": name, "part": part, "whole": whole, "unit": unit, "url": url,
         "left": max(whole - part, 0),
         "verdict": wall.stages[metric].verdict if metric in wall.stages else None}
        for number, ((name, part, whole, unit, url), metric) in enumerate(
            zip(rows, metrics, strict=False), start=1
        )
    ]  # fmt: skip


def _rank(wall, doors, one):
    value, code = one.figure.value, one.row.code
    shape, word = MARKS.get(band(value) if wall.is_share else "", ("", ""))
    if wall.indicator.code == DEFAULT:
        left_url = doors.register(code, "ungraded")
    else:
        left_url = _indicator_url(wall, doors, code)
    return {
        "name": one.row.name,
        "url": doors.wall(code, wall.indicator.code)
        if one.row.level == "county"
        else doors.register(code, "registered"),
        "rank": one.rank,
        "value": value,
        "width": f"{min(value or 0, 100):.2f}",
        "tone": band(value) if wall.is_share else "",
        "shape": shape,
        "word": word,
        "step": one.step,
        "left": one.left if wall.is_share else one.figure.part,
        "left_url": left_url,
    }


def _indicator_url(wall, doors, code):
    if not doors.may("reports.view_dashboard"):
        return ""
    address = reverse("reports:indicator-detail", args=[wall.indicator.code])
    return f"{address}?{urlencode({'area': code})}"


def _map(wall, doors):
    shapes = shapes_on_map()
    rows = [one for one in wall.rows if one.row.code in shapes]
    if wall.page.place.level != "city" or not wall.page.place.code or not rows:
        return None
    return {
        "map_url": doors.map_url,
        "values": [
            {
                "code": one.row.code,
                "name": shapes[one.row.code],
                "value": None if one.figure.value is None else float(one.figure.value),
                "url": doors.wall(one.row.code, wall.indicator.code),
            }
            for one in rows
        ],
        "steps": [float(border) for border in wall.borders],
        "inset": True,
        "wide": True,
        "unit": "%",
    }


def _changes(wall, doors):
    code, changes = wall.page.place.code, wall.changes
    ledger = doors.page("responsibility:change-list", "responsibility.view_change", area=code)
    return [
        {"label": "新增分级", "number": changes["graded"], "url": doors.register(code, "graded")},
        {"label": "批准筛除", "number": changes["screened"],
         "url": doors.register(code, "screened")},
        {"label": "新分配", "number": changes["covered"],
         "url": doors.page("responsibility:coverage", "responsibility.view_assignment",
                           area=code)},
        {"label": "干部变更", "number": changes["cadres"], "url": ledger},
        {"label": "主体变更", "number": changes["entities"], "url": ledger},
    ]  # fmt: skip


def _pushes(wall, doors):
    code, waiting, counts = wall.page.place.code, wall.waiting, wall.total.counts
    report = wall.page.frozen.latest
    missing = "、".join(wall.missing[:3]) + ("等" if len(wall.missing) > 3 else "")
    rows = [
        ("alert-octagon", "red", "问题整改逾期", waiting["problems_overdue"], "件",
         doors.page("inspections:problem-list", "inspections.view_problem", area=code, overdue=1)),
        ("alert-octagon", "red", "督导逾期", waiting["visits_overdue"], "家",
         doors.page("inspections:due-list", "inspections.view_duevisit", area=code,
                    view="overdue")),
        ("alert-octagon", "red", "许可证已到期，仍列应包", waiting["expired"], "家",
         doors.register(code, "expired")),
        ("alert-octagon", "red", f"日报未报：{missing}", len(wall.missing), "个",
         reverse("reports:daily-report-detail", args=[report.pk])
         if report and doors.may("reports.view_dailyreport") else ""),
        ("alert-triangle", "amber", "层级不符的包保关系", counts["unfit"], "家",
         doors.page("responsibility:coverage", "responsibility.view_assignment", area=code)),
        ("alert-triangle", "amber", "工作提示未签收", waiting["notices_unsigned"], "份",
         doors.page("responsibility:notice-list", "responsibility.view_notice", tab="open")),
        ("info-circle", "blue", "90 日内许可证到期", waiting["expiring"], "家",
         doors.register(code, "expiring")),
    ]  # fmt: skip
    keys = ("icon", "tone", "label", "number", "unit", "url")
    return [dict(zip(keys, row, strict=True)) for row in rows if row[3]]


def _late(doors, one):
    if one.kind == "problems":
        words = f"问题整改逾期 {one.number:,} 件"
        url = doors.page("inspections:problem-list", "inspections.view_problem", area=one.code,
                         overdue=1)  # fmt: skip
    else:
        words = f"督导逾期 {one.number:,} 家"
        url = doors.page("inspections:due-list", "inspections.view_duevisit", area=one.code,
                         view="overdue")  # fmt: skip
    return {"name": one.name, "words": words, "days": one.days, "url": url}


def _trend(wall):
    """已分级 by day out of the frozen reports, with plan and forecast where there is a plan."""
    page = wall.page
    graded = wall.stages.get(Metric.GRADED)
    if graded is not None:
        curve = curve_of(graded)
        return curve["chart"] if curve else None
    lines = page.frozen.trend(page.place.code)
    if len(lines) < 2:
        return None
    obliged = page.total.figures.obliged
    values = [line.figures["graded"] for line in lines]
    return {
        "x": [f"{line.report.date:%m-%d}" for line in lines],
        "series": [{"name": "已分级", "kind": "actual", "values": values}],
        "unit": "家",
        "target": {"value": obliged, "label": f"应包 {obliged:,}"},
    }
