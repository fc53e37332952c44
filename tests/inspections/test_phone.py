"""The phone's pages: what is on a card, which list and modes a visit has, the plain form, who may open it."""

import datetime
import json
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.models import DueVisit, EntityRecord, Photo, Visit
from inspections.queries.phone import account_key, may_open, phone_todo
from inspections.queries.sheet import sheet_of
from inspections.rules.phone import reasons_of
from responsibility.models import Assignment
from tests.factories import UserFactory
from tests.inspections.makers_phone import NAMES, make_due, make_period, make_phone
from tests.inspections.pictures import picture
from tests.responsibility.factories import CadreFactory

SHOP, TOFU, DINER = NAMES
ON = datetime.date(2022, 11, 2)


def words(**more):
    facts = {
        "open_problems": 0, "problem_due": None, "last_visit": None, "expires": None, "due": None,
        "on": ON,
    } | more  # fmt: skip
    return [(reason.tone, reason.words) for reason in reasons_of(**facts)]


def day(number):
    return ON + datetime.timedelta(days=number)


def test_a_card_says_why_the_business_comes_now():
    assert words() == [("amber", "还没有去过")]
    assert words(last_visit=day(-94)) == [("amber", "94 天没去")]
    assert words(last_visit=day(-10)) == [("grey", "上次 10月23日")]
    assert words(open_problems=1, problem_due=day(1), last_visit=day(-94)) == [
        ("red", "问题 1 个，明天到期"), ("amber", "94 天没去"),
    ]  # fmt: skip
    assert words(open_problems=2, problem_due=day(-3), last_visit=day(-1))[0] == (
        "red", "问题 2 个，已逾期 3 天",
    )  # fmt: skip
    # what was settled counts for the order too, beside what is open
    assert words(open_problems=1, problems=3, last_visit=day(-1)) == [
        ("amber", "问题 1 个"), ("grey", "以往问题 2 个"),
    ]  # fmt: skip
    assert words(open_problems=1, problems=1, last_visit=day(-1)) == [("amber", "问题 1 个")]
    assert words(expires=day(34), last_visit=day(-1)) == [("amber", "许可证 12月6日到期")]
    assert words(expires=day(-1), last_visit=day(-1)) == [("red", "许可证已过期")]
    assert words(due=day(-2), last_visit=day(-1))[0] == ("red", "督导已逾期 2 天")


@pytest.fixture
def held(areas, cadre):
    return make_phone(areas=areas, user=cadre)


@pytest.fixture
def client_of_cadre(cadre, log_in):
    return log_in(cadre)


pytestmark = pytest.mark.django_db


def test_the_list_is_in_the_order_of_weight_and_counts_the_period(
    held, areas, cadre, client_of_cadre
):
    done = DueVisit.objects.get(entity=held[TOFU].entity)
    done.state, done.done = "done", 1
    done.save()
    on = timezone.localdate()
    todo = phone_todo(user=cadre, on=on)
    assert [card.entity.name for card in todo.cards] == [SHOP, DINER]
    assert (todo.total, todo.done, todo.left, todo.late) == (3, 1, 2, 0)
    page = client_of_cadre.get(reverse("inspections:phone"))
    text = page.content.decode()
    assert "第四季度" in text
    assert text.index(SHOP) < text.index(DINER)
    assert TOFU not in text
    assert page.headers["X-Phone-Account"] == account_key(user=cadre)
    assert "no-store" not in page.headers["Cache-Control"]
    assert "private" in page.headers["Cache-Control"]


def test_what_is_late_stays_on_the_list_beside_the_period(held, areas, cadre):
    period = make_period(areas)
    late = DueVisit.objects.get(entity=held[SHOP].entity)
    DueVisit.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - datetime.timedelta(3))
    todo = phone_todo(user=cadre, on=timezone.localdate())
    assert (todo.total, todo.late, len(todo.cards)) == (2, 1, 3)
    assert todo.cards[0].reasons[0].words == "督导已逾期 3 天"
    assert make_due(held[DINER], period=period).state == "open"


def test_home_of_a_cadre_is_his_phone(client_of_cadre, held, leader, log_in):
    assert client_of_cadre.get(reverse("home")).url == reverse("inspections:phone")
    other = log_in(leader)
    assert other.get(reverse("home")).url != reverse("inspections:phone")
    # a leader has his own entry, and an empty list while he holds nothing
    assert "我的督导" in other.get(reverse("account")).content.decode()
    assert "现在没有应督导的主体" in other.get(reverse("inspections:phone")).content.decode()


def test_a_leader_who_holds_businesses_visits_them_with_the_long_list(areas, leader, log_in):
    held = make_phone(
        areas=areas,
        user=leader,
        names=["示例乳业"],
        level="city",
        code="3799",
        category="production",
    )
    client = log_in(leader)
    assert "示例乳业" in client.get(reverse("inspections:phone")).content.decode()
    sheet = sheet_of(user=leader, bond=held["示例乳业"], on=timezone.localdate())
    assert sheet.checklist.level == "main"
    assert len(sheet.lines) >= 33


def test_a_village_s_sheet_has_16_items_under_four_headings(held, cadre):
    sheet = sheet_of(user=cadre, bond=held[SHOP], on=timezone.localdate())
    assert len(sheet.lines) == 16
    assert [heading for heading, _ in sheet.groups] == [
        "一、完善安全管理体系", "二、抓好常态化防控", "三、强化应急处置", "四、加强宣传和培训",
    ]  # fmt: skip
    assert [line.number for line in sheet.lines] == list(range(1, 17))
    assert [value for value, _ in sheet.lines[0].answers] == ["yes", "no"]
    assert any(len(line.answers) == 3 for line in sheet.lines)  # 不涉及 where the list allows it
    assert len(sheet.modes) == 6


def test_a_school_canteen_is_visited_on_site_only_and_the_page_says_why(
    areas, cadre, client_of_cadre
):
    held = make_phone(areas=areas, user=cadre, names=["示例小学食堂"], category="school_canteen")
    entity = held["示例小学食堂"].entity
    page = client_of_cadre.get(reverse("inspections:visit-make", args=[entity.pk])).content.decode()
    assert "只能现场督导" in page
    assert 'value="phone"' not in page


def test_last_time_and_repeats_are_in_view(held, cadre, client_of_cadre):
    visited(held[SHOP], cadre, wrong="T18")
    page = client_of_cadre.get(
        reverse("inspections:visit-make", args=[held[SHOP].entity_id])
    ).content.decode()
    assert "上次：否" in page
    assert "上次：是" in page
    assert "督导过 1 次" in page


def visited(bond, user, *, wrong):
    sheet = sheet_of(user=user, bond=bond, on=timezone.localdate())
    answers = {line.item.code: "yes" for line in sheet.lines} | {wrong: "no"}
    at = timezone.now()
    visit = Visit.objects.create(
        key=uuid.uuid4().hex, entity=bond.entity, area_id=bond.entity.area_id, cadre=bond.cadre,
        level="village", grade="D", checklist=sheet.checklist, answers=answers, checked=16, wrong=1,
        visited_on=timezone.localdate(), started_at=at, finished_at=at, made_by=user,
    )  # fmt: skip
    assert EntityRecord.objects.get(entity=bond.entity).visits == 1
    return visit


def test_a_business_that_was_handed_over_lately_may_still_be_opened(held, cadre, areas):
    bond = held[SHOP]
    on = timezone.localdate()
    Assignment.objects.filter(pk=bond.pk).update(
        to_on=on - datetime.timedelta(days=59), end_reason="handover"
    )
    assert may_open(user=cadre, entity_id=bond.entity_id, on=on) is not None
    assert (
        may_open(user=cadre, entity_id=bond.entity_id, on=on + datetime.timedelta(days=2)) is None
    )
    other = CadreFactory(area=bond.cadre.area, user=UserFactory())
    assert may_open(user=other.user, entity_id=bond.entity_id, on=on) is None


def form_of(client, bond):
    """The plain form as the page gives it, all items 是."""
    page = client.get(reverse("inspections:visit-make", args=[bond.entity_id]))
    sheet, key = page.context["sheet"], page.context["key"]
    told = {f"a-{line.item.code}": "yes" for line in sheet.lines}
    return told | {
        "key": key, "started_at": page.context["started_at"].isoformat(), "mode": "on_site",
        "contact": "孙老板", "kind": "visit",
    }  # fmt: skip


def test_the_plain_form_saves_the_visit_once(held, client_of_cadre):
    bond = held[SHOP]
    address = reverse("inspections:visit-make", args=[bond.entity_id])
    form = form_of(client_of_cadre, bond) | {
        "a-T18": "no",
        "p-T18": ["货架有过期食品"],
        "s-T18": "1",
    }
    for _ in range(2):
        photo = SimpleUploadedFile("IMG.jpg", picture(gps=True), "image/jpeg")
        told = client_of_cadre.post(address, form | {"f-T18": photo})
        assert told.status_code == 302
    visit = Visit.objects.get()
    assert (visit.wrong, visit.contact, visit.checked) == (1, "孙老板", 16)
    problem = visit.problems.get()
    assert (problem.title, problem.item_code) == ("货架有过期食品", "T18")
    assert Photo.objects.get().problem_id == problem.pk


def test_the_plain_form_fills_the_rest_and_says_what_is_missing(held, client_of_cadre):
    bond = held[SHOP]
    address = reverse("inspections:visit-make", args=[bond.entity_id])
    form = form_of(client_of_cadre, bond)
    few = {name: value for name, value in form.items() if not name.startswith("a-")}
    few |= {"a-T18": "no", "d-T18": "三袋面包"}
    told = client_of_cadre.post(address, few)
    assert told.status_code == 422
    assert "还有 15 项没填，从第 1 项起。" in told.content.decode()
    filled = client_of_cadre.post(address, few | {"rest": "1"})
    assert filled.status_code == 200
    assert [line.told["answer"] for line in filled.context["sheet"].lines].count("yes") == 15
    assert "三袋面包" in filled.content.decode()
    assert not Visit.objects.exists()


def test_a_suspension_needs_a_word_and_asks_for_no_answers(held, client_of_cadre):
    bond = held[SHOP]
    address = reverse("inspections:visit-make", args=[bond.entity_id])
    form = form_of(client_of_cadre, bond) | {"kind": "suspended"}
    told = client_of_cadre.post(address, form)
    assert "怎么知道停产停业的" in told.content.decode()
    client_of_cadre.post(address, form | {"suspended_note": "门上锁"})
    visit = Visit.objects.get()
    assert (visit.kind, visit.answers, visit.note) == ("suspended", {}, "门上锁")
    assert DueVisit.objects.get(entity=bond.entity).state == "excused"


def test_who_says_whose_session_it_is(held, cadre, client_of_cadre, client):
    told = client_of_cadre.get(
        reverse("inspections:phone-who"), headers={"accept": "application/json"}
    )
    assert told.json()["account"] == account_key(user=cadre)
    assert len(told.json()["csrf"]) >= 32
    gone = client.get(reverse("inspections:phone-who"), headers={"accept": "application/json"})
    assert gone.status_code == 401


def test_the_worker_lies_at_the_root_and_is_never_kept_by_the_browser(client):
    answer = client.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    told = json.loads(answer.content.decode().split("self.PHONE = ")[1].split(";\n")[0])
    assert told["pages"]["visit"] == "/visits/new/"
    for address in told["files"]:
        file = client.get(address)
        file.getvalue()  # a file that nobody reads stays open
        assert file.status_code == 200, address


def test_pages_of_the_phone_hold_no_inline_script_or_style(held, client_of_cadre):
    for name, args in (
        ("phone", []), ("phone-entities", []), ("visit-make", [held[SHOP].entity_id])
    ):  # fmt: skip
        page = client_of_cadre.get(reverse(f"inspections:{name}", args=args)).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " onclick" not in page


@time_machine.travel(datetime.datetime(2022, 11, 2, 4, tzinfo=datetime.UTC), tick=False)
def test_no_statement_more_for_more_answers(held, client_of_cadre, django_assert_max_num_queries):
    with django_assert_max_num_queries(17):
        client_of_cadre.get(reverse("inspections:visit-make", args=[held[SHOP].entity_id]))
