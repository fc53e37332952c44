"""From the upload to the review: eleven ledgers, choices of columns, states, names, people at once."""

import io
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from entities.enums import Status, UploadState
from entities.generator.ledgers import make_ledgers
from entities.ledger import process, sweep, uploads
from entities.ledger.findings import KINDS
from entities.ledger.uploads import UploadDenied, UploadStateError
from entities.models import (
    ColumnChoice,
    Entity,
    LedgerRow,
    LedgerUpload,
    Proposal,
    Transfer,
)
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.services import areas_load
from jiamusi_foodsafety.kit.ledger.lease import claim

from .pipeline import (
    COUNTY,
    GOOD,
    OTHER_COUNTY,
    accept,
    confirm,
    counts,
    figures,
    import_file,
    prove,
    run,
    snapshot,
    take,
)  # fmt: skip

AREAS = Path(settings.BASE_DIR) / "fixtures" / "areas.csv"


# --- eleven ledgers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def eleven(tmp_path_factory):
    out = tmp_path_factory.mktemp("eleven")
    return out, make_ledgers(seed=5, out=out, as_of=timezone.localdate(), areas=AREAS, share=0.02)


@pytest.mark.django_db
def test_eleven_ledgers_give_exactly_their_manifest_and_come_back(eleven, dictionaries, tmp_path):
    areas_load(path=AREAS)
    folder, manifest = eleven
    assert len(manifest["files"]) == 11
    for file in manifest["files"]:
        result = import_file(folder / file["file"], area=file["county"])
        assert result["state"] == "applied", result
        assert (result["rows"], result["new"], result["refused_rows"]) == (
            file["rows"], file["good"], file["refused_rows"],
        ), file["file"]  # fmt: skip
        refused = {code: n for code, n in result["findings"].items() if code.startswith("R_")}
        assert refused == file["refused"]
        told = figures(file["county"])
        assert told == {"registered": file["good"], **file["graded"]}
        again = import_file(folder / file["file"], area=file["county"])
        assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, file["good"])
    total = manifest["total"]
    assert figures("2308") == {"registered": total["good"], **{g: total[g] for g in "ABCD"}}
    proposed = Entity.objects.filter(proposals__state="proposed").count()
    assert proposed == total["screening_candidates"]
    assert not Transfer.objects.exists()
    prove()
    check_export(tmp_path)


def check_export(tmp_path):
    """The register given back and uploaded again changes nothing."""
    dress_up()
    before, proposals = snapshot(), Proposal.objects.count()
    for format in ("xlsx", "csv"):
        path = tmp_path / f"register.{format}"
        run("export_entities", "--format", format, "--all", "--out", path)
        result = import_file(path, area="2308")
        changed = LedgerRow.objects.filter(upload=result["upload"]).exclude(action="unchanged")
        assert list(changed.values("action", "name", "diff")) == []
        assert (result["unchanged"], result["findings"].keys() & REFUSALS) == (len(before), set())
        assert result["rows"] == result["unchanged"]
        again = tmp_path / f"again.{format}"
        run("export_entities", "--format", format, "--all", "--out", again)
        if format == "csv":
            assert again.read_bytes() == path.read_bytes()
    assert (snapshot(), Proposal.objects.count()) == (before, proposals)
    county = json.loads(run("export_entities", "--area", "2308G1").out)
    assert len(county) == figures("2308G1")["registered"]
    assert {row["county"] for row in county} == {"高新区"}


REFUSALS = {kind.code for kind in KINDS if kind.code.startswith("R_")}


def dress_up():
    """Every status, a grade by hand, odd texts: what people leave in a register."""
    ids = list(Entity.objects.order_by("pk").values_list("pk", flat=True))
    for pk, status in zip(ids, [s for s in Status if s != Status.WITHDRAWN], strict=False):
        Entity.objects.filter(pk=pk).update(status=status)
    Entity.objects.filter(pk=ids[20]).update(grade="A", grade_source="manual", grade_reason="重点")
    Entity.objects.filter(pk=ids[21]).update(
        note="=1+1", legal_person="O'Neil·王", form="超市;便利店"
    )
    Entity.objects.filter(pk=ids[22]).update(
        phone="0454-8223344", floor_area="0.50", cadre_name="张三、李四"
    )


# --- columns -------------------------------------------------------------------------------------


STRANGE = ["主体名称", "统一社会信用代码", "证照", "主体类别", "乡镇街道"]
AS_GOOD = dict(zip(STRANGE, GOOD.values(), strict=True))


def strange_book(ledger, **others):
    return ledger.book(AS_GOOD | others, headings=[*STRANGE, *others])


def test_unknown_column_is_asked_for_chosen_and_remembered_for_the_county(ledger, made_up):
    path = strange_book(ledger)
    upload = take(path)
    assert (upload.state, upload.code) == (UploadState.COLUMNS, "E_HEADER_MISSING")
    assert "许可证编号" in upload.message
    assert "证照" in [item["heading"] for item in upload.unmatched + upload.unsure]
    assert not LedgerRow.objects.exists()
    uploads.columns_choose(
        upload=upload, choices={"证照": "licence_no"}, remember=True, by=None, at=timezone.now()
    )
    assert process.upload_work(upload.pk) == UploadState.REVIEW
    upload.refresh_from_db()
    assert (upload.new, upload.columns["licence_no"], upload.code) == (1, "证照", "")
    confirm(upload)
    assert counts(take(path)) == (0, 0, 1, 0)
    assert import_file(path)["unchanged"] == 1
    assert take(path, area=OTHER_COUNTY).state == UploadState.COLUMNS


def test_a_choice_for_this_time_is_not_remembered(ledger, made_up):
    path = strange_book(ledger)
    upload = take(path)
    uploads.columns_choose(
        upload=upload, choices={"证照": "licence_no"}, remember=False, by=None, at=timezone.now()
    )
    process.upload_work(upload.pk)
    assert not ColumnChoice.objects.exists()
    assert take(path).state == UploadState.COLUMNS


def test_the_command_refuses_instead_of_asking(ledger, made_up):
    result = import_file(strange_book(ledger))
    assert (result["state"], result["code"]) == ("refused", "E_HEADER_MISSING")


@pytest.mark.parametrize(
    "choices", [{"证照": "no_such"}, {"证照": "licence_no", "别的": "licence_no"}]
)
def test_choices_that_cannot_be_are_refused(ledger, made_up, choices):
    upload = take(strange_book(ledger))
    with pytest.raises(UploadStateError):
        uploads.columns_choose(
            upload=upload, choices=choices, remember=True, by=None, at=timezone.now()
        )
    upload.refresh_from_db()
    assert (upload.state, ColumnChoice.objects.count()) == (UploadState.COLUMNS, 0)


# --- states --------------------------------------------------------------------------------------


def test_confirm_pressed_twice_orders_once(ledger, made_up, county_officer):
    upload = ledger.take(GOOD)
    for _ in range(2):
        uploads.upload_confirm(upload=upload, by=county_officer, at=timezone.now())
    assert process.upload_work(upload.pk) == UploadState.APPLIED
    assert process.upload_work(upload.pk) == ""
    uploads.upload_confirm(upload=upload, by=county_officer, at=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.new, Entity.objects.count()) == (UploadState.APPLIED, 1, 1)
    steps = AuditRecord.objects.filter(action="apply").values_list("detail__step", flat=True)
    assert Counter(steps) == {"confirm": 1, "written": 1}


def test_discarded_while_it_is_processed_leaves_nothing(ledger, made_up):
    upload = accept(ledger.book(GOOD))
    held = claim(LedgerUpload, upload.pk)
    uploads.upload_discard(upload=upload, by=None)
    with pytest.raises(process.LeaseLost):
        process.release(held, state=UploadState.REVIEW)
    upload.refresh_from_db()
    assert (upload.state, process.upload_work(upload.pk)) == (UploadState.DISCARDED, "")
    assert not LedgerRow.objects.exists()


@pytest.mark.parametrize("state", ["applied", "undone", "refused", "discarded", "applying"])
def test_what_is_over_can_neither_be_discarded_nor_chosen(ledger, made_up, state):
    upload = ledger.take(GOOD)
    LedgerUpload.objects.update(state=state)
    for step in (
        lambda: uploads.upload_discard(upload=upload, by=None),
        lambda: uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None),
        lambda: uploads.columns_choose(
            upload=upload, choices={}, remember=False, by=None, at=timezone.now()
        ),
    ):
        with pytest.raises(UploadStateError):
            step()


def test_a_step_that_comes_too_early_is_told(ledger, made_up):
    upload = accept(ledger.book(GOOD))
    with pytest.raises(UploadStateError, match="排队中"):
        uploads.upload_confirm(upload=upload, by=None, at=timezone.now())


def test_the_same_key_is_the_same_upload_and_no_other_persons(
    ledger, made_up, county_officer, city_admin
):
    path = ledger.book(GOOD)
    first = accept(path, by=county_officer, idempotency_key="k" * 32)
    assert accept(path, by=county_officer, idempotency_key="k" * 32) == first
    with pytest.raises(UploadDenied):
        accept(path, by=city_admin, idempotency_key="k" * 32)
    assert LedgerUpload.objects.count() == 1


def test_references_count_up_by_area_and_day(ledger, made_up):
    path = ledger.book(GOOD)
    day = timezone.localdate().strftime("%Y%m%d")
    assert [accept(path).reference for _ in range(2)] == [
        f"{COUNTY}-{day}-01",
        f"{COUNTY}-{day}-02",
    ]
    assert accept(path, area=OTHER_COUNTY).reference == f"{OTHER_COUNTY}-{day}-01"


def test_progress_and_seconds_are_told(ledger, made_up):
    upload = ledger.write(GOOD)
    assert set(upload.seconds) == {"read", "match", "check", "stage", "compare", "apply"}
    assert upload.progress == {}


def test_old_staged_rows_and_forgotten_files_go_and_undo_still_works(ledger, made_up):
    upload = ledger.write(GOOD)
    store = upload.file.storage
    orphan = store.save("ledgers/orphan", io.BytesIO(b"x"))
    os.utime(store.path(orphan), (0, 0))
    later = timezone.now() + timezone.timedelta(days=settings.LEDGER_KEEP_DAYS + 1)
    assert sweep.purge_orphans(at=timezone.now()) == 1
    assert (store.exists(orphan), store.exists(upload.file.name)) == (False, True)
    assert sweep.purge_staged(at=later) == 1
    assert not LedgerRow.objects.exists()
    assert uploads.upload_undo(upload=upload, by=None, at=timezone.now()).restored == 1
