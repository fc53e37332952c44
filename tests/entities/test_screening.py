import datetime
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse

from entities.enums import ProposalKind
from entities.models import Entity, EntityTally, Proposal
from entities.queries.entities import entities_visible
from entities.queries.screening import notes_for
from entities.services.reviews import (
    ReviewError,
    proposals_approve,
    proposals_return,
    proposals_withdraw,
)
from entities.services.screening import (
    ScreeningError,
    grade_propose,
    propose_expired,
    restore_propose,
    screen_approved,
    turn_seasons,
)
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.entities.reviews import everything, propose
from tests.factories import EntityFactory
from tests.personas import COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def shops(areas):
    return EntityFactory.create_batch(3, area=areas[TOWN], graded=True)


def test_proposing_changes_nothing_and_happens_once(shops, station_officer):
    assert propose(station_officer) == {"made": 3, "left": 0}
    assert propose(station_officer) == {"made": 0, "left": 3}
    assert set(everything().values_list("status", flat=True)) == {"operating"}
    proposal = Proposal.objects.first()
    assert (proposal.status_from, proposal.area_id) == ("operating", TOWN)
    assert proposal.proposed_by == station_officer


def test_proposing_needs_a_reason_and_a_known_status(shops, station_officer):
    with pytest.raises(ScreeningError):
        propose(station_officer, reason="  ")
    with pytest.raises(ScreeningError):
        propose(station_officer, status="operating")
    with pytest.raises(ScreeningError):
        grade_propose(actor=station_officer, entities=everything(), grade="", reason="大")


def test_approval_takes_out_of_the_obliged_and_keeps_in_the_register(
    shops, station_officer, county_officer
):
    propose(station_officer)
    counts = proposals_approve(actor=county_officer, proposals=Proposal.objects.all())
    assert counts == {"decided": 3, "gone": 0}
    assert everything().registered().count() == 3
    assert everything().obliged().count() == 0
    tally = EntityTally.objects.filter(status="closed").values_list("total", flat=True)
    assert sum(tally) == 3
    last = everything().first().events.order_by("-pgh_id").first()
    assert last.pgh_context.metadata == {"user": county_officer.pk, "via": "screen"}
    acts = [
        record.detail["act"]
        for record in AuditRecord.objects.filter(action="review").order_by("pk")
    ]
    assert acts == ["propose", "approve"]


def test_return_needs_a_reason_and_changes_nothing(shops, station_officer, county_officer):
    propose(station_officer)
    with pytest.raises(ReviewError):
        proposals_return(actor=county_officer, proposals=Proposal.objects.all(), note=" ")
    proposals_return(actor=county_officer, proposals=Proposal.objects.all(), note="还在营业")
    assert set(Proposal.objects.values_list("state", flat=True)) == {"returned"}
    assert set(everything().values_list("status", flat=True)) == {"operating"}
    assert propose(station_officer)["made"] == 3


def test_whoever_comes_second_is_told_by_whom_and_when(shops, station_officer, county_officer):
    propose(station_officer, everything().filter(pk=shops[0].pk))
    found = Proposal.objects.all()
    proposals_approve(actor=county_officer, proposals=found)
    with pytest.raises(ReviewError, match=f"{county_officer.name}.*已批准"):
        proposals_return(actor=county_officer, proposals=found, note="晚了")
    with pytest.raises(ReviewError):
        proposals_withdraw(actor=station_officer, proposals=found)


def test_only_the_proposer_takes_a_proposal_back(shops, station_officer, county_officer, log_in):
    propose(station_officer, everything().filter(pk=shops[0].pk))
    found, only = Proposal.objects.all(), Proposal.objects.get()
    page = reverse("entities:screening-detail", args=[only.pk])
    assert "撤回提请" not in log_in(county_officer).get(page).content.decode()
    assert "撤回提请" in log_in(station_officer).get(page).content.decode()
    with pytest.raises(ReviewError, match="只有提请人"):
        proposals_withdraw(actor=county_officer, proposals=found)
    assert proposals_withdraw(actor=station_officer, proposals=found)["decided"] == 1
    assert Proposal.objects.get().state == "withdrawn"


def test_bulk_decision_leaves_what_others_decided(shops, station_officer, county_officer):
    propose(station_officer)
    proposals_return(
        actor=county_officer, proposals=Proposal.objects.filter(entity=shops[0]), note="还在营业"
    )
    counts = proposals_approve(actor=county_officer, proposals=Proposal.objects.all())
    assert counts == {"decided": 2, "gone": 1}
    shops[0].refresh_from_db()
    assert shops[0].status == "operating"


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_give_one_result(areas, station_officer, county_officer):
    EntityFactory(area=areas[TOWN])
    propose(station_officer)
    results, ready = [], threading.Barrier(2)

    def decide(service, **more):
        try:
            ready.wait(timeout=10)
            found = Proposal.objects.all()
            results.append(service(actor=county_officer, proposals=found, **more)["decided"])
        except ReviewError as error:
            results.append(error.message)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(proposals_approve,)),
        threading.Thread(target=decide, args=(proposals_return,), kwargs={"note": "不同意"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results))[0] == "1"
    assert "您的操作没有执行" in sorted(map(str, results))[1]
    state, status = Proposal.objects.get().state, Entity.objects.get().status
    assert (state, status) in {("approved", "closed"), ("returned", "operating")}


def test_restoring_goes_through_the_county_too(areas, station_officer, county_officer):
    shop = EntityFactory(area=areas[TOWN], screened=True)
    restore_propose(actor=station_officer, entities=everything(), reason="重新开业")
    proposals_approve(actor=county_officer, proposals=Proposal.objects.all())
    shop.refresh_from_db()
    assert shop.status == "operating"


def test_grade_of_a_station_holds_after_the_county_agrees(shops, station_officer, county_officer):
    grade_propose(actor=station_officer, entities=everything(), grade="B", reason="面积大")
    assert set(everything().values_list("grade", flat=True)) == {"C"}
    proposals_approve(actor=county_officer, proposals=Proposal.objects.all())
    assert set(everything().values_list("grade", "grade_source", "grade_reason")) == {
        ("B", "manual", "面积大")
    }


def test_withdrawn_upload_stays_out_of_the_register(shops, station_officer, county_officer):
    propose(station_officer)
    everything().filter(pk=shops[0].pk).update(status="withdrawn")
    proposals_approve(actor=county_officer, proposals=Proposal.objects.all())
    shops[0].refresh_from_db()
    assert shops[0].status == "withdrawn"


def test_list_decided_on_paper_is_proposed_and_approved_at_once(
    areas, station_officer, county_officer, django_assert_max_num_queries
):
    EntityFactory.create_batch(30, area=areas[TOWN])
    with django_assert_max_num_queries(30):
        counts = screen_approved(
            actor=station_officer,
            approver=county_officer,
            entities=everything(),
            status_to="closed",
            reason="停业未注销",
        )
    assert counts == {"made": 30, "left": 0, "approved": 30}
    assert everything().screened().count() == 30
    assert Proposal.objects.filter(decided_by=county_officer, state="approved").count() == 30


def test_expired_licences_propose_themselves_once(areas, county_officer):
    expired = EntityFactory(area=areas[TOWN], expired=True)
    EntityFactory(area=areas[TOWN], expires_on=TODAY)
    EntityFactory(area=areas[TOWN], is_permanent=True)
    EntityFactory(area=areas[TOWN], expired=True, screened=True)
    assert propose_expired(on=TODAY) == 1
    assert propose_expired(on=TODAY) == 0
    proposal = Proposal.objects.get()
    assert (proposal.entity, proposal.source, proposal.proposed_by) == (expired, "expiry", None)
    expired.refresh_from_db()
    assert expired.status == "operating"
    proposals_return(actor=county_officer, proposals=Proposal.objects.all(), note="已换证")
    assert propose_expired(on=TODAY) == 0


@pytest.mark.parametrize(
    ("start", "end", "month", "inside"),
    [(5, 9, 4, False), (5, 9, 5, True), (5, 9, 9, True), (5, 9, 10, False),
     (11, 3, 10, False), (11, 3, 11, True), (11, 3, 1, True), (11, 3, 3, True), (11, 3, 4, False),
     (7, 7, 7, True), (7, 7, 8, False)],
)  # fmt: skip
def test_season_turns_with_the_month(start, end, month, inside, areas):
    months = {"season_from_month": start, "season_to_month": end}
    EntityFactory(area=areas[TOWN], status="seasonal", **months)
    EntityFactory(area=areas[TOWN], status="off_season", **months)
    other = EntityFactory(area=areas[TOWN], status="closed", **months)
    turn_seasons(on=datetime.date(2026, month, 15))
    wanted = "seasonal" if inside else "off_season"
    assert set(everything().exclude(pk=other.pk).values_list("status", flat=True)) == {wanted}
    other.refresh_from_db()
    assert other.status == "closed"


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


def test_notes_before_a_decision_tell_what_to_look_at(areas, station_officer):
    shop = EntityFactory(area=areas[TOWN], expired=True)
    propose(station_officer, status="lost")
    proposal = Proposal.objects.select_related("entity").get()
    proposal.proposed_at = datetime.datetime(2026, 9, 25, 12, tzinfo=datetime.UTC)
    notes = " ".join(notes_for(proposal, on=TODAY))
    for word in ("季度末", "两次走访", "没有佐证", "已过期"):
        assert word in notes
    everything().filter(pk=shop.pk).update(status="suspended")
    proposal.entity.refresh_from_db()
    assert "停产停业" in " ".join(notes_for(proposal, on=TODAY))
    proposal.proposed_at = datetime.datetime(2026, 8, 25, 12, tzinfo=datetime.UTC)
    assert "季度末" not in " ".join(notes_for(proposal, on=TODAY))


def test_pages_lead_from_ticking_to_approval(areas, station_officer, county_officer, log_in):
    shops = EntityFactory.create_batch(3, area=areas[TOWN])
    other = EntityFactory(area=areas[OTHER_TOWN])
    client = log_in(station_officer)
    address = reverse("entities:entity-bulk-screen")
    page = client.post(address, {"pk": [shops[0].pk, shops[1].pk, other.pk]})
    assert page.context["count"] == 2  # the other town is another station's
    photo = ContentFile(b"\xff\xd8\xff\xe0 photo", name="门头 照片.jpg")
    data = {"pk": page.context["ids"], "confirmed": "1", "status_to": "lost", "reason": "两次走访"}
    bad = client.post(address, data | {"evidence": ContentFile(b"MZ program", name="a.jpg")})
    assert bad.context["form"].errors["evidence"]
    assert client.post(address, data | {"evidence": photo}).status_code == 302
    proposal = Proposal.objects.order_by("pk").first()
    assert (proposal.evidence_name, Proposal.objects.count()) == ("门头 照片.jpg", 2)
    boss = log_in(county_officer)
    page = boss.get(reverse("entities:screening-list"))
    assert [row.pk for row in page.context["rows"]] == list(
        Proposal.objects.order_by("pk").values_list("pk", flat=True)
    )
    file = boss.get(reverse("entities:screening-evidence", args=[proposal.pk]))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.getvalue() == b"\xff\xd8\xff\xe0 photo"
    address = reverse("entities:screening-decide", args=[proposal.pk])
    assert boss.post(address, {"act": "approve"}).status_code == 302
    page = boss.post(address, {"act": "approve"}, follow=True)
    assert "已处理" in page.content.decode()
    assert everything().filter(status="lost").count() == 1


def test_all_that_the_filter_finds_is_proposed(areas, county_officer, log_in):
    EntityFactory.create_batch(60, area=areas[TOWN])
    EntityFactory.create_batch(5, area=areas[OTHER_TOWN])
    EntityFactory(area=areas[f"{OTHER_COUNTY}001"])
    address = f"{reverse('entities:entity-bulk-screen')}?area={TOWN}"
    data = {"every": "1", "confirmed": "1", "status_to": "closed", "reason": "整条街拆迁"}
    log_in(county_officer).post(address, data)
    assert Proposal.objects.filter(area=TOWN).count() == Proposal.objects.count() == 60


@pytest.mark.parametrize("tab", ["proposed", "sampling", "approved", "returned", "withdrawn"])
def test_screening_list_costs_the_same_for_one_and_for_many(
    tab, station_officer, county_officer, log_in, django_assert_max_num_queries
):
    client = log_in(county_officer)
    address = f"{reverse('entities:screening-list')}?tab={tab}"
    states = {"sampling": {"state": "approved", "sample_state": "pending"}}
    state = states.get(tab, {"state": tab})
    counts = []
    for size in (1, 49):
        EntityFactory.create_batch(size, area_id=TOWN)
        propose(station_officer)
        Proposal.objects.filter(state="proposed").update(**state)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_scope_holds_in_a_bulk_act(areas, county_officer):
    EntityFactory(area=areas[f"{OTHER_COUNTY}001"])
    near = EntityFactory(area=areas[TOWN])
    assert list(entities_visible(user=county_officer)) == [near]
    assert near.area_id.startswith(COUNTY)
    with transaction.atomic():
        propose(county_officer, entities_visible(user=county_officer))
    assert set(Proposal.objects.values_list("kind", "entity")) == {(ProposalKind.SCREEN, near.pk)}
