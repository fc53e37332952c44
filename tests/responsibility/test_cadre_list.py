"""A cadre's 责任清单: what it says, to whom, on paper."""

import datetime
import io
import zipfile

import pytest
from django.urls import reverse
from docx import Document

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.documents.cadre_list import HELD, WHO, cadre_list_values
from responsibility.queries.cadre_list import cadre_list
from tests.factories import EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2022, 11, 2)


@pytest.fixture
def holder(areas, cadre, station):
    return CadreFactory(
        area=areas[VILLAGE], user=cadre, name="赵村干", unit="河东村委会", phone="13804540001",
        liaison_name="钱联络", liaison_phone="13804540002",
    )  # fmt: skip


def hold(holder, **more):
    shop = EntityFactory(area=holder.area, grade="D", grade_source="ledger", **more)
    AssignmentFactory(entity=shop, cadre=holder)
    return shop


def test_the_annex_has_all_columns_of_the_guide(holder, county_officer):
    shop = hold(
        holder, name="河东小卖部", phone="13900001111", legal_person="孙一", supervisor="李监管",
        safety_officer="孙一", note="电话 13700002222",
    )  # fmt: skip
    ended = hold(holder, name="已不包的店")
    ended.assignments.update(to_on=ON)
    values = cadre_list_values(cadre_list(user=county_officer, pk=holder.pk), on=ON)
    who, held = values["tables"]
    assert dict(zip(WHO, who["rows"][0], strict=True)) == {
        "包保层级": "村级", "包保干部": "赵村干", "单位": "河东村委会", "职务": "村委会主任",
        "联系方式": "13804540001", "联络员及电话": "钱联络 13804540002",
    }  # fmt: skip
    assert len(held["rows"]) == 1
    row = dict(zip(HELD, held["rows"][0], strict=True))
    assert row["主体名称"] == "河东小卖部"
    assert row["统一社会信用代码"] == shop.credit_code
    assert row["负责人及电话"] == "孙一 13900001111"
    assert row["监管所及监管人员"] == "城关市场监督管理所 李监管"
    assert (row["起始日期"], row["等级"], row["备注"]) == ("2022-10-01", "D", "电话 13700002222")
    assert sum(held["widths"]) == 225


def test_telephones_are_masked_for_those_without_the_right(holder, cadre, leader):
    hold(holder, phone="13900001111", legal_person="孙一", note="电话 13700002222")
    seen = cadre_list(user=leader, pk=holder.pk)
    assert (seen.phone, seen.liaison) == ("138****0001", "钱联络 138****0002")
    assert seen.lines[0].contact == "孙一 139****1111"
    assert seen.lines[0].note == "电话 137****2222"
    own = cadre_list(user=cadre, pk=holder.pk)
    assert (own.phone, own.lines[0].contact) == ("13804540001", "孙一 139****1111")


def test_out_of_scope_is_unknown(holder, outsider, areas):
    assert cadre_list(user=outsider, pk=holder.pk) is None
    other = CadreFactory(area=areas[VILLAGE])
    assert cadre_list(user=holder.user, pk=other.pk) is None


def test_it_costs_the_same_for_one_business_and_for_many(
    holder, county_officer, django_assert_num_queries
):
    county_officer.get_all_permissions()
    for count in (1, 5):
        while holder.assignments.count() < count:
            hold(holder)
        with django_assert_num_queries(4):
            assert len(cadre_list(user=county_officer, pk=holder.pk).lines) == count


def test_the_word_file_opens_turned_with_its_head_repeated(holder, cadre, log_in):
    hold(holder, name="河东<小>卖部&\x0b店")
    answer = log_in(cadre).get(reverse("responsibility:cadre-list-docx", args=[holder.pk]))
    paper = Document(io.BytesIO(answer.content))
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    table = paper.tables[1]
    assert [cell.text for cell in table.rows[0].cells] == HELD
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert table.rows[1].cells[1].text == "河东<小>卖部&店"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        footers = [name for name in package.namelist() if "footer" in name]
        assert any("PAGE" in package.read(name).decode() for name in footers)
    record = AuditRecord.objects.get(action="export", object_type="cadre")
    assert record.detail == {"paper": "责任清单", "format": "docx", "count": 1}


def test_the_pdf_opens_and_an_empty_list_is_a_paper_too(holder, county_officer, log_in):
    browser = log_in(county_officer)
    address = reverse("responsibility:cadre-list-pdf", args=[holder.pk])
    empty = browser.get(address).content
    for _ in range(30):
        hold(holder)
    full = browser.get(address).content
    assert empty.startswith(b"%PDF-")
    assert full.startswith(b"%PDF-")
    assert len(full) > len(empty)
