"""An upload of a ledger and what it would change. LedgerUpload is the truth; the queue only rings the bell."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.ledger.pages import LedgerPages
from jiamusi_foodsafety.kit.ledger.records import (
    ColumnChoiceRecord,
    FindingRecord,
    RowRecord,
    UploadRecord,
    ledger_path,
    private_storage,
)

from ..querysets import UploadQuerySet
from .entity import Entity

# Migrations name the store by this module.
__all__ = ["ledger_path", "private_storage"]


@pghistory.track(
    fields=[
        "state",
        "mode",
        "code",
        "message",
        "area",
        "confirmed_by",
        "undone_by",
        "sha256",
        "attempts",
    ]
)
class LedgerUpload(UploadRecord):
    """One uploaded file. `area` is the caller's (a county's clerk: the county; the city: the city)."""

    pages = LedgerPages(
        "entities:upload", title="台账上传", ledger="台账", register="名录", thing="主体", unit="家",
        lacking="供提请筛除", withdrawn="改为“已撤销”，不再计入在册",
    )  # fmt: skip

    area = models.ForeignKey(Area, models.PROTECT, related_name="uploads", verbose_name="属地")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uploads",
        verbose_name="上传人",
    )
    renewals = models.PositiveIntegerField("疑似换证", default=0)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账上传"
        indexes = [
            models.Index(fields=["area", "-id"], name="upload_area"),
            models.Index(
                fields=["state", "lease_until"],
                name="upload_unfinished",
                condition=Q(state__in=["queued", "processing", "applying"]),
            ),
        ]


class LedgerRow(RowRecord):
    """A data row of an upload: a business as the ledger has it."""

    # The index in Meta begins with it. No constraint: only the pipeline writes here, under the upload's
    # lease, and the database would look the upload up once for each of 200,000 rows.
    upload = models.ForeignKey(
        LedgerUpload,
        models.CASCADE,
        related_name="ledger_rows",
        db_index=False,
        db_constraint=False,
    )
    name = models.TextField(null=True)
    credit_code = models.TextField(null=True)
    licence_no = models.TextField(null=True)
    licence_kind = models.TextField(null=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    is_permanent = models.BooleanField(null=True)
    legal_person = models.TextField(null=True)
    phone = models.TextField(null=True)
    area_code = models.CharField(max_length=12, null=True, db_collation="C", db_column="area_id")
    area_text = models.TextField(null=True)
    address = models.TextField(null=True)
    address_key = models.TextField(null=True)
    category_code = models.TextField(null=True, db_column="category")
    form = models.TextField(null=True)
    floor_area = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    seats = models.IntegerField(null=True)
    diners = models.IntegerField(null=True)
    annual_output = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    staff_count = models.IntegerField(null=True)
    status = models.TextField(null=True)
    proposed_status = models.TextField(null=True)
    status_text = models.TextField(null=True)
    grade = models.TextField(null=True)
    risk_grade = models.TextField(null=True)
    station_text = models.TextField(null=True)
    supervisor = models.TextField(null=True)
    surveyed_on = models.DateField(null=True)
    surveyed_by = models.TextField(null=True)
    safety_director = models.TextField(null=True)
    safety_officer = models.TextField(null=True)
    cadre_name = models.TextField(null=True)
    cadre_post = models.TextField(null=True)
    cadre_phone = models.TextField(null=True)
    cadre_level = models.TextField(null=True)
    note = models.TextField(null=True)
    entity = models.ForeignKey(
        Entity, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    # A 换证 offer: "" not decided (not written), "renew" the entity's licence changes, "new" another one
    choice = models.CharField(max_length=5, db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "台账行"
        indexes = [models.Index(fields=["upload", "index"], name="ledgerrow_upload")]


class LedgerFinding(FindingRecord):
    """What is wrong with, or worth a look in, one cell: sheet, row as Excel shows it, column, value."""

    # The index in Meta begins with it. No constraint: only the pipeline writes here, under the upload's
    # lease, and the database would look the upload up once for each of 200,000 rows.
    upload = models.ForeignKey(
        LedgerUpload,
        models.CASCADE,
        related_name="ledger_findings",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "台账问题"
        indexes = [models.Index(fields=["upload", "code", "index"], name="ledgerfinding_upload")]


class LedgerMissing(models.Model):
    """全量: a business of the register that the county's whole ledger lacks; offered, never screened."""

    upload = models.ForeignKey(LedgerUpload, models.CASCADE, related_name="ledger_missing")
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "台账缺失"
        constraints = [
            models.UniqueConstraint(fields=["upload", "entity"], name="ledgermissing_once")
        ]

    def __str__(self):
        return str(self.entity_id)


@pghistory.track()
class ColumnChoice(ColumnChoiceRecord):
    """A county's remembered answer to "which field is this column"."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name="属地")

    class Meta:
        verbose_name = verbose_name_plural = "列对应"
        constraints = [
            models.UniqueConstraint(fields=["area", "heading"], name="columnchoice_once")
        ]


class WorkerPulse(models.Model):
    """The last sign of life of each background worker: pages say 排队中 or 工作进程未运行 from it."""

    name = models.CharField(max_length=120, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "工作进程"

    def __str__(self):
        return self.name
