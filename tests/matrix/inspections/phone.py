"""Rows of the phone, of plates and of the papers of a visit."""

from django.utils import timezone

from inspections.models import PlateText, Visit
from inspections.services.plates import plates_ensure
from responsibility.models import Cadre
from tests.factories import EntityFactory
from tests.matrix import (
    CADRE,
    COUNTY,
    EVERYBODY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    Row,
)
from tests.matrix.admin import REGISTRARS, model_rows
from tests.responsibility.factories import AssignmentFactory, CadreFactory

VISITORS = CADRE | LEADER
LOOKERS = READERS | CADRE
NOBODY = frozenset()
CITY_ADMIN = frozenset({"city_admin"})


def entity(world, where):
    return [EntityFactory(area_id=world.code[where], grade="D").pk]


def plated(world, where):
    found = entity(world, where)
    plates_ensure(ids=found, actor=None)
    return found


def held(world, where):
    """A business of the cadre himself, wherever it lies."""
    person = world.people["cadre"]
    cadre = Cadre.objects.filter(user=person).first()
    cadre = cadre or CadreFactory(area=person.area, user=person)
    made = EntityFactory(area_id=world.code[where], grade="D")
    AssignmentFactory(entity=made, cadre=cadre)
    return [made.pk]


def token(world, where):
    (pk,) = entity(world, where)
    return [plates_ensure(ids=[pk], actor=None)[pk].token]


def visit(world, where):
    made = EntityFactory(area_id=world.code[where], grade="D")
    at = timezone.now()
    cadre = CadreFactory(area=world.areas[world.code[where]], level="township")
    row = Visit.objects.create(
        key=f"{made.pk:032x}", entity=made, area_id=made.area_id, cadre=cadre, level="township",
        kind="suspended", visited_on=timezone.localdate(), started_at=at, finished_at=at,
    )  # fmt: skip
    return [row.pk]


def text(world, where):
    return [PlateText.objects.create(area_id=world.code[where]).pk]


ROWS = {
    "inspections:phone": Row(near=VISITORS),
    "inspections:phone-entities": Row(near=VISITORS),
    "inspections:phone-who": Row(near=VISITORS),
    "inspections:phone-worker": Row(near=EVERYBODY, anonymous=200),
    "inspections:visit-make": [
        Row(near=NOBODY, far=NOBODY, args=entity, blind=VISITORS),
        Row(near=CADRE, far=CADRE, args=held, blind=LEADER),
        # an empty form is shown again with what is missing
        Row(near=CADRE, far=CADRE, args=held, blind=LEADER, method="post", status=422),
    ],
    "inspections:plate-list": Row(near=LOOKERS),
    "inspections:plate-make-all": Row(near=LOOKERS, method="post", status=302),
    "inspections:plate-bundle": Row(near=LOOKERS, status=302),
    "inspections:plate": Row(near=NEAR_READERS, far=FAR_READERS, args=entity, blind=CADRE),
    "inspections:plate-make": Row(
        near=NEAR_READERS, far=FAR_READERS, args=entity, blind=CADRE, method="post", status=302
    ),
    "inspections:plate-redraw": Row(
        near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=plated, method="post", status=302,
        data={"reason": "遗失"},
    ),
    "inspections:visit-docx": Row(near=NEAR_READERS, far=FAR_READERS, args=visit, blind=CADRE),
    # anybody who holds the code; it names no area
    "inspections:public-plate": Row(near=EVERYBODY, anonymous=200, args=token),
    **model_rows("inspections_platetext", text, near=REGISTRARS),
}  # fmt: skip
EXEMPT = {
    "inspections:visit-pdf": "one gate with inspections:visit-docx; setting it for each takes long"
}
