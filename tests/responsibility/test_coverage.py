"""The board's figures: they add up, and each equals the rows behind it."""

import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.filters.holding import HoldingConditions
from responsibility.models import Assignment, AssignmentPlan, Cadre
from responsibility.queries.coverage import CoverageTables, Vacancy
from responsibility.queries.holding import FIGURES
from tests.factories import EntityFactory
from tests.foreign import text_of
from tests.personas import CITY, COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
OTHER_VILLAGE = "379921001002"


@pytest.fixture
def town(areas):
    """One business of each kind: held, excepted, unfit, pending, unassigned twice, ungraded, screened."""
    people = {
        "bearer": CadreFactory(area=areas[VILLAGE]),
        "gone": CadreFactory(area=areas[VILLAGE]),
        "mayor": CadreFactory(area=areas[COUNTY], level="county"),
    }

    def shop(grade="D", code=VILLAGE, **values):
        return EntityFactory(area=areas[code], grade=grade, **values)

    AssignmentFactory(entity=shop(), cadre=people["bearer"])
    AssignmentFactory(entity=shop(), cadre=people["mayor"], exception_reason="自愿联系")
    unfit = AssignmentFactory(entity=shop("B"), cadre=people["mayor"]).entity
    Entity.objects.filter(pk=unfit.pk).update(grade="C")
    AssignmentFactory(entity=shop(), cadre=people["gone"])
    Cadre.objects.filter(pk=people["gone"].pk).update(is_in_post=False)
    shop(code=OTHER_VILLAGE)
    shop("A", code=TOWN)
    bare = shop("")
    AssignmentFactory(entity=bare, cadre=people["bearer"], exception_reason="先包")
    AssignmentFactory(entity=shop(status="closed"), cadre=people["bearer"])
    return people


def test_the_figures_add_up(town, city_admin):
    total = CoverageTables(user=city_admin, area=COUNTY).total()
    assert (total.obliged, total.covered, total.ungraded) == (7, 2, 1)
    assert (total.unassigned, total.pending, total.unfit, total.excepted) == (3, 1, 1, 1)
    assert total.obliged == total.covered + total.ungraded + total.unassigned + total.unfit
    assert f"{total.rate:.2f}" == "28.57"
    assert (total.vacant, total.cadres) == (3, 2)  # C and A of this place, D of the other village


@pytest.mark.parametrize("figure", list(FIGURES))
@pytest.mark.parametrize("query", ["", f"&area={VILLAGE}", "&grade=D", f"&area={TOWN}&own=1"])
def test_each_figure_equals_its_rows(town, county_officer, rf, figure, query):
    data = rf.get(f"/?standing={figure}{query}").GET
    conditions = HoldingConditions(data, user=county_officer)
    found = list(conditions.found())
    assert len(found) == len(set(found)) == conditions.counts[figure]


def test_the_board_drills_down_and_links_its_rows(town, county_officer, log_in):
    browser = log_in(county_officer)
    page = browser.get(reverse("responsibility:coverage")).content.decode()
    assert f"?area={TOWN}" in page
    assert f"coverage/rows/?area={TOWN}&amp;standing=unassigned" in page
    below = browser.get(reverse("responsibility:coverage") + f"?area={TOWN}").content.decode()
    assert "东关社区" in below
    assert "只到本级" in below
    towns = browser.get(reverse("responsibility:coverage") + f"?area={CITY}&by=town")
    assert towns.status_code == 404


def test_the_city_sees_its_towns_at_once(town, leader, log_in):
    page = log_in(leader).get(reverse("responsibility:coverage") + "?by=town").content.decode()
    assert "东山县 城关街道" in page


def test_a_vacancy_without_a_village_says_so(town, areas, county_officer, log_in):
    EntityFactory(area=areas["379921102"], grade="D")
    page = log_in(county_officer).get(reverse("responsibility:vacancy-list")).content.decode()
    assert "先补主体的属地" in page
    assert "先确定干部" in page


@pytest.mark.parametrize(
    ("code", "level", "words"),
    [
        ("379921102", "village", "先补主体的属地，或确定管整个乡镇的村级干部"),
        ("379921", "township", "先补主体的属地"),
        ("379921102", "township", "先确定干部"),
        ("379921102001", "village", "先确定干部"),
        ("379921400", "village", "先确定干部"),  # a farm without villages
        ("3799G1", "village", "先确定干部"),  # a unit without towns
    ],
)
def test_a_vacancy_says_what_to_do(code, level, words):
    cure = Vacancy(code, "D", level, 1).cure({"3799", "379921", "379921102"})
    assert words in cure


def test_the_rows_are_found_by_name_and_exported(town, county_officer, log_in):
    shop = Entity.objects.filter(assignments=None, grade="D").get()
    browser = log_in(county_officer)
    url = reverse("responsibility:holding-list")
    found = browser.get(f"{url}?standing=unassigned&q={shop.name[:6]}").content.decode()
    assert shop.name in found
    assert "请至少输入两个字" in browser.get(f"{url}?q=示").content.decode()
    assert "没有符合条件" in browser.get(f"{url}?standing=none&grade=D").content.decode()
    file = browser.get(reverse("responsibility:holding-export") + "?standing=covered")
    book = openpyxl.load_workbook(BytesIO(file.getvalue())).active
    assert book.max_row == 3
    assert AuditRecord.objects.filter(action="export").count() == 1


def test_a_clerk_ticks_chooses_and_gives(town, county_officer, log_in):
    shop = Entity.objects.filter(assignments=None, grade="D").get()
    near = CadreFactory(area_id=OTHER_VILLAGE, name="近干部")
    browser = log_in(county_officer)
    url = reverse("responsibility:bond-make") + "?standing=unassigned"
    chosen = browser.post(url, {"pk": [shop.pk]}).content.decode()
    assert "近干部" in chosen
    missing = browser.post(url, {"pk": [shop.pk], "confirmed": "1"}).content.decode()
    assert "请选一名干部" in missing
    sent = {"pk": [shop.pk], "confirmed": "1", "cadre": town["mayor"].pk}
    assert "不由县级干部包保" in browser.post(url, sent).content.decode()
    answer = browser.post(url, sent | {"cadre": near.pk}, follow=True)
    assert "已由 近干部 包保 1 家" in answer.content.decode()
    assert Assignment.objects.get(entity=shop).cadre == near
    url = reverse("responsibility:bond-end") + "?standing=covered"
    answer = browser.post(url, {"pk": [shop.pk], "confirmed": "1", "note": "停业"}, follow=True)
    assert "已解除 1 家" in answer.content.decode()


def test_a_foreign_cadre_cannot_be_named(town, areas, county_officer, log_in):
    shop = Entity.objects.filter(assignments=None, grade="D").get()
    foreign = CadreFactory(area=areas["379902001001"])
    url = reverse("responsibility:bond-make")
    sent = {"pk": [shop.pk], "confirmed": "1", "cadre": foreign.pk, "exception_reason": "例外"}
    page = log_in(county_officer).post(url, sent).content.decode()
    assert "这名干部不在岗，或者不在您的属地" in page
    assert not Assignment.objects.filter(entity=shop).exists()


def test_a_plan_goes_from_the_board_to_its_undoing(town, county_officer, log_in):
    browser = log_in(county_officer)
    page = browser.post(reverse("responsibility:plan-create"), {"grade": ["D"]}, follow=True)
    plan = AssignmentPlan.objects.get()
    assert plan.selection == {"grade": ["D"]}
    assert "执行 1 家" in page.content.decode()
    page = browser.post(reverse("responsibility:plan-apply", args=[plan.pk]), follow=True)
    assert "已执行分配 1 家" in page.content.decode()
    page = browser.post(reverse("responsibility:plan-discard", args=[plan.pk]), follow=True)
    assert "这份方案已执行，不能放弃" in page.content.decode()
    page = browser.post(reverse("responsibility:plan-undo", args=[plan.pk]), follow=True)
    assert "恢复 1 家" in page.content.decode()


def test_ticked_rows_join_a_plan(town, county_officer, log_in):
    url = reverse("responsibility:plan-create") + f"?standing=unassigned&area={COUNTY}"
    log_in(county_officer).post(url, {"every": "1"})
    assert len(AssignmentPlan.objects.get().selection["ids"]) == 3


@pytest.mark.parametrize("standing", list(FIGURES))
def test_a_list_costs_the_same_for_one_row_and_for_five(town, county_officer, log_in, standing):
    browser, counts = log_in(county_officer), []
    for more in (0, 4):
        for number in range(more):
            held = EntityFactory(area_id=VILLAGE, grade="B")
            reason = "例外" if number % 2 else ""
            AssignmentFactory(entity=held, cadre=town["mayor"], exception_reason=reason)
            EntityFactory(area_id=VILLAGE, grade="D")
            EntityFactory(area_id=OTHER_VILLAGE, grade="A")
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("responsibility:holding-list") + f"?standing={standing}")
            browser.get(reverse("responsibility:coverage"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 28, [query["sql"][:200] for query in queries]


def test_the_api_gives_the_board_and_takes_a_bond(town, county_officer, log_in):
    browser = log_in(county_officer)
    figures = browser.get("/api/v1/coverage/").json()
    assert (figures["area"], figures["obliged"], figures["covered"]) == (COUNTY, 7, 2)
    rows = browser.get("/api/v1/assignments/?standing=unfit").json()["results"]
    assert [row["grade"] for row in rows] == ["C"]
    shop = Entity.objects.filter(assignments=None, grade="D").get()
    sent = {"entity": shop.pk, "cadre": town["mayor"].pk}
    json_type = {"content_type": "application/json"}
    refused = browser.post("/api/v1/assignments/", sent, **json_type)
    assert refused.status_code == 409
    assert "例外理由" in refused.json()["detail"]
    made = browser.post("/api/v1/assignments/", sent | {"exception_reason": "联系"}, **json_type)
    assert (made.status_code, made.json()["standing"]) == (201, "excepted")


def test_the_commands_tell_the_same(town):
    out = StringIO()
    call_command("coverage", area=COUNTY, as_json=True, stdout=out)
    figures = json.loads(out.getvalue())
    assert (figures["obliged"], figures["covered"], figures["unassigned"]) == (7, 2, 3)
    out = StringIO()
    call_command("assign", area=COUNTY, plan=True, as_json=True, stdout=out)
    planned = json.loads(out.getvalue())
    assert AssignmentPlan.objects.count() == 0
    assert (planned["eligible"], planned["moved"], planned["assigned"]) == (6, 1, 0)
    assert {row["area"] for row in planned["areas"]} == {TOWN}
    out = StringIO()
    call_command("assign", area=COUNTY, apply=True, as_json=True, stdout=out)
    assert json.loads(out.getvalue())["applied"] == 1
    out = StringIO()
    call_command("prove_coverage", stdout=out)
    assert "一致" in out.getvalue()


def test_the_exports_open(town, city_admin, log_in):
    browser = log_in(city_admin)
    browser.post(reverse("responsibility:plan-create"))
    plan = AssignmentPlan.objects.get()
    for name, args in (
        ("coverage-export", []), ("vacancy-export", []), ("plan-export", [plan.pk]),
    ):  # fmt: skip
        assert text_of(browser.get(reverse(f"responsibility:{name}", args=args)))
