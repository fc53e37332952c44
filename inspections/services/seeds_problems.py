"""The example classes of problems with their clocks, and which department answers for which category."""

import datetime
import json
from pathlib import Path

from django.conf import settings

from entities.models import Category

from ..models import IndustryUnit, ProblemKind

FILE = Path(settings.BASE_DIR) / "fixtures" / "inspections" / "problems.json"


def load(*, on: datetime.date) -> None:
    """Add the classes and departments that are lacking; what staff edited stays as it is. They hold on any
    day, so `on` says nothing here."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    for row in rows["kinds"]:
        ProblemKind.objects.get_or_create(code=row["code"], defaults=row)
    known = set(Category.objects.values_list("pk", flat=True))
    for row in rows["industry_units"]:
        if row["category"] in known:
            IndustryUnit.objects.get_or_create(
                category_id=row["category"], defaults={"name": row["name"]}
            )
