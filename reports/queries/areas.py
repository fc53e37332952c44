"""Which area a page, a command or a report is about."""

from jiamusi_foodsafety.jurisdiction.models import Area, User


def everybody() -> User:
    """The reader of commands run by an administrator of the server: sees the whole register."""
    return User(username="系统", is_superuser=True)


def area_for_command(*, code: str | None) -> Area | None:
    """The area with this code or former code; without a code the only city, else nothing."""
    if code:
        found = Area.objects.filter(code=code).first()
        return found or Area.objects.filter(aliases__code=code).order_by("pk").first()
    cities = list(Area.objects.filter(level="city").order_by("pk")[:2])
    return cities[0] if len(cities) == 1 else None
