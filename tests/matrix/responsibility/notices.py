from django.core.files.base import ContentFile

from responsibility.models import Guidance, Instruction, NoticeFile, Notification
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    EVERYBODY,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)
from tests.responsibility.notice_factories import NoticeFactory

NOTICE_READERS = READERS | CADRE
# Where the object lies: the county of `near` or that of `far`. The cadre stands in the near one.
COUNTY_OF = {"near": "379921", "far": "379902"}
NEAR_NOTICE = NEAR_READERS | CADRE
FAR_NOTICE = CITY | {"leader"} | OUTSIDER


def message(world, where):
    """A line of nobody in the cast: it is there for its owner alone."""
    return [Notification.objects.create(user=world.people["nobody"], key="k", text="一条").pk]


def notice(world, where, **more):
    return [NoticeFactory(to=[COUNTY_OF[where]], **more).pk]


def draft(world, where):
    return notice(world, where, draft=True)


def target(world, where):
    return [NoticeFactory(to=[COUNTY_OF[where]]).targets.get().pk]


def answered(world, where):
    row = NoticeFactory(to=[COUNTY_OF[where]]).targets.get()
    row.file.save("x", ContentFile(b"%PDF-"))
    return [row.pk]


def attachment(world, where):
    row = NoticeFile(notice=NoticeFactory(to=[COUNTY_OF[where]]), name="样式.pdf")
    row.file.save("x", ContentFile(b"%PDF-"))
    return [row.pk]


def act(args, near, far=None, data=None, blind=frozenset()):
    """A press of a button: POST does it, GET is no way to do it."""
    return [
        Row(near=near, far=far, args=args, method="post", data=data or {}, status=302, blind=blind),
        Row(near=frozenset(), args=args, status=405, denied=405),
    ]


def instruction(world, where):
    return [
        Instruction.objects.create(
            issuer_area_id="3799",
            area_id=COUNTY_OF[where],
            title="清零",
            due_on="2022-11-04",
        ).pk
    ]


def answered_instruction(world, where):
    pk = instruction(world, where)
    Instruction.objects.filter(pk__in=pk).update(state="answered")
    return pk


def question(world, where):
    return [
        Guidance.objects.create(
            area_id=COUNTY_OF[where], question="怎么分级？", asked_at="2022-10-18T02:00:00Z"
        ).pk
    ]


def town(world, where):
    """The form of one town there; whoever does not see it finds nothing."""
    return {"pk": [world.code[where]], "act": "built", "built_on": "2022-10-28"}


NEAR_COUNTY = NEAR_READERS - STATION
GUIDANCE_READERS = STAFF | SUPERVISION

ROWS = {
    "responsibility:notification-list": Row(near=EVERYBODY),
    "responsibility:notification-read-all": [
        Row(near=EVERYBODY, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "responsibility:notification-open": [
        Row(near=frozenset({"nobody"}), args=message, method="post", status=302, denied=404),
        Row(near=frozenset(), args=message, status=405, denied=405),
    ],
    "responsibility:notice-list": Row(near=NOTICE_READERS),
    "responsibility:notice-detail": Row(near=NEAR_NOTICE, far=FAR_NOTICE, args=notice),
    "responsibility:notice-file": Row(near=NEAR_NOTICE, far=FAR_NOTICE, args=attachment),
    # A station and a cadre read the notice, but no area's answer: their own area owes none.
    "responsibility:notice-answer-file": Row(
        near=NEAR_NOTICE - CADRE - {"station_officer"}, far=FAR_NOTICE, args=answered,
        blind=CADRE | {"station_officer"},
    ),
    "responsibility:notice-export": Row(near=CITY | COUNTY | OUTSIDER),
    "responsibility:notice-create": Row(near=CITY),
    "responsibility:notice-edit": Row(near=CITY, args=draft),
    "responsibility:notice-issue": act(draft, CITY),
    "responsibility:notice-withdraw": act(notice, CITY, data={"reason": "写错"}),
    "responsibility:notice-remind": act(notice, CITY),
    "responsibility:notice-receive": act(target, COUNTY, OUTSIDER),
    "responsibility:notice-answer": act(target, COUNTY, OUTSIDER, data={"answer": "无变更"}),
    # Keys of the API are the staff's.
    "api:notice-list": Row(near=STAFF, anonymous=401),
    "api:notice-detail": Row(
        near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=notice, anonymous=401, blind=STATION
    ),
    "api:guidance-list": Row(near=STAFF, query="?q=分级", anonymous=401),
    "api:guidance-detail": Row(
        near=STAFF - OUTSIDER - STATION, far=CITY | OUTSIDER, args=question, anonymous=401,
        blind=STATION,
    ),
    "api:instruction-list": Row(near=STAFF, query="?state=open", anonymous=401),
    "api:instruction-detail": Row(
        near=STAFF - OUTSIDER - STATION, far=CITY | OUTSIDER, args=instruction, anonymous=401,
        blind=STATION,
    ),
    "responsibility:instruction-list": Row(near=READERS),
    "responsibility:instruction-detail": Row(
        near=NEAR_COUNTY, far=FAR_NOTICE, args=instruction, blind=STATION
    ),
    "responsibility:instruction-create": Row(near=BUREAU),
    "responsibility:instruction-answer": act(
        instruction, COUNTY, OUTSIDER, data={"answer": "已清零"}, blind=STATION
    ),
    # Only those of the issuing area decide; a county that was instructed finds nothing to decide.
    "responsibility:instruction-decide": act(
        answered_instruction, CITY, CITY, data={"act": "close"}, blind=COUNTY | OUTSIDER
    ),
    "responsibility:guidance-list": Row(near=GUIDANCE_READERS),
    "responsibility:guidance-export": Row(near=GUIDANCE_READERS),
    "responsibility:guidance-create": Row(near=STAFF),
    "responsibility:guidance-detail": Row(
        near=GUIDANCE_READERS - OUTSIDER - STATION, far=CITY | OUTSIDER, args=question, blind=STATION
    ),
    "responsibility:guidance-answer": act(
        question, CITY, CITY, data={"answer": "按规模业态。"}
    ),
    "responsibility:ledger-state-list": Row(near=READERS),
    "responsibility:ledger-state-set": [
        Row(
            near=CITY | COUNTY, method="post", data=lambda world, where: town(world, "near"),
            status=302, blind=OUTSIDER,
        ),
        Row(near=frozenset(), status=405, denied=405),
    ],
}  # fmt: skip
