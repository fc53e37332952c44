"""Bundles of pledges: asked for on the page, made by the worker with progress, caught up, fetched, purged."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from responsibility.documents import bundles
from responsibility.documents.bundles import bundle_work
from responsibility.models import Batch, Cadre, Notification, Pledge
from responsibility.services.batches import MAX_TRIES, STALE, batch_work, waiting_batches
from responsibility.services.bundles import KEPT, bundle_start, bundles_purge
from responsibility.services.pledges_bulk import pledges_make
from tests.personas import TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(log_in, county_officer):
    return log_in(county_officer)


@pytest.fixture
def pledges(areas):
    for name, code, level in (("王小五", VILLAGE, "village"), ("李副镇长", TOWN, "township")):
        CadreFactory(area=areas[code], level=level, name=name)
    pledges_make(
        cadres=Cadre.objects.all(), actor=None, at=timezone.now(), year=2022, is_issued=True
    )
    return Pledge.objects.order_by("area_id", "pk")


def url(name, *args):
    return reverse(f"responsibility:{name}", args=args)


def asked(browser, format="docx", query=""):
    return browser.post(url("pledge-bundle") + query, {"as": format})


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_a_bundle_is_made_by_the_worker_and_fetched(pledges, browser, county_officer, format):
    answer = asked(browser, format)
    batch = Batch.objects.get()
    assert answer.url == url("pledge-batch", batch.pk)
    assert "排队中：0 / 2 份" in browser.get(answer.url).content.decode()
    assert browser.get(url("pledge-batch-file", batch.pk)).status_code == 404
    assert batch_work(batch.pk, clock=timezone.now) == 0  # another kind's
    assert bundle_work(batch.pk, clock=timezone.now) == 2
    assert bundle_work(batch.pk, clock=timezone.now) == 0
    page = browser.get(answer.url).content.decode()
    assert "已打包 2 份" in page
    file = browser.get(url("pledge-batch-file", batch.pk))
    assert "attachment" in file["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))).namelist()
    if format == "docx":
        assert names == [f"{row.number}_{row.name}.docx" for row in pledges]
    else:
        assert names == ["承诺书_0001-0002.pdf"]
    told = Notification.objects.get(user=county_officer)
    assert told.url == answer.url


def test_one_bundle_a_person_at_a_time_and_none_of_nothing(pledges, browser):
    asked(browser)
    again = asked(browser)
    assert again.url.startswith(url("pledge-list"))
    assert "还没有完成" in browser.get(again.url).content.decode()
    assert Batch.objects.count() == 1
    Batch.objects.update(state="done")
    asked(browser, query="?view=void")
    asked(browser, "exe")
    assert Batch.objects.count() == 1


def test_a_worker_that_died_is_caught_up(pledges, areas, county_officer, monkeypatch):
    batch = bundle_start(
        pledges=pledges, area=areas[TOWN[:6]], actor=county_officer, format="docx", name="a.zip"
    )

    def dies(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bundles, "bundle_progress", dies)
        with pytest.raises(KeyboardInterrupt):
            bundle_work(batch.pk, clock=timezone.now)
    now = timezone.now()
    assert waiting_batches(at=now) == []
    later = now + STALE + timedelta(seconds=1)
    assert waiting_batches(at=later) == [batch.pk]
    assert bundle_work(batch.pk, clock=lambda: later) == 2
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.options["tries"]) == ("done", 2, 2)


def test_a_slow_worker_that_was_taken_over_keeps_nothing(
    pledges, areas, county_officer, monkeypatch
):
    batch = bundle_start(
        pledges=pledges, area=areas[TOWN[:6]], actor=county_officer, format="docx", name="a.zip"
    )
    progress = bundles.bundle_progress

    def overtaken(**values):
        Batch.objects.update(options=batch.options | {"tries": 2})
        return progress(**values)

    monkeypatch.setattr(bundles, "bundle_progress", overtaken)
    assert bundle_work(batch.pk, clock=timezone.now) == 0
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == ("running", False)


def test_what_cannot_be_made_says_why(pledges, areas, county_officer, monkeypatch):
    def broken(*_args, **_):
        raise bundles.DomainError("模板文件不在了。")
        yield

    batch = bundle_start(
        pledges=pledges, area=areas[TOWN[:6]], actor=county_officer, format="pdf", name="a.zip"
    )
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "pledges_zip", broken)
        assert bundle_work(batch.pk, clock=timezone.now) == 0
    batch.refresh_from_db()
    assert (batch.state, "模板文件不在了" in batch.message) == ("failed", True)
    Batch.objects.update(state="queued", options=batch.options | {"tries": MAX_TRIES})
    assert bundle_work(batch.pk, clock=timezone.now) == 0
    batch.refresh_from_db()
    assert (batch.state, "按乡镇" in batch.message) == ("failed", True)


def test_an_old_bundle_leaves_the_disk(pledges, browser):
    asked(browser)
    batch = Batch.objects.get()
    bundle_work(batch.pk, clock=timezone.now)
    now = timezone.now()
    assert bundles_purge(at=now) == 0
    batch.refresh_from_db()
    name, storage = batch.file.name, batch.file.storage
    assert storage.exists(name)
    assert bundles_purge(at=now + KEPT + timedelta(minutes=1)) == 1
    assert not storage.exists(name)
    assert "请重新打包" in browser.get(url("pledge-batch", batch.pk)).content.decode()
    assert browser.get(url("pledge-batch-file", batch.pk)).status_code == 404
