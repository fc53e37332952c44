"""承诺书 and 层级签状 (domain §1.6)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    BatchKind,
    BatchState,
    CadreLevel,
    LetterKind,
    LetterState,
    PledgeState,
    SignedVia,
)
from ..querysets import OwnedQuerySet, TownRowQuerySet
from .cadres import Cadre
from .lists import paper_path, private_storage


class OfficeTemplate(models.Model):
    """An office-editable .docx (docxtpl) of one kind of paper (`of` names the field that says which). The newest
    active one is used; without an upload the product's own example text is (示例，可修改)."""

    of = ""

    name = models.CharField("名称", max_length=80)
    file = models.FileField("模板", storage=private_storage, upload_to=paper_path)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    is_active = models.BooleanField("在用", default=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name="上传人",
    )  # fmt: skip
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


@pghistory.track()
class PledgeTemplate(OfficeTemplate):
    """The 承诺书 of one level."""

    of = "level"

    level = models.CharField("层级", max_length=10, choices=CadreLevel)

    class Meta:
        verbose_name = verbose_name_plural = "承诺书模板"


@pghistory.track()
class LetterTemplate(OfficeTemplate):
    """The 责任状 of one kind."""

    of = "kind"

    kind = models.CharField("类别", max_length=10, choices=LetterKind)

    class Meta:
        verbose_name = verbose_name_plural = "责任状模板"


@pghistory.track()
class ResignRule(models.Model):
    """When a signed pledge must be signed anew (one row, editable)."""

    on_level = models.BooleanField("层级变动", default=True)
    on_post = models.BooleanField("职务变动", default=True)
    held_changed_percent = models.PositiveSmallIntegerField("包保主体变动超过(%)", default=20)
    held_changed_least = models.PositiveSmallIntegerField("且至少变动(家)", default=3)
    valid_months = models.PositiveSmallIntegerField("有效期(月)", default=12)
    # 示例，可修改: until when a pledge is to be signed, counted from the day on which it is asked for
    sign_days = models.PositiveSmallIntegerField("送签后签订期限(天)", default=10)
    resign_days = models.PositiveSmallIntegerField("要重签的签订期限(天)", default=10)

    class Meta:
        verbose_name = verbose_name_plural = "重签规则"

    def __str__(self):
        return "重签规则"


@pghistory.track(exclude=["annex"])
class Pledge(models.Model):
    """One cadre's 食品安全责任与任务承诺书. At signing `annex` is frozen: the businesses held (责任清单)
    and the task list's version; a trigger refuses to change it afterwards.

    `annex` = {"as_of": iso, "entities": [{id, name, credit_code, licence_no, address, category, grade,
    legal_person, station, from_on}], "task_list": {id, title, version, items: [{code, clause, …}]}}.
    """

    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="pledges", verbose_name="承诺人")
    # the cadre's area when it was made
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="属地"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    level = models.CharField("层级", max_length=10, choices=CadreLevel)
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=80, blank=True, default="")
    unit = models.CharField("单位", max_length=80, blank=True, default="")
    superior_unit = models.CharField("接收单位", max_length=80, blank=True, default="")
    state = models.CharField("状态", max_length=8, choices=PledgeState, default=PledgeState.DRAFT)
    issued_at = models.DateTimeField("送签时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="送签人",
    )  # fmt: skip
    # of a waiting one, and of a signed one that is to be signed anew (ResignRule)
    due_on = models.DateField("签订期限", null=True, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    signed_at = models.DateTimeField("登记时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="签署账号",
    )  # fmt: skip
    signed_via = models.CharField(
        "签署方式", max_length=5, choices=SignedVia, blank=True, default=""
    )
    # what was typed to confirm
    confirmation = models.CharField("确认文字", max_length=120, blank=True, default="")
    valid_to = models.DateField("有效期至", null=True, blank=True)
    scan = models.FileField("扫描件", storage=private_storage, upload_to=paper_path, blank=True)
    scan_name = models.CharField("扫描件文件名", max_length=200, blank=True, default="")
    annex = models.JSONField("附件", null=True, blank=True, editable=False)
    # ids of the held businesses at signing: what the re-sign rule compares with
    held_count = models.PositiveIntegerField("所附主体(家)", default=0)
    resign_reason = models.CharField("重签原因", max_length=120, blank=True, default="")
    void_reason = models.CharField("失效原因", max_length=120, blank=True, default="")
    template = models.ForeignKey(
        PledgeTemplate, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="模板",
    )  # fmt: skip
    reminded_at = models.DateTimeField("催签时间", null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺书"
        constraints = [
            models.UniqueConstraint(
                fields=["cadre"],
                condition=Q(state__in=["draft", "waiting"]),
                name="pledge_one_open",
                violation_error_message="这位干部已有一份待签的承诺书。",
            ),
            models.UniqueConstraint(
                fields=["cadre"],
                condition=Q(state__in=["signed", "resign"]),
                name="pledge_one_signed",
                violation_error_message="这位干部已有一份有效的承诺书。",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "id"], name="pledge_area"),
            models.Index(fields=["state", "area", "id"], name="pledge_state"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="annex_frozen",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__annex__isnull=False)
                & pgtrigger.Q(old__annex__df=pgtrigger.F("new__annex")),
                func="""RAISE EXCEPTION '承诺书附件签订后不能改' USING ERRCODE = 'check_violation',
                        CONSTRAINT = 'pledge_annex_frozen';""",
            )
        ]
        permissions = [
            ("issue_pledge", "生成、送签承诺书"),
            ("sign_pledge", "签订承诺书"),
        ]

    def __str__(self):
        return self.number


@pghistory.track()
class Letter(models.Model):
    """责任状: what a unit signs with the one above it, once a year. A county, town or village signs as an
    area (`area`); a 成员单位 signs with the city's or county's 食安委 (`unit`, `area` = that of the
    committee). The chain breaks where the letter of `area` or of one above it is not signed."""

    kind = models.CharField("类别", max_length=10, choices=LetterKind)
    year = models.PositiveSmallIntegerField("年度")
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", db_index=False, verbose_name="签状单位"
    )
    unit = models.CharField("成员单位", max_length=80, blank=True, default="")
    upper = models.CharField("上级单位", max_length=80)
    signer_up = models.CharField("上级签字人", max_length=40, blank=True, default="")
    signer_down = models.CharField("签字人", max_length=40, blank=True, default="")
    state = models.CharField("状态", max_length=8, choices=LetterState, default=LetterState.WAITING)
    due_on = models.DateField("签订期限", null=True, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, verbose_name="登记人",
    )  # fmt: skip
    scan = models.FileField("扫描件", storage=private_storage, upload_to=paper_path, blank=True)
    scan_name = models.CharField("扫描件文件名", max_length=200, blank=True, default="")
    reminded_at = models.DateTimeField("催签时间", null=True, blank=True)
    void_reason = models.CharField("失效原因", max_length=120, blank=True, default="")

    follows_area_merges = True
    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "责任状"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "area", "unit"],
                condition=~Q(state="void"),
                name="letter_once_a_year",
                violation_error_message="这个单位今年的责任状已经有了。",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False),
                name="letter_signed_has_day",
            ),
        ]
        indexes = [models.Index(fields=["year", "area", "id"], name="letter_area")]
        permissions = [("sign_letter", "登记责任状")]

    def __str__(self):
        return f"{self.year} {self.unit or self.area_id}"


@pghistory.track(exclude=["done", "total"])
class Batch(models.Model):
    """A long act with real progress: counted rows done of all. The queue rings the bell; a batch that was
    left halfway is taken up again and doubles nothing."""

    kind = models.CharField("事项", max_length=10, choices=BatchKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="属地")
    options = models.JSONField(default=dict, editable=False)
    state = models.CharField("状态", max_length=8, choices=BatchState, default=BatchState.QUEUED)
    total = models.PositiveIntegerField("总数", default=0)
    done = models.PositiveIntegerField("已完成", default=0)
    message = models.CharField("说明", max_length=300, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name="经办人",
    )  # fmt: skip
    made_at = models.DateTimeField("时间", auto_now_add=True)
    touched_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    # what a bundle of papers made; kept for some days
    file = models.FileField("文件", storage=private_storage, upload_to=paper_path, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")

    objects = TownRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量事项"
        indexes = [models.Index(fields=["area", "-id"], name="batch_area")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.area_id}"
