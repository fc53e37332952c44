"""Who leads and who does (F05, F12), what meetings decided (F06), and the papers it all rests on (F01, F07)."""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from entities.models.entity import NameBigrams
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    ActionState,
    BodyKind,
    DocumentKind,
    DocumentLevel,
    MeetingMode,
    MemberRole,
)
from ..querysets import ActionQuerySet, HandedDownQuerySet
from .cadres import Cadre
from .lists import paper_path, private_storage


@pghistory.track()
class Document(models.Model):
    """依据文件库 and 工作方案: what a task, a list or a body rests on. Searched by title and summary."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    level = models.CharField("层级", max_length=10, choices=DocumentLevel)
    kind = models.CharField("类别", max_length=8, choices=DocumentKind)
    title = models.CharField("标题", max_length=200)
    # Typed from the paper; never made up.
    document_no = models.CharField("文号", max_length=60, blank=True, default="")
    issuer = models.CharField("发文单位", max_length=80, blank=True, default="")
    issued_on = models.DateField("成文日期", null=True, blank=True)
    summary = models.TextField("摘要", blank=True, default="")
    basis_for = models.CharField("作为什么的依据", max_length=200, blank=True, default="")
    version = models.CharField("版本", max_length=20, blank=True, default="")
    file = models.FileField("文件", storage=private_storage, upload_to=paper_path, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    is_example = models.BooleanField("示例", default=False)
    is_active = models.BooleanField("在用", default=True)
    # title and summary, for the search
    search_text = models.TextField(editable=False, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    # counted up at each edit: two people on one record
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = HandedDownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "依据文件"
        indexes = [
            models.Index(fields=["area", "-issued_on", "-id"], name="document_area"),
            GinIndex(NameBigrams("search_text"), name="document_bigrams"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = f"{self.title}\n{self.document_no}\n{self.summary}"
        super().save(*args, **kwargs)


@pghistory.track()
class Body(models.Model):
    """领导小组, 工作专班, its special groups, the three 督导组, a 食安委: `parent` is what it works under."""

    kind = models.CharField("类别", max_length=16, choices=BodyKind)
    name = models.CharField("名称", max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name="隶属",
    )  # fmt: skip
    duty = models.CharField("职责", max_length=300, blank=True, default="")
    basis = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据"
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_example = models.BooleanField("示例", default=False)
    from_on = models.DateField("成立日期", null=True, blank=True)
    to_on = models.DateField("撤销日期", null=True, blank=True)

    objects = HandedDownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织机构"
        permissions = [("manage_organisation", "调整组织机构")]

    def __str__(self):
        return self.name


@pghistory.track()
class Membership(models.Model):
    """A member of a body with his role and term; history stays: a change ends one row and begins another."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name="机构")
    role = models.CharField("职务", max_length=8, choices=MemberRole)
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True, default="")
    post = models.CharField("单位职务", max_length=80, blank=True, default="")
    phone = models.CharField("电话", max_length=20, blank=True, default="")
    cadre = models.ForeignKey(
        Cadre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="包保干部"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="memberships", verbose_name="账号",
    )  # fmt: skip
    order = models.PositiveSmallIntegerField("次序", default=0)
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True, default="")
    end_note = models.CharField("离任说明", max_length=120, blank=True, default="")
    # whose place he took
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors",
        verbose_name="接替",
    )  # fmt: skip
    basis = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据"
    )

    class Meta:
        verbose_name = verbose_name_plural = "机构成员"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")),
                name="membership_ends_after_it_began",
                violation_error_message="止不能早于起。",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.get_role_display()}"


@pghistory.track()
class TeamCounty(models.Model):
    """Which county a 督导组 covers, from and to. One team a county at a time."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="counties", verbose_name="督导组")
    county = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县(市、区)")
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    basis = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据"
    )

    class Meta:
        verbose_name = verbose_name_plural = "督导组分片"
        constraints = [
            models.UniqueConstraint(
                fields=["county"],
                condition=Q(to_on=None),
                name="teamcounty_one_team",
                violation_error_message="这个县(市、区)已有督导组。",
            )
        ]

    def __str__(self):
        return f"{self.body} {self.county}"


@pghistory.track()
class Meeting(models.Model):
    """会议 (F06): mode, date, attendance, minutes."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    title = models.CharField("名称", max_length=120)
    mode = models.CharField("形式", max_length=8, choices=MeetingMode)
    held_on = models.DateField("日期")
    host = models.CharField("主持人", max_length=60, blank=True, default="")
    attendees = models.TextField("参会单位和人员", blank=True, default="")
    attendance = models.PositiveIntegerField("参会人数", null=True, blank=True)
    summary = models.TextField("内容", blank=True, default="")
    minutes = models.FileField("纪要", storage=private_storage, upload_to=paper_path, blank=True)
    minutes_name = models.CharField("纪要文件名", max_length=200, blank=True, default="")
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="召开机构"
    )
    is_example = models.BooleanField("示例", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    # counted up at each edit: two people on one record
    revision = models.PositiveIntegerField("版次", default=1, editable=False)

    objects = HandedDownQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        indexes = [models.Index(fields=["area", "-held_on", "-id"], name="meeting_area")]

    def __str__(self):
        return self.title


@pghistory.track()
class Decision(models.Model):
    """议定事项."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="decisions", verbose_name="会议"
    )
    order = models.PositiveSmallIntegerField("序号", default=1)
    text = models.CharField("议定事项", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"

    def __str__(self):
        return self.text


@pghistory.track()
class Action(models.Model):
    """A task that a decision gives somebody: owner, due day, result, closed by whom it was given."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="actions", verbose_name="议定事项"
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="责任属地"
    )
    owner = models.CharField("责任单位(人)", max_length=80, blank=True, default="")
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="actions",
        verbose_name="责任工作组",
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="责任人账号",
    )  # fmt: skip
    due_on = models.DateField("期限")
    state = models.CharField("状态", max_length=8, choices=ActionState, default=ActionState.OPEN)
    result = models.CharField("办理结果", max_length=300, blank=True, default="")
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="办结人",
    )  # fmt: skip
    closed_at = models.DateTimeField("销账时间", null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议任务"
        indexes = [
            models.Index(fields=["due_on", "area"], name="action_open", condition=Q(state="open"))
        ]

    def __str__(self):
        return f"{self.decision_id} {self.owner or self.area_id}"

    def is_overdue(self, on):
        """Whether it is still open after its day (derived)."""
        return self.state == ActionState.OPEN and self.due_on < on
