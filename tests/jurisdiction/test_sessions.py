import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.logins import is_password_due, is_session_over
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Another-Word-2022"
ELEVEN = "2022-11-02 11:00+08:00"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(ELEVEN, tick=False) as traveller:
        yield traveller


def minutes(number):
    return datetime.timedelta(minutes=number)


def test_half_an_hour_of_rest_ends_a_session(clock, county_officer, log_in):
    client = log_in(county_officer)
    clock.shift(minutes(30))
    assert client.get(reverse("account")).status_code == 200
    clock.shift(minutes(31))
    response = client.get(reverse("account"))
    assert response.url == f"{reverse('login')}?next={reverse('account')}&ended=1"
    assert "登录已超时" in client.get(response.url).content.decode()


def test_twelve_hours_end_a_session_however_busy(clock, county_officer, log_in):
    client = log_in(county_officer)
    for _ in range(36):
        clock.shift(minutes(20))
        assert client.get(reverse("account")).status_code == 200
    clock.shift(minutes(1))
    assert client.get(reverse("account")).status_code == 302


def test_a_session_can_be_prolonged(clock, county_officer, log_in):
    client = log_in(county_officer)
    for _ in range(3):
        clock.shift(minutes(29))
        assert client.post(reverse("session-prolong")).json() == {"idle_seconds": 1800}
    assert client.get(reverse("account")).status_code == 200


def test_what_a_page_asks_by_itself_does_not_keep_a_session_alive(clock, county_officer, log_in):
    client = log_in(county_officer)
    for _ in range(3):
        clock.shift(minutes(11))
        last = client.get(reverse("todo"), HTTP_X_PASSIVE="1")
    assert last.status_code == 302


def test_a_fragment_is_sent_to_the_login_page_as_a_whole(anonymous):
    response = anonymous.get(reverse("todo"), headers={"hx-request": "true"})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith(reverse("login"))


def test_a_program_gets_401_in_json(anonymous):
    response = anonymous.get(reverse("todo"), headers={"accept": "application/json"})
    assert response.status_code == 401
    assert response.json()["detail"] == "请先登录。"


def change(client, old, new):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password_change"), data)


def test_a_changed_password_ends_all_other_sessions(county_officer, log_in):
    here, there = log_in(county_officer), log_in(county_officer)
    key = here.session.session_key
    assert change(here, PASSWORD, NEW).url == reverse("home")
    assert here.session.session_key != key
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Ab1-xyz", "10"),
        ("abcdefghijk1", "至少 3 类"),
        ("Password123", "常见"),
        ("county_officer1A", "相似"),
        (PASSWORD, "不能与现用密码相同"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(county_officer, log_in, password, why):
    client = log_in(county_officer)
    text = change(client, PASSWORD, password).content.decode()
    assert why in text
    county_officer.refresh_from_db()
    assert county_officer.check_password(PASSWORD)


def test_a_password_of_ninety_days_must_be_changed_first(clock, county_officer, log_in):
    county_officer.password_changed_at = timezone.now() - datetime.timedelta(days=91)
    county_officer.save()
    client = log_in(county_officer)
    assert client.get(reverse("account")).url == reverse("password_change")
    assert client.get(reverse("account"), headers={"accept": "application/json"}).status_code == 403
    assert change(client, PASSWORD, NEW).status_code == 302
    assert client.get(reverse("account")).status_code == 200


def test_a_password_given_by_somebody_else_must_be_changed_first(county_officer, log_in):
    county_officer.must_change_password = True
    county_officer.save()
    client = log_in(county_officer)
    assert client.get(reverse("account")).url == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200
    assert client.post(reverse("logout")).status_code == 302


def test_the_old_password_cannot_be_guessed_without_end(county_officer, log_in):
    client = log_in(county_officer)
    statuses = [change(client, f"Wrong-{n}-Word", NEW).status_code for n in range(11)]
    assert statuses[-1] == 429


def test_without_periodic_change_a_password_never_grows_old():
    long_ago = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    now = datetime.datetime(2022, 11, 2, tzinfo=datetime.UTC)
    assert not is_password_due(must_change=False, changed_at=long_ago, now=now, max_age_days=0)
    assert is_password_due(must_change=False, changed_at=long_ago, now=now, max_age_days=90)


def test_a_session_without_a_known_start_is_over():
    assert is_session_over(now=10**9, started=0, seen=10**9, idle_seconds=1800, max_seconds=43200)
