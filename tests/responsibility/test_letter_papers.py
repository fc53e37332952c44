"""责任状 on paper: the example's words, the office's own template, one and many."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from jiamusi_foodsafety.kit.documents.build import Paper
from responsibility.documents.letters import example_template
from responsibility.models import Letter, LetterTemplate
from tests.personas import CITY, COUNTY, OTHER_COUNTY

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(areas):
    Letter.objects.create(kind="county", year=2022, area=areas[OTHER_COUNTY], upper="示例市")
    return Letter.objects.create(
        kind="county", year=2022, area=areas[COUNTY], upper="示例市", signer_up="郑<海>峰"
    )


def url(name, *args):
    return reverse(f"responsibility:letter-{name}", args=args)


def words_of_pdf(answer):
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def words_of_docx(answer):
    return "\n".join(part.text for part in Document(io.BytesIO(answer.content)).paragraphs)


def test_a_letter_is_printed_in_word_and_pdf(letter, county_officer, log_in):
    browser = log_in(county_officer)
    said = words_of_docx(browser.get(url("docx", letter.pk)))
    assert "2022 年食品安全工作责任状" in said
    assert "示例市与东山县签订本责任状" in said
    assert "郑<海>峰" in said
    assert "应包尽包" in said
    assert "示例市与东山县签订本责任状" in words_of_pdf(browser.get(url("pdf", letter.pk)))
    many = browser.get(f"{url('print')}?year=2022")
    assert words_of_pdf(many).count("食品安全工作责任状") == 1  # the other county's is out of scope
    none = browser.get(f"{url('print')}?year=2022&view=signed")
    assert none.status_code == 302


def test_a_member_unit_answers_for_its_own_trade(areas, city_officer, log_in):
    member = Letter.objects.create(
        kind="member", year=2022, area=areas[CITY], unit="市教育局", upper="示例市食品安全委员会"
    )
    said = words_of_docx(log_in(city_officer).get(url("docx", member.pk)))
    assert "市教育局" in said
    assert "管行业必须管安全" in said


def sent(paper, kind="county"):
    return {"of": kind, "file": SimpleUploadedFile("本市责任状.docx", paper.bytes())}


def test_the_office_uses_its_own_template_and_goes_back(letter, city_admin, log_in):
    browser = log_in(city_admin)
    assert browser.get(url("template-file", "county")).content == example_template("county")
    page = browser.get(url("templates")).content.decode()
    assert page.count("示例，可修改") == 4
    paper = Paper()
    paper.words("本市定稿：{{ unit }}向{{ upper }}负责")
    assert browser.post(url("template-upload"), sent(paper)).status_code == 302
    assert words_of_docx(browser.get(url("docx", letter.pk))) == "本市定稿：东山县向示例市负责"
    assert LetterTemplate.objects.get().name == "市 ↔ 县责任状模板"
    browser.post(url("template-back"), {"of": "county"})
    assert "应包尽包" in words_of_docx(browser.get(url("docx", letter.pk)))
    assert browser.get(url("template-file", "none")).status_code == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("没有占位符", "请在正文写上再传"),
        ("{{ unit }}{{ upper }}{{ secret }}", "secret"),
        ("{{ unit }}{{ upper", "写得不完整"),
    ],
)
def test_a_template_that_cannot_serve_is_refused_with_the_reason(city_admin, log_in, words, said):
    paper = Paper()
    paper.words(words)
    answer = log_in(city_admin).post(url("template-upload"), sent(paper))
    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert not LetterTemplate.objects.exists()
