"""The tiles of the dashboard: what must be done now; each with how it moved, what is aimed at, and a door to its
rows."""

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from inspections.rules.ages import AGES

from ..enums import Metric
from ..queries.indicators import BY_CODE
from ..queries.waiting import AGE_KEYS
from ..rules.figures import REACHED_FROM
from ..rules.stages import MEASURES, counted
from .lists import list_url


def tiles_of(*, doors, page, counts, waiting, stages) -> list[dict]:
    """The tiles in their order; one whose list the reader may not open has no door. `counts`: the catalogue's
    counters, `waiting`: what waits, `stages`: the plan by metric."""
    line = page.frozen.lines.get(page.since, {}).get(page.place.code) if page.since else None
    before = line.figures if line else {}
    return [
        _visits(doors, counts, waiting, before, stages.get(Metric.VISITED)),
        _problems(doors, waiting),
        _notices(doors, waiting),
        _licences(doors, waiting),
        _data(doors, page, counts, before),
    ]


class Doors:
    """The lists behind the tiles, for one reader and one area."""

    def __init__(self, user, code):
        self.user, self.code = user, code

    def to(self, name, right, *, has_area=True, **query):
        if not self.user.has_perm(right):
            return ""
        if self.code and has_area:
            query = {"area": self.code, **query}
        return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)

    def register(self, what):
        if not self.user.has_perm("entities.view_entity"):
            return ""
        return list_url(reverse("entities:entity-list"), self.code, what)


def _change(now, before):
    """较上期 in words; "" where there is none to compare with."""
    if before is None:
        return ""
    difference = now - before
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return f"较上期 {sign}{abs(difference):,}"


def _more(label, number, url, unit="", *, is_late=False):
    return {"label": label, "number": number, "unit": unit, "url": url,
            "is_late": is_late and bool(number)}  # fmt: skip


def _visits(doors, counts, waiting, before, standing):
    where = ("inspections:due-list", "inspections.view_duevisit")
    figure, overdue = BY_CODE["K09"], waiting["visits_overdue"]
    done, due = figure.numerator.of(counts), figure.denominator.of(counts)
    was = counted(MEASURES[Metric.VISITED], before)
    aim = f"{standing.target_on:%m-%d} 前 100%" if standing else "本期 100%"
    return {
        "label": "本期督导",
        "value": None,
        "rate": figure.value(counts),
        "note": f"{done:,} / {due:,} 家",
        "trend": _change(done, was[0] if was else None),
        "aim": aim,
        "url": doors.to(*where),
        "tone": "",
        "more": [_more("逾期", overdue, doors.to(*where, view="overdue"), "家", is_late=True)],
    }


def _problems(doors, waiting):
    where = ("inspections:problem-list", "inspections.view_problem")
    overdue = waiting["problems_overdue"]
    ages = [
        _more(AGES[age][0], waiting[key], doors.to(*where, age=age))
        for age, key in AGE_KEYS.items()
    ]
    return {
        "label": "在办问题",
        "value": waiting["problems_open"],
        "note": "件",
        "trend": f"今日新发现 {waiting['problems_new']:,}",
        "aim": "逾期 0",
        "url": doors.to(*where),
        "tone": "",
        "more": [*ages, _more("逾期", overdue, doors.to(*where, overdue=1), is_late=True)],
    }


def _notices(doors, waiting):
    unsigned = waiting["notices_unsigned"]
    return {
        "label": "工作提示未签收",
        "value": unsigned,
        "note": f"份，共 {waiting['notices_sent']:,} 份",
        "trend": f"较上期 已签 {waiting['notices_signed_new']:,}",
        "aim": "全部签收",
        "url": doors.to(
            "responsibility:notice-list", "responsibility.view_notice", has_area=False, tab="open"
        ),
        "tone": "amber" if unsigned else "",
        "more": [],
    }


def _licences(doors, waiting):
    expired = waiting["expired"]
    return {
        "label": "90 日内许可证到期",
        "value": waiting["expiring"],
        "note": "家",
        "trend": f"今日新进入 {waiting['expiring_new']:,}",
        "aim": "已到期 0",
        "url": doors.register("expiring"),
        "tone": "",
        "more": [_more("已到期", expired, doors.register("expired"), "家", is_late=True)],
    }


def _data(doors, page, counts, before):
    doubtful = page.total.figures.doubtful
    latest = page.frozen.latest
    border = latest.bands.get("", [0, REACHED_FROM])[1] if latest else REACHED_FROM
    area = f"?{urlencode({'area': doors.code})}" if doors.code else ""
    return {
        "label": "数据合格率",
        "value": None,
        "rate": BY_CODE["K22"].value(counts),
        "note": "没有疑点 / 应包",
        "trend": _change(doubtful, before.get("doubtful")),
        "aim": f"{Decimal(str(border)).normalize():f}% 以上",
        "url": reverse("reports:quality") + area,
        "tone": "",
        "more": [_more("有疑点", doubtful, doors.register("doubtful"), "家")],
    }
