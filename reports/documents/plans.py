"""倒排工期 as a workbook: stages, curve, areas, goals; one sheet each."""

from openpyxl.styles import Font

from jiamusi_foodsafety.kit.workbook.write import as_bytes, new_book, put, put_header

from ..queries.plans import Plan, StageStanding
from ..rules.plans import planned_count


def plan_workbook(plan: Plan) -> bytes:
    """The four tables of the page as they stand."""
    book = new_book()
    sheets = [
        ("阶段", _STAGES, [_stage_row(one) for one in plan.stages], (4,)),
        ("曲线", _CURVE, _curve_rows(plan), (6,)),
        ("属地", _AREAS, _area_rows(plan), (3,)),
        ("年度目标", _GOALS, _goal_rows(plan), ()),
    ]
    name = plan.chosen.stage.name if plan.chosen else ""
    until = f"第{plan.report.number}期日报" if plan.report else "尚无日报"
    for number, (title, headings, rows, rates) in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = title
        of_stage = f"（{name}）" if title in ("曲线", "属地") and name else ""
        put(sheet, 1, 1, f"{plan.place.name}倒排工期·{title}{of_stage}，截至{until}").font = Font(
            bold=True, size=13
        )
        put_header(sheet, headings, row=2, widths=[max(11, 2 * len(text) + 3) for text in headings])
        _write(sheet, rows, rates)
    return as_bytes(book)


_STAGES = ["序号", "阶段", "怎么量", "完成", "已完成数", "总数", "开始日期", "目标日期",
           "近7日日均", "须日均", "预计完成(早)", "预计完成(晚)", "状态"]  # fmt: skip
_CURVE = ["日期", "实际", "计划", "总数", "差额", "完成"]
_AREAS = ["代码", "属地", "完成", "余", "近7日日均", "近14日日均", "须日均", "预计完成", "状态"]
_GOALS = ["年度", "目标", "指标代码", "指标", "现在", "目标值", "单位"]


def _write(sheet, rows, rates):
    for at, row in enumerate(rows, start=3):
        for index, value in enumerate(row, start=1):
            cell = put(sheet, at, index, "—" if value is None else value)
            if index in rates and value is not None:
                cell.number_format = "0.00%"
            elif isinstance(value, int):
                cell.number_format = "#,##0"


def _share(standing):
    return None if standing.share is None else float(standing.share / 100)


def _stage_row(standing: StageStanding):
    point, forecast, stage = standing.point, standing.forecast, standing.stage
    return [
        stage.order, stage.name, stage.get_metric_display(), _share(standing),
        point.done if point else None, point.whole if point else None,
        stage.starts_on, standing.target_on,
        forecast.short.rounded if forecast and forecast.short else None, standing.needed,
        forecast.earliest if forecast else None, forecast.latest if forecast else None,
        standing.verdict.word,
    ]  # fmt: skip


def _curve_rows(plan):
    standing = plan.chosen
    if standing is None:
        return []
    rows = []
    for point in standing.points:
        planned = planned_count(point.day, standing.plan, point.whole)
        share = point.done / point.whole if point.whole else None
        rows.append([point.day, point.done, planned, point.whole, point.done - planned, share])
    return rows


def _area_rows(plan):
    rows = [(one.code, one.name, one.standing) for one in plan.children]
    if plan.chosen is not None and plan.chosen.point:
        rows.append((plan.place.code, "合计", plan.chosen))
    found = []
    for code, name, standing in rows:
        forecast = standing.forecast
        paces = [
            pace.rounded if pace else None
            for pace in ((forecast.short, forecast.long) if forecast else (None, None))
        ]
        found.append(
            [code, name, _share(standing), standing.point.remaining, *paces, standing.needed,
             forecast.latest if forecast else None, standing.verdict.word]
        )  # fmt: skip
    return found


def _goal_rows(plan):
    return [
        [year, goal.row.title, goal.row.indicator,
         goal.indicator.name if goal.indicator else goal.row.indicator,
         None if goal.value is None else float(goal.value), float(goal.row.aim),
         goal.indicator.unit if goal.indicator else ""]
        for year, rows in plan.goals.items()
        for goal in rows
    ]  # fmt: skip
