"""Rows of due lists, visits, photographs and checklists."""

from inspections.models import Checklist
from tests.inspections.makers_visits import load_lists, make_held, make_visit
from tests.matrix import (
    CADRE,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STATION,
    Row,
)

API = {"anonymous": 401}
VISITORS = CADRE | LEADER
# who may report, claim or verify a problem sends photographs too
PHOTOGRAPHERS = VISITORS | COUNTY | OUTSIDER | STATION


def visit(world, where):
    """A visit in a town, by its cadre."""
    bond = make_held(areas=world.areas, code=world.code[where], level="township", grade="C")
    return [make_visit(bond).pk]


def checklist(world, where):
    load_lists()
    return [Checklist.objects.get(level="village").pk]


ROWS = {
    "api:visit-list": [
        Row(near=READERS | CADRE, **API),
        # the test client's body is no JSON
        Row(near=VISITORS, method="post", status=415, **API),
    ],
    "api:visit-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=visit, blind=CADRE, **API),
    "api:photo": Row(near=PHOTOGRAPHERS, method="post", status=422, **API),
    "api:due-visit-list": Row(near=READERS | CADRE, **API),
    "api:checklist-list": Row(near=READERS | CADRE, **API),
    "api:checklist-detail": Row(near=READERS | CADRE, args=checklist, **API),
}
