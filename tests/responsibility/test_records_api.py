"""Hand-overs, bodies, trainings, experience, questions and instructions by the API."""

import datetime

import pytest
from django.urls import reverse

from responsibility.models import (
    Experience,
    Guidance,
    Handover,
    Instruction,
    Training,
    TrainingRecord,
)
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN
from tests.responsibility.factories import CadreFactory
from tests.responsibility.makers import make_member, make_team

pytestmark = pytest.mark.django_db
ON = datetime.date(2022, 11, 2)


@pytest.fixture
def api(log_in, county_officer):
    """Reads a list (`name`, conditions) or one (`name`, pk) as the county's officer."""
    browser = log_in(county_officer)

    def read(name, pk=None, **conditions):
        if pk is None:
            return browser.get(reverse(f"api:{name}-list"), conditions).json()["results"]
        return browser.get(reverse(f"api:{name}-detail", args=[pk])).json()

    return read


def test_a_hand_over_says_who_gave_what(api, areas):
    giver = CadreFactory(area=areas[TOWN], level="township", name="李书记")
    made = Handover.objects.create(
        cadre=giver, area=areas[TOWN], reason="retirement", on=ON, state="done", moved=4
    )
    (row,) = api("handover", state="done", area=TOWN)
    assert row == api("handover", made.pk)
    assert (row["cadre_name"], row["reason_name"], row["moved"]) == ("李书记", "退休", 4)
    assert api("handover", state="scheduled") == []


def test_a_body_comes_with_terms_and_counties_and_without_telephones(api, areas):
    team = make_team(area=areas[CITY], counties=[areas[COUNTY]])
    past = make_member(body=team, name="前任", phone="13904540001", to_on=ON)
    make_member(body=team, name="现任", role="head", from_on=ON)
    told = api("body", team.pk)
    assert told in api("body")
    assert [(one["name"], one["to_on"]) for one in told["members"]] == [
        (past.name, "2022-11-02"), ("现任", None),
    ]  # fmt: skip
    assert told["counties"] == [{"county": COUNTY, "from_on": "2022-10-08", "to_on": None}]
    assert "13904540001" not in str(told)


def test_a_training_counts_the_callers_own_cadres(api, areas):
    made = Training.objects.create(area=areas[CITY], title="轮训", held_on=ON)
    for code, result in ((COUNTY, "passed"), (COUNTY, "absent"), (OTHER_COUNTY, "passed")):
        cadre = CadreFactory(area=areas[code], level="county")
        TrainingRecord.objects.create(training=made, cadre=cadre, result=result)
    told = api("training", made.pk)
    assert told["counts"] == {"all": 2, "passed": 1, "failed": 0, "absent": 1, "unmarked": 0}
    assert api("training", year=2022) == [told]
    assert api("training", year=2023) == []


def test_experience_questions_and_instructions_are_searched(api, areas):
    Experience.objects.create(area=areas[CITY], source="外地", title="一户一码", adoption="adopted")
    for code in (COUNTY, OTHER_COUNTY):
        Guidance.objects.create(
            area=areas[code], question="怎么分级？", contact="王主任", is_shared=True,
            asked_at="2022-10-18T02:00:00Z",
        )  # fmt: skip
    Instruction.objects.create(
        issuer_area=areas[CITY], area=areas[COUNTY], title="清零", due_on=ON, state="answered"
    )
    (row,) = api("experience", q="一码", adoption="adopted")
    assert row["adoption_name"] == "已采纳"
    # who asked in another county is not told, shared or not
    (row,) = api("guidance", q="分级")
    assert (row["area"], row["contact"]) == (COUNTY, "王主任")
    (row,) = api("instruction", state="answered")
    assert (row["title"], row["state_name"]) == ("清零", "已答复")
    assert api("instruction", state="open") == []


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("handover", "state=xx", "没有“xx”这个值。可写：scheduled、done、cancelled。"),
        ("body", "area=!!", "区划代码读不懂。请写 4、6、9 或 12 位代码"),
        ("assignment", "standing=xx", "可写：held、excepted、unfit、pending。"),
        ("meeting", "mode=xx", "可写：video、on_site、phone。"),
    ],
)
def test_a_wrong_condition_is_told_what_to_write(log_in, county_officer, name, query, words):
    answer = log_in(county_officer).get(f"{reverse(f'api:{name}-list')}?{query}")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
