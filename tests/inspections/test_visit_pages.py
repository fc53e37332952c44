"""督导任务 and 督导记录 as people see them."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.models import DueTally, DueVisit, FrequencyRule, Visit
from inspections.queries.figures_visits import visit_figures_by_area
from inspections.queries.proof_visits import differences
from inspections.queries.visit_cards import cadre_card, entity_card
from inspections.queries.visit_todo import todo
from inspections.services.photos import photo_store
from inspections.services.planning import dues_make
from inspections.services.seeds_problems import load as load_kinds
from inspections.services.visits import visit_submit
from jiamusi_foodsafety.jurisdiction.queries import everybody
from responsibility.queries.todo import badges
from tests.factories import EntityFactory
from tests.inspections.makers_visits import BEGUN, load_lists, make_held, make_period, make_visit
from tests.inspections.pictures import picture
from tests.inspections.sent import key, sent_for
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
LAST_YEAR = datetime.date(2022, 10, 5)


@pytest.fixture
def world(areas, cadre):
    """Two held businesses of one village (one visited), one of another town that nobody holds, one of
    another county; an overdue line of an old period in the village."""
    FrequencyRule.objects.create(effective_from=BEGUN)
    bond = make_held(areas=areas, user=cadre)
    seen = make_held(areas=areas)
    EntityFactory(area=areas[OTHER_TOWN])
    EntityFactory(area=areas[OTHER_COUNTY])
    dues_make(city=areas[CITY], on=LAST_YEAR, at=timezone.now())
    today = timezone.localdate()
    dues_make(city=areas[CITY], on=today, at=timezone.now())
    make_visit(seen, on=today, due=DueVisit.objects.get(entity=seen.entity_id, due_on__gte=today))
    return {"bond": bond, "seen": seen, "today": today}


def get(client, name, *args, **query):
    answer = client.get(reverse(f"inspections:{name}", args=args), query)
    assert answer.status_code == 200
    return answer


def test_the_board_counts_and_each_count_opens_its_rows(world, county_officer, log_in):
    client = log_in(county_officer)
    answer = get(client, "due-list")
    total = answer.context["total"]["figures"]
    assert (total.due, total.done, total.open, total.unheld) == (3, 1, 2, 1)
    assert total.overdue == 2  # the visited one was made up for
    assert (total.cadres, total.cadres_done) == (2, 1)
    assert answer.context["rows"][0]["name"] == "城关街道"
    for cell in ("due", "done", "open", "unheld", "overdue", "excused"):
        rows = client.get(answer.context["total"][cell].partition("#")[0])
        assert len(rows.context["lines"]) == rows.context["count"] == getattr(total, cell), cell
    for cell in ("visits", "on_site", "wrong", "must"):
        rows = client.get(answer.context["total"][cell])
        assert rows.context["count"] == getattr(total, cell), cell
    for cell in ("cadres", "cadres_done"):
        rows = client.get(answer.context["total"][cell])
        assert len(rows.context["rows"]) == getattr(total, cell), cell


def test_the_city_sees_counties_and_goes_down_to_villages(world, city_officer, log_in):
    client = log_in(city_officer)
    answer = get(client, "due-list")
    by_name = {row["name"]: row["figures"].due for row in answer.context["rows"]}
    assert (by_name["东山县"], by_name["西河区"]) == (3, 1)
    answer = get(client, "due-list", area=COUNTY)
    assert {row["name"]: row["figures"].due for row in answer.context["rows"]}["城关街道"] == 2
    assert get(client, "due-list", area=TOWN).context["unit_name"] == "村(社区)"


def test_figures_are_the_same_counted_row_by_row(world, areas):
    assert differences()[0] == []
    period = DueVisit.objects.order_by("-due_on").first().period
    rows = visit_figures_by_area(
        user=everybody(), code=CITY, length=6, period=period, on=world["today"]
    )
    for row in rows:
        lines = DueVisit.objects.filter(period=period, area__code__startswith=row.code)
        assert row.due == lines.filter(state__in=["open", "done", "late"]).count()
        assert row.done == lines.filter(state="done").count()


def test_a_wrong_counter_is_found(world):
    row = DueTally.objects.filter(total__gt=0).first()
    DueTally.objects.filter(pk=row.pk).update(total=row.total + 1)
    ((what, *_),) = differences()[0]
    assert what == "应督导计数"


def test_another_county_sees_nothing_of_it(world, outsider, log_in):
    client = log_in(outsider)
    assert client.get(reverse("inspections:due-list"), {"area": COUNTY}).status_code == 404
    assert get(client, "due-list").context["total"]["figures"].due == 1
    visit = Visit.objects.get()
    assert client.get(reverse("inspections:visit-detail", args=[visit.pk])).status_code == 404


def test_a_cadre_sees_his_own_in_the_order_of_weight(world, cadre, log_in):
    answer = get(log_in(cadre), "due-list")
    assert "完成情况" not in answer.content.decode()
    assert [line.entity_id for line in answer.context["lines"]] == [world["bond"].entity_id]
    assert "还没有去过" in answer.content.decode()


def test_the_list_narrows(world, county_officer, log_in):
    client = log_in(county_officer)
    name = world["bond"].entity.name
    assert get(client, "due-list", q=name).context["count"] == 1
    assert get(client, "due-list", category="small_grocery").context["count"] == 1
    assert get(client, "due-list", grade="-").context["count"] == 1
    assert get(client, "due-list", grade="A").context["count"] == 0
    assert "没有符合条件的主体" in get(client, "due-list", grade="A").content.decode()
    seen = world["seen"].cadre_id
    assert get(client, "due-list", cadre=seen, view="done").context["count"] == 1
    assert get(client, "due-list", view="<x>", period="9" * 30, cadre="x").context["count"] == 2


def test_without_any_period_the_page_says_what_comes(city_officer, log_in):
    text = get(log_in(city_officer), "due-list").content.decode()
    assert "还没有督导任务" in text
    assert "核对名单" in text


def test_exports_hold_the_rows(world, county_officer, log_in):
    client = log_in(county_officer)

    def sheet(name, **query):
        answer = client.get(reverse(f"inspections:{name}"), query)
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        return list(book.active.values)

    assert len(sheet("due-export", view="due")) == 4
    board = sheet("due-board-export")
    assert board[1][:3] == ("东山县合计", 3, 1)
    assert len(sheet("visit-export")) == 2


def test_the_first_page_says_what_is_owed(world, cadre, county_officer):
    (line,) = todo(user=cadre)
    assert (line["label"], line["count"], line["act"]) == ("待督导的主体", 1, "去督导")
    assert (badges(user=cadre)["dues"], badges(user=cadre)["todo"]) == (1, 1)
    (line,) = todo(user=county_officer)
    assert (line["label"], line["count"]) == ("逾期没有督导的主体", 2)
    assert "1 家" in line["hint"]
    assert "dues" not in badges(user=county_officer)


def test_the_cards_tell_of_a_business_and_of_a_cadre(world, county_officer):
    seen = world["seen"]
    card = entity_card(user=county_officer, entity=seen.entity, on=timezone.localdate())
    assert card["count"] == 1
    assert "已完成" in card["told"]
    card = cadre_card(user=county_officer, cadre=seen.cadre)
    assert card["count"] == 1
    assert [(row.total, row.done) for row in card["dues"]] == [(1, 1), (1, 0)]


def test_the_cards_count_just_what_their_links_open(world, county_officer, outsider, log_in):
    seen, today = world["seen"], world["today"]
    make_visit(seen, on=today, is_void=True, void_reason="填错")
    make_visit(seen, on=today, kind="suspended")
    told = entity_card(user=county_officer, entity=seen.entity, on=today)
    assert (told["count"], len(told["visits"])) == (1, 3)
    listed = get(log_in(county_officer), "visit-list", entity=seen.entity_id)
    assert listed.context["count"] == 1
    assert cadre_card(user=county_officer, cadre=seen.cadre)["count"] == 1
    # of a business that has moved here: what was visited elsewhere is the other county's
    Visit.objects.update(area=OTHER_COUNTY)
    assert entity_card(user=county_officer, entity=seen.entity, on=today)["visits"] == []


@pytest.fixture
def visit(areas, cadre):
    load_lists()
    load_kinds(on=BEGUN)
    bond = make_held(areas=areas, user=cadre)
    dues_make(city=areas[CITY], on=timezone.localdate(), at=timezone.now())
    photo = key()
    photo_store(actor=cadre, key=photo, data=picture(), at=timezone.now())
    at = timezone.now().isoformat()
    told = sent_for(bond.entity, wrong=["T18"], started_at=at, finished_at=at, photos=[photo])
    return visit_submit(actor=cadre, sent=told, at=timezone.now())[0]


def test_a_record_shows_answers_under_headings_with_problem_and_photo(
    visit, county_officer, log_in
):
    client = log_in(county_officer)
    answer = get(client, "visit-detail", visit.pk)
    text = answer.content.decode()
    assert [group["heading"][0] for group in answer.context["groups"]] == list("一二三四")
    assert "货架有过期食品" in text
    assert "16 项" in get(client, "visit-list").content.decode()
    (photo,) = answer.context["photos"]
    shown = client.get(reverse("inspections:visit-photo", args=[photo.pk]))
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")


def test_a_county_marks_a_wrong_record_void(visit, county_officer, log_in):
    client = log_in(county_officer)
    url = reverse("inspections:visit-void", args=[visit.pk])
    refused = client.post(url, {"reason": ""})
    assert refused.status_code == 200
    assert refused.context["is_refused"]
    answer = client.post(url, {"reason": "填到别家"}, follow=True)
    assert "已作废" in answer.content.decode()
    assert DueVisit.objects.get().state == "open"
    assert get(client, "visit-list").context["count"] == 0
    assert get(client, "visit-list", view="void").context["count"] == 1


def test_the_cadre_sees_his_visit_and_may_not_void_it(visit, cadre, log_in):
    client = log_in(cadre)
    assert get(client, "visit-detail", visit.pk).context["form"] is None
    url = reverse("inspections:visit-void", args=[visit.pk])
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_the_period_of_the_board_can_be_chosen(world, county_officer, log_in, areas):
    client = log_in(county_officer)
    old = make_period(areas[CITY])
    answer = get(client, "due-list", period=old.pk)
    total = answer.context["total"]["figures"]
    assert (total.due, total.late, total.open) == (3, 1, 2)
    assert answer.context["period"] == old


def test_the_page_of_a_cadre_shows_what_he_owes(world, county_officer, log_in):
    url = reverse("responsibility:cadre-detail", args=[world["seen"].cadre_id])
    text = log_in(county_officer).get(url).content.decode()
    assert 'id="visits"' in text
    assert "2022年第四季度" in text
