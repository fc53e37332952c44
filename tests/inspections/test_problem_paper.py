"""The paper of one problem, for the business and the industry department: they have no account here."""

import io
import re

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from tests.inspections.makers_problems import load_kinds, make_shop, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(areas, cadre):
    load_kinds()
    bond = make_shop(areas=areas, user=cadre, name="长安镇中心幼儿园食堂")
    (made,) = report(
        bond=bond,
        actor=cadre,
        title="留样不足 48 小时",
        detail="园长电话 13804501234",
        item_code="T19",
    )
    made.industry_unit = "东山县教育局"
    made.save()
    return made


def paper(browser, kind, problem):
    return browser.get(reverse(f"inspections:problem-{kind}", args=[problem.pk]))


def test_it_says_the_same_in_word_and_pdf_and_hides_numbers(problem, cadre, log_in):
    browser = log_in(cadre)
    detail = browser.get(reverse("inspections:problem-detail", args=[problem.pk]))
    assert "打印督促整改单" in detail.content.decode()
    pdf, word = paper(browser, "pdf", problem), paper(browser, "docx", problem)
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert word.headers["Content-Disposition"].startswith("attachment")
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    assert len(pages) == 1
    document = Document(io.BytesIO(word.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    printed = re.sub(r"\s", "", pages[0].extract_text())
    written = re.sub(r"\s", "", "".join([*(p.text for p in document.paragraphs), *cells]))
    for words in (
        "食品安全问题督促整改单", problem.number, "长安镇中心幼儿园食堂", "留样不足48小时", "T19",
        "2022年11月2日发现你单位", "前整改", problem.cadre.name, "东山县教育局", "主体签收", "138****1234",
    ):  # fmt: skip
        assert words in printed, words
        assert words in written, words
    assert "13804501234" not in printed + written


def test_who_does_not_see_the_problem_prints_nothing(problem, outsider, log_in):
    for kind in ("pdf", "docx"):
        assert paper(log_in(outsider), kind, problem).status_code == 404
