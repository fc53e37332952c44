"""What the dashboard shows, worked out from the figures: links, order, charts, what to push."""

from collections import Counter

from django.urls import NoReverseMatch, reverse

from entities.ledger.pulse import state_of
from entities.queries.uploads import recent_uploads
from responsibility.queries.steps import steps_of

from ..enums import Metric
from ..queries import county_place, push_list, shapes_on_map
from ..rules import MAP_STEPS, day_of
from .curves import curve_of
from .lists import LISTS, list_url
from .tiles import Doors, tiles_of

CHILD_WORDS = {"city": "县(市、区)", "county": "乡镇街道", "township": "村(社区)"}


def dashboard_screen(*, user, page, sort, more):
    """The context of the dashboard's template. `more`: the counters of the catalogue, what waits, the plan."""
    place, total = page.place, page.total
    is_city = bool(place.code) and place.level == "city"
    base = _address("entities:entity-list") if user.has_perm("entities.view_entity") else ""
    sort = sort if sort in ("code", "rate", "rank") else "code" if is_city else "rate"
    place_in_city, counties = None, 0
    if place.code and place.level == "county":
        place_in_city, counties = county_place(code=place.code)
    rows = [_screen_row(row, base) for row in _sorted(page.children, sort)]
    return {
        "page": page,
        "is_city": is_city,
        "is_county": place.level == "county" and bool(place.code),
        "title": _title(place),
        "subject": "全市" if is_city else place.name,
        "crumbs": _crumbs(place),
        "total": _screen_row(total, base),
        "rows": rows,
        "low_first": [_screen_row(row, base) for row in _sorted(page.children, "rate")],
        "child_word": CHILD_WORDS.get(_child_level(place), "县(市、区)"),
        "sort": sort,
        "place_in_city": place_in_city,
        "counties": counties,
        "since_word": _since_word(page),
        "pace": _pace(page),
        "tiles": tiles_of(
            doors=Doors(user, place.code),
            page=page,
            counts=more.counts,
            waiting=more.waiting,
            stages=more.stages,
        ),
        "steps": _steps(user, page, more.stages, base),
        "forecast": _forecast(more.stages),
        "pushes": _pushes(user, page, base, more.waiting),
        "map": _map(page, is_city),
        "off_map": _off_map(page) if is_city else [],
        "trend": _trend(page, more.stages),
        "grade_tops": _grade_tops(page.children),
        "latest": _latest(user, page),
        "uploads": _uploads(user, page),
        "export_url": reverse("reports:area-export", args=[place.code])
        if place.code
        else reverse("reports:dashboard-export"),
        "trend_export_url": reverse("reports:trend-export", args=[place.code])
        if place.code
        else "",
        "upload_url": _address("entities:upload-list")
        if user.has_perm("entities.upload_ledger") and not is_city
        else "",
        "list_url": list_url(base, place.code, "registered"),
    }


def _address(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _screen_row(row, base):
    links = {what: list_url(base, row.code, what, is_rest=row.is_rest) for what in LISTS}
    drills = row.code and not row.is_rest and (row.has_children or row.level in ("city", "county"))
    url = reverse("reports:area-dashboard", args=[row.code]) if drills else links["registered"]
    return {"row": row, "figures": row.figures, "links": links, "url": url}


def _child_level(place):
    return (
        place.level if place.code else {"county": "city", "township": "county"}.get(place.level, "")
    )


def _title(place):
    if place.level == "city":
        return "驾驶舱"
    if place.level == "county" or not place.code:
        return "县区看板"
    return "乡镇看板" if place.level == "township" else "村(社区)看板"


def _crumbs(place):
    crumbs = [
        {
            "label": area.name,
            "url": reverse("reports:area-dashboard", args=[area.code]) if area.is_open else "",
        }
        for area in place.ancestors
    ]
    return [*crumbs, {"label": place.name, "url": ""}] if crumbs else []


def _sorted(rows, sort):
    if sort == "code":
        return list(rows)

    def key(row):
        rate = row.figures.rate_net
        # without a rate last; the lowest rate first, or for 名次 the highest
        return (row.is_rest, rate is None, (rate or 0) * (1 if sort == "rate" else -1), row.code)

    return sorted(rows, key=key)


def _since_word(page):
    if page.since is None:
        return ""
    days = (day_of(page.as_of) - page.since).days
    return "较昨日" if days == 1 else f"较{page.since:%m-%d}"


def _steps(user, page, stages, base):
    """The four steps (F17) with their state against the plan, and where each is done."""
    code, figures = page.place.code, page.total.figures
    done = steps_of(user=user, area=code)
    coverage = _address("responsibility:coverage")
    ledgers = _address("responsibility:ledger-state-list")
    county = f"?area={code[:6]}" if len(code) >= 6 else ""
    rows = [
        ("摸底调查", figures.surveyed, figures.registered, "家", Metric.SURVEYED,
         list_url(base, code, "unsurveyed")),
        ("包保干部确定", done.covered, done.obliged, "家", Metric.COVERED,
         f"{coverage}?area={code}" if code else coverage),
        ("主体分级", figures.graded, figures.obliged, "家", Metric.GRADED,
         list_url(base, code, "ungraded")),
    ]  # fmt: skip
    if done.towns:
        rows.append(
            ("台账建立", done.built, done.towns, "个乡镇", Metric.LEDGERS, f"{ledgers}{county}")
        )
    return [
        {"number": number, "name": name, "part": part, "whole": whole, "unit": unit, "url": url,
         "left": max(whole - part, 0),
         "verdict": stages[metric].verdict if metric in stages else None}
        for number, (name, part, whole, unit, metric, url) in enumerate(rows, start=1)
    ]  # fmt: skip


def _forecast(stages):
    """When the grading will be done, and by when it should be."""
    graded = stages.get(Metric.GRADED)
    if graded is None or graded.forecast is None or graded.forecast.is_done:
        return None
    return {"latest": graded.forecast.latest, "target": graded.target_on}


def _pace(page):
    """已分级 a day over the last seven days of reports, in 家, when there are as many."""
    lines = [line for line in page.frozen.trend(page.place.code) if line.report.date]
    if len(lines) < 2:
        return None
    last = lines[-1]
    base = next(
        (line for line in lines if (last.report.date - line.report.date).days <= 7), lines[0]
    )
    days = (last.report.date - base.report.date).days
    if days < 7:
        return None
    return round((last.figures["graded"] - base.figures["graded"]) / days)


def _pushes(user, page, base, late):
    """What waits, most urgent first: (icon, tone, label, note, number, address)."""
    code, figures = page.place.code, page.total.figures
    waiting = Counter({**late, **push_list(user=user, code=code)})
    screening = (
        _address("entities:screening-list") if user.has_perm("entities.view_screening") else ""
    )
    transfer = (
        _address("entities:transfer-list") if user.has_perm("entities.accept_transfer") else ""
    )
    upload = _address("entities:upload-list") if user.has_perm("entities.upload_ledger") else ""
    rows = [
        ("alert-octagon", "red", "许可证已到期，仍列应包", "转无证线索核查",
         waiting["expired"], list_url(base, code, "expired")),
        ("alert-triangle", "amber", "台账上传待确认", "核对后确认写入", waiting["uploads"], upload),
        ("alert-triangle", "amber", "异常主体筛除，待县局审批", "监管所已提请",
         waiting["screenings"], screening),
        ("alert-triangle", "amber", "迁入待处理", "由市局核定", waiting["transfers"], transfer),
        ("info-circle", "blue", "定级待县局复核", "监管所已提请", waiting["grades"], screening),
        ("info-circle", "blue", "台账等级与建议等级不一致", "待县区复核",
         figures.differing, list_url(base, code, "differing")),
        ("info-circle", "blue", "90 日内许可证到期", "提醒主体延续",
         waiting["expiring"], list_url(base, code, "expiring")),
        ("info-circle", "blue", "属地只到县级，缺乡镇", "待县区补全",
         figures.shallow, list_url(base, code, "shallow")),
        ("info-circle", "blue", "有疑点", "代码、电话等待核对",
         figures.doubtful, list_url(base, code, "doubtful")),
    ]  # fmt: skip
    keys = ("icon", "tone", "label", "note", "number", "url")
    return [dict(zip(keys, row, strict=True)) for row in rows if row[4]]


def _map(page, is_city):
    """The map's data, for a city whose counties have shapes."""
    shapes = shapes_on_map()
    rows = [row for row in page.children if row.code in shapes]
    if not is_city or not rows:
        return None
    return {
        "map_url": reverse("reports:county-map"),
        "values": [
            {
                "code": row.code,
                "name": shapes[row.code],
                "value": None if row.figures.rate_net is None else float(row.figures.rate_net),
                "url": reverse("reports:area-dashboard", args=[row.code]),
            }
            for row in rows
        ],
        "steps": [float(step) for step in MAP_STEPS],
        "inset": True,
        "unit": "%",
    }


def _off_map(page):
    """Counties without a shape of their own (高新区): a swatch under the map."""
    shapes = shapes_on_map()
    return [
        {"row": row, "url": reverse("reports:area-dashboard", args=[row.code])}
        for row in page.children
        if row.code not in shapes and not row.is_rest
    ]


def _trend(page, stages):
    """已分级 by day from the daily reports; with plan and forecast where there is a plan, else with today's live
    figure where no report holds it yet."""
    lines = page.frozen.trend(page.place.code)
    days = [
        {
            "date": line.report.date,
            "number": line.report.number,
            "graded": line.figures["graded"],
            "obliged": line.figures["obliged"],
            "new": line.figures.get("new_graded"),
        }
        for line in lines
    ]
    if not days:
        return None
    figures, today = page.total.figures, day_of(page.as_of)
    curve = curve_of(stages[Metric.GRADED]) if Metric.GRADED in stages else None
    points = [(f"{day['date']:%m-%d}", day["graded"]) for day in days]
    if days[-1]["date"] < today:
        points.append((f"{today:%m-%d}", figures.graded))
    return {
        "days": days[::-1],
        "first": days[0]["date"],
        "last": today,
        "chart": curve["chart"]
        if curve
        else {
            "x": [name for name, _ in points],
            "series": [
                {"name": "已分级", "kind": "actual", "values": [value for _, value in points]}
            ],
            "unit": "家",
            "target": {"value": figures.obliged, "label": f"应包 {figures.obliged:,}"},
        }
        if len(points) > 1
        else None,
    }


def _grade_tops(rows):
    """The largest count of each grade among the rows: the bars of a column are drawn against it."""
    return {
        grade: max((getattr(row.figures, f"grade_{grade}") for row in rows), default=0)
        for grade in "abcd"
    }


def _uploads(user, page):
    """The county's last ledgers, and whether the worker lives."""
    place = page.place
    if place.level != "county" or not place.code or not user.has_perm("entities.upload_ledger"):
        return None
    rows = recent_uploads(user=user, area=place.code, most=4)
    worker = state_of(rows[0].worker_seen_at, at=page.as_of) if rows else None
    return {"rows": rows, "worker": worker}


def _latest(user, page):
    """The newest daily report as a card: each child's line, or the area's own."""
    report = page.frozen.latest
    if report is None or not user.has_perm("reports.view_dailyreport"):
        return None
    lines = page.frozen.latest_lines()
    own = lines.get(page.place.code)
    is_wide = page.place.level == "city" or not page.place.code
    return {
        "report": report,
        "url": reverse("reports:daily-report-detail", args=[report.pk]),
        "lines": [
            {"name": row.name, "code": row.code, "stored": lines[row.code].figures,
             "url": reverse("reports:area-dashboard", args=[row.code])}
            for row in page.children
            if is_wide and not row.is_rest and row.code in lines
        ],
        "own": None if is_wide or own is None else own.figures,
    }  # fmt: skip
