"""导出模板: how another platform wants its table, kept so that nobody types the same thing twice (domain §2.3)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import ProfileFormat, ProfileKind
from ..querysets import ProfileQuerySet


@pghistory.track()
class ExportProfile(models.Model):
    """Columns, headings, order, formats and filters of one table. Belongs to an area: whoever works there or below
    may use it, over his own rows; whoever has the area in his scope may change it.

    `columns` = [{key, heading, format, text}] in their order (`text`: of a fixed column); `filters` as
    queries.profiles.rows reads them. Nothing is deleted: `is_active`."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("内容", max_length=12, choices=ProfileKind)
    columns = models.JSONField("列", default=list)
    filters = models.JSONField("条件", default=dict)
    format = models.CharField(
        "格式", max_length=8, choices=ProfileFormat, default=ProfileFormat.XLSX
    )
    note = models.CharField("说明", max_length=200, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)
    is_active = models.BooleanField("在用", default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="建立人"
    )
    made_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="修改人"
    )
    changed_at = models.DateTimeField("修改时间", db_default=Now())
    # counted up at each change: two people on one template
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    follows_area_merges = True
    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导出模板"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(is_active=True),
                name="exportprofile_name_once",
                violation_error_message="这里已有同名的导出模板，请换一个名称。",
            )
        ]

    def __str__(self):
        return self.name


@pghistory.track()
class ExportRun(models.Model):
    """One export by a template: who, when, what area, how many rows, whether numbers were whole."""

    profile = models.ForeignKey(
        ExportProfile, models.PROTECT, related_name="runs", db_index=False, verbose_name="模板"
    )
    # the template as it was
    revision = models.PositiveIntegerField("版次")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="属地"
    )
    format = models.CharField("格式", max_length=8, choices=ProfileFormat)
    rows = models.PositiveIntegerField("行数")
    with_phones = models.BooleanField("含完整电话", default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name="导出人",
    )  # fmt: skip
    made_at = models.DateTimeField("导出时间")

    class Meta:
        verbose_name = verbose_name_plural = "导出记录"
        indexes = [models.Index(fields=["profile", "-id"], name="exportrun_profile")]

    def __str__(self):
        return f"{self.profile_id} {self.rows}"
