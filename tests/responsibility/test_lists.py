"""Versions of the three lists: drafts, issues, and that an issued one never changes."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.enums import ListState
from responsibility.models import CoreTask, ListDocument, ListItem, RolloutStage
from responsibility.queries.lists import (
    list_before,
    list_differences,
    list_in_force,
    list_items,
    lists_index,
)
from responsibility.services import lists
from responsibility.services.seeds_lists import load
from tests.factories import UserFactory

DAY = datetime.date(2022, 10, 12)


@pytest.fixture
def seeded(db):
    load()


@pytest.fixture
def draft(seeded):
    return ListDocument.objects.get(kind="task", level="village")


def issued(document, actor, day=DAY):
    return lists.list_issue(actor=actor, document=document, effective_from=day, at=timezone.now())


VALUES = {"code": "J99", "heading": "试", "clause": "试一试", "cycle": "quarter", "mark": "full"}


def test_the_seeds_are_eleven_example_drafts(seeded):
    rows = ListDocument.objects.all()
    assert {(row.kind, row.level): row.items.count() for row in rows} == {
        ("responsibility", "city"): 11, ("responsibility", "county"): 11,
        ("responsibility", "township"): 11, ("responsibility", "village"): 11,
        ("task", "city"): 15, ("task", "county"): 15, ("task", "township"): 16,
        ("task", "village"): 11,
        ("supervision", "city"): 11, ("supervision", "county"): 10, ("supervision", "township"): 9,
    }  # fmt: skip
    assert all(row.is_example and row.state == "draft" and not row.document_no for row in rows)
    assert list(RolloutStage.objects.order_by("order").values_list("name", flat=True)) == [
        "谁来管", "管什么", "怎么管",
    ]  # fmt: skip
    assert CoreTask.objects.count() == 2


def test_each_level_has_its_own_cycle(seeded):
    cycles = ListItem.objects.filter(code="J5").values_list("document__level", "cycle")
    assert dict(cycles) == {"city": "half_year", "county": "quarter", "township": "month"}
    marks = ListItem.objects.get(code="J13", document__level="village")
    assert (marks.mark, marks.marks["city"]) == ("assist", "full")


def test_loading_again_keeps_what_staff_edited(draft, city_admin):
    item = draft.items.get(code="J1")
    values = {"code": "J1", "clause": "改过的内容"}
    lists.item_update(actor=city_admin, item=item, revision=1, values=values)
    stage = RolloutStage.objects.get(name="怎么管")
    stage.name = "怎样管"
    stage.save()
    load()
    item.refresh_from_db()
    assert item.clause == "改过的内容"
    assert (ListDocument.objects.count(), RolloutStage.objects.count()) == (11, 3)


def test_an_issue_supersedes_the_version_in_force(draft, city_admin):
    first = issued(draft, city_admin)
    copy = lists.list_copy(actor=city_admin, document=first)
    assert (copy.version, copy.state, copy.items.count()) == (2, "draft", 11)
    second = issued(copy, city_admin, datetime.date(2023, 1, 1))
    first.refresh_from_db()
    assert (first.state, first.effective_to) == ("superseded", datetime.date(2022, 12, 31))
    assert second.state == "issued"
    found = [
        list_in_force(kind="task", level="village", on=day)
        for day in (datetime.date(2022, 10, 11), DAY, datetime.date(2022, 12, 31),
                    datetime.date(2023, 1, 1))
    ]  # fmt: skip
    assert found == [None, first, first, second]
    acts = AuditRecord.objects.filter(object_type="listdocument").order_by("pk")
    assert [record.detail["act"] for record in acts] == ["issue", "copy", "issue"]


def test_a_version_takes_effect_after_the_one_before(draft, city_admin):
    copy = lists.list_copy(actor=city_admin, document=issued(draft, city_admin))
    with pytest.raises(lists.ListError, match="生效日期须晚于现行版的生效日期 2022-10-12"):
        issued(copy, city_admin)


def test_a_task_without_a_cycle_is_not_issued(draft, city_admin):
    lists.item_add(actor=city_admin, document=draft, values=VALUES | {"cycle": ""})
    with pytest.raises(lists.ListError, match="J99 没有填周期"):
        issued(draft, city_admin)


def test_an_empty_draft_is_not_issued(draft, city_admin):
    draft.items.all().delete()
    with pytest.raises(lists.ListError, match="没有条目"):
        issued(draft, city_admin)


def test_no_service_changes_an_issued_version(draft, city_admin):
    item = draft.items.first()
    issued(draft, city_admin)
    tries = [
        lambda: lists.item_add(actor=city_admin, document=draft, values=VALUES),
        lambda: lists.item_update(actor=city_admin, item=item, revision=1, values=VALUES),
        lambda: lists.item_remove(actor=city_admin, item=item),
        lambda: lists.item_move(actor=city_admin, item=item, step=1),
    ]
    for attempt in tries:
        with pytest.raises(lists.ListConflict, match="已印发，不能再改"):
            attempt()
    with pytest.raises(lists.ListConflict, match="不必再印发"):
        issued(draft, city_admin)


RAW = [
    "UPDATE responsibility_listitem SET clause = '改' WHERE id = %(item)s",
    "UPDATE responsibility_listitem SET document_id = %(draft)s WHERE id = %(item)s",
    "UPDATE responsibility_listitem SET document_id = %(document)s WHERE document_id = %(draft)s",
    "DELETE FROM responsibility_listitem WHERE id = %(item)s",
    """INSERT INTO responsibility_listitem
       (document_id, "order", code, heading, clause, standard, cycle, deliverable, owner, mark,
        marks, revision)
       VALUES (%(document)s, 99, 'J99', '', '加', '', '', '', 'cadre', 'full', '{}', 1)""",
    "UPDATE responsibility_listdocument SET title = '改' WHERE id = %(document)s",
    "UPDATE responsibility_listdocument SET effective_from = '2000-01-01' WHERE id = %(document)s",
    "UPDATE responsibility_listdocument SET state = 'draft' WHERE id = %(document)s",
    "DELETE FROM responsibility_listdocument WHERE id = %(document)s",
]  # fmt: skip


@pytest.mark.parametrize("state", ["issued", "superseded"])
@pytest.mark.parametrize("sql", RAW)
def test_no_statement_changes_an_issued_version(sql, state, draft, city_admin):
    issued(draft, city_admin)
    copy = lists.list_copy(actor=city_admin, document=draft)
    if state == "superseded":
        issued(copy, city_admin, datetime.date(2023, 1, 1))
        copy = lists.list_copy(actor=city_admin, document=draft)
    ids = {"item": draft.items.first().pk, "document": draft.pk, "draft": copy.pk}
    with (
        pytest.raises(IntegrityError, match="已印发的清单不能改动"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, ids)


def test_a_superseded_version_keeps_its_last_day(draft, city_admin):
    issued(draft, city_admin)
    issued(lists.list_copy(actor=city_admin, document=draft), city_admin, datetime.date(2023, 1, 1))
    changing = ListDocument.objects.filter(pk=draft.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        changing.update(effective_to=None)


def test_one_draft_a_list(draft, city_admin, city_officer):
    issued(draft, city_admin)
    lists.list_copy(actor=city_admin, document=draft)
    with pytest.raises(lists.ListConflict, match="第 2 版草稿，请接着改那一份"):
        lists.list_copy(actor=city_officer, document=draft)


def test_two_who_edit_one_line_get_one_result(draft, city_admin, city_officer):
    item = draft.items.get(code="J3")
    lists.item_update(actor=city_admin, item=item, revision=1, values=VALUES)
    with pytest.raises(lists.ListConflict, match="J99 刚被别人改过"):
        lists.item_update(actor=city_officer, item=item, revision=1, values=VALUES)
    lists.item_remove(actor=city_admin, item=item)
    with pytest.raises(lists.ListConflict, match="已被别人从草稿里删去"):
        lists.item_remove(actor=city_officer, item=item)


def test_a_code_stands_once_in_a_list(draft, city_admin):
    lists.item_add(actor=city_admin, document=draft, values=VALUES)
    with pytest.raises(lists.ListError, match="已有 J99"):
        lists.item_add(actor=city_admin, document=draft, values=VALUES)


def test_lines_move_up_and_down_and_stay_at_the_edge(draft, city_admin, city_officer):
    def codes():
        return [item.code for item in list_items(user=city_officer, document=draft)][:3]

    assert codes() == ["J1", "J2", "J3"]
    lists.item_move(actor=city_admin, item=draft.items.get(code="J3"), step=-1)
    assert codes() == ["J1", "J3", "J2"]
    lists.item_move(actor=city_admin, item=draft.items.get(code="J1"), step=-1)
    assert codes() == ["J1", "J3", "J2"]


def test_differences_are_told_in_words(draft, city_admin):
    issued(draft, city_admin)
    copy = lists.list_copy(actor=city_admin, document=draft)
    thirteen = copy.items.get(code="J13")
    values = {"code": "J13", "mark": "full", "marks": thirteen.marks | {"village": "full"}}
    lists.item_update(actor=city_admin, item=thirteen, revision=1, values=values)
    lists.item_remove(actor=city_admin, item=copy.items.get(code="J9"))
    lists.item_add(actor=city_admin, document=copy, values=VALUES)
    told = list_differences(user=city_admin, old=list_before(copy), new=copy)
    assert [(line["code"], line["kind"]) for line in told["lines"]] == [
        ("J13", "changed"), ("J99", "added"), ("J9", "removed"),
    ]  # fmt: skip
    assert told["lines"][0]["changes"] == [
        {"field": "本级", "old": "○ 协助", "new": "● 必做"},
        {"field": "各级", "old": "市● 县● 乡● 村○", "new": "市● 县● 乡● 村●"},
    ]
    assert not told["is_reordered"]


def test_the_index_names_all_lists_in_one_statement(
    seeded, city_officer, django_assert_num_queries
):
    document = ListDocument.objects.get(kind="task", level="village")
    issued(document, city_officer)
    lists.list_copy(actor=city_officer, document=document)
    city_officer.has_perm("responsibility.view_listdocument")  # rights are read once
    with django_assert_num_queries(1):
        groups = lists_index(user=city_officer)
    assert [len(group["rows"]) for group in groups] == [4, 5, 3]
    assert [row.version for row in groups[1]["rows"]] == [1, 1, 1, 1, 2]


def test_the_demonstration_issues_all_examples(seeded, city_admin):
    assert lists.lists_issue_all(actor=city_admin, effective_from=DAY, at=timezone.now()) == 11
    assert lists.lists_issue_all(actor=city_admin, effective_from=DAY, at=timezone.now()) == 0
    assert set(ListDocument.objects.values_list("state", flat=True)) == {ListState.ISSUED}


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_get_one_result():
    load()
    document = ListDocument.objects.get(kind="task", level="city")
    people = [UserFactory(), UserFactory()]
    results, start = [], threading.Barrier(2)

    def act(person):
        try:
            start.wait()
            issued(document, person)
            results.append("issued")
        except lists.ListConflict as error:
            results.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result == "issued" for result in results) == [False, True]
    assert any("不必再印发" in result for result in results)
