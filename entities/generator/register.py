"""A large made-up register, written straight into the database: for load tests and the benchmark."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pghistory
from django.db import connection, transaction

from entities.enums import GradeSource, Status
from entities.generator.businesses import Business
from entities.generator.quotas import city_businesses
from entities.models import Category, Entity
from entities.queries.grading import active_standard, suggestion_sql
from entities.rules import is_small_business, read_licence

# Columns that a business has under the same name.
SAME = (
    "name", "credit_code", "issued_on", "expires_on", "is_permanent", "legal_person", "phone",
    "address", "form", "floor_area", "seats", "diners", "annual_output", "staff_count", "grade",
    "risk_grade", "supervisor", "surveyed_on", "surveyed_by", "safety_director", "safety_officer",
    "cadre_name", "cadre_post", "cadre_phone", "cadre_level", "note",
)  # fmt: skip
COLUMNS = (
    *SAME, "area_id", "area_text", "licence_no", "licence_kind", "address_key", "category_id",
    "station_text", "status", "grade_source", "grade_reason", "doubts",
)  # fmt: skip
CITY_HEAD = "佳木斯市"


class RegisterNotEmpty(Exception):
    """Made-up businesses are never mixed with a register that is in use."""


def fill_register(*, seed: int, total: int, as_of: date, areas: Path) -> int:
    """Copy `total` businesses into the empty register, with suggestions, counters and history, in one
    transaction; candidates for screening stand as 停业未注销. Gives the number of rows."""
    table = Entity._meta.db_table
    names = ", ".join(COLUMNS)
    grade, rule = suggestion_sql(active_standard())
    # read before the COPY occupies the connection
    categories = dict(Category.objects.values_list("name", "code"))
    businesses = city_businesses(seed=seed, total=total, as_of=as_of, areas=areas)
    rows = _lines(businesses, categories, areas)
    with transaction.atomic(), pghistory.context(via="made"), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if cursor.fetchone()[0]:
            raise RegisterNotEmpty
        cursor.execute(
            f"CREATE TEMPORARY TABLE made ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0"
        )
        cursor.copy_expert(f"COPY made ({names}) FROM STDIN", _Stream(rows))
        # The standard's texts may hold anything: no parameters, so no percent sign is one.
        cursor.execute(
            f"""INSERT INTO {table} ({names}, suggested_grade, suggested_rule_id)
                SELECT {names}, {grade}, {rule} FROM made"""
        )
        made = cursor.rowcount
        cursor.execute(f"ANALYZE {table}")
    return made


def _lines(businesses: Iterable[Business], categories: dict, areas: Path) -> Iterator[str]:
    with areas.open(encoding="utf-8", newline="") as file:
        names = {area["code"]: area["name"] for area in csv.DictReader(file)}
    for business in businesses:
        yield "\t".join(map(_text, _values(business, categories, names))) + "\n"


def _values(business, categories, names):
    category = categories[business.category]
    licence = read_licence(business.licence_no, small=is_small_business(category, business.form))
    heads = CITY_HEAD, names[business.county]
    address = business.address
    for head in heads:
        address = address.removeprefix(head)
    return [
        *(getattr(business, name) for name in SAME),
        business.village or business.town or business.county,
        business.shallow,
        licence.number,
        licence.kind,
        "".join(filter(str.isalnum, address)).upper(),
        category,
        business.station,
        Status.OPERATING if business.status else Status.CLOSED,
        GradeSource.LEDGER if business.grade else "",
        "",
        "{}",
    ]


def _text(value):
    """A value as COPY writes it; the made-up texts hold no tab, line break or backslash."""
    return r"\N" if value is None else str(value)


class _Stream:
    """Lines as the file that COPY reads from."""

    def __init__(self, lines: Iterator[str]):
        self.lines = lines
        self.rest = ""

    def read(self, size: int = -1) -> str:
        parts, length = [self.rest], len(self.rest)
        while length < size:
            line = next(self.lines, "")
            if not line:
                break
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        text, self.rest = text[:size], text[size:]
        return text
