"""States of an upload and of its rows."""

from django.db import models


class UploadMode(models.TextChoices):
    PARTIAL = "partial", "增量"
    FULL = "full", "全量"


class UploadChannel(models.TextChoices):
    PAGE = "page", "网页"
    ADMIN = "admin", "管理后台"
    API = "api", "接口"
    COMMAND = "command", "命令"


class UploadState(models.TextChoices):
    QUEUED = "queued", "排队中"
    PROCESSING = "processing", "处理中"
    COLUMNS = "columns", "待选列"
    REVIEW = "review", "待确认"
    APPLYING = "applying", "写入中"
    APPLIED = "applied", "已写入"
    REFUSED = "refused", "整份未收"
    DISCARDED = "discarded", "已放弃"
    UNDONE = "undone", "已撤销"


class Stage(models.TextChoices):
    """The steps that the page shows."""

    READ = "read", "读取"
    MATCH = "match", "识别"
    CHECK = "check", "校验"
    COMPARE = "compare", "比对"
    REVIEW = "review", "待确认"
    APPLY = "apply", "写入"


class RowAction(models.TextChoices):
    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    UNCHANGED = "unchanged", "未变"
    REFUSED = "refused", "拒收"
    RENEWAL = "renewal", "疑似换证"


class RowOutcome(models.TextChoices):
    NONE = "", "—"
    WRITTEN = "written", "已写入"
    CONFLICT = "conflict", "已被他人修改"
    RESTORED = "restored", "已撤销"
    KEPT = "kept", "后来被改过，保留"
