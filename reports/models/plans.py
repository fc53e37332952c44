"""倒排工期 and 三年目标: what the city wants by when. Rows that its staff edit; history keeps the plan before."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.querysets import ScopedQuerySet

from ..enums import Metric

SHARE = [MinValueValidator(0), MaxValueValidator(100)]


class PlanTargetQuerySet(ScopedQuerySet):
    area_path = "stage__area__code"

    def in_force(self):
        """The plan as it stands; what was replaced is kept beside it."""
        return self.filter(ended_at=None)


@pghistory.track()
class PlanStage(models.Model):
    """One stage of a city's plan. `start_share`: what stood in % when it began; `done_on`: for what is told by
    hand. 示例，可修改 while `is_example`."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    name = models.CharField("阶段", max_length=30)
    order = models.PositiveSmallIntegerField("次序", default=0)
    metric = models.CharField("怎么量", max_length=8, choices=Metric, default=Metric.BY_HAND)
    starts_on = models.DateField("开始日期")
    start_share = models.DecimalField(
        "开始时(%)", max_digits=5, decimal_places=2, default=0, validators=SHARE
    )
    done_on = models.DateField("完成日期", null=True, blank=True)
    is_example = models.BooleanField("示例", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "倒排阶段"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                name="planstage_once",
                violation_error_message="这个阶段已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(start_share__gte=0, start_share__lte=100), name="planstage_share"
            ),
        ]

    def __str__(self):
        return self.name


@pghistory.track()
class PlanTarget(models.Model):
    """By a day a stage must stand at `share` %; the last target in force is its end. A change of the plan ends
    rows and makes new ones: the old plan stays, with who, when and why."""

    stage = models.ForeignKey(PlanStage, models.PROTECT, related_name="targets")
    on = models.DateField("目标日期")
    share = models.DecimalField("目标(%)", max_digits=5, decimal_places=2, validators=SHARE)
    made_at = models.DateTimeField("设定时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="设定人",
    )  # fmt: skip
    ended_at = models.DateTimeField("改掉时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="改动人",
    )  # fmt: skip
    reason = models.CharField("改动原因", max_length=200, blank=True, default="")

    objects = PlanTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "倒排目标"
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "on"],
                condition=Q(ended_at=None),
                name="plantarget_once",
                violation_error_message="这一天已经有目标了。",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=100), name="plantarget_share"
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.share}%"


@pghistory.track()
class YearGoal(models.Model):
    """三年目标: in a year an indicator of the catalogue must reach `aim` (in its unit)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("目标", max_length=20)
    indicator = models.CharField("指标", max_length=8)
    aim = models.DecimalField("目标值", max_digits=6, decimal_places=2)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_example = models.BooleanField("示例", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度目标"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year", "indicator"],
                name="yeargoal_once",
                violation_error_message="这一年这个指标已经有目标了。",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2022, year__lte=2099) & Q(aim__gte=0), name="yeargoal_sane"
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.indicator} {self.aim}"
