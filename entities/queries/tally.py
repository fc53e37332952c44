"""The figures of the register, from the counters that the database keeps (EntityTally): the one place
that reads them. A page costs the same at 31 thousand businesses and at a million."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce, Length, Substr

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import OBLIGED, REGISTERED, SCREENED, Grade
from ..models import Entity, EntityTally

GRADES = tuple(grade.value for grade in Grade if grade.value)


@dataclass(frozen=True)
class TallyRow:
    """What stands below one area code, in 家. 已分级 G is counted inside 应包 N only (domain §9), so that
    A + B + C + D = G ≤ N; 摸底 and 有疑点 are of all 在册."""

    code: str
    registered: int = 0
    screened: int = 0
    obliged: int = 0
    grade_a: int = 0
    grade_b: int = 0
    grade_c: int = 0
    grade_d: int = 0
    # counted on its own: the daily report proves A + B + C + D by it
    graded: int = 0
    surveyed: int = 0
    differing: int = 0
    doubtful: int = 0
    # 在册 known only to a county unit: its town is missing
    shallow: int = 0


def _measures():
    graded = {
        f"grade_{grade.lower()}": Sum("total", filter=Q(status__in=OBLIGED, grade=grade))
        for grade in GRADES
    }
    sums = {
        "registered": Sum("total", filter=Q(status__in=REGISTERED)),
        "screened": Sum("total", filter=Q(status__in=SCREENED)),
        "obliged": Sum("total", filter=Q(status__in=OBLIGED)),
        "graded": Sum("total", filter=Q(status__in=OBLIGED) & ~Q(grade="")),
        "surveyed": Sum("surveyed", filter=Q(status__in=REGISTERED)),
        "differing": Sum("differing", filter=Q(status__in=OBLIGED)),
        "doubtful": Sum("doubtful", filter=Q(status__in=REGISTERED)),
        "shallow": Sum("total", filter=Q(status__in=REGISTERED, depth=6)),
        **graded,
    }
    return {key: Coalesce(value, 0) for key, value in sums.items()}


def _grouped(rows, length):
    found = (
        rows.annotate(code=Substr("area_id", 1, length), depth=Length("area_id"))
        .values("code")
        .annotate(**_measures())
        .order_by("code")
    )
    return [TallyRow(**row) for row in found]


def tally_by_area(*, user, code: str, length: int) -> list[TallyRow]:
    """The figures below `code` that the user may see, grouped by the first `length` characters of the
    area code (6 county, 9 town, 12 village); what is known only to a higher level keeps its shorter
    code. One SQL statement."""
    rows = EntityTally.objects.filter(area_scope(user).q("area__code"), area__code__startswith=code)
    return _grouped(rows, length)


def tally_of_city(*, code: str, length: int = 12) -> list[TallyRow]:
    """The figures of a whole city for what is published to all (the daily report, the counties' ranks),
    grouped like `tally_by_area`."""
    return _grouped(EntityTally.objects.filter(area__code__startswith=code), length)


def tally_as_of(*, code: str, moment: datetime.datetime) -> list[TallyRow]:
    """The figures below `code` as they stood at `moment`, rebuilt from the history of the register: the
    last event of each business up to then. One SQL statement; grouped by the full area code."""
    grades = ", ".join(
        f"count(*) FILTER (WHERE status = ANY(%(obliged)s) AND grade = '{grade}')"
        f" AS grade_{grade.lower()}"
        for grade in GRADES
    )
    sql = f"""
        SELECT area_id AS code,
            count(*) FILTER (WHERE status = ANY(%(registered)s)) AS registered,
            count(*) FILTER (WHERE status = ANY(%(screened)s)) AS screened,
            count(*) FILTER (WHERE status = ANY(%(obliged)s)) AS obliged,
            {grades},
            count(*) FILTER (WHERE status = ANY(%(obliged)s) AND grade <> '') AS graded,
            count(*) FILTER (WHERE status = ANY(%(registered)s)
                AND surveyed_on IS NOT NULL) AS surveyed,
            count(*) FILTER (WHERE status = ANY(%(obliged)s) AND grade <> ''
                AND suggested_grade <> '' AND grade <> suggested_grade) AS differing,
            count(*) FILTER (WHERE status = ANY(%(registered)s) AND doubts <> '{{}}') AS doubtful,
            count(*) FILTER (WHERE status = ANY(%(registered)s)
                AND length(area_id) = 6) AS shallow
        FROM (
            SELECT DISTINCT ON (pgh_obj_id) area_id, status, grade, suggested_grade, surveyed_on, doubts
            FROM {Entity.pgh_event_model._meta.db_table}
            WHERE pgh_created_at <= %(moment)s
            ORDER BY pgh_obj_id, pgh_id DESC
        ) AS last
        WHERE area_id LIKE %(below)s
        GROUP BY area_id
        ORDER BY area_id
    """
    values = {
        "registered": list(REGISTERED),
        "screened": list(SCREENED),
        "obliged": list(OBLIGED),
        "moment": moment,
        "below": f"{code}%",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [TallyRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def tally_differences():
    """The counters that differ from a full count of the register, as (key, kept, counted) with values
    (total, surveyed, differing, doubtful); then how many counters and businesses there are. Both sides
    are read in one statement, so that writers at work do not disturb the proof."""
    sql = f"""
        WITH counted AS (
            SELECT area_id, category_id, status, grade,
                count(*) AS total,
                count(surveyed_on) AS surveyed,
                count(*) FILTER (WHERE grade <> '' AND suggested_grade <> ''
                    AND grade <> suggested_grade) AS differing,
                count(*) FILTER (WHERE doubts <> '{{}}') AS doubtful
            FROM {Entity._meta.db_table}
            GROUP BY area_id, category_id, status, grade
        )
        SELECT area_id, category_id, status, grade,
            ARRAY[coalesce(k.total, 0), coalesce(k.surveyed, 0),
                  coalesce(k.differing, 0), coalesce(k.doubtful, 0)],
            ARRAY[coalesce(c.total, 0), coalesce(c.surveyed, 0),
                  coalesce(c.differing, 0), coalesce(c.doubtful, 0)]
        FROM {EntityTally._meta.db_table} AS k
        FULL JOIN counted AS c USING (area_id, category_id, status, grade)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = [(row[:4], tuple(row[4]), tuple(row[5])) for row in cursor.fetchall()]
    wrong = sorted(row for row in rows if row[1] != row[2])
    return wrong, len(rows), sum(row[2][0] for row in rows)
