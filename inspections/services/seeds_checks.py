"""First rows of 督查, the campaigns and 对标达标 (示例，可修改); what staff edited stays as it is."""

import datetime
import json

import pghistory
from django.conf import settings
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.models import Area

from ..models import Campaign, CheckCycle, CheckQuota, CheckScore, StandardItem

PATH = "fixtures/inspections/checks.json"


@transaction.atomic
def load(*, on: datetime.date) -> None:
    """Make what is missing: quotas and scores by their keys, campaigns while there are none, review items for
    each city without any (their days count from `on`). Runs as often as one likes."""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    with pghistory.context(via="seed"):
        _quotas(told["quotas"])
        kept = set(CheckCycle.objects.values_list("level", flat=True))
        CheckCycle.objects.bulk_create(
            CheckCycle(level=level, cycle=cycle)
            for level, cycle in told["cycles"].items()
            if level not in kept
        )
        known = set(CheckScore.objects.values_list("code", flat=True))
        CheckScore.objects.bulk_create(
            CheckScore(code=code, most=most)
            for code, most in told["scores"].items()
            if code not in known
        )
        if not Campaign.objects.exists():
            Campaign.objects.bulk_create(
                Campaign(order=order, is_example=True, **row)
                for order, row in enumerate(told["campaigns"], 1)
            )
        for city in Area.objects.active().filter(level="city").order_by("code"):
            if not StandardItem.objects.filter(area__code__startswith=city.pk).exists():
                _standards(city, told["standards"], on)


def _quotas(told):
    known = set(CheckQuota.objects.values_list("level", "kind", "key"))
    CheckQuota.objects.bulk_create(
        CheckQuota(level=level, kind=kind, key=key, quota=quota)
        for level, kinds in told.items()
        for kind, quotas in kinds.items()
        for key, quota in quotas.items()
        if (level, kind, key) not in known
    )


def _standards(city, rows, on):
    StandardItem.objects.bulk_create(
        StandardItem(
            area=city, order=order, is_example=True,
            due_on=on + datetime.timedelta(days=row["days"]),
            **{key: value for key, value in row.items() if key != "days"},
        )
        for order, row in enumerate(rows, 1)
    )  # fmt: skip
