"""工作提示 and what comes back, training, 台账建立, 点对点指导, 经验库, 督办, notifications (F15–F18, F24)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from entities.models.entity import NameBigrams
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    AdoptionState,
    InstructionState,
    MeetingMode,
    NoticeState,
    TrainingResult,
)
from ..querysets import (
    GuidanceQuerySet,
    HandedDownQuerySet,
    InstructionQuerySet,
    NoticeQuerySet,
    NoticeTargetQuerySet,
    TownRowQuerySet,
    TrainingRecordQuerySet,
)
from .cadres import Cadre
from .lists import paper_path, private_storage


@pghistory.track()
class Notice(models.Model):
    """工作提示第 N 期: issued by the city (or a county) to areas, which sign for it and answer."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="下发单位属地"
    )
    number = models.PositiveSmallIntegerField("期号", null=True, blank=True)
    title = models.CharField("标题", max_length=120)
    topic = models.CharField("主题", max_length=40, blank=True, default="")
    body = models.TextField("正文", blank=True, default="")
    action_required = models.CharField("工作要求", max_length=300, blank=True, default="")
    needs_answer = models.BooleanField("须反馈", default=True)
    due_at = models.DateTimeField("反馈期限", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    is_example = models.BooleanField("示例", default=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="下发人",
    )  # fmt: skip
    issued_at = models.DateTimeField("下发时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdraw_reason = models.CharField("撤回原因", max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="拟稿人",
    )  # fmt: skip
    created_at = models.DateTimeField("拟稿时间", auto_now_add=True)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作提示"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "number"],
                name="notice_number_once",
                violation_error_message="这一期已经有了。",
            )
        ]
        permissions = [
            ("issue_notice", "下发工作提示"),
            ("receive_notice", "签收、反馈工作提示"),
        ]

    def __str__(self):
        return self.title


@pghistory.track()
class NoticeFile(models.Model):
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="files")
    file = models.FileField("附件", storage=private_storage, upload_to=paper_path)
    name = models.CharField("文件名", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "提示附件"

    def __str__(self):
        return self.name


@pghistory.track()
class NoticeTarget(models.Model):
    """One area that a notice goes to: when and by whom it was signed for and answered."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="targets")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="签收人",
    )  # fmt: skip
    answer = models.TextField("反馈", blank=True, default="")
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="反馈人",
    )  # fmt: skip
    file = models.FileField("反馈附件", storage=private_storage, upload_to=paper_path, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    reminded_at = models.DateTimeField("催办时间", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("催办次数", default=0)

    objects = NoticeTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提示签收"
        constraints = [models.UniqueConstraint(fields=["notice", "area"], name="noticetarget_once")]

    def __str__(self):
        return f"{self.notice_id} {self.area_id}"


@pghistory.track()
class Training(models.Model):
    """A training session."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    title = models.CharField("名称", max_length=120)
    held_on = models.DateField("日期")
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, default=0)
    place = models.CharField("地点", max_length=80, blank=True, default="")
    trainer = models.CharField("主讲", max_length=60, blank=True, default="")
    content = models.CharField("内容", max_length=300, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    # counted up at each edit: two people on one record
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = HandedDownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训"
        indexes = [models.Index(fields=["area", "-held_on", "-id"], name="training_area")]

    def __str__(self):
        return self.title


@pghistory.track()
class TrainingRecord(models.Model):
    """One cadre at one training. K18 counts the cadres with a passed one in the year."""

    training = models.ForeignKey(Training, models.PROTECT, related_name="records")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="trainings")
    result = models.CharField("结果", max_length=6, choices=TrainingResult, blank=True, default="")
    score = models.PositiveSmallIntegerField("测试分数", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True, default="")

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参训记录"
        constraints = [
            models.UniqueConstraint(fields=["training", "cadre"], name="trainingrecord_once")
        ]

    def __str__(self):
        return f"{self.training_id} {self.cadre_id}"


@pghistory.track()
class LedgerState(models.Model):
    """台账建立 per town (or county unit without towns): built or not, since when (F17)."""

    area = models.OneToOneField(
        Area, models.PROTECT, related_name="ledger_state", verbose_name="乡镇(街道)"
    )
    is_built = models.BooleanField("已建立", default=False)
    built_on = models.DateField("建立日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    changed_at = models.DateTimeField("登记时间", auto_now=True)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账建立"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_built=False) | Q(built_on__isnull=False),
                name="ledgerstate_built_has_day",
                violation_error_message="已建立的请填建立日期。",
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.is_built}"


@pghistory.track()
class Guidance(models.Model):
    """点对点指导 (F15): a county's question and the answer; public ones make the FAQ."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="县(市、区)"
    )
    contact = models.CharField("联系人", max_length=60, blank=True, default="")
    channel = models.CharField("方式", max_length=8, choices=MeetingMode, default=MeetingMode.PHONE)
    asked_at = models.DateTimeField("提问时间")
    question = models.TextField("问题")
    answer = models.TextField("答复", blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="答复人",
    )  # fmt: skip
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    topic = models.CharField("主题", max_length=40, blank=True, default="")
    is_shared = models.BooleanField("列入问答汇编", default=False)
    is_example = models.BooleanField("示例", default=False)
    search_text = models.TextField(editable=False, blank=True, default="")

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "点对点指导"
        permissions = [("answer_guidance", "答复点对点指导")]
        indexes = [
            models.Index(fields=["area", "-asked_at", "-id"], name="guidance_area"),
            GinIndex(NameBigrams("search_text"), name="guidance_bigrams"),
        ]

    def __str__(self):
        return self.question[:40]

    def save(self, *args, **kwargs):
        self.search_text = f"{self.question}\n{self.answer}"
        super().save(*args, **kwargs)


@pghistory.track()
class Experience(models.Model):
    """经验库 (F24): what others do well, and whether it was taken up here."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    source = models.CharField("来源地区", max_length=60)
    title = models.CharField("做法", max_length=120)
    practice = models.TextField("内容", blank=True, default="")
    link = models.CharField("出处", max_length=300, blank=True, default="")
    adoption = models.CharField(
        "采纳", max_length=8, choices=AdoptionState, default=AdoptionState.STUDYING
    )
    adoption_note = models.CharField("采纳说明", max_length=200, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)
    # what the search looks at
    search_text = models.TextField(editable=False, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    # counted up at each edit: two people on one record
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = HandedDownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经验"
        indexes = [GinIndex(NameBigrams("search_text"), name="experience_bigrams")]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = f"{self.title}\n{self.source}\n{self.practice}"
        super().save(*args, **kwargs)


@pghistory.track()
class Instruction(models.Model):
    """督办: an instruction to one area with a due day, its answer, and how far it has climbed."""

    # who issued it, for the scope of those who follow it up
    issuer_area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="督办单位")
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="督办对象"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="办理人",
    )  # fmt: skip
    title = models.CharField("事项", max_length=120)
    body = models.TextField("要求", blank=True, default="")
    # the page of ours that the figure came from
    source_url = models.CharField("来源页面", max_length=300, blank=True, default="")
    due_on = models.DateField("期限")
    state = models.CharField(
        "状态", max_length=8, choices=InstructionState, default=InstructionState.OPEN
    )
    answer = models.TextField("答复", blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="答复人",
    )  # fmt: skip
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    # why it was closed or sent back
    note = models.CharField("办理意见", max_length=200, blank=True, default="")
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="督办人",
    )  # fmt: skip
    issued_at = models.DateTimeField("督办时间", auto_now_add=True)
    is_example = models.BooleanField("示例", default=False)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办"
        permissions = [("answer_instruction", "答复督办"), ("hear_escalation", "接收督办升级")]
        indexes = [
            models.Index(fields=["area", "-id"], name="instruction_area"),
            models.Index(
                fields=["due_on", "area"], name="instruction_open", condition=Q(state="open")
            ),
        ]

    def __str__(self):
        return self.title


@pghistory.track(
    # Statement level: a reminder tells hundreds at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
)
class Notification(models.Model):
    """A line under the bell: what happened that concerns this person, and where to go. `key` makes it once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False
    )
    key = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
        ]

    def __str__(self):
        return self.text
