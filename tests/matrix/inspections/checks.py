"""督查, 专项, 对标达标: who is checked sees a round with its letter, who checks from the beginning."""

from django.core.files.base import ContentFile

from inspections.models import (
    CheckCycle,
    CheckFile,
    CheckQuota,
    CheckScore,
    StandardFile,
    StandardNote,
)
from tests.inspections.makers_checks import (
    drawn_round,
    issue,
    join,
    make_campaign,
    make_round,
    make_standard,
)
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    LEADER,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)
from tests.matrix.admin import REGISTRARS, model_rows

API = {"anonymous": 401}
VIEWERS = BUREAU | CADRE | LEADER | SUPERVISION
DESK = BUREAU | LEADER | SUPERVISION
UNDER = COUNTY | OUTSIDER | CADRE


def early(world, where):
    """A round of the city on the county, not drawn yet; the 督导组 works on it near."""
    code = world.code[where]
    made = make_round(owner=world.areas[code[:4]], target=world.areas[code[:6]])
    if where == "near":
        join(made, world.people["supervision"])
    return made


def drawn(world, where):
    made = drawn_round(world.areas, town=world.code[where])
    if where == "near":
        join(made, world.people["supervision"])
    return made


def issued(world, where):
    return issue(drawn(world, where))


def key(make, pick=lambda row: row):
    return lambda world, where: [pick(make(world, where)).pk]


def evidence(world, where):
    row = drawn(world, where)
    made = CheckFile(check_round=row, result=row.results.first(), file_name="照片.jpg")
    made.file.save("x", ContentFile(b"\xff\xd8\xff"))
    return made


def standard(world, where):
    return make_standard(area=world.areas[world.code[where][:6]])


def proof(world, where):
    note = StandardNote.objects.create(item=standard(world, where), state="met", text="已办")
    made = StandardFile(note=note, file_name="证明.pdf")
    made.file.save("x", ContentFile(b"%PDF-"))
    return made


def first(name):
    return lambda row: getattr(row, name).order_by("pk").first()


def seen(args, **more):
    """A page of a round before its letter: who checks, who leads, the 督导组 of the county."""
    both = CITY | LEADER
    return Row(near=both | SUPERVISION, far=both, args=args, blind=UNDER, **more)


def worked(args, **more):
    """An act of the team."""
    return Row(near=CITY | SUPERVISION, far=CITY, args=args, blind=UNDER, **more)


def planned(args, **more):
    """An act of who set the round up."""
    return Row(near=CITY, far=CITY, args=args, blind=COUNTY | OUTSIDER, **more)


def sent(data, *, status):
    """An act of the team on a finding whose letter is out: who was checked sees it (403), others do not (404)."""
    common = {"data": data, "method": "post", "status": status}

    def far(world, where):
        return [first("findings")(issued(world, "far")).pk]

    return [
        Row(near=CITY | SUPERVISION, args=key(issued, first("findings")), blind=CADRE | OUTSIDER,
            **common),
        Row(near=CITY, args=far, blind=CADRE | COUNTY | SUPERVISION, **common),
    ]  # fmt: skip


POST = {"method": "post", "status": 302}
ROWS = {
    "inspections:check-list": Row(near=VIEWERS, query="?view=all&level=city&year=2022&q=县"),
    "inspections:check-export": Row(near=DESK),
    "inspections:check-create": Row(near=BUREAU),
    "inspections:check-coverage": Row(near=DESK, query="?level=county"),
    "inspections:check-coverage-export": Row(near=DESK),
    "inspections:check-detail": [
        seen(key(drawn)),
        Row(near=CITY | LEADER | SUPERVISION | COUNTY, far=CITY | LEADER | OUTSIDER,
            args=key(issued), blind=CADRE),
    ],
    "inspections:check-update": planned(key(early)),
    "inspections:check-member-add": planned(key(early), data={"name": "张三", "role": "member"}, **POST),
    "inspections:check-member-leave": planned(
        key(lambda world, where: join(early(world, where), world.people["city_officer"])), **POST
    ),
    "inspections:check-draw": worked(key(early)),
    "inspections:check-redraw": Row(
        near=CITY | LEADER | SUPERVISION, far=CITY | LEADER, args=key(drawn), blind=UNDER, **POST
    ),
    "inspections:check-sample": seen(key(drawn), query="?kind=cadre&view=left"),
    "inspections:check-sample-export": seen(key(drawn)),
    "inspections:check-frame-export": Row(
        near=CITY | LEADER | SUPERVISION, far=CITY | LEADER, args=key(drawn),
        blind=COUNTY | OUTSIDER,
    ),
    "inspections:check-sample-detail": seen(key(drawn, first("samples"))),
    "inspections:check-sample-replace": worked(
        key(drawn, first("samples")), data={"reason": "关门"}, **POST
    ),
    "inspections:check-item": seen(key(drawn, first("results"))),
    "inspections:check-file": seen(key(evidence)),
    "inspections:check-file-withdraw": worked(key(evidence)),
    "inspections:check-evidence": seen(
        lambda world, where: [evidence(world, where).check_round_id]
    ),
    "inspections:check-finding-create": worked(key(drawn)),
    "inspections:check-finding": Row(
        near=CITY | LEADER | SUPERVISION | COUNTY, far=CITY | LEADER | OUTSIDER,
        args=key(issued, first("findings")), blind=CADRE,
    ),
    # the letter is out: a sentence says so
    "inspections:check-finding-change": sent({"text": "改", "revision": "1"}, status=422),
    "inspections:check-finding-answer": Row(
        near=COUNTY, far=OUTSIDER, args=key(issued, first("findings")), blind=CADRE,
        data={"text": "已改", "revision": "1"}, **POST,
    ),
    "inspections:check-finding-review": sent({"verdict": "fixed", "revision": "1"}, status=302),
    "inspections:check-letter-generate": worked(key(drawn)),
    "inspections:check-letter-issue": planned(key(drawn), **POST),
    **{
        f"inspections:check-letter{kind}": Row(
            near=CITY | LEADER | SUPERVISION | COUNTY, far=CITY | LEADER | OUTSIDER,
            args=key(issued, first("letters")), blind=CADRE,
        )
        for kind in ("", "-docx", "-pdf")
    },
    "inspections:check-close": planned(key(drawn), **POST),
    "inspections:check-void": planned(key(early), data={"reason": "重来"}, **POST),
    "inspections:campaign-list": Row(near=READERS, query="?area=379921"),
    "inspections:campaign-detail": Row(
        near=READERS, far=READERS, args=lambda world, where: [make_campaign().pk]
    ),
    "inspections:campaign-export": Row(
        near=READERS, far=READERS, args=lambda world, where: [make_campaign().pk]
    ),
    "inspections:campaign-tag": Row(
        near=CITY | SUPERVISION, far=CITY, blind=COUNTY | OUTSIDER | STATION,
        args=lambda world, where: [f"check-{drawn(world, where).pk}"],
    ),
    "inspections:standard-list": Row(near=DESK, query="?view=overdue&state=met&q=机制"),
    "inspections:standard-export": Row(near=DESK),
    "inspections:standard-create": Row(near=CITY),
    "inspections:standard-detail": Row(
        near=CITY | COUNTY | LEADER | SUPERVISION, far=CITY | LEADER | OUTSIDER, args=key(standard)
    ),
    "inspections:standard-update": Row(near=CITY, far=CITY, args=key(standard)),
    "inspections:standard-note": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=key(standard),
        data={"state": "in_progress", "text": "在办", "revision": "1"}, **POST,
    ),
    "inspections:standard-file": Row(
        near=CITY | COUNTY | LEADER | SUPERVISION, far=CITY | LEADER | OUTSIDER, args=key(proof)
    ),
    "inspections:standard-file-withdraw": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=key(proof)
    ),
    "api:check-list": Row(near=STAFF - STATION, query="?level=city&year=2022", **API),
    "api:check-detail": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=key(issued), **API
    ),
    "api:check-finding-list": Row(near=STAFF - STATION, query="?state=open", **API),
    "api:campaign-list": Row(near=READERS | CADRE, **API),
    **model_rows(
        "inspections_campaign", lambda world, where: [make_campaign().pk], near=REGISTRARS
    ),
    **model_rows(
        "inspections_checkquota",
        lambda world, where: [
            CheckQuota.objects.create(level="city", kind="entity", key=where[0]).pk
        ],
        near=REGISTRARS,
    ),
    **model_rows(
        "inspections_checkcycle",
        lambda world, where: [
            CheckCycle.objects.create(level="city" if where == "near" else "county").pk
        ],
        near=REGISTRARS,
    ),
    **model_rows(
        "inspections_checkscore",
        lambda world, where: [CheckScore.objects.create(code=f"X{where}").pk],
        near=REGISTRARS,
    ),
}  # fmt: skip
