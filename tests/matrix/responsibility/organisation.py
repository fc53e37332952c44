"""会议与文件: what a county makes is read by all below it and by the city."""

from django.core.files.base import ContentFile

from responsibility.models import Experience, Training, TrainingRecord
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)
from tests.responsibility.factories import CadreFactory
from tests.responsibility.makers import (
    make_action,
    make_body,
    make_document,
    make_meeting,
    make_member,
)

API = {"anonymous": 401}
ALL = READERS | CADRE
NEAR, FAR = NEAR_READERS | CADRE, FAR_READERS
DESK = BUREAU | LEADER | SUPERVISION
NEAR_DESK, FAR_DESK = DESK - OUTSIDER, CITY | LEADER | OUTSIDER
KEEPERS = {"near": CITY | COUNTY, "far": CITY | OUTSIDER}


def county(world, where):
    return world.areas[world.code[where][:6]]


def of(make):
    return lambda world, where: [make(area=county(world, where)).pk]


def with_file(make, field):
    def made(world, where):
        row = make(area=county(world, where))
        getattr(row, field).save("x", ContentFile(b"%PDF-1.4"))
        return [row.pk]

    return made


def experience(world, where):
    return [Experience.objects.create(area=county(world, where), source="外地", title="做法").pk]


def training(world, where):
    made = Training.objects.create(area=county(world, where), title="轮训", held_on="2022-11-02")
    cadre = CadreFactory(area=world.areas[world.code[where]], level="township")
    TrainingRecord.objects.create(training=made, cadre=cadre)
    return [made.pk]


def cadre(world, where):
    return [CadreFactory(area=world.areas[world.code[where]], level="township").pk]


def keepers(args, **more):
    """A row of an act on one record: the city's and the county's own bureau."""
    return Row(**KEEPERS | {"args": args} | more)


ROWS = {
    "responsibility:organisation": Row(near=ALL, query="?on=2022-11-02"),
    "responsibility:body-change-list": Row(near=ALL),
    "responsibility:body-create": Row(near=CITY),
    "responsibility:body-allot": Row(near=frozenset(), denied=403, status=200, blind=CITY),
    "responsibility:body-detail": Row(near=NEAR, far=FAR, args=of(make_body)),
    "responsibility:body-update": Row(near=CITY, far=CITY, args=of(make_body)),
    "responsibility:body-member-add": Row(near=CITY, far=CITY, args=of(make_body)),
    "responsibility:body-member-change": Row(near=CITY, far=CITY, args=of(make_member)),
    "responsibility:body-member-update": Row(near=CITY, far=CITY, args=of(make_member)),
    "responsibility:meeting-list": Row(near=ALL),
    "responsibility:meeting-export": Row(near=ALL),
    "responsibility:meeting-create": Row(near=BUREAU),
    "responsibility:meeting-detail": Row(near=NEAR, far=FAR, args=of(make_meeting)),
    "responsibility:meeting-update": keepers(of(make_meeting)),
    "responsibility:meeting-minutes": Row(
        near=NEAR, far=FAR, args=with_file(make_meeting, "minutes")
    ),
    "responsibility:meeting-decision-add": keepers(
        of(make_meeting), method="post", data={"text": "每周调度"}, status=302
    ),
    "responsibility:meeting-action-list": Row(near=ALL, query="?state=all&whose=owed"),
    "responsibility:meeting-action-detail": Row(
        near=NEAR_READERS - STATION, far=FAR, args=of(make_action), blind=CADRE | STATION
    ),
    "responsibility:meeting-action-decide": Row(
        near=NEAR_READERS - STATION,
        far=FAR,
        args=of(make_action),
        blind=CADRE | STATION,
        method="post",
        data={"act": "done", "result": "已办"},
        status=302,
    ),
    "responsibility:document-list": Row(near=ALL, query="?q=方案"),
    "responsibility:document-export": Row(near=ALL),
    "responsibility:document-create": Row(near=BUREAU),
    "responsibility:document-detail": Row(near=NEAR, far=FAR, args=of(make_document)),
    "responsibility:document-update": keepers(of(make_document)),
    "responsibility:document-retire": keepers(of(make_document), method="post", status=302),
    "responsibility:document-file": Row(near=NEAR, far=FAR, args=with_file(make_document, "file")),
    "responsibility:experience-list": Row(near=DESK),
    "responsibility:experience-create": Row(near=BUREAU),
    "responsibility:experience-detail": Row(near=NEAR_DESK, far=FAR_DESK, args=experience),
    "responsibility:experience-update": keepers(experience),
    "responsibility:training-list": Row(near=DESK),
    "responsibility:training-create": Row(near=BUREAU),
    "responsibility:training-detail": Row(near=NEAR_DESK, far=FAR_DESK, args=training),
    "responsibility:training-update": keepers(training),
    "responsibility:training-attendees": keepers(
        training,
        method="post",
        data=lambda world, where: {"area": county(world, where).pk},
        status=302,
    ),
    "responsibility:training-results": keepers(
        training, method="post", data={"act": "rest"}, status=302
    ),
    "responsibility:training-export": Row(near=NEAR_DESK, far=FAR_DESK, args=training),
    "responsibility:training-cadre-list": Row(near=DESK, query="?view=trained&year=2022"),
    "responsibility:training-cadre": Row(near=NEAR_DESK, far=FAR_DESK, args=cadre),
    "api:body-list": Row(near=STAFF, **API),
    "api:body-detail": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=of(make_body), **API),
    "api:experience-list": Row(near=BUREAU, query="?q=做法&adoption=studying", **API),
    "api:experience-detail": Row(
        near=BUREAU - OUTSIDER, far=CITY | OUTSIDER, args=experience, **API
    ),
    "api:training-list": Row(near=BUREAU, query="?year=2022", **API),
    "api:training-detail": Row(near=BUREAU - OUTSIDER, far=CITY | OUTSIDER, args=training, **API),
    "api:document-list": Row(near=STAFF, query="?q=方案&level=city", **API),
    "api:document-detail": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=of(make_document), **API
    ),
    "api:meeting-list": Row(near=STAFF, query="?year=2022", **API),
    "api:meeting-detail": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=of(make_meeting), **API
    ),
}
