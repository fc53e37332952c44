"""消息: told once, read by their owner alone, leading only to pages of ours."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from responsibility.models import Notification
from responsibility.queries.recipients import recipients_of
from responsibility.services.notifications import notify

pytestmark = pytest.mark.django_db


def test_a_second_telling_with_the_same_key_tells_nobody_again(county_officer, outsider):
    for _ in range(2):
        notify(users=[county_officer, outsider.pk], key="notice-1", text="第 1 期", url="/todo/")
    notify(users=[county_officer], key="notice-2", text="第 2 期")
    assert Notification.objects.filter(user=county_officer).count() == 2
    assert Notification.objects.filter(user=outsider).count() == 1


def test_telling_many_is_one_statement(county_officer, outsider, city_admin, leader):
    with CaptureQueriesContext(connection) as queries:
        notify(users=[county_officer, outsider, city_admin, leader], key="k", text="一条")
    assert len([q for q in queries if "INSERT" in q["sql"]]) == 1


@pytest.mark.parametrize(
    "url",
    ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "todo/"],
)
def test_an_address_that_is_not_ours_is_left_out(county_officer, url, log_in):
    notify(users=[county_officer], key="k", text="一条", url=url)
    row = Notification.objects.get(user=county_officer)
    assert row.url == ""
    Notification.objects.filter(pk=row.pk).update(url=url)  # as if it had come by another way
    response = log_in(county_officer).post(
        reverse("responsibility:notification-open", args=[row.pk])
    )
    assert response.headers["Location"] == reverse("responsibility:notification-list")


def test_opening_marks_it_read_and_leads_on(county_officer, outsider, log_in):
    notify(users=[county_officer], key="k", text="一条", url="/todo/")
    row = Notification.objects.get()
    address = reverse("responsibility:notification-open", args=[row.pk])
    assert log_in(outsider).post(address).status_code == 404
    row.refresh_from_db()
    assert row.read_at is None
    assert log_in(county_officer).post(address).headers["Location"] == "/todo/"
    row.refresh_from_db()
    assert row.read_at is not None


def test_the_bell_counts_what_is_unread_and_reading_all_empties_it(county_officer, log_in):
    for number in range(3):
        notify(users=[county_officer], key=f"k{number}", text=f"第 {number} 条")
    browser = log_in(county_officer)
    page = browser.get(reverse("responsibility:notification-list"))
    assert page.context["shell"]["unread_count"] == 3
    assert "第 2 条" in page.content.decode()
    browser.post(reverse("responsibility:notification-read-all"))
    page = browser.get(reverse("responsibility:notification-list") + "?view=unread")
    assert page.context["shell"]["unread_count"] == 0
    assert "没有未读的消息" in page.content.decode()


def test_the_list_goes_on_by_key(county_officer, log_in):
    for number in range(53):
        notify(users=[county_officer], key=f"k{number}", text=f"第 {number} 条")
    browser = log_in(county_officer)
    first = browser.get(reverse("responsibility:notification-list"))
    assert len(first.context["rows"]) == 50
    second = browser.get(first.context["next_url"])
    assert [row.text for row in second.context["rows"]] == ["第 2 条", "第 1 条", "第 0 条"]


def test_those_told_stand_at_the_place_and_have_the_right(
    county_officer, outsider, station_officer, leader, areas
):
    receive = "responsibility.receive_notice"
    assert recipients_of(areas=["379921"], permission=receive) == [county_officer.pk]
    assert recipients_of(areas=["379921", "379902"], permission=receive) == sorted(
        [county_officer.pk, outsider.pk]
    )
    answer = "responsibility.answer_instruction"
    assert recipients_of(areas=["379921001"], permission=answer) == [station_officer.pk]
    county_officer.is_active = False
    county_officer.save()
    assert recipients_of(areas=["379921"], permission=receive) == []
