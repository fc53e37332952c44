"""What an upload changes in the register, what it leaves, and what it only proposes."""

import datetime

import pytest

from entities.enums import GradeSource, ProposalState, Status
from entities.ledger import uploads
from entities.models import Category, Entity, Proposal
from entities.services.reviews import proposals_approve, proposals_return
from tests.factories import EntityFactory

from .pipeline import (
    GOOD,
    OLD,
    RENEWED,
    SECOND,
    codes,
    confirm,
    counts,
    entity,
    findings,
    row_of,
    snapshot,
    take,
)

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


# --- blank, missing, 清空 ------------------------------------------------------------------------


FULL = {
    "法定代表人": "王芳", "联系电话": "13900000001", "经营地址": "石桥村1号", "业态": "超市", "经营面积": 120,
    "从业人数": 5, "许可证有效期至": datetime.date(2031, 1, 2), "发证日期": datetime.date(2026, 1, 3),
    "等级": "D", "备注": "新办", "经营状态": "停产停业", "风险等级": "B", "村社区": "石桥村", "包保干部": "张三",
}  # fmt: skip


def test_a_row_is_written_as_it_stands(ledger):
    upload = ledger.write(FULL)
    assert counts(upload) == (1, 0, 0, 0)
    kept = entity()
    assert (kept.name, kept.credit_code, kept.area_id) == (
        GOOD["主体名称"], GOOD["统一社会信用代码"], "379921203001",
    )  # fmt: skip
    assert (kept.legal_person, kept.phone, kept.address) == ("王芳", "13900000001", "石桥村1号")
    assert (kept.floor_area, kept.staff_count, kept.form) == (120, 5, "超市")
    assert (kept.issued_on, kept.expires_on) == (
        datetime.date(2026, 1, 3),
        datetime.date(2031, 1, 2),
    )
    assert (kept.grade, kept.grade_source, kept.risk_grade) == ("D", GradeSource.LEDGER, "B")
    assert (kept.status, kept.note, kept.cadre_name) == (Status.SUSPENDED, "新办", "张三")
    assert (kept.category_id, kept.licence_kind, kept.is_permanent) == ("sale", "JY", False)


def test_a_missing_column_and_a_blank_cell_change_nothing(ledger):
    ledger.write(FULL)
    before = snapshot()
    narrow = ledger.write({}, headings=list(GOOD))
    blank = ledger.write(dict.fromkeys(FULL))
    assert counts(narrow) == counts(blank) == (0, 0, 1, 0)
    assert snapshot() == before


def test_the_word_for_clearing_clears(ledger):
    ledger.write(FULL)
    cleared = [key for key in FULL if key not in {"经营状态", "村社区"}]
    upload = ledger.write(dict.fromkeys(cleared, "清空") | {"村社区": "石桥村"})
    assert counts(upload) == (0, 1, 0, 0)
    kept = entity()
    assert (kept.legal_person, kept.phone, kept.address, kept.form, kept.note) == ("",) * 5
    assert (kept.floor_area, kept.staff_count, kept.expires_on, kept.issued_on) == (None,) * 4
    assert (kept.grade, kept.grade_source, kept.risk_grade, kept.cadre_name) == ("",) * 4
    assert (kept.name, kept.status) == (GOOD["主体名称"], Status.SUSPENDED)
    assert counts(ledger.write(dict.fromkeys(cleared, "清空"))) == (0, 0, 1, 0)


def test_each_change_is_shown_before_and_after(ledger):
    ledger.write(FULL)
    upload = ledger.take(FULL | {"法定代表人": "李强", "经营面积": 130, "等级": "C"})
    assert row_of(upload).diff == {
        "legal_person": ["王芳", "李强"], "floor_area": [120, 130], "grade": ["D", "C"],
    }  # fmt: skip
    assert entity().legal_person == "王芳"
    confirm(upload)
    assert (entity().legal_person, entity().grade) == ("李强", "C")


def test_permanent_and_dated_licences_take_turns(ledger):
    ledger.write({"许可证有效期至": "长期"})
    assert (entity().is_permanent, entity().expires_on) == (True, None)
    ledger.write({"许可证有效期至": "2031年1月2日"})
    assert (entity().is_permanent, entity().expires_on) == (False, datetime.date(2031, 1, 2))
    ledger.write({"许可证有效期至": "长期"})
    assert (entity().is_permanent, entity().expires_on) == (True, None)


def test_a_second_phone_goes_behind_the_note_that_stands_there(ledger):
    ledger.write({"备注": "新办"})
    two = {"联系电话": "13900000001/13900000002"}
    upload = ledger.write(two)
    assert (codes(upload), entity().phone) == (["W_PHONE"], "13900000001")
    assert entity().note == "新办；其他电话：13900000002"
    assert counts(ledger.write(two)) == (0, 0, 1, 0)
    ledger.write(two | {"备注": "已核对"})
    assert entity().note == "已核对；其他电话：13900000002"
    ledger.write(two | {"备注": "清空"})
    assert entity().note == "其他电话：13900000002"


# --- place, grade, status ------------------------------------------------------------------------


def test_a_place_known_more_deeply_is_kept(ledger):
    ledger.write({"村社区": "石桥村"})
    assert entity().area_id == "379921203001"
    assert counts(ledger.write({"村社区": None})) == (0, 0, 1, 0)
    assert entity().area_id == "379921203001"
    ledger.write({"村社区": "上石村"})
    assert entity().area_id == "379921203002"
    ledger.write({"乡镇街道": "柳林镇", "村社区": None})
    assert entity().area_id == "379921102"


def test_a_village_in_no_table_keeps_town_and_text(ledger):
    upload = ledger.write({"村社区": "石桥屯"})
    assert (entity().area_id, entity().area_text) == ("379921203", "石桥屯")
    assert codes(upload) == ["W_AREA_SHALLOW"]
    assert entity().doubts == ["W_AREA_SHALLOW"]
    ledger.write({"村社区": "石桥村"})
    assert (entity().area_id, entity().area_text, entity().doubts) == ("379921203001", "", [])


def test_a_grade_set_by_hand_is_kept_and_told(ledger):
    ledger.write({"等级": "D"})
    Entity.objects.update(grade="B", grade_source=GradeSource.MANUAL, grade_reason="重点企业")
    upload = ledger.write({"等级": "D", "法定代表人": "王芳"})
    assert counts(upload) == (0, 1, 0, 0)
    kept = entity()
    assert (kept.grade, kept.grade_source, kept.grade_reason) == ("B", "manual", "重点企业")
    [finding] = findings(upload.pk)
    assert (finding["code"], finding["column"], finding["value"]) == (
        "W_GRADE_DIFFERS",
        "等级",
        "D",
    )
    assert "B" in finding["message"]
    assert counts(ledger.write({"等级": "清空"})) == (0, 0, 1, 0)
    assert entity().grade == "B"


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"经营状态": "停业未注销"}, Status.CLOSED),
        ({"经营状态": "注销"}, Status.CANCELLED),
        ({"备注": "已关门"}, Status.CLOSED),
        ({"备注": "查无此店"}, Status.LOST),
        ({"备注": "搬走"}, Status.LOST),
        ({"经营状态": "在营", "备注": "不干了"}, Status.CLOSED),
    ],
)
def test_words_propose_and_never_screen(ledger, cells, status):
    upload = ledger.write(cells)
    assert entity().status == Status.OPERATING
    [proposal] = Proposal.objects.all()
    assert (proposal.status_to, proposal.state, proposal.upload) == (status, "proposed", upload)
    assert (proposal.entity, proposal.area_id) == (entity(), entity().area_id)
    ledger.write(cells)
    assert Proposal.objects.count() == 1


def test_the_same_words_do_not_reopen_a_returned_proposal(ledger, county_officer):
    ledger.write({"备注": "已关门"})
    proposals_return(actor=county_officer, proposals=Proposal.objects.all(), note="仍在营业")
    ledger.write({"备注": "已关门"})
    assert list(Proposal.objects.values_list("state", flat=True)) == [ProposalState.RETURNED]
    ledger.write({"备注": "查无此店"})
    assert Proposal.objects.filter(state=ProposalState.PROPOSED).count() == 1


def test_a_screened_business_stays_screened_whatever_the_ledger_says(ledger, county_officer):
    ledger.write({"备注": "已关门"})
    proposals_approve(actor=county_officer, proposals=Proposal.objects.all(), note="")
    assert entity().status == Status.CLOSED
    upload = ledger.write({"经营状态": "在营"})
    assert counts(upload) == (0, 0, 1, 0)
    assert entity().status == Status.CLOSED


def test_refused_rows_change_nothing(ledger):
    ledger.write(FULL)
    before = snapshot()
    upload = ledger.write(FULL | {"联系电话": "12", "法定代表人": "李强"}, SECOND)
    assert counts(upload) == (1, 0, 0, 1)
    assert {pk: row for pk, row in snapshot().items() if pk in before} == before


# --- 已被他人修改 ---------------------------------------------------------------------------------


def test_rows_that_somebody_changed_since_the_preview_are_left_out_and_listed(ledger):
    ledger.write(GOOD, SECOND)
    upload = ledger.take(GOOD | {"法定代表人": "王芳"}, SECOND | {"法定代表人": "李强"})
    Entity.objects.filter(licence_no=GOOD["许可证编号"]).update(legal_person="赵敏")
    confirm(upload)
    assert (upload.conflicts, counts(upload)) == (1, (0, 1, 0, 0))
    assert entity().legal_person == "赵敏"
    assert entity(SECOND["许可证编号"]).legal_person == "李强"
    assert [row.outcome for row in upload.ledger_rows.order_by("index")] == ["conflict", ""]


def test_a_change_of_another_field_does_not_stand_in_the_way(ledger):
    ledger.write(GOOD)
    upload = ledger.take({"法定代表人": "王芳"})
    Entity.objects.update(note="检查过")
    confirm(upload)
    assert (upload.conflicts, entity().legal_person, entity().note) == (0, "王芳", "检查过")


def test_an_unchanged_row_that_moved_on_is_a_conflict(ledger):
    ledger.write({"法定代表人": "王芳"})
    upload = ledger.take({"法定代表人": "王芳"})
    Entity.objects.update(legal_person="赵敏")
    assert (confirm(upload).conflicts, entity().legal_person) == (1, "赵敏")


def test_the_same_change_by_somebody_else_is_no_conflict(ledger):
    ledger.write(GOOD)
    upload = ledger.take({"法定代表人": "王芳"})
    Entity.objects.update(legal_person="王芳")
    assert counts(confirm(upload)) == (0, 0, 1, 0)


def test_two_uploads_of_one_county_wait_side_by_side(ledger):
    first = ledger.take({"法定代表人": "王芳"}, SECOND)
    second = ledger.take({"法定代表人": "李强"}, SECOND)
    assert (first.new, second.new) == (2, 2)
    confirm(first)
    confirm(second)
    assert counts(first) == (2, 0, 0, 0)
    assert (second.conflicts, counts(second)) == (1, (0, 0, 1, 0))
    assert entity().legal_person == "王芳"


def test_a_licence_registered_elsewhere_since_the_preview_is_left_out(ledger, areas):
    upload = ledger.take(GOOD, SECOND)
    EntityFactory(
        licence_no=GOOD["许可证编号"],
        area=areas["379902001"],
        category=Category.objects.get(pk="sale"),
    )
    confirm(upload)
    assert (upload.conflicts, counts(upload)) == (1, (1, 0, 0, 0))


def test_a_renewal_that_happened_meanwhile_is_left_out(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED)
    uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None)
    Entity.objects.update(licence_no=SECOND["许可证编号"])
    confirm(upload)
    assert (upload.conflicts, Entity.objects.get().licence_no) == (1, SECOND["许可证编号"])


# --- history -------------------------------------------------------------------------------------


def test_each_change_tells_who_and_by_which_upload(ledger, county_officer):
    first = ledger.take(GOOD, by=county_officer)
    confirm(first, by=county_officer)
    second = ledger.take({"法定代表人": "王芳"}, by=county_officer)
    confirm(second, by=county_officer)
    same = ledger.take({"法定代表人": "王芳"})
    confirm(same)
    told = [
        (event.pgh_label, event.legal_person, event.pgh_context.metadata)
        for event in entity().events.order_by("pgh_id").select_related("pgh_context")
    ]
    whose = {"user": county_officer.pk, "via": "ledger"}
    assert told == [
        ("insert", "", whose | {"upload": first.pk}),
        ("update", "王芳", whose | {"upload": second.pk}),
    ]
    assert (first.written_context, same.written_context) != (None, None)
    assert same.written_context is None


def test_take_by_path_reads_the_file_itself(ledger):
    path = ledger.book(GOOD, SECOND)
    assert take(path).new == 2
