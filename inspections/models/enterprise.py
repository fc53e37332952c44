"""企业主体责任: who must have a 食品安全总监 / 食品安全员, who they are, what was seen of 日周月 (domain §4)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q

from entities.models import Category, Entity
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    Control,
    ControlState,
    EndReason,
    ExamKind,
    PersonSource,
    SafetyPost,
    Told,
)
from ..querysets import (
    ComplianceQuerySet,
    ControlCheckQuerySet,
    RiskListQuerySet,
    SafetyPersonQuerySet,
    SafetyRecordQuerySet,
)
from ..rules.enterprise import BOUNDS
from ..triggers.enterprise import (
    CHECK_TRIGGERS,
    COUNT_TRIGGERS,
    PERSON_TRIGGERS,
    RECORD_TRIGGERS,
    REGISTER_TRIGGERS,
    RULE_TRIGGERS,
    VISIT_TRIGGER,
)
from .visits import Visit


def private_storage():
    """The store outside every served folder."""
    return storages["private"]


def safety_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"safety/{uuid.uuid4().hex}"


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


@pghistory.track(
    # Statement level: a ledger's names are taken over by the thousand.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    model_name="SafetyPersonEvent",
)
class SafetyPerson(models.Model):
    """Somebody appointed by a business. No ID number is kept (domain §8.1). Nobody is deleted: an
    appointment ends with a reason."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="safety_people", db_index=False, verbose_name="主体"
    )
    post = models.CharField("岗位", max_length=8, choices=SafetyPost)
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=40, blank=True, default="")
    duty_scope = models.CharField("职责范围", max_length=200, blank=True, default="")
    appointed_on = models.DateField("任命日期", null=True, blank=True)
    document = models.FileField(
        "任命文件", storage=private_storage, upload_to=safety_path, blank=True
    )
    document_name = models.CharField("文件名", max_length=200, blank=True, default="")
    ended_on = models.DateField("离任日期", null=True, blank=True)
    end_reason = models.CharField(
        "离任原因", max_length=8, choices=EndReason, blank=True, default=""
    )
    end_note = models.CharField("离任说明", max_length=200, blank=True, default="")
    source = models.CharField(
        "来源", max_length=8, choices=PersonSource, default=PersonSource.MANUAL
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    # counted up at each edit: two people on one record
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = SafetyPersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "食品安全管理人员"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "post", "name"],
                condition=Q(ended_on=None),
                name="safetyperson_once",
                violation_error_message="这家主体已登记了这位人员。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(end_reason=""),
                name="safetyperson_ends_with_a_reason",
                violation_error_message="请选择离任原因。",
            ),
        ]
        indexes = [models.Index(fields=["entity", "post", "id"], name="safetyperson_entity")]
        triggers = PERSON_TRIGGERS

    def __str__(self):
        return self.name

    def is_in_post(self, on):
        """Whether the appointment holds on the day `on`."""
        return (self.appointed_on is None or self.appointed_on <= on) and (
            self.ended_on is None or self.ended_on > on
        )


class SafetyRecord(models.Model):
    """What trainings and exams share: whose, when, who wrote it down; a wrong one is voided."""

    person = models.ForeignKey(
        SafetyPerson, models.PROTECT, related_name="%(class)ss", db_index=False, verbose_name="人员"
    )
    held_on = models.DateField("日期")
    is_void = models.BooleanField("已作废", default=False)
    void_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    made_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = SafetyRecordQuerySet.as_manager()

    class Meta:
        abstract = True


@pghistory.track()
class SafetyTraining(SafetyRecord):
    """A training that a 总监 or 安全员 took, in hours."""

    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    content = models.CharField("内容", max_length=120)
    certificate = models.FileField(
        "证明", storage=private_storage, upload_to=safety_path, blank=True
    )
    certificate_name = models.CharField("文件名", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "两员培训"
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=200),
                name="safetytraining_hours_possible",
                violation_error_message="学时在 0.5 到 200 之间。",
            )
        ]
        indexes = [models.Index(fields=["person", "-held_on", "-id"], name="safetytraining_person")]
        triggers = RECORD_TRIGGERS

    def __str__(self):
        return f"{self.content} {self.hours} 学时"


@pghistory.track()
class SafetyExam(SafetyRecord):
    """An exam by the business itself, or a random one by the regulator (抽查考核)."""

    kind = models.CharField("种类", max_length=10, choices=ExamKind)
    score = models.PositiveSmallIntegerField("成绩", null=True, blank=True)
    is_passed = models.BooleanField("合格", default=True)
    note = models.CharField("说明", max_length=120, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "两员考核"
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100),
                name="safetyexam_score_possible",
                violation_error_message="成绩在 0 到 100 之间。",
            )
        ]
        indexes = [models.Index(fields=["person", "-held_on", "-id"], name="safetyexam_person")]
        triggers = RECORD_TRIGGERS

    def __str__(self):
        return f"{self.get_kind_display()} {'合格' if self.is_passed else '不合格'}"


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    model_name="ControlCheckEvent",
)
class ControlCheck(models.Model):
    """One look at one control, at a visit or by hand: what was seen, and the state that follows. Never
    changed; a wrong one is voided, and a void visit's looks with it."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="control_checks", db_index=False, verbose_name="主体"
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="controls", db_index=False,
        verbose_name="督导",
    )  # fmt: skip
    control = models.CharField("制度", max_length=12, choices=Control)
    told = models.CharField("所见", max_length=8, choices=Told)
    checked_on = models.DateField("查看日期")
    last_on = models.DateField("最近记录日期", null=True, blank=True)
    is_sampled_right = models.BooleanField("抽查相符", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=ControlState)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    is_void = models.BooleanField("已作废", default=False)
    void_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    made_at = models.DateTimeField("登记时间")

    objects = ControlCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "制度查看"
        constraints = [
            models.UniqueConstraint(fields=["visit", "control"], name="controlcheck_once_a_visit")
        ]
        indexes = [
            models.Index(
                fields=["entity", "control", "-checked_on", "-id"], name="controlcheck_entity"
            )
        ]
        triggers = CHECK_TRIGGERS

    def __str__(self):
        return f"{self.get_control_display()} {self.get_state_display()}"


@pghistory.track()
class RiskList(models.Model):
    """风险管控清单 of a business, in versions that never change."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="risk_lists", db_index=False, verbose_name="主体"
    )
    version = models.PositiveSmallIntegerField("版次")
    dated_on = models.DateField("制定日期")
    items = models.TextField("风险点和措施", blank=True, default="")
    file = models.FileField("清单文件", storage=private_storage, upload_to=safety_path, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    made_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = RiskListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "风险管控清单"
        constraints = [
            models.UniqueConstraint(fields=["entity", "version"], name="risklist_version_once")
        ]

    def __str__(self):
        return f"第 {self.version} 版"


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
