"""Many people and workers at once: each thing happens once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from entities.enums import UploadState
from entities.ledger import process, uploads
from entities.ledger.uploads import UploadStateError
from entities.models import (
    Entity,
    LedgerFinding,
    LedgerRow,
    LedgerUpload,
)
from jiamusi_foodsafety.jurisdiction.models import AuditRecord

from .pipeline import (
    FILES,
    GOOD,
    OTHER_COUNTY,
    accept,
    confirm,
    counts,
    entity,
    prove,
    take,
)  # fmt: skip

SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": None,
    "主体类别": "小食杂",
    "许可证编号": "JY13799210000027",
}


@pytest.fixture
def at_once(transactional_db, areas, dictionaries):
    """Runs functions in threads of their own, each with a connection, started together."""

    def run(*functions):
        barrier = threading.Barrier(len(functions))

        def work(function):
            barrier.wait(20)
            try:
                return function()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(functions)) as pool:
            return [job.result() for job in [pool.submit(work, f) for f in functions]]

    return run


def test_the_same_file_ten_times_at_once_is_written_once(at_once):
    paths = [FILES / "F01_same_file_a.xlsx", FILES / "F02_same_content_resaved.xlsx"] * 5
    results = at_once(*[lambda path=path: confirm_quietly(take(path)) for path in paths])
    assert {upload.state for upload in results} == {UploadState.APPLIED}
    assert sorted(upload.new for upload in results) == [0] * 9 + [20]
    assert {upload.new + upload.unchanged for upload in results} == {20}
    assert sum(upload.changed + upload.conflicts for upload in results) == 0
    assert Entity.objects.count() == Entity.events.rel.related_model.objects.count() == 20
    assert len({upload.reference for upload in results}) == 10
    prove()


def confirm_quietly(upload):
    """Without proving the counters: others write meanwhile."""
    uploads.upload_confirm(upload=upload, by=None, at=timezone.now(), is_sure=True)
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    return upload


def test_people_and_workers_at_once_do_each_thing_once(at_once, ledger):
    path = ledger.book(GOOD, SECOND)
    first = accept(path)
    worked = at_once(*[lambda: process.upload_work(first.pk)] * 4)
    assert sorted(worked) == ["", "", "", UploadState.REVIEW]
    assert (
        LedgerRow.objects.count(),
        LedgerFinding.objects.filter(code__startswith="R_").count(),
    ) == (2, 0)
    first.refresh_from_db()
    at_once(*[lambda: uploads.upload_confirm(upload=first, by=None, at=timezone.now())] * 3)
    worked = at_once(*[lambda: process.upload_work(first.pk)] * 4)
    assert sorted(worked) == ["", "", "", UploadState.APPLIED]
    assert AuditRecord.objects.filter(action="apply", detail__step="confirm").count() == 1

    def undo():
        try:
            return uploads.upload_undo(upload=first, by=None, at=timezone.now()).restored
        except UploadStateError as error:
            return str(error)

    done = at_once(undo, undo, undo)
    assert sorted(map(str, done))[0] == "2"
    assert sum("已撤销" in str(said) for said in done) == 2
    prove()


def test_two_counties_and_a_person_at_once_do_not_mix(at_once, ledger):
    rows = [SECOND | {"主体名称": f"{n}号店", "许可证编号": f"小登{n}"} for n in range(40)]
    here = take(ledger.book(*rows))
    there = take(ledger.book(*[row | {"乡镇街道": "新店镇"} for row in rows]), area=OTHER_COUNTY)
    again = take(ledger.book(*[row | {"法定代表人": "王芳"} for row in reversed(rows)]))

    def person():
        for row in Entity.objects.order_by("-pk")[:20]:
            Entity.objects.filter(pk=row.pk).update(note="检查过")

    at_once(
        lambda: confirm_quietly(here),
        lambda: confirm_quietly(there),
        lambda: confirm_quietly(again),
        person,
    )
    assert Entity.objects.count() == 80
    for upload in (here, there, again):
        upload.refresh_from_db()
        assert sum(counts(upload)) + upload.conflicts == 40
    assert there.new == 40
    assert sorted([here.new, again.new]) == [0, 40]
    prove()


def test_a_person_who_is_just_saving_is_waited_for_and_not_overwritten(at_once, ledger):
    from django.db import transaction

    confirm(take(ledger.book(GOOD)))
    upload = take(ledger.book(GOOD | {"法定代表人": "王芳"}))
    uploads.upload_confirm(upload=upload, by=None, at=timezone.now())
    is_saving = threading.Event()

    def person():
        with transaction.atomic():
            Entity.objects.update(legal_person="赵敏")
            is_saving.set()
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            for _ in range(200):
                with connection.cursor() as cursor:
                    cursor.execute(waits)
                    if cursor.fetchone()[0]:
                        return
                threading.Event().wait(0.02)

    def worker():
        is_saving.wait(20)
        return process.upload_work(upload.pk)

    assert at_once(person, worker) == [None, UploadState.APPLIED]
    upload.refresh_from_db()
    assert (upload.conflicts, entity().legal_person) == (1, "赵敏")


def test_one_key_sent_twice_at_once_is_one_upload(at_once):
    path = FILES / "F01_same_file_a.xlsx"
    sent = at_once(*[lambda: accept(path, idempotency_key="k" * 32)] * 5)
    assert len({upload.pk for upload in sent}) == LedgerUpload.objects.count() == 1
    stored = Path(sent[0].file.storage.location) / "ledgers"
    names = {path.name for path in stored.iterdir()}
    assert Path(sent[0].file.name).name in names
    assert LedgerUpload.objects.get().reference == sent[0].reference
