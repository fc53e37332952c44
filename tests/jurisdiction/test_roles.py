import pytest
from django.contrib.auth.models import Group

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.services import sync_roles
from jiamusi_foodsafety.jurisdiction.services.accounts import AccountError
from tests.factories import EntityFactory

pytestmark = pytest.mark.django_db


def test_migrate_makes_a_group_of_each_role_and_its_permissions():
    for role in roles.ALL:
        group = Group.objects.get(name=role)
        held = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
        assert held == roles.permissions_of(role), role


def test_every_permission_of_the_table_is_declared_by_a_model():
    assert set(sync_roles()) == set(roles.ALL)


def test_a_permission_that_nobody_declares_is_refused(monkeypatch):
    monkeypatch.setitem(roles.TABLE, "entities.fly", (roles.CADRE,))
    with pytest.raises(AccountError, match=r"entities\.fly"):
        sync_roles()


def test_sync_takes_away_what_the_table_does_not_give():
    group = Group.objects.get(name=roles.LEADER)
    extra = Group.objects.get(name=roles.CITY_ADMIN).permissions.get(codename="administer")
    group.permissions.add(extra)
    sync_roles()
    assert extra not in group.permissions.all()


# What ui.md's menu table promises, written by hand: the table in code must agree.
PROMISES = [
    ("entities.upload_ledger", {"city_admin", "city_officer", "county_officer", "outsider"}),
    ("entities.apply_ledger", {"city_admin", "city_officer", "county_officer", "outsider"}),
    ("entities.propose_screening", {"county_officer", "station_officer", "outsider"}),
    ("entities.approve_screening", {"city_admin", "county_officer", "outsider"}),
    ("entities.sample_screening", {"city_admin", "city_officer"}),
    (
        "entities.view_screening",
        {
            "city_admin",
            "city_officer",
            "county_officer",
            "station_officer",
            "supervision",
            "outsider",
        },
    ),
    (
        "jurisdiction.view_full_phone",
        {"city_admin", "county_officer", "station_officer", "outsider"},
    ),
    ("jurisdiction.administer", {"city_admin", "system_admin"}),
    ("jurisdiction.audit", {"city_admin", "auditor"}),
]
CAST = (
    "city_admin", "city_officer", "county_officer", "station_officer", "cadre", "leader",
    "supervision", "outsider", "system_admin", "auditor", "nobody",
)  # fmt: skip


@pytest.mark.parametrize(("permission", "holders"), PROMISES)
def test_who_may_do_what(request, permission, holders):
    having = {name for name in CAST if request.getfixturevalue(name).has_perm(permission)}
    assert having == holders


SCOPES = {
    "city_admin": {"own", "village", "sibling_town", "other_county"},
    "city_officer": {"own", "village", "sibling_town", "other_county"},
    "leader": {"own", "village", "sibling_town", "other_county"},
    "county_officer": {"own", "village", "sibling_town"},
    "supervision": {"own", "village", "sibling_town"},
    "station_officer": {"own", "village"},
    "outsider": {"other_county"},
    "cadre": set(),
    "system_admin": set(),
    "auditor": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("persona", SCOPES)
def test_everybody_sees_exactly_his_subtree(request, persona, areas):
    places = {
        "own": "379921001",
        "village": "379921001001",
        "sibling_town": "379921102",
        "other_county": "379902001",
        "other_city": "370101",
    }
    Area.objects.bulk_create(
        [
            Area(code="3701", name="别市", level="city"),
            Area(code="370101", name="别县", level="county", parent_id="3701"),
        ]
    )
    made = {EntityFactory(area_id=code).pk: place for place, code in places.items()}
    user = User.objects.get(pk=request.getfixturevalue(persona).pk)
    assert {made[e.pk] for e in Entity.objects.visible_to(user)} == SCOPES[persona]
    codes = set(Area.objects.visible_to(user).values_list("code", flat=True))
    assert {place for place, code in places.items() if code in codes} == SCOPES[persona]


def test_a_superuser_sees_everything_and_a_disabled_account_nothing(areas):
    EntityFactory(area_id="379921001")
    boss = User.objects.create_superuser("boss")
    assert Entity.objects.visible_to(boss).count() == 1
    boss.is_active = False
    assert Entity.objects.visible_to(boss).count() == 0


def test_a_right_slipped_to_one_account_counts_nothing(leader):
    group = Group.objects.get(name=roles.CITY_ADMIN)
    leader.user_permissions.set(group.permissions.all())
    found = User.objects.get(pk=leader.pk)
    assert found.get_all_permissions() == set(roles.permissions_of(roles.LEADER))
