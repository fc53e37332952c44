"""Due lists of a whole city: seconds to make them and to look over them again; visits and problems for the
pages."""

import time

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from inspections.models import Checklist, ProblemKind, Visit
from inspections.services.planning import Made, dues_make
from jiamusi_foodsafety.jurisdiction.models import Area

from .people import CITY

TABLES = (
    "inspections_duevisit", "inspections_duevisitevent", "inspections_duetally",
    "inspections_cadredue", "inspections_period", "inspections_periodevent", "inspections_visit",
    "inspections_visitevent", "inspections_visittally", "inspections_entityrecord",
    "inspections_problem",
)  # fmt: skip
# Two of three lines are visited, in the first days of the period, one of twelve with something found.
VISITS = """
INSERT INTO inspections_visit (key, entity_id, area_id, cadre_id, level, grade, must_be_on_site, kind,
    mode, checklist_id, due_id, answers, checked, wrong, visited_on, started_at, finished_at,
    received_at, contact, note, is_void, void_reason)
SELECT md5('visit' || d.id), d.entity_id, d.area_id, d.cadre_id, d.level, d.grade, d.must_be_on_site,
    'visit', 'on_site', %(checklist)s, d.id, '{}', 16, (d.id %% 12 = 0)::int, v.day, v.day, v.day, now(),
    '', '', false, ''
FROM inspections_duevisit d
CROSS JOIN LATERAL (SELECT d.starts_on + (d.id %% 20)::int AS day) AS v
WHERE d.cadre_id IS NOT NULL AND d.state = 'open' AND d.id %% 3 <> 0
ORDER BY v.day, d.id
"""

# What was found wrong: three of four put right, the rest open, half of these past their day.
PROBLEMS = """
INSERT INTO inspections_problem (key, number, source, entity_id, area_id, grade, visit_id, cadre_id,
    industry_unit, item_code, item_text, title, detail, kind_id, state, is_repeat, found_on, found_at, due_at,
    clock_at, fixed_at, settled_at, extensions, climbed, revision)
SELECT md5('problem' || v.id), 'W' || v.id, 'visit', v.entity_id, v.area_id, v.grade, v.id, v.cadre_id,
    '', 'T18', '有无过期食品', '货架有过期食品', '', %(kind)s, w.state, false, v.visited_on, v.finished_at, w.due,
    CASE WHEN w.state = 'open' THEN w.due END,
    CASE WHEN w.state = 'cleared' THEN v.finished_at + interval '2 days' END,
    CASE WHEN w.state = 'cleared' THEN v.finished_at + interval '3 days' END, 0, 0, 1
FROM inspections_visit v
CROSS JOIN LATERAL (
    SELECT CASE WHEN v.id %% 4 = 0 THEN 'open' ELSE 'cleared' END AS state,
           now() + (v.id %% 40 - 20) * interval '1 day' AS due
) AS w
WHERE v.wrong > 0
"""


def forget_dues() -> None:
    """No due lines and no visits; the example lists and the frequency are there."""
    call_command("load_inspection_fixtures", verbosity=0, stdout=_Silent())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("CHECKPOINT")


def make() -> tuple[float, Made]:
    """Seconds of one run, and what it did."""
    city, started = Area.objects.get(pk=CITY), time.perf_counter()
    made = dues_make(city=city, on=timezone.localdate(), at=timezone.now())
    return time.perf_counter() - started, made


def visit_many() -> int:
    """Due lines, visits and problems for the pages, once; how many visits."""
    if not Visit.objects.exists():
        forget_dues()
        make()
        checklist = Checklist.objects.get(level="village", state="issued")
        with connection.cursor() as cursor:
            cursor.execute(VISITS, {"checklist": checklist.pk})
            cursor.execute(PROBLEMS, {"kind": ProblemKind.objects.get(code="general").pk})
            cursor.execute("VACUUM ANALYZE")
    return Visit.objects.count()


class _Silent:
    def write(self, text):
        return len(text)
