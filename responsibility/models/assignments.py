"""包保: the bond of a business and its cadre, how it comes about and how it ends."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Now

from entities.enums import Grade, Status
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    AssignmentReason,
    CadreLevel,
    EndReason,
    HandoverState,
    LeaveReason,
    PlanMove,
    PlanState,
    Standing,
)
from ..querysets import AssignmentQuerySet, OwnedQuerySet, TownRowQuerySet
from ..triggers import ASSIGNMENT_TRIGGERS, ENTITY_FOLLOW_TRIGGER, WRITTEN_ONCE
from .cadres import Cadre


class Days(Func):
    """The days of a bond, the end day excluded: a bond that ends on the day it began holds no day."""

    function = "daterange"


@pghistory.track(
    # Statement level as for the register: a plan writes 30 thousand bonds at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    exclude=["standing"],
    model_name="AssignmentEvent",
)
class Assignment(models.Model):
    """One business held by one cadre from a day on, until `to_on` (that day excluded; None = in force).

    `area`, `status`, `grade` are the business's and `level`, `is_pending` the cadre's, copied and kept so
    by triggers: scope, lists and counters without a join. `is_fit`: the level is the one that GradeLevel
    (rank 1) asks for, and the business lies where the cadre stands; on insert the database refuses another
    level without `exception_reason`.
    """

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="assignments", db_index=False, verbose_name="主体"
    )
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="assignments", db_index=False, verbose_name="包保干部"
    )
    # Copies: no constraint, the triggers fill them.
    area = models.ForeignKey(
        Area,
        models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="属地",
    )
    status = models.CharField("经营状态", max_length=12, choices=Status, editable=False)
    grade = models.CharField("包保等级", max_length=1, choices=Grade, blank=True, editable=False)
    level = models.CharField("包保层级", max_length=10, choices=CadreLevel, editable=False)
    is_fit = models.BooleanField("层级和属地对应", default=True, editable=False)
    is_pending = models.BooleanField("待交接", default=False, editable=False)
    from_on = models.DateField("起始日期")
    to_on = models.DateField("截止日期", null=True, blank=True)
    reason = models.CharField("由来", max_length=10, choices=AssignmentReason)
    end_reason = models.CharField(
        "结束原因", max_length=12, choices=EndReason, blank=True, default=""
    )
    note = models.CharField("说明", max_length=200, blank=True, default="")
    exception_reason = models.CharField("例外理由", max_length=200, blank=True, default="")
    # These are never deleted, and a look at each for 27,748 bonds costs half a second.
    plan = models.ForeignKey(
        "responsibility.AssignmentPlan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="分配方案",
    )
    handover = models.ForeignKey(
        "responsibility.Handover",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="交接",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="经办人",
    )
    made_at = models.DateTimeField("办理时间", db_default=Now(), editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="结束经办人",
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)
    standing = models.GeneratedField(
        verbose_name="包保状态",
        expression=Case(
            When(is_pending=True, then=Value(Standing.PENDING.value)),
            When(is_fit=True, then=Value(Standing.HELD.value)),
            When(~Q(exception_reason=""), then=Value(Standing.EXCEPTED.value)),
            default=Value(Standing.UNFIT.value),
        ),
        output_field=models.CharField(max_length=10, choices=Standing),
        db_persist=True,
    )

    follows_area_merges = False
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包保关系"
        constraints = [
            ExclusionConstraint(
                name="assignment_one_bearer_at_a_time",
                expressions=[
                    ("entity", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这一家在这段时间已有包保干部。",
            ),
            models.UniqueConstraint(
                fields=["entity"], condition=Q(to_on=None), name="assignment_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="assignment_ends_after_it_began",
                violation_error_message="截止日期不能早于起始日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["entity", "from_on"], name="assignment_entity"),
            models.Index(
                fields=["cadre", "area", "id"],
                name="assignment_cadre",
                condition=Q(to_on=None),
            ),
            models.Index(
                fields=["standing", "area", "id"],
                name="assignment_wrong",
                condition=Q(to_on=None) & ~Q(standing="held"),
            ),
            models.Index(fields=["area", "id"], name="assignment_area", condition=Q(to_on=None)),
            models.Index(fields=["plan"], name="assignment_plan", condition=~Q(plan=None)),
            models.Index(
                fields=["handover"], name="assignment_handover", condition=~Q(handover=None)
            ),
        ]
        triggers = ASSIGNMENT_TRIGGERS

    def __str__(self):
        return f"{self.entity_id} ← {self.cadre_id}"

    @property
    def standing_word(self):
        """How it stands, in words; of a wrong one, what is wrong with it (its cadre is read)."""
        if self.standing != Standing.UNFIT:
            return Standing(self.standing).label
        return "层级不符" if self.area_id.startswith(self.cadre.area_id) else "属地不符"


class AssignmentTally(models.Model):
    """Counters kept by triggers on Assignment: bonds in force by area × status × grade × level × standing.
    `manage.py prove_coverage` proves them."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=12)
    grade = models.CharField(max_length=1, blank=True)
    level = models.CharField(max_length=10)
    standing = models.CharField(max_length=10)
    total = models.IntegerField(default=0)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包保计数"
        constraints = [
            models.UniqueConstraint(
                F("area"),
                F("status"),
                F("grade"),
                F("level"),
                F("standing"),
                name="assignmenttally_key",
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.grade} {self.level} {self.standing} {self.total}"


class HeldEntity(Entity):
    """The register as this room follows it: the trigger keeps the bonds' copies when a business changes
    its area, status or grade."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = verbose_name_plural = "主体(包保)"
        triggers = [ENTITY_FOLLOW_TRIGGER]


@pghistory.track(exclude=["counts", "selection"])
class AssignmentPlan(models.Model):
    """A proposed distribution: what it would change, before anything is changed; applied and undone whole.

    `counts` = {eligible = kept + assigned + moved + uncovered; over_cap, max_load, min_load of cadres in
    post; cadres_gaining, cadres_losing; seconds; areas, levels: the same by area below and by grade;
    vacancies: [{area, name, grade, level, uncovered, substituted}] (空岗); once applied: applied,
    conflicts; once undone: restored, kept_at_undo}. `selection` = {grade: [...], ids: [...]}, both optional.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    selection = models.JSONField(default=dict, editable=False)
    is_rebalance = models.BooleanField("重新均衡", default=False)
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.PLANNED)
    counts = models.JSONField("结果", default=dict, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="制定人"
    )
    made_at = models.DateTimeField("制定时间", auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="执行人",
    )
    applied_at = models.DateTimeField("执行时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分配方案"
        indexes = [models.Index(fields=["area", "-id"], name="assignmentplan_area")]

    def __str__(self):
        return f"{self.area} {self.made_at:%Y-%m-%d %H:%M}"


class PlanRow(models.Model):
    """One change of a plan: this business to this cadre. What stays is not listed. `entity_revision` and
    `bond` are what the plan saw: rows that somebody changed since are left out when it is applied.

    Its own history: a row is written once, with its plan (which says who and when), and the database
    refuses to change or delete it. An event table would only hold each row a second time."""

    plan = models.ForeignKey(
        AssignmentPlan, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    entity = models.ForeignKey(
        Entity, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    entity_revision = models.IntegerField()
    bond = models.ForeignKey(
        Assignment, models.DO_NOTHING, null=True, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    cadre_from = models.ForeignKey(
        Cadre, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    cadre_to = models.ForeignKey(
        Cadre, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    move = models.CharField("缘由", max_length=10, choices=PlanMove)

    class Meta:
        verbose_name = verbose_name_plural = "方案明细"
        indexes = [
            models.Index(fields=["plan", "area", "id"], name="planrow_plan"),
            models.Index(fields=["plan", "cadre_to"], name="planrow_cadre"),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self):
        return f"{self.entity_id} → {self.cadre_to_id}"


@pghistory.track()
class Handover(models.Model):
    """干部交接: all or some of one cadre's businesses to others at a day, in one step. One for a later day
    waits (未到日子) until a clock's job does it."""

    cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="handovers", verbose_name="移交干部"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    reason = models.CharField("缘由", max_length=10, choices=LeaveReason)
    leaves = models.BooleanField("移交干部离任", default=True)
    on = models.DateField("交接日期")
    # None: all that he holds on that day
    entity_ids = ArrayField(models.BigIntegerField(), null=True, blank=True, verbose_name="主体")
    receivers = models.ManyToManyField(
        Cadre, through="HandoverReceiver", related_name="+", verbose_name="接收干部"
    )
    note = models.CharField("说明", max_length=200, blank=True, default="")
    state = models.CharField(
        "状态", max_length=10, choices=HandoverState, default=HandoverState.SCHEDULED
    )
    moved = models.PositiveIntegerField("已交接(家)", default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    made_at = models.DateTimeField("办理时间", auto_now_add=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "干部交接"
        indexes = [models.Index(fields=["area", "-id"], name="handover_area")]

    def __str__(self):
        return f"{self.cadre} {self.on}"


@pghistory.track()
class HandoverReceiver(models.Model):
    """One of those who may take what is handed over; a table of its own, so that it has its history."""

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="+", verbose_name="干部交接"
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+", verbose_name="接收干部")

    class Meta:
        verbose_name = verbose_name_plural = "接收干部"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["handover", "cadre"], name="handoverreceiver_once")
        ]

    def __str__(self):
        return f"{self.handover_id} {self.cadre_id}"
