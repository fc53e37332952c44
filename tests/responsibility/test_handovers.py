"""Hand-overs: at once and by the calendar, to several, taken back, and two clerks at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from responsibility.models import Assignment, Cadre, CadreLoad, Change, Handover
from responsibility.services.cadres import cadres_leave
from responsibility.services.changes import changes_collect, changes_settle
from responsibility.services.handovers import (
    HandoverError,
    handover_cancel,
    handover_make,
    handovers_perform,
)
from tests.factories import EntityFactory
from tests.personas import OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

TODAY = datetime.date(2022, 11, 2)
LATER = datetime.date(2022, 11, 9)
NEXT_VILLAGE = "379921001002"


@pytest.fixture
def giver(areas):
    """A village cadre with six businesses of D in his village."""
    giver = CadreFactory(area=areas[VILLAGE], name="移交人")
    for _ in range(6):
        AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=giver)
    giver.refresh_from_db()
    return giver


def hand_over(giver, receivers, by, **more):
    values = {
        "reason": "transfer", "on": TODAY, "today": TODAY, "leaves": True, "at": timezone.now(),
    } | more  # fmt: skip
    return handover_make(cadre=giver, receivers=receivers, by=by, **values)


def load(cadre):
    row = CadreLoad.objects.filter(cadre=cadre).first()
    return row.total if row else 0


@pytest.mark.django_db
def test_all_goes_to_several_in_one_step(giver, areas, county_officer):
    one, two = CadreFactory(area=areas[VILLAGE]), CadreFactory(area=areas[VILLAGE])
    for _ in range(2):
        AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=one)
    outcome = hand_over(giver, [one, two], county_officer)
    giver.refresh_from_db()
    assert (outcome.moved, outcome.left, load(one), load(two), load(giver)) == (6, 0, 4, 4, 0)
    assert (giver.is_in_post, giver.in_post_to, giver.leave_reason) == (False, TODAY, "transfer")
    ended = Assignment.objects.filter(cadre=giver)
    assert {(b.to_on, b.end_reason, b.ended_by) for b in ended} == {
        (TODAY, "handover", county_officer)
    }
    made = Assignment.objects.filter(handover=outcome.handover)
    assert {(b.from_on, b.reason, b.standing) for b in made} == {(TODAY, "handover", "held")}
    moved = Change.objects.filter(kind="bond_moved")
    assert moved.count() == 6
    assert moved.filter(before="移交人", recorded_by=county_officer).count() == 6
    left = Change.objects.get(kind="cadre_left")
    assert left.adjust_due_on is None  # nothing waits


@pytest.mark.django_db
def test_some_go_and_he_stays(giver, areas, county_officer):
    other = CadreFactory(area=areas[VILLAGE])
    ids = list(Assignment.objects.filter(cadre=giver).values_list("entity_id", flat=True)[:2])
    outcome = hand_over(giver, [other], county_officer, leaves=False, entity_ids=ids)
    giver.refresh_from_db()
    assert (outcome.moved, load(giver), load(other), giver.is_in_post) == (2, 4, 2, True)


@pytest.mark.django_db
def test_what_nobody_may_take_waits_with_the_clocks(giver, areas, county_officer):
    AssignmentFactory(
        entity=EntityFactory(area=areas[NEXT_VILLAGE], grade="D"), cadre=giver,
        exception_reason="邻村无人",
    )  # fmt: skip
    other = CadreFactory(area=areas[VILLAGE])
    outcome = hand_over(giver, [other], county_officer)
    assert (outcome.moved, outcome.left) == (6, 1)
    assert Assignment.objects.pending().count() == 1
    left = Change.objects.get(kind="cadre_left")
    assert (left.report_due_on, left.adjust_due_on) == (
        datetime.date(2022, 11, 23), datetime.date(2022, 12, 2),
    )  # fmt: skip
    neighbour = CadreFactory(area=areas[NEXT_VILLAGE])
    hand_over(giver, [neighbour], county_officer, leaves=False, on=LATER, today=LATER)
    assert changes_settle(on=LATER) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"level": "township", "area_id": TOWN}, "都不能接"),
        ({"area_id": NEXT_VILLAGE}, "都不能接"),
        ({"area_id": OTHER_TOWN, "level": "township"}, "都不能接"),
        ({"area_id": VILLAGE, "is_in_post": False}, "已离任"),
    ],
)
def test_receivers_stand_in_post_with_the_right_level_and_area(giver, county_officer, who, words):
    with pytest.raises(HandoverError, match=words):
        hand_over(giver, [CadreFactory(**who)], county_officer)
    giver.refresh_from_db()
    assert (giver.is_in_post, load(giver), Handover.objects.count()) == (True, 6, 0)


@pytest.mark.django_db
def test_a_later_day_waits_and_is_done_by_the_clock(giver, areas, county_officer):
    other = CadreFactory(area=areas[VILLAGE])
    made = hand_over(giver, [other], county_officer, on=LATER).handover
    giver.refresh_from_db()
    assert (made.state, giver.is_in_post, giver.in_post_to, load(other)) == (
        "scheduled",
        True,
        LATER,
        0,
    )
    with pytest.raises(HandoverError, match="已有一次定在 2022-11-09"):
        hand_over(giver, [other], county_officer)
    assert handovers_perform(on=TODAY, at=timezone.now()) == 0
    assert handovers_perform(on=LATER, at=timezone.now()) == 1
    assert handovers_perform(on=LATER, at=timezone.now()) == 0
    made.refresh_from_db()
    giver.refresh_from_db()
    assert (made.state, made.moved, giver.is_in_post, load(other)) == ("done", 6, False, 6)
    assert cadres_leave(on=LATER, at=timezone.now()) == 0
    assert Change.objects.filter(kind="cadre_left").count() == 1


@pytest.mark.django_db
def test_a_due_hand_over_without_receivers_leaves_all_waiting(giver, areas, county_officer):
    other = CadreFactory(area=areas[VILLAGE])
    made = hand_over(giver, [other], county_officer, on=LATER).handover
    Cadre.objects.filter(pk=other.pk).update(is_in_post=False)
    assert handovers_perform(on=LATER, at=timezone.now()) == 0
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert "接收干部已离任" in made.note
    assert Assignment.objects.pending().count() == 6


@pytest.mark.django_db
def test_a_scheduled_one_is_taken_back_once(giver, areas, county_officer):
    made = hand_over(giver, [CadreFactory(area=areas[VILLAGE])], county_officer, on=LATER).handover
    handover_cancel(handover=made, by=county_officer)
    giver.refresh_from_db()
    assert (giver.in_post_to, giver.leave_reason) == (None, "")
    with pytest.raises(HandoverError, match="不能取消"):
        handover_cancel(handover=made, by=county_officer)
    assert handovers_perform(on=LATER, at=timezone.now()) == 0


# --- the pages -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_clerk_hands_over_from_the_page(giver, areas, log_in, county_officer):
    other, far = CadreFactory(area=areas[VILLAGE]), CadreFactory(area=areas[NEXT_VILLAGE])
    address = reverse("responsibility:handover-create", args=[giver.pk])
    client = log_in(county_officer)
    page = client.get(address)
    assert list(page.context["form"].fields["receivers"].queryset) == [other]
    picked = [row.entity_id for row in page.context["rows"][:2]]
    form = {"reason": "leave", "on": str(timezone.localdate()), "scope": "some", "pk": picked,
            "receivers": [other.pk], "revision": giver.revision}  # fmt: skip
    refused = client.post(address, form | {"receivers": [far.pk]})
    assert "receivers" in refused.context["form"].errors
    done = client.post(address, form, follow=True)
    assert "已交接 2 家" in done.content.decode()
    assert load(other) == 2
    listed = client.get(reverse("responsibility:handover-list")).content.decode()
    assert "移交人" in listed
    again = client.post(address, form)
    assert "已不由移交人包保" in again.content.decode()


@pytest.mark.django_db
def test_leaving_without_receivers_is_possible(giver, log_in, county_officer):
    form = {"reason": "leave", "on": str(timezone.localdate()), "scope": "all", "leaves": "on",
            "revision": giver.revision}  # fmt: skip
    client = log_in(county_officer)
    address = reverse("responsibility:handover-create", args=[giver.pk])
    done = client.post(address, form, follow=True)
    assert "另有 6 家没有合适的接收干部" in done.content.decode()
    assert Assignment.objects.pending().count() == 6
    page = client.get(reverse("responsibility:cadre-detail", args=[giver.pk])).content.decode()
    assert "名下 6 家待交接" in page


@pytest.mark.django_db
def test_the_one_who_came_second_is_told_who_was_first(giver, areas, log_in, county_officer):
    other = CadreFactory(area=areas[VILLAGE])
    hand_over(giver, [other], county_officer)
    form = {"reason": "leave", "on": str(timezone.localdate()), "scope": "all", "leaves": "on",
            "receivers": [other.pk], "revision": giver.revision}  # fmt: skip
    late = log_in(county_officer).post(
        reverse("responsibility:handover-create", args=[giver.pk]), form
    )
    text = late.content.decode()
    assert f"{county_officer.get_full_name()}刚办理过移交人的交接（已交接，6 家）" in text


# --- at once -------------------------------------------------------------------------------------


def at_once(*acts):
    """Run each in a thread of its own with its own connection; the results or the errors, in order."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_get_one_result_and_one_message(
    giver, areas, county_officer, city_admin
):
    one, two = CadreFactory(area=areas[VILLAGE]), CadreFactory(area=areas[VILLAGE])
    seen = giver.revision
    results = at_once(
        lambda: hand_over(giver, [one], county_officer, revision=seen),
        lambda: hand_over(giver, [two], city_admin, revision=seen),
    )
    refused = [result for result in results if isinstance(result, HandoverError)]
    assert [getattr(result, "moved", None) for result in results].count(6) == 1, results
    assert len(refused) == 1, results
    assert "刚办理过移交人的交接" in refused[0].message
    assert sorted([load(one), load(two)]) == [0, 6]
    assert Handover.objects.count() == 1
    assert Change.objects.filter(kind="cadre_left").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_slow_transaction_is_not_missed(areas):
    """A later event is collected while an earlier one is not yet committed; then the earlier one comes."""
    shop = EntityFactory(area=areas[VILLAGE], grade="D")
    # elsewhere: businesses of one place share a counter's row, and their writers wait for each other
    other = EntityFactory(area=areas[OTHER_TOWN], grade="D")
    changes_collect(at=timezone.now())
    changes_collect(at=timezone.now())
    written, go_on = Event(), Event()

    def slow():
        with transaction.atomic():
            type(shop).objects.filter(pk=shop.pk).update(grade="C")
            written.set()
            assert go_on.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(slow)
        assert written.wait(30)
        type(other).objects.filter(pk=other.pk).update(grade="C")
        assert changes_collect(at=timezone.now()) == 1
        assert changes_collect(at=timezone.now()) == 0
        go_on.set()
        job.result()
    assert changes_collect(at=timezone.now()) == 1
    assert changes_collect(at=timezone.now()) == 0
