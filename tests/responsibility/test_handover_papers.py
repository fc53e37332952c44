"""The papers of a hand-over: one press prints the sheet and the new lists; pledges follow at once."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.documents.cadre_list import HELD
from responsibility.documents.handovers import HEADS
from responsibility.models import Pledge
from responsibility.services.handovers import handover_make, handovers_perform
from responsibility.services.pledges_bulk import pledges_make, pledges_sign
from tests.factories import EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(areas):
    """A giver with four businesses, two receivers with one each, all with a signed pledge."""
    people = [
        CadreFactory(area=areas[VILLAGE], name=name) for name in ("移交人", "接收甲", "接收乙")
    ]
    for person, number in zip(people, (4, 1, 1), strict=True):
        for _ in range(number):
            AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=person)
    today, at = timezone.localdate(), timezone.now()
    pledges_make(cadres=type(people[0]).objects.all(), actor=None, at=at, year=today.year)
    pledges_sign(pledges=Pledge.objects.all(), actor=None, on=today, at=at)
    return people


def hand_over(people, by, *, days=0):
    giver, *receivers = people
    giver.refresh_from_db()
    today = timezone.localdate()
    return handover_make(
        cadre=giver, reason="transfer", on=today + datetime.timedelta(days=days), today=today,
        leaves=True, receivers=receivers, by=by, at=timezone.now(),
    ).handover  # fmt: skip


def states():
    return dict(Pledge.objects.values_list("cadre__name", "state"))


def test_the_sheet_and_the_new_lists_come_as_one_paper(three, county_officer, log_in):
    made = hand_over(three, county_officer)
    browser = log_in(county_officer)
    page = browser.get(reverse("responsibility:handover-detail", args=[made.pk])).content.decode()
    assert reverse("responsibility:handover-pdf", args=[made.pk]) in page
    assert "已签" in page
    answer = browser.get(reverse("responsibility:handover-docx", args=[made.pk]))
    paper = Document(io.BytesIO(answer.content))
    given, sheet = paper.tables[:2]
    assert [cell.text for cell in given.rows[1].cells][::5] == ["移交人", "4 家"]
    assert [cell.text for cell in sheet.rows[0].cells] == HEADS
    assert [row.cells[5].text for row in sheet.rows[1:]].count("接收甲") == 2
    lists = [table for table in paper.tables if table.rows[0].cells[1].text == HELD[1]][1:]
    assert [len(table.rows) - 1 for table in lists] == [3, 3]
    said = "".join(paragraph.text for paragraph in paper.paragraphs)
    assert "监交人（签字）" in said
    pdf = browser.get(reverse("responsibility:handover-pdf", args=[made.pk])).content
    pages = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "包保主体交接单" in pages[0]
    assert sum("食品安全包保责任清单" in page for page in pages) == 2
    records = AuditRecord.objects.filter(object_type="handover", action="export")
    assert [record.detail["count"] for record in records] == [4, 4]


def test_pledges_follow_in_the_same_step(three, county_officer):
    assert set(states().values()) == {"signed"}
    hand_over(three, county_officer)
    # one held business and two more: 2 of 1 is above the rule's 20 %, but below its 3 at least
    assert states() == {"移交人": "void", "接收甲": "signed", "接收乙": "signed"}


def test_more_businesses_ask_for_a_new_signature_at_once(three, county_officer):
    giver, receiver, _ = three
    hand_over([giver, receiver], county_officer)
    assert states() == {"移交人": "void", "接收甲": "resign", "接收乙": "signed"}


def test_there_is_no_paper_before_the_day(three, county_officer, log_in):
    made = hand_over(three, county_officer, days=3)
    assert set(states().values()) == {"signed"}
    browser = log_in(county_officer)
    told = browser.get(reverse("responsibility:handover-pdf", args=[made.pk]), follow=True)
    assert "办理以后再打印交接单" in told.content.decode()
    assert handovers_perform(on=made.on, at=timezone.now()) == 1
    assert states()["移交人"] == "void"
    answer = browser.get(reverse("responsibility:handover-pdf", args=[made.pk]))
    assert answer.content.startswith(b"%PDF-")
