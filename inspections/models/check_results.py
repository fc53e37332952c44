"""What a 督查 round drew, saw and wrote: the sample, the items, the findings, the letter, the files."""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from entities.enums import Grade
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre, ListItem

from ..enums import (
    CadreKnown,
    CallVerdict,
    CheckLetterState,
    FindingState,
    GradeVerdict,
    SampleKind,
    Seen,
    Verdict,
)
from ..querysets import CheckFileQuerySet, CheckPartQuerySet
from .checks import CheckRound, stratum_word
from .evidence import Evidence
from .visits import private_storage


def check_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"checks/{uuid.uuid4().hex}"


def _by(words, **more):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name=words, **more,
    )  # fmt: skip


@pghistory.track()
class CheckSample(models.Model):
    """One drawn business or cadre. `rank` = its place in the order of SHA-256(seed | id) of its stratum.
    What was drawn never changes (trigger); one replaced stays, with the reason, and the next of the order
    takes its place. `revision` is counted up at each save: two members on one row."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="samples", verbose_name="轮次"
    )
    kind = models.CharField("抽什么", max_length=6, choices=SampleKind)
    stratum = models.CharField("层", max_length=10, blank=True, default="")
    rank = models.PositiveIntegerField("名次")
    entity = models.ForeignKey(
        Entity, models.PROTECT, null=True, blank=True, related_name="check_samples",
        verbose_name="主体",
    )  # fmt: skip
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="check_samples",
        verbose_name="包保干部",
    )  # fmt: skip
    # where it stood at the frame's moment
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    is_replaced = models.BooleanField("已换", default=False)
    replace_reason = models.CharField("换的理由", max_length=200, blank=True, default="")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replacement",
        verbose_name="代替",
    )  # fmt: skip
    # at a business
    grade_verdict = models.CharField(
        "核级", max_length=4, choices=GradeVerdict, blank=True, default=""
    )
    right_grade = models.CharField("应为", max_length=1, choices=Grade, blank=True, default="")
    cadre_known = models.CharField(
        "“包保干部是谁、来过没有”", max_length=7, choices=CadreKnown, blank=True, default=""
    )
    came_on = models.DateField("最近一次来", null=True, blank=True)
    officers = models.CharField("两员", max_length=7, choices=Seen, blank=True, default="")
    daily = models.CharField("日管控", max_length=7, choices=Seen, blank=True, default="")
    weekly = models.CharField("周排查", max_length=7, choices=Seen, blank=True, default="")
    monthly = models.CharField("月调度", max_length=7, choices=Seen, blank=True, default="")
    # of a cadre
    call_verdict = models.CharField(
        "电话抽问", max_length=6, choices=CallVerdict, blank=True, default=""
    )
    note = models.CharField("所见", max_length=500, blank=True, default="")
    checked_by = _by("检查人")
    checked_at = models.DateTimeField("检查时间", null=True, blank=True)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = CheckPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查抽样"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="entity", entity__isnull=False, cadre=None)
                | Q(kind="cadre", cadre__isnull=False, entity=None),
                name="checksample_is_one_thing",
            ),
            models.UniqueConstraint(fields=["check_round", "entity"], name="checksample_entity"),
            models.UniqueConstraint(fields=["check_round", "cadre"], name="checksample_cadre"),
            models.UniqueConstraint(
                fields=["check_round", "kind", "stratum", "rank"], name="checksample_rank"
            ),
            models.CheckConstraint(
                condition=Q(is_replaced=False) | ~Q(replace_reason=""),
                name="checksample_replaced_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="drawn_never_changes",
                fields=["check_round", "kind", "stratum", "rank", "entity", "cadre", "area"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return f"{self.check_round_id} {self.kind} {self.entity_id or self.cadre_id}"

    @property
    def word(self):
        """Its stratum: A 级, 待分级, 乡级."""
        return stratum_word(self.kind, self.stratum)


@pghistory.track()
class CheckItemResult(models.Model):
    """The result of one item of the list in a round. `most` and the shares were copied from the score table
    when the round was made: editing that table changes no round."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="results", verbose_name="轮次"
    )
    item = models.ForeignKey(ListItem, models.PROTECT, related_name="+", verbose_name="督查内容")
    order = models.PositiveSmallIntegerField("次序", default=0)
    most = models.PositiveSmallIntegerField("满分", default=8)
    partly_percent = models.PositiveSmallIntegerField("基本符合得(%)", default=75)
    fails_percent = models.PositiveSmallIntegerField("不符合得(%)", default=50)
    verdict = models.CharField("结果", max_length=6, choices=Verdict, blank=True, default="")
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    seen = models.CharField("所见", max_length=500, blank=True, default="")
    checked_by = _by("检查人")
    checked_at = models.DateTimeField("检查时间", null=True, blank=True)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = CheckPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查逐项结果"
        constraints = [
            models.UniqueConstraint(fields=["check_round", "item"], name="checkitem_once"),
            models.CheckConstraint(
                condition=Q(verdict="", score=None) | Q(score__isnull=False) & ~Q(verdict=""),
                name="checkitem_score_with_verdict",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=F("most")),
                name="checkitem_score_at_most",
                violation_error_message="得分不能超过满分。",
            ),
        ]

    def __str__(self):
        return f"{self.check_round_id} {self.item_id}"


@pghistory.track()
class CheckFinding(models.Model):
    """One thing that the target has to put right: found → answered → looked at again (回头看)."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="findings", verbose_name="轮次"
    )
    result = models.ForeignKey(
        CheckItemResult, models.PROTECT, null=True, blank=True, related_name="findings",
        verbose_name="督查内容",
    )  # fmt: skip
    order = models.PositiveSmallIntegerField("次序", default=0)
    text = models.CharField("问题", max_length=300)
    due_on = models.DateField("整改期限", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=FindingState, default=FindingState.OPEN)
    # taken out before the letter went out
    is_dropped = models.BooleanField("已撤下", default=False)
    answer = models.CharField("整改情况", max_length=1000, blank=True, default="")
    answered_by = _by("答复人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    review_note = models.CharField("回头看", max_length=500, blank=True, default="")
    reviewed_by = _by("回头看人")
    reviewed_at = models.DateTimeField("回头看时间", null=True, blank=True)
    created_by = _by("登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = CheckPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查发现问题"
        indexes = [
            models.Index(
                fields=["check_round", "due_on"],
                name="checkfinding_owed",
                condition=Q(state__in=["open", "unfixed"], is_dropped=False),
            )
        ]

    def __str__(self):
        return self.text

    def is_overdue(self, on):
        """Whether the target still owes it after its day (derived)."""
        owes = self.state in (FindingState.OPEN, FindingState.UNFIXED)
        return owes and self.due_on is not None and self.due_on < on


@pghistory.track()
class CheckLetter(models.Model):
    """One version of the 反馈书. `generated` is what the system wrote of the findings, `text` what the
    office made of it; one line a paragraph. Issued it never changes (trigger); the next version replaces it."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="letters", verbose_name="轮次"
    )
    version = models.PositiveSmallIntegerField("版次", default=1)
    state = models.CharField(
        "状态", max_length=10, choices=CheckLetterState, default=CheckLetterState.DRAFT
    )
    title = models.CharField("标题", max_length=80, default="督查反馈书")
    # Typed by the office when it has one; never made up.
    document_no = models.CharField("发文字号", max_length=60, blank=True, default="")
    addressee = models.CharField("主送", max_length=80)
    sender = models.CharField("落款", max_length=80)
    dated_on = models.DateField("成文日期", null=True, blank=True)
    generated = models.TextField("系统生成")
    text = models.TextField("正文")
    # the items as they stood when it was made: [[code, item, result, score, seen], …]
    annex = models.JSONField("附表", default=list)
    created_by = _by("拟稿人")
    created_at = models.DateTimeField("拟稿时间", auto_now_add=True)
    issued_by = _by("签发人")
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    revision = models.PositiveIntegerField("修改次数", default=1, editable=False)

    objects = CheckPartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查反馈书"
        constraints = [
            models.UniqueConstraint(fields=["check_round", "version"], name="checkletter_version"),
            models.UniqueConstraint(
                fields=["check_round"],
                condition=Q(state="draft"),
                name="checkletter_one_draft",
                violation_error_message="这一轮已有一份反馈书草稿，请接着改那一份。",
            ),
            models.UniqueConstraint(
                fields=["check_round"], condition=Q(state="issued"), name="checkletter_one_issued"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="issued_never_changes",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft")
                & (
                    pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                    | pgtrigger.Q(old__document_no__df=pgtrigger.F("new__document_no"))
                    | pgtrigger.Q(old__addressee__df=pgtrigger.F("new__addressee"))
                    | pgtrigger.Q(old__sender__df=pgtrigger.F("new__sender"))
                    | pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                    | pgtrigger.Q(old__dated_on__df=pgtrigger.F("new__dated_on"))
                    | pgtrigger.Q(old__annex__df=pgtrigger.F("new__annex"))
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return f"{self.title} 第 {self.version} 版"


@pghistory.track()
class CheckFile(Evidence):
    """Evidence: of an item, of a drawn business or cadre, or of the answer to a finding."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="files", verbose_name="轮次"
    )
    result = models.ForeignKey(
        CheckItemResult, models.PROTECT, null=True, blank=True, related_name="files",
        verbose_name="督查内容",
    )  # fmt: skip
    sample = models.ForeignKey(
        CheckSample, models.PROTECT, null=True, blank=True, related_name="files",
        verbose_name="抽样",
    )  # fmt: skip
    finding = models.ForeignKey(
        CheckFinding, models.PROTECT, null=True, blank=True, related_name="files",
        verbose_name="发现问题",
    )  # fmt: skip
    file = models.FileField("文件", storage=private_storage, upload_to=check_path)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField(max_length=64, default="")
    uploaded_by = _by("上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = CheckFileQuerySet.as_manager()

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "督查证据"
        constraints = [
            *Evidence.Meta.constraints,
            models.CheckConstraint(
                condition=Q(result__isnull=False, sample=None, finding=None)
                | Q(result=None, sample__isnull=False, finding=None)
                | Q(result=None, sample=None, finding__isnull=False),
                name="checkfile_of_one_thing",
            ),
        ]

    def __str__(self):
        return self.file_name

    @property
    def part(self):
        """What it belongs to: result, sample or finding."""
        return next(name for name in ("result", "sample", "finding") if getattr(self, f"{name}_id"))
