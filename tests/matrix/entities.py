"""Rows of the register. Uploads stand in the second half."""

import datetime
import uuid

from django.core.files.base import ContentFile
from django.core.management import call_command

from entities.models import GradingStandard, LedgerUpload, Proposal, SampleDraw, Transfer
from tests.entities.twins import a_merge, pair
from tests.factories import EntityFactory, UserFactory
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    FAR_READERS,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)

CITY_ADMIN = frozenset({"city_admin"})
APPROVERS = CITY_ADMIN | COUNTY | OUTSIDER
PROPOSERS = COUNTY | OUTSIDER | STATION
SCREEN_READERS = STAFF | SUPERVISION


def entity(world, where):
    return [EntityFactory(area=world.areas[world.code[where]]).pk]


def proposal(world, where, **more):
    business = EntityFactory(area=world.areas[world.code[where]])
    return Proposal.objects.create(
        entity=business,
        area=business.area,
        kind="screen",
        status_from="operating",
        status_to="closed",
        reason="已关门",
        **more,
    )


def an_open_proposal(world, where):
    return [proposal(world, where).pk]


def with_evidence(world, where):
    made = proposal(world, where, evidence_name="门头.jpg")
    made.evidence.save("x", ContentFile(b"\xff\xd8\xff"))
    return [made.pk]


def twins(world, where):
    return [pair(areas=world.areas, code=world.code[where])[2].pk]


def merged(world, where):
    return [a_merge(areas=world.areas, code=world.code[where], actor=UserFactory()).pk]


def drawn(world, where):
    return [proposal(world, where, state="approved", sample_state="pending").pk]


def draw(world, where):
    made = SampleDraw.objects.create(
        area=world.areas["3799"],
        kind="screen",
        seed=7,
        percent=5,
        until=datetime.datetime(2022, 11, 2, tzinfo=datetime.UTC),
        frame_size=0,
        drawn_ids=[],
        drawn_by=world.people["city_officer"],
    )
    return [made.pk]


def transfer(world, where):
    business = EntityFactory(area=world.areas[world.code[where]])
    return [Transfer.objects.create(entity=business, to_area=world.areas["379981"]).pk]


def standard(world, where):
    call_command("load_register_fixtures", verbosity=0)
    return [GradingStandard.objects.get().pk]


def draft(world, where):
    made = GradingStandard.objects.create(name="草稿", effective_from="2023-01-01")
    return [made.pk]


REGISTER = {
    "entities:entity-list": Row(near=READERS | CADRE),
    "entities:entity-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=entity, blind=CADRE),
    "entities:entity-create": Row(near=BUREAU),
    "entities:entity-update": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=entity),
    "entities:entity-phone": Row(
        near=CITY_ADMIN | COUNTY | STATION,
        far=CITY_ADMIN | OUTSIDER,
        args=entity,
        method="post",
        status=302,
    ),
    "entities:entity-grade": Row(
        near=CITY_ADMIN | COUNTY | STATION, far=CITY_ADMIN | OUTSIDER, args=entity
    ),
    "entities:entity-screen": Row(near=COUNTY | STATION, far=OUTSIDER, args=entity),
    "entities:entity-restore": Row(near=COUNTY | STATION, far=OUTSIDER, args=entity),
    "entities:entity-export": [Row(near=STAFF), Row(near=STAFF, method="post")],
    "entities:entity-bulk-grade": Row(near=APPROVERS | STATION, method="post"),
    "entities:entity-bulk-adopt": Row(near=APPROVERS, method="post"),
    "entities:entity-bulk-screen": Row(near=PROPOSERS, method="post"),
    "entities:entity-bulk-restore": Row(near=PROPOSERS, method="post"),
    "entities:grading-standard-list": Row(near=BUREAU),
    "entities:grading-standard-detail": Row(near=BUREAU, args=standard, query="?try=1"),
    "entities:grading-standard-rows": Row(near=BUREAU, args=standard, query="?old=A&new=none"),
    "entities:grading-standard-draft": Row(
        near=CITY_ADMIN, args=standard, method="post", status=302
    ),
    "entities:grading-standard-activate": Row(
        near=CITY_ADMIN, args=draft, method="post", status=302
    ),
    "entities:screening-list": Row(near=SCREEN_READERS),
    "entities:screening-bulk": Row(
        near=APPROVERS, method="post", data={"act": "approve"}, status=302
    ),
    "entities:screening-detail": Row(
        near=SCREEN_READERS - OUTSIDER, far=CITY | OUTSIDER, args=an_open_proposal
    ),
    "entities:screening-decide": [
        Row(
            near=CITY_ADMIN | COUNTY,
            far=CITY_ADMIN | OUTSIDER,
            args=an_open_proposal,
            method="post",
            data={"act": "approve"},
            status=302,
        ),
        Row(
            near=COUNTY | STATION,
            far=OUTSIDER,
            args=an_open_proposal,
            method="post",
            data={"act": "withdraw"},
            status=302,
        ),
    ],
    "entities:screening-evidence": Row(
        near=SCREEN_READERS - OUTSIDER, far=CITY | OUTSIDER, args=with_evidence
    ),
    "entities:sample-list": Row(near=CITY),
    "entities:sample-create": Row(near=CITY, method="post", status=302),
    "entities:sample-detail": Row(near=CITY, args=draw, query="?again=1"),
    "entities:sample-decide": Row(
        near=CITY, far=CITY, args=drawn, method="post", data={"act": "pass"}, status=302
    ),
    "entities:twin-list": Row(near=SCREEN_READERS),
    "entities:twin-export": Row(near=STAFF),
    "entities:twin-detail": Row(near=SCREEN_READERS - OUTSIDER, far=CITY | OUTSIDER, args=twins),
    "entities:twin-merge": Row(
        near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=twins, method="post", status=302
    ),
    "entities:twin-judge": Row(
        near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=twins, method="post", status=302
    ),
    "entities:merge-list": Row(near=SCREEN_READERS),
    "entities:merge-detail": Row(near=SCREEN_READERS - OUTSIDER, far=CITY | OUTSIDER, args=merged),
    "entities:merge-undo": Row(
        near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=merged, method="post", status=302
    ),
    "entities:transfer-list": Row(near=CITY),
    "entities:transfer-decide": Row(
        near=CITY, far=CITY, args=transfer, method="post", data={"act": "accept"}, status=302
    ),
}


def upload(state, **more):
    """A maker of an upload of the county, in a state."""

    def make(world, where):
        made = LedgerUpload(
            area=world.areas[world.code[where][:6]],
            reference=f"{where}-{state}-{uuid.uuid4().hex[:8]}",
            channel="page",
            filename="台账.xlsx",
            size=1,
            sha256="0" * 64,
            state=state,
            **more,
        )
        made.file.save("ledger", ContentFile(b"x"), save=False)
        made.save()
        made.ledger_rows.create(index=1, sheet="台账", row=2, is_refused=False)
        return [made.pk]

    return make


def of_upload(act, state, **more):
    """A row of a page or an act on one upload: whose county it is, and the city."""
    options = {"near": CITY | COUNTY, "far": CITY | OUTSIDER, "args": upload(state)}
    return Row(**options | {"method": act} | ({"status": 302} if act == "post" else {}) | more)


UPLOADS = {
    "entities:upload-list": Row(near=BUREAU),
    "entities:upload-create": [
        Row(near=BUREAU, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "entities:upload-template": Row(near=BUREAU),
    "entities:upload-detail": [
        of_upload("get", state)
        for state in ("queued", "columns", "review", "applied", "refused", "undone", "discarded")
    ],
    "entities:upload-progress": of_upload("get", "processing"),
    "entities:upload-columns": of_upload(
        "post",
        "columns",
        args=upload("columns", unmatched=[{"sheet": "台账", "heading": "店招", "why": ""}]),
        data={"heading": "店招", "field": "name"},
    ),
    "entities:upload-renewals": of_upload("post", "review"),
    "entities:upload-confirm": of_upload("post", "review"),
    "entities:upload-discard": of_upload("post", "review"),
    "entities:upload-undo": [of_upload("get", "applied"), of_upload("post", "applied")],
    "entities:upload-propose-missing": of_upload(
        "post", "review", near=COUNTY, far=OUTSIDER, blind=STATION
    ),
    "entities:upload-error-book": of_upload("get", "review"),
    "entities:upload-file": of_upload("get", "review"),
}

ROWS = REGISTER | UPLOADS
EXEMPT = {}
