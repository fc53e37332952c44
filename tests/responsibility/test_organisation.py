"""组织机构: terms that begin and end, any day, and 督导组 whose accounts follow their counties."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Body, Document, Membership, TeamCounty
from responsibility.queries.organisation import organisation_page
from responsibility.rules.organisation import Piece, Term, allotment_lines, change_lines
from responsibility.services.organisation import (
    OrganisationChanged,
    OrganisationError,
    member_add,
    member_end,
    member_replace,
    teams_allot,
)
from responsibility.services.seeds_organisation import load
from tests.factories import UserFactory
from tests.responsibility.makers import (
    make_action,
    make_body,
    make_document,
    make_member,
    make_team,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2022, 11, 2)
EAST, WEST, SOUTH = "379921", "379902", "379981"


def day(month, number):
    return datetime.date(2022, month, number)


def fresh(user):
    """The account as the next request loads it."""
    return type(user).objects.get(pk=user.pk)


# --- rules ------------------------------------------------------------------------------------------


def term(key, name, begun, **more):
    return Term(key=key, body="领导小组", role="成员", name=name, from_on=begun, **more)


def test_a_successor_is_one_line_and_an_ended_term_without_one_another():
    lines = change_lines(
        [
            term(1, "王德林", day(10, 8), to_on=day(10, 26), end_note="调任"),
            term(2, "韩雪", day(10, 26), follows=1),
            term(3, "李四", day(10, 8), to_on=day(10, 30)),
        ],
        {"领导小组": day(10, 8)},
    )
    assert [(line.on, line.text) for line in lines] == [
        (day(10, 30), "领导小组成员 李四 不再担任"),
        (day(10, 26), "领导小组成员 王德林 → 韩雪（调任）"),
        (day(10, 8), "领导小组成立，共 2 人次任职"),
    ]


def test_several_who_come_later_on_one_day_are_one_line():
    lines = change_lines([term(1, "甲", day(10, 9)), term(2, "乙", day(10, 9))])
    assert [line.text for line in lines] == ["领导小组 增加 2 人"]


def test_a_county_that_changes_hands_is_one_line():
    begun, later = day(10, 8), day(10, 20)
    pieces = [
        Piece("富锦市", "第一督导组", begun, later), Piece("富锦市", "第二督导组", later),
        Piece("郊区", "第一督导组", begun, later),
    ]  # fmt: skip
    lines = allotment_lines(pieces, {"第一督导组": begun, "第二督导组": begun})
    assert [line.text for line in lines] == [
        "富锦市 第一督导组 → 第二督导组",
        "郊区 不再由第一督导组分管",
    ]


# --- members ----------------------------------------------------------------------------------------


@pytest.fixture
def city(areas):
    return areas["3799"]


def successor(**more):
    return {"name": "韩雪", "unit": "东山县政府", "post": "副县长", "note": ""} | more


def test_a_replaced_member_keeps_his_row_and_each_day_shows_who_was_in(city, city_officer):
    member = make_member(area=city, name="王德林")
    new = member_replace(
        actor=city_officer, member=member, on=day(10, 26), note="调任", values=successor(), today=TODAY
    )  # fmt: skip
    member.refresh_from_db()
    assert (member.to_on, member.end_note, new.predecessor_id) == (day(10, 26), "调任", member.pk)
    shown = {}
    for on in (day(10, 7), day(10, 25), day(10, 26)):
        page = organisation_page(user=city_officer, on=on, today=TODAY)
        shown[on] = [one.name for card in page.leading for one in card.members]
    assert list(shown.values()) == [[], ["王德林"], ["韩雪"]]


def test_of_two_who_change_one_member_the_second_is_told(city, city_officer, city_admin):
    member = make_member(area=city)
    stale = Membership.objects.get(pk=member.pk)
    member_end(actor=city_officer, member=member, on=TODAY, note="退休", today=TODAY)
    with pytest.raises(OrganisationChanged, match="刚被别人调整过"):
        member_replace(
            actor=city_admin, member=stale, on=TODAY, note="调任", values=successor(), today=TODAY
        )
    assert Membership.objects.count() == 1


def test_a_member_is_not_added_twice_nor_from_a_day_ahead(city, city_officer):
    body = make_body(area=city)
    values = successor(role="member", from_on=TODAY)
    member_add(actor=city_officer, body=body, values=values, today=TODAY)
    with pytest.raises(OrganisationError, match="已在"):
        member_add(actor=city_officer, body=body, values=values, today=TODAY)
    ahead = successor(role="head", from_on=day(11, 3))
    with pytest.raises(OrganisationError, match="不能晚于今天"):
        member_add(actor=city_officer, body=body, values=ahead, today=TODAY)


def test_a_slip_is_put_right_and_an_account_linked_without_a_new_term(
    areas, teams, city_officer, log_in
):
    user = UserFactory(role=roles.SUPERVISION, allotted=[areas[WEST]])
    member = make_member(body=teams[0], name="刘志墙", phone="13812345678")
    browser = log_in(city_officer)
    address = reverse("responsibility:body-member-update", args=[member.pk])
    form = browser.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert sent["phone"] == "138****5678"
    sent |= {"name": "刘志强", "user": user.username}
    assert browser.post(address, sent).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.phone, member.user) == ("刘志强", "13812345678", user)
    assert area_scope(fresh(user)).prefixes == (EAST,)
    late = browser.post(address, sent | {"name": "别人"})
    assert late.status_code == 422
    assert "刚被别人调整过" in late.content.decode()


# --- teams ------------------------------------------------------------------------------------------


@pytest.fixture
def teams(areas):
    first = make_team(area=areas["3799"], counties=[areas[EAST]], name="第一督导组")
    second = make_team(area=areas["3799"], counties=[areas[SOUTH]], name="第二督导组")
    return first, second


def allot(actor, teams, wanted, **more):
    first, second = teams
    values = {
        "seen": {EAST: first.pk, SOUTH: second.pk}, "on": TODAY, "today": TODAY, "area": "3799",
    } | more  # fmt: skip
    return teams_allot(actor=actor, wanted=wanted, **values)


def test_accounts_follow_when_the_counties_of_their_team_change(areas, teams, city_officer):
    first, second = teams
    one = UserFactory(role=roles.SUPERVISION, allotted=[areas[EAST]])
    two = UserFactory(role=roles.SUPERVISION, allotted=[areas[SOUTH]])
    clerk = UserFactory(role=roles.CITY_OFFICER, area=areas["3799"])
    for team, user in ((first, one), (second, two), (second, clerk)):
        make_member(body=team, name=user.name, user=user)
    counts = allot(city_officer, teams, {EAST: second.pk, SOUTH: second.pk, WEST: first.pk})
    assert counts == {"counties": 2, "accounts": 2}
    assert area_scope(fresh(one)).prefixes == (WEST,)
    assert area_scope(fresh(two)).prefixes == (EAST, SOUTH)
    assert not clerk.counties.exists()
    ended = TeamCounty.objects.get(county=EAST, body=first)
    assert (ended.to_on, TeamCounty.objects.get(county=EAST, body=second).from_on) == (TODAY, TODAY)
    told = AuditRecord.objects.filter(action="permission", object_id=str(one.pk)).get()
    assert told.detail["after"] == {"counties": [WEST]}


def test_what_a_team_s_account_may_open_changes_with_the_next_request(
    areas, teams, city_officer, log_in
):
    first, second = teams
    user = UserFactory(role=roles.SUPERVISION, allotted=[areas[EAST]])
    make_member(body=first, user=user)
    browser, address = log_in(user), reverse("reports:area-dashboard", args=[EAST])
    assert browser.get(address).status_code == 200
    allot(city_officer, teams, {EAST: second.pk})
    assert browser.get(address).status_code == 404


def test_a_new_member_gets_his_team_s_counties_and_a_leaving_one_loses_them(
    areas, teams, city_officer
):
    user = UserFactory(role=roles.SUPERVISION)
    values = successor(role="member", from_on=TODAY, user=user)
    member = member_add(actor=city_officer, body=teams[0], values=values, today=TODAY)
    assert area_scope(fresh(user)).prefixes == (EAST,)
    member_end(actor=city_officer, member=member, on=TODAY, note="调回", today=TODAY)
    assert area_scope(fresh(user)).prefixes == ()


def test_of_two_who_allot_at_once_the_second_is_told_and_nothing_is_half_done(teams, city_officer):
    first, second = teams
    allot(city_officer, teams, {EAST: second.pk})
    with pytest.raises(OrganisationChanged, match="刚被别人调整过"):
        allot(city_officer, teams, {SOUTH: first.pk})
    assert TeamCounty.objects.filter(to_on=None, body=second).count() == 2


def test_a_county_s_clerk_cannot_allot_what_lies_outside_his_area(teams, county_officer):
    with pytest.raises(OrganisationError, match="属地范围"):
        allot(county_officer, teams, {SOUTH: teams[0].pk})
    assert TeamCounty.objects.filter(to_on=None, county=SOUTH, body=teams[1]).exists()


def test_a_failure_while_the_accounts_follow_takes_the_allotment_back(areas, teams, city_officer):
    """One transaction: the actor's own account is refused, so no county moves either."""
    me = UserFactory(role=roles.SUPERVISION, allotted=[areas[EAST], areas[SOUTH]])
    make_member(body=teams[0], user=me)
    with pytest.raises(Exception, match="不能调整自己"):
        allot(me, teams, {EAST: teams[1].pk})
    assert TeamCounty.objects.get(county=EAST).to_on is None


# --- pages ------------------------------------------------------------------------------------------


def test_the_form_moves_a_county(areas, teams, city_officer, log_in):
    browser, address = log_in(city_officer), reverse("responsibility:body-allot")
    form = browser.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"on": "2022-11-02", f"team-{WEST}": teams[0].pk}
    assert browser.post(address, sent).status_code == 302
    assert TeamCounty.objects.get(county=WEST).body == teams[0]
    again = browser.post(address, sent | {f"team-{WEST}": teams[1].pk})
    assert again.status_code == 409
    assert "刚被别人调整过" in again.content.decode()


def test_the_pages_add_replace_and_end_members(city, city_officer, log_in):
    body, browser = make_body(area=city), log_in(city_officer)
    add = reverse("responsibility:body-member-add", args=[body.pk])
    person = {"name": "郑海峰", "unit": "市政府", "post": "副市长"}
    assert browser.post(add, person | {"role": "head", "from_on": "2022-10-08"}).status_code == 302
    member = Membership.objects.get()
    change = reverse("responsibility:body-member-change", args=[member.pk])
    bad = browser.post(change, {"act": "replace", "on": "2022-10-20", "end_note": "调任"})
    assert bad.status_code == 422
    form = {
        "act": "replace",
        "on": "2022-10-20",
        "end_note": "调任",
        "name": "某某",
        "unit": "市政府",
    }
    assert browser.post(change, form).status_code == 302
    assert browser.post(change, form).status_code == 422
    assert sorted(Membership.objects.values_list("name", "to_on")) == [
        ("某某", None),
        ("郑海峰", day(10, 20)),
    ]
    page = browser.get(reverse("responsibility:organisation"), {"on": "2022-10-10"})
    assert "郑海峰" in page.content.decode()
    assert "某某" not in page.content.decode().split("变动记录")[0]
    assert browser.get(reverse("responsibility:body-change-list")).status_code == 200


def test_an_account_outside_the_area_is_not_taken(areas, city_officer, log_in, outsider):
    body = make_body(area=areas[EAST])
    add = reverse("responsibility:body-member-add", args=[body.pk])
    form = {"name": "某某", "unit": "县", "role": "member", "from_on": "2022-10-08",
            "user": outsider.username}  # fmt: skip
    response = log_in(city_officer).post(add, form)
    assert response.status_code == 422
    assert not Membership.objects.exists()


def test_a_body_is_made_and_changed_by_hand(city, city_officer, log_in):
    browser, paper = log_in(city_officer), make_document(area=city)
    form = {"kind": "task_force", "name": "工作专班", "order": 20, "basis": paper.pk}
    assert browser.post(reverse("responsibility:body-create"), form).status_code == 302
    body = Body.objects.get()
    assert (body.area, body.basis) == (city, paper)
    edit = reverse("responsibility:body-update", args=[body.pk])
    assert browser.post(edit, form | {"name": "专班", "duty": "日常"}).status_code == 302
    assert Body.objects.get().name == "专班"


def test_the_page_costs_the_same_for_one_county_and_for_three(areas, city_officer, log_in):
    browser, address, counts = log_in(city_officer), reverse("responsibility:organisation"), []
    for number, code in enumerate((EAST, WEST, SOUTH)):
        team = make_team(area=areas["3799"], counties=[areas[code]], name=f"第{number}组")
        make_member(body=team, name=f"组员{number}")
        make_action(area=areas[code], body=team)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1] <= 25, counts


# --- seeds ------------------------------------------------------------------------------------------


def test_seeds_make_no_number_up_and_keep_what_staff_edited(areas):
    call_command("load_responsibility_fixtures", verbosity=0)
    numbers = set(Document.objects.exclude(document_no="").values_list("document_no", flat=True))
    assert numbers == {"国家市场监督管理总局令第60号"}
    kinds = sorted(Body.objects.values_list("kind", flat=True))
    assert kinds == sorted(
        ["leading_group", "task_force", *["special_group"] * 4, *["supervision_team"] * 3]
    )
    assert set(Body.objects.values_list("is_example", flat=True)) == {True}
    before = Document.objects.count(), Membership.objects.count()
    Body.objects.filter(kind="leading_group").update(name="本市领导小组")
    load()
    assert (Document.objects.count(), Membership.objects.count()) == before
    assert Body.objects.filter(name="本市领导小组").exists()
