"""Rows of the uploads of cadre ledgers, and of the plan from the register's names."""

import uuid

from django.core.files.base import ContentFile

from responsibility.models import CadreUpload
from tests.matrix import BUREAU, CITY, COUNTY, OUTSIDER, Row


def upload(state, **more):
    """A maker of an upload of the county, in a state."""

    def make(world, where):
        made = CadreUpload(
            area=world.areas[world.code[where][:6]],
            reference=f"{where}-{state}-{uuid.uuid4().hex[:8]}",
            channel="page",
            filename="名册.xlsx",
            size=1,
            sha256="0" * 64,
            state=state,
            **more,
        )
        made.file.save("ledger", ContentFile(b"x"), save=False)
        made.save()
        made.ledger_rows.create(index=1, sheet="名册", row=2, is_refused=False)
        return [made.pk]

    return make


def of_upload(act, state, **more):
    """A row of a page or an act on one upload: whose county it is, and the city."""
    options = {"near": CITY | COUNTY, "far": CITY | OUTSIDER, "args": upload(state)}
    return Row(**options | {"method": act} | ({"status": 302} if act == "post" else {}) | more)


def by_api(act="get", state="review", **more):
    """The same by the API: 401 without a key."""
    return Row(near=CITY | COUNTY, far=CITY | OUTSIDER, args=upload(state), method=act,
               anonymous=401, **more)  # fmt: skip


ROWS = {
    "api:cadre-upload-list": [
        Row(near=BUREAU, anonymous=401),
        Row(near=BUREAU, method="post", status=400, anonymous=401),
    ],
    "api:cadre-upload-detail": by_api(),
    "api:cadre-upload-findings": by_api(),
    "api:cadre-upload-columns": by_api("post", status=400),
    "api:cadre-upload-confirm": by_api("post", "queued", status=409),
    "api:cadre-upload-discard": by_api("post"),
    "api:cadre-upload-undo": by_api("post", status=409),
    "responsibility:cadre-upload-list": Row(near=BUREAU),
    "responsibility:cadre-upload-create": [
        Row(near=BUREAU, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
    "responsibility:cadre-upload-template": Row(near=BUREAU),
    "responsibility:cadre-upload-detail": [
        of_upload("get", state)
        for state in ("queued", "columns", "review", "applied", "refused", "undone", "discarded")
    ],
    "responsibility:cadre-upload-progress": of_upload("get", "processing"),
    "responsibility:cadre-upload-columns": of_upload(
        "post",
        "columns",
        args=upload("columns", unmatched=[{"sheet": "名册", "heading": "同志", "why": ""}]),
        data={"heading": "同志", "field": "name"},
    ),
    "responsibility:cadre-upload-confirm": of_upload("post", "review"),
    "responsibility:cadre-upload-discard": of_upload("post", "review"),
    "responsibility:cadre-upload-undo": [of_upload("get", "applied"), of_upload("post", "applied")],
    "responsibility:cadre-upload-error-book": of_upload("get", "review"),
    "responsibility:cadre-upload-file": of_upload("get", "review"),
    "responsibility:named-plan": [
        Row(near=BUREAU, method="post", status=302),
        Row(near=frozenset(), status=405, denied=405),
    ],
}
