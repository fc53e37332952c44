"""Hostile names, cells and files of the ledger stay harmless."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from entities.enums import UploadChannel, UploadState
from entities.ledger import books, uploads
from entities.ledger.columns import COLUMNS
from entities.ledger.export import write_register
from entities.ledger.uploads import safe_filename
from entities.models import (
    Entity,
)
from jiamusi_foodsafety.jurisdiction.models import Area

from .pipeline import (
    COUNTY,
    GOOD,
    confirm,
    entity,
    findings,
    snapshot,
    take,
)  # fmt: skip

SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": None,
    "主体类别": "小食杂",
    "许可证编号": "JY13799210000027",
}


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
