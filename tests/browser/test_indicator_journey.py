"""From the menu to the rows behind a figure, on the desk and on the phone."""

import pytest

from tests.reports.makers_indicators import ON, put_to_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(live_server, areas, monkeypatch):
    """The city at work on 2 November 2022."""
    put_to_work(areas)
    monkeypatch.setattr("reports.views.indicators.day_of", lambda moment: ON)


def test_a_leader_goes_from_the_menu_to_the_rows(page, city, leader, sign_in, accessible):
    sign_in(page, leader)
    page.click("nav >> text=指标")
    page.wait_for_selector("#indicator-table")
    accessible(page)
    page.click("th >> text=按期整改率")
    page.wait_for_selector("#indicator-areas")
    accessible(page)
    # the county's five problems past their deadline
    page.click("#indicator-areas tr:has-text('东山县') td:nth-of-type(2) a")
    page.wait_for_selector("#indicator-rows")
    accessible(page)
    assert page.locator("#indicator-rows tbody tr").count() == 5
    page.click("#indicator-rows tbody tr >> nth=0 >> a")
    page.wait_for_selector("text=货架有过期食品")


def test_the_catalogue_fits_the_phone(phone, city, leader, sign_in, accessible):
    sign_in(phone, leader)
    phone.goto("/indicators/")
    phone.wait_for_selector("#indicator-table")
    accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click("th >> text=督导完成率(主体)")
    phone.wait_for_selector("#indicator-areas")
    accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
