import datetime
import io
import re

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction import roles, services
from jiamusi_foodsafety.jurisdiction.models import ApiToken, AuditRecord, User
from jiamusi_foodsafety.jurisdiction.services.accounts import AccountError, random_password
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def create(*args, stdin=None, monkeypatch=None):
    out = io.StringIO()
    if stdin is not None:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    call_command("create_staff", *args, stdout=out)
    return out.getvalue()


def test_a_new_account_has_role_area_and_a_password_shown_once(areas):
    out = create(
        "--username",
        "dongshan",
        "--area",
        "379921",
        "--role",
        roles.COUNTY_OFFICER,
        "--name",
        "张三",
    )
    user = User.objects.get(username="dongshan")
    password = re.search(r"初始密码 (\S+)", out).group(1)
    assert user.check_password(password)
    assert user.must_change_password
    assert (user.area_id, user.groups.get().name, user.name) == (
        "379921",
        roles.COUNTY_OFFICER,
        "张三",
    )
    record = AuditRecord.objects.get(action="account")
    assert record.detail["roles"] == [roles.COUNTY_OFFICER]
    assert password not in str(record.detail)


def test_the_password_can_come_from_standard_input(areas, monkeypatch):
    out = create(
        "--username", "demo", "--area", "3799", "--role", roles.LEADER, "--password-stdin", "--keep-password",
        stdin=PASSWORD + "\n", monkeypatch=monkeypatch,
    )  # fmt: skip
    user = User.objects.get(username="demo")
    assert user.check_password(PASSWORD)
    assert not user.must_change_password
    assert PASSWORD not in out


def test_station_and_supervision_accounts_have_their_own_kinds_of_place(station):
    create("--username", "s1", "--role", roles.STATION_OFFICER, "--station", station.name)
    create("--username", "d1", "--role", roles.SUPERVISION, "--area", "379921,379902")
    assert User.objects.get(username="s1").station == station
    counties = User.objects.get(username="d1").counties
    assert set(counties.values_list("code", flat=True)) == {"379921", "379902"}


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--area", "999999", "--role", roles.LEADER], "没有区划 999999"),
        (["--role", roles.LEADER], "须给一个区划代码"),
        (["--role", roles.STATION_OFFICER], "须给 --station"),
        (["--role", roles.STATION_OFFICER, "--station", "没有的所"], "没有找到"),
        (["--role", roles.SUPERVISION], "督导组须选"),
        (["--area", "3799", "--role", "厅长"], "invalid choice|无效|厅长"),
    ],
)
def test_an_account_without_its_place_is_refused(areas, args, why):
    with pytest.raises(CommandError, match=why):
        create("--username", "x", *args)
    assert not User.objects.filter(username="x").exists()


def test_a_name_taken_in_another_letter_case_is_refused(county_officer):
    with pytest.raises(CommandError, match="已经有了"):
        create("--username", "COUNTY_officer", "--area", "3799", "--role", roles.LEADER)


def test_a_weak_password_is_refused(areas, monkeypatch):
    with pytest.raises(CommandError, match="至少"):
        create(
            "--username", "weak", "--area", "3799", "--role", roles.LEADER, "--password-stdin",
            stdin="short\n", monkeypatch=monkeypatch,
        )  # fmt: skip


def test_made_up_passwords_meet_the_rules_and_differ():
    words = {random_password() for _ in range(50)}
    assert len(words) == 50
    assert not any(set(word) & set("0O1lI") for word in words)


def change(actor, user, role, area=None, **rest):
    return services.account_change(actor=actor, user=user, role=role, area=area, **rest)


def test_a_change_of_role_is_told_with_before_and_after(areas, city_admin, county_officer):
    change(city_admin, county_officer, roles.LEADER, areas["379902"])
    record = AuditRecord.objects.get(action="permission")
    assert record.detail["before"]["roles"] == [roles.COUNTY_OFFICER]
    assert record.detail["after"]["area"] == "379902"


def test_nobody_changes_his_own_rights(areas, city_admin):
    with pytest.raises(AccountError, match="不能修改自己"):
        change(city_admin, city_admin, roles.CITY_ADMIN, areas["379921"])


def test_nobody_gives_or_takes_a_right_that_he_lacks(areas, system_admin, auditor, county_officer):
    for user, role in (
        (county_officer, roles.CITY_ADMIN),
        (county_officer, roles.AUDITOR),
        (auditor, roles.LEADER),
    ):
        with pytest.raises(AccountError, match="不能授予或收回"):
            change(system_admin, user, role, areas["3799"])
    assert change(system_admin, county_officer, roles.SYSTEM_ADMIN, areas["3799"])


def test_a_superusers_account_is_out_of_reach(areas, city_admin):
    boss = User.objects.create_superuser("boss")
    with pytest.raises(AccountError, match="超级管理员"):
        change(city_admin, boss, roles.LEADER, areas["3799"])


def test_the_account_page_says_who_one_is(request, log_in):
    for name, words in {
        "station_officer": ["监管所人员", "东山县 城关市场监督管理所"],
        "supervision": ["督导组", "东山县"],
        "leader": ["领导(只读)", "示例市"],
    }.items():
        page = log_in(request.getfixturevalue(name)).get(reverse("account")).content.decode()
        assert all(word in page for word in words)


def test_a_key_is_shown_once_works_and_can_be_stopped(county_officer, log_in, client):
    browser = log_in(county_officer)
    page = browser.post(reverse("api-key-create"), {"label": "对接办公系统"}).content.decode()
    key = re.search(r'<code class="code">([\w-]{40,})</code>', page).group(1)
    assert key not in browser.get(reverse("account")).content.decode()
    token = ApiToken.objects.get()
    assert key not in (token.digest, token.label)
    assert who(key) == county_officer
    browser.post(reverse("api-key-revoke", args=[token.pk]))
    assert who(key) is None
    assert [
        r.detail["act"] for r in AuditRecord.objects.filter(action="api_key").order_by("pk")
    ] == ["add", "revoke"]


def who(key, address="127.0.0.1"):
    from rest_framework.exceptions import AuthenticationFailed
    from rest_framework.test import APIRequestFactory

    from jiamusi_foodsafety.jurisdiction.authentication import TokenAuthentication

    request = APIRequestFactory().get(
        "/api/v1/", HTTP_AUTHORIZATION=f"Token {key}", REMOTE_ADDR=address
    )
    try:
        return TokenAuthentication().authenticate(request)[0]
    except AuthenticationFailed:
        return None


@pytest.fixture
def key(county_officer):
    return services.api_key_create(user=county_officer, label="x", at=timezone.now())[1]


def test_a_key_dies_with_its_account_role_or_year(county_officer, key):
    assert who(key) == county_officer
    with time_machine.travel(timezone.now() + datetime.timedelta(days=366)):
        assert who(key) is None
    county_officer.groups.clear()
    assert who(key) is None
    county_officer.groups.set(roles_of(roles.COUNTY_OFFICER))
    User.objects.filter(pk=county_officer.pk).update(is_active=False)
    assert who(key) is None


def roles_of(name):
    from django.contrib.auth.models import Group

    return Group.objects.filter(name=name)


def test_a_password_given_by_an_administrator_stops_the_keys(city_admin, county_officer, key):
    services.password_set(
        user=county_officer,
        actor=city_admin,
        password="Quite-Another-9",
        at=timezone.now(),
        must_change=True,
    )
    assert who(key) is None


def test_wrong_keys_are_limited_by_address(key):
    from rest_framework.exceptions import Throttled

    for number in range(20):
        assert who(f"wrong{number}") is None
    with pytest.raises(Throttled):
        who(key)
    assert who(key, address="10.9.9.9") is not None


def test_an_account_has_five_keys_at_most(county_officer):
    for number in range(5):
        services.api_key_create(user=county_officer, label=str(number), at=timezone.now())
    with pytest.raises(AccountError, match="最多同时有 5 个"):
        services.api_key_create(user=county_officer, label="6", at=timezone.now())


def test_large_type_is_remembered(cadre, log_in):
    browser = log_in(cadre)
    back = browser.post(reverse("text-size"), {"big": "1", "next": "/entities/?q=mian"})
    assert back.url == "/entities/?q=mian"
    assert browser.post(reverse("text-size"), {"big": "1", "next": "//evil.cn"}).url == "/account/"
    # kept with the account, not with the machine
    assert 'class="text-large"' in log_in(cadre).get(reverse("account")).content.decode()
