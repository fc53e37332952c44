"""The report as Excel, Word, PDF and plain text: the same figures, formulas that a spreadsheet recalculates."""

import io
import shutil
import subprocess

import docx
import openpyxl
import pytest
from django.conf import settings
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import Area
from reports.documents import daily_report_workbook, report_docx, report_pdf, report_plain
from reports.documents.papers import TEMPLATE
from reports.documents.template import default_template
from reports.queries.reports import report_page
from reports.services import build_daily_report
from reports.services.issuing import report_issue
from responsibility.services.changes import change_record
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, TOWN
from tests.reports.city import COUNTIES, load_areas, put_county
from tests.reports.reporting import DAY, NEXT, at, redate, small_register
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db
SOFFICE = shutil.which("soffice")


@pytest.fixture
def pictured(db):
    """The pictures' city, a report before it with 24 … fewer graded, and who reads both."""
    load_areas(levels=("city", "county"))
    boss = UserFactory(username="boss", is_superuser=True)
    for county in COUNTIES:
        put_county(county, [county.code])
    redate(at(9, day=DAY))
    city = Area.objects.get(pk="2308")
    build_daily_report(date=DAY, area=city, at=at(17))
    report = build_daily_report(date=NEXT, area=city, at=at(17, day=NEXT))
    return report_page(user=boss, pk=report.pk, at=at(18, 30, NEXT))


def text_of(content):
    """The words of a .docx, its tables included."""
    document = docx.Document(io.BytesIO(content))
    words = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        words += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(words)


def words_of(content, format):
    """All words of a file as a person reads them; of a PDF none where no tool reads it."""
    if format == "docx":
        return text_of(content)
    if format == "xlsx":
        # a sheet may write a character as its number: what counts is what a spreadsheet reads
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        cells = (
            cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
        return "\n".join(str(cell) for cell in cells if cell is not None)
    if format == "pdf":
        assert content.startswith(b"%PDF")
        tool = shutil.which("pdftotext")
        return (
            tool
            and subprocess.run(
                [tool, "-", "-"], input=content, capture_output=True, check=True
            ).stdout.decode()
        )
    return content.decode()


def test_word_holds_the_text_the_tables_and_the_marks_of_an_unissued_paper(pictured):
    text = text_of(report_docx(pictured, on=NEXT))
    assert "佳木斯市食品安全“两个责任”工作推进日报表" in text
    assert "第 2 期（未签发稿）" in text
    assert pictured.paragraphs[0] in text
    for words in ("31,191", "27,748", "88.96%", "94.73%", "向阳区", "县区核对", "2022年11月3日"):
        assert words in text
    assert "{" not in text


def test_the_template_in_the_fixtures_has_every_column(pictured):
    """The office edits fixtures/reports/daily_report.docx; a new column is put into it once more."""
    assert text_of(TEMPLATE.read_bytes()) == text_of(default_template())


def test_pdf_is_set_from_the_same_values(pictured, tmp_path):
    content = report_pdf(pictured, on=NEXT)
    assert content.startswith(b"%PDF")
    if tool := shutil.which("pdftotext"):
        (tmp_path / "report.pdf").write_bytes(content)
        said = subprocess.run(
            [tool, "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True
        ).stdout.decode()
        for words in ("31,191", "27,748", "94.73%", "富锦市"):
            assert words in said


def test_plain_text_is_fit_for_a_chat_group(pictured):
    text = report_plain(pictured)
    assert text.startswith("【第 2 期】佳木斯市")
    assert "1. 同江市：在册 2,100，已分级 1,932，分级率(净) 96.70%" in text
    assert "未报：" in text


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_recalculates_the_very_values(pictured, tmp_path):
    content = daily_report_workbook(pictured)
    bare = openpyxl.load_workbook(io.BytesIO(content))
    bare.save(tmp_path / "bare.xlsx")  # without the values that stand beside the formulas
    subprocess.run(
        [SOFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out", tmp_path / "bare.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    mine = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    theirs = openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True).worksheets[0]
    for row in mine.iter_rows(min_row=5, max_row=16):
        for cell in row:
            assert theirs[cell.coordinate].value == cell.value, cell.coordinate


def test_changes_against_the_report_before_are_formulas_too(pictured):
    book = openpyxl.load_workbook(io.BytesIO(daily_report_workbook(pictured)))
    sheet = book.worksheets[0]
    heads = {sheet.cell(3, column).value: column for column in range(1, sheet.max_column + 1)}
    cell = sheet.cell(5, heads["较昨日±"])
    assert cell.value == "=M5-'上期'!C2"
    assert book["上期"]["C2"].value == 4680
    assert sheet["E5"].value == "=D5-'上期'!B2"
    assert book.sheetnames == ["第2期", "上期", "变更明细", "文字说明"]


def test_the_workbook_lists_the_changes_of_the_day(areas, city_officer, log_in):
    small_register()
    cadre = CadreFactory(area=areas[TOWN], level="township", name="李四")
    change_record(
        kind="cadre_post", area_id=TOWN, cadre=cadre, before="副镇长", after="镇长",
        happened_on=DAY, at=at(10),
    )  # fmt: skip
    report = build_daily_report(date=DAY, area=areas[CITY], at=at(17))
    answer = log_in(city_officer).get(reverse("reports:daily-report-export", args=[report.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["变更明细"]
    assert [cell.value for cell in sheet[2]] == [
        "2022-11-02 10:00", TOWN, "李四", "干部职务变动：副镇长 → 镇长",
    ]  # fmt: skip


@pytest.mark.parametrize("format", ["xlsx", "docx", "pdf", "txt"])
@pytest.mark.parametrize("query", ["", f"?area={COUNTY}"])
def test_every_edition_comes_as_every_file(
    areas, county_officer, city_officer, log_in, format, query
):
    small_register()
    report = build_daily_report(date=DAY, area=areas[CITY], at=at(17))
    report_issue(actor=city_officer, report=report, at=at(19))
    client = log_in(county_officer)
    for address in (
        reverse("reports:daily-report-file", args=[report.pk, format]),
        reverse("reports:period-report-file", args=["month", "2022-11-02", format]),
    ):
        answer = client.get(address + query)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        words = words_of(answer.content, format)
        if words is not None:
            assert "西河区" not in words
            assert ("城关街道" if query else "东山县") in words


def test_papers_are_made_by_fonts_and_files_of_the_product_alone():
    source = (settings.BASE_DIR / "templates" / "typst" / "daily_report.typ").read_text()
    assert "http" not in source
