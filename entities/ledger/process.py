"""The work on an upload: read and stage it through the limited child, compare it, write it."""

import json
import logging
import sys
import tempfile
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.ledger.staging import FINDING_FIELDS
from jiamusi_foodsafety.kit.workbook.child import run_limited
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

from ..enums import Stage, UploadState
from ..models import LedgerFinding, LedgerMissing, LedgerRow, LedgerUpload
from . import apply
from .compare import compare, refresh_statistics
from .headers import HEADINGS
from .job import child_job
from .lease import MAX_ATTEMPTS, Keeper, LeaseLost, claim, let_go, release
from .staging import STAGED_FIELDS

log = logging.getLogger(__name__)


class ColumnsNeeded(Exception):
    """The ledger cannot be read before somebody says which column is which."""

    def __init__(self, found):
        super().__init__("columns")
        self.found = found


def upload_work(upload_id: int) -> str:
    """Do what the upload waits for, if nobody else does: stage and compare it, or write it.

    Safe to call any number of times at once. Gives the state it left behind ("" = nothing done)."""
    upload = claim(upload_id)
    if upload is None:
        return ""
    if upload.attempts > MAX_ATTEMPTS:
        return _give_up(upload)
    try:
        with Keeper(upload) as keeper:
            if upload.state == UploadState.APPLYING:
                _write(upload, keeper)
            else:
                _stage_and_compare(upload, keeper)
    except LeaseLost:
        log.warning("lease lost: %s", upload.reference)
        return ""
    except WorkbookRefused as refusal:
        _refuse(upload, refusal.code, refusal.message)
    except ColumnsNeeded as needed:
        _ask_for_columns(upload, needed.found)
    except Exception:
        # A database that went away, a fault of ours: the next sweep tries again, three times in all.
        let_go(upload)
        raise
    return LedgerUpload.objects.values_list("state", flat=True).get(pk=upload.pk)


def _stage_and_compare(upload, keeper):
    keeper.tell(Stage.READ)
    refresh_statistics()
    with transaction.atomic():
        _forget_rows(upload)
        result, seconds = _stage(upload, keeper)
        keeper.tell(Stage.COMPARE)
        started = time.perf_counter()
        counts = compare(upload, headings=result["columns"])
        seconds["compare"] = round(time.perf_counter() - started, 3)
        release(
            upload,
            state=UploadState.REVIEW,
            stage=Stage.REVIEW,
            code="",
            message="",
            unsure=[],
            sheets=result["sheets"],
            columns=result["columns"],
            unmatched=result["unmatched"],
            notices=result["notices"],
            headers=result["headers"],
            seconds=seconds,
            progress={},
            ready_at=timezone.now(),
            **counts,
        )


def _forget_rows(upload):
    for model in (LedgerMissing, LedgerFinding, LedgerRow):
        model.objects.filter(upload=upload).delete()


def _stage(upload, keeper):
    """COPY what the child gives into the staging table while it still reads; findings after it."""
    started = time.perf_counter()
    with tempfile.NamedTemporaryFile(prefix="findings-") as findings, _local_file(upload) as path:
        job = child_job(upload, path=path, findings_path=findings.name)
        argv = [sys.executable, "-m", "entities.ledger.parse"]
        with (
            run_limited(
                argv,
                stdin=json.dumps(job).encode(),
                memory_bytes=settings.LEDGER_CHILD_MEMORY_BYTES,
                seconds=settings.LEDGER_CHILD_SECONDS,
                cwd=str(settings.BASE_DIR),
            ) as child,
            connection.cursor() as cursor,
        ):
            listener = _Listener(child, keeper)
            rows = _Numbered(child.stdout, upload.pk)
            try:
                _copy(cursor, LedgerRow, STAGED_FIELDS, rows)
            except DatabaseError:
                if rows.has_ended:  # a row torn by the child's end, which tells why itself
                    child.wait()
                raise
            result = listener.result()
            copied = time.perf_counter()
            with open(findings.name, "rb") as stream:
                _copy(cursor, LedgerFinding, FINDING_FIELDS, _Numbered(stream, upload.pk))
    seconds = dict(result["seconds"])
    # Copying runs beside reading and checking; what is left over is the stage of its own.
    inside = sum(seconds.values())
    seconds["stage"] = round(max(0.0, copied - started - inside), 3)
    return result, seconds


class _local_file:
    """The stored file as a path for the child; a remote store is copied to a temporary file."""

    def __init__(self, upload):
        self.upload = upload
        self.copy = None

    def __enter__(self):
        try:
            return self.upload.file.path
        except NotImplementedError:
            self.copy = tempfile.NamedTemporaryFile(prefix="ledger-")
            with self.upload.file.open("rb") as stored:
                for chunk in stored.chunks():
                    self.copy.write(chunk)
            self.copy.flush()
            return self.copy.name

    def __exit__(self, *exc):
        if self.copy is not None:
            self.copy.close()


class _Numbered:
    """A COPY stream whose every line gets the upload's number in front."""

    def __init__(self, stream, upload_id):
        self.stream = stream
        self.prefix = f"{upload_id}\t".encode()
        self.at_start = True
        self.has_ended = False

    def read(self, size=-1):
        chunk = self.stream.read(size if size > 0 else 65536)
        if not chunk:
            self.has_ended = True
            return b""
        if self.at_start:
            chunk = self.prefix + chunk
        # A line feed inside a value is written \\n in COPY text: a real one always ends a row.
        self.at_start = chunk.endswith(b"\n")
        body, end = (chunk[:-1], b"\n") if self.at_start else (chunk, b"")
        return body.replace(b"\n", b"\n" + self.prefix) + end


def _copy(cursor, model, fields, stream):
    columns = ", ".join(f'"{field}"' for field in ("upload_id", *fields))
    cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", stream)


class _Listener:
    """Passes the child's progress on to the keeper and keeps its last word."""

    def __init__(self, child, keeper):
        self.child = child
        self.keeper = keeper
        self.last = {}
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        for message in self.child.messages():
            if "stage" in message:
                self.keeper.tell(message.pop("stage"), **message)
            elif "matched" in message:
                self.keeper.know(**message["matched"])
            else:
                self.last = message

    def result(self) -> dict:
        self.thread.join()
        if "refused" in self.last:
            raise WorkbookRefused(self.last["refused"]["code"], self.last["refused"]["message"])
        if "columns_needed" in self.last:
            raise ColumnsNeeded(self.last["columns_needed"])
        self.child.wait()
        if "result" not in self.last:
            raise WorkbookRefused(
                "E_CORRUPT", "文件没有读完就中断了。请用 WPS 或 Excel 打开后另存一份，再上传。"
            )
        return self.last["result"]


def _write(upload, keeper):
    keeper.tell(Stage.APPLY)
    refresh_statistics()
    started = time.perf_counter()
    with transaction.atomic():
        counts = apply.write(upload, columns=upload.columns, by_id=upload.confirmed_by_id)
        seconds = {**upload.seconds, "apply": round(time.perf_counter() - started, 3)}
        release(
            upload, state=UploadState.APPLIED, stage=Stage.APPLY, seconds=seconds, progress={},
            applied_at=timezone.now(), **counts,
        )  # fmt: skip
        audit(
            actor=upload.confirmed_by, action=AuditAction.APPLY, object_type="ledgerupload",
            object_id=upload.reference, area_code=upload.area_id,
            detail={"step": "written", **{k: counts[k] for k in ("new", "changed", "conflicts")}},
        )  # fmt: skip


def _refuse(upload, code, message):
    if upload.filename not in message:
        message = f"{upload.filename}：{message}"
    with transaction.atomic():
        _forget_rows(upload)
        release(
            upload, state=UploadState.REFUSED, code=code, message=message, progress={},
            rows=0, new=0, changed=0, unchanged=0, refused_rows=0, findings={},
        )  # fmt: skip
        audit(
            actor=upload.uploaded_by, action=AuditAction.UPLOAD, object_type="ledgerupload",
            object_id=upload.reference, area_code=upload.area_id, is_success=False,
            detail={"code": code},
        )  # fmt: skip


def _ask_for_columns(upload, found):
    missing = found.get("missing", [])
    with transaction.atomic():
        _forget_rows(upload)
        release(
            upload,
            state=UploadState.COLUMNS,
            stage=Stage.MATCH,
            code="E_HEADER_MISSING" if missing else "",
            message=HEADINGS.missing_sentence(missing) if missing else "",
            sheets=found.get("sheets", []),
            columns=found.get("columns", {}),
            unmatched=found.get("unmatched", []),
            unsure=found.get("unsure", []),
            notices=found.get("notices", []),
            headers=found.get("headers", {}),
            progress={},
        )


def _give_up(upload):
    """After three tries that ended without a word, the file is not tried again."""
    if upload.state == UploadState.APPLYING:
        with transaction.atomic():
            release(
                upload, state=UploadState.REVIEW, stage=Stage.REVIEW, attempts=0,
                message="写入三次都没有完成，名录没有改动。请稍后再按“确认写入”，仍不行请告诉管理员。",
            )  # fmt: skip
        return UploadState.REVIEW
    _refuse(
        upload, "E_CORRUPT",
        f"{upload.filename} 处理三次都没有完成，已停止。请用 WPS 或 Excel 另存一份再上传。",
    )  # fmt: skip
    return UploadState.REFUSED
