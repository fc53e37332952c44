"""The first papers and the example organisation of each city; what staff edited stays as it is."""

import datetime
import json
from pathlib import Path

import pghistory
from django.conf import settings
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.models import Area

from ..models import Body, Document, Membership, TeamCounty

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "responsibility"
TERM_FIELDS = ("role", "name", "unit", "post", "end_note")


def load() -> None:
    """Give each city the papers it lacks (by title), and the example organisation where it has no body at
    all. Runs as often as one likes."""
    for city in Area.objects.active().filter(level="city").order_by("code"):
        with transaction.atomic(), pghistory.context(via="seed"):
            basis = _papers(city)
            if not Body.objects.filter(area=city).exists():
                _organisation(city, basis)


def read(name):
    """A fixture of this room."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _day(text):
    return datetime.date.fromisoformat(text) if text else None


def _papers(city):
    """Add the papers that the library lacks; the one on which the example organisation rests."""
    basis = None
    for row in read("documents.json"):
        is_basis = row.pop("is_basis", False)
        values = row | {"issued_on": _day(row.get("issued_on"))}
        title = values.pop("title")
        paper, _ = Document.objects.get_or_create(area=city, title=title, defaults=values)
        basis = paper if is_basis else basis
    return basis


def _organisation(city, basis):
    plan = read("organisation.json")
    begun = _day(plan["begun_on"])
    counties = set(
        Area.objects.active().counties().within(city.code).values_list("code", flat=True)
    )
    bodies = {}
    for row in plan["bodies"]:
        body = bodies[row["key"]] = Body.objects.create(
            area=city,
            kind=row["kind"],
            name=row["name"],
            order=row["order"],
            duty=row["duty"],
            parent=bodies.get(row.get("parent")),
            basis=basis,
            is_example=True,
            from_on=begun,
        )
        for order, member in enumerate(row["members"], start=1):
            if member.get("county", "") in counties | {""}:
                _member(body, order, member, begun, basis)
        TeamCounty.objects.bulk_create(
            TeamCounty(body=body, county_id=code, from_on=begun, basis=basis)
            for code in row.get("counties", [])
            if code in counties
        )


def _member(body, order, row, begun, basis):
    values = {name: row[name] for name in TERM_FIELDS if name in row}
    first = _day(row.get("from_on")) or begun
    member = Membership.objects.create(
        body=body, order=order, from_on=first, to_on=_day(row.get("to_on")), basis=basis, **values
    )
    if "successor" in row:
        Membership.objects.create(
            body=body, order=order, role=member.role, from_on=member.to_on, predecessor=member,
            **row["successor"],
        )  # fmt: skip
