"""企业主体责任: who is appointed, how he is trained and examined, what was seen of 日周月 (domain §4)."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from entities.models import Entity

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
    ControlCheckQuerySet,
    RiskListQuerySet,
    SafetyPersonQuerySet,
    SafetyRecordQuerySet,
)
from ..triggers.enterprise import (
    CHECK_TRIGGERS,
    PERSON_TRIGGERS,
    RECORD_TRIGGERS,
)
from .visits import Visit


def private_storage():
    """The store outside every served folder."""
    return storages["private"]


def safety_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"safety/{uuid.uuid4().hex}"


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
