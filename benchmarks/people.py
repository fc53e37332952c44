"""Who looks at the pages and who uploads: real accounts of real roles."""

from django.utils import timezone

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.services import staff_create

CITY, COUNTY = "2308", "230882"
PASSWORD = "Bench-2026-only-here"  # noqa: S105 (of a database that lives as long as the benchmark)
ACCOUNTS = {
    "leader": (roles.LEADER, CITY),
    "officer": (roles.CITY_OFFICER, CITY),
    "clerk": (roles.COUNTY_OFFICER, COUNTY),
}


def make_people() -> None:
    for username, (role, code) in ACCOUNTS.items():
        if not User.objects.filter(username=username).exists():
            staff_create(
                username=username, role=role, name=username, post="", password=PASSWORD,
                must_change=False, at=timezone.now(), area=Area.objects.get(pk=code),
            )  # fmt: skip


def person(username: str) -> User:
    return User.objects.get(username=username)
