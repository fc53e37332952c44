"""变更台账 (domain §0 F23): what changed in cadres, businesses and bonds, and by when it must be put right."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import ChangeKind
from ..querysets import ChangeQuerySet, TownRowQuerySet
from ..triggers import day_tally
from .cadres import Cadre


@pghistory.track()
class ChangeClock(models.Model):
    """The clocks of one kind of change (domain §9: 15 + 7 working days; the city may edit them). Kinds
    without a row have no clocks. They count for changes recorded from then on."""

    kind = models.CharField("类别", max_length=14, choices=ChangeKind, unique=True)
    report_days = models.PositiveSmallIntegerField("通报时限(工作日)", default=15)
    adjust_days = models.PositiveSmallIntegerField("调整时限(工作日)", default=7)
    # Only for ENTITY_NEW: what a ledger brings in is new when its licence is no older than this.
    recent_days = models.PositiveSmallIntegerField("发证多少日内算新设", default=90)

    class Meta:
        verbose_name = verbose_name_plural = "变更时限"

    def __str__(self):
        return f"{self.get_kind_display()} {self.report_days} + {self.adjust_days}"


class ChangeCursor(models.Model):
    """How far the register's history has been read (one row). All events up to `event_id` are known;
    those up to `next_event_id` will be once no transaction older than `next_xid` is open."""

    event_id = models.BigIntegerField(default=0)
    next_event_id = models.BigIntegerField(default=0)
    next_xid = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "变更采集进度"
        default_permissions = ()

    def __str__(self):
        return str(self.event_id)


@pghistory.track(
    # Statement level: a ledger or a plan brings thousands at once.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement, condition=None),
)
class Change(models.Model):
    """One change. Clocks (domain §9): reported to the food-safety office within 15 working days of
    `happened_on` (`report_due_on`), the bond adjusted within 7 working days of the report
    (`adjust_due_on`). Changes that need no adjustment have no due days. Written by services and, for the
    register, collected from its history (`event_id`, so that a second collection adds nothing)."""

    kind = models.CharField("类别", max_length=14, choices=ChangeKind)
    # None of what it points to is ever deleted; a plan writes thousands of lines at once.
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, db_constraint=False,
        verbose_name="属地",
    )  # fmt: skip
    entity = models.ForeignKey(
        Entity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        db_constraint=False,
        verbose_name="主体",
    )
    cadre = models.ForeignKey(
        Cadre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        db_constraint=False,
        verbose_name="干部",
    )
    before = models.CharField("变更前", max_length=200, blank=True, default="")
    after = models.CharField("变更后", max_length=200, blank=True, default="")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    happened_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="登记人",
    )
    report_due_on = models.DateField("应通报", null=True, blank=True)
    adjust_due_on = models.DateField("应调整", null=True, blank=True)
    adjusted_on = models.DateField("已调整", null=True, blank=True)
    event_id = models.BigIntegerField(null=True, editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更台账"
        constraints = [
            models.UniqueConstraint(fields=["event_id", "kind"], name="change_event_once"),
        ]
        indexes = [
            models.Index(fields=["-recorded_at", "-id"], name="change_recorded"),
            models.Index(fields=["area", "-recorded_at", "-id"], name="change_area"),
            models.Index(
                fields=["adjust_due_on", "area"],
                name="change_open",
                condition=Q(adjusted_on=None) & Q(adjust_due_on__isnull=False),
            ),
        ]
        triggers = [day_tally("responsibility_changetally")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_on}"

    def state_on(self, on):
        """How its clock stands on a day: "" where none runs, 已调整, 待调整 or 逾期."""
        if self.adjust_due_on is None:
            return ""
        if self.adjusted_on is not None:
            return "已调整"
        return "逾期" if self.adjust_due_on < on else "待调整"


class ChangeTally(models.Model):
    """Changes by area, day of record (Asia/Shanghai) and kind; kept by triggers. The daily report counts it."""

    area = models.ForeignKey(
        Area, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    kind = models.CharField(max_length=14)
    total = models.IntegerField(default=0)

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更计数"
        constraints = [models.UniqueConstraint("area", "day", "kind", name="changetally_key")]

    def __str__(self):
        return f"{self.area_id} {self.day} {self.kind} {self.total}"
