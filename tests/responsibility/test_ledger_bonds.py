"""The cadre columns of an entity ledger: who binds, who is told of, what an undo takes back."""

from functools import partial

import pghistory
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from responsibility.ledger import follow
from responsibility.models import Assignment, AssignmentPlan, Cadre, Change
from responsibility.services.ledger_bonds import ledger_plan_make
from responsibility.services.planning import plan_apply, plan_undo
from tests.entities.pipeline import Ledger, confirm, undo

from .cadre_pipeline import COUNTY, phone
from .factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")
TOWN, VILLAGE, OTHER_VILLAGE = "379921203", "379921203001", "379921203002"
LICENCES = ["JY13799210000019", "JY13799210000027", "JY13799210000035", "JY13799210000043"]
# A D business in 石桥村, named to 王五.
NAMED = {"村社区": "石桥村", "包保等级": "D", "包保干部": "王五"}


@pytest.fixture
def dictionaries(db):
    call_command("load_register_fixtures", verbosity=0)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


@pytest.fixture
def wangwu(areas):
    return CadreFactory(name="王五", area_id=VILLAGE, post="村委会主任", phone=phone(1))


def rows(*changes):
    return [
        {"主体名称": f"示例小店{n}号", "许可证编号": LICENCES[n]} | NAMED | change
        for n, change in enumerate(changes)
    ]


def held():
    """{licence: name of the cadre} of the bonds in force."""
    return dict(Assignment.objects.active().values_list("entity__licence_no", "cadre__name"))


def told(upload):
    return sorted(
        upload.ledger_findings.filter(code__startswith="W_CADRE").values_list("code", "row")
    )


# --- binding ----------------------------------------------------------------------------------


def test_a_name_that_fits_one_cadre_binds(ledger, wangwu, county_officer, log_in):
    upload = ledger.take(*rows({}), by=county_officer)
    assert told(upload) == []
    assert any("新建包保 1 家" in effect for effect in upload.effects)
    assert not Assignment.objects.exists()
    page = log_in(county_officer).get(reverse("entities:upload-detail", args=[upload.pk]))
    assert "写入时新建包保 1 家" in page.content.decode()
    confirm(upload, by=county_officer)
    bond = Assignment.objects.get()
    assert (bond.cadre, bond.reason, bond.made_by) == (wangwu, "ledger", county_officer)
    assert bond.standing == "held"
    assert Change.objects.get(kind="bond_new").entity_id == bond.entity_id
    assert Entity.objects.get().cadre_name == "王五"


@pytest.mark.parametrize(
    ("grade", "level", "area"),
    [("A", "city", "3799"), ("B", "county", COUNTY), ("C", "township", TOWN), ("D", "village", VILLAGE)],
)  # fmt: skip
def test_the_grade_says_which_level_is_meant(ledger, grade, level, area):
    for number, (one, where) in enumerate(
        {"city": "3799", "county": COUNTY, "township": TOWN, "village": VILLAGE}.items()
    ):
        CadreFactory(name="王五", level=one, area_id=where, phone=phone(number))
    ledger.write(*rows({"包保等级": grade}))
    bond = Assignment.objects.get()
    assert (bond.cadre.level, bond.cadre.area_id) == (level, area)


def test_the_first_of_several_names_is_the_main_one(ledger, wangwu):
    CadreFactory(name="李四", area_id=VILLAGE)
    ledger.write(*rows({"包保干部": "王五、李四"}, {"包保干部": "李四/王五"}))
    assert held() == {LICENCES[0]: "王五", LICENCES[1]: "李四"}


def test_who_is_not_there_is_told_and_the_text_is_kept(ledger, wangwu):
    CadreFactory(name="赵六", area_id=OTHER_VILLAGE)
    CadreFactory(name="钱七", area_id=VILLAGE, left=True)
    upload = ledger.write(
        *rows(
            {"包保干部": "没有人"}, {"包保干部": "赵六"}, {"包保干部": "钱七"}, {"包保等级": None}
        )
    )
    assert told(upload) == [("W_CADRE_UNKNOWN", row) for row in (2, 3, 4, 5)]
    assert not Assignment.objects.exists()
    assert set(Entity.objects.values_list("cadre_name", flat=True)) == {
        "没有人", "赵六", "钱七", "王五",
    }  # fmt: skip
    unknown = upload.ledger_findings.filter(code="W_CADRE_UNKNOWN")
    messages = dict(unknown.values_list("row", "message"))
    assert "没有在岗的“没有人”" in messages[2]
    assert "村级" in messages[3]
    assert "没有在岗的“钱七”" in messages[4]
    assert "没有分级" in messages[5]
    assert upload.warned_rows == 4


def test_two_of_one_name_are_told_apart_by_number_then_post(ledger, wangwu):
    CadreFactory(name="王五", area_id=VILLAGE, post="会计", phone=phone(2))
    upload = ledger.write(
        *rows(
            {},
            {"包保干部电话": phone(2)},
            {"包保干部职务": "村委会主任"},
            {"包保干部电话": phone(9), "包保干部职务": "书记"},
        )
    )
    assert told(upload) == [("W_CADRE_AMBIGUOUS", 2), ("W_CADRE_AMBIGUOUS", 5)]
    numbers = Assignment.objects.values_list("entity__licence_no", "cadre__phone")
    assert dict(numbers) == {LICENCES[1]: phone(2), LICENCES[2]: phone(1)}


def test_screened_businesses_are_left_alone(ledger, wangwu):
    ledger.write(*rows({}))
    with pghistory.context(via="test"):
        Entity.objects.update(status="closed")
    again = ledger.write(*rows({"包保干部": "没有人"}))
    assert told(again) == []


# --- what stands already ----------------------------------------------------------------------


def test_a_valid_bond_stays_unless_another_is_certainly_named(ledger, wangwu):
    other = CadreFactory(name="李四", area_id=VILLAGE)
    ledger.write(*rows({"包保干部": None}, {"包保干部": "李四"}))
    first, second = Entity.objects.order_by("licence_no")
    bond = AssignmentFactory(entity=first, cadre=other)
    ledger.write(*rows({"包保干部": "不认识"}, {"包保干部": "不认识"}))
    assert held() == {LICENCES[0]: "李四", LICENCES[1]: "李四"}
    upload = ledger.write(*rows({}, {"包保干部": "李四"}))
    assert held() == {LICENCES[0]: "王五", LICENCES[1]: "李四"}
    bond.refresh_from_db()
    assert bond.end_reason == "replaced"
    assert any("改由他人包保 1 家" in effect for effect in upload.effects)
    assert Assignment.objects.filter(entity=second).count() == 1


def test_cadres_who_come_later_are_bound_by_the_same_ledger_again(ledger):
    ledger.write(*rows({}, {}))
    assert not Assignment.objects.exists()
    CadreFactory(name="王五", area_id=VILLAGE)
    again = ledger.write(*rows({}, {}))
    assert again.unchanged == 2
    assert len(held()) == 2
    third = ledger.write(*rows({}, {}))
    assert Assignment.objects.count() == 2
    assert third.effects == []


# --- undo -------------------------------------------------------------------------------------


def test_undo_takes_back_the_bonds_it_made(ledger, wangwu):
    other = CadreFactory(name="李四", area_id=VILLAGE)
    ledger.write(*rows({"包保干部": None}))
    AssignmentFactory(entity=Entity.objects.get(), cadre=other)
    upload = ledger.write(*rows({}, {}))
    assert held() == {LICENCES[0]: "王五", LICENCES[1]: "王五"}
    undo(upload)
    assert held() == {LICENCES[0]: "李四"}
    assert AssignmentPlan.objects.get().state == "undone"


def test_undo_of_a_ledger_that_changed_nothing_but_bonds(ledger):
    ledger.write(*rows({}))
    CadreFactory(name="王五", area_id=VILLAGE)
    again = ledger.write(*rows({}))
    assert (again.written_context, len(held())) == (None, 1)
    undo(again)
    assert held() == {}


# --- for a whole area -------------------------------------------------------------------------


def test_the_texts_of_an_area_become_a_plan_to_look_at(ledger, county_officer, areas):
    ledger.write(*rows({}, {"包保干部": "没有人"}, {"包保干部": "李四"}))
    CadreFactory(name="王五", area_id=VILLAGE)
    for number in (1, 2):
        CadreFactory(name="李四", area_id=VILLAGE, phone=phone(number))
    at = timezone.now()
    plan = ledger_plan_make(area=areas[COUNTY], by=county_officer, at=at)
    assert (plan.state, plan.rows.count()) == ("planned", 1)
    assert {key: plan.counts[key] for key in ("assigned", "moved", "unknown", "ambiguous")} == {
        "assigned": 1, "moved": 0, "unknown": 1, "ambiguous": 1,
    }  # fmt: skip
    assert plan.counts["uncovered"] == 2
    plan_apply(plan=plan, by=county_officer, at=at, on=timezone.localdate(at))
    bond = Assignment.objects.get()
    assert (bond.reason, bond.cadre.name) == ("ledger", "王五")
    plan.refresh_from_db()
    plan_undo(plan=plan, by=county_officer, at=at, on=timezone.localdate(at))
    assert held() == {}


# --- cost -------------------------------------------------------------------------------------


def asked(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def test_without_cadre_columns_or_cadres_it_costs_a_look_at_most(ledger):
    plain = ledger.take({"村社区": "石桥村"})
    named = ledger.take(*rows({}))
    assert asked(lambda: follow.compare(plain, columns=plain.columns)) == 0
    assert asked(lambda: follow.apply(plain, by=None)) == 0
    assert asked(lambda: follow.compare(named, columns=named.columns)) == 1
    assert asked(lambda: follow.apply(named, by=None)) == 1
    assert told(named) == []


def test_the_statements_do_not_grow_with_the_rows(ledger, wangwu):
    numbers = []
    for size in (1, 4):
        upload = ledger.write(*rows(*({} for _ in range(size))))
        with pghistory.context(via="test"):
            Assignment.objects.active().update(to_on=timezone.localdate())
        numbers.append(
            (
                asked(partial(follow.compare, upload, columns=upload.columns)),
                asked(partial(follow.apply, upload, by=None)),
            )
        )
        assert len(held()) == size
    assert numbers[0] == numbers[1]
    assert Cadre.objects.get().load.total == 4
