"""The day's report and its lines."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet

from ..enums import CLOSED_STATES, ReportState
from ..triggers import REPORT_TRIGGERS, part_stays


@pghistory.track()
class DailyReport(models.Model):
    """日报: the figures of one city on one day, frozen at `as_of`. One per (date, area), whatever runs
    twice or dies. Once issued nothing of it changes (trigger); it may only become archived.

    `bands` = {column: [amber from, green from]} in % as they stood when it was built; `checks` =
    [{key, holds, words, note, rows}]; `notes` = {check: the city's explanation}; `marks` = how far the
    history had been written when it was built: {table: highest pgh_id}.
    """

    date = models.DateField("日期")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    number = models.PositiveIntegerField("期号")
    as_of = models.DateTimeField("截至")
    built_at = models.DateTimeField("生成时间", auto_now_add=True)
    took_ms = models.PositiveIntegerField("用时(毫秒)", null=True, editable=False)
    state = models.CharField(
        "状态", max_length=8, choices=ReportState, default=ReportState.OPEN, editable=False
    )
    due_at = models.DateTimeField("核对截止", null=True, blank=True)
    locks_at = models.DateTimeField("锁定", null=True, blank=True)
    bands = models.JSONField(default=dict, editable=False)
    checks = models.JSONField("一致性检查", default=list, editable=False)
    notes = models.JSONField("检查说明", default=dict, editable=False)
    marks = models.JSONField(default=dict, editable=False)
    # Paragraphs, one a line. The generated ones are kept beside what was made of them.
    generated_text = models.TextField("生成的文字", blank=True, default="")
    edited_text = models.TextField("改后的文字", blank=True, default="")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="修改人",
    )  # fmt: skip
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="签发人",
    )  # fmt: skip
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)
    # SHA-256 of all that was issued (queries.fingerprints)
    fingerprint = models.CharField("指纹", max_length=64, blank=True, default="")
    # Counted up at each change of the text: two people on one text rely on it.
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日报"
        constraints = [
            models.UniqueConstraint(fields=["date", "area"], name="dailyreport_once"),
            models.UniqueConstraint(fields=["area", "number"], name="dailyreport_number_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(issued_at__isnull=False),
                name="dailyreport_issued_has_moment",
            ),
        ]
        triggers = REPORT_TRIGGERS
        permissions = [
            ("view_dashboard", "查看驾驶舱"),
            ("view_archive", "查看包保档案"),
            ("build_dailyreport", "生成日报"),
            ("confirm_dailyreport", "核对日报"),
            ("issue_dailyreport", "汇总、签发日报"),
        ]

    def __str__(self):
        return f"第{self.number}期"

    @property
    def is_closed(self):
        """Whether it was issued: from then on nothing changes."""
        return self.state in CLOSED_STATES

    @property
    def text(self):
        """The paragraphs that count: the edited ones, else the generated ones."""
        return [line for line in (self.edited_text or self.generated_text).splitlines() if line]


@pghistory.track()
class DailyReportLine(models.Model):
    """One area's frozen figures: {"registered": 5200, "screened": 274, …}, all counts. Rates are computed from
    them when shown. Which counts there are, says rules.columns."""

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="lines")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    figures = models.JSONField("数字")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日报分县"
        constraints = [
            models.UniqueConstraint(fields=["report", "area"], name="dailyreportline_once")
        ]
        triggers = [part_stays("report_id")]

    def __str__(self):
        return f"{self.report} {self.area}"
