"""From the upload to the review: eleven ledgers, choices of columns, states, names, people at once."""

import csv
import io
import json
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from entities.enums import Status, UploadChannel, UploadState
from entities.generator.ledgers import make_ledgers
from entities.ledger import books, process, sweep, uploads
from entities.ledger.columns import COLUMNS
from entities.ledger.export import write_register
from entities.ledger.findings import KINDS
from entities.ledger.uploads import UploadDenied, UploadStateError, safe_filename
from entities.models import (
    ColumnChoice,
    Entity,
    LedgerFinding,
    LedgerRow,
    LedgerUpload,
    Proposal,
    Transfer,
)
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord
from jiamusi_foodsafety.jurisdiction.services import areas_load
from jiamusi_foodsafety.kit.ledger.lease import claim

from .pipeline import (
    COUNTY,
    FILES,
    GOOD,
    OTHER_COUNTY,
    Ledger,
    accept,
    confirm,
    counts,
    entity,
    figures,
    findings,
    import_file,
    prove,
    run,
    snapshot,
    take,
)  # fmt: skip

AREAS = Path(settings.BASE_DIR) / "fixtures" / "areas.csv"
SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": None,
    "主体类别": "小食杂",
    "许可证编号": "JY13799210000027",
}


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


@pytest.fixture
def made_up(areas, dictionaries):
    """The made-up city with its dictionaries."""


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


# --- hostile names and cells ---------------------------------------------------------------------


HOSTILE = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\win.ini", "win.ini"),
    ("台账\0.xlsx", "台账.xlsx"),
    ("a\r\nSet-Cookie: x=1.xlsx", "aSet-Cookie: x=1.xlsx"),
    ("\u202egnp.xlsx", "gnp.xlsx"),
    ("a\u2028b\u2029c\u200f.xlsx", "abc.xlsx"),
    ("\ud800台账.xlsx", "台账.xlsx"),
    ("", "未命名"),
    ("...", "未命名"),
    ("/", "未命名"),
    ("<script>alert(1)<", "<script>alert(1)<"),
]


@pytest.mark.parametrize(("name", "kept"), HOSTILE)
def test_hostile_names_are_kept_harmless_and_never_on_the_disk(ledger, made_up, name, kept):
    assert safe_filename(name) == kept
    with open(ledger.book(GOOD), "rb") as source:
        upload = uploads.upload_accept(
            source=source, filename=name, area=Area.objects.get(pk=COUNTY), by=None,
            channel=UploadChannel.PAGE, at=timezone.now(),
        )  # fmt: skip
    upload.refresh_from_db()
    assert upload.filename == kept
    stored = Path(upload.file.path)
    assert stored.parent == Path(upload.file.storage.location) / "ledgers"
    assert stored.name.isalnum()


def test_a_name_of_5000_characters_is_cut_and_keeps_its_ending():
    name = safe_filename("长" * 5000 + ".xlsx")
    assert (len(name), name[-5:]) == (116, ".xlsx")
    assert len(safe_filename("长" * 5000)) == 120
    assert len(safe_filename("a." + "b" * 5000)) <= 120


CELLS = [
    '=HYPERLINK("http://x","点")',
    "+86",
    "-1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
]


def test_hostile_cells_come_back_as_text(ledger, made_up):
    rows = [
        {"主体名称": text, "许可证编号": f"小登{n}", "主体类别": "小餐饮", "联系电话": "12" if n % 2 else None}
        for n, text in enumerate(CELLS)
    ]  # fmt: skip
    upload = ledger.write(*rows)
    assert (upload.new, upload.refused_rows) == (3, 3)
    book = books.error_book(upload)
    page = openpyxl.load_workbook(book).active
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert set(CELLS[1::2]) <= {cell.value for cell in cells}
    target = io.BytesIO()
    write_register(Entity.objects.all(), user=None, target=target, format="xlsx")
    exported = openpyxl.load_workbook(target).active
    assert {cell.data_type for row in exported.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert set(CELLS[0::2]) <= {cell.value for row in exported.iter_rows() for cell in row}
    target = io.BytesIO()
    write_register(Entity.objects.all(), user=None, target=target, format="csv")
    assert not [
        line for line in target.getvalue().decode("utf-8-sig").splitlines() if line[0] in "=+-@"
    ]


LONG = "长" * 30_000
TEXTS = (
    LONG,
    "9" * 30,
    "9" * 11,
    "1e308",
    "-5",
    "\u202e\u200bx",
    "'\"\\t\\N",
    "2026-13-45",
    "9999-12-31",
    "清空",
)


def test_no_cell_is_too_long_or_too_large_for_the_pipeline(made_up, tmp_path):
    headings = [*GOOD, *(c.heading for c in COLUMNS if c.heading not in {*GOOD, "所在县区"})]
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        for heading in headings:
            for n, text in enumerate(TEXTS):
                row = SECOND | {"许可证编号": f"小登{headings.index(heading)}-{n}", heading: text}
                writer.writerow({"乡镇街道": "石桥乡"} | row)
    upload = take(path)
    assert (upload.state, upload.attempts) == (UploadState.REVIEW, 1), upload.message
    assert upload.rows == len(headings) * len(TEXTS)
    confirm(upload)
    assert upload.new > 100
    assert upload.refused_rows > 100


def test_error_book_corrected_and_uploaded_again_just_works(ledger, made_up, tmp_path):
    upload = ledger.write(GOOD | {"联系电话": "12"}, SECOND | {"联系电话": "13900000001"})
    book = openpyxl.load_workbook(books.error_book(upload))
    page = book.active
    for row in page.iter_rows():
        for cell in row:
            if cell.value == "12":
                cell.value = "13900000002"
    path = tmp_path / "corrected.xlsx"
    book.save(path)
    again = confirm(take(path))
    assert (again.new, again.refused_rows, entity().phone) == (1, 0, "13900000002")


def test_id_card_numbers_are_kept_nowhere(ledger, made_up):
    card = "110105194912310021"
    upload = ledger.write(GOOD | {"统一社会信用代码": card}, SECOND | {"备注": f"业主身份证{card}"})
    everywhere = f"{findings(upload.pk)} {list(upload.ledger_rows.values())} {snapshot()}"
    assert card not in everywhere


# --- at once -------------------------------------------------------------------------------------


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
