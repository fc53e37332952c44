"""重复登记: businesses that may be one and the same, and what was merged."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import Status, TwinKind, TwinState
from ..querysets import TwinQuerySet
from .entity import Entity


@pghistory.track(
    # Statement level: a search finds hundreds at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
    model_name="TwinGroupEvent",
)
class TwinGroup(models.Model):
    """在册 businesses of one county with the same credit code, or the same name and address; written by the
    search (services.twins). `members`: the first MOST of them by id; `settled`: those of whom somebody said that
    they are not one business: the group waits again only for a newcomer."""

    county = models.CharField("县(市、区)", max_length=6)
    # the smallest area that holds all members
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    kind = models.CharField("依据", max_length=6, choices=TwinKind)
    key = models.CharField(max_length=40)
    # of a group by code: name and address are the same, too
    is_same_place = models.BooleanField("名称、地址也相同", default=False)
    size = models.PositiveIntegerField("家数")
    members = ArrayField(models.BigIntegerField())
    state = models.CharField("状态", max_length=10, choices=TwinState, default=TwinState.OPEN)
    settled = ArrayField(models.BigIntegerField(), default=list, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="判断人",
    )  # fmt: skip
    settled_at = models.DateTimeField("判断时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True, default="")
    found_at = models.DateTimeField("发现时间")

    follows_area_merges = True
    objects = TwinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑似重复"
        constraints = [
            models.UniqueConstraint(fields=["county", "kind", "key"], name="twingroup_once")
        ]
        indexes = [
            models.Index(fields=["area", "id"], condition=Q(state="open"), name="twingroup_open"),
            models.Index(fields=["state", "area", "id"], name="twingroup_state"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.size} 家"

    @property
    def is_sure(self):
        """Whether they are one business beyond doubt: same name at the same address."""
        return self.kind == TwinKind.PLACE or self.is_same_place


class TwinScan(models.Model):
    """How far the search has come: one row. `mark`: the register's history up to which it saw."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.BigIntegerField(default=0)
    at = models.DateTimeField("查找时间", null=True)
    took_ms = models.PositiveIntegerField("用时(毫秒)", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "查重进度"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="twinscan_one_row")]

    def __str__(self):
        return f"{self.mark}"


@pghistory.track()
class EntityMerge(models.Model):
    """合并: `gone` became 重复登记, `kept` stays. `values`: field → [before, written] of `kept`; `moved`: what each
    room moved, as it needs it to put everything back. Never deleted; an undone one keeps its row."""

    kept = models.ForeignKey(
        Entity, models.PROTECT, related_name="merges_in", verbose_name="保留的主体"
    )
    gone = models.ForeignKey(
        Entity, models.PROTECT, related_name="merges_out", verbose_name="并入的主体"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    status_before = models.CharField("并入前状态", max_length=12, choices=Status)
    values = models.JSONField("改动的字段", default=dict)
    moved = models.JSONField("转移", default=dict)
    told = models.JSONField("说明", default=list)
    reason = models.CharField("理由", max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="合并人"
    )
    made_at = models.DateTimeField("合并时间")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="撤销人",
    )  # fmt: skip
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_told = models.JSONField("撤销说明", default=list)

    follows_area_merges = True
    objects = TwinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主体合并"
        constraints = [
            models.UniqueConstraint(
                fields=["gone"],
                condition=Q(undone_at=None),
                name="entitymerge_once",
                violation_error_message="这一家已经并入另一家。",
            ),
            models.CheckConstraint(
                condition=~Q(kept=F("gone")),
                name="entitymerge_of_two",
                violation_error_message="请选择两家不同的主体。",
            ),
        ]
        indexes = [models.Index(fields=["area", "-id"], name="entitymerge_area")]

    def __str__(self):
        return f"{self.gone_id} → {self.kept_id}"
