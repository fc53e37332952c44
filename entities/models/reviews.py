"""Three-line review (监管所初核 → 县局复核 → 市局抽核) of screenings and grades, and moves between counties."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    Grade,
    ProposalKind,
    ProposalSource,
    ProposalState,
    SampleState,
    Status,
    TransferState,
)
from ..querysets import ProposalQuerySet, TransferQuerySet
from .entity import Entity
from .ledger import LedgerUpload, private_storage


def evidence_path(proposal, filename):
    """Generated name: what the user called the file is kept in the record, never on the disk."""
    return f"evidence/{uuid.uuid4().hex}"


@pghistory.track()
class SampleDraw(models.Model):
    """A seeded random sample by the city of what counties approved; the same seed draws the same."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    kind = models.CharField("类别", max_length=8, choices=ProposalKind)
    seed = models.PositiveBigIntegerField("种子")
    percent = models.DecimalField("比例(%)", max_digits=5, decimal_places=2)
    until = models.DateTimeField("截至")
    frame_size = models.PositiveIntegerField("总体")
    drawn_ids = ArrayField(models.BigIntegerField(), verbose_name="抽中")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽取人"
    )
    drawn_at = models.DateTimeField("抽取时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽核"

    def __str__(self):
        return f"{self.get_kind_display()} {self.seed}"


@pghistory.track()
class Proposal(models.Model):
    """A proposed screening, restoration or grade: proposed by the station (or found by itself), approved
    or returned by the county, sampled by the city. Approval changes the entity, nothing else does."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="proposals", verbose_name="主体"
    )
    # The entity's area, kept so by a trigger: scope and lists without a join.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    kind = models.CharField("类别", max_length=8, choices=ProposalKind)
    status_from = models.CharField("原状态", max_length=12, choices=Status, blank=True)
    status_to = models.CharField("拟改状态", max_length=12, choices=Status, blank=True)
    grade_from = models.CharField("原等级", max_length=1, choices=Grade, blank=True)
    grade_to = models.CharField("拟定等级", max_length=1, choices=Grade, blank=True)
    reason = models.CharField("理由", max_length=300)
    evidence = models.FileField(
        "佐证", storage=private_storage, upload_to=evidence_path, blank=True
    )
    evidence_name = models.CharField("佐证文件名", max_length=200, blank=True)
    source = models.CharField(
        "来源", max_length=8, choices=ProposalSource, default=ProposalSource.PERSON
    )
    upload = models.ForeignKey(
        LedgerUpload,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="台账",
    )
    state = models.CharField(
        "状态", max_length=10, choices=ProposalState, default=ProposalState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="提请人"
    )
    proposed_at = models.DateTimeField("提请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复核人",
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    decision_note = models.CharField("复核意见", max_length=300, blank=True)
    sample_draw = models.ForeignKey(
        SampleDraw,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="抽核批次",
    )
    sample_state = models.CharField(
        "抽核", max_length=8, choices=SampleState, blank=True, default=""
    )
    sampled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="抽核人",
    )
    sampled_at = models.DateTimeField("抽核时间", null=True, blank=True)
    sample_note = models.CharField("抽核意见", max_length=300, blank=True)

    follows_area_merges = True
    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核事项"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "kind"],
                condition=Q(state=ProposalState.PROPOSED),
                name="proposal_one_open",
                violation_error_message="这一家已有待复核的同类事项。",
            )
        ]
        indexes = [
            models.Index(fields=["state", "area", "id"], name="proposal_state_area"),
            models.Index(fields=["area", "id"], name="proposal_area"),
            # the city's pages count these; they become few with each draw
            models.Index(
                fields=["area"],
                condition=Q(state=ProposalState.APPROVED, sample_draw=None),
                name="proposal_undrawn",
            ),
        ]

    def __str__(self):
        return f"{self.entity} {self.get_kind_display()}"


@pghistory.track()
class Transfer(models.Model):
    """迁入: a ledger of one county names a licence registered in another; the city decides."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="transfers", verbose_name="主体"
    )
    to_area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="迁入地")
    upload = models.ForeignKey(
        LedgerUpload, models.PROTECT, null=True, related_name="transfers", verbose_name="台账"
    )
    state = models.CharField(
        "状态", max_length=8, choices=TransferState, default=TransferState.OPEN
    )
    opened_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    note = models.CharField("意见", max_length=300, blank=True)

    follows_area_merges = True
    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "迁入事项"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "to_area"],
                condition=Q(state=TransferState.OPEN),
                name="transfer_one_open",
            )
        ]

    def __str__(self):
        return f"{self.entity} → {self.to_area}"
