"""Rows of pledges and letters."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from responsibility.documents.letters import example_template
from responsibility.documents.pledge_template import default_template
from responsibility.models import Batch, Letter, LetterTemplate, Pledge, PledgeTemplate, ResignRule
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    LEADER,
    OUTSIDER,
    SUPERVISION,
    Row,
)
from tests.matrix.admin import NONE, register_rows
from tests.responsibility.factories import CadreFactory

API = {"anonymous": 401}
CITY_ADMIN = frozenset({"city_admin"})
LOOKERS = BUREAU | LEADER | SUPERVISION
READ = LOOKERS | CADRE
NEAR = CITY | COUNTY | LEADER | SUPERVISION
FAR = CITY | OUTSIDER | LEADER
NEAR_DO, FAR_DO = CITY | COUNTY, CITY | OUTSIDER


def pledge(world, where, state="waiting", **more):
    cadre = CadreFactory(area=world.areas[world.code[where]], level="township")
    made = Pledge.objects.create(
        cadre=cadre, area=cadre.area, number=f"2022-379921-{cadre.pk}", level=cadre.level,
        name=cadre.name, post=cadre.post, unit=cadre.unit, state=state, **more,
    )  # fmt: skip
    return [made.pk]


def draft(world, where):
    return pledge(world, where, state="draft")


def scanned(world, where):
    return pledge(world, where, scan=ContentFile(b"%PDF-", name="x"), scan_name="签.pdf")


def letter(world, where, **more):
    made = Letter.objects.create(
        kind="township", year=2022, area=world.areas[world.code[where]], upper="上级", **more
    )
    return [made.pk]


def scanned_letter(world, where):
    return letter(world, where, scan=ContentFile(b"%PDF-", name="x"), scan_name="状.pdf")


def batch(world, where):
    return [Batch.objects.create(kind="pledges", area=world.areas[world.code[where]]).pk]


def bundled(world, where):
    area = world.areas[world.code[where]]
    made = Batch(kind="papers", area=area, state="done", file_name="承诺书.zip")
    made.file.save("x", ContentFile(b"PK"), save=True)
    return [made.pk]


def day(**more):
    return {"signed_on": timezone.localdate().isoformat(), **more}


class Again(SimpleUploadedFile):
    """One file that each person sends whole."""

    def read(self, *args):
        self.seek(0)
        return super().read(*args)


def signed_scan(world, where):
    return day(scan=Again("签.pdf", b"%PDF-1.4"))


def template(world, where):
    return {"of": "village", "file": SimpleUploadedFile("模板.docx", default_template())}


def letter_template(world, where):
    file = SimpleUploadedFile("模板.docx", example_template("county"))
    return {"of": "county", "file": file}


def level(world, where):
    return ["village"]


def kind(world, where):
    return ["township"]


def act(args, *, far=FAR_DO, near=NEAR_DO, blind=frozenset(), data=None):
    return Row(near=near, far=far, args=args, method="post", status=302, blind=blind, data=data)


def api_act(args, data=None):
    return Row(near=NEAR_DO, far=FAR_DO, args=args, method="post", data=data, **API)


def rule(world, where):
    return [ResignRule.objects.create().pk]


def own_letter_template(world, where):
    return [LetterTemplate.objects.create(kind="county", name="模板").pk]


def own_template(world, where):
    return [PledgeTemplate.objects.create(level="village", name="模板").pk]


ROWS = {
    # a cadre gets his own pledge there, or that there is none
    "responsibility:papers": Row(near=READ),
    "responsibility:pledge-list": Row(near=READ),
    "responsibility:pledge-mine": Row(near=READ),
    "responsibility:pledge-bulk-issue": Row(near=BUREAU, method="post", status=302),
    "responsibility:pledge-bulk-sign": Row(near=BUREAU, method="post", status=302),
    "responsibility:letter-bulk-sign": Row(near=BUREAU, method="post", status=302),
    "responsibility:pledge-remind": Row(near=BUREAU, method="post", status=302),
    "responsibility:pledge-export": Row(near=BUREAU),
    # none to print, none to bundle: told, and back to the list
    "responsibility:pledge-print": Row(near=BUREAU, status=302),
    "responsibility:pledge-bundle": Row(near=BUREAU, method="post", status=302),
    "responsibility:pledge-batch-file": Row(near=NEAR_DO, far=FAR_DO, args=bundled),
    "responsibility:pledge-make": Row(near=BUREAU),
    "responsibility:pledge-batch": Row(near=NEAR_DO, far=FAR_DO, args=batch),
    "responsibility:pledge-batch-progress": Row(near=NEAR_DO, far=FAR_DO, args=batch),
    "responsibility:pledge-templates": Row(near=BUREAU),
    "responsibility:pledge-template-upload": Row(
        near=CITY_ADMIN, method="post", status=302, data=template
    ),
    "responsibility:pledge-template-back": Row(near=CITY_ADMIN, method="post", status=302),
    "responsibility:pledge-template-file": Row(near=BUREAU, args=level),
    "responsibility:pledge-detail": Row(near=NEAR, far=FAR, args=pledge, blind=CADRE),
    # a leader may sign his own: this one is not his, he is told so
    "responsibility:pledge-sign": Row(
        near=LEADER, far=LEADER, args=pledge, blind=CADRE, method="post", status=302,
        data={"typed": "张三", "has_read": "on", "mark": "0" * 32},
    ),
    "responsibility:pledge-issue": act(draft),
    "responsibility:pledge-scan-add": act(pledge, data=signed_scan),
    "responsibility:pledge-void": act(pledge, data={"reason": "有误"}),
    "responsibility:pledge-docx": Row(near=NEAR, far=FAR, args=pledge, blind=CADRE),
    "responsibility:pledge-pdf": Row(near=NEAR, far=FAR, args=pledge, blind=CADRE),
    "responsibility:pledge-scan": Row(near=NEAR, far=FAR, args=scanned, blind=CADRE),
    "responsibility:letter-list": Row(near=LOOKERS),
    "responsibility:letter-make": [
        Row(near=BUREAU),
        Row(near=BUREAU, method="post", status=302, data={"year": "2022"}),
    ],
    "responsibility:letter-member-create": Row(
        near=BUREAU, method="post", status=302, data={"unit": "某局"}
    ),
    "responsibility:letter-export": Row(near=BUREAU),
    "responsibility:letter-detail": Row(near=NEAR, far=FAR, args=letter),
    "responsibility:letter-sign": act(letter, data=lambda world, where: day()),
    "responsibility:letter-void": act(letter, data={"reason": "有误"}),
    "responsibility:letter-docx": Row(near=NEAR, far=FAR, args=letter),
    "responsibility:letter-pdf": Row(near=NEAR, far=FAR, args=letter),
    # none to print: told, and back to the list
    "responsibility:letter-print": Row(near=BUREAU, status=302),
    "responsibility:letter-templates": Row(near=BUREAU),
    "responsibility:letter-template-upload": Row(
        near=CITY_ADMIN, method="post", status=302, data=letter_template
    ),
    "responsibility:letter-template-back": Row(near=CITY_ADMIN, method="post", status=302),
    "responsibility:letter-template-file": Row(near=BUREAU, args=kind),
    "responsibility:letter-scan": Row(near=NEAR, far=FAR, args=scanned_letter),
    "api:pledge-list": [
        Row(near=BUREAU, **API),
        # nobody of the city's own level needs one here
        Row(near=BUREAU, method="post", data={"level": "city"}, status=409, **API),
    ],
    "api:pledge-detail": Row(near=NEAR_DO, far=FAR_DO, args=pledge, **API),
    "api:pledge-issue": api_act(draft),
    "api:pledge-scan": api_act(pledge, data=signed_scan),
    "api:pledge-void": api_act(pledge, data={"reason": "有误"}),
    "api:batch-detail": Row(near=NEAR_DO, far=FAR_DO, args=batch, **API),
    "api:letter-list": [
        Row(near=BUREAU, **API),
        Row(near=BUREAU, method="post", data={"year": "2022"}, status=201, **API),
    ],
    "api:letter-detail": Row(near=NEAR_DO, far=FAR_DO, args=letter, **API),
    "api:letter-sign": api_act(letter, data={"signed_on": "2022-11-02"}),
    "api:letter-void": api_act(letter, data={"reason": "有误"}),
    **register_rows("responsibility_resignrule", rule),
    **register_rows("responsibility_pledgetemplate", own_template, add=NONE),
    **register_rows("responsibility_lettertemplate", own_letter_template, add=NONE),
    **register_rows("responsibility_letter", letter, add=NONE),
}  # fmt: skip
