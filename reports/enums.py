"""Words of the reports."""

from django.db import models


class ReportState(models.TextChoices):
    """How far a day's report is; the stages between are derived (rules.standing)."""

    OPEN = "open", "未签发"
    ISSUED = "issued", "已签发"
    ARCHIVED = "archived", "已归档"


# From here on nothing of a report changes; the database refuses it.
CLOSED_STATES = (ReportState.ISSUED, ReportState.ARCHIVED)


class ReviewState(models.TextChoices):
    """县区核对: what a county did with its own line, or the city with it."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "县区退回"
    REOPENED = "reopened", "市局退回"


class Punctuality(models.TextChoices):
    """Derived from what was done, never typed; frozen at the issue."""

    NONE = "", "—"
    WAITING = "waiting", "待核对"
    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    MISSING = "missing", "未报"


class ProfileKind(models.TextChoices):
    """What an export template is about."""

    ENTITIES = "entities", "主体"
    CADRES = "cadres", "包保干部"
    ASSIGNMENTS = "assignments", "包保关系"
    VISITS = "visits", "督导记录"


class ProfileFormat(models.TextChoices):
    XLSX = "xlsx", "Excel 工作簿"
    CSV = "csv", "csv（UTF-8）"
    GB18030 = "gb18030", "csv（GB18030）"


class Metric(models.TextChoices):
    """What a stage of the plan is measured by; the counts are in rules.stages."""

    SURVEYED = "surveyed", "摸底率"
    COVERED = "covered", "包保覆盖率"
    GRADED = "graded", "分级率(净)"
    LEDGERS = "ledgers", "台账建立率"
    PLEDGES = "pledges", "承诺书签订率"
    TRAINED = "trained", "培训率"
    VISITED = "visited", "督导完成率"
    BY_HAND = "by_hand", "人工登记"
