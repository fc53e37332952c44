"""Three ways to bring the same workbook into an equal table: ours, django-import-export's, the floor.

Each is timed from opening the file to commit and gives seconds.
"""

import io
import time
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from import_export import resources
from import_export.formats.base_formats import XLSX
from python_calamine import CalamineWorkbook

from entities.enums import UploadChannel, UploadState
from entities.ledger import process, uploads
from entities.models import Category, Entity, LedgerUpload
from jiamusi_foodsafety.jurisdiction.models import Area

from .tables import FLOOR
from .workbook import COLUMNS, FOREVER, PLACE

CITY = "2308"
# Headings whose cells stand in the register as they are.
PLAIN = {
    heading: key
    for heading, key in COLUMNS.items()
    if heading not in PLACE and key not in {"category", "expires_on"}
}


class BenchError(RuntimeError):
    """A way of importing did not do what it is measured for."""


def ours(path: Path) -> tuple[float, dict[str, float]]:
    """(a) What `import_ledger FILE --apply` does, history and counters included; and its stages."""
    started = time.perf_counter()
    city = Area.objects.get(pk=CITY)
    with path.open("rb") as source:
        upload = uploads.upload_accept(
            source=source, filename=path.name, area=city, by=None, at=timezone.now(),
            channel=UploadChannel.COMMAND, wants_apply=True,
        )  # fmt: skip
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    if upload.state != UploadState.REVIEW:
        raise BenchError(f"{upload.state} {upload.code} {upload.message}")
    uploads.upload_confirm(upload=upload, by=None, at=timezone.now(), is_sure=True)
    process.upload_work(upload.pk)
    seconds = time.perf_counter() - started
    upload = LedgerUpload.objects.get(pk=upload.pk)
    if upload.state != UploadState.APPLIED or upload.new + upload.refused_rows != upload.rows:
        raise BenchError(f"{upload.state} {upload.rows} {upload.new} {upload.refused_rows}")
    return seconds, upload.seconds


class Names:
    """Codes of places and categories by the names that the workbook has."""

    def __init__(self):
        self.categories = dict(Category.objects.values_list("name", "code"))
        areas = {
            code: (name, up)
            for code, name, up in Area.objects.values_list("code", "name", "parent")
        }
        self.places = {}
        for code in areas:
            path, at = [], code
            while len(at) > len(CITY):
                name, at = areas[at]
                path.insert(0, name)
            self.places[tuple(path)] = code

    def area(self, cells) -> str:
        """The deepest place known."""
        path = [cell for cell in cells if cell]
        while tuple(path) not in self.places:
            path.pop()
        return self.places[tuple(path)]


def kind_of(licence_no: str) -> str:
    return licence_no[:2] if licence_no[:2] in {"JY", "SC", "YB"} else "SMALL"


def peer_resource(model) -> resources.ModelResource:
    """django-import-export's ModelResource as it comes, told only which heading is which field."""

    class Resource(resources.ModelResource):
        class Meta:
            pass

        def __init__(self):
            super().__init__()
            headings = {key: heading for heading, key in COLUMNS.items()}
            for name, field in self.fields.items():
                field.column_name = headings.get(name, name)
            self.names = Names()

        def before_import_row(self, row, **kwargs):
            row["area"] = self.names.area(row[heading] for heading in PLACE)
            row["主体类别"] = self.names.categories[row["主体类别"]]
            row["licence_kind"] = kind_of(row["许可证编号"])
            row["is_permanent"] = row["许可证有效期至"] == FOREVER
            if row["is_permanent"]:
                row["许可证有效期至"] = ""

    options = {"model": model, "import_id_fields": ("licence_no",)}
    own = {"area", "category", "licence_kind", "is_permanent", "expires_on", *PLAIN.values()}
    meta = type("Meta", (), {**options, "fields": sorted(own)})
    return type("PeerResource", (Resource,), {"Meta": meta})()


def peer(path: Path, model) -> float:
    """(b) What the admin of django-import-export does between the two presses of its button: read,
    dry run, read again, import. Its pages and its log entries are left out, in its favour."""
    started = time.perf_counter()
    for is_dry in (True, False):
        dataset = XLSX().create_dataset(path.read_bytes())
        result = peer_resource(model).import_data(
            dataset, dry_run=is_dry, raise_errors=False, file_name=path.name
        )
        if result.has_errors() or result.has_validation_errors():
            line = next(row.errors for row in result.rows if row.errors)
            raise BenchError(f"django-import-export: {line[0].error}")
    return time.perf_counter() - started


def floor(path: Path) -> float:
    """(c) Read by calamine, COPY, upsert. No checks, preview, history, counters or child process."""
    started = time.perf_counter()
    names = Names()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    at = {heading: place for place, heading in enumerate(rows[0])}
    plain = [at[heading] for heading in PLAIN]
    place = [at[heading] for heading in PLACE]
    category, expiry, licence = at["主体类别"], at["许可证有效期至"], at["许可证编号"]
    nullable = {at[heading] for heading, key in PLAIN.items() if Entity._meta.get_field(key).null}
    text = io.StringIO()
    for row in rows[1:]:
        is_permanent = row[expiry] == FOREVER
        values = [
            r"\N" if row[cell] == "" and cell in nullable else _plain(row[cell]) for cell in plain
        ]
        values += [
            names.area([row[cell] for cell in place]), names.categories[row[category]],
            kind_of(row[licence]), "t" if is_permanent else "f",
            r"\N" if is_permanent or row[expiry] == "" else row[expiry],
        ]  # fmt: skip
        text.write("\t".join(values) + "\n")
    text.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        _upsert(cursor, text)
    return time.perf_counter() - started


def _plain(value):
    return f"{value:g}" if isinstance(value, float) else str(value)


def _upsert(cursor, text):
    columns = [
        *PLAIN.values(),
        "area_id",
        "category_id",
        "licence_kind",
        "is_permanent",
        "expires_on",
    ]
    names = ", ".join(columns)
    cursor.execute(
        f"CREATE TEMPORARY TABLE stage ON COMMIT DROP AS SELECT {names} FROM {FLOOR} LIMIT 0"
    )
    cursor.copy_expert(f"COPY stage ({names}) FROM STDIN", text)
    # what Django fills in on its own side
    constants = {
        "area_text": "''", "address_key": "''", "status": "'operating'", "grade_source": "'ledger'",
        "grade_reason": "''", "suggested_grade": "grade", "risk_grade": "''", "station_text": "''",
        "supervisor": "''", "surveyed_by": "''", "safety_director": "''", "safety_officer": "''",
        "cadre_name": "''", "cadre_post": "''", "cadre_phone": "''", "cadre_level": "''",
        "note": "''", "doubts": "'{}'",
    }  # fmt: skip
    keys = {
        "licence_kind <> 'SMALL'": """("left"(area_id, 4), licence_no) WHERE NOT licence_kind = 'SMALL'""",
        "licence_kind = 'SMALL'": """("left"(area_id, 6), category_id, licence_no)
                                     WHERE licence_kind = 'SMALL'""",
    }
    before = ", ".join(f"t.{name}" for name in columns)
    after = ", ".join(f"excluded.{name}" for name in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    for which, key in keys.items():
        cursor.execute(
            f"""INSERT INTO {FLOOR} AS t ({names}, {", ".join(constants)})
                SELECT {names}, {", ".join(constants.values())} FROM stage WHERE {which}
                ON CONFLICT {key} DO UPDATE SET {changes}
                WHERE ROW({before}) IS DISTINCT FROM ROW({after})"""
        )
