"""Rows of 问题整改."""

from django.core.files.base import ContentFile

from inspections.models import IndustryUnit, Photo, ProblemKind
from tests.factories import CategoryFactory, EntityFactory, UserFactory
from tests.inspections.makers_problems import a_key, load_kinds, report
from tests.matrix import (
    BUREAU,
    CADRE,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    Row,
)
from tests.matrix.admin import NONE, model_rows

CITY_ADMIN = frozenset({"city_admin"})
REPORTERS = COUNTY | OUTSIDER | STATION | CADRE | LEADER
API = {"anonymous": 401}


def problem(world, where):
    entity = EntityFactory(area=world.areas[world.code[where]])
    return [report(entity=entity, kind="major")[0].pk]


def act(name):
    return lambda world, where: [*problem(world, where), name]


def photo(world, where):
    (pk,) = problem(world, where)
    row = Photo(key=a_key(), problem_id=pk, uploaded_by=UserFactory())
    row.file.save("x", ContentFile(b"\xff\xd8\xff"), save=False)
    row.save()
    return [row.pk]


def kind(world, where):
    load_kinds()
    return [ProblemKind.objects.get(code="general").pk]


def unit(world, where):
    category = CategoryFactory(code="market", name="市场开办者")
    return [IndustryUnit.objects.get_or_create(category=category, name="商务局")[0].pk]


def told(**more):
    return {"key": a_key(), "revision": "1"} | more


ROWS = {
    "inspections:problem-list": [Row(near=READERS | CADRE), Row(near=READERS | CADRE, query="?by=area")],
    "inspections:problem-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=problem, blind=CADRE
    ),
    **{
        f"inspections:problem-{kind}": Row(
            near=NEAR_READERS, far=FAR_READERS, args=problem, blind=CADRE
        )
        for kind in ("pdf", "docx")
    },
    "inspections:problem-photo": Row(near=NEAR_READERS, far=FAR_READERS, args=photo, blind=CADRE),
    "inspections:problem-export": Row(near=STAFF),
    "inspections:problem-create": [Row(near=REPORTERS), Row(near=REPORTERS, method="post")],
    "inspections:problem-urge": [Row(near=BUREAU), Row(near=BUREAU, method="post")],
    "inspections:problem-move": [
        # a leader who holds nothing is told that it is not his to do
        Row(near=CITY_ADMIN | COUNTY | STATION | LEADER, far=CITY_ADMIN | OUTSIDER | LEADER,
            args=act("remark"), blind=CADRE, method="post", status=302,
            data=lambda world, where: told(note="已联系")),
        Row(near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=act("void"), method="post",
            status=302, data=lambda world, where: told(note="看错了")),
        Row(near=CITY_ADMIN | COUNTY | STATION, far=CITY_ADMIN | OUTSIDER, args=act("claim"),
            method="post", status=302, data=lambda world, where: told()),
    ],
    "api:problem-list": Row(near=READERS | CADRE, **API),
    "api:problem-kind-list": Row(near=READERS | CADRE, **API),
    "api:problem-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=problem, blind=CADRE, **API
    ),
    "api:problem-move": Row(
        near=CITY_ADMIN | COUNTY | STATION, far=CITY_ADMIN | OUTSIDER, args=problem, method="post",
        blind=CADRE, status=201, data=lambda world, where: {"key": a_key(), "act": "claim"}, **API,
    ),
    **model_rows("inspections_problem", problem, near=CITY_ADMIN, add=NONE),
    **model_rows("inspections_problemkind", kind, near=CITY_ADMIN),
    **model_rows("inspections_industryunit", unit, near=CITY_ADMIN),
}  # fmt: skip
