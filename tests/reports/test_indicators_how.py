"""K09–K17, K19, K20, K24: each from its counters against its rows, by area and for each reader."""

import io

import openpyxl
import pytest
from django.urls import reverse

from inspections.models import (
    DueVisit,
    EntityCompliance,
    Problem,
    ProblemDeadline,
    ProblemTally,
    Visit,
)
from inspections.queries.figures_enterprise import enterprise_by_area
from inspections.queries.figures_problems import problems_by_area
from inspections.queries.figures_visits import visit_figures_by_area
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import everybody
from reports.models import CountyReview, RateBand
from reports.queries import place_of, progress_of
from reports.queries.indicators import (
    BY_CODE,
    INDICATORS,
    bands_now,
    figures_of_area,
    indicator_differences,
)
from reports.queries.indicators.shown import SHAPES
from tests.inspections.makers_visits import make_period
from tests.personas import CITY, COUNTY, OTHER_COUNTY
from tests.reports.makers_indicators import DAY, ENDED, NOON, ON, put_to_work


@pytest.fixture
def at_work(areas):
    put_to_work(areas)


def pair(areas, code, area):
    figure = areas[area].figure(BY_CODE[code])
    return figure.part, figure.whole


def test_each_figure_is_what_its_rows_say(at_work):
    for on in (ON, ON + 4 * DAY, ON + 30 * DAY, ON + 400 * DAY):
        wrong, compared = indicator_differences(user=everybody(), code=CITY, on=on)
        assert wrong == []
        assert compared > 60


@pytest.mark.parametrize(
    "persona", ["city_officer", "county_officer", "station_officer", "outsider"]
)
def test_each_reader_counts_his_own_rows(persona, at_work, request):
    user = request.getfixturevalue(persona)
    assert indicator_differences(user=user, code=CITY, on=ON)[0] == []


def test_the_figures_of_a_county(at_work):
    areas = figures_of_area(user=everybody(), code=CITY, on=ON)
    told = {
        "K09": (1, 3), "K10": (1, 3), "K11": (2, 3), "K11-1": (1, 2), "K12": (1, 3), "K13": (1, 2),
        "K14": (4, 8), "K15": (2, 5), "K16": (3, 8), "K19-2": (1, 2), "K20-1": (1, 2),
        "K24": (2, 3),
    }  # fmt: skip
    assert {code: pair(areas, code, COUNTY) for code in told} == told
    far = {"K09": (0, 1), "K10": (0, 1), "K11": (0, 1), "K19-2": (0, 1), "K24": (1, 3)}
    assert {code: pair(areas, code, OTHER_COUNTY) for code in far} == far
    # 合计 = Σ/Σ
    for code in told:
        both = [pair(areas, code, area) for area in (COUNTY, OTHER_COUNTY)]
        assert pair(areas, code, CITY) == tuple(map(sum, zip(*both, strict=True)))
    assert pair(areas, "K17", COUNTY)[0] == 1


def test_the_boards_of_the_rooms_say_the_same(at_work, areas):
    user, where = everybody(), {"code": CITY, "length": 6}
    told = figures_of_area(user=user, code=CITY, on=ON)
    for row in problems_by_area(user=user, on=ON, **where):
        assert pair(told, "K13", row.code) == (row.claimed_in_time, row.transferred)
        assert pair(told, "K14", row.code) == (row.verified, row.found)
        assert pair(told, "K15", row.code) == (row.in_time, row.due)
        assert pair(told, "K16", row.code) == (row.settled, row.found)
    for row in visit_figures_by_area(user=user, period=make_period(areas[CITY]), on=ON, **where):
        assert pair(told, "K09", row.code) == (row.done, row.due)
        assert pair(told, "K10", row.code) == (row.cadres_done, row.cadres)
        assert pair(told, "K11", row.code) == (row.on_site, row.visits)
        assert pair(told, "K12", row.code) == (row.wrong, row.visits)
    for row in enterprise_by_area(user=user, **where):
        assert pair(told, "K19-2", row.code) == (row.has_officer, row.need_officer)
        assert pair(told, "K20-1", row.code) == (row.daily_held, row.daily_checked)
    page = progress_of(user=user, place=place_of(user=user, code=CITY), at=NOON)
    for row in page.children:
        assert pair(told, "K02", row.code) == (row.figures.graded, row.figures.registered)
        assert pair(told, "K03", row.code) == (row.figures.graded, row.figures.obliged)


def test_a_deadline_that_passes_moves_its_problems(at_work):
    later = figures_of_area(user=everybody(), code=CITY, on=ON + 30 * DAY)
    # of those still to come two were put right in time, one was not put right
    assert pair(later, "K15", COUNTY) == (4, 8)


def test_a_problem_leaves_no_counter_behind(at_work):
    Problem.objects.filter(clock_at__isnull=False).update(state="closed", fixed_at=NOON, **ENDED)
    assert not ProblemDeadline.objects.filter(unfixed__gt=0).exists()
    assert not ProblemTally.objects.filter(total=0).exists()
    assert indicator_differences(user=everybody(), code=CITY, on=ON)[0] == []


def test_no_two_sources_give_one_number_by_chance():
    from reports.queries.indicators.figures import SOURCES

    keys = [key for source in SOURCES for key in source.keys]
    assert sorted({key for key in keys if keys.count(key) > 1}) == ["fixes_due", "fixes_in_time"]
    asked = {key for one in INDICATORS for side in one.sides.values() for key in side.keys}
    assert asked <= set(keys)


def test_the_whole_catalogue_is_there():
    numbers = {indicator.code.split("-")[0] for indicator in INDICATORS}
    assert numbers == {f"K{number:02}" for number in range(1, 26)}


@pytest.fixture
def at_that_time(at_work, monkeypatch):
    """The pages as they stood on 2 November 2022."""
    monkeypatch.setattr("reports.views.indicators.day_of", lambda moment: ON)


def test_every_figure_opens_its_rows(at_that_time, leader, log_in):
    client, seen = log_in(leader), set()
    for indicator in INDICATORS:
        for key, side in indicator.sides.items():
            page = client.get(reverse("reports:indicator-rows", args=[indicator.code, key]))
            if not leader.has_perm(SHAPES[side.model].permission):
                assert page.status_code == 403
                continue
            assert page.status_code == 200
            assert page.context["count"] == len(page.context["rows"]), (indicator.code, key)
            if page.context["rows"]:
                seen.add(side.model)
    assert {DueVisit, Visit, Problem, EntityCompliance, Area, CountyReview} <= seen


@pytest.mark.parametrize(
    ("code", "side", "words"),
    [
        ("K09", "part", "已督导"), ("K12", "part", "2 项"), ("K15", "whole", "2022-10-28"),
        ("K17", "part", "东山县"), ("K19-2", "part", "1 人"), ("K24", "part", "2022-10-31 日报"),
    ],
)  # fmt: skip
def test_rows_can_be_taken_away(at_that_time, county_officer, log_in, code, side, words):
    client, args = log_in(county_officer), [code, side]
    page = client.get(reverse("reports:indicator-rows", args=args))
    assert page.context["export_url"]
    assert words in page.content.decode()
    book = client.get(reverse("reports:indicator-export", args=args)).getvalue()
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    assert len(rows) - 1 == page.context["count"]
    assert any(words in str(cell) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("code", "hit", "miss"),
    [
        ("K02", "示例餐馆", "没有这一家"), ("K09", "示例餐馆", "没有这一家"), ("K10", "村委会", "没有这人"),
        ("K14", "示例餐馆", "没有这一家"), ("K17", "东山", "没有这里"), ("K24", "东山", "没有这里"),
    ],
)  # fmt: skip
def test_rows_are_searched_by_what_they_are_about(
    at_that_time, county_officer, log_in, code, hit, miss
):
    client = log_in(county_officer)
    address = reverse("reports:indicator-rows", args=[code, "whole"])
    found = client.get(address, {"q": hit})
    assert 0 < found.context["count"] == len(found.context["rows"])
    nothing = client.get(address, {"q": miss})
    assert (nothing.context["count"], nothing.context["rows"]) == (0, [])
    assert "没有找到" in nothing.content.decode()
    taken = client.get(reverse("reports:indicator-export", args=[code, "whole"]), {"q": miss})
    rows = openpyxl.load_workbook(io.BytesIO(taken.getvalue())).active
    assert len(list(rows.iter_rows())) == 1


def test_changes_and_letters_are_searched_too(areas, county_officer, log_in):
    client = log_in(county_officer)
    for code in ("K07", "K21"):
        page = client.get(reverse("reports:indicator-rows", args=[code, "whole"]), {"q": "东山"})
        assert page.context["rows"] == []


def test_who_may_not_take_the_list_may_not_take_the_rows(at_that_time, station_officer, log_in):
    client = log_in(station_officer)
    page = client.get(reverse("reports:indicator-rows", args=["K10", "whole"]))
    assert (page.status_code, page.context["export_url"]) == (200, "")
    export = reverse("reports:indicator-export", args=["K10", "whole"])
    assert client.get(export).status_code == 403


def test_the_catalogue_can_be_taken_away(at_that_time, leader, log_in):
    book = log_in(leader).get(reverse("reports:indicator-list-export")).getvalue()
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    k15 = [row for row in rows if row[0] == "K15"]
    assert k15[0][2:8] == ("示例市", "期限内整改的问题", 4, "已到期问题", 10, 40)
    assert ("东山县", 2, 5) in [(row[2], row[4], row[6]) for row in k15]
    assert {row[0] for row in rows[1:]} == set(BY_CODE)


def test_the_catalogue_shows_colours_and_the_way_there(at_that_time, leader, log_in):
    RateBand.objects.create(column="K15", amber_from=30, green_from=35)
    page = log_in(leader).get(reverse("reports:indicator-list"))
    row = next(row for row in page.context["rows"] if row["figure"].indicator.code == "K15")
    assert row["borders"] == (30, 35)
    text = page.content.decode()
    assert reverse("reports:indicator-list-export") in text
    assert "达标 </span>40.00%" in text
    menu = page.context["shell"]["menu"]
    assert [i["label"] for group in menu for i in group["items"] if i["current"]] == ["指标"]


def test_units_are_paged_by_their_code(areas, leader, log_in):
    zone = Area.objects.create(code="3799G1", name="高新区", level="county", parent=areas[CITY])
    Area.objects.bulk_create(
        Area(code=f"3799G1{number:03}", name=f"{number}号园", level="township", parent=zone)
        for number in range(1, 121)
    )
    client, address = log_in(leader), reverse("reports:indicator-rows", args=["K17", "whole"])
    names, url = [], address
    while url:
        page = client.get(url)
        names += [row["name"] for row in page.context["rows"]]
        url = page.context["next_url"] and address + page.context["next_url"]
    assert len(names) == page.context["count"]
    assert names[-1] == "120号园"


def test_colours_are_data(db):
    k04, k23 = BY_CODE["K04"], BY_CODE["K23"]
    assert bands_now().of(k04) == (80, 95)
    RateBand.objects.create(column="", amber_from=70, green_from=90)
    RateBand.objects.create(column="K04", amber_from=99, green_from=100)
    bands = bands_now()
    assert (bands.of(k04), bands.of(BY_CODE["K09"]), bands.of(k23)) == ((99, 100), (70, 90), None)
    assert (bands.tone(k04, 98), bands.tone(BY_CODE["K09"], 98)) == ("red", "green")
    assert (bands.tone(k04, None), bands.tone(k23, 98)) == ("", "")


def test_the_city_sets_the_colour_of_an_indicator(city_admin, city_officer, log_in):
    door = reverse("admin:reports_rateband_changelist")
    assert door not in log_in(city_officer).get(reverse("reports:indicator-list")).content.decode()
    client = log_in(city_admin)
    assert door in client.get(reverse("reports:indicator-list")).content.decode()
    page = client.get(reverse("admin:reports_rateband_add")).content.decode()
    assert "K04 包保覆盖率" in page
    assert "示例，可修改" in page
    answer = client.post(
        reverse("admin:reports_rateband_add"),
        {"column": "K04", "amber_from": "60", "green_from": "70"},
    )
    assert answer.status_code == 302
    assert bands_now().of(BY_CODE["K04"]) == (60, 70)
