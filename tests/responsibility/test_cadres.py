"""Cadres: where they stand, the list, the page of one, the form, accounts, phones, the file."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord, User
from responsibility.models import Assignment, Cadre, CadreLoad, Change, Pledge
from responsibility.queries.todo import todo
from responsibility.rules.cadres import place_problem, shares, spread
from responsibility.services.cadres import CadreConflict, cadre_update, cadres_leave
from tests.factories import EntityFactory, UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

TODAY = datetime.date(2022, 11, 2)
LIST = "responsibility:cadre-list"


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "code", "has_children", "is_right"),
    [
        ("city", "3799", True, True),
        ("city", "379921", True, False),
        ("county", "379921", True, True),
        ("county", "379921001", True, False),
        ("township", "379921001", True, True),
        ("township", "379921001", False, True),
        ("township", "379921", True, False),  # a county unit with towns
        ("township", "379971", False, True),  # 高新区 has none
        ("township", "379921001001", False, False),
        ("village", "379921001001", False, True),
        ("village", "379921001", True, True),  # he answers for the whole town
        ("village", "379921001", False, True),  # a farm without villages
        ("village", "379921", True, False),
        ("village", "379971", False, True),
        ("village", "3799", True, False),
    ],
)
def test_each_level_stands_at_its_own_kind_of_area(level, code, has_children, is_right):
    assert (place_problem(level, code, has_children=has_children) == "") is is_right


def test_the_least_loaded_takes_next():
    assert shares({1: 5, 2: 3, 3: 3}, 5) == {1: 1, 2: 2, 3: 2}
    assert shares({}, 3) == {}


def test_neighbours_stay_together_and_nobody_takes_what_he_may_not():
    both, one = frozenset({1, 2}), frozenset({2})
    items = [(10, both), (11, both), (12, both), (13, one), (14, frozenset())]
    found = spread(items, {1: 0, 2: 0})
    assert found == {10: 1, 11: 1, 12: 2, 13: 2, 14: None}


# --- the list ------------------------------------------------------------------------------------


@pytest.fixture
def people(areas):
    """One cadre a quick view, all in the near county."""
    busy = CadreFactory(area=areas[VILLAGE], name="忙人", phone="13800000001")
    for _ in range(31):
        AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=busy)
    signed = CadreFactory(area=areas[TOWN], level="township", name="已签人", post="副镇长")
    Pledge.objects.create(
        cadre=signed, area=areas[TOWN], number="1", level="township", name="已签人", state="signed",
        signed_on=TODAY,
    )  # fmt: skip
    gone = CadreFactory(area=areas[OTHER_TOWN], level="township", name="走了", left=True)
    known = CadreFactory(area=areas[COUNTY], level="county", name="有号人", user=UserFactory())
    return {"busy": busy, "signed": signed, "gone": gone, "known": known}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"忙人", "已签人", "有号人"}),
        ("view=in_post", {"忙人", "已签人", "有号人"}),
        ("view=left", {"走了"}),
        ("view=no_account", {"忙人", "已签人"}),
        ("view=over", {"忙人"}),
        ("over=1", {"忙人"}),
        ("view=unsigned", {"忙人", "有号人"}),
        ("level=township", {"已签人"}),
        (f"area={TOWN}", {"忙人", "已签人"}),
        ("q=副镇", {"已签人"}),
        ("q=没有这人", set()),
        ("view=nonsense", set()),
        ("level=nonsense", set()),
    ],
)
def test_the_list_is_narrowed_by_each_condition(log_in, county_officer, people, query, names):
    response = log_in(county_officer).get(f"{reverse(LIST)}?{query}")
    assert {cadre.name for cadre in response.context["page"].rows} == names
    if "nonsense" not in query:
        assert response.context["count"] == len(names)


@pytest.mark.django_db
def test_the_list_masks_phones_and_shows_load_and_cap(log_in, county_officer, people):
    text = log_in(county_officer).get(reverse(LIST)).content.decode()
    assert "13800000001" not in text
    assert "138****0001" in text
    assert "超载" in text


@pytest.mark.django_db
def test_pages_go_by_key(log_in, county_officer, areas):
    Cadre.objects.bulk_create(
        CadreFactory.build(area_id=VILLAGE if n % 2 else TOWN, name=f"人{n}", level="village" if n % 2 else "township", phone=f"139{n:08d}")
        for n in range(120)
    )  # fmt: skip
    client, address, seen = log_in(county_officer), reverse(LIST), []
    while address:
        response = client.get(address)
        seen += [cadre.pk for cadre in response.context["page"].rows]
        last, address = (
            response,
            response.context["next_url"] and reverse(LIST) + response.context["next_url"],
        )
    assert len(seen) == len(set(seen)) == 120
    back = client.get(reverse(LIST) + last.context["previous_url"])
    assert [cadre.pk for cadre in back.context["page"].rows] == seen[50:100]


# --- the page of one -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_whom_he_holds(log_in, county_officer, people):
    busy = people["busy"]
    response = log_in(county_officer).get(reverse("responsibility:cadre-detail", args=[busy.pk]))
    text = response.content.decode()
    assert response.context["figures"]["grade_D"] == 31
    assert Assignment.objects.filter(cadre=busy).first().entity.name in text
    assert "13800000001" not in text


@pytest.mark.django_db
def test_each_look_at_a_whole_number_is_recorded(log_in, county_officer, city_officer, people):
    address = reverse("responsibility:cadre-phone", args=[people["busy"].pk])
    response = log_in(county_officer).post(address, headers={"HX-Request": "true"})
    assert "13800000001" in response.content.decode()
    record = AuditRecord.objects.get(action="reveal")
    assert (record.object_type, record.object_id) == ("cadre", str(people["busy"].pk))
    assert log_in(city_officer).post(address).status_code == 403


# --- the form ------------------------------------------------------------------------------------

FORM = {
    "name": "赵 六", "post": "村委会主任", "unit": "东关社区", "level": "village", "area": VILLAGE,
    "phone": "13912345678", "in_post_from": "2022-01-01", "in_post_to": "", "leave_reason": "",
    "liaison_unit": "", "liaison_name": "", "liaison_phone": "", "note": "",
}  # fmt: skip


@pytest.mark.django_db
def test_a_new_cadre_stands_in_the_change_ledger(log_in, county_officer, areas):
    log_in(county_officer).post(reverse("responsibility:cadre-create"), FORM)
    cadre = Cadre.objects.get()
    assert (cadre.name, cadre.area_id, cadre.is_in_post) == ("赵六", VILLAGE, True)
    change = Change.objects.get()
    assert (change.kind, change.cadre, change.recorded_by) == ("cadre_new", cadre, county_officer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"level": "township"}, "area"),
        ({"area": COUNTY}, "area"),  # the county has towns
        ({"area": "379902001"}, "area"),  # another county
        ({"phone": "123"}, "phone"),
        ({"phone": "13912345678、13812345678"}, "phone"),
        ({"in_post_to": "2021-01-01"}, "in_post_to"),
        ({"leave_reason": "transfer"}, "in_post_to"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_right_is_refused(log_in, county_officer, areas, more, field):
    response = log_in(county_officer).post(reverse("responsibility:cadre-create"), FORM | more)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Cadre.objects.exists()


@pytest.mark.django_db
def test_the_same_person_twice_is_refused_with_a_sentence(log_in, county_officer, areas):
    client = log_in(county_officer)
    client.post(reverse("responsibility:cadre-create"), FORM)
    response = client.post(reverse("responsibility:cadre-create"), FORM)
    assert "这里已有同名同层级同电话的在岗干部" in response.content.decode()
    assert Cadre.objects.count() == 1


@pytest.mark.django_db
def test_a_village_cadre_stands_at_a_town_without_villages(log_in, county_officer, areas):
    Area.objects.filter(parent=TOWN).update(is_active=False)
    log_in(county_officer).post(reverse("responsibility:cadre-create"), FORM | {"area": TOWN})
    assert Cadre.objects.get().area_id == TOWN


@pytest.mark.django_db
def test_two_people_at_one_cadre(log_in, county_officer, city_admin, areas):
    cadre = CadreFactory(area=areas[VILLAGE], name="赵六", phone="13912345678")
    form = FORM | {"phone": "139****5678", "revision": cadre.revision, "in_post_from": ""}
    address = reverse("responsibility:cadre-update", args=[cadre.pk])
    assert log_in(city_admin).post(address, form | {"post": "书记"}).status_code == 302
    late = log_in(county_officer).post(address, form | {"post": "主任"})
    text = late.content.decode()
    assert late.status_code == 409
    assert city_admin.get_full_name() in text
    assert "书记" in text
    cadre.refresh_from_db()
    # what came back masked is unchanged
    assert (cadre.post, cadre.phone) == ("书记", "13912345678")
    with pytest.raises(CadreConflict):
        cadre_update(
            actor=county_officer, cadre=cadre, revision=1, changes={"note": "x"}, on=TODAY,
            at=timezone.now(),
        )  # fmt: skip


@pytest.mark.django_db
def test_another_post_and_leaving_are_changes(log_in, county_officer, areas):
    cadre = CadreFactory(
        area=areas[VILLAGE], user=UserFactory(role=roles.CADRE, area=areas[VILLAGE])
    )
    AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=cadre)
    cadre.refresh_from_db()

    def change(**changes):
        cadre_update(
            actor=county_officer, cadre=cadre, revision=cadre.revision, changes=changes, on=TODAY,
            at=timezone.now(),
        )  # fmt: skip
        cadre.refresh_from_db()

    change(post="书记")
    change(note="只是备注")
    change(in_post_to=TODAY, leave_reason="retirement")
    assert not cadre.is_in_post
    assert Assignment.objects.get().standing == "pending"
    assert not User.objects.get(pk=cadre.user_id).is_active
    change(in_post_to=None)
    found = list(Change.objects.order_by("pk").values_list("kind", "after"))
    assert [kind for kind, _ in found] == ["cadre_post", "cadre_left", "cadre_back"]
    assert found[1][1] == "退休，2022-11-02 起"
    left = Change.objects.get(kind="cadre_left")
    assert left.adjust_due_on is not None
    assert cadre.leave_reason == ""


@pytest.mark.django_db
def test_who_is_moved_to_another_area_leaves_a_to_do_with_its_clocks(log_in, county_officer, areas):
    cadre = CadreFactory(area=areas[VILLAGE])
    AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=cadre)
    cadre.refresh_from_db()
    cadre_update(
        actor=county_officer, cadre=cadre, revision=cadre.revision,
        changes={"area": areas["379921001002"]}, on=TODAY, at=timezone.now(),
    )  # fmt: skip
    change = Change.objects.get()
    assert (change.kind, change.adjust_due_on) == ("cadre_post", datetime.date(2022, 12, 2))
    owed = {line["label"]: line["count"] for line in todo(user=county_officer)}
    assert owed["干部、主体变更后待调整包保"] == owed["层级或属地不符的包保"] == 1
    address = reverse("responsibility:cadre-detail", args=[cadre.pk])
    page = log_in(county_officer).get(address).content.decode()
    assert "名下 1 家层级或属地不符" in page
    assert "属地不符" in page.replace("层级或属地不符", "")


@pytest.mark.django_db
def test_the_calendar_lets_cadres_go_on_their_day(areas):
    due = CadreFactory(area=areas[VILLAGE], in_post_to=TODAY, leave_reason="election")
    later = CadreFactory(area=areas[VILLAGE], in_post_to=TODAY + datetime.timedelta(days=1))
    AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=due)
    assert cadres_leave(on=TODAY, at=timezone.now()) == 1
    assert cadres_leave(on=TODAY, at=timezone.now()) == 0
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.is_in_post, later.is_in_post) == (False, True)
    assert Change.objects.get().adjust_due_on is not None
    # what waits for another still counts as his
    assert CadreLoad.objects.get(cadre=due).total == 1


# --- accounts ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_account_is_made_with_a_password_shown_once(log_in, county_officer, areas, client):
    cadre = CadreFactory(area=areas[VILLAGE])
    address = reverse("responsibility:cadre-account", args=[cadre.pk])
    response = log_in(county_officer).post(address, {"act": "create", "username": "zhaoliu"})
    made = response.context["made"]
    cadre.refresh_from_db()
    assert cadre.user.username == "zhaoliu"
    assert cadre.user.check_password(made.password)
    assert list(cadre.user.groups.values_list("name", flat=True)) == [roles.CADRE]
    again = log_in(county_officer).post(address, {"act": "create"}, follow=True)
    assert "已有账号" in again.content.decode()


@pytest.mark.django_db
def test_an_account_is_joined_and_parted(log_in, county_officer, areas):
    cadre = CadreFactory(area=areas[VILLAGE])
    address = reverse("responsibility:cadre-account", args=[cadre.pk])
    UserFactory(username="near", role=roles.CADRE, area=areas[VILLAGE])
    UserFactory(username="far", role=roles.CADRE, area=areas[OTHER_COUNTY])
    client = log_in(county_officer)
    refused = client.post(address, {"act": "link", "username": "far"}, follow=True)
    assert "本属地没有在用的账号" in refused.content.decode()
    client.post(address, {"act": "link", "username": "near"})
    cadre.refresh_from_db()
    assert cadre.user.username == "near"
    other = CadreFactory(area=areas[VILLAGE])
    taken = client.post(
        reverse("responsibility:cadre-account", args=[other.pk]),
        {"act": "link", "username": "near"}, follow=True,
    )  # fmt: skip
    assert "已是另一位干部的" in taken.content.decode()
    client.post(address, {"act": "unlink"})
    cadre.refresh_from_db()
    assert cadre.user is None


@pytest.mark.django_db
def test_accounts_for_a_list_come_as_a_file(log_in, county_officer, areas, people):
    far = CadreFactory(area=areas[OTHER_COUNTY], level="county")
    response = log_in(county_officer).post(
        reverse("responsibility:cadre-accounts"),
        {"pk": [cadre.pk for cadre in (*people.values(), far)]},
    )
    page = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == {"忙人", "已签人"}
    for row in rows:
        assert User.objects.get(username=row[3]).check_password(row[4])
    far.refresh_from_db()
    assert far.user is None


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_file_masks_phones_for_who_may_not_see_them(
    log_in, county_officer, city_officer, people
):
    def cells(person):
        response = log_in(person).get(reverse("responsibility:cadre-export"))
        page = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
        return {value for row in page.iter_rows(values_only=True) for value in row}

    assert "13800000001" in cells(county_officer)
    shown = cells(city_officer)
    assert "13800000001" not in shown
    assert {"138****0001", "脱敏电话"} <= shown
    assert AuditRecord.objects.filter(action="export", object_type="cadre").count() == 2


@pytest.mark.django_db
def test_a_city_cadre_is_entered_by_the_city(log_in, city_admin, areas):
    client = log_in(city_admin)
    page = client.get(reverse("responsibility:cadre-create"))
    assert areas[COUNTY] in page.context["counties"]
    client.post(reverse("responsibility:cadre-create"), FORM | {"level": "city", "area": CITY})
    assert Cadre.objects.get().area_id == CITY
