import csv
import datetime
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from entities.ledger.columns import COLUMNS
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.factories import EntityFactory
from tests.personas import OTHER_COUNTY, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
EXPORT = reverse("entities:entity-export")
HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture
def shops(areas, dictionaries):
    return {
        "formula": EntityFactory(
            name="=1+1", area=areas[TOWN], licence_no="JY13799210000001", note="@SUM(A1)", grade="D"
        ),
        "village": EntityFactory(
            name="长期店",
            area=areas[VILLAGE],
            licence_no="JY13799210000002",
            is_permanent=True,
            floor_area=Decimal("88.50"),
            staff_count=3,
        ),
        "dated": EntityFactory(
            name="到期店",
            area=areas[TOWN],
            area_text="小河屯",
            expires_on=datetime.date(2027, 11, 5),
        ),
        "far": EntityFactory(name="别县店", area=areas[f"{OTHER_COUNTY}001"]),
    }


def read_xlsx(response):
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]], rows[0], kinds


def test_xlsx_holds_what_is_filtered_as_typed_text(shops, county_officer, log_in):
    response = log_in(county_officer).get(EXPORT)
    rows, headings, kinds = read_xlsx(response)
    assert headings == HEADINGS
    assert "f" not in kinds
    found = {row["主体名称"]: row for row in rows}
    assert set(found) == {"=1+1", "长期店", "到期店"}
    village = found["长期店"]
    assert (village["乡镇街道"], village["许可证有效期至"]) == ("城关街道", "长期")
    assert (village["经营面积"], village["从业人数"]) == (88.5, 3)
    assert found["到期店"]["村社区"] == "小河屯"
    assert found["到期店"]["许可证有效期至"].date() == datetime.date(2027, 11, 5)
    assert found["=1+1"]["联系电话"] == "13804540000"


def test_export_is_exactly_the_filter_or_the_ticked_rows(shops, county_officer, log_in):
    client = log_in(county_officer)
    assert [row["主体名称"] for row in read_xlsx(client.get(f"{EXPORT}?q=长期"))[0]] == ["长期店"]
    ticked = client.post(EXPORT, {"pk": [shops["dated"].pk, shops["far"].pk]})
    assert [row["主体名称"] for row in read_xlsx(ticked)[0]] == ["到期店"]
    every = client.post(f"{EXPORT}?grade=D", {"every": "1", "pk": [shops["dated"].pk]})
    assert [row["主体名称"] for row in read_xlsx(every)[0]] == ["=1+1"]


def test_csv_cannot_run_a_formula(shops, county_officer, log_in):
    response = log_in(county_officer).get(f"{EXPORT}?format=csv&q=1%2B1")
    text = response.getvalue().decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["主体名称"] == "'=1+1"
    assert row["备注"].startswith("'@")


def test_phones_are_masked_for_those_who_need_them_not(shops, city_officer, log_in):
    rows, headings, _ = read_xlsx(log_in(city_officer).get(EXPORT))
    assert "联系电话" not in headings
    assert {row["脱敏联系电话"] for row in rows} == {"138****0000"}


def test_export_is_recorded_and_named_after_its_maker(shops, county_officer, log_in):
    response = log_in(county_officer).get(f"{EXPORT}?grade=D")
    response.getvalue()
    record = AuditRecord.objects.get(action="export")
    assert county_officer.name in record.detail["file"]
    assert record.detail["query"] == "grade=D"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_empty_export_still_has_its_headings(shops, county_officer, log_in):
    rows, headings, _ = read_xlsx(log_in(county_officer).get(f"{EXPORT}?q=没有这家店"))
    assert (rows, headings) == ([], HEADINGS)


@pytest.fixture(
    params=[
        ("county_officer", "xlsx", 3),
        ("county_officer", "csv", 3),
        ("city_officer", "xlsx", 4),
    ]
)
def case(request):
    """A person, a format, and how many businesses he sees."""
    persona, format, number = request.param
    return request.getfixturevalue(persona), format, number


def test_export_uploaded_again_changes_nothing(case, shops, log_in, tmp_path, capsys):
    persona, format, number = case
    Entity.objects.update(credit_code="92379921MA19KP5Q91", legal_person="李四")
    path = tmp_path / f"again.{format}"
    path.write_bytes(log_in(persona).get(f"{EXPORT}?format={format}").getvalue())
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        call_command("import_ledger", str(path), "--json", "--area", persona.area_id)
    assert end.value.code == 0
    told = json.loads(capsys.readouterr().out)
    counts = [told[key] for key in ("rows", "unchanged", "changed", "new", "refused_rows")]
    assert counts == [number, number, 0, 0, 0], told["findings"]


def test_command_gives_the_register_back(shops, tmp_path):
    path = tmp_path / "all.json"
    call_command("export_entities", "--out", str(path))
    record = AuditRecord.objects.get(action="export")
    assert (record.actor_name, record.object_type, record.area_id) == ("系统", "entity", None)
    assert record.detail["format"] == "json"
    rows = {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    assert set(rows) == {"=1+1", "长期店", "到期店", "别县店"}
    assert rows["到期店"]["expires_on"] == "2027-11-05"
    assert (rows["长期店"]["expires_on"], rows["长期店"]["floor_area"]) == ("长期", 88.5)
    assert rows["长期店"]["area_id"] == VILLAGE
    call_command("export_entities", "--area", TOWN, "--format", "csv", "--out", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert {row["主体名称"] for row in csv.DictReader(file)} == {"'=1+1", "长期店", "到期店"}
    stream = io.StringIO()
    call_command("export_entities", "--area", VILLAGE, stdout=stream)
    assert [row["name"] for row in json.loads(stream.getvalue())] == ["长期店"]
    with pytest.raises(SystemExit) as end:
        call_command("export_entities", "--area", "999999")
    assert end.value.code == 2
