"""问题 → 整改 → 闭环 (domain §1.5)."""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from entities.enums import Grade
from entities.models import Category, Entity
from jiamusi_foodsafety.jurisdiction.models import Area, Station
from responsibility.models import Cadre

from ..enums import OPEN_STATES, ProblemAct, ProblemSource, ProblemState, Side
from ..querysets import ProblemQuerySet, ProblemTallyQuerySet
from ..rules.deadlines import day_of
from ..triggers.problems import PROBLEM_TRIGGERS, PROBLEMS_FOLLOW
from .visits import Visit


class TitleBigrams(Func):
    """Two-character pieces of the title, as of a business's name."""

    function = "public.name_bigrams"


@pghistory.track()
class ProblemKind(models.Model):
    """A class of problems and its clocks (示例，可修改). Days count from the day it was found; the last day
    of a term in calendar days moves on to the next working day. 0 days or working days: the same day."""

    code = models.CharField("代码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=20)
    order = models.PositiveSmallIntegerField("次序", default=0)
    fix_days = models.PositiveSmallIntegerField("整改期限(天)", default=15)
    # from found to handed over; told where a phone without network sent it later
    transfer_hours = models.PositiveSmallIntegerField("移交时限(小时)", null=True, blank=True)
    counts_workdays = models.BooleanField("按工作日", default=False)
    on_spot = models.BooleanField("当场改", default=False)
    must_transfer = models.BooleanField("必须移交", default=False)
    claim_workdays = models.PositiveSmallIntegerField("认领时限(工作日)", default=2)
    # the station from 处置完成 to its feedback; whoever verifies from 已整改 or 已反馈 on
    feedback_workdays = models.PositiveSmallIntegerField("复查、反馈时限(工作日)", default=5)
    climb_workdays = models.PositiveSmallIntegerField("逾期后每过(工作日)再升一级", default=3)
    advice = models.CharField("提示", max_length=200, blank=True, default="")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题类别"

    def __str__(self):
        return self.name


@pghistory.track()
class IndustryUnit(models.Model):
    """行业主管: the department that answers for a category of businesses beside market regulation (四方协同),
    e.g. 学校幼儿园食堂 → 教育局 (示例，可修改). The county's name is put before it."""

    category = models.OneToOneField(
        Category, models.PROTECT, related_name="+", verbose_name="主体类别"
    )
    name = models.CharField("行业主管部门", max_length=40)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "行业主管部门"

    def __str__(self):
        return f"{self.category_id} → {self.name}"


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
    # the present state's deadline, None once nobody must act: overdue = open and this is past
    clock_at = models.DateTimeField("当前期限", null=True, blank=True)
    # when it climbs (next), None: no clock runs, or it is at the top
    climb_at = models.DateTimeField("下次升级", null=True, blank=True, editable=False)
    # an extension asked for and not yet decided
    asked_due_on = models.DateField("申请延期到", null=True, blank=True)
    claimed_at = models.DateTimeField("认领时间", null=True, blank=True)
    fixed_at = models.DateTimeField("整改时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    extensions = models.PositiveSmallIntegerField("已延期(次)", default=0)
    climbed = models.PositiveSmallIntegerField("已升级(级)", default=0)
    climbed_to = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="升到",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    follows_area_merges = False
    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        constraints = [
            models.CheckConstraint(
                condition=Q(clock_at=None, climb_at=None)
                | Q(clock_at__isnull=False, state__in=OPEN_STATES),
                name="problem_clock_while_open",
            ),
            models.CheckConstraint(
                condition=Q(clock_at__isnull=False) | ~Q(state__in=OPEN_STATES),
                name="problem_open_has_clock",
            ),
        ]
        indexes = [
            models.Index(fields=["entity", "-id"], name="problem_entity"),
            models.Index(fields=["area", "state", "-id"], name="problem_area"),
            models.Index(
                fields=["clock_at", "id"],
                name="problem_open",
                include=["area", "state"],
                condition=Q(clock_at__isnull=False),
            ),
            models.Index(
                fields=["settled_at", "id"],
                name="problem_settled",
                include=["area", "state"],
                condition=Q(settled_at__isnull=False),
            ),
            models.Index(
                fields=["climb_at"], name="problem_climb", condition=Q(climb_at__isnull=False)
            ),
            models.Index(fields=["entity", "item_code"], name="problem_item"),
            GinIndex(TitleBigrams("title"), name="problem_title_bigrams"),
            models.Index(
                fields=["due_at"],
                name="problem_fixed_early",
                include=["area", "kind", "fixed_at"],
                condition=Q(fixed_at__isnull=False),
            ),
            models.Index(
                fields=["asked_due_on"], name="problem_asked", condition=~Q(asked_due_on=None)
            ),
            models.Index(fields=["cadre", "state", "-id"], name="problem_cadre"),
            models.Index(fields=["station", "state", "-id"], name="problem_station"),
        ]
        triggers = PROBLEM_TRIGGERS
        permissions = [
            ("report_problem", "登记问题"),
            ("claim_problem", "认领、处置问题"),
            ("verify_problem", "核查销号"),
            ("decide_problem", "批准延期、转立案、作废"),
            ("export_problem", "导出问题"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_open(self):
        """Whether somebody must still act."""
        return self.state in OPEN_STATES

    @property
    def is_claimed_in_time(self):
        """Whether the station took it within its time (K13)."""
        return (
            self.claimed_at is not None
            and self.claim_due_on is not None
            and day_of(self.claimed_at) <= self.claim_due_on
        )


@pghistory.track()
class ProblemMove(models.Model):
    """One step of a problem's way: who, when, from, to, words; its photos are Photo rows. Never changed."""

    key = models.CharField("幂等键", max_length=32, unique=True)
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="moves", verbose_name="问题")
    act = models.CharField("办理", max_length=16, choices=ProblemAct)
    side = models.CharField("哪一方", max_length=10, choices=Side, blank=True, default="")
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


class ProblemSerial(models.Model):
    """The last number given on a day; one row a day, so that two who report at once get two numbers."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "问题编号"

    def __str__(self):
        return f"{self.day} {self.last}"


class ProblemTally(models.Model):
    """Counters kept by triggers on Problem. Open ones by the day they were found and the day of their clock;
    settled ones in one row an area, state and class (`found_on` and `clock_on` None): a million closed
    problems cost as little as ten. `manage.py prove_inspections` proves them."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=10)
    kind = models.ForeignKey(
        ProblemKind, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    found_on = models.DateField(null=True)
    clock_on = models.DateField(null=True)
    total = models.IntegerField(default=0)
    repeats = models.IntegerField(default=0)
    extended = models.IntegerField(default=0)
    transferred = models.IntegerField(default=0)
    claimed_in_time = models.IntegerField(default=0)
    fixed = models.IntegerField(default=0)
    fixed_in_time = models.IntegerField(default=0)

    objects = ProblemTallyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题计数"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "state", "kind", "found_on", "clock_on"],
                name="problemtally_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.state} {self.total}"


class ProblemDeadline(models.Model):
    """Counters kept by triggers on Problem, by area and the day of the deadline in force: what K15 asks as the
    days pass. `fixed`: put right; `fixed_in_time`: by its deadline; `unfixed`: open and not put right."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    due_on = models.DateField()
    fixed = models.IntegerField(default=0)
    fixed_in_time = models.IntegerField(default=0)
    unfixed = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "问题期限计数"
        default_permissions = ()
        constraints = [models.UniqueConstraint(F("due_on"), F("area"), name="problemdeadline_key")]
        indexes = [
            models.Index(
                fields=["area", "due_on"],
                name="problemdeadline_unfixed",
                condition=Q(unfixed__gt=0),
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.due_on} {self.unfixed}"


class ProblemEntity(Entity):
    """The register as problems follow it: the trigger keeps the copies of the open ones."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = verbose_name_plural = "主体(问题随行)"
        triggers = [PROBLEMS_FOLLOW]
