"""The life of an upload: accept, choose columns, confirm, discard, undo. Each step is one transaction on the
upload's row; two people pressing at once get one result and one clear sentence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import DomainError

from .columns import Column
from .files import UploadDenied, forget_file, keep_file, measure, refusal_by_size, safe_filename
from .records import ColumnChoiceRecord, UploadRecord
from .states import Stage, UploadMode, UploadState

REFERENCE_LOCK = 230801
# How long the first bell has before the sweep rings again.
BELL_TIME = timedelta(seconds=20)


class UploadStateError(DomainError):
    """The step does not fit the upload's state: somebody was quicker, or it is not ready yet."""


class UploadLife:
    """The steps of one ledger's uploads. A room names its models, its columns and what the ledger is written
    to (`written_name`: 名录), and gives undo and the audit log."""

    model: type[UploadRecord]
    choice_model: type[ColumnChoiceRecord]
    columns: Sequence[Column]
    written_name: str
    # stands before the number of a reference
    mark = ""

    def tell_audit(self, upload, **what) -> None:
        """Append to the audit log."""
        raise NotImplementedError

    def undo_rows(self, upload, *, by_id: int | None) -> dict:
        """Take the writing back; gives {restored, kept, undone_context}."""
        raise NotImplementedError

    def after_undo(self, upload, *, by) -> None:
        """What else goes back with an undo, in its transaction."""

    def doubt(self, upload) -> str:
        """Why confirming needs a second look, as a sentence; "" when nothing is odd."""
        return ""

    def written_counts(self, upload) -> dict:
        """What the audit log tells of a confirmed upload."""
        return {"new": upload.new, "changed": upload.changed}

    def accept(
        self,
        *,
        source,
        filename: str,
        area,
        by,
        channel: str,
        mode: str = UploadMode.PARTIAL,
        at: datetime,
        idempotency_key: str | None = None,
        wants_apply: bool = False,
        address: str | None = None,
    ) -> UploadRecord:
        """Keep the file and its record before anything looks into it (state queued).

        `source`: an open binary file. An empty or too large file is recorded as refused, without bytes.
        The same idempotency key gives the same upload, whatever is sent twice. Raises UploadDenied when
        the store cannot keep the file, or the key is somebody else's."""
        if idempotency_key:
            known = self.model.objects.filter(idempotency_key=idempotency_key).first()
            if known is not None:
                return _own(known, by, area)
        size, digest = measure(source)
        upload = self.model(
            area=area, uploaded_by=by, channel=channel, mode=mode, filename=safe_filename(filename),
            size=size, sha256=digest, idempotency_key=idempotency_key, created_at=at,
            wants_apply=wants_apply,
        )  # fmt: skip
        refusal = refusal_by_size(size, upload.filename)
        if refusal:
            upload.state, (upload.code, upload.message) = UploadState.REFUSED, refusal
        else:
            keep_file(upload, source, untouched=self.written_name)
        try:
            with transaction.atomic():
                upload.reference = self._next_reference(area, at)
                upload.save()
                self.tell_audit(
                    upload, actor=by, action="upload", address=address, is_success=not refusal,
                    detail={"file": upload.filename, "size": size, "sha256": digest, "mode": mode,
                            "channel": channel, "code": upload.code},
                )  # fmt: skip
        except IntegrityError:
            forget_file(upload)
            known = self.model.objects.filter(idempotency_key=idempotency_key).first()
            if idempotency_key and known is not None:
                return _own(known, by, area)
            raise
        except OperationalError:
            # The record may stand although its answer was lost: a file without one is swept later.
            raise
        except Exception:
            forget_file(upload)
            raise
        return upload

    def _next_reference(self, area, at):
        day = timezone.localtime(at).strftime("%Y%m%d")
        prefix = f"{area.pk}-{day}-{self.mark}"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [REFERENCE_LOCK, prefix]
            )
            cursor.execute(
                f"""SELECT coalesce(max(substr(reference, %s)::int), 0) + 1
                    FROM {self.model._meta.db_table} WHERE reference LIKE %s""",
                [len(prefix) + 1, f"{prefix}%"],
            )
            (number,) = cursor.fetchone()
        return f"{prefix}{number:02d}"

    def locked(self, upload) -> UploadRecord:
        """The upload's row as it is now, held until the transaction ends."""
        return self.model.objects.select_for_update(of=("self",)).get(pk=upload.pk)

    @transaction.atomic
    def choose_columns(
        self,
        *,
        upload: UploadRecord,
        choices: dict[str, str],
        remember: bool,
        by,
        at: datetime,
        address: str | None = None,
    ) -> UploadRecord:
        """Say which field each unsure or unmatched heading is ("" = leave it alone) and go on from the
        stored file. `remember` keeps the answers for the county's next ledgers."""
        upload = self.locked(upload)
        expect(upload, {UploadState.COLUMNS, UploadState.REVIEW}, "列对应已经不能再改")
        keys = {column.key for column in self.columns}
        unknown = set(choices.values()) - keys - {""}
        if unknown:
            raise UploadStateError("选择的字段不存在。请刷新页面后重新选择。")
        picked = [field for field in choices.values() if field]
        if len(picked) != len(set(picked)):
            raise UploadStateError("同一个字段选给了两列。每个字段只能对应一列，请改选。")
        upload.choices = {**upload.choices, **choices}
        if remember:
            for heading, field in choices.items():
                self.choice_model.objects.update_or_create(
                    area=upload.area, heading=heading[:100], defaults={"field": field}
                )
        upload.state, upload.stage = UploadState.QUEUED, Stage.READ
        upload.code = upload.message = ""
        upload.attempts, upload.progress, upload.lease_until = 0, {}, None
        upload.save()
        self.tell_audit(
            upload, actor=by, action="change", address=address, detail={"columns": choices}
        )
        return upload

    @transaction.atomic
    def confirm(
        self,
        *,
        upload: UploadRecord,
        by,
        at: datetime,
        is_sure: bool = False,
        address: str | None = None,
    ) -> UploadRecord:
        """Order the writing (state applying); the worker does it. Pressing twice orders it once."""
        upload = self.locked(upload)
        if upload.state in {UploadState.APPLYING, UploadState.APPLIED}:
            return upload
        expect(upload, {UploadState.REVIEW}, "现在不能写入")
        doubt = "" if is_sure else self.doubt(upload)
        if doubt:
            raise UploadStateError(doubt)
        upload.state, upload.stage = UploadState.APPLYING, Stage.APPLY
        upload.confirmed_by, upload.confirmed_at = by, at
        upload.attempts, upload.progress = 0, {}
        upload.lease_token = None
        upload.lease_until = at + BELL_TIME
        upload.save()
        self.tell_audit(
            upload, actor=by, action="apply", address=address,
            detail={"step": "confirm", **self.written_counts(upload)},
        )  # fmt: skip
        return upload

    @transaction.atomic
    def discard(self, *, upload: UploadRecord, by, address: str | None = None) -> UploadRecord:
        """Give an upload up before it is written. Its file and record stay."""
        upload = self.locked(upload)
        expect(
            upload,
            {UploadState.REVIEW, UploadState.COLUMNS, UploadState.QUEUED, UploadState.PROCESSING},
            "现在不能放弃",
        )
        upload.state, upload.lease_token = UploadState.DISCARDED, None
        upload.save()
        self.tell_audit(upload, actor=by, action="discard", address=address)
        return upload

    @transaction.atomic
    def undo(
        self, *, upload: UploadRecord, by, at: datetime, address: str | None = None
    ) -> UploadRecord:
        """Take back what a written upload did. What somebody changed since stays, and is named."""
        upload = self.locked(upload)
        expect(upload, {UploadState.APPLIED}, "现在不能撤销")
        if upload.written_context:
            result = self.undo_rows(upload, by_id=by.pk if by else None)
            upload.restored, upload.kept = result["restored"], result["kept"]
            upload.undone_context = result["undone_context"]
        self.after_undo(upload, by=by)
        upload.state, upload.undone_by, upload.undone_at = UploadState.UNDONE, by, at
        upload.save()
        self.tell_audit(
            upload, actor=by, action="undo", address=address,
            detail={"restored": upload.restored, "kept": upload.kept},
        )  # fmt: skip
        return upload


def expect(upload: UploadRecord, states: set[str], sentence: str) -> None:
    """Refuse a step that does not fit the upload's state."""
    if upload.state not in states:
        raise UploadStateError(f"{sentence}（这份台账现在是“{upload.get_state_display()}”）。")


def _own(upload, by, area):
    if upload.uploaded_by_id != (by.pk if by else None) or upload.area_id != area.pk:
        raise UploadDenied("这个上传编号已被使用。请刷新页面后重新上传。")
    return upload
