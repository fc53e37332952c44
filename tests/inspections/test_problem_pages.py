"""问题整改: each count opens its rows, the list narrows and exports, the chosen problem is moved on."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.models import Photo, Problem
from inspections.queries.problem_card import card
from inspections.services.campaigns import campaigns_tag
from jiamusi_foodsafety.jurisdiction import roles
from responsibility.models import Instruction
from tests.factories import EntityFactory, UserFactory
from tests.inspections.makers_checks import make_campaign
from tests.inspections.makers_problems import a_key, found, load_kinds, make_shop, report
from tests.inspections.pictures import picture
from tests.personas import OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
LIST = "/problems/"


@pytest.fixture
def bond(areas, cadre, station_officer, county_officer):
    load_kinds()
    return make_shop(areas=areas, user=cadre, name="长安镇中心幼儿园食堂")


@pytest.fixture
def some(areas, bond, cadre):
    """Five problems of today in the town and one elsewhere in the county, long overdue."""
    now = timezone.now()
    rows = [
        found(kind="general", title="冷藏柜温度超标", item_code="T24"),
        found(kind="major", title="留样不足 48 小时", item_code="T19"),
        found(kind="minor", title="从业人员未戴帽", item_code="T21", on_spot=True),
    ]
    report(bond=bond, actor=cadre, at=now, rows=rows)
    report(bond=bond, actor=cadre, at=now, rows=[found(title="又没有留样", item_code="T19")])
    other = make_shop(areas=areas, code=OTHER_TOWN, level="township", grade="C", name="顺和饭店")
    (late,) = report(bond=other, at=now - timezone.timedelta(days=30), title="后厨没有三防设施")
    return late


def titles(response):
    return [line.problem.title for line in response.context["lines"]]


def test_every_count_of_the_board_opens_just_its_rows(some, county_officer, log_in):
    browser = log_in(county_officer)
    page = browser.get(LIST)
    lines = page.context["state_lines"]
    assert [(row["line"].label, row["line"].total) for row in lines if row["line"].total] == [
        ("在办合计", 4), ("待整改", 3), ("待认领", 1),
    ]  # fmt: skip
    links = [(row["line"].total, row["url"]) for row in lines]
    links += [(row["line"].overdue, row["overdue_url"]) for row in lines]
    links += [pair for row in lines for pair in row["ages"]]
    links += [(tab["count"], tab["url"]) for tab in page.context["tabs"]]
    for number, url in links:
        assert len(titles(browser.get(LIST + url))) == number, url
    figures, urls = page.context["figures"], page.context["links"]
    assert (figures.found, figures.settled, figures.open, figures.overdue) == (5, 1, 4, 1)
    for number, key in ((5, "found"), (4, "open"), (1, "settled"), (1, "overdue"), (1, "repeat")):
        assert len(titles(browser.get(LIST + urls[key]))) == number, key


def test_the_most_overdue_stands_first_and_beside_it_its_story(some, county_officer, log_in):
    page = log_in(county_officer).get(LIST)
    assert titles(page)[0] == "后厨没有三防设施"
    assert page.context["problem"] == some
    text = page.content.decode()
    assert "逾期 15 天" in text or re.search(r"逾期 1[2-5] 天", text)
    assert "其他办理" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=major", ["留样不足 48 小时"]),
        ("?item=T19", ["留样不足 48 小时", "又没有留样"]),
        ("?repeat=1", ["又没有留样"]),
        ("?q=留样", ["留样不足 48 小时", "又没有留样"]),
        ("?q=顺和", ["后厨没有三防设施"]),
        ("?q=留", []),
        ("?area=379921102", ["后厨没有三防设施"]),
        ("?overdue=1", ["后厨没有三防设施"]),
        ("?age=16", ["后厨没有三防设施"]),
        ("?state=cleared", ["从业人员未戴帽"]),
        ("?tab=settled", ["从业人员未戴帽"]),
        ("?tab=settled&state=open", []),
        (
            "?tab=found",
            [
                "冷藏柜温度超标",
                "留样不足 48 小时",
                "从业人员未戴帽",
                "又没有留样",
                "后厨没有三防设施",
            ],
        ),
        ("?tab=found&item=T19", ["留样不足 48 小时", "又没有留样"]),
        ("?tab=found&state=cleared", ["从业人员未戴帽"]),
        ("?state=fly", []),
        ("?age=100", []),
        ("?kind=fly", []),
        ("?entity=abc", []),
        ("?campaign=1", []),
        ("?mine=assign", []),
        ("?mine=claim", []),
        ("?source=other", []),
        ("?after=quatsch~1", None),
    ],
)
def test_conditions(some, county_officer, log_in, query, expected):
    page = log_in(county_officer).get(LIST + query)
    assert page.status_code == 200
    if expected is not None:
        assert sorted(titles(page)) == sorted(expected)
        assert page.context["count"] == len(expected)


def test_a_campaign_is_chosen_in_the_form_and_named_in_its_chip(some, county_officer, log_in):
    campaign, ended = make_campaign(name="守查保"), make_campaign(name="旧专项", is_active=False)
    campaigns_tag(problem=some, ids=[campaign.pk], actor=county_officer, at=timezone.now())
    page = log_in(county_officer).get(LIST, {"campaign": campaign.pk})
    assert titles(page) == [some.title]
    assert page.context["campaigns"] == [(campaign.pk, "守查保"), (ended.pk, "旧专项")]
    assert [chip.label for chip in page.context["chips"]] == ["守查保"]
    assert f'<option value="{campaign.pk}" selected>守查保</option>' in page.content.decode()


def test_what_an_industry_department_shall_see_is_found_and_exported(some, county_officer, log_in):
    Problem.objects.filter(pk=some.pk).update(industry_unit="东山县教育局")
    browser = log_in(county_officer)
    page = browser.get(LIST, {"unit": "教育局"})
    assert titles(page) == [some.title]
    assert "教育局" in page.context["units"]
    assert [chip.label for chip in page.context["chips"]] == ["行业主管：教育局"]
    file = browser.get(reverse("inspections:problem-export"), {"unit": "教育局"})
    sheet = openpyxl.load_workbook(io.BytesIO(file.getvalue())).active
    assert [row[4] for row in sheet.iter_rows(values_only=True)][1:] == [some.entity.name]


def test_the_card_of_a_business_opens_just_the_rows_that_it_counts(
    some, bond, county_officer, log_in
):
    Problem.objects.filter(title="冷藏柜温度超标").update(
        state="void", clock_at=None, climb_at=None, settled_at=timezone.now()
    )
    told = card(user=county_officer, entity=bond.entity, on=timezone.localdate())
    assert (told["total"], told["open"]) == (3, 2)
    browser = log_in(county_officer)
    for number, url in ((3, told["found_url"]), (2, told["open_url"])):
        page = browser.get(url)
        assert (len(titles(page)), page.context["count"]) == (number, number)
    # open ones first, by their deadline
    assert [row.is_open for row in told["rows"]] == [True, True, False, False]


def test_a_number_finds_its_problem(some, county_officer, log_in):
    page = log_in(county_officer).get(LIST, {"q": some.number.lower()})
    assert titles(page) == [some.title]


def test_the_export_holds_exactly_what_the_list_does(some, county_officer, log_in):
    browser = log_in(county_officer)
    assert "导出 4 件" in browser.get(LIST).content.decode()
    for query, number in (("", 4), ("?item=T19", 2), ("?tab=found", 5), ("?tab=settled", 1)):
        response = browser.get(reverse("inspections:problem-export") + query)
        sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == number + 1
    assert rows[0][:5] == ("编号", "县(市、区)", "乡镇(街道)", "村(社区)", "主体名称")
    assert rows[1][4] == "长安镇中心幼儿园食堂"


def test_by_the_areas_below(some, county_officer, log_in):
    page = log_in(county_officer).get(LIST, {"by": "area"})
    assert [(row["name"], row["figures"].found) for row in page.context["area_lines"]] == [
        ("城关街道", 4), ("长安镇", 1),
    ] or [row["figures"].found for row in page.context["area_lines"]] == [4, 1]  # fmt: skip
    assert page.context["area_total"].found == 5


def test_pages_move_by_key(areas, bond, cadre, county_officer, log_in):
    now = timezone.now()
    report(bond=bond, at=now, rows=[found(title=f"问题{n:02}", item_code="") for n in range(60)])
    browser = log_in(county_officer)
    first = browser.get(LIST)
    second = browser.get(first.context["next_url"])
    assert len(titles(first)) == 50
    assert len(titles(second)) == 10
    assert not set(titles(first)) & set(titles(second))
    assert titles(browser.get(second.context["previous_url"])) == titles(first)


def test_a_cadre_sees_his_own_and_puts_them_to_an_end(some, cadre, log_in):
    browser = log_in(cadre)
    page = browser.get(LIST)
    assert page.context["figures"].open == 3
    assert "后厨没有三防设施" not in titles(page)
    problem = Problem.objects.get(title="冷藏柜温度超标")
    address = reverse("inspections:problem-move", args=[problem.pk, "verify"])
    key = a_key()
    data = {"key": key, "revision": problem.revision, "note": "已修好"}
    page = browser.post(address, data)
    assert page.status_code == 200
    assert "请附照片" in page.content.decode()
    assert "已修好" in page.content.decode()
    shots = [SimpleUploadedFile(f"{n}.jpg", picture(gps=True), "image/jpeg") for n in range(2)]
    response = browser.post(address, data | {"photos": shots}, follow=True)
    assert "已现场核实销号，现在是“已销号”" in response.content.decode()
    problem.refresh_from_db()
    assert problem.state == "cleared"
    photo = Photo.objects.filter(problem=problem).first()
    image = browser.get(reverse("inspections:problem-photo", args=[photo.pk]))
    assert image.headers["Content-Type"] == "image/jpeg"
    assert image.getvalue()[:3] == b"\xff\xd8\xff"
    shots = [SimpleUploadedFile("0.jpg", picture(), "image/jpeg")]
    response = browser.post(address, data | {"photos": shots}, follow=True)
    assert "这一步刚才已经办好" in response.content.decode()


def test_who_comes_second_is_told_so(some, station_officer, station, log_in):
    problem = Problem.objects.get(title="留样不足 48 小时")
    address = reverse("inspections:problem-move", args=[problem.pk, "claim"])
    other = UserFactory(role=roles.STATION_OFFICER, station=station)
    seen = problem.revision
    log_in(station_officer).post(address, {"key": a_key(), "revision": seen})
    page = log_in(other).post(address, {"key": a_key(), "revision": seen}, follow=True)
    assert "您的这次没有保存" in page.content.decode()


def test_a_picture_that_is_none_is_refused_with_a_sentence(some, cadre, log_in):
    problem = Problem.objects.get(title="冷藏柜温度超标")
    address = reverse("inspections:problem-move", args=[problem.pk, "fix"])
    bad = SimpleUploadedFile("0.jpg", b"no picture", "image/jpeg")
    data = {"key": a_key(), "revision": problem.revision, "note": "x", "photos": [bad]}
    page = log_in(cadre).post(address, data, follow=True)
    assert "照片" in page.content.decode()
    problem.refresh_from_db()
    assert problem.state == "open"


def test_a_decision_has_its_refusal_beside_it(some, cadre, county_officer, log_in):
    problem = Problem.objects.get(title="冷藏柜温度超标")
    day = timezone.localdate() + timezone.timedelta(days=40)
    log_in(cadre).post(
        reverse("inspections:problem-move", args=[problem.pk, "ask"]),
        {"key": a_key(), "revision": problem.revision, "note": "柜子没到", "due_on": str(day)},
    )
    page = log_in(county_officer).get(reverse("inspections:problem-detail", args=[problem.pk]))
    acts = page.context["acts"]
    assert acts["first"].label == f"批准延期到 {day:%m-%d}"
    assert acts["second"].act == "refuse"
    assert page.context["story"][0].state == "waiting"


def test_a_station_reports_what_it_found_itself(areas, station_officer, log_in):
    load_kinds()
    entity = EntityFactory(area=areas[TOWN])
    browser = log_in(station_officer)
    assert "去主体名录" in browser.get(reverse("inspections:problem-create")).content.decode()
    address = reverse("inspections:problem-create") + f"?entity={entity.pk}"
    assert "登记这个问题" in browser.get(address).content.decode()
    page = browser.post(address, {"key": a_key(), "kind": "general"})
    assert "这个字段是必填项" in page.content.decode() or page.context["form"].errors["title"]
    data = {"key": a_key(), "kind": "general", "title": "无健康证", "detail": "2 人"}
    shots = [SimpleUploadedFile("0.jpg", picture(), "image/jpeg")]
    for _ in range(2):
        page = browser.post(address, data | {"photos": shots}, follow=True)
        shots = []
    problem = Problem.objects.get()
    assert (problem.state, problem.source, problem.station) == (
        "handling", "other", station_officer.station,
    )  # fmt: skip
    assert problem.photos.count() == 1
    assert problem.number in page.content.decode()


def test_it_cannot_be_reported_at_a_business_out_of_sight(areas, station_officer, log_in):
    entity = EntityFactory(area=areas["379902001"])
    address = reverse("inspections:problem-create") + f"?entity={entity.pk}"
    assert log_in(station_officer).get(address).status_code == 404


def test_the_business_s_page_shows_its_problems(some, bond, county_officer, log_in):
    page = log_in(county_officer).get(reverse("entities:entity-detail", args=[bond.entity_id]))
    text = page.content.decode()
    assert "又没有留样" in text
    assert "在办 3 件" in text


def test_the_to_do_page_says_who_owes_what(some, cadre, station_officer, county_officer, log_in):
    Problem.objects.filter(title="又没有留样").update(state="fed_back")
    expected = {
        cadre: {"已整改、已反馈的问题，等核查": 1},
        station_officer: {"移交来的问题，等认领": 1},
        county_officer: {"逾期的问题": 1},
    }
    for user, lines in expected.items():
        browser = log_in(user)
        page = browser.get(reverse("todo"))
        items = {item["label"]: item for item in page.context["items"]}
        for label, count in lines.items():
            assert items[label]["count"] == count
            assert len(titles(browser.get(items[label]["url"]))) == count
        menu = [item for group in page.context["shell"]["menu"] for item in group["items"]]
        assert next(item for item in menu if item["label"] == "问题整改")["due"] == 1


def test_what_is_overdue_is_urged_once(some, city_admin, county_officer, log_in):
    browser = log_in(county_officer)
    address = reverse("inspections:problem-urge")
    page = browser.get(address)
    assert [(area.pk, number) for area, number, _ in page.context["lines"]] == [(OTHER_TOWN, 1)]
    day = timezone.localdate() + timezone.timedelta(days=3)
    data = {"areas": [OTHER_TOWN], "due_on": str(day), "note": ""}
    assert browser.post(address, data).status_code == 302
    row = Instruction.objects.get()
    assert (row.area_id, row.title) == (OTHER_TOWN, "问题整改逾期 1 件")
    assert titles(browser.get(row.source_url)) == ["后厨没有三防设施"]
    page = browser.post(address, data)
    assert "不用再发" in page.content.decode()
    assert Instruction.objects.count() == 1
    lines = log_in(city_admin).get(address).context["lines"]
    assert [(area.pk, number) for area, number, _ in lines] == [("379921", 1)]


def test_settled_filed_and_void_ones_have_no_path_any_more(some, county_officer, log_in):
    browser = log_in(county_officer)
    problem = Problem.objects.get(title="冷藏柜温度超标")
    browser.post(
        reverse("inspections:problem-move", args=[problem.pk, "file_case"]),
        {"key": a_key(), "revision": problem.revision, "note": "涉嫌违法"},
    )
    page = browser.get(reverse("inspections:problem-detail", args=[problem.pk]))
    assert page.context["stages"] == []
    assert "已转立案" in page.content.decode()
    assert titles(browser.get(LIST + "?tab=filed")) == ["冷藏柜温度超标"]
