"""The life of an upload: accept, choose columns, confirm, discard, undo. Each step is one transaction on the
upload's row; two people pressing at once get one result and one clear sentence."""

import contextlib
import hashlib
import logging
import os
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Count
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import RowAction, Stage, UploadMode, UploadState
from ..models import ColumnChoice, LedgerUpload
from .columns import COLUMNS
from .undo import undo_rows

REFERENCE_LOCK = 230801

log = logging.getLogger(__name__)


class UploadStateError(DomainError):
    """The step does not fit the upload's state: somebody was quicker, or it is not ready yet."""


class UploadDenied(DomainError):
    """The file cannot be taken at all."""


def safe_filename(name: str) -> str:
    """The uploader's file name, fit to show and to log: no path, no control or direction signs, at
    most 120 characters. It never names a file on the disk."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if not _is_hidden(sign)).strip(" .")
    if len(name) > 120:
        stem, _, suffix = name.rpartition(".")
        name = f"{stem[:110]}….{suffix[:8]}" if stem else name[:120]
    return name or "未命名"


def _is_hidden(sign):
    """Controls, direction signs, lone surrogates, and what breaks a line."""
    category = unicodedata.category(sign)
    return category[0] == "C" or category in {"Zl", "Zp"}


def upload_accept(
    *,
    source,
    filename: str,
    area: Area,
    by,
    channel: str,
    mode: str = UploadMode.PARTIAL,
    at: datetime,
    idempotency_key: str | None = None,
    wants_apply: bool = False,
    address: str | None = None,
) -> LedgerUpload:
    """Keep the file and its record before anything looks into it (state queued).

    `source`: an open binary file. An empty or too large file is recorded as refused, without bytes.
    The same idempotency key gives the same upload, whatever is sent twice. Raises UploadDenied when
    the store cannot keep the file, or the key is somebody else's."""
    if idempotency_key:
        known = LedgerUpload.objects.filter(idempotency_key=idempotency_key).first()
        if known is not None:
            return _own(known, by, area)
    size, digest = _measure(source)
    upload = LedgerUpload(
        area=area, uploaded_by=by, channel=channel, mode=mode, filename=safe_filename(filename),
        size=size, sha256=digest, idempotency_key=idempotency_key, created_at=at,
        wants_apply=wants_apply,
    )  # fmt: skip
    refusal = _refusal_by_size(size, upload.filename)
    if refusal:
        upload.state, (upload.code, upload.message) = UploadState.REFUSED, refusal
    else:
        _keep_file(upload, source)
    try:
        with transaction.atomic():
            upload.reference = _next_reference(area, at)
            upload.save()
            audit(
                actor=by, action=AuditAction.UPLOAD, address=address, object_type="ledgerupload",
                object_id=upload.reference, area_code=area.pk, is_success=not refusal,
                detail={"file": upload.filename, "size": size, "sha256": digest, "mode": mode,
                        "channel": channel, "code": upload.code},
            )  # fmt: skip
    except IntegrityError:
        _forget_file(upload)
        known = LedgerUpload.objects.filter(idempotency_key=idempotency_key).first()
        if idempotency_key and known is not None:
            return _own(known, by, area)
        raise
    except OperationalError:
        # The record may stand although its answer was lost: a file without one is swept later.
        raise
    except Exception:
        _forget_file(upload)
        raise
    return upload


def _own(upload, by, area):
    if upload.uploaded_by_id != (by.pk if by else None) or upload.area_id != area.pk:
        raise UploadDenied("这个上传编号已被使用。请刷新页面后重新上传。")
    return upload


def _measure(source):
    """Size and SHA-256, reading no further than one byte over the limit."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while chunk := source.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
        if size > settings.LEDGER_MAX_BYTES:
            break
    return size, digest.hexdigest()


def _refusal_by_size(size, filename):
    if size == 0:
        return "E_EMPTY_FILE", f"{filename} 是空文件，没有内容。请检查后重新上传。"
    if size > settings.LEDGER_MAX_BYTES:
        megabytes = settings.LEDGER_MAX_BYTES // (1024 * 1024)
        return (
            "E_TOO_LARGE",
            f"{filename} 超过 {megabytes} MB。请删去图片等无关内容，或按乡镇拆分后分别上传。",
        )
    return None


def _keep_file(upload, source):
    """Store the bytes under a generated name, on the disk before the record says so."""
    storage, name = upload.file.storage, upload.file.field.generate_filename(upload, "ledger")
    source.seek(0)
    try:
        upload.file.name = storage.save(name, File(source, name="ledger"))
        _sync(upload.file)
    except OSError as error:
        log.error("upload not stored: %s", error)
        with contextlib.suppress(OSError):
            storage.delete(name)
        raise UploadDenied(
            "文件没有保存：服务器的存储空间已满或暂时不能写入。名录没有改动，请稍后再传，仍不行请告诉管理员。"
        ) from error


def _sync(stored):
    """The bytes and the name are on the disk."""
    try:
        path = Path(stored.path)
    except NotImplementedError:  # a remote store syncs by itself
        return
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _forget_file(upload):
    if upload.file:
        upload.file.delete(save=False)


def _next_reference(area, at):
    day = timezone.localtime(at).strftime("%Y%m%d")
    prefix = f"{area.pk}-{day}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [REFERENCE_LOCK, prefix])
        cursor.execute(
            """SELECT coalesce(max(substr(reference, %s)::int), 0) + 1
               FROM entities_ledgerupload WHERE reference LIKE %s""",
            [len(prefix) + 1, f"{prefix}%"],
        )
        (number,) = cursor.fetchone()
    return f"{prefix}{number:02d}"


def _locked(upload: LedgerUpload) -> LedgerUpload:
    return LedgerUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)


def _expect(upload, states, sentence):
    if upload.state not in states:
        raise UploadStateError(f"{sentence}（这份台账现在是“{upload.get_state_display()}”）。")


@transaction.atomic
def columns_choose(
    *,
    upload: LedgerUpload,
    choices: dict[str, str],
    remember: bool,
    by,
    at: datetime,
    address: str | None = None,
) -> LedgerUpload:
    """Say which field each unsure or unmatched heading is ("" = leave it alone) and go on from the
    stored file. `remember` keeps the answers for the county's next ledgers."""
    upload = _locked(upload)
    _expect(upload, {UploadState.COLUMNS, UploadState.REVIEW}, "列对应已经不能再改")
    keys = {column.key for column in COLUMNS}
    unknown = set(choices.values()) - keys - {""}
    if unknown:
        raise UploadStateError("选择的字段不存在。请刷新页面后重新选择。")
    picked = [field for field in choices.values() if field]
    if len(picked) != len(set(picked)):
        raise UploadStateError("同一个字段选给了两列。每个字段只能对应一列，请改选。")
    upload.choices = {**upload.choices, **choices}
    if remember:
        for heading, field in choices.items():
            ColumnChoice.objects.update_or_create(
                area=upload.area, heading=heading[:100], defaults={"field": field}
            )
    upload.state, upload.stage = UploadState.QUEUED, Stage.READ
    upload.code = upload.message = ""
    upload.attempts, upload.progress, upload.lease_until = 0, {}, None
    upload.save()
    audit(
        actor=by, action=AuditAction.CHANGE, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id, detail={"columns": choices},
    )  # fmt: skip
    return upload


@transaction.atomic
def renewals_choose(
    *, upload: LedgerUpload, choices: dict[int, str], by, address: str | None = None
) -> int:
    """Decide 换证 offers: row index → "renew", "new" (another licence) or "" (write nothing)."""
    upload = _locked(upload)
    _expect(upload, {UploadState.REVIEW}, "现在不能再选换证")
    changed = 0
    for choice in ("renew", "new", ""):
        indexes = [index for index, picked in choices.items() if picked == choice]
        changed += upload.ledger_rows.filter(
            index__in=indexes, action=RowAction.RENEWAL, is_refused=False
        ).update(choice=choice)
    twice = upload.ledger_rows.filter(action=RowAction.RENEWAL, choice="renew").values("entity_id")
    if twice.annotate(rows=Count("pk")).filter(rows__gt=1).exists():
        raise UploadStateError(
            "同一家主体只能由一行换证。请只勾选其中一行，另一行选“另一张证”或不写入。"
        )
    audit(
        actor=by, action=AuditAction.CHANGE, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id,
        detail={"renewals": {str(index): choice for index, choice in choices.items()}},
    )  # fmt: skip
    return changed


def missing_share(upload: LedgerUpload) -> float:
    """Which part of the register the whole ledger would miss, in percent (0 for 增量)."""
    known = upload.missing + upload.unchanged + upload.changed + upload.renewals
    return 100 * upload.missing / known if upload.mode == UploadMode.FULL and known else 0.0


def asks_twice(upload: LedgerUpload) -> bool:
    """Whether so much would be missing that the page asks twice (LEDGER_MISSING_ALARM_PERCENT)."""
    return missing_share(upload) > settings.LEDGER_MISSING_ALARM_PERCENT


@transaction.atomic
def upload_confirm(
    *, upload: LedgerUpload, by, at: datetime, is_sure: bool = False, address: str | None = None
) -> LedgerUpload:
    """Order the writing (state applying); the worker does it. Pressing twice orders it once."""
    upload = _locked(upload)
    if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
        return upload
    _expect(upload, {UploadState.REVIEW}, "现在不能写入")
    if asks_twice(upload) and not is_sure:
        raise UploadStateError(
            f"名录中有 {upload.missing} 家不在这份全量台账里，占 {missing_share(upload):.1f}%。"
            "请先核对是不是整个县的台账，再勾选“已核对”后写入。"
        )
    upload.state, upload.stage = UploadState.APPLYING, Stage.APPLY
    upload.confirmed_by, upload.confirmed_at = by, at
    upload.attempts, upload.progress = 0, {}
    upload.lease_token = None
    upload.lease_until = at + _bell_time()
    upload.save()
    audit(
        actor=by, action=AuditAction.APPLY, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id,
        detail={"step": "confirm", "new": upload.new, "changed": upload.changed},
    )  # fmt: skip
    return upload


def _bell_time():
    """How long the first bell has before the sweep rings again."""
    return timedelta(seconds=20)


@transaction.atomic
def upload_discard(*, upload: LedgerUpload, by, address: str | None = None) -> LedgerUpload:
    """Give an upload up before it is written. Its file and record stay."""
    upload = _locked(upload)
    _expect(
        upload,
        {UploadState.REVIEW, UploadState.COLUMNS, UploadState.QUEUED, UploadState.PROCESSING},
        "现在不能放弃",
    )
    upload.state, upload.lease_token = UploadState.DISCARDED, None
    upload.save()
    audit(
        actor=by, action=AuditAction.DISCARD, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id,
    )  # fmt: skip
    return upload


@transaction.atomic
def upload_undo(
    *, upload: LedgerUpload, by, at: datetime, address: str | None = None
) -> LedgerUpload:
    """Take back what a written upload did. What somebody changed since stays, and is named."""
    upload = _locked(upload)
    _expect(upload, {UploadState.APPLIED}, "现在不能撤销")
    if upload.written_context:
        result = undo_rows(upload, by_id=by.pk if by else None)
        upload.restored, upload.kept = result["restored"], result["kept"]
        upload.undone_context = result["undone_context"]
    upload.state, upload.undone_by, upload.undone_at = UploadState.UNDONE, by, at
    upload.save()
    audit(
        actor=by, action=AuditAction.UNDO, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id,
        detail={"restored": upload.restored, "kept": upload.kept},
    )  # fmt: skip
    return upload
