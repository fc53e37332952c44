"""An upload of a cadre ledger and what it would change. The record is the truth; the queue only rings the bell."""

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
)

from ..querysets import CadreUploadQuerySet
from .cadres import Cadre


@pghistory.track(
    fields=[
        "state", "mode", "code", "message", "area", "confirmed_by", "undone_by", "sha256", "attempts",
    ],
    model_name="CadreUploadEvent",
)  # fmt: skip
class CadreUpload(UploadRecord):
    """One uploaded file. `area` is the caller's (a county's clerk: the county; the city: the city)."""

    folder = "cadre-ledgers"
    pages = LedgerPages(
        "responsibility:cadre-upload", title="干部名册上传", ledger="名册", register="干部名册",
        thing="干部", unit="人", lacking="供核对去向", withdrawn="改为“登记撤销”，不再在岗",
    )  # fmt: skip

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传人",
    )
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

    objects = CadreUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "干部名册上传"
        indexes = [
            models.Index(fields=["area", "-id"], name="cadreupload_area"),
            models.Index(
                fields=["state", "lease_until"],
                name="cadreupload_unfinished",
                condition=Q(state__in=["queued", "processing", "applying"]),
            ),
        ]


class CadreRow(RowRecord):
    """A data row of an upload: a cadre as the ledger has him."""

    # The index in Meta begins with it. No constraint: only the pipeline writes here, under the lease.
    upload = models.ForeignKey(
        CadreUpload, models.CASCADE, related_name="ledger_rows", db_index=False, db_constraint=False
    )
    name = models.TextField(null=True)
    post = models.TextField(null=True)
    unit = models.TextField(null=True)
    level = models.TextField(null=True)
    area_code = models.CharField(max_length=12, null=True, db_collation="C", db_column="area_id")
    phone = models.TextField(null=True)
    liaison_unit = models.TextField(null=True)
    liaison_name = models.TextField(null=True)
    liaison_phone = models.TextField(null=True)
    in_post_from = models.DateField(null=True)
    in_post_to = models.DateField(null=True)
    note = models.TextField(null=True)
    cadre = models.ForeignKey(
        Cadre, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "干部名册行"
        indexes = [models.Index(fields=["upload", "index"], name="cadrerow_upload")]


class CadreFinding(FindingRecord):
    """What is wrong with, or worth a look in, one cell of a cadre ledger."""

    upload = models.ForeignKey(
        CadreUpload,
        models.CASCADE,
        related_name="ledger_findings",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "干部名册问题"
        indexes = [models.Index(fields=["upload", "code", "index"], name="cadrefinding_upload")]


class CadreMissing(models.Model):
    """全量: a cadre in post whom the whole ledger lacks; listed, never sent away."""

    upload = models.ForeignKey(CadreUpload, models.CASCADE, related_name="ledger_missing")
    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "名册缺失"
        constraints = [
            models.UniqueConstraint(fields=["upload", "cadre"], name="cadremissing_once")
        ]

    def __str__(self):
        return str(self.cadre_id)


@pghistory.track(model_name="CadreColumnChoiceEvent")
class CadreColumnChoice(ColumnChoiceRecord):
    """A county's remembered answer to "which field is this column" of a cadre ledger."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name="属地")

    class Meta:
        verbose_name = verbose_name_plural = "干部名册列对应"
        constraints = [
            models.UniqueConstraint(fields=["area", "heading"], name="cadrecolumnchoice_once")
        ]
