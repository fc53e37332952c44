"""An upload of a ledger and what it would change. LedgerUpload is the truth; the queue only rings the bell."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import RowAction, RowOutcome, Stage, UploadChannel, UploadMode, UploadState
from ..querysets import UploadQuerySet
from .entity import Entity


def private_storage():
    """The upload store: outside every served folder."""
    return storages["private"]


def ledger_path(upload, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"ledgers/{uuid.uuid4().hex}"


@pghistory.track(
    fields=[
        "state",
        "mode",
        "code",
        "message",
        "area",
        "confirmed_by",
        "undone_by",
        "sha256",
        "attempts",
    ]
)
class LedgerUpload(models.Model):
    """One uploaded file: its bytes (sha256), its state, its counts, who and when.

    `area` is the caller's (a county's clerk: the county; the city: the city). Leases and attempts make
    every step repeatable: whoever holds `lease_token` until `lease_until` works on it.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="uploads", verbose_name="属地")
    reference = models.CharField("编号", max_length=30, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uploads",
        verbose_name="上传人",
    )
    channel = models.CharField("入口", max_length=8, choices=UploadChannel)
    mode = models.CharField("方式", max_length=8, choices=UploadMode, default=UploadMode.PARTIAL)
    filename = models.CharField("文件名", max_length=200)
    file = models.FileField("文件", storage=private_storage, upload_to=ledger_path, max_length=100)
    size = models.PositiveBigIntegerField("大小(字节)")
    sha256 = models.CharField("SHA-256", max_length=64)
    idempotency_key = models.CharField(max_length=64, unique=True, null=True, editable=False)

    state = models.CharField("状态", max_length=10, choices=UploadState, default=UploadState.QUEUED)
    stage = models.CharField("步骤", max_length=8, choices=Stage, default=Stage.READ)
    # {"done": rows, "total": rows, "refused": rows, "warned": rows} of the stage that runs
    progress = models.JSONField(default=dict, editable=False)
    code = models.CharField("代码", max_length=20, blank=True)
    message = models.TextField("说明", blank=True)
    # {heading: field or ""} chosen for this upload by its owner
    choices = models.JSONField(default=dict, editable=False)
    wants_apply = models.BooleanField(default=False, editable=False)

    sheets = models.JSONField(default=list, editable=False)
    columns = models.JSONField(default=dict, editable=False)
    unmatched = models.JSONField(default=list, editable=False)
    unsure = models.JSONField(default=list, editable=False)
    notices = models.JSONField(default=list, editable=False)
    headers = models.JSONField(default=dict, editable=False)
    findings = models.JSONField("问题", default=dict, editable=False)
    seconds = models.JSONField("用时(秒)", default=dict, editable=False)

    rows = models.PositiveIntegerField("数据行", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    refused_rows = models.PositiveIntegerField("拒收", default=0)
    warned_rows = models.PositiveIntegerField("提示", default=0)
    renewals = models.PositiveIntegerField("疑似换证", default=0)
    missing = models.PositiveIntegerField("台账缺失", default=0)
    conflicts = models.PositiveIntegerField("已被他人修改", default=0)
    restored = models.PositiveIntegerField("已恢复", default=0)
    kept = models.PositiveIntegerField("撤销时保留", default=0)

    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    ready_at = models.DateTimeField("比对完成", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    # The history contexts under which this upload was written and undone: undo finds its events by them.
    written_context = models.UUIDField(null=True, editable=False)
    undone_context = models.UUIDField(null=True, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账上传"
        indexes = [
            models.Index(fields=["area", "-id"], name="upload_area"),
            models.Index(
                fields=["state", "lease_until"],
                name="upload_unfinished",
                condition=Q(state__in=["queued", "processing", "applying"]),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_finished(self):
        return self.state not in {
            UploadState.QUEUED,
            UploadState.PROCESSING,
            UploadState.APPLYING,
        }

    @property
    def writes(self):
        """How many businesses confirming would write (ticked renewals come on top)."""
        return self.new + self.changed


class LedgerRow(models.Model):
    """A data row of an upload, cleaned, with what it would do. Staged by COPY; NULL = the column is
    missing or the cell blank, which never changes the register; `cleared` names cells that say 清空.

    `diff` = {field: [before, after]} as previewed; confirming leaves out rows whose before moved on.
    """

    # The index in Meta begins with it. No constraint: only the pipeline writes here, under the upload's
    # lease, and the database would look the upload up once for each of 200,000 rows.
    upload = models.ForeignKey(
        LedgerUpload,
        models.CASCADE,
        related_name="ledger_rows",
        db_index=False,
        db_constraint=False,
    )
    index = models.IntegerField("序号")
    sheet = models.CharField("工作表", max_length=64)
    row = models.IntegerField("行")
    is_refused = models.BooleanField("拒收")
    name = models.TextField(null=True)
    credit_code = models.TextField(null=True)
    licence_no = models.TextField(null=True)
    licence_kind = models.TextField(null=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    is_permanent = models.BooleanField(null=True)
    legal_person = models.TextField(null=True)
    phone = models.TextField(null=True)
    area_code = models.CharField(max_length=12, null=True, db_collation="C", db_column="area_id")
    area_text = models.TextField(null=True)
    address = models.TextField(null=True)
    address_key = models.TextField(null=True)
    category_code = models.TextField(null=True, db_column="category")
    form = models.TextField(null=True)
    floor_area = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    seats = models.IntegerField(null=True)
    diners = models.IntegerField(null=True)
    annual_output = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    staff_count = models.IntegerField(null=True)
    status = models.TextField(null=True)
    proposed_status = models.TextField(null=True)
    status_text = models.TextField(null=True)
    grade = models.TextField(null=True)
    risk_grade = models.TextField(null=True)
    station_text = models.TextField(null=True)
    supervisor = models.TextField(null=True)
    surveyed_on = models.DateField(null=True)
    surveyed_by = models.TextField(null=True)
    safety_director = models.TextField(null=True)
    safety_officer = models.TextField(null=True)
    cadre_name = models.TextField(null=True)
    cadre_post = models.TextField(null=True)
    cadre_phone = models.TextField(null=True)
    cadre_level = models.TextField(null=True)
    note = models.TextField(null=True)
    cleared = ArrayField(models.TextField(), null=True)
    raw = models.JSONField(null=True)

    action = models.CharField(max_length=10, choices=RowAction, db_default=RowAction.NEW.value)
    entity = models.ForeignKey(
        Entity, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    diff = models.JSONField(null=True)
    # A 换证 offer: "" not decided (not written), "renew" the entity's licence changes, "new" another one
    choice = models.CharField(max_length=5, db_default="")
    outcome = models.CharField(max_length=10, choices=RowOutcome, db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "台账行"
        indexes = [models.Index(fields=["upload", "index"], name="ledgerrow_upload")]

    def __str__(self):
        return f"{self.sheet} {self.row}"


class LedgerFinding(models.Model):
    """What is wrong with, or worth a look in, one cell: sheet, row as Excel shows it, column, value."""

    # The index in Meta begins with it. No constraint: only the pipeline writes here, under the upload's
    # lease, and the database would look the upload up once for each of 200,000 rows.
    upload = models.ForeignKey(
        LedgerUpload,
        models.CASCADE,
        related_name="ledger_findings",
        db_index=False,
        db_constraint=False,
    )
    index = models.IntegerField("序号")
    sheet = models.CharField("工作表", max_length=64)
    row = models.IntegerField("行")
    column = models.TextField("列")
    field = models.TextField("字段")
    value = models.TextField("单元格内容")
    code = models.CharField("代码", max_length=20)
    message = models.TextField("问题与改法")

    class Meta:
        verbose_name = verbose_name_plural = "台账问题"
        indexes = [models.Index(fields=["upload", "code", "index"], name="ledgerfinding_upload")]

    def __str__(self):
        return f"{self.code} {self.sheet} {self.row}"


class LedgerMissing(models.Model):
    """全量: a business of the register that the county's whole ledger lacks; offered, never screened."""

    upload = models.ForeignKey(LedgerUpload, models.CASCADE, related_name="ledger_missing")
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "台账缺失"
        constraints = [
            models.UniqueConstraint(fields=["upload", "entity"], name="ledgermissing_once")
        ]

    def __str__(self):
        return str(self.entity_id)


@pghistory.track()
class ColumnChoice(models.Model):
    """A county's remembered answer to "which field is this column"."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name="属地")
    heading = models.CharField("列名", max_length=100)
    # empty: this column is to be left alone
    field = models.CharField("字段", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "列对应"
        constraints = [
            models.UniqueConstraint(fields=["area", "heading"], name="columnchoice_once")
        ]

    def __str__(self):
        return f"{self.heading} → {self.field}"


class WorkerPulse(models.Model):
    """The last sign of life of each background worker: pages say 排队中 or 工作进程未运行 from it."""

    name = models.CharField(max_length=120, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "工作进程"

    def __str__(self):
        return self.name
