"""督查: the upper tier checks the next one, on a sample that anybody can draw again (domain §1.7)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.enums import CadreLevel, MemberRole
from responsibility.models import Body, ListDocument

from ..enums import CheckLevel, CheckState, Cycle, SampleKind
from ..querysets import CheckRoundQuerySet


def stratum_word(kind: str, key: str) -> str:
    """A stratum as people say it: A 级, 待分级; 县级, 乡级."""
    if kind == SampleKind.CADRE:
        return dict(CadreLevel.choices).get(key, key)
    return f"{key} 级" if key else "待分级"


@pghistory.track()
class CheckQuota(models.Model):
    """How many are drawn of each stratum, as a round proposes it (示例，可修改): businesses by grade ("" =
    待分级), cadres by level."""

    level = models.CharField("督查层级", max_length=10, choices=CheckLevel)
    kind = models.CharField("抽什么", max_length=6, choices=SampleKind)
    key = models.CharField(
        "层", max_length=10, blank=True, default="", help_text="主体写 A、B、C、D，干部写 county 等"
    )
    quota = models.PositiveSmallIntegerField("应抽", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督查抽样数"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "kind", "key"],
                name="checkquota_once",
                violation_error_message="这一层已经有了。",
            )
        ]

    def __str__(self):
        return f"{self.get_level_display()} {self.get_kind_display()} {self.key or '待分级'}"


@pghistory.track()
class CheckCycle(models.Model):
    """How often a tier checks each unit of the next (任务清单 J10; 示例，可修改): what K17 counts by."""

    level = models.CharField("督查层级", max_length=10, choices=CheckLevel, unique=True)
    cycle = models.CharField("周期", max_length=10, choices=Cycle, default=Cycle.HALF_YEAR)

    class Meta:
        verbose_name = verbose_name_plural = "督查周期"

    def __str__(self):
        return f"{self.get_level_display()} {self.get_cycle_display()}"


@pghistory.track()
class CheckScore(models.Model):
    """What an item of the 督查清单 is worth, and the share that 基本符合 and 不符合 leave of it, in percent
    (示例，可修改). The score proposed may be changed on site, between 0 and the most."""

    code = models.CharField("条目代码", max_length=10, unique=True)
    most = models.PositiveSmallIntegerField("满分", default=8)
    partly_percent = models.PositiveSmallIntegerField("基本符合得(%)", default=75)
    fails_percent = models.PositiveSmallIntegerField("不符合得(%)", default=50)

    class Meta:
        verbose_name = verbose_name_plural = "督查分值"
        constraints = [
            models.CheckConstraint(
                condition=Q(partly_percent__lte=100, fails_percent__lte=F("partly_percent")),
                name="checkscore_falls",
                violation_error_message="不符合的比例不能高于基本符合，都不能超过 100。",
            )
        ]

    def __str__(self):
        return f"{self.code} {self.most}"


@pghistory.track()
class CheckRound(models.Model):
    """One round of one tier on one unit of the next: who checks whom by which list version. `state` moves by
    rules/checks.py.

    The frame = what stood in the target area at `frame_at` (应包 businesses; cadres in post), read from
    the histories up to the events `frame_entity_event` and `frame_cadre_event`, so that nothing written later
    changes it. `seed` and frame never change once drawn (trigger).
    """

    level = models.CharField("督查层级", max_length=10, choices=CheckLevel)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("轮次")
    owner = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="督查单位"
    )
    target = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="督查对象"
    )
    # one of the city's 督导组; a county's own team has a name only
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="checks", verbose_name="督导组"
    )
    team_name = models.CharField("督查组", max_length=60)
    document = models.ForeignKey(
        ListDocument, models.PROTECT, related_name="+", db_index=False, verbose_name="督查清单"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    answer_days = models.PositiveSmallIntegerField("整改期限(天)", default=15)
    state = models.CharField("阶段", max_length=8, choices=CheckState, default=CheckState.TEAM)
    seed = models.CharField("种子", max_length=40)
    method = models.CharField("抽样方法", max_length=300, blank=True, default="")
    frame_at = models.DateTimeField("抽样框时点", null=True, blank=True)
    frame_entity_event = models.BigIntegerField(null=True, editable=False)
    frame_cadre_event = models.BigIntegerField(null=True, editable=False)
    drawn_at = models.DateTimeField("抽样时间", null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="抽样人",
    )  # fmt: skip
    # the last time it was drawn again, and what that gave: "" = all equal
    redrawn_at = models.DateTimeField("重抽时间", null=True, blank=True)
    redraw_note = models.CharField("重抽结果", max_length=300, blank=True, default="")
    issued_at = models.DateTimeField("反馈时间", null=True, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False,
        verbose_name="建立人",
    )  # fmt: skip
    created_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = CheckRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督查轮次"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "owner", "year", "number"],
                name="checkround_number_once",
                violation_error_message="本年度已有这一轮。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="checkround_ends_after_it_began",
                violation_error_message="止不能早于起。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["team", "void"]) | Q(drawn_at__isnull=False),
                name="checkround_drawn_before_site",
            ),
        ]
        indexes = [
            models.Index(fields=["target", "-id"], name="checkround_target"),
            models.Index(fields=["owner", "-id"], name="checkround_owner"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frame_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__drawn_at__isnull=False)
                & (
                    pgtrigger.Q(old__seed__df=pgtrigger.F("new__seed"))
                    | pgtrigger.Q(old__frame_at__df=pgtrigger.F("new__frame_at"))
                    | pgtrigger.Q(old__target__df=pgtrigger.F("new__target"))
                    | pgtrigger.Q(old__drawn_at__df=pgtrigger.F("new__drawn_at"))
                    | pgtrigger.Q(
                        old__frame_entity_event__df=pgtrigger.F("new__frame_entity_event")
                    )
                    | pgtrigger.Q(old__frame_cadre_event__df=pgtrigger.F("new__frame_cadre_event"))
                ),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]
        permissions = [
            ("plan_check", "组织督查"),
            ("make_check", "现场督查"),
            ("answer_check", "答复督查反馈书"),
            ("export_check", "导出督查"),
            ("watch_check", "查看督查全程"),
        ]

    def __str__(self):
        return f"{self.get_level_display()}第 {self.number} 轮：{self.target.name}"


@pghistory.track()
class CheckMember(models.Model):
    """Who is in the team of a round; with an account he works on it."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="members", verbose_name="轮次"
    )
    role = models.CharField("职务", max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="check_memberships", verbose_name="账号",
    )  # fmt: skip
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("在组", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "督查组成员"
        constraints = [
            models.UniqueConstraint(
                fields=["check_round", "name", "unit"],
                name="checkmember_once",
                violation_error_message="这个人已在组里。",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.get_role_display()}"


@pghistory.track()
class CheckStratum(models.Model):
    """One stratum of a round: how many stand in the frame, how many are to be drawn. The quota may be changed
    until the draw."""

    check_round = models.ForeignKey(
        CheckRound, models.PROTECT, related_name="strata", verbose_name="轮次"
    )
    kind = models.CharField("抽什么", max_length=6, choices=SampleKind)
    key = models.CharField("层", max_length=10, blank=True, default="")
    order = models.PositiveSmallIntegerField("次序", default=0)
    quota = models.PositiveSmallIntegerField("应抽", default=0)
    frame = models.PositiveIntegerField("抽样框", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督查抽样层"
        constraints = [
            models.UniqueConstraint(fields=["check_round", "kind", "key"], name="checkstratum_once")
        ]

    def __str__(self):
        return f"{self.check_round_id} {self.kind} {self.key}"

    @property
    def word(self):
        """A 级, 待分级, 乡级."""
        return stratum_word(self.kind, self.key)
