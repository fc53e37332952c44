"""培训: whole areas in one press, exceptions marked, the rest passed; K18."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Training, TrainingRecord
from responsibility.queries.training import trained_page, training_rate
from responsibility.services.records import RecordError
from responsibility.services.training import Mark, attendees_add, results_set
from tests.foreign import cells_of
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db
EAST, TOWN, OTHER_TOWN, WEST_TOWN = "379921", "379921001", "379921102", "379902001"


@pytest.fixture
def training(areas):
    return Training.objects.create(
        area=areas[EAST], title="轮训", held_on=datetime.date(2022, 11, 2), hours=4
    )


@pytest.fixture
def cadres(areas):
    """Three of 城关街道, two of another town, one who left, one of another county."""
    made = [CadreFactory(area=areas[TOWN], level="township") for _ in range(3)]
    made += [CadreFactory(area=areas[OTHER_TOWN], level="township") for _ in range(2)]
    CadreFactory(area=areas[TOWN], level="township", left=True)
    CadreFactory(area=areas[WEST_TOWN], level="township")
    return made


def results(training):
    return list(training.records.order_by("cadre_id").values_list("result", flat=True))


def test_an_area_s_cadres_are_added_in_one_press_and_never_twice(training, cadres, county_officer):
    add = {"actor": county_officer, "training": training}
    assert attendees_add(**add, area=TOWN) == {"added": 3, "there": 0}
    assert attendees_add(**add, area=EAST) == {"added": 2, "there": 3}
    assert attendees_add(**add, area=EAST, name=cadres[0].name) == {"added": 0, "there": 1}
    with pytest.raises(RecordError, match="没有符合条件"):
        attendees_add(**add, area=EAST, level="county")
    with pytest.raises(RecordError, match="范围"):
        attendees_add(**add, area=WEST_TOWN)


def test_adding_costs_the_same_for_few_and_for_many(training, areas, county_officer):
    counts = []
    area_scope(county_officer)  # read once a request
    for number in (2, 30):
        for _ in range(number):
            CadreFactory(area=areas[TOWN], level="township")
        with CaptureQueriesContext(connection) as queries:
            attendees_add(actor=county_officer, training=training, area=TOWN)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_exceptions_on_the_page_are_saved_before_the_rest_passes(
    training, cadres, county_officer, log_in
):
    attendees_add(actor=county_officer, training=training, area=EAST)
    first, second, *_ = training.records.order_by("cadre_id")
    browser = log_in(county_officer)
    address = reverse("responsibility:training-results", args=[training.pk])
    sent = {
        "act": "rest", "pk": [first.pk, second.pk], f"result-{first.pk}": "absent",
        f"result-{second.pk}": "failed", f"score-{second.pk}": "41",
    }  # fmt: skip
    browser.post(address, sent)
    assert results(training) == ["absent", "failed", "passed", "passed", "passed"]
    assert TrainingRecord.objects.get(pk=second.pk).score == 41
    page = browser.get(reverse("responsibility:training-detail", args=[training.pk]))
    told = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
    assert told == {"全部": 5, "未记": 0, "合格": 3, "不合格": 1, "缺席": 1}


def test_a_result_that_another_wrote_meanwhile_is_kept(training, cadres, county_officer):
    attendees_add(actor=county_officer, training=training, area=TOWN)
    one, two, _ = training.records.order_by("pk")
    save = {"actor": county_officer, "training": training}
    assert results_set(**save, marks={one.pk: Mark("", "passed", None)})["saved"] == 1
    stale = {one.pk: Mark("", "absent", None), two.pk: Mark("", "failed", 30)}
    assert results_set(**save, marks=stale) == {"saved": 1, "passed_over": 1}
    assert results(training)[:2] == ["passed", "failed"]


def test_scores_that_are_no_numbers_are_told(training, cadres, county_officer, log_in):
    attendees_add(actor=county_officer, training=training, area=TOWN)
    record = training.records.first()
    address = reverse("responsibility:training-results", args=[training.pk])
    for score in ("101", "甲", "9" * 400):
        sent = {"pk": record.pk, f"result-{record.pk}": "passed", f"score-{record.pk}": score}
        page = log_in(county_officer).post(address, sent, follow=True)
        assert "不是 0–100 的整数" in page.content.decode()
    assert set(results(training)) == {""}


def test_k18_counts_a_cadre_once_in_the_year_and_leads_to_its_rows(
    training, cadres, areas, county_officer, city_officer, outsider
):
    again = Training.objects.create(area=areas[EAST], title="再训", held_on="2022-12-02")
    before = Training.objects.create(area=areas[EAST], title="去年", held_on="2021-12-02")
    for session, cadre, result in (
        (training, cadres[0], "passed"), (again, cadres[0], "passed"), (again, cadres[1], "failed"),
        (before, cadres[2], "passed"), (training, cadres[3], "passed"),
    ):  # fmt: skip
        TrainingRecord.objects.create(training=session, cadre=cadre, result=result)
    figures = {
        (person, area): training_rate(user=person, area=area, year=2022)
        for person, area in ((county_officer, EAST), (city_officer, "3799"), (outsider, EAST))
    }
    told = [(rate.passed, rate.cadres) for rate in figures.values()]
    assert told == [(2, 5), (2, 6), (0, 0)]
    assert figures[county_officer, EAST].percent == 40
    assert figures[outsider, EAST].percent is None
    for is_trained, number in ((True, 2), (False, 3)):
        rows, _ = trained_page(user=county_officer, area=EAST, year=2022, is_trained=is_trained)
        assert len(rows) == number


def test_a_county_sees_its_own_cadres_of_the_city_s_training(
    areas, cadres, county_officer, city_officer, log_in
):
    training = Training.objects.create(area=areas["3799"], title="市级培训", held_on="2022-11-02")
    attendees_add(actor=city_officer, training=training, area="3799")
    page = log_in(county_officer).get(reverse("responsibility:training-detail", args=[training.pk]))
    assert (len(page.context["rows"]), page.context["training"].counts["all"]) == (5, 5)
    assert page.context["form"] is None
    book = log_in(county_officer).get(reverse("responsibility:training-export", args=[training.pk]))
    names = {cell.value for cell in cells_of(book)}
    assert {cadre.name for cadre in cadres} <= names
    assert training.records.count() == 6


def test_the_list_pages_by_key(training, areas, county_officer, log_in):
    for _ in range(60):
        CadreFactory(area=areas[TOWN], level="township")
    attendees_add(actor=county_officer, training=training, area=TOWN)
    browser = log_in(county_officer)
    address = reverse("responsibility:training-detail", args=[training.pk])
    first = browser.get(address)
    second = browser.get(address + first.context["next_url"])
    seen = [row.pk for page in (first, second) for row in page.context["rows"]]
    assert (len(seen), len(set(seen)), second.context["next_url"]) == (60, 60, "")


def test_meetings_page_by_key_there_and_back(areas, county_officer, log_in):
    from tests.responsibility.makers import make_meeting

    for number in range(120):
        make_meeting(area=areas[EAST], title=f"会议{number}")
    browser, address = log_in(county_officer), reverse("responsibility:meeting-list")
    pages = [browser.get(address)]
    while pages[-1].context["next_url"]:
        pages.append(browser.get(address + pages[-1].context["next_url"]))
    keys = [[row.pk for row in page.context["rows"]] for page in pages]
    assert [len(page) for page in keys] == [50, 50, 20]
    assert len({pk for page in keys for pk in page}) == 120
    back = browser.get(address + pages[2].context["previous_url"])
    assert [row.pk for row in back.context["rows"]] == keys[1]
    assert (back.context["first"], back.context["last"]) == (51, 100)
