"""承诺书: who may sign, what is frozen, what asks for a new one."""

import datetime
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.models import Assignment, Cadre, ListDocument, Pledge, ResignRule
from responsibility.queries.pledge_annex import pledge_annexes
from responsibility.services.cadres import cadre_update
from responsibility.services.pledges import (
    pledge_mark,
    pledge_record_scan,
    pledge_sign,
    pledge_void,
    pledges_issue,
)
from responsibility.services.pledges_bulk import pledges_make, pledges_review, pledges_sign
from tests.factories import EntityFactory, UserFactory
from tests.personas import CITY, COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2022, 11, 2)
AT = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def bearer(areas, cadre):
    """A village cadre with an account who holds three businesses."""
    made = CadreFactory(area=areas[VILLAGE], name="王小五", user=cadre)
    for _ in range(3):
        AssignmentFactory(
            entity=EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger"),
            cadre=made,
        )
    return made


def make(actor=None, **more):
    return pledges_make(cadres=Cadre.objects.all(), actor=actor, at=AT, year=2022, **more)


@pytest.fixture
def waiting(bearer):
    make(is_issued=True)
    return Pledge.objects.get(cadre=bearer)


def sign(pledge, actor, **more):
    annex = pledge_annexes(cadres=[pledge.cadre_id], on=ON)[pledge.cadre_id]
    values = {"typed": pledge.name, "has_read": True, "mark": pledge_mark(pledge, annex)}
    return pledge_sign(pledge=pledge, actor=actor, at=AT, on=ON, **(values | more))


def test_each_cadre_in_post_gets_one_numbered_by_county(areas, county_officer):
    CadreFactory(area=areas[CITY], level="city", post="副市长")
    for code, level in ((COUNTY, "county"), (TOWN, "township"), (VILLAGE, "village")):
        CadreFactory(area=areas[code], level=level)
    CadreFactory(area=areas[VILLAGE], left=True)
    assert make(county_officer) == 4
    assert make(county_officer) == 0
    rows = Pledge.objects.order_by("number").values_list("number", "state", "superior_unit")
    assert list(rows) == [
        ("2022-3799-0001", "draft", "示例市食品安全委员会"),
        ("2022-379921-0001", "draft", "示例市食品安全委员会"),
        ("2022-379921-0002", "draft", "东山县食品安全委员会"),
        ("2022-379921-0003", "draft", "城关街道食品安全委员会"),
    ]
    CadreFactory(area=areas[VILLAGE])
    make(county_officer)
    assert Pledge.objects.filter(number="2022-379921-0004").exists()


def test_he_signs_by_typing_his_name(waiting, cadre):
    made = sign(waiting, cadre, typed=" 王 小五 ")
    made.refresh_from_db()
    assert (made.state, made.signed_via, made.signed_by, made.held_count) == (
        "signed",
        "typed",
        cadre,
        3,
    )
    assert made.valid_to == datetime.date(2023, 11, 1)
    assert "王小五" in made.confirmation
    assert made.annex["as_of"] == "2022-11-02"
    assert len(made.annex["entities"]) == 3
    assert made.annex["task_list"] is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"typed": "王小六"}, "不一致"),
        ({"has_read": False}, "勾选"),
        ({"mark": "0" * 32}, "再看一遍"),
    ],
)
def test_a_signature_needs_reading_and_his_own_name(waiting, cadre, change, word):
    with pytest.raises(DomainError, match=word):
        sign(waiting, cadre, **change)
    assert Pledge.objects.get().state == "waiting"


def test_nobody_signs_for_another(waiting, city_admin):
    with pytest.raises(DomainError, match="本人"):
        sign(waiting, city_admin)


def test_what_changed_while_he_read_is_read_again(waiting, cadre, bearer, areas):
    annex = pledge_annexes(cadres=[bearer.pk], on=ON)[bearer.pk]
    mark = pledge_mark(waiting, annex)
    AssignmentFactory(
        entity=EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger"), cadre=bearer
    )
    with pytest.raises(DomainError, match="再看一遍"):
        sign(waiting, cadre, mark=mark)


def test_a_draft_is_issued_before_it_is_signed(bearer, cadre, county_officer):
    make()
    pledge = Pledge.objects.get()
    with pytest.raises(DomainError, match="还没有送签"):
        sign(pledge, cadre)
    assert pledges_issue(pledges=Pledge.objects.all(), actor=county_officer, at=AT) == 1
    assert pledges_issue(pledges=Pledge.objects.all(), actor=county_officer, at=AT) == 0
    sign(pledge, cadre)
    with pytest.raises(DomainError, match="不必再签"):
        sign(pledge, cadre)


def test_the_annex_never_changes_after_signing(waiting, cadre):
    sign(waiting, cadre)
    for statement in (
        "UPDATE responsibility_pledge SET annex = '{}'",
        "UPDATE responsibility_pledge SET annex = NULL",
        "UPDATE responsibility_pledge SET annex = jsonb_set(annex, '{entities,0,name}', '\"x\"')",
    ):
        with (
            pytest.raises(IntegrityError, match="签订后不能改"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_scan_is_recorded_with_its_day(waiting, county_officer):
    values = {
        "actor": county_officer,
        "file": ContentFile(b"%PDF-1.4"),
        "name": "扫描.pdf",
        "at": AT,
        "on": ON,
    }
    with pytest.raises(DomainError, match="晚于今天"):
        pledge_record_scan(pledge=waiting, signed_on=datetime.date(2022, 11, 3), **values)
    made = pledge_record_scan(pledge=waiting, signed_on=datetime.date(2022, 10, 30), **values)
    assert (made.state, made.signed_via, made.scan_name) == ("signed", "scan", "扫描.pdf")
    with made.scan.open("rb") as stored:
        assert stored.read() == b"%PDF-1.4"


def test_a_new_pledge_supersedes_the_old(waiting, cadre, bearer, areas):
    sign(waiting, cadre)
    bearer.post = "村党支部书记"
    bearer.save()
    assert pledges_review(on=ON) == {"resign": 1, "void": 0, "followed": 0}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.resign_reason) == ("resign", "职务或单位变动")
    make(is_issued=True)
    fresh = Pledge.objects.get(state="waiting")
    assert fresh.post == "村党支部书记"
    sign(fresh, cadre)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.void_reason) == ("void", f"已由 {fresh.number} 替代")


def test_a_material_change_of_businesses_asks_for_a_new_one(waiting, cadre, bearer, areas):
    ResignRule.objects.create(held_changed_percent=50, held_changed_least=2)
    sign(waiting, cadre)
    bond = Assignment.objects.filter(to_on=None).order_by("pk")[0]
    bond.to_on = ON
    bond.save()
    assert pledges_review(on=ON)["resign"] == 0
    AssignmentFactory(
        entity=EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger"), cadre=bearer
    )
    assert pledges_review(on=ON, cadres=[bearer.pk + 1])["resign"] == 0
    assert pledges_review(on=ON, cadres=[bearer.pk])["resign"] == 1
    assert Pledge.objects.get().resign_reason == "包保主体变动 2 家"


def test_the_clerks_change_of_post_asks_for_a_new_one_at_once(
    waiting, cadre, bearer, county_officer
):
    sign(waiting, cadre)

    def change(**changes):
        bearer.refresh_from_db()
        cadre_update(
            actor=county_officer,
            cadre=bearer,
            revision=bearer.revision,
            changes=changes,
            on=ON,
            at=AT,
        )
        return Pledge.objects.get().state

    assert change(note="只是备注") == "signed"
    assert change(post="村会计") == "resign"
    assert change(in_post_to=ON, leave_reason="retirement") == "void"


def test_a_pledge_runs_out(waiting, cadre):
    sign(waiting, cadre)
    assert pledges_review(on=datetime.date(2023, 11, 1))["resign"] == 0
    assert pledges_review(on=datetime.date(2023, 11, 2))["resign"] == 1
    assert Pledge.objects.get().resign_reason == "有效期已满"


def test_pledges_of_those_who_left_are_void(waiting, bearer):
    bearer.is_in_post = False
    bearer.save()
    assert pledges_review(on=ON)["void"] == 1
    assert Pledge.objects.get().void_reason == "承诺人离岗"


def test_open_pledges_follow_the_cadre(waiting, bearer):
    bearer.post = "村会计"
    bearer.save()
    assert pledges_review(on=ON)["followed"] == 1
    assert Pledge.objects.get().post == "村会计"


def test_many_are_signed_at_once_each_with_his_annex(areas, bearer, county_officer):
    task_list = ListDocument.objects.create(
        kind="task",
        level="village",
        title="村级任务清单",
        effective_from=datetime.date(2022, 10, 12),
    )
    task_list.items.create(order=1, code="J1", clause="开展督导", cycle="period")
    ListDocument.objects.filter(pk=task_list.pk).update(state="issued")
    for _ in range(2):
        CadreFactory(area=areas[VILLAGE])
    make()
    assert pledges_sign(pledges=Pledge.objects.all(), actor=county_officer, on=ON, at=AT) == 3
    rows = Pledge.objects.order_by("held_count").values_list("state", "held_count", "annex")
    assert [row[:2] for row in rows] == [("signed", 0), ("signed", 0), ("signed", 3)]
    assert all(row[2]["task_list"]["items"][0]["code"] == "J1" for row in rows)
    assert len(rows[2][2]["entities"]) == 3
    assert pledges_sign(pledges=Pledge.objects.all(), actor=county_officer, on=ON, at=AT) == 0


def test_voiding_needs_a_reason(waiting, county_officer):
    with pytest.raises(DomainError, match="原因"):
        pledge_void(pledge=waiting, actor=county_officer, reason=" ")
    pledge_void(pledge=waiting, actor=county_officer, reason="生成有误")
    with pytest.raises(DomainError, match="已经失效"):
        pledge_void(pledge=waiting, actor=county_officer, reason="再来")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_get_one_result_and_one_message(areas):
    actor = UserFactory(area=areas[COUNTY])
    CadreFactory(area=areas[VILLAGE])
    told, made = [], []

    def work():
        try:
            made.append(make(actor, is_issued=True))
            pledge = Pledge.objects.get()
            pledge_record_scan(
                pledge=pledge, actor=actor, file=ContentFile(b"%PDF-"), name="a.pdf",
                signed_on=ON, at=timezone.now(), on=ON,
            )  # fmt: skip
        except DomainError as error:
            told.append(error.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert len(told) == 1
    assert "不必再签" in told[0]
    assert Pledge.objects.filter(state="signed").count() == 1
