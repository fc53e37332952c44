"""三清单: versioned list documents, the tasks that they make fall due, and the dictionaries they carry."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    CadreLevel,
    Cycle,
    DutyCloser,
    DutyOwner,
    DutyState,
    ListKind,
    ListState,
    Mark,
)
from ..querysets import DutyQuerySet, ListDocumentQuerySet
from ..triggers import LIST_DOCUMENT_TRIGGERS, LIST_ITEM_TRIGGERS
from .cadres import Cadre


def private_storage():
    """The store outside every served folder."""
    return storages["private"]


def paper_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"papers/{uuid.uuid4().hex}"


@pghistory.track()
class CoreTask(models.Model):
    """两大核心任务 (F09, F10): a dictionary; the source does not spell the 四个体系 out, so nothing is
    hard-coded."""

    name = models.CharField("名称", max_length=80, unique=True)
    content = models.CharField("内容", max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "核心任务"

    def __str__(self):
        return self.name


@pghistory.track()
class RolloutStage(models.Model):
    """谁来管、管什么、怎么管 (F14): the stages of the roll-out, a dictionary."""

    name = models.CharField("名称", max_length=40, unique=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "推进阶段"

    def __str__(self):
        return self.name


@pghistory.track()
class ListDocument(models.Model):
    """One version of a list for one level (supervision: the upper level, 市督县 = city). Draft → issued →
    superseded; an issued version never changes, a new one starts from a copy (`copied_from`)."""

    kind = models.CharField("清单", max_length=14, choices=ListKind)
    level = models.CharField("层级", max_length=10, choices=CadreLevel)
    version = models.PositiveSmallIntegerField("版次", default=1)
    title = models.CharField("标题", max_length=120)
    # Typed by the office when it has one; never made up.
    document_no = models.CharField("文号", max_length=60, blank=True, default="")
    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=ListState, default=ListState.DRAFT)
    # 示例: constructed content, to be checked by the office
    is_example = models.BooleanField("示例", default=False)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="来自版次"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="拟稿人",
    )  # fmt: skip
    created_at = models.DateTimeField("拟稿时间", auto_now_add=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="印发人",
    )  # fmt: skip
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)

    objects = ListDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单"
        constraints = [
            models.UniqueConstraint(fields=["kind", "level", "version"], name="list_version_once"),
            models.UniqueConstraint(
                fields=["kind", "level"],
                condition=Q(state="issued"),
                name="list_one_issued",
                violation_error_message="这一级已有在用的这份清单。",
            ),
            models.UniqueConstraint(
                fields=["kind", "level"],
                condition=Q(state="draft"),
                name="list_one_draft",
                violation_error_message="这一级已有一份草稿，请接着改那一份。",
            ),
        ]
        triggers = LIST_DOCUMENT_TRIGGERS
        permissions = [("issue_listdocument", "印发清单")]

    def __str__(self):
        return f"{self.title} 第 {self.version} 版"


@pghistory.track()
class ListItem(models.Model):
    """A line of a list: code, clause, and for tasks cycle, deliverable and owner. `marks` = {level: full |
    assist}: which levels carry the same line (●/○). Lines of an issued list are locked by the services
    and by a trigger."""

    document = models.ForeignKey(
        ListDocument, models.CASCADE, related_name="items", verbose_name="清单"
    )
    order = models.PositiveSmallIntegerField("次序")
    code = models.CharField("代码", max_length=10)
    heading = models.CharField("事项", max_length=60, blank=True, default="")
    clause = models.CharField("内容", max_length=300)
    standard = models.CharField("措施与标准", max_length=300, blank=True, default="")
    cycle = models.CharField("周期", max_length=14, choices=Cycle, blank=True, default="")
    deliverable = models.CharField("成果物", max_length=120, blank=True, default="")
    owner = models.CharField("责任方", max_length=6, choices=DutyOwner, default=DutyOwner.CADRE)
    closed_by = models.CharField(
        "自动办结", max_length=8, choices=DutyCloser, blank=True, default=""
    )
    mark = models.CharField("本级", max_length=6, choices=Mark, default=Mark.FULL)
    marks = models.JSONField("各级", default=dict, blank=True)
    core_task = models.ForeignKey(
        CoreTask, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核心任务"
    )
    stage = models.ForeignKey(
        RolloutStage, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="推进阶段",
    )  # fmt: skip
    # counted up at each edit of a draft: two people on one line
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "清单条目"
        triggers = LIST_ITEM_TRIGGERS
        constraints = [
            models.UniqueConstraint(
                fields=["document", "code"],
                name="listitem_code_once",
                violation_error_message="这份清单里已有这个代码。",
            )
        ]

    def __str__(self):
        return f"{self.code} {self.heading or self.clause}"


@pghistory.track(
    # Statement level as for the bonds: a quarter's first day makes tens of thousands at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
)
class Duty(models.Model):
    """A dated to-do that a line of an issued 任务清单 makes for one cadre or one area in one period.
    Made set-based and repeatable: once for each (line's code, area, cadre, period)."""

    item = models.ForeignKey(ListItem, models.PROTECT, related_name="duties", verbose_name="任务")
    # The line's code, copied: a new version of the list in mid-period makes nothing due twice.
    code = models.CharField("代码", max_length=10)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    # None: the area's office owes it
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name="干部"
    )
    # 2022Q4, 2022H2, 2022-11, 2022
    period = models.CharField("周期", max_length=10)
    starts_on = models.DateField("起")
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=10, choices=DutyState, default=DutyState.OPEN)
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="办结人",
    )  # fmt: skip
    note = models.CharField("说明", max_length=300, blank=True, default="")
    file = models.FileField("成果物", storage=private_storage, upload_to=paper_path, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "area", "cadre", "period"],
                name="duty_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["area", "due_on", "id"], name="duty_area"),
            models.Index(
                fields=["due_on", "area", "id"], name="duty_open", condition=Q(state="open")
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.period}"

    def is_overdue(self, on):
        """Whether it is still open after its day (derived)."""
        return self.state == DutyState.OPEN and self.due_on < on
