"""A whole city for tests and screenshots: the areas of fixtures/ and businesses in chosen numbers, put in
by one SQL statement a group (the triggers count them and the history keeps them, as always)."""

import csv
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from entities.models import Category
from jiamusi_foodsafety.jurisdiction.models import Area

CITY = "2308"


@dataclass(frozen=True)
class County:
    code: str
    registered: int
    graded: int
    screened: int
    a: int
    b: int
    c: int
    # graded since the day before; the pictures' column 较昨日
    new: int

    @property
    def d(self):
        return self.graded - self.a - self.b - self.c

    @property
    def ungraded(self):
        return self.registered - self.screened - self.graded


COUNTIES = [
    County("230803", 5200, 4680, 274, 11, 66, 512, 24),
    County("230804", 3900, 3510, 198, 9, 52, 398, 21),
    County("230805", 2900, 2552, 187, 6, 36, 271, 17),
    County("230811", 2700, 2349, 176, 4, 31, 246, 19),
    County("230822", 3300, 2904, 231, 3, 35, 289, 23),
    County("230826", 1900, 1748, 88, 1, 19, 172, 6),
    County("230828", 2000, 1700, 118, 1, 18, 163, 9),
    County("230881", 2100, 1932, 102, 2, 22, 205, 7),
    County("230882", 4700, 4136, 352, 5, 44, 418, 44),
    County("230883", 1291, 1162, 86, 1, 12, 118, 5),
    County("2308G1", 1200, 1075, 88, 2, 15, 108, 11),
]


def load_areas(levels=("city", "county", "township", "village")):
    path = settings.BASE_DIR / "fixtures" / "areas.csv"
    with open(path, encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in levels]
    kinds = {"subdistrict", "town", "township", "special"}
    rows.sort(key=lambda row: len(row["code"]))
    Area.objects.bulk_create(
        [
            Area(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                kind=row["kind"] if row["kind"] in kinds else "",
                parent_id=row["parent"] or None,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


def category():
    return Category.objects.get_or_create(code="catering", defaults={"name": "餐饮服务"})[0]


def put_entities(
    areas, number, *, status="operating", grade="", suggested="", surveyed=None, expires=None
):
    """`number` businesses spread over the areas in turn; one INSERT."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO entities_entity (area_id, area_text, name, credit_code, licence_no,
                licence_kind, expires_on, is_permanent, legal_person, phone, address, address_key,
                category_id, form, status, grade, grade_source, grade_reason, suggested_grade,
                risk_grade, station_text, supervisor, surveyed_on, surveyed_by, safety_director,
                safety_officer, cadre_name, cadre_post, cadre_phone, cadre_level, note, doubts)
            SELECT (%(areas)s::text[])[1 + n %% cardinality(%(areas)s::text[])], '', '示例店' || n, '',
                'JY' || lpad((%(start)s + n)::text, 14, '0'), 'JY', %(expires)s, false, '', '', '', '',
                %(category)s, '', %(status)s, %(grade)s, '', '', %(suggested)s, '', '', '',
                %(surveyed)s, '', '', '', '', '', '', '', '', '{}'
            FROM generate_series(1, %(number)s) AS n
            """,
            {
                "areas": list(areas),
                "number": number,
                "start": _next_number(cursor),
                "category": category().pk,
                "status": status,
                "grade": grade,
                "suggested": suggested,
                "surveyed": surveyed,
                "expires": expires,
            },
        )


def _next_number(cursor):
    cursor.execute("SELECT coalesce(max(id), 0) FROM entities_entity")
    return cursor.fetchone()[0]


def put_county(county, areas=None, *, graded_less=0):
    """A county's businesses with the numbers of the pictures, spread over its deepest areas."""
    areas = areas or deepest_areas(county.code)
    put_entities(areas, county.a, grade="A", surveyed="2022-10-20")
    put_entities(areas, county.b, grade="B", surveyed="2022-10-20")
    put_entities(areas, county.c, grade="C", surveyed="2022-10-20")
    put_entities(areas, county.d - graded_less, grade="D", surveyed="2022-10-20")
    put_entities(areas, county.ungraded + graded_less)
    put_entities(areas, county.screened, status="closed", surveyed="2022-10-20")


def deepest_areas(code):
    below = Area.objects.filter(code__startswith=code)
    parents = set(below.values_list("parent_id", flat=True))
    found = [
        area for area in below.order_by("pk").values_list("code", flat=True) if area not in parents
    ]
    return found or [code]


def put_city():
    for county in COUNTIES:
        put_county(county)
