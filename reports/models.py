"""What was frozen: the day's report and its lines. Everything else here is read from the rooms below."""

import pghistory
from django.db import models

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet


@pghistory.track()
class DailyReport(models.Model):
    """日报: the figures of one city on one day, frozen at `as_of`. One per (date, area), whatever runs
    twice or dies."""

    date = models.DateField("日期")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    number = models.PositiveIntegerField("期号")
    as_of = models.DateTimeField("截至")
    built_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日报"
        constraints = [
            models.UniqueConstraint(fields=["date", "area"], name="dailyreport_once"),
            models.UniqueConstraint(fields=["area", "number"], name="dailyreport_number_once"),
        ]
        permissions = [("view_dashboard", "查看驾驶舱"), ("build_dailyreport", "生成日报")]

    def __str__(self):
        return f"第{self.number}期"


@pghistory.track()
class DailyReportLine(models.Model):
    """One county's frozen figures: {"registered": 5200, "screened": 274, …}, all counts (家).
    Rates are computed from them when shown."""

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="lines")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    figures = models.JSONField("数字")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日报分县"
        constraints = [
            models.UniqueConstraint(fields=["report", "area"], name="dailyreportline_once")
        ]

    def __str__(self):
        return f"{self.report} {self.area}"
