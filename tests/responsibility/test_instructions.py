"""督办: given, answered, closed or sent back; what nobody answers climbs one level, once."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction import roles
from responsibility.models import Instruction, Notification
from responsibility.services import instructions as services
from responsibility.services.instructions import InstructionError
from responsibility.tasks import escalate_instructions
from tests.factories import UserFactory
from tests.personas import COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2022, 11, 2)
NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def given(city_officer, areas):
    return services.instructions_create(
        actor=city_officer, areas=[areas[COUNTY]], title="待分级 165 家", body="月底前清零",
        due_on=TODAY, on=TODAY,
    )[0]  # fmt: skip


def test_each_area_gets_its_own_and_its_officers_are_told(
    city_officer, county_officer, outsider, leader, log_in
):
    page = log_in(city_officer).post(
        reverse("responsibility:instruction-create"),
        {"title": "催签收", "due_on": timezone.localdate(), "areas": [COUNTY, OTHER_COUNTY],
         "source": "/notices/?tab=open"},
    )  # fmt: skip
    assert page.status_code == 302
    rows = Instruction.objects.order_by("area_id")
    assert [(row.area_id, row.issuer_area_id) for row in rows] == [
        (OTHER_COUNTY, "3799"), (COUNTY, "3799"),
    ]  # fmt: skip
    assert {row.source_url for row in rows} == {"/notices/?tab=open"}
    told = Notification.objects.order_by("user_id").values_list("user", "text")
    assert {user for user, _ in told} == {county_officer.pk, outsider.pk}


def test_a_button_elsewhere_fills_the_form(city_officer, log_in):
    address = reverse("responsibility:instruction-create")
    page = log_in(city_officer).get(
        f"{address}?area={TOWN}&title=空岗 3 个&source=/coverage/?area={COUNTY}"
    )
    form = page.context["form"]
    assert form["title"].value() == "空岗 3 个"
    assert form["areas"].value() == [TOWN]
    evil = log_in(city_officer).get(f"{address}?source=https://example.com/")
    assert evil.context["form"]["source"].value() == ""


def test_nobody_instructs_outside_his_area(county_officer, log_in, areas):
    page = log_in(county_officer).post(
        reverse("responsibility:instruction-create") + f"?area={OTHER_COUNTY}",
        {"title": "越界", "due_on": timezone.localdate(), "areas": [OTHER_COUNTY]},
    )
    assert page.context["form"].errors["areas"]
    assert not Instruction.objects.exists()
    with pytest.raises(InstructionError, match="本级"):
        services.instructions_create(
            actor=county_officer,
            areas=[areas[COUNTY]],
            title="自己",
            body="",
            due_on=TODAY,
            on=TODAY,
        )


def test_a_day_that_is_over_is_refused(city_officer, areas):
    with pytest.raises(InstructionError, match="期限已过"):
        services.instructions_create(
            actor=city_officer, areas=[areas[COUNTY]], title="晚", body="",
            due_on=TODAY - datetime.timedelta(days=1), on=TODAY,
        )  # fmt: skip


def test_answer_return_answer_close(county_officer, given, city_officer, log_in):
    county, city = log_in(county_officer), log_in(city_officer)
    answer = reverse("responsibility:instruction-answer", args=[given.pk])
    decide = reverse("responsibility:instruction-decide", args=[given.pk])
    county.post(answer, {"answer": "已清零"})
    city.post(decide, {"act": "return"})
    given.refresh_from_db()
    assert given.state == "answered"  # no reason, no return
    city.post(decide, {"act": "return", "note": "还有 3 家"})
    given.refresh_from_db()
    assert (given.state, given.note) == ("open", "还有 3 家")
    page = county.get(reverse("responsibility:instruction-detail", args=[given.pk]))
    assert "还有 3 家" in page.content.decode()
    county.post(answer, {"answer": "3 家也已分级"})
    city.post(decide, {"act": "close"})
    given.refresh_from_db()
    assert (given.state, given.answer) == ("closed", "3 家也已分级")
    assert Notification.objects.filter(user=county_officer).count() == 3
    assert Notification.objects.filter(user=city_officer).count() == 2
    states = list(given.events.order_by("pgh_id").values_list("state", flat=True))
    assert states == ["open", "answered", "open", "answered", "closed"]


def test_of_two_answers_the_first_counts(given, county_officer, areas):
    other = UserFactory(role=roles.COUNTY_OFFICER, area=areas[COUNTY])
    services.instruction_answer(actor=county_officer, instruction=given, answer="甲", at=NOW)
    with pytest.raises(InstructionError, match=f"{county_officer.name}答复"):
        services.instruction_answer(actor=other, instruction=given, answer="乙", at=NOW)
    given.refresh_from_db()
    assert given.answer == "甲"


def test_without_an_answer_closing_needs_a_reason(given, city_officer):
    with pytest.raises(InstructionError, match="写明原因"):
        services.instruction_close(actor=city_officer, instruction=given, at=NOW)
    services.instruction_close(actor=city_officer, instruction=given, note="已另行处理", at=NOW)
    with pytest.raises(InstructionError, match="已经办结"):
        services.instruction_close(actor=city_officer, instruction=given, note="再", at=NOW)


def test_the_instructed_county_cannot_close_it(given, county_officer, log_in):
    response = log_in(county_officer).post(
        reverse("responsibility:instruction-decide", args=[given.pk]), {"act": "close", "note": "x"}
    )
    assert response.status_code == 404
    given.refresh_from_db()
    assert given.state == "open"


def test_what_is_late_climbs_once_to_the_leaders_above(given, leader, city_officer, areas):
    elsewhere = UserFactory(role=roles.LEADER, area=areas[OTHER_COUNTY])
    assert services.instructions_escalate(on=TODAY, at=NOW) == 0
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert services.instructions_escalate(on=tomorrow, at=NOW) == 1
    assert services.instructions_escalate(on=tomorrow, at=NOW) == 0
    given.refresh_from_db()
    assert given.escalated_at == NOW
    assert Notification.objects.get(user=leader).text.startswith("督办逾期：东山县")
    assert Notification.objects.get(user=city_officer).key == f"instruction-{given.pk}-late"
    assert not Notification.objects.filter(user=elsewhere).exists()


def test_the_clock_s_job_takes_today(given, leader):
    Instruction.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    assert escalate_instructions() == 1


def test_an_answered_one_does_not_climb(given, county_officer):
    services.instruction_answer(actor=county_officer, instruction=given, answer="好", at=NOW)
    assert services.instructions_escalate(on=TODAY + datetime.timedelta(days=9), at=NOW) == 0


def test_the_tabs_count_what_they_show(given, city_officer, log_in):
    browser = log_in(city_officer)
    base = reverse("responsibility:instruction-list")
    for tab, number in (("", 1), ("overdue", 1), ("answered", 0), ("closed", 0)):
        page = browser.get(f"{base}?tab={tab}")
        assert len(page.context["rows"]) == number
        shown = next(item for item in page.context["segments"] if item["current"])
        assert shown["count"] == number
