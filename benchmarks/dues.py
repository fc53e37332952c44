"""Due lists of a whole city: seconds to make them and to look over them again; visits for the pages; many
phones at once."""

import datetime
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from inspections.models import Checklist, Visit
from inspections.services.planning import Made, dues_make
from inspections.services.visits import visit_submit
from jiamusi_foodsafety.jurisdiction.models import Area, User
from responsibility.models import Assignment, Cadre

from .people import CITY

TABLES = (
    "inspections_duevisit", "inspections_duevisitevent", "inspections_duetally",
    "inspections_cadredue", "inspections_period", "inspections_periodevent", "inspections_visit",
    "inspections_visitevent", "inspections_visittally", "inspections_entityrecord",
)  # fmt: skip
PHONES, AT_ONCE = 200, 25
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
    """Due lines and visits for the pages, once; how many visits."""
    if not Visit.objects.exists():
        forget_dues()
        make()
        checklist = Checklist.objects.get(level="village", state="issued")
        with connection.cursor() as cursor:
            cursor.execute(VISITS, {"checklist": checklist.pk})
            cursor.execute("VACUUM ANALYZE")
    return Visit.objects.count()


def phones_seconds() -> tuple[float, int]:
    """Seconds until 200 phones that send at once, half of them twice, have their answer; and how many visits
    were stored: 200, or something was lost or doubled."""
    cadre = Cadre.objects.filter(level="village", assignments__to_on=None).order_by("pk").first()
    user = User.objects.filter(cadre=cadre).first()
    if user is None:
        user = User.objects.create(username=f"phone{uuid.uuid4().hex[:8]}")
        Cadre.objects.filter(pk=cadre.pk).update(user=user)
    checklist = Checklist.objects.get(level="village", state="issued")
    codes = list(checklist.items.values_list("code", flat=True))
    at = timezone.now()
    bonds = _bonds(cadre)
    before = Visit.objects.count()
    told = [
        {
            "key": uuid.uuid4().hex, "entity": bonds[number % len(bonds)], "kind": "visit",
            "checklist": checklist.pk, "mode": "on_site", "answers": dict.fromkeys(codes, "yes"),
            "started_at": (at - datetime.timedelta(minutes=5)).isoformat(),
            "finished_at": at.isoformat(),
        }
        for number in range(PHONES)
    ]  # fmt: skip

    def send(one):
        try:
            return visit_submit(actor=user, sent=one, at=timezone.now())[0].pk
        finally:
            connection.close()

    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(send, [*told, *told[::2]]))
    seconds = time.perf_counter() - started
    return seconds, Visit.objects.count() - before


def _bonds(cadre):
    """The small businesses that the village's list is for; the cadre holds them all."""
    bonds = Assignment.objects.active().filter(cadre=cadre).order_by("pk")
    return list(bonds.values_list("entity_id", flat=True))


class _Silent:
    def write(self, text):
        return len(text)
