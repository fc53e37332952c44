"""An upload of the foreign county's cadre ledger."""

from django.core.files.base import ContentFile

from responsibility.models import CadreFinding, CadreMissing, CadreRow, CadreUpload
from tests.responsibility.factories import CadreFactory

PREFIXES = [
    ("responsibility:cadre-upload-", "cadre_upload"),
    ("api:cadre-upload-", "cadre_upload"),
    ("admin:responsibility_cadreupload_", "cadre_upload"),
]
SUITED = ("cadre-upload-list",)


def plant(*, areas, county, town, word, phone, clerk, **_):
    upload = CadreUpload(
        area=areas[county], uploaded_by=clerk, reference=f"{county}-20221102-G77", channel="page",
        mode="full", filename=f"{word}名册.xlsx", size=3, sha256="0" * 64, state="review",
        stage="review", rows=3, new=1, changed=1, refused_rows=1, missing=1,
        findings={"R_PHONE": 1}, columns={"name": f"{word}姓名"}, headers={"表": [f"{word}姓名"]},
        sheets=[{"name": f"{word}表", "rows": 3, "header_rows": [1]}],
        unmatched=[{"heading": f"{word}杂项", "sheet": "表"}],
    )  # fmt: skip
    upload.file.save("x", ContentFile(word.encode()), save=False)
    upload.save()
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}镇长", phone=phone)
    row = {"upload": upload, "sheet": f"{word}表", "name": f"{word}书记", "phone": phone,
           "post": f"{word}职务", "level": "township", "area_code": town}  # fmt: skip
    CadreRow.objects.bulk_create(
        [
            CadreRow(index=1, row=2, is_refused=False, action="new", **row),
            CadreRow(index=2, row=3, is_refused=False, action="changed", cadre=cadre,
                     diff={"post": [f"{word}旧职", f"{word}新职"]}, **row),
            CadreRow(index=3, row=4, is_refused=True, action="refused", raw=[word], **row),
        ]
    )  # fmt: skip
    CadreFinding.objects.create(
        upload=upload, index=3, sheet="表", row=4, column=f"{word}电话", field="phone",
        value=f"{word} {phone}", code="R_PHONE", message=f"{word}电话写错",
    )  # fmt: skip
    CadreMissing.objects.create(upload=upload, cadre=cadre)
    return {"cadre_upload": upload}
