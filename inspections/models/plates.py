"""包保公示牌: the address under which anybody may see who answers for a business, and the office's words there."""

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area


def draw_token():
    """22 characters of chance (128 bits): nobody can guess or count through the addresses."""
    return secrets.token_urlsafe(16)


@pghistory.track()
class PublicPlate(models.Model):
    """One public address of one business. A plate that was lost or copied is drawn anew: the old address
    then leads nowhere. Rows stay as history."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="plates", db_index=False, verbose_name="主体"
    )
    token = models.CharField(
        "公示编码", max_length=22, unique=True, default=draw_token, editable=False
    )
    drawn_at = models.DateTimeField("生成时间", db_default=Now(), editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="生成人",
    )  # fmt: skip
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="停用人",
    )  # fmt: skip
    revoke_reason = models.CharField("停用原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "公示编码"
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(revoked_at=None), name="publicplate_one_in_use"
            )
        ]
        indexes = [models.Index(fields=["entity", "-id"], name="publicplate_entity")]
        permissions = [("redraw_publicplate", "更换公示编码")]

    def __str__(self):
        return f"{self.entity_id}"


@pghistory.track()
class PlateText(models.Model):
    """What plate and public page say besides the facts (示例，可修改): one row for all, and a row for a city
    or a county that says it otherwise; the nearest one holds."""

    area = models.OneToOneField(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="属地"
    )
    complain = models.CharField(
        "怎样投诉举报", max_length=300,
        default="发现食品安全问题，可拨打 12315，或到属地市场监督管理所反映。",
    )  # fmt: skip
    grade_words = models.CharField(
        "等级说明", max_length=200,
        default="包保等级按规模和业态划分，决定由哪一级干部包保，不表示食品安全状况好坏。",
    )  # fmt: skip
    footer = models.CharField("落款", max_length=80, blank=True, default="")
    is_example = models.BooleanField("示例", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示用语"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(area=None),
                name="platetext_one_for_all",
                violation_error_message="通用的公示用语已有一条，请在那一条上改。",
            )
        ]

    def __str__(self):
        return f"{self.area or '通用'}"
