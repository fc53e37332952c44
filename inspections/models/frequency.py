"""How often who is visited, as data (domain §1.3, §10 trap 8), and what falls due from it."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from entities.enums import Grade, RiskGrade
from entities.models import Category, Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.enums import CadreLevel
from responsibility.models import Cadre

from ..enums import Cycle, DueState, PeriodKind
from ..querysets import DueVisitQuerySet
from ..triggers.dues import DUE_TRIGGERS


@pghistory.track()
class FrequencyRule(models.Model):
    """One line of the frequency table: `times` visits a `cycle` for the businesses that it fits; blank
    conditions fit all. The first fitting line in force (by `order`) holds. Lines of another `preset` than
    the one in use wait (优化版 is empty until the office fills it)."""

    preset = models.CharField("方案", max_length=20, default="默认")
    order = models.PositiveSmallIntegerField("次序", default=100)
    grade = models.CharField(
        "包保等级", max_length=1, blank=True, default="", choices=[c for c in Grade.choices if c[0]]
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主体类别"
    )
    risk_grade = models.CharField(
        "风险等级", max_length=1, blank=True, default="",
        choices=[c for c in RiskGrade.choices if c[0]],
    )  # fmt: skip
    cycle = models.CharField("周期", max_length=10, choices=Cycle, default=Cycle.QUARTER)
    times = models.PositiveSmallIntegerField("次数", default=1)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "督导频次"
        constraints = [
            models.CheckConstraint(
                condition=Q(times__gte=1),
                name="frequency_at_least_once",
                violation_error_message="次数至少是 1。",
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="frequency_ends_after_it_began",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self):
        return f"{self.get_cycle_display()} {self.times} 次"


@pghistory.track()
class ModeRule(models.Model):
    """Businesses that must be visited on site (domain §1.3: high risk, school and kindergarten canteens).
    Blank conditions fit all; whoever fits no line may be visited in any mode."""

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主体类别"
    )
    grade = models.CharField(
        "包保等级", max_length=1, blank=True, default="", choices=[c for c in Grade.choices if c[0]]
    )
    risk_grade = models.CharField(
        "风险等级", max_length=1, blank=True, default="",
        choices=[c for c in RiskGrade.choices if c[0]],
    )  # fmt: skip
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "只能现场督导"

    def __str__(self):
        return self.basis or "只能现场督导"


@pghistory.track()
class KeyPeriod(models.Model):
    """A key period of the year (元旦春节、五一、高考中考、中秋国庆、开学季): adds one visit for the grades and
    categories it names (empty: all)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    name = models.CharField("名称", max_length=40)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    grades = ArrayField(
        models.CharField(max_length=1), default=list, blank=True, verbose_name="包保等级"
    )
    categories = models.ManyToManyField(Category, blank=True, verbose_name="主体类别")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "重要节点"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="keyperiod_ends_after_it_began",
                violation_error_message="止日不能早于起日。",
            )
        ]

    def __str__(self):
        return self.name


@pghistory.track()
class Period(models.Model):
    """A period of a city in which visits fall due: 2022Q4, 2022-11, or a key period. Made by a job."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=8, choices=PeriodKind)
    cycle = models.CharField("周期", max_length=10, choices=Cycle, blank=True, default="")
    key_period = models.ForeignKey(
        KeyPeriod, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重要节点"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    # when its list was first made: what comes into the register afterwards is new in mid-period
    filled_at = models.DateTimeField("首次生成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督导周期"
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="period_once")]
        indexes = [models.Index(fields=["area", "ends_on"], name="period_end")]

    def __str__(self):
        return self.name


@pghistory.track(
    # Statement level as for the register: a quarter's first day makes 31 thousand at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    exclude=["weight", "last_visit_on"],
    model_name="DueVisitEvent",
)
class DueVisit(models.Model):
    """One business that is to be visited in one period: the line of a due list. `area`, `grade`, `cadre`
    follow the register and the bond while it is open (dues_make). `done` and `state` follow the visits
    (triggers). `weight` orders the list (larger = sooner), for
    ordering only; its reasons are shown."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="dues", db_index=False)
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="dues", db_index=False, verbose_name="主体"
    )
    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False,
        verbose_name="属地",
    )  # fmt: skip
    # None: nobody holds it (not assigned, or the bearer has left)
    cadre = models.ForeignKey(
        Cadre, models.DO_NOTHING, null=True, blank=True, related_name="+", db_index=False,
        db_constraint=False, verbose_name="包保干部",
    )  # fmt: skip
    level = models.CharField("包保层级", max_length=10, choices=CadreLevel, blank=True, default="")
    grade = models.CharField("包保等级", max_length=1, choices=Grade, blank=True, default="")
    needs = models.PositiveSmallIntegerField("应督导(次)", default=1)
    done = models.PositiveSmallIntegerField("已督导(次)", default=0)
    state = models.CharField("状态", max_length=8, choices=DueState, default=DueState.OPEN)
    reason = models.CharField("缘由", max_length=120, blank=True, default="")
    starts_on = models.DateField("起")
    due_on = models.DateField("期限")
    must_be_on_site = models.BooleanField("只能现场", default=False)
    last_visit_on = models.DateField("上次督导", null=True, blank=True)
    weight = models.IntegerField("次序", default=0)

    follows_area_merges = True
    objects = DueVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "应督导"
        triggers = DUE_TRIGGERS
        constraints = [
            models.UniqueConstraint(fields=["period", "entity"], name="duevisit_once"),
        ]
        indexes = [
            models.Index(fields=["entity", "-id"], name="duevisit_entity"),
            models.Index(fields=["cadre", "state", "-weight", "id"], name="duevisit_cadre"),
            models.Index(fields=["period", "area", "state", "id"], name="duevisit_area"),
            models.Index(
                fields=["due_on", "area", "id"], name="duevisit_open", condition=Q(state="open")
            ),
        ]

    def __str__(self):
        return f"{self.entity_id} {self.period_id}"

    def is_overdue(self, on):
        """Whether it is still open after its last day (derived)."""
        return self.state == DueState.OPEN and self.due_on < on
