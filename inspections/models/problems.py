"""问题 → 整改 → 闭环 (domain §1.5)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from entities.enums import Grade
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area, Station
from responsibility.models import Cadre

from ..enums import ProblemSource, ProblemState
from ..querysets import ProblemQuerySet
from .visits import Visit


@pghistory.track()
class ProblemKind(models.Model):
    """A class of problems and its clocks (示例，可修改). Days count from the day it was found; hours where
    `fix_hours` is set."""

    code = models.CharField("代码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=20)
    order = models.PositiveSmallIntegerField("次序", default=0)
    fix_days = models.PositiveSmallIntegerField("整改期限(天)", default=15)
    fix_hours = models.PositiveSmallIntegerField("整改期限(小时)", null=True, blank=True)
    counts_workdays = models.BooleanField("按工作日", default=False)
    on_spot = models.BooleanField("当场改", default=False)
    must_transfer = models.BooleanField("必须移交", default=False)
    claim_workdays = models.PositiveSmallIntegerField("认领时限(工作日)", default=2)
    feedback_workdays = models.PositiveSmallIntegerField("反馈时限(工作日)", default=5)
    advice = models.CharField("提示", max_length=200, blank=True, default="")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题类别"

    def __str__(self):
        return self.name


@pghistory.track()
class Problem(models.Model):
    """One thing found wrong at one business. `state` moves only by the table in rules/moves; each move is
    a ProblemMove row. `key` is drawn by the phone. `climbed` = how many levels an overdue one has gone up."""

    key = models.CharField("幂等键", max_length=32, unique=True)
    number = models.CharField("编号", max_length=24, unique=True)
    source = models.CharField(
        "来源", max_length=6, choices=ProblemSource, default=ProblemSource.VISIT
    )
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="problems", db_index=False, verbose_name="主体"
    )
    # follows the business while it is open
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    grade = models.CharField("包保等级", max_length=1, choices=Grade, blank=True, default="")
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name="督导"
    )
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="problems", db_index=False,
        verbose_name="包保干部",
    )  # fmt: skip
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="监管所",
    )  # fmt: skip
    # 行业主管 (四方协同), from a table by category
    industry_unit = models.CharField("行业主管部门", max_length=60, blank=True, default="")
    item_code = models.CharField("清单代码", max_length=10, blank=True, default="")
    item_text = models.CharField("清单条目", max_length=200, blank=True, default="")
    title = models.CharField("问题", max_length=120)
    detail = models.CharField("说明", max_length=500, blank=True, default="")
    kind = models.ForeignKey(
        ProblemKind, models.PROTECT, related_name="problems", verbose_name="类别"
    )
    state = models.CharField("状态", max_length=10, choices=ProblemState, default=ProblemState.OPEN)
    is_repeat = models.BooleanField("重复问题", default=False)
    found_on = models.DateField("发现日期")
    found_at = models.DateTimeField("发现时间")
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="发现人",
    )  # fmt: skip
    due_at = models.DateTimeField("整改期限", null=True, blank=True)
    claim_due_on = models.DateField("认领期限", null=True, blank=True)
    feedback_due_on = models.DateField("反馈期限", null=True, blank=True)
    # an extension asked for and not yet decided
    asked_due_on = models.DateField("申请延期到", null=True, blank=True)
    claimed_at = models.DateTimeField("认领时间", null=True, blank=True)
    fixed_at = models.DateTimeField("整改时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    climbed = models.PositiveSmallIntegerField("已升级(级)", default=0)
    created_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        indexes = [
            models.Index(fields=["entity", "-id"], name="problem_entity"),
            models.Index(fields=["area", "state", "-id"], name="problem_area"),
            models.Index(
                fields=["due_at", "area", "id"],
                name="problem_open",
                condition=Q(
                    state__in=["open", "fixed", "to_claim", "handling", "to_review", "fed_back"]
                ),
            ),
            models.Index(fields=["cadre", "state", "-id"], name="problem_cadre"),
            models.Index(fields=["station", "state", "-id"], name="problem_station"),
        ]
        permissions = [
            ("report_problem", "登记问题"),
            ("claim_problem", "认领、处置问题"),
            ("verify_problem", "核查销号"),
            ("decide_problem", "批准延期、转立案、作废"),
            ("export_problem", "导出问题"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


@pghistory.track()
class ProblemMove(models.Model):
    """One step of a problem's way: who, when, from, to, words; its photos are Photo rows. Never changed."""

    key = models.CharField("幂等键", max_length=32, unique=True)
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="moves", verbose_name="问题")
    act = models.CharField("办理", max_length=16)
    state_from = models.CharField("原状态", max_length=10, choices=ProblemState, blank=True)
    state_to = models.CharField("现状态", max_length=10, choices=ProblemState)
    # who acts, in words that stay: post and unit as they were then
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="经办人",
    )  # fmt: skip
    actor_words = models.CharField("经办人(当时)", max_length=120, blank=True, default="")
    at = models.DateTimeField("时间")
    note = models.CharField("说明", max_length=500, blank=True, default="")
    due_on = models.DateField("期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题办理"
        indexes = [models.Index(fields=["problem", "-id"], name="problemmove_problem")]

    def __str__(self):
        return f"{self.problem_id} {self.act}"
