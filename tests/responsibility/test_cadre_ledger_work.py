"""Cadre ledgers and their workers: bells unheard, leases lost, tries that end, two clerks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from jiamusi_foodsafety.kit.ledger.lease import LEASE, MAX_ATTEMPTS, LeaseLost, claim, release
from responsibility.ledger import process, sweep, uploads
from responsibility.models import Cadre, CadreUpload, Change

from .cadre_pipeline import GOOD, Roll, accept, phone, undo

pytestmark = pytest.mark.usefixtures("areas")


@pytest.fixture
def roll(tmp_path):
    return Roll(tmp_path)


def test_a_bell_that_nobody_heard_is_rung_again_and_the_work_is_done_once(roll):
    upload = accept(roll.book(GOOD))
    now = timezone.now()
    assert sweep.waiting_uploads(at=now) == []
    assert sweep.waiting_uploads(at=now + timedelta(seconds=31)) == [upload.pk]
    first = claim(CadreUpload, upload.pk)
    assert process.upload_work(upload.pk) == ""
    assert sweep.waiting_uploads(at=now + timedelta(seconds=31)) == []
    later = now + LEASE + timedelta(seconds=1)
    assert sweep.waiting_uploads(at=later) == [upload.pk]
    CadreUpload.objects.update(lease_until=now - timedelta(seconds=1))
    assert process.upload_work(upload.pk) == "review"
    with pytest.raises(LeaseLost):
        release(first, state="review")
    assert upload.ledger_rows.count() == 1


def test_after_three_tries_the_file_is_not_tried_again(roll):
    upload = accept(roll.book(GOOD))
    past = timezone.now() - timedelta(seconds=1)
    CadreUpload.objects.update(state="processing", attempts=MAX_ATTEMPTS, lease_until=past)
    assert process.upload_work(upload.pk) == "refused"
    upload = roll.take(GOOD)
    CadreUpload.objects.filter(pk=upload.pk).update(
        state="applying", attempts=MAX_ATTEMPTS, lease_until=past
    )
    assert process.upload_work(upload.pk) == "review"
    upload.refresh_from_db()
    assert "干部名册没有改动" in upload.message
    assert not Cadre.objects.exists()


def test_old_rows_and_files_without_a_record_go(roll, settings):
    upload = roll.write(GOOD)
    other = accept(roll.book(GOOD))
    storage, name = other.file.storage, other.file.name
    CadreUpload.objects.filter(pk=other.pk).delete()
    later = timezone.now() + timedelta(days=settings.LEDGER_KEEP_DAYS + 1)
    assert sweep.purge(at=later) >= 2
    assert not storage.exists(name)
    assert storage.exists(upload.file.name)
    assert not upload.ledger_rows.exists()
    undo(upload)
    assert not Cadre.objects.filter(is_in_post=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_confirm_at_once_and_it_is_written_once(roll, county_officer):
    upload = roll.take(
        *({"姓名": name, "电话": phone(n)} for n, name in enumerate(["王五", "赵六", "孙七"]))
    )

    def press(_):
        try:
            uploads.LIFE.confirm(upload=upload, by=county_officer, at=timezone.now())
            return process.upload_work(upload.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        left = sorted(pool.map(press, range(2)))
    assert left[-1] == "applied"
    assert Cadre.objects.count() == 3
    assert Change.objects.count() == 3
