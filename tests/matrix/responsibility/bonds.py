"""Rows of coverage, bonds and plans."""

from django.utils import timezone

from responsibility.services.planning import plan_apply, plan_make
from tests.factories import EntityFactory
from tests.matrix import BUREAU, CITY, FAR_READERS, NEAR_READERS, OUTSIDER, READERS, STAFF, Row
from tests.matrix.admin import NONE, model_rows
from tests.responsibility.factories import AssignmentFactory, CadreFactory

ACTORS, FAR_ACTORS = BUREAU - OUTSIDER, CITY | OUTSIDER
API = {"anonymous": 401}
CITY_ADMIN = frozenset({"city_admin"})


def plan(world, where):
    """A plan of a town with one business to give."""
    area = world.areas[world.code[where]]
    CadreFactory(area=area, level="township")
    EntityFactory(area=area, graded=True)
    return [plan_make(area=area, by=None, at=timezone.now()).pk]


def applied(world, where):
    from responsibility.models import AssignmentPlan

    (pk,) = plan(world, where)
    made = AssignmentPlan.objects.get(pk=pk)
    plan_apply(plan=made, by=None, at=timezone.now(), on=timezone.localdate())
    return [pk]


def bond(world, where):
    area = world.areas[world.code[where]]
    entity = EntityFactory(area=area, graded=True)
    cadre = CadreFactory(area=area, level="township")
    return [AssignmentFactory(entity=entity, cadre=cadre).pk]


def act(**more):
    return Row(near=ACTORS, far=FAR_ACTORS, method="post", status=302, **more)


ROWS = {
    "responsibility:coverage": Row(near=READERS),
    "responsibility:coverage-export": Row(near=STAFF),
    "responsibility:vacancy-list": Row(near=READERS),
    "responsibility:vacancy-export": Row(near=STAFF),
    "responsibility:holding-list": Row(near=READERS),
    "responsibility:holding-export": [
        Row(near=STAFF),
        Row(near=STAFF, method="post"),
    ],
    "responsibility:bond-make": [Row(near=BUREAU), Row(near=BUREAU, method="post")],
    "responsibility:bond-end": [Row(near=BUREAU), Row(near=BUREAU, method="post")],
    "responsibility:plan-list": Row(near=READERS),
    "responsibility:plan-create": [
        Row(near=BUREAU),
        Row(near=BUREAU, method="post", status=302),
    ],
    "responsibility:plan-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=plan),
    "responsibility:plan-export": Row(near=STAFF - OUTSIDER, far=FAR_ACTORS, args=plan),
    "responsibility:plan-apply": act(args=plan),
    "responsibility:plan-undo": act(args=applied),
    "responsibility:plan-discard": act(args=plan),
    **model_rows("responsibility_assignment", bond, near=CITY_ADMIN, add=NONE),
    **model_rows("responsibility_assignmentplan", plan, near=CITY_ADMIN, add=NONE),
    "api:coverage": Row(near=STAFF, **API),
    "api:assignment-list": [
        Row(near=STAFF, **API),
        Row(near=BUREAU, method="post", status=400, **API),
    ],
    "api:assignment-detail": Row(near=STAFF - OUTSIDER, far=FAR_ACTORS, args=bond, **API),
}
