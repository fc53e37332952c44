"""The work on an upload: read and stage it through the limited child, compare it, write it."""

import json
import logging
import sys
import tempfile
import time

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from jiamusi_foodsafety.kit.workbook.child import run_limited
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

from .copying import ColumnsNeeded, Listener, Numbered, copy, local_file
from .headings import Headings
from .lease import MAX_ATTEMPTS, Keeper, LeaseLost, claim, let_go, release
from .records import UploadRecord
from .staging import FINDING_FIELDS
from .states import Stage, UploadState

log = logging.getLogger(__name__)


class LedgerWork:
    """What a worker does with the uploads of one ledger. A room names its models, the module of its child
    and the meaning of its headings, and gives the job, the comparison and the writing."""

    upload_model: type[UploadRecord]
    row_model: type[models.Model]
    finding_model: type[models.Model]
    # further tables of staged rows
    other_models: tuple[type[models.Model], ...] = ()
    staged_fields: tuple[str, ...]
    child_module: str
    meaning: Headings
    # what a writing leaves alone when it does not end: 名录
    written_name: str
    # counts that a refused file has none of
    counts: tuple[str, ...] = ("rows", "new", "changed", "unchanged", "refused_rows")

    def job(self, upload, *, path: str, findings_path: str) -> dict:
        """The child's job, as plain data."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Before comparing or writing, outside their transaction."""

    def compare(self, upload, *, result: dict) -> dict:
        """Compare the staged rows with what is known; gives the upload's counts. In the transaction of
        staging."""
        raise NotImplementedError

    def write(self, upload) -> dict:
        """Write what was previewed; gives the upload's counts. In a transaction of its own."""
        raise NotImplementedError

    def tell_audit(self, upload, **what) -> None:
        """Append to the audit log."""
        raise NotImplementedError

    def run(self, upload_id: int) -> str:
        """Do what the upload waits for, if nobody else does: stage and compare it, or write it.

        Safe to call any number of times at once. Gives the state it left behind ("" = nothing done)."""
        upload = claim(self.upload_model, upload_id)
        if upload is None:
            return ""
        if upload.attempts > MAX_ATTEMPTS:
            return self._give_up(upload)
        try:
            self._work(upload)
        except LeaseLost:
            log.warning("lease lost: %s", upload.reference)
            return ""
        except Exception:
            # A database that went away, a fault of ours: the next sweep tries again, three times in all.
            let_go(upload)
            raise
        return self.upload_model.objects.values_list("state", flat=True).get(pk=upload.pk)

    def _work(self, upload):
        try:
            with Keeper(upload) as keeper:
                if upload.state == UploadState.APPLYING:
                    self._write(upload, keeper)
                else:
                    self._stage_and_compare(upload, keeper)
        except WorkbookRefused as refusal:
            self._refuse(upload, refusal.code, refusal.message)
        except ColumnsNeeded as needed:
            self._ask_for_columns(upload, needed.found)

    def _stage_and_compare(self, upload, keeper):
        keeper.tell(Stage.READ)
        self.prepare()
        with transaction.atomic():
            self._forget_rows(upload)
            result, seconds = self._stage(upload, keeper)
            keeper.tell(Stage.COMPARE)
            started = time.perf_counter()
            counts = self.compare(upload, result=result)
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

    def _forget_rows(self, upload):
        for model in (*self.other_models, self.finding_model, self.row_model):
            model.objects.filter(upload=upload).delete()

    def _stage(self, upload, keeper):
        """COPY what the child gives into the staging table while it still reads; findings after it."""
        started = time.perf_counter()
        with (
            tempfile.NamedTemporaryFile(prefix="findings-") as findings,
            local_file(upload) as path,
        ):
            job = self.job(upload, path=path, findings_path=findings.name)
            with (
                run_limited(
                    [sys.executable, "-m", self.child_module],
                    stdin=json.dumps(job).encode(),
                    memory_bytes=settings.LEDGER_CHILD_MEMORY_BYTES,
                    seconds=settings.LEDGER_CHILD_SECONDS,
                    cwd=str(settings.BASE_DIR),
                ) as child,
                connection.cursor() as cursor,
            ):
                listener = Listener(child, keeper)
                rows = Numbered(child.stdout, upload.pk)
                try:
                    copy(cursor, self.row_model, self.staged_fields, rows)
                except DatabaseError:
                    if rows.has_ended:  # a row torn by the child's end, which tells why itself
                        child.wait()
                    raise
                result = listener.result()
                copied = time.perf_counter()
                with open(findings.name, "rb") as stream:
                    copy(cursor, self.finding_model, FINDING_FIELDS, Numbered(stream, upload.pk))
        seconds = dict(result["seconds"])
        # Copying runs beside reading and checking; what is left over is the stage of its own.
        inside = sum(seconds.values())
        seconds["stage"] = round(max(0.0, copied - started - inside), 3)
        return result, seconds

    def _write(self, upload, keeper):
        keeper.tell(Stage.APPLY)
        self.prepare()
        started = time.perf_counter()
        with transaction.atomic():
            counts = self.write(upload)
            seconds = {**upload.seconds, "apply": round(time.perf_counter() - started, 3)}
            release(
                upload, state=UploadState.APPLIED, stage=Stage.APPLY, seconds=seconds, progress={},
                applied_at=timezone.now(), **counts,
            )  # fmt: skip
            self.tell_audit(
                upload, actor=upload.confirmed_by, action="apply",
                detail={"step": "written", **{k: counts[k] for k in ("new", "changed", "conflicts")}},
            )  # fmt: skip

    def _refuse(self, upload, code, message):
        if upload.filename not in message:
            message = f"{upload.filename}：{message}"
        with transaction.atomic():
            self._forget_rows(upload)
            release(
                upload, state=UploadState.REFUSED, code=code, message=message, progress={},
                findings={}, **dict.fromkeys(self.counts, 0),
            )  # fmt: skip
            self.tell_audit(
                upload, actor=upload.uploaded_by, action="upload", is_success=False,
                detail={"code": code},
            )  # fmt: skip

    def _ask_for_columns(self, upload, found):
        missing = found.get("missing", [])
        with transaction.atomic():
            self._forget_rows(upload)
            release(
                upload,
                state=UploadState.COLUMNS,
                stage=Stage.MATCH,
                code="E_HEADER_MISSING" if missing else "",
                message=self.meaning.missing_sentence(missing) if missing else "",
                sheets=found.get("sheets", []),
                columns=found.get("columns", {}),
                unmatched=found.get("unmatched", []),
                unsure=found.get("unsure", []),
                notices=found.get("notices", []),
                headers=found.get("headers", {}),
                progress={},
            )

    def _give_up(self, upload):
        """After three tries that ended without a word, the file is not tried again."""
        if upload.state == UploadState.APPLYING:
            with transaction.atomic():
                release(
                    upload, state=UploadState.REVIEW, stage=Stage.REVIEW, attempts=0,
                    message=f"写入三次都没有完成，{self.written_name}没有改动。"
                            "请稍后再按“确认写入”，仍不行请告诉管理员。",
                )  # fmt: skip
            return UploadState.REVIEW
        self._refuse(
            upload, "E_CORRUPT",
            f"{upload.filename} 处理三次都没有完成，已停止。请用 WPS 或 Excel 另存一份再上传。",
        )  # fmt: skip
        return UploadState.REFUSED
