"""A foreign county's link of the wall: what it is called, who opened it."""

import datetime

from django.utils import timezone

from reports.models import WallLink

PREFIXES = [("reports:wall-link-revoke", "wall_link")]
# A token is no id: nobody guesses it. The plan is the city's and read by all of it.
COMMON = ("reports:wall-screen", "reports:plan-stage")


def plant(*, areas, county, word, clerk, **_):
    now = timezone.now()
    made = WallLink.objects.create(
        area=areas[county], label=f"{word}大屏", digest=WallLink.digest_of(f"{word}{county}"),
        made_by=clerk, made_at=now, expires_at=now + datetime.timedelta(days=9),
    )  # fmt: skip
    return {"wall_link": made}
