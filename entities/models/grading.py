"""Grading standards: ordered rules that staff can edit (domain §3.1; constructed, shown as 示例)."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..enums import Grade, StandardState


@pghistory.track()
class GradingStandard(models.Model):
    """A named set of ordered rules with the day from which it holds. One is in force at a time."""

    name = models.CharField("名称", max_length=80, unique=True)
    document = models.CharField("依据文件", max_length=200, blank=True)
    effective_from = models.DateField("施行日期")
    state = models.CharField(
        "状态", max_length=8, choices=StandardState, default=StandardState.DRAFT
    )
    is_example = models.BooleanField("示例", default=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分级标准"
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=StandardState.ACTIVE),
                name="gradingstandard_one_active",
                violation_error_message="同时只能有一个执行中的分级标准。",
            )
        ]
        permissions = [("apply_gradingstandard", "执行分级标准")]

    def __str__(self):
        return self.name


@pghistory.track()
class GradingRule(models.Model):
    """One rule; the first that hits gives the grade. Bounds: a rule with bounds hits when any known
    fact meets its bound (area and seats in two classes: the larger counts, domain §3.1)."""

    standard = models.ForeignKey(
        GradingStandard, models.CASCADE, related_name="rules", verbose_name="标准"
    )
    priority = models.PositiveSmallIntegerField("次序")
    title = models.CharField("适用对象", max_length=80)
    categories = ArrayField(
        models.CharField(max_length=20),
        verbose_name="类别代码",
        default=list,
        blank=True,
        help_text="留空表示不限类别",
    )
    forms = ArrayField(
        models.CharField(max_length=40),
        verbose_name="业态关键词",
        default=list,
        blank=True,
        help_text="业态中含任一关键词即适用；留空表示不限业态",
    )
    floor_area_from = models.DecimalField(
        "面积下限(㎡)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    seats_from = models.PositiveIntegerField("座位下限", null=True, blank=True)
    diners_from = models.PositiveIntegerField("用餐人数下限", null=True, blank=True)
    output_from = models.DecimalField(
        "年产值下限(万元)", max_digits=14, decimal_places=2, null=True, blank=True
    )
    is_exclusive = models.BooleanField("须大于下限(不含)", default=False)
    grade = models.CharField("等级", max_length=1, choices=Grade)
    source = models.CharField("来源", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分级规则"
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "priority"],
                name="gradingrule_priority_once",
                violation_error_message="同一标准内次序不能重复。",
            )
        ]

    def __str__(self):
        return f"{self.priority} {self.title}"
