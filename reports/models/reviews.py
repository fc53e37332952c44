"""县区核对: one row a county and report."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet

from ..enums import Punctuality, ReviewState
from ..triggers import part_stays
from .reports import DailyReport


@pghistory.track()
class CountyReview(models.Model):
    """What a county did with its own line. `reported_at` is when it first confirmed: 按时 or 迟报 follow from
    it and stay when the city returns the line; `punctuality` is frozen at the issue."""

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="reviews")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    state = models.CharField(
        "状态", max_length=10, choices=ReviewState, default=ReviewState.WAITING
    )
    remark = models.CharField("备注", max_length=200, blank=True, default="")
    checker = models.CharField("审核人", max_length=40, blank=True, default="")
    reason = models.CharField("退回原因", max_length=200, blank=True, default="")
    reported_at = models.DateTimeField("首次确认", null=True, blank=True)
    decided_at = models.DateTimeField("最近办理", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="办理人",
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="填报人",
    )  # fmt: skip
    reminded_at = models.DateTimeField("催办时间", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("催办次数", default=0)
    punctuality = models.CharField(
        "及时", max_length=8, choices=Punctuality, blank=True, default="", editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "县区核对"
        constraints = [
            models.UniqueConstraint(fields=["report", "area"], name="countyreview_once"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(reported_at__isnull=False),
                name="countyreview_confirmed_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area", "report"],
                name="countyreview_owed",
                condition=~Q(state="confirmed"),
            )
        ]
        triggers = [part_stays("report_id")]

    def __str__(self):
        return f"{self.report} {self.area_id} {self.get_state_display()}"
