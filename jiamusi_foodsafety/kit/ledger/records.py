"""What is kept of an upload, its rows and findings: abstract models, a room makes the tables of its own.

The record is the truth about an upload; the queue only rings the bell.
"""

import datetime
import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from .states import RowAction, RowOutcome, Stage, UploadChannel, UploadMode, UploadState


def private_storage():
    """The upload store: outside every served folder."""
    return storages["private"]


def ledger_path(upload, filename):
    """A generated name: a hostile file name never touches the disk."""
    return f"{upload.folder}/{uuid.uuid4().hex}"


class UploadFilters(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=["queued", "processing", "applying"])

    def stuck(self, now):
        """Queued for half a minute, or in work with a dead lease: the sweep rings again."""
        return self.filter(
            Q(state="queued", created_at__lt=now - datetime.timedelta(seconds=30))
            | Q(state__in=["processing", "applying"], lease_until__lt=now)
            | Q(state="applying", lease_until=None)
        )


class UploadRecord(models.Model):
    """One uploaded file: its bytes (sha256), its state, its counts, and when.

    A room adds `area` (the caller's), `uploaded_by`, `confirmed_by`, `undone_by`. Leases and attempts make
    every step repeatable: whoever holds `lease_token` until `lease_until` works on it.
    """

    # of the upload store; each room has its own
    folder = "ledgers"

    reference = models.CharField("编号", max_length=30, unique=True)
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
    # what confirming does beside the writing, in sentences
    effects = models.JSONField(default=list, editable=False)
    findings = models.JSONField("问题", default=dict, editable=False)
    seconds = models.JSONField("用时(秒)", default=dict, editable=False)

    rows = models.PositiveIntegerField("数据行", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    refused_rows = models.PositiveIntegerField("拒收", default=0)
    warned_rows = models.PositiveIntegerField("提示", default=0)
    missing = models.PositiveIntegerField("台账缺失", default=0)
    conflicts = models.PositiveIntegerField("已被他人修改", default=0)
    restored = models.PositiveIntegerField("已恢复", default=0)
    kept = models.PositiveIntegerField("撤销时保留", default=0)

    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    ready_at = models.DateTimeField("比对完成", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    # The history contexts under which this upload was written and undone: undo finds its events by them.
    written_context = models.UUIDField(null=True, editable=False)
    undone_context = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True

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
        """How many rows confirming would write."""
        return self.new + self.changed


class RowRecord(models.Model):
    """A data row of an upload, cleaned, with what it would do. Staged by COPY; NULL = the column is
    missing or the cell blank, which never changes what is known; `cleared` names cells that say 清空.

    `diff` = {field: [before, after]} as previewed; confirming leaves out rows whose before moved on.
    """

    index = models.IntegerField("序号")
    sheet = models.CharField("工作表", max_length=64)
    row = models.IntegerField("行")
    is_refused = models.BooleanField("拒收")
    cleared = ArrayField(models.TextField(), null=True)
    raw = models.JSONField(null=True)
    action = models.CharField(max_length=10, choices=RowAction, db_default=RowAction.NEW.value)
    diff = models.JSONField(null=True)
    outcome = models.CharField(max_length=10, choices=RowOutcome, db_default="")

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.sheet} {self.row}"


class FindingRecord(models.Model):
    """What is wrong with, or worth a look in, one cell: sheet, row as Excel shows it, column, value."""

    index = models.IntegerField("序号")
    sheet = models.CharField("工作表", max_length=64)
    row = models.IntegerField("行")
    column = models.TextField("列")
    field = models.TextField("字段")
    value = models.TextField("单元格内容")
    code = models.CharField("代码", max_length=20)
    message = models.TextField("问题与改法")

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code} {self.sheet} {self.row}"


class ColumnChoiceRecord(models.Model):
    """A remembered answer to "which field is this column"; a room adds whose it is (`area`)."""

    heading = models.CharField("列名", max_length=100)
    # empty: this column is to be left alone
    field = models.CharField("字段", max_length=30, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.heading} → {self.field}"
