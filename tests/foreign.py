"""A foreign county full of canaries: texts and numbers that nobody from another county may ever read.

`plant(areas)` makes one object of every kind in 379981 (南湖市); `ours(areas)` the same in 379921 (东山县).
"""

import datetime
import io
import zipfile
from types import SimpleNamespace

import openpyxl
from django.core.files.base import ContentFile
from django.utils import timezone

from entities.models import (
    ColumnChoice,
    LedgerFinding,
    LedgerMissing,
    LedgerRow,
    LedgerUpload,
    Proposal,
    SampleDraw,
    Transfer,
)
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import AreaAlias
from jiamusi_foodsafety.jurisdiction.services import api_key_create, audit
from tests import foreign_parts
from tests.factories import EntityFactory, StationFactory, UserFactory

WORD = "金丝雀"
LICENCE, CREDIT, PHONE = "JY23799810099887", "92379981MA7CANARY9", "13987650321"
CANARIES = (WORD, LICENCE, CREDIT, PHONE, "139****0321")
FOREIGN, FOREIGN_TOWN = "379981", "379981001"
NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)


def plant(areas):
    """Objects of every kind in the foreign county, each text a canary."""
    return _plant(areas, FOREIGN, FOREIGN_TOWN, WORD, LICENCE, CREDIT, PHONE)


def ours(areas):
    """The same objects at home."""
    return _plant(
        areas,
        "379921",
        "379921001",
        "自家",
        "JY23799210011223",
        "92379921MA7HM3E009",
        "13812345678",
    )


def _plant(areas, county, town, word, licence, credit, phone):
    people = [
        UserFactory(username=f"{county}_clerk", name=f"{word}员", area=areas[county],
                    role=roles.COUNTY_OFFICER),
    ]  # fmt: skip
    clerk = people[0]
    station = StationFactory(name=f"{word}所", county=areas[county])
    entity = EntityFactory(
        area=areas[town], name=f"{word}酒楼", licence_no=licence, credit_code=credit, phone=phone,
        legal_person=f"{word}人", address=f"{word}街 7 号", note=f"{word}备注", grade="C",
        grade_source="manual", grade_reason=f"{word}定级", suggested_grade="B",
        cadre_name=f"{word}干部", cadre_phone=phone, supervisor=f"{word}监管", doubts=["W_PHONE"],
        expires_on=timezone.localdate() + datetime.timedelta(days=9),
    )  # fmt: skip
    upload = _upload(areas[county], clerk, entity, word, licence, phone)
    common = {"entity": entity, "area": areas[town], "status_from": "operating",
              "proposed_by": clerk, "upload": upload}  # fmt: skip
    proposal = Proposal.objects.create(
        kind="screen",
        status_to="closed",
        reason=f"{word}关门",
        evidence_name=f"{word}.jpg",
        **common,
    )
    proposal.evidence.save("x", ContentFile(f"\xff\xd8\xff{word}".encode()))
    drawn = Proposal.objects.create(
        kind="grade", grade_to="A", reason=f"{word}定级", state="approved", decided_by=clerk,
        decided_at=NOW, decision_note=f"{word}同意", sample_state="pending", **common
    )  # fmt: skip
    draw = SampleDraw.objects.create(
        area=areas["3799"], kind="grade", seed=1, percent=5, until=NOW, frame_size=1,
        drawn_ids=[drawn.pk], drawn_by=clerk,
    )  # fmt: skip
    transfer = Transfer.objects.create(entity=entity, to_area=areas["379902"], upload=upload)
    choice = ColumnChoice.objects.create(area=areas[county], heading=f"{word}列", field="name")
    alias = AreaAlias.objects.create(area=areas[town], name=f"{word}旧称")
    record = audit(
        actor=clerk, action="change", object_type="entity", object_id=f"{word}号",
        area_code=county, detail={"reason": f"{word}理由"},
    )  # fmt: skip
    token, _ = api_key_create(user=clerk, label=f"{word}钥匙", at=NOW)
    parts = foreign_parts.plant(
        areas=areas, county=county, town=town, word=word, phone=phone, clerk=clerk, entity=entity
    )
    return SimpleNamespace(
        clerk=clerk, station=station, entity=entity, upload=upload, proposal=proposal, drawn=drawn,
        draw=draw, transfer=transfer, choice=choice, alias=alias, record=record, token=token,
        county=county, town=town, **parts,
    )  # fmt: skip


def _upload(area, clerk, entity, word, licence, phone):
    upload = LedgerUpload(
        area=area, uploaded_by=clerk, reference=f"{area.pk}-20221102-77", channel="page", mode="full",
        filename=f"{word}台账.xlsx", size=3, sha256="0" * 64, state="review", stage="review", rows=4,
        new=1, changed=1, refused_rows=1, missing=1, renewals=1, findings={"R_PHONE": 1},
        columns={"name": f"{word}名称"}, headers={"表": [f"{word}名称"]},
        sheets=[{"name": f"{word}表", "rows": 4, "header_rows": [1]}],
        unmatched=[{"heading": f"{word}杂项", "sheet": "表"}],
    )  # fmt: skip
    upload.file.save("x", ContentFile(word.encode()), save=False)
    upload.save()
    row = {"upload": upload, "sheet": f"{word}表", "name": f"{word}酒楼", "licence_no": licence,
           "phone": phone, "address": f"{word}街"}  # fmt: skip
    LedgerRow.objects.bulk_create(
        [
            LedgerRow(index=1, row=2, is_refused=False, action="new", **row),
            LedgerRow(index=2, row=3, is_refused=False, action="changed", entity=entity,
                      diff={"name": [f"{word}旧名", f"{word}新名"]}, **row),
            LedgerRow(index=3, row=4, is_refused=True, action="refused", raw=[word], **row),
            LedgerRow(index=4, row=5, is_refused=False, action="renewal", entity=entity,
                      diff={"licence_no": ["旧", licence]}, **row),
        ]
    )  # fmt: skip
    LedgerFinding.objects.create(
        upload=upload, index=3, sheet="表", row=4, column=f"{word}电话", field="phone",
        value=f"{word} {phone}", code="R_PHONE", message=f"{word}电话写错",
    )  # fmt: skip
    LedgerMissing.objects.create(upload=upload, entity=entity)
    return upload


def text_of(response) -> str:
    """All that a person could read in an answer: its headers, its text, the cells of its workbook."""
    body = response.getvalue() if response.streaming else response.content
    told = " ".join(f"{key}: {value}" for key, value in response.headers.items())
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b"\n".join(package.read(name) for name in package.namelist())
    return told + body.decode("utf-8", "replace")


def cells_of(response):
    """The cells of an answered workbook."""
    body = response.getvalue() if response.streaming else response.content
    for page in openpyxl.load_workbook(io.BytesIO(body)):
        for row in page.iter_rows():
            yield from row
