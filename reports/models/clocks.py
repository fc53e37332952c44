"""What the city may edit: the day's clocks, who may be later and why, the borders of the colours."""

import datetime

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet

SHARE = [MinValueValidator(0), MaxValueValidator(100)]


@pghistory.track()
class ReportClock(models.Model):
    """The clocks of the daily report from a day on (示例，可修改). A report keeps those that it was built with.
    The cut-off itself is the setting DAILY_REPORT_HOUR."""

    effective_from = models.DateField("起始日期", unique=True)
    due_time = models.TimeField("核对截止(当日)", default=datetime.time(18))
    lock_time = models.TimeField("锁定(次日)", default=datetime.time(9))
    remind_minutes = models.PositiveSmallIntegerField("提前提醒(分钟)", default=30)

    class Meta:
        verbose_name = verbose_name_plural = "日报时限"

    def __str__(self):
        return f"{self.effective_from} {self.due_time:%H:%M}"


@pghistory.track()
class RateBand(models.Model):
    """The borders of a rate's colour in a table, in % (domain §6.2: below 80 red, from 95 green). `column` is
    empty for all rates, else the key of one. Reports keep those that they were built with."""

    column = models.CharField("指标列", max_length=30, blank=True, default="", unique=True)
    amber_from = models.DecimalField(
        "橙色自(%)", max_digits=5, decimal_places=2, default=80, validators=SHARE
    )
    green_from = models.DecimalField(
        "绿色自(%)", max_digits=5, decimal_places=2, default=95, validators=SHARE
    )

    class Meta:
        verbose_name = verbose_name_plural = "比率颜色"
        constraints = [
            models.CheckConstraint(
                condition=Q(amber_from__lte=F("green_from")),
                name="rateband_in_order",
                violation_error_message="橙色的界限不能高于绿色的界限。",
            )
        ]

    def __str__(self):
        return self.column or "全部比率"


@pghistory.track()
class ReportException(models.Model):
    """A county may confirm later, for the reports of these days, until one moment: with a name, a reason and
    an end. Who confirms by then is 按时."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    title = models.CharField("名称", max_length=40)
    reason = models.CharField("理由", max_length=200)
    from_on = models.DateField("日报日期自")
    to_on = models.DateField("日报日期至")
    until = models.DateTimeField("延至")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人"
    )
    made_at = models.DateTimeField("批准时间")
    ended_at = models.DateTimeField("提前结束", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日报例外"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="reportexception_days_in_order",
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]
        indexes = [models.Index(fields=["area", "-id"], name="reportexception_area")]

    def __str__(self):
        return self.title
