"""市局抽核, 迁入, and what each person's to-do page says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from entities.models import Proposal, SampleDraw, Transfer
from entities.queries.screening import draw_check, sample_frame, sample_pick
from entities.queries.todo import badges, todo
from entities.services.reviews import (
    ReviewError,
    proposals_approve,
    proposals_return,
    sample_decide,
    sample_draw,
)
from entities.services.screening import (
    screen_approved,
)
from entities.services.transfers import TransferError, transfer_decide
from tests.entities.reviews import everything, propose
from tests.factories import EntityFactory
from tests.personas import CITY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(areas, station_officer, county_officer):
    EntityFactory.create_batch(60, area=areas[TOWN])
    screen_approved(
        actor=station_officer,
        approver=county_officer,
        entities=everything(),
        status_to="closed",
        reason="停业未注销",
    )
    return Proposal.objects.order_by("pk")


def draw(actor, seed=42):
    return sample_draw(actor=actor, area=CITY, kind="screen", seed=seed, until=timezone.now())


def test_sample_is_five_percent_and_can_be_drawn_again(approved, city_officer):
    made = draw(city_officer)
    assert (made.frame_size, len(made.drawn_ids)) == (60, 3)
    assert approved.filter(sample_state="pending").count() == 3
    assert draw_check(draw=made).is_same
    SampleDraw.objects.filter(pk=made.pk).update(drawn_ids=made.drawn_ids[:2])
    made.refresh_from_db()
    assert not draw_check(draw=made).is_same


def test_sample_hangs_on_its_seed_and_draws_nothing_twice(approved, city_officer):
    frame = sample_frame(area=CITY, kind="screen", until=timezone.now())
    one = sample_pick(frame, seed=1, percent=20)
    assert sample_pick(frame, seed=1, percent=20) == one
    assert sample_pick(frame, seed=2, percent=20) != one
    draw(city_officer)
    with pytest.raises(ReviewError):
        draw(city_officer, seed=43)


def test_sample_rejected_gives_the_former_status_back(approved, city_officer):
    draw(city_officer)
    first, second, _ = approved.filter(sample_state="pending")
    with pytest.raises(ReviewError):
        sample_decide(actor=city_officer, proposal=first, is_true=False)
    sample_decide(actor=city_officer, proposal=first, is_true=False, note="门开着")
    first.entity.refresh_from_db()
    assert first.entity.status == "operating"
    sample_decide(actor=city_officer, proposal=second, is_true=True)
    second.entity.refresh_from_db()
    assert second.entity.status == "closed"
    with pytest.raises(ReviewError):
        sample_decide(actor=city_officer, proposal=second, is_true=False, note="又想起来")


def test_todo_tells_each_person_what_is_his(
    station_officer, county_officer, city_officer, leader, django_assert_num_queries
):
    EntityFactory(area_id=TOWN)
    far = EntityFactory(area_id=f"{OTHER_COUNTY}001")
    propose(station_officer)
    assert [(row["count"], row["url"]) for row in todo(user=county_officer)] == [
        (1, reverse("entities:screening-list") + "?tab=proposed")
    ]
    assert todo(user=leader) == todo(user=city_officer) == []
    proposals_return(
        actor=county_officer, proposals=Proposal.objects.filter(area=TOWN), note="再核实"
    )
    assert [row["label"] for row in todo(user=station_officer)] == ["被退回的提请"]
    Transfer.objects.create(entity=far, to_area_id=TOWN)
    assert badges(user=city_officer)["todo"] == 1
    propose(station_officer)
    proposals_approve(
        actor=county_officer, proposals=Proposal.objects.filter(area=TOWN), note="属实"
    )
    assert [(row["label"], row["count"], row["url"]) for row in todo(user=city_officer)] == [
        ("县区已批准、待抽取的事项", 1, reverse("entities:sample-list")),
        ("待处理的迁入", 1, reverse("entities:transfer-list")),
    ]
    assert badges(user=city_officer) == {"screenings": 1, "uploads": 0, "todo": 2}
    draw(city_officer)
    assert [row["label"] for row in todo(user=city_officer)] == ["待抽核的事项", "待处理的迁入"]
    with django_assert_num_queries(1):
        badges(user=city_officer)


def test_transfer_moves_a_business_once(areas, station, city_officer):
    shop = EntityFactory(area=areas[f"{OTHER_COUNTY}001"], area_text="三组")
    transfer = Transfer.objects.create(entity=shop, to_area=areas[TOWN])
    with pytest.raises(TransferError):
        transfer_decide(actor=city_officer, transfer=transfer, is_accepted=False)
    transfer_decide(actor=city_officer, transfer=transfer, is_accepted=True)
    shop.refresh_from_db()
    assert (shop.area_id, shop.area_text) == (TOWN, "")
    with pytest.raises(TransferError, match="已迁入"):
        transfer_decide(actor=city_officer, transfer=transfer, is_accepted=False, note="不")


def test_city_draws_and_checks_on_its_pages(approved, city_officer, log_in):
    client = log_in(city_officer)
    data = {"kind": "screen", "percent": "5", "seed": "20221102"}
    page = client.post(reverse("entities:sample-create"), data, follow=True)
    assert len(page.context["rows"]) == 3
    made = SampleDraw.objects.get()
    again = client.get(reverse("entities:sample-detail", args=[made.pk]) + "?again=1")
    assert again.context["check"].is_same
    address = reverse("entities:sample-decide", args=[made.drawn_ids[0]])
    client.post(address, {"act": "reject", "note": "仍在营业"})
    page = client.get(reverse("entities:sample-list"))
    assert [(d.checked, d.rejected) for d in page.context["draws"]] == [(1, 1)]
