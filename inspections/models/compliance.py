"""企业主体责任: who must have a 食品安全总监 / 食品安全员, what each control asks, and how each business stands
(domain §4)."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from entities.models import Category, Entity
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import Control, SafetyPost
from ..querysets import ComplianceQuerySet
from ..rules.enterprise import BOUNDS
from ..triggers.enterprise import (
    COUNT_TRIGGERS,
    REGISTER_TRIGGERS,
    RULE_TRIGGERS,
    VISIT_TRIGGER,
)
from .visits import Visit


def _lasts(name):
    return models.CheckConstraint(
        condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
        name=name,
        violation_error_message="失效日期不能早于生效日期。",
    )


@pghistory.track()
class OfficerRule(models.Model):
    """One line of the table who must have a 总监 or a 安全员. Any line that hits suffices; the first by
    `order` is named. Of several sizes in one line any that is reached suffices."""

    post = models.CharField(
        "岗位", max_length=8, choices=[c for c in SafetyPost.choices if c[0] != SafetyPost.HEAD]
    )
    order = models.PositiveSmallIntegerField("次序", default=100)
    title = models.CharField("适用对象", max_length=80)
    categories = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name="类别代码",
        help_text="留空表示不限类别",
    )  # fmt: skip
    forms = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name="业态关键词",
        help_text="业态中含任一关键词即适用；留空表示不限业态。特殊食品也用关键词写",
    )  # fmt: skip
    floor_area_from = models.DecimalField(
        "面积下限(㎡)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    seats_from = models.PositiveIntegerField("座位下限", null=True, blank=True)
    diners_from = models.PositiveIntegerField("用餐人数下限", null=True, blank=True)
    annual_output_from = models.DecimalField(
        "年产值下限(万元)", max_digits=14, decimal_places=2, null=True, blank=True
    )
    staff_count_from = models.PositiveIntegerField("从业人数下限", null=True, blank=True)
    is_exclusive = models.BooleanField("须大于下限(不含)", default=False)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "两员配备规则"
        constraints = [_lasts("officerrule_ends_after_it_began")]
        triggers = RULE_TRIGGERS

    def __str__(self):
        return self.title

    @property
    def bounds(self):
        """(fact, bound) of each size that the line asks for."""
        pairs = ((name, getattr(self, f"{name}_from")) for name in BOUNDS)
        return [(name, bound) for name, bound in pairs if bound is not None]


@pghistory.track()
class ControlRule(models.Model):
    """What the rules ask of one control: since when, how fresh its newest record must be (days), and for
    training how many hours a year and how often an exam (months). The newest line in force holds."""

    control = models.CharField("制度", max_length=12, choices=Control)
    text = models.CharField("要求", max_length=200)
    needs_director = models.BooleanField("只对须配总监的主体", default=False)
    fresh_days = models.PositiveSmallIntegerField("记录最久(天)", null=True, blank=True)
    hours = models.DecimalField(
        "每年培训(学时)", max_digits=5, decimal_places=1, null=True, blank=True
    )
    exam_months = models.PositiveSmallIntegerField("考核间隔(月)", null=True, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "日周月要求"
        constraints = [
            models.UniqueConstraint(
                fields=["control", "effective_from"],
                name="controlrule_once",
                violation_error_message="这项制度在这一天已有一条要求。",
            ),
            _lasts("controlrule_ends_after_it_began"),
        ]
        triggers = RULE_TRIGGERS

    def __str__(self):
        return f"{self.get_control_display()}：{self.text}"


class EntityCompliance(models.Model):
    """What one business owes itself and has, kept by the database (triggers/enterprise.py): a list and a
    count read this row alone. `need_…` None: a fact of the register is missing, `missing` names it.
    `controls`: control → {state, on, last_on, was_seen} of the newest look."""

    entity = models.OneToOneField(
        Entity, models.DO_NOTHING, primary_key=True, related_name="compliance", db_constraint=False
    )
    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    category = models.ForeignKey(
        Category, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    is_obliged = models.BooleanField("应包", default=True)
    need_director = models.BooleanField("应配总监", null=True)
    director_rule = models.ForeignKey(
        OfficerRule, models.DO_NOTHING, null=True, related_name="+", db_index=False,
        db_constraint=False, verbose_name="总监依据",
    )  # fmt: skip
    need_officer = models.BooleanField("应配安全员", null=True)
    officer_rule = models.ForeignKey(
        OfficerRule, models.DO_NOTHING, null=True, related_name="+", db_index=False,
        db_constraint=False, verbose_name="安全员依据",
    )  # fmt: skip
    missing = ArrayField(models.CharField(max_length=20), default=list, verbose_name="缺少的事实")
    directors = models.PositiveSmallIntegerField("总监(人)", default=0)
    officers = models.PositiveSmallIntegerField("安全员(人)", default=0)
    is_exam_due = models.BooleanField("超期未考核", default=False)
    is_hours_short = models.BooleanField("学时未满", default=False)
    # the ledger names somebody who is not registered
    is_proposed = models.BooleanField("台账待确认", default=False)
    controls = models.JSONField("制度", default=dict)
    failing = models.PositiveSmallIntegerField("未落实(项)", default=0)
    checked_on = models.DateField("最近查看", null=True)
    facts_key = models.BigIntegerField(editable=False)

    objects = ComplianceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业主体责任"
        indexes = [models.Index(fields=["area", "entity"], name="compliance_area")]
        triggers = COUNT_TRIGGERS
        permissions = [
            ("add_safety", "登记两员和所见制度"),
            ("change_safety", "管理两员与日周月"),
            ("export_compliance", "导出两员与日周月"),
        ]

    def __str__(self):
        return f"{self.entity_id}"


class ComplianceTally(models.Model):
    """Counters kept by triggers on EntityCompliance: 应包 businesses by area × measure."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    measure = models.CharField(max_length=32)
    total = models.IntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "企业主体责任计数"
        constraints = [models.UniqueConstraint(F("area"), F("measure"), name="compliancetally_key")]

    def __str__(self):
        return f"{self.area_id} {self.measure} {self.total}"


class SafetyEntity(Entity):
    """The register as this part follows it: a new fact asks anew who must be appointed."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = verbose_name_plural = "主体(两员)"
        triggers = REGISTER_TRIGGERS


class SeenVisit(Visit):
    """Visits as this part follows them: what a void one saw does not count."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = verbose_name_plural = "督导(制度)"
        triggers = [VISIT_TRIGGER]
