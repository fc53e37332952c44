"""What an upload changes in the register, what it leaves, and what it only proposes."""

import datetime

import pytest
from django.utils import timezone

from entities.enums import GradeSource, ProposalState, Status, TransferState, UploadState
from entities.ledger import uploads
from entities.ledger.uploads import UploadStateError
from entities.models import Category, Entity, LedgerMissing, LedgerRow, Proposal, Transfer
from entities.services import screening
from entities.services.reviews import proposals_approve, proposals_return
from entities.services.transfers import transfer_decide
from tests.factories import EntityFactory

from .pipeline import (
    CITY,
    COUNTY,
    GOOD,
    OTHER_COUNTY,
    Ledger,
    confirm,
    counts,
    entity,
    findings,
    snapshot,
    take,
)  # fmt: skip

SMALL = {"主体类别": "小餐饮", "统一社会信用代码": None, "许可证编号": "小餐登0001"}
SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": "92379921MA0100022Y",
    "许可证编号": "JY13799210000027",
}
NEW_LICENCE = "JY13799210009995"

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


def codes(upload):
    return [finding["code"] for finding in findings(upload.pk)]


def row_of(upload, index=1):
    return LedgerRow.objects.get(upload=upload, index=index)


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


# --- identity ------------------------------------------------------------------------------------


def test_licence_of_another_county_is_refused_and_goes_to_the_city_once(ledger, areas):
    canary = EntityFactory(
        name="金丝雀酒楼", licence_no=GOOD["许可证编号"], area=areas["379902001"], phone="13711112222",
        legal_person="钱金丝", address="滨河路9号", category=Category.objects.get(pk="catering"),
    )  # fmt: skip
    for _ in range(2):
        upload = ledger.write({}, SECOND)
        assert upload.new + upload.unchanged == 1
        assert upload.refused_rows == 1
    [finding] = [f for f in findings(upload.pk) if f["code"] == "R_DUP"]
    assert "该许可证编号已在其他县区登记" in finding["message"]
    assert (finding["row"], finding["index"], finding["column"]) == (2, 1, "许可证编号")
    row = row_of(upload)
    shown = f"{findings(upload.pk)} {row.diff} {row.raw} {upload.notices}"
    for secret in ("金丝雀", "13711112222", "钱金丝", "滨河", "西河"):
        assert secret not in shown
    assert (row.entity_id, row.diff) == (None, None)
    [transfer] = Transfer.objects.all()
    assert (transfer.entity, transfer.to_area_id, transfer.state) == (
        canary, COUNTY, TransferState.OPEN,
    )  # fmt: skip
    canary.refresh_from_db()
    assert canary.name == "金丝雀酒楼"


def test_a_refused_move_is_not_asked_again_by_the_next_ledger(ledger, areas, city_officer):
    EntityFactory(licence_no=GOOD["许可证编号"], area=areas["379902001"])
    ledger.write({})
    transfer = Transfer.objects.get()
    transfer_decide(actor=city_officer, transfer=transfer, is_accepted=False, note="仍在西河")
    assert ledger.write({}).refused_rows == 1
    assert Transfer.objects.get().state == TransferState.REJECTED
    transfer_decide(actor=city_officer, transfer=transfer, is_accepted=True)
    assert Entity.objects.get().area_id == COUNTY
    assert ledger.write({}).refused_rows == 0


def test_small_numbers_are_counted_by_county_and_kind(ledger):
    here = ledger.write(SMALL, SMALL | {"主体类别": "小食杂", "主体名称": "石桥小食杂"})
    there = ledger.write(SMALL | {"乡镇街道": "新店镇", "主体名称": "新店小吃"}, area=OTHER_COUNTY)
    assert (counts(here), counts(there)) == ((2, 0, 0, 0), (1, 0, 0, 0))
    assert Entity.objects.filter(licence_no=SMALL["许可证编号"]).count() == 3
    again = ledger.write(SMALL, SMALL | {"主体类别": "小食杂", "主体名称": "石桥小食杂"})
    assert counts(again) == (0, 0, 2, 0)
    assert not Transfer.objects.exists()


def test_the_same_name_alone_is_never_the_same_business(ledger):
    ledger.write(GOOD)
    upload = ledger.write(
        {"许可证编号": NEW_LICENCE, "统一社会信用代码": SECOND["统一社会信用代码"]}
    )
    assert counts(upload) == (1, 0, 0, 0)
    assert Entity.objects.filter(name=GOOD["主体名称"]).count() == 2


def test_one_code_under_two_names_is_imported_and_told(ledger):
    ledger.write(GOOD)
    upload = ledger.write({"主体名称": "东山县别的店", "许可证编号": NEW_LICENCE})
    assert counts(upload) == (1, 0, 0, 0)
    assert codes(upload) == ["W_CODE_SHARED"]


# --- 换证 ----------------------------------------------------------------------------------------


OLD = {"经营地址": "石桥乡 石桥村１号"}
RENEWED = {
    "经营地址": "石桥乡石桥村1号",
    "许可证编号": NEW_LICENCE,
    "许可证有效期至": datetime.date(2032, 1, 1),
}


def test_a_renewal_is_offered_and_left_unless_chosen(ledger):
    ledger.write(OLD)
    upload = ledger.write(RENEWED)
    assert (upload.renewals, counts(upload)) == (1, (0, 0, 0, 0))
    assert Entity.objects.count() == 1
    assert entity().expires_on is None


def test_a_chosen_renewal_changes_the_licence_of_the_same_business(ledger):
    ledger.write(OLD)
    old = entity()
    upload = ledger.take(RENEWED)
    assert row_of(upload).diff["licence_no"] == [GOOD["许可证编号"], NEW_LICENCE]
    assert uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None) == 1
    confirm(upload)
    assert (upload.renewals, counts(upload)) == (0, (0, 1, 0, 0))
    assert entity(NEW_LICENCE).pk == old.pk
    assert counts(ledger.write(RENEWED)) == (0, 0, 1, 0)


def test_a_renewal_may_be_another_licence(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED)
    uploads.renewals_choose(upload=upload, choices={1: "new"}, by=None)
    confirm(upload)
    assert (upload.renewals, counts(upload)) == (0, (1, 0, 0, 0))
    assert Entity.objects.count() == 2
    assert entity().expires_on is None


def test_a_choice_can_be_taken_back(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED)
    uploads.renewals_choose(upload=upload, choices={1: "renew"}, by=None)
    uploads.renewals_choose(upload=upload, choices={1: ""}, by=None)
    assert (confirm(upload).renewals, Entity.objects.get().licence_no) == (1, GOOD["许可证编号"])


def test_two_businesses_that_fit_are_no_renewal(ledger):
    ledger.write(OLD, OLD | {"许可证编号": SECOND["许可证编号"]})
    assert counts(ledger.write(RENEWED)) == (1, 0, 0, 0)


def test_a_business_named_elsewhere_in_the_file_is_not_renewed(ledger):
    ledger.write(OLD)
    both = ledger.take(OLD, RENEWED)
    assert (both.renewals, both.new, both.unchanged) == (0, 1, 1)
    refused = ledger.take(OLD | {"联系电话": "12"}, RENEWED)
    assert (refused.renewals, refused.new, refused.refused_rows) == (0, 1, 1)


def test_two_rows_cannot_renew_one_business(ledger):
    ledger.write(OLD)
    upload = ledger.take(RENEWED, RENEWED | {"许可证编号": SECOND["许可证编号"]})
    assert upload.renewals == 2
    with pytest.raises(UploadStateError, match="只能由一行换证"):
        uploads.renewals_choose(upload=upload, choices={1: "renew", 2: "renew"}, by=None)
    assert set(upload.ledger_rows.values_list("choice", flat=True)) == {""}
    upload.ledger_rows.update(choice="renew")
    confirm(upload)
    assert (upload.changed, upload.conflicts) == (1, 1)


def test_another_countys_code_and_address_are_no_renewal(ledger, areas):
    EntityFactory(
        credit_code=GOOD["统一社会信用代码"], address="石桥乡石桥村1号", address_key="石桥乡石桥村1号",
        area=areas["379902001"], category=Category.objects.get(pk="sale"),
    )  # fmt: skip
    assert counts(ledger.write(RENEWED)) == (1, 0, 0, 0)


# --- 全量 ----------------------------------------------------------------------------------------


def many(count):
    return [
        {"主体名称": f"石桥{n}号店", "许可证编号": f"JY1379921{n:06d}0", "统一社会信用代码": None,
         "主体类别": "小食杂", "业态": "小食杂"}
        for n in range(1, count + 1)
    ]  # fmt: skip


def missing_names(upload):
    found = LedgerMissing.objects.filter(upload=upload)
    return sorted(found.values_list("entity__name", flat=True))


def test_whole_ledger_lists_what_it_lacks_and_screens_nothing(ledger, areas):
    ledger.write(*many(12))
    ledger.write(SMALL | {"乡镇街道": "新店镇"}, area=OTHER_COUNTY)
    Entity.objects.filter(name="石桥12号店").update(status=Status.CLOSED)
    partial = ledger.take(*many(10))
    assert (partial.missing, missing_names(partial)) == (0, [])
    full = ledger.write(*many(10), mode="full")
    assert (full.missing, missing_names(full)) == (1, ["石桥11号店"])
    assert Entity.objects.get(name="石桥11号店").status == Status.OPERATING
    assert not Proposal.objects.exists()


def test_what_stands_in_a_refused_row_is_not_missing(ledger):
    ledger.write(*many(4))
    rows = many(4)
    rows[1] |= {"联系电话": "12"}
    rows[2] |= {"许可证编号": "JY1", "联系电话": None}
    rows[3] |= {"许可证编号": "JY1", "乡镇街道": "柳林镇"}
    full = ledger.take(*rows, mode="full")
    assert (full.refused_rows, missing_names(full)) == (3, ["石桥4号店"])


def test_more_than_a_tenth_missing_is_asked_twice(ledger, settings):
    ledger.write(*many(10))
    tenth = ledger.take(*many(9), mode="full")
    assert (tenth.missing, uploads.asks_twice(tenth)) == (1, False)
    half = ledger.take(*many(5), mode="full")
    assert (half.missing, uploads.missing_share(half), uploads.asks_twice(half)) == (5, 50.0, True)
    with pytest.raises(UploadStateError, match=r"50\.0%"):
        uploads.upload_confirm(upload=half, by=None, at=timezone.now())
    assert confirm(half, is_sure=True).state == UploadState.APPLIED
    settings.LEDGER_MISSING_ALARM_PERCENT = 60
    assert not uploads.asks_twice(ledger.take(*many(5), mode="full"))


def test_what_is_missing_is_screened_by_people_only(ledger, county_officer):
    ledger.write(*many(3))
    full = ledger.write(*many(2), mode="full")
    found = Entity.objects.filter(pk__in=full.ledger_missing.values("entity_id"))
    made = screening.screening_propose(
        actor=county_officer,
        entities=found,
        status_to=Status.CLOSED,
        reason="全量台账缺失",
        upload=full,
    )
    assert made["made"] == 1
    assert Entity.objects.get(name="石桥3号店").status == Status.OPERATING


def test_whole_ledger_of_the_city_speaks_of_the_counties_it_names(ledger):
    ledger.write(*many(2))
    ledger.write(SMALL | {"乡镇街道": "新店镇"}, area=OTHER_COUNTY)
    full = ledger.take(many(2)[0] | {"所在县区": "东山县"}, mode="full", area=CITY)
    assert missing_names(full) == ["石桥2号店"]


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
