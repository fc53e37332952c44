import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.models import Campaign, CampaignTag, CampaignTally
from inspections.queries.campaigns import (
    campaign_differences,
    campaign_rows,
    campaigns_active,
    tags_of,
)
from inspections.services.campaigns import campaigns_set, campaigns_tag
from jiamusi_foodsafety.jurisdiction.queries import everybody
from tests.factories import UserFactory
from tests.responsibility.makers import make_action

from .makers_checks import make_campaign, make_round
from .makers_visits import make_held, make_visit

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def visit(areas):
    return make_visit(make_held(areas=areas))


def test_a_visit_and_its_problems_carry_campaigns_once(visit):
    one, two = make_campaign(), make_campaign()
    ended = make_campaign(to_on=datetime.date(2020, 1, 1))
    wanted = {"visit": visit, "ids": [one.pk, two.pk, two.pk, ended.pk, 987654], "at": NOW}
    user = UserFactory()
    assert campaigns_tag(actor=user, **wanted) == 2
    assert campaigns_tag(actor=user, **wanted) == 0
    assert CampaignTag.objects.count() == 2
    assert set(CampaignTag.objects.values_list("tagged_by", "tagged_at")) == {(user.pk, NOW)}
    assert tags_of(visit=visit) == [one, two]
    assert campaign_differences() == []


def test_without_ids_nothing_is_asked_and_junk_is_passed_over(visit):
    with CaptureQueriesContext(connection) as queries:
        assert campaigns_tag(visit=visit, ids=[], actor=None, at=NOW) == 0
        assert campaigns_tag(visit=visit, ids=["x", -1, None], actor=None, at=NOW) == 0
    assert len(queries) == 0


def test_marks_cost_one_statement_whatever_their_number(visit):
    ids, user = [make_campaign().pk for _ in range(4)], UserFactory()
    with CaptureQueriesContext(connection) as queries:
        campaigns_tag(visit=visit, ids=ids, actor=user, at=NOW)
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 1


def test_what_is_taken_off_stays_and_can_come_back(areas, visit):
    one, two, user = make_campaign(), make_campaign(), UserFactory()
    assert campaigns_set(row=visit, ids=[one.pk, two.pk], actor=user, at=NOW) == (2, 0)
    assert campaigns_set(row=visit, ids=[two.pk], actor=user, at=NOW) == (0, 1)
    assert tags_of(visit=visit) == [two]
    assert CampaignTag.objects.count() == 2
    assert campaigns_set(row=visit, ids=[one.pk, two.pk], actor=user, at=NOW) == (1, 0)
    assert CampaignTally.objects.get(campaign=one).total == 1
    assert campaign_differences() == []


def test_a_campaign_that_ended_stays_where_it_was(visit):
    old, user = make_campaign(), UserFactory()
    campaigns_tag(visit=visit, ids=[old.pk], actor=user, at=NOW)
    old.is_active = False
    old.save()
    campaigns_set(row=visit, ids=[], actor=user, at=NOW)
    assert tags_of(visit=visit) == [old]
    assert old not in campaigns_active(on=timezone.localdate())


def test_counts_are_of_the_readers_scope_and_open_their_rows(
    areas, county_officer, outsider, log_in, visit
):
    one = make_campaign(name="守查保专项整治")
    check_round = make_round(owner=areas["3799"], target=areas["379902"])
    action = make_action(area=areas["379921"])
    for row in ({"visit": visit}, {"check": check_round}, {"action": action}):
        campaigns_tag(ids=[one.pk], actor=county_officer, at=NOW, **row)
    assert campaign_rows(user=everybody())[0].total == 3
    mine = campaign_rows(user=county_officer)[0]
    assert mine.counts == {"visit": 1, "action": 1}
    assert campaign_rows(user=outsider)[0].counts == {"check": 1}
    page = log_in(county_officer).get(
        reverse("inspections:campaign-detail", args=[one.pk]) + "?kind=visit"
    )
    assert [row.visit_id for row in page.context["rows"]] == [visit.pk]
    book = log_in(county_officer).get(
        reverse("inspections:campaign-export", args=[one.pk]) + "?format=csv"
    )
    assert "督导" in b"".join(book.streaming_content).decode("utf-8-sig")


def test_the_small_form_marks_and_leads_back(areas, city_officer, log_in):
    check_round, one = make_round(owner=areas["3799"], target=areas["379902"]), make_campaign()
    address = reverse("inspections:campaign-tag", args=[f"check-{check_round.pk}"])
    browser = log_in(city_officer)
    assert browser.get(address).status_code == 200
    answer = browser.post(address, {"ids": [one.pk], "next": "//evil.example/"})
    assert answer.url == reverse("inspections:check-detail", args=[check_round.pk])
    assert tags_of(check=check_round) == [one]
    for strange in ("check-x", "house-1", "check-", f"visit-{10**20}"):
        assert browser.get(reverse("inspections:campaign-tag", args=[strange])).status_code == 404


def test_a_campaign_does_not_end_before_it_begins():
    wrong = Campaign(
        name="倒着的", from_on=datetime.date(2022, 2, 1), to_on=datetime.date(2022, 1, 1)
    )
    with pytest.raises(ValidationError, match="止不能早于起"):
        wrong.full_clean()
