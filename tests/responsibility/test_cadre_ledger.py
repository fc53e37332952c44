"""A cadre ledger compared with the cadres, written, written again, undone."""

import pghistory
import pytest
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.kit.ledger.life import UploadStateError
from responsibility.enums import ChangeKind
from responsibility.ledger import process, uploads
from responsibility.ledger.undo import undo_preview
from responsibility.models import Cadre, Change
from tests.factories import EntityFactory, UserFactory

from .cadre_pipeline import (
    CITY,
    COUNTY,
    GOOD,
    TOWN,
    VILLAGE,
    Roll,
    codes,
    confirm,
    counts,
    days,
    phone,
    snapshot,
    undo,
)
from .factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.usefixtures("areas")


@pytest.fixture
def roll(tmp_path):
    return Roll(tmp_path)


def three(**changes):
    return [
        GOOD | changes,
        {"姓名": "赵六", "职务": "副镇长", "单位": "柳林镇政府", "包保层级": "乡级", "村社区": None,
         "电话": phone(2)} | changes,
        {"姓名": "孙七", "职务": "副县长", "单位": "县政府", "包保层级": "县级", "乡镇街道": None,
         "村社区": None, "电话": phone(3)} | changes,
    ]  # fmt: skip


def lines():
    return sorted(Change.objects.values_list("kind", "cadre__name"))


# --- taking in --------------------------------------------------------------------------------


def test_a_ledger_takes_cadres_in_and_a_second_time_changes_nothing(roll, county_officer):
    upload = roll.write(*three(), by=county_officer)
    assert counts(upload) == (3, 0, 0, 0)
    places = Cadre.objects.values_list("name", "level", "area_id", "is_in_post").order_by("phone")
    assert list(places) == [
        ("王五", "village", VILLAGE, True),
        ("赵六", "township", TOWN, True),
        ("孙七", "county", COUNTY, True),
    ]
    assert [kind for kind, _ in lines()] == [ChangeKind.CADRE_NEW] * 3
    change = Change.objects.get(cadre__name="王五")
    assert (change.recorded_by, change.area_id) == (county_officer, VILLAGE)
    assert "前柳村" in change.after
    before, revisions = snapshot(), list(Cadre.objects.values_list("revision"))
    again = roll.write(*three())
    assert counts(again) == (0, 0, 3, 0)
    assert (snapshot(), list(Cadre.objects.values_list("revision"))) == (before, revisions)
    assert len(lines()) == 3


def test_history_and_audit_say_who_wrote(roll, county_officer):
    upload = roll.write(GOOD, by=county_officer)
    event = Cadre.objects.get().events.get()
    assert event.pgh_context.metadata == {
        "user": county_officer.pk, "cadre_upload": upload.pk, "via": "ledger",
    }  # fmt: skip
    told = AuditRecord.objects.filter(object_type="cadreupload").order_by("pk")
    assert list(told.values_list("action", "actor__username")) == [
        ("upload", "county_officer"), ("apply", "county_officer"), ("apply", "county_officer"),
    ]  # fmt: skip


def test_a_city_takes_in_cadres_of_all_levels(roll):
    rows = [
        {"所在县区": None, "包保层级": "市级", "乡镇街道": None, "村社区": None, "电话": phone(9)},
        {"所在县区": "西河区", "乡镇街道": "新店镇", "村社区": "老店村", "电话": phone(8)},
    ]
    upload = roll.write(*rows, area=CITY)
    assert counts(upload) == (2, 0, 0, 0)
    assert set(Cadre.objects.values_list("area_id", flat=True)) == {CITY, "379902102002"}


# --- the same person --------------------------------------------------------------------------


def test_name_and_number_find_him_wherever_he_stands_in_the_county(roll):
    cadre = CadreFactory(name="王五", phone=phone(1), area_id=TOWN, level="township", post="镇长")
    upload = roll.write(GOOD)
    assert counts(upload) == (0, 1, 0, 0)
    cadre.refresh_from_db()
    assert (cadre.area_id, cadre.level, cadre.post) == (VILLAGE, "village", "村委会主任")
    assert lines() == [(ChangeKind.CADRE_POST, "王五")]
    change = Change.objects.get()
    assert "镇长" in change.before
    assert "村委会主任" in change.after


def test_another_county_has_people_of_its_own(roll):
    CadreFactory(name="王五", phone=phone(1), area_id="379902102002")
    assert counts(roll.write(GOOD)) == (1, 0, 0, 0)


def test_without_a_number_name_level_and_place_find_him(roll):
    cadre = CadreFactory(name="王五", phone=phone(7), area_id=VILLAGE, post="旧职务")
    upload = roll.write({"电话": None})
    assert counts(upload) == (0, 1, 0, 0)
    cadre.refresh_from_db()
    assert (cadre.phone, cadre.post) == (phone(7), "村委会主任")


def test_a_new_number_is_a_change_of_the_same_person(roll):
    cadre = CadreFactory(name="王五", phone=phone(7), area_id=VILLAGE)
    roll.write(GOOD)
    cadre.refresh_from_db()
    assert cadre.phone == phone(1)


def test_two_of_one_name_are_told_apart_by_number_only(roll):
    CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE)
    CadreFactory(name="王五", phone=phone(2), area_id=VILLAGE)
    upload = roll.take({"电话": None})
    assert (counts(upload), codes(upload)) == ((0, 0, 0, 1), ["R_CADRE_AMBIGUOUS"])
    assert upload.ledger_rows.get().action == "refused"
    assert codes(roll.take({"电话": phone(9)})) == ["R_CADRE_AMBIGUOUS"]
    assert counts(roll.take({"电话": phone(2)}))[3] == 0


def test_two_rows_never_fit_one_cadre(roll):
    CadreFactory(name="王五", phone=phone(7), area_id=VILLAGE)
    upload = roll.take({"电话": phone(1)}, {"电话": phone(2)})
    assert (counts(upload), codes(upload)) == ((0, 0, 0, 2), ["R_CADRE_AMBIGUOUS"] * 2)
    known = roll.take({"电话": phone(7)}, {"电话": phone(2)})
    assert counts(known)[::3] == (1, 0)


def test_a_number_of_somebody_else_is_refused_unless_he_gives_it_up(roll):
    CadreFactory(name="赵六", phone=phone(1), area_id=VILLAGE)
    upload = roll.take(GOOD)
    assert codes(upload) == ["R_DUP"]
    assert "赵六" in upload.ledger_findings.get().message
    swapped = roll.write(GOOD, {"姓名": "赵六", "电话": phone(5)})
    assert counts(swapped) == (1, 1, 0, 0)
    assert dict(Cadre.objects.values_list("name", "phone")) == {"王五": phone(1), "赵六": phone(5)}


def test_a_landline_may_be_of_several(roll):
    CadreFactory(name="赵六", phone="0454-8622222", area_id=VILLAGE)
    assert counts(roll.take({"电话": "0454-8622222"}, {"姓名": "孙七", "电话": "0454-8622222"})) == (
        2, 0, 0, 0,
    )  # fmt: skip


# --- blank, 清空, leaving ---------------------------------------------------------------------


def test_blank_keeps_and_the_word_clears(roll):
    cadre = CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, unit="旧单位", note="旧备注")
    roll.write(GOOD | {"单位": None, "备注": "清空"})
    cadre.refresh_from_db()
    assert (cadre.unit, cadre.note) == ("旧单位", "")


def test_missing_columns_keep(roll):
    cadre = CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, post="旧职务")
    headings = ["姓名", "包保层级", "乡镇街道", "村社区", "电话"]
    assert counts(roll.write(GOOD, headings=headings)) == (0, 0, 1, 0)
    cadre.refresh_from_db()
    assert cadre.post == "旧职务"


def test_who_leaves_by_the_ledger_leaves_his_businesses_pending_and_his_account(roll):
    user = UserFactory(area_id=VILLAGE)
    cadre = CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, user=user)
    bond = AssignmentFactory(
        entity=EntityFactory(area_id=VILLAGE, grade="D", grade_source="ledger"), cadre=cadre
    )
    upload = roll.write(GOOD | {"任职止": str(days(-1))})
    assert codes(upload) == ["W_LEFT"]
    for row in (cadre, bond, user):
        row.refresh_from_db()
    assert (cadre.is_in_post, cadre.in_post_to, bond.standing) == (False, days(-1), "pending")
    assert not user.is_active
    assert lines() == [(ChangeKind.CADRE_LEFT, "王五")]
    assert Change.objects.get().adjust_due_on is not None


def test_a_day_to_come_ends_nothing_yet(roll):
    roll.write(GOOD | {"任职止": str(days(5))})
    cadre = Cadre.objects.get()
    assert (cadre.is_in_post, cadre.in_post_to) == (True, days(5))


def test_one_who_left_stays_away_unless_the_ledger_says_so(roll):
    CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, left=True)
    upload = roll.write(GOOD)
    assert codes(upload) == ["W_LEFT"]
    assert not Cadre.objects.get().is_in_post
    roll.write(GOOD | {"任职止": "清空"})
    cadre = Cadre.objects.get()
    assert (cadre.is_in_post, cadre.in_post_to, cadre.leave_reason) == (True, None, "")
    assert (ChangeKind.CADRE_BACK, "王五") in lines()


# --- a whole ledger ---------------------------------------------------------------------------


def test_a_whole_ledger_lists_whom_it_lacks_and_asks_twice(roll):
    lacking = CadreFactory(name="周八", area_id=VILLAGE)
    CadreFactory(name="吴九", area_id=VILLAGE, left=True)
    CadreFactory(name="郑十", area_id="379902102002")
    CadreFactory(name="钱一", area_id=VILLAGE)
    upload = roll.take(GOOD, {"姓名": "钱一", "电话": "不知道"}, mode="full")
    assert list(upload.ledger_missing.values_list("cadre", flat=True)) == [lacking.pk]
    with pytest.raises(UploadStateError, match="1 人不在"):
        confirm(upload, is_sure=False)
    confirm(upload)
    lacking.refresh_from_db()
    assert lacking.is_in_post


# --- somebody was quicker ---------------------------------------------------------------------


def test_a_cadre_who_changed_since_the_preview_is_left_out(roll):
    cadre = CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, post="旧职务")
    upload = roll.take(GOOD)
    Cadre.objects.update(post="刚改的职务")
    confirm(upload)
    cadre.refresh_from_db()
    assert (upload.conflicts, cadre.post) == (1, "刚改的职务")
    assert upload.ledger_rows.get().outcome == "conflict"


def test_one_taken_in_since_the_preview_is_not_taken_in_twice(roll):
    upload = roll.take(GOOD)
    CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, post="别的")
    confirm(upload)
    assert (upload.conflicts, Cadre.objects.count()) == (1, 1)


def test_work_done_twice_is_done_once(roll):
    upload = roll.write(GOOD)
    assert process.upload_work(upload.pk) == ""
    with pytest.raises(UploadStateError):
        uploads.LIFE.discard(upload=upload, by=None)
    assert Cadre.objects.count() == 1


# --- undo -------------------------------------------------------------------------------------


def test_undo_gives_back_what_was(roll, county_officer):
    CadreFactory(name="赵六", phone=phone(2), area_id=TOWN, level="township", post="旧职务")
    before = snapshot()
    upload = roll.write(*three(), by=county_officer)
    assert undo_preview(upload) == {"withdrawn": 2, "restored": 1, "kept": 0}
    upload = undo(upload, by=county_officer)
    assert (upload.state, upload.restored, upload.kept) == ("undone", 3, 0)
    after = snapshot()
    assert {pk: row for pk, row in after.items() if pk in before} == before
    made = [row for pk, row in after.items() if pk not in before]
    assert {(row["is_in_post"], row["leave_reason"]) for row in made} == {(False, "withdrawn")}
    assert sum(kind == ChangeKind.CADRE_LEFT for kind, _ in lines()) == 2


def test_after_an_undo_the_ledger_can_be_written_again(roll):
    undo(roll.write(*three()))
    again = roll.write(*three())
    assert counts(again) == (3, 0, 0, 0)
    assert Cadre.objects.filter(is_in_post=True).count() == 3
    assert Cadre.objects.count() == 3
    undo(again)
    assert not Cadre.objects.filter(is_in_post=True).exists()


def test_undo_keeps_whom_somebody_changed_and_who_holds_businesses(roll):
    upload = roll.write(*three())
    with pghistory.context(via="edit"):
        Cadre.objects.filter(name="赵六").update(post="别的职务")
    holder = Cadre.objects.get(name="王五")
    AssignmentFactory(
        entity=EntityFactory(area_id=VILLAGE, grade="D", grade_source="ledger"), cadre=holder
    )
    upload = undo(upload)
    assert (upload.restored, upload.kept) == (1, 2)
    assert set(Cadre.objects.filter(is_in_post=True).values_list("name", flat=True)) == {
        "王五", "赵六",
    }  # fmt: skip


# --- statements -------------------------------------------------------------------------------


def test_the_statements_do_not_grow_with_the_rows(roll, django_assert_max_num_queries):
    """Set-based: a hundred rows take as many statements as one."""
    numbers = []
    for size, start in ((1, 0), (100, 1000)):
        rows = [
            {"姓名": f"干部{chr(0x4E00 + start + n)}", "电话": phone(start + n)}
            for n in range(size)
        ]
        upload = roll.take(*rows)
        uploads.LIFE.confirm(upload=upload, by=None, at=timezone.now())
        with django_assert_max_num_queries(80) as asked:
            process.upload_work(upload.pk)
        upload.refresh_from_db()
        assert (upload.state, upload.new) == ("applied", size)
        numbers.append(len([q for q in asked.captured_queries if "lease_until" not in q["sql"]]))
    assert numbers[0] == numbers[1]
