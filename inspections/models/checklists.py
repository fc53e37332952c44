"""督导任务清单: what is walked through at a visit, in versions that never change once issued (domain §1.4)."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from entities.models import Category

from ..enums import ChecklistLevel, ChecklistState, Heading
from ..querysets import ChecklistQuerySet
from ..triggers.checklists import CHECKLIST_TRIGGERS, ITEM_TRIGGERS


@pghistory.track()
class Checklist(models.Model):
    """One version of the list of one level. Draft → issued → superseded; a visit keeps the version that it
    was made with."""

    level = models.CharField("层级", max_length=10, choices=ChecklistLevel)
    version = models.PositiveSmallIntegerField("版次", default=1)
    title = models.CharField("标题", max_length=120)
    state = models.CharField(
        "状态", max_length=10, choices=ChecklistState, default=ChecklistState.DRAFT
    )
    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期", null=True, blank=True)
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

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督导任务清单"
        triggers = CHECKLIST_TRIGGERS
        constraints = [
            models.UniqueConstraint(fields=["level", "version"], name="checklist_version_once"),
            models.UniqueConstraint(
                fields=["level"],
                condition=Q(state="issued"),
                name="checklist_one_issued",
                violation_error_message="这一级已有在用的清单。",
            ),
            models.UniqueConstraint(
                fields=["level"],
                condition=Q(state="draft"),
                name="checklist_one_draft",
                violation_error_message="这一级已有一份草稿，请接着改那一份。",
            ),
        ]
        permissions = [("issue_checklist", "启用督导任务清单")]

    def __str__(self):
        return f"{self.title} 第 {self.version} 版"


@pghistory.track()
class ChecklistItem(models.Model):
    """One item: what to look at and how. `categories` empty: for every business; else an add-on for these
    business types. `phrases`: the usual findings, one press each."""

    checklist = models.ForeignKey(
        Checklist, models.CASCADE, related_name="items", verbose_name="清单"
    )
    order = models.PositiveSmallIntegerField("次序")
    code = models.CharField("代码", max_length=10)
    heading = models.CharField("标题", max_length=10, choices=Heading)
    text = models.CharField("督导内容", max_length=200)
    way = models.CharField("方式", max_length=60, blank=True, default="")
    na_allowed = models.BooleanField("可不涉及", default=False)
    categories = models.ManyToManyField(Category, blank=True, verbose_name="只用于")
    phrases = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name="常用语"
    )
    # the class proposed for a problem found here (ProblemKind.code)
    problem_kind = models.CharField("问题类别", max_length=10, blank=True, default="")
    # what the answer says about the enterprise's own controls (两员、日管控 …): a Control's value
    control = models.CharField("对应制度", max_length=12, blank=True, default="")
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "清单条目"
        triggers = ITEM_TRIGGERS
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "code"],
                name="checklistitem_code_once",
                violation_error_message="这份清单里已有这个代码。",
            )
        ]

    def __str__(self):
        return f"{self.code} {self.text}"
