"""疑似重复 is found, judged, merged and taken back."""

import datetime
import io
import threading

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity, EntityMerge, Proposal, TwinGroup, TwinScan
from entities.queries.todo import badges, todo
from entities.queries.twins import merge_preview, twins_counts
from entities.services.entities import entity_update
from entities.services.merging import MergeError, merge_undo
from entities.services.twins import TwinError, twins_dismiss, twins_find, twins_reopen
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.entities.reviews import propose
from tests.entities.twins import CODE, merge, pair
from tests.factories import EntityFactory
from tests.personas import OTHER_COUNTY, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db


def find(**more):
    return twins_find(at=timezone.now(), **more)


def test_same_code_and_same_place_are_found_once_within_a_county(areas):
    kept, _gone, group = pair(areas=areas)
    assert (group.kind, group.size, group.is_same_place, group.area_id) == ("code", 2, False, TOWN)
    EntityFactory(area=areas[f"{OTHER_COUNTY}001"], credit_code=CODE)
    EntityFactory(area=areas[OTHER_TOWN], name=kept.name, address_key=kept.address_key)
    assert find() == 2
    place = TwinGroup.objects.get(kind="place")
    assert place.size == 2
    assert place.area_id == TOWN[:6]  # two towns: the county holds both
    assert place.is_sure


def test_same_code_name_and_address_are_one_group(areas):
    values = {"area": areas[TOWN], "credit_code": CODE, "name": "同名", "address_key": "同址"}
    EntityFactory.create_batch(2, **values)
    assert find() == 1
    group = TwinGroup.objects.get()
    assert (group.kind, group.is_same_place, group.is_sure) == ("code", True, True)


def test_the_search_reads_the_register_only_when_it_moved_on(areas, django_assert_num_queries):
    pair(areas=areas)
    mark = TwinScan.objects.get().mark
    TwinGroup.objects.update(size=9)
    find()
    assert TwinGroup.objects.get().size == 9
    EntityFactory(area=areas[TOWN])
    find()
    assert TwinGroup.objects.get().size == 2
    assert TwinScan.objects.get().mark > mark


def test_what_is_outside_the_register_is_no_twin(areas):
    _, gone, group = pair(areas=areas)
    Entity.objects.filter(pk=gone.pk).update(status="cancelled")
    assert find() == 0
    group.refresh_from_db()
    assert (group.state, group.size) == ("gone", 0)
    Entity.objects.filter(pk=gone.pk).update(status="operating")
    assert find() == 1


def test_a_judgment_is_remembered_until_a_newcomer(areas, county_officer, city_admin):
    kept, _gone, group = pair(areas=areas)
    with pytest.raises(TwinError, match="写明"):
        twins_dismiss(actor=county_officer, group=group, members=group.members, reason=" ")
    with pytest.raises(TwinError, match="刚有变化"):
        twins_dismiss(actor=county_officer, group=group, members=[kept.pk], reason="一户多证")
    twins_dismiss(actor=county_officer, group=group, members=group.members, reason="一户多证")
    with pytest.raises(TwinError, match=county_officer.name):
        twins_dismiss(actor=city_admin, group=group, members=group.members, reason="再判")
    assert find(again=True) == 0
    EntityFactory(area=areas[TOWN], credit_code=CODE)
    assert find() == 1
    group.refresh_from_db()
    assert group.size == 3


def test_a_judgment_can_be_taken_back(areas, county_officer):
    _, _, group = pair(areas=areas)
    with pytest.raises(TwinError, match="待判断"):
        twins_reopen(actor=county_officer, group=group)
    twins_dismiss(actor=county_officer, group=group, members=group.members, reason="一户多证")
    twins_reopen(actor=county_officer, group=group)
    assert TwinGroup.objects.get().state == "open"


def test_a_merge_takes_the_chosen_values_and_leaves_the_other_outside_the_register(
    areas, county_officer
):
    kept, gone, group = pair(areas=areas)
    done = merge(county_officer, kept, gone, take=["name", "phone"])
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.name, kept.phone, kept.status) == ("鑫源超市", "13904540001", "operating")
    assert (gone.name, gone.status) == ("鑫源超市", "duplicate")
    assert not Entity.objects.registered().filter(pk=gone.pk).exists()
    group.refresh_from_db()
    assert group.state == "gone"
    assert done.values["phone"] == ["13804540000", "13904540001"]
    told = kept.events.order_by("-pgh_id").first().pgh_context.metadata
    assert told["via"] == "merge"
    assert EntityMerge.pgh_event_model.objects.filter(pgh_obj_id=done.pk).exists()


def test_undo_restores_both(areas, county_officer):
    kept, gone, _ = pair(areas=areas)
    before = {row.pk: row for row in Entity.objects.all()}
    done = merge(county_officer, kept, gone, take=["name", "phone", "address"])
    undone = merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert undone.undo_told == []
    moving = {"revision", "updated_at", "doubts", "suggested_grade", "suggested_rule_id"}
    for row in Entity.objects.all():
        for field in Entity._meta.concrete_fields:
            if field.attname not in moving:
                assert getattr(row, field.attname) == getattr(before[row.pk], field.attname), field
    assert find() == 1
    with pytest.raises(MergeError, match="已撤销"):
        merge_undo(actor=county_officer, merge=done, at=timezone.now())


def test_undo_keeps_what_somebody_changed_since(areas, county_officer):
    kept, gone, _ = pair(areas=areas)
    done = merge(county_officer, kept, gone, take=["name", "phone"])
    kept.refresh_from_db()
    entity_update(
        actor=county_officer, entity=kept, revision=kept.revision, changes={"name": "又改的名"}
    )
    undone = merge_undo(actor=county_officer, merge=done, at=timezone.now())
    kept.refresh_from_db()
    assert (kept.name, kept.phone) == ("又改的名", "13804540000")
    assert undone.undo_told == ["主体名称后来又改过，保留现值。"]


def test_dates_and_numbers_survive_the_way_there_and_back(areas, county_officer):
    kept, gone, _ = pair(areas=areas)
    Entity.objects.filter(pk=gone.pk).update(
        expires_on=datetime.date(2030, 1, 2), floor_area="88.50", diners=30
    )
    done = merge(county_officer, kept, gone, take=["expires_on", "floor_area", "diners"])
    kept.refresh_from_db()
    assert (kept.expires_on, str(kept.floor_area), kept.diners) == (datetime.date(2030, 1, 2), "88.50", 30)  # fmt: skip
    merge_undo(actor=county_officer, merge=EntityMerge.objects.get(pk=done.pk), at=timezone.now())
    kept.refresh_from_db()
    assert (kept.floor_area, kept.diners) == (None, None)


def test_open_reviews_go_on_with_the_one_that_stays(areas, county_officer, station_officer):
    kept, gone, _ = pair(areas=areas)
    propose(station_officer, Entity.objects.filter(pk=gone.pk))
    done = merge(county_officer, kept, gone)
    assert Proposal.objects.get().entity_id == kept.pk
    merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert Proposal.objects.get().entity_id == gone.pk


def test_the_same_review_of_both_ends_once(areas, county_officer, station_officer):
    kept, gone, _ = pair(areas=areas)
    propose(station_officer, Entity.objects.all())
    done = merge(county_officer, kept, gone)
    assert list(Proposal.objects.order_by("entity_id").values_list("state", flat=True)) == [
        "proposed", "withdrawn",
    ]  # fmt: skip
    merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert set(Proposal.objects.values_list("state", flat=True)) == {"proposed"}


def test_what_moved_on_is_not_merged(areas, county_officer, city_admin):
    kept, gone, _ = pair(areas=areas)
    seen = {kept.pk: kept.revision, gone.pk: gone.revision}
    Entity.objects.filter(pk=gone.pk).update(name="改过")
    with pytest.raises(MergeError, match="刚被别人改过"):
        merge(county_officer, kept, gone, seen=seen)
    with pytest.raises(MergeError, match="写明"):
        merge(county_officer, kept, gone, reason="")
    with pytest.raises(MergeError, match="不同的"):
        merge(county_officer, kept, kept)
    first = merge(county_officer, kept, gone)
    assert merge(county_officer, kept, gone).pk == first.pk  # the same call once more
    with pytest.raises(MergeError, match=county_officer.name):
        merge(city_admin, gone, kept)
    assert EntityMerge.objects.count() == 1


def test_one_that_a_review_brought_back_can_be_merged_again(areas, county_officer):
    kept, gone, _ = pair(areas=areas)
    first = merge(county_officer, kept, gone)
    Entity.objects.filter(pk=gone.pk).update(status="operating")
    with pytest.raises(MergeError, match="不能自动撤销"):
        merge_undo(actor=county_officer, merge=first, at=timezone.now())
    again = merge(county_officer, kept, gone)
    first.refresh_from_db()
    assert (again.pk != first.pk, first.undo_told) == (True, ["并入的一家已另行恢复在册。"])


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_give_one_result(areas, county_officer, city_admin):
    kept, gone, _ = pair(areas=areas)
    results, ready = [], threading.Barrier(2)

    def act(person, one, other):
        try:
            ready.wait(timeout=10)
            results.append(merge(person, one, other).pk)
        except MergeError as error:
            results.append(error.message)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(county_officer, kept, gone)),
        threading.Thread(target=act, args=(city_admin, gone, kept)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert EntityMerge.objects.count() == 1
    assert sum(isinstance(result, int) for result in results) == 1
    told = next(result for result in results if isinstance(result, str))
    assert "您的操作没有执行" in told or "刚被别人改过" in told


def test_the_preview_proposes_what_is_fuller_and_tells_the_effect(areas, county_officer):
    kept, gone, _ = pair(areas=areas)
    Entity.objects.filter(pk=kept.pk).update(phone="")
    rows = Entity.objects.in_bulk([kept.pk, gone.pk])
    page = merge_preview(user=county_officer, kept=rows[kept.pk], gone=rows[gone.pk])
    sides = {row.key: (row.is_same, row.side) for row in page.rows}
    assert sides["phone"] == (False, "gone")
    assert sides["name"] == (False, "kept")
    assert sides["credit_code"][0]
    phone = next(row for row in page.rows if row.key == "phone")
    assert phone.gone == "139****0001"
    assert "在册 2 → 1 家" in page.effects
    assert "分级率(净) 100.00% → 100.00%" in page.effects


def test_the_pages_lead_from_the_group_to_the_merge_and_back(areas, county_officer, log_in):
    kept, gone, group = pair(areas=areas)
    browser = log_in(county_officer)
    assert kept.name in browser.get(reverse("entities:twin-list")).content.decode()
    page = browser.get(reverse("entities:twin-detail", args=[group.pk])).content.decode()
    assert "合并这 2 家" in page
    assert "13904540001" not in page
    sent = {
        "keep": kept.pk, "gone": gone.pk, f"revision-{kept.pk}": kept.revision,
        f"revision-{gone.pk}": gone.revision, "part-phone": "gone", "reason": "同一家",
    }  # fmt: skip
    told = browser.post(reverse("entities:twin-merge", args=[group.pk]), sent, follow=True)
    done = EntityMerge.objects.get()
    assert "撤销这次合并" in told.content.decode()
    assert "139****0001" in told.content.decode()
    assert "phone" in done.values
    again = browser.post(reverse("entities:twin-merge", args=[group.pk]), sent)
    assert again.status_code == 404  # the group is gone
    detail = browser.get(reverse("entities:entity-detail", args=[gone.pk])).content.decode()
    assert "已并入" in detail
    assert gone.name in browser.get(reverse("entities:merge-list")).content.decode()
    browser.post(reverse("entities:merge-undo", args=[done.pk]))
    done.refresh_from_db()
    assert done.undone_by == county_officer


def test_what_waits_is_the_county_s_to_do(areas, county_officer, city_admin, outsider):
    pair(areas=areas)
    (row,) = todo(user=county_officer)
    assert (row["label"], row["count"]) == ("疑似重复的主体", 1)
    assert badges(user=county_officer)["todo"] == 1
    assert todo(user=city_admin) == todo(user=outsider) == []


def test_the_groups_are_exported_a_line_a_business(areas, county_officer, log_in):
    kept, gone, _ = pair(areas=areas)
    book = log_in(county_officer).get(reverse("entities:twin-export"), {"kind": "code"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [(row[0], row[2]) for row in rows] == [
        ("组", "主体名称"),
        (1, kept.name),
        (1, gone.name),
    ]
    assert AuditRecord.objects.get(action="export").object_type == "疑似重复"


def test_counts_are_of_businesses_each_once(areas, city_admin, station_officer):
    kept, _gone, _ = pair(areas=areas)
    EntityFactory(area=areas[TOWN], name=kept.name, address_key=kept.address_key)
    find()
    assert TwinGroup.objects.open().count() == 2
    assert twins_counts(user=city_admin, code="3799", length=6) == {TOWN[:6]: 3}
    assert twins_counts(user=station_officer, code=TOWN, length=12) == {TOWN: 3}
