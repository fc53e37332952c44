"""A parser that dies, a lease that died, a disk that is full: a clear message and nothing half."""

import resource
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from entities.enums import UploadState
from entities.ledger import process, sweep
from entities.ledger.uploads import UploadDenied
from entities.models import Entity, LedgerFinding, LedgerRow, LedgerUpload
from jiamusi_foodsafety.kit.ledger import lease

from . import dying_parser
from .pipeline import FILES, GOOD, Ledger, accept, confirm, take

FIFTY = FILES / "A01_clean.xlsx"


@pytest.fixture
def made_up(areas, dictionaries):
    """The made-up city with its dictionaries."""


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


@pytest.fixture
def large(tmp_path):
    """A csv of 60,000 good rows."""
    row = ",".join(str(value) for value in GOOD.values())
    lines = [row.replace("JY13799210000019", f"JY{13799210000000 + n}") for n in range(60_000)]
    path = tmp_path / "large.csv"
    path.write_text("\n".join([",".join(GOOD), *lines]), encoding="utf-8")
    return path


def test_parser_out_of_memory_refuses_the_file_and_spares_the_worker(made_up, large, settings):
    settings.LEDGER_CHILD_MEMORY_BYTES = 36 * 1024 * 1024
    upload = take(large)
    assert (upload.state, upload.code, upload.attempts) == (UploadState.REFUSED, "E_TOO_LARGE", 1)
    assert "内存不足" in upload.message
    assert not LedgerRow.objects.exists()
    settings.LEDGER_CHILD_MEMORY_BYTES = 1024**3
    assert take(FIFTY).new == 50


def test_parser_out_of_time_refuses_the_file(made_up, settings):
    settings.LEDGER_CHILD_SECONDS = 0.05
    upload = take(FIFTY)
    assert (upload.state, upload.code) == (UploadState.REFUSED, "E_TOO_LARGE")
    assert "用时过长" in upload.message


@pytest.mark.parametrize("place", dying_parser.PLACES)
def test_parser_killed_wherever_it_is_in_its_rows_refuses_the_file(
    made_up, ledger, monkeypatch, place
):
    monkeypatch.setenv(dying_parser.DIES, place)
    monkeypatch.setattr(process.EntityWork, "child_module", dying_parser.__name__)
    upload = ledger.take(GOOD, GOOD | {"许可证编号": "JY13799210000027"})
    assert (upload.state, upload.code, upload.attempts) == (UploadState.REFUSED, "E_CORRUPT", 1)
    assert not LedgerRow.objects.exists()
    assert not LedgerFinding.objects.exists()
    monkeypatch.undo()
    assert ledger.take(GOOD).new == 1


def test_a_lease_is_held_by_one_and_taken_over_when_it_died(made_up, ledger):
    upload = accept(ledger.book(GOOD))
    first = lease.claim(LedgerUpload, upload.pk)
    assert lease.claim(LedgerUpload, upload.pk) is None
    assert upload.pk not in sweep.waiting_uploads(at=timezone.now())
    later = timezone.now() + lease.LEASE + timedelta(seconds=1)
    assert sweep.waiting_uploads(at=later) == [upload.pk]
    LedgerUpload.objects.update(lease_until=timezone.now())
    second = lease.claim(LedgerUpload, upload.pk)
    assert (second.attempts, second.lease_token != first.lease_token) == (2, True)
    with pytest.raises(lease.LeaseLost):
        lease.release(first, state=UploadState.REVIEW)
    lease.release(second, state=UploadState.REVIEW)


def test_work_that_failed_is_let_go_at_once_and_done_by_the_next_sweep(made_up, ledger):
    upload = accept(ledger.book(GOOD))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE entities_ledgerrow RENAME TO away")
        with pytest.raises(DatabaseError):
            process.upload_work(upload.pk)
        cursor.execute("ALTER TABLE away RENAME TO entities_ledgerrow")
    assert sweep.waiting_uploads(at=timezone.now()) == [upload.pk]
    assert process.upload_work(upload.pk) == UploadState.REVIEW


@pytest.mark.parametrize("state", [UploadState.PROCESSING, UploadState.APPLYING])
def test_after_three_attempts_it_is_given_up_with_a_message(made_up, ledger, state):
    upload = ledger.take(GOOD)
    past = timezone.now() - timedelta(seconds=1)
    LedgerUpload.objects.update(state=state, attempts=lease.MAX_ATTEMPTS, lease_until=past)
    ended = process.upload_work(upload.pk)
    upload.refresh_from_db()
    assert "三次" in upload.message
    assert not Entity.objects.exists()
    if state == UploadState.PROCESSING:
        assert (ended, upload.code) == (UploadState.REFUSED, "E_CORRUPT")
        assert process.upload_work(upload.pk) == ""
    else:
        assert (ended, upload.attempts) == (UploadState.REVIEW, 0)
        assert confirm(upload).new == 1


def test_full_disk_gives_a_clear_message_no_record_and_no_file(made_up, ledger):
    path = ledger.book(*[GOOD | {"许可证编号": f"JY{n}"} for n in range(200)])
    assert path.stat().st_size > 5000
    store = Path(LedgerUpload._meta.get_field("file").storage.location) / "ledgers"
    store.mkdir(parents=True, exist_ok=True)
    before = set(store.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(UploadDenied, match="存储空间"):
            accept(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not LedgerUpload.objects.exists()
    assert set(store.iterdir()) - before == set()
    assert accept(path).state == UploadState.QUEUED


def test_an_empty_and_a_too_large_file_are_refused_without_keeping_bytes(
    made_up, tmp_path, settings
):
    settings.LEDGER_MAX_BYTES = 1000
    for name, content, code in (
        ("空.xlsx", b"", "E_EMPTY_FILE"),
        ("大.xlsx", b"x" * 1001, "E_TOO_LARGE"),
    ):
        (tmp_path / name).write_bytes(content)
        upload = accept(tmp_path / name)
        assert (upload.state, upload.code, upload.file.name) == (UploadState.REFUSED, code, "")
        assert name in upload.message
