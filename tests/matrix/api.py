"""Rows of /api/v1/: who calls without a key or a session gets 401."""

import io

from django.utils import timezone

from entities.ledger.uploads import upload_accept
from tests.factories import EntityFactory

from . import BUREAU, CITY, OUTSIDER, STAFF, Row
from .reports import report

NEAR, FAR = STAFF - OUTSIDER, CITY | OUTSIDER
READ = {"anonymous": 401}


def area(world, where):
    return [world.code[where]]


def entity(world, where):
    return [EntityFactory(area_id=world.code[where]).pk]


def upload(world, where):
    made = upload_accept(
        source=io.BytesIO(b"x"),
        filename="台账.csv",
        area=world.areas[world.code[where][:6]],
        by=None,
        channel="api",
        at=timezone.now(),
    )
    return [made.pk]


def uploads(**more):
    return Row(near=BUREAU - OUTSIDER, far=FAR, args=upload, **{**READ, **more})


ROWS = {
    "api:schema": Row(near=STAFF, **READ),
    "api:docs": Row(near=STAFF, **READ),
    "api:area-list": Row(near=STAFF, **READ),
    "api:area-detail": Row(near=NEAR, far=FAR, args=area, **READ),
    "api:area-children": Row(near=NEAR, far=FAR, args=area, **READ),
    "api:entity-list": Row(near=STAFF, **READ),
    "api:entity-detail": [
        Row(near=NEAR, far=FAR, args=entity, **READ),
        # In scope, but the test client's body is no JSON.
        Row(near=NEAR, far=FAR, args=entity, method="patch", status=415, **READ),
    ],
    "api:entity-history": Row(near=NEAR, far=FAR, args=entity, **READ),
    "api:ledger-upload-list": [
        Row(near=BUREAU, **READ),
        Row(near=BUREAU, method="post", status=400, **READ),
    ],
    "api:ledger-upload-detail": uploads(),
    "api:ledger-upload-findings": uploads(),
    "api:ledger-upload-columns": uploads(method="post", status=400),
    "api:ledger-upload-renewals": uploads(method="post", status=400),
    # Nothing to confirm or to take back yet.
    "api:ledger-upload-confirm": uploads(method="post", status=409),
    "api:ledger-upload-discard": uploads(method="post"),
    "api:ledger-upload-undo": uploads(method="post", status=409),
    "api:indicators": Row(near=STAFF, **READ),
    "api:progress": Row(near=STAFF, **READ),
    "api:daily-report-list": Row(near=BUREAU, **READ),
    "api:daily-report-detail": Row(near=BUREAU, args=report, **READ),
}
EXEMPT = {}
