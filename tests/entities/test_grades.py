import datetime

import pytest
from django.urls import reverse

from entities.enums import GradeSource
from entities.models import Entity, GradingStandard
from entities.queries.grading import active_standard, adoption_preview, moving, try_standard
from entities.services.grading import (
    GradingError,
    grade_set,
    refresh_suggestions,
    standard_activate,
    standard_draft,
    suggestions_adopt,
)
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def eateries(areas, dictionaries):
    """Restaurants of four sizes and one whose size nobody knows; suggestions are worked out."""
    made = {
        "huge": EntityFactory(area=areas[TOWN], floor_area=4000, grade="B", grade_source="ledger"),
        "large": EntityFactory(area=areas[TOWN], floor_area=600, grade="D", grade_source="ledger"),
        "hand": EntityFactory(area=areas[TOWN], floor_area=600, grade="D", grade_source="manual"),
        "small": EntityFactory(area=areas[TOWN], floor_area=60),
        "unknown": EntityFactory(area=areas[TOWN]),
        "closed": EntityFactory(area=areas[TOWN], floor_area=60, screened=True),
        "far": EntityFactory(area=areas[f"{OTHER_COUNTY}001"], floor_area=600),
    }
    refresh_suggestions()
    return made


def grades(made):
    rows = dict(Entity.objects.values_list("pk", "grade"))
    return {key: rows[entity.pk] for key, entity in made.items()}


def test_refresh_writes_only_what_changes(eateries):
    suggested = dict(Entity.objects.values_list("pk", "suggested_grade"))
    assert {key: suggested[entity.pk] for key, entity in eateries.items()} == {
        "huge": "B", "large": "C", "hand": "C", "small": "D", "unknown": "", "closed": "D", "far": "C",
    }  # fmt: skip
    assert refresh_suggestions() == 0
    Entity.objects.filter(pk=eateries["unknown"].pk).update(seats=300)
    assert refresh_suggestions(area=OTHER_COUNTY) == 0
    assert refresh_suggestions(area=TOWN[:6]) == 1


def test_adopting_leaves_what_a_person_set(eateries, county_officer):
    found = Entity.objects.visible_to(county_officer)
    assert adoption_preview(found) == {"changing": 2, "by_hand": 1}
    assert suggestions_adopt(actor=county_officer, entities=found) == {"changed": 2, "by_hand": 1}
    assert grades(eateries) == {
        "huge": "B", "large": "C", "hand": "D", "small": "D", "unknown": "", "closed": "", "far": "",
    }  # fmt: skip
    eateries["large"].refresh_from_db()
    assert eateries["large"].grade_source == GradeSource.RULE


def test_grade_by_hand_needs_a_reason_and_an_obliged_business(eateries, county_officer):
    found = Entity.objects.visible_to(county_officer)
    for grade, reason in (("E", "大"), ("A", "  ")):
        with pytest.raises(GradingError):
            grade_set(actor=county_officer, entities=found, grade=grade, reason=reason)
    assert grade_set(actor=county_officer, entities=found, grade="A", reason="市级重点") == 5
    assert grade_set(actor=county_officer, entities=found, grade="A", reason="市级重点") == 0
    eateries["closed"].refresh_from_db()
    assert eateries["closed"].grade == ""
    event = eateries["large"].events.order_by("-pgh_id").first()
    assert (event.grade, event.grade_source, event.grade_reason) == ("A", "manual", "市级重点")
    assert event.pgh_context.metadata["via"] == "grade"


def test_draft_is_tried_on_the_whole_register_before_it_is_put_in_force(
    eateries, city_admin, django_assert_max_num_queries
):
    former = active_standard()
    draft = standard_draft(
        actor=city_admin, source=former, name="修订", effective_from=datetime.date(2023, 1, 1)
    )
    draft.rules.filter(priority=31).update(grade="B")
    with django_assert_max_num_queries(3):
        matrix = try_standard(user=city_admin, standard=draft)
    assert matrix == {("B", "B"): 1, ("D", "B"): 2, ("", "D"): 1, ("", ""): 1, ("", "B"): 1}
    rows = moving(user=city_admin, standard=draft, old="D", new="B")
    assert {row.pk for row in rows} == {eateries["large"].pk, eateries["hand"].pk}
    assert set(Entity.objects.values_list("suggested_grade", flat=True)) == {"B", "C", "D", ""}
    assert standard_activate(actor=city_admin, standard=draft) == {"changed": 6}
    assert active_standard() == draft
    former.refresh_from_db()
    assert former.state == "retired"
    eateries["large"].refresh_from_db()
    assert (eateries["large"].suggested_grade, eateries["large"].grade) == ("B", "D")
    with pytest.raises(GradingError):
        standard_activate(actor=city_admin, standard=draft)


def test_standard_without_rules_is_not_put_in_force(areas, city_admin):
    empty = GradingStandard.objects.create(name="空", effective_from=datetime.date(2023, 1, 1))
    with pytest.raises(GradingError):
        standard_activate(actor=city_admin, standard=empty)


def test_pages_try_a_draft_and_lead_to_the_rows_behind_each_figure(eateries, city_admin, log_in):
    client = log_in(city_admin)
    page = client.get(reverse("entities:grading-standard-list"))
    assert [standard.state for standard in page.context["standards"]] == ["active"]
    standard = active_standard()
    address = reverse("entities:grading-standard-draft", args=[standard.pk])
    data = {"name": "修订", "effective_from": "2023-01-01"}
    page = client.post(address, data, follow=True)
    cells = {
        (row["grade"], at): cell
        for row in page.context["matrix"]["rows"]
        for at, cell in zip(page.context["matrix"]["grades"], row["cells"], strict=True)
    }
    assert cells["D", "C"]["total"] == 2
    rows = client.get(cells["D", "C"]["url"]).context["page"].rows
    assert {row.pk for row in rows} == {eateries["large"].pk, eateries["hand"].pk}
    again = client.post(address, data, follow=True)
    assert "已有同名的分级标准" in again.content.decode()
    draft = GradingStandard.objects.get(name="修订")
    page = client.get(reverse("entities:grading-standard-detail", args=[draft.pk]))
    rules = reverse("admin:entities_gradingstandard_change", args=[draft.pk])
    assert f'href="{rules}"' in page.content.decode()
    page = client.post(reverse("entities:grading-standard-activate", args=[draft.pk]), follow=True)
    assert page.context["standard"].state == "active"


def test_bulk_pages_set_and_adopt_grades(eateries, county_officer, station_officer, log_in):
    client = log_in(county_officer)
    address = reverse("entities:entity-bulk-adopt") + "?view=ungraded"
    page = client.post(address, {"every": "1"})
    assert page.context["count"] == 2
    client.post(address, {"every": "1", "confirmed": "1"})
    assert grades(eateries)["small"] == "D"
    address = reverse("entities:entity-bulk-grade")
    page = client.post(address, {"pk": [eateries["far"].pk, eateries["unknown"].pk]})
    assert page.context["ids"] == [eateries["unknown"].pk]
    data = {"pk": page.context["ids"], "confirmed": "1", "grade": "C", "reason": ""}
    assert client.post(address, data).context["form"].errors["reason"]
    response = client.post(address, data | {"reason": "实地看过，约 300 平"})
    assert response.url == reverse("entities:entity-detail", args=[eateries["unknown"].pk])
    assert grades(eateries)["unknown"] == "C"
    proposing = log_in(station_officer)
    page = proposing.get(reverse("entities:entity-grade", args=[eateries["small"].pk]))
    assert page.context["title"] == "提请定级"


def test_detail_says_which_rule_hit_and_which_fact_is_missing(
    eateries, county_officer, areas, log_in
):
    client = log_in(county_officer)
    page = client.get(reverse("entities:entity-detail", args=[eateries["large"].pk]))
    outcomes = [(step.rule.priority, step.outcome) for step in page.context["steps"]]
    assert outcomes == [(25, "short"), (31, "hit"), (32, "unread"), (90, "unread")]
    page = client.get(reverse("entities:entity-detail", args=[eateries["unknown"].pk]))
    assert page.context["missing"] == ["经营面积", "座位数"]
    school = EntityFactory(
        area=areas[TOWN], category=CategoryFactory(code="school_canteen"), form="学校食堂"
    )
    page = client.get(reverse("entities:entity-detail", args=[school.pk]))
    assert page.context["missing"] == ["每餐用餐人数"]


def test_rows_behind_a_figure_come_page_by_page_with_their_county(
    city_admin, areas, dictionaries, log_in
):
    for area in (f"{OTHER_COUNTY}001", TOWN):
        EntityFactory.create_batch(30, area_id=area, grade="D")
    client = log_in(city_admin)
    address = reverse("entities:grading-standard-rows", args=[active_standard().pk])
    first = client.get(f"{address}?old=D&new=none")
    assert (len(first.context["page"].rows), first.context["last"]) == (50, 50)
    assert f"{areas[OTHER_COUNTY].name} " in first.content.decode()
    second = client.get(address + first.context["next_url"])
    assert (len(second.context["page"].rows), second.context["next_url"]) == (10, "")
    seen = {row.pk for page in (first, second) for row in page.context["page"].rows}
    assert len(seen) == 60
