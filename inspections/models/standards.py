"""对标达标: what the review of a demonstration city asks for, and how far each item is (domain §0 F03)."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import StandardState
from ..querysets import EvidenceQuerySet, StandardItemQuerySet
from .evidence import Evidence
from .visits import private_storage


def standard_path(_row, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"standards/{uuid.uuid4().hex}"


@pghistory.track()
class StandardItem(models.Model):
    """One review item: its standard, who owes it (an area, a department of it), by when, how far."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="责任属地"
    )
    unit = models.CharField("责任单位", max_length=80, blank=True, default="")
    heading = models.CharField("类别", max_length=40, blank=True, default="")
    item = models.CharField("评审项目", max_length=120)
    standard = models.CharField("标准", max_length=500)
    due_on = models.DateField("期限")
    state = models.CharField(
        "状态", max_length=12, choices=StandardState, default=StandardState.NOT_STARTED
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_example = models.BooleanField("示例", default=False)
    is_active = models.BooleanField("在用", default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    follows_area_merges = True
    objects = StandardItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对标达标"
        indexes = [
            models.Index(fields=["area", "id"], name="standarditem_area"),
            models.Index(
                fields=["due_on", "area"],
                name="standarditem_open",
                condition=Q(is_active=True) & ~Q(state="met"),
            ),
        ]
        permissions = [("work_standarditem", "填报对标达标")]

    def __str__(self):
        return self.item

    def is_overdue(self, on):
        """Whether it is not met after its day (derived)."""
        return self.is_active and self.state != StandardState.MET and self.due_on < on


@pghistory.track()
class StandardNote(models.Model):
    """One entry in the way of an item: what was done, the state it gave; never changed."""

    item = models.ForeignKey(
        StandardItem, models.PROTECT, related_name="notes", verbose_name="评审项目"
    )
    state = models.CharField("状态", max_length=12, choices=StandardState)
    text = models.CharField("进展", max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name="填报人",
    )  # fmt: skip
    made_at = models.DateTimeField("填报时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "对标进展"

    def __str__(self):
        return self.text


@pghistory.track()
class StandardFile(Evidence):
    """Evidence that an item meets its standard."""

    note = models.ForeignKey(
        StandardNote, models.PROTECT, related_name="files", verbose_name="进展"
    )
    file = models.FileField("文件", storage=private_storage, upload_to=standard_path)
    file_name = models.CharField("文件名", max_length=200)

    objects = EvidenceQuerySet.as_manager()

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "对标证据"

    def __str__(self):
        return self.file_name
