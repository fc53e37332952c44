"""包保干部: who may answer for businesses, at which level, in which area."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact, In

from entities.enums import Grade
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import CadreLevel, LeaveReason
from ..querysets import CadreQuerySet
from ..triggers import CADRE_TRIGGERS, GRADE_LEVEL_TRIGGERS


@pghistory.track()
class GradeLevel(models.Model):
    """Which level holds which grade (domain §1.2: A ↔ 市 …). `rank` 1 is the rule; further rows would be
    substitutes that the automatic assignment may fall back to. A row may be changed by the city."""

    grade = models.CharField("包保等级", max_length=1, choices=[c for c in Grade.choices if c[0]])
    level = models.CharField("包保层级", max_length=10, choices=CadreLevel)
    rank = models.PositiveSmallIntegerField("次序", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "层级对应"
        constraints = [
            models.UniqueConstraint(fields=["grade", "level"], name="gradelevel_once"),
            models.UniqueConstraint(fields=["grade", "rank"], name="gradelevel_rank_once"),
        ]
        triggers = GRADE_LEVEL_TRIGGERS

    def __str__(self):
        return f"{self.grade} ↔ {self.get_level_display()}"


@pghistory.track()
class LoadCap(models.Model):
    """A soft cap: how many businesses a cadre of this level should hold at most, in 家 (示例，可修改)."""

    level = models.CharField("包保层级", max_length=10, choices=CadreLevel, unique=True)
    most = models.PositiveIntegerField("上限(家)")

    class Meta:
        verbose_name = verbose_name_plural = "负荷上限"

    def __str__(self):
        return f"{self.get_level_display()} ≤ {self.most}"


@pghistory.track()
class Cadre(models.Model):
    """A cadre who can be given businesses. He stands at `area`: a village's at the village; where a county
    unit has no towns (高新区), those of level 乡 and 村 stand at the unit itself; one of level 村 may
    stand at a town: he answers for all of it.

    `load` = businesses of 应包 that he holds now, kept by the database.
    """

    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=80, blank=True, default="")
    unit = models.CharField("单位", max_length=80, blank=True, default="")
    level = models.CharField("包保层级", max_length=10, choices=CadreLevel)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="cadres", db_index=False, verbose_name="属地"
    )
    phone = models.CharField("电话", max_length=20, blank=True, default="")
    liaison_unit = models.CharField("包保联系单位", max_length=80, blank=True, default="")
    liaison_name = models.CharField("联络员", max_length=40, blank=True, default="")
    liaison_phone = models.CharField("联络员电话", max_length=20, blank=True, default="")
    in_post_from = models.DateField("任职起", null=True, blank=True)
    in_post_to = models.DateField("任职止", null=True, blank=True)
    # Follows in_post_to on its day (a clock's job): what he held is 待交接 from then on.
    is_in_post = models.BooleanField("在岗", default=True)
    leave_reason = models.CharField(
        "离任原因", max_length=10, choices=LeaveReason, blank=True, default=""
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cadre",
        verbose_name="账号",
    )
    note = models.CharField("备注", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)
    updated_at = models.DateTimeField("修改时间", db_default=Now(), editable=False)
    # Counted up by the database at each change: two people on one record, and undo, rely on it.
    revision = models.PositiveIntegerField("版次", db_default=1, editable=False)

    follows_area_merges = True
    objects = CadreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "包保干部"
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Length("area"), 4), level="city")
                | Q(Exact(Length("area"), 6), level="county")
                | Q(In(Length("area"), [6, 9]), level="township")
                | Q(In(Length("area"), [6, 9, 12]), level="village"),
                name="cadre_level_fits_area",
                violation_error_message="层级与属地不符：市级在市、县级在县、乡级在乡镇、村级在村(社区)。",
            ),
            models.CheckConstraint(
                condition=Q(in_post_to=None)
                | Q(in_post_from=None)
                | Q(in_post_to__gte=models.F("in_post_from")),
                name="cadre_post_ends_after_it_began",
                violation_error_message="任职止不能早于任职起。",
            ),
            models.UniqueConstraint(
                fields=["area", "level", "name", "phone"],
                condition=Q(is_in_post=True),
                name="cadre_once_in_area",
                violation_error_message="这里已有同名同层级同电话的在岗干部。",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "id"], name="cadre_area"),
            models.Index(fields=["level", "area", "id"], name="cadre_level_area"),
            models.Index(fields=["name", "id"], name="cadre_name"),
        ]
        triggers = CADRE_TRIGGERS
        permissions = [
            ("assign_entity", "分配、交接包保主体"),
            ("export_cadre", "导出包保干部"),
            ("import_cadre", "上传干部台账"),
        ]

    def __str__(self):
        return self.name


class CadreLoad(models.Model):
    """How many businesses of 应包 a cadre holds now; kept by triggers on Assignment."""

    cadre = models.OneToOneField(Cadre, models.CASCADE, primary_key=True, related_name="load")
    total = models.IntegerField("在包(家)", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "包保负荷"

    def __str__(self):
        return f"{self.cadre_id} {self.total}"
