"""A report of 2 November 2022 at the day's close, and a third county's clerk."""

import pytest

from reports.services import build_daily_report
from tests.factories import UserFactory
from tests.personas import CITY
from tests.reports.reporting import DAY, THIRD, at, small_register


@pytest.fixture
def report(areas):
    small_register()
    return build_daily_report(date=DAY, area=areas[CITY], at=at(17))


@pytest.fixture
def third_officer(areas):
    return UserFactory(username="third", role="县区局人员", area=areas[THIRD])
