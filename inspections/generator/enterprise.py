"""The demonstration's 企业主体责任: the ledger's names confirmed, most who must have somebody have him,
trainings and exams of this year, and what the visits saw of the controls.

Repeatable: where people are registered already, only looks of new visits are added.
"""

import datetime
import random
from collections.abc import Callable
from decimal import Decimal

import pghistory
from django.db import connection, transaction

from entities.generator.people import mobile, person
from jiamusi_foodsafety.jurisdiction.models import Area, User

from ..enums import ControlState, ExamKind, SafetyPost, Told, VisitKind
from ..models import EntityCompliance, SafetyExam, SafetyPerson, SafetyTraining
from ..services.controls import PRESENT
from ..services.safety import names_take
from ..services.seeds_enterprise import load

SEED = 60  # the order's number
# what part of those who must have somebody has him; of these, who was trained and examined this year
APPOINTED = {SafetyPost.DIRECTOR: 0.86, SafetyPost.OFFICER: 0.91}
TRAINED, EXAMINED, PASSED = 0.7, 0.6, 0.93
COURSES = ("主体责任规定学习", "风险管控清单和日周月", "从业人员健康与卫生", "追溯和进货查验")
PRESENT_SQL = ", ".join(f"'{mode.value}'" for mode in PRESENT)

# The same as services.controls.controls_record, for all visits that have no look yet, in one statement.
LOOKS = f"""
INSERT INTO inspections_controlcheck
    (entity_id, visit_id, control, told, checked_on, last_on, state, note, is_void, void_reason,
     made_by_id, made_at)
SELECT v.entity_id, v.id, i.control, a.told, v.visited_on, NULL,
       CASE WHEN a.told = '{Told.NOT_REQUIRED.value}' THEN '{ControlState.NOT_REQUIRED.value}'
            WHEN a.told = '{Told.SEEN.value}' AND v.mode IN ({PRESENT_SQL})
            THEN '{ControlState.VERIFIED.value}'
            WHEN a.told = '{Told.SEEN.value}' THEN '{ControlState.BUILT.value}'
            WHEN bool_or(a.told = '{Told.SEEN.value}') OVER earlier THEN '{ControlState.FAILED.value}'
            ELSE '{ControlState.ABSENT.value}' END,
       '', FALSE, '', v.made_by_id, v.received_at
FROM inspections_visit v
JOIN inspections_checklistitem i ON i.checklist_id = v.checklist_id AND i.control <> ''
CROSS JOIN LATERAL (SELECT CASE v.answers ->> i.code
    WHEN 'yes' THEN '{Told.SEEN.value}' WHEN 'no' THEN '{Told.MISSING.value}'
    WHEN 'na' THEN '{Told.NOT_REQUIRED.value}' END AS told) AS a
WHERE v.kind = '{VisitKind.VISIT.value}' AND NOT v.is_void AND a.told IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM inspections_controlcheck k WHERE k.visit_id = v.id)
WINDOW earlier AS (PARTITION BY v.entity_id, i.control ORDER BY v.visited_on, v.id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
ORDER BY v.entity_id, i.control, v.id
ON CONFLICT DO NOTHING
"""


def controls_of_visits() -> int:
    """Looks at the controls for all visits that have none; how many."""
    with pghistory.context(via="demo"), connection.cursor() as cursor:
        cursor.execute(LOOKS)
        return cursor.rowcount


@transaction.atomic
def seed_enterprise(
    *, city: Area, by: User, at: datetime.datetime, say: Callable[[str], None]
) -> None:
    """People, trainings and exams of the demonstration, then what its visits saw."""
    load(on=at.date())
    rows = EntityCompliance.objects.filter(is_obliged=True, area__code__startswith=city.pk)
    if not SafetyPerson.objects.exists():
        ids = list(rows.filter(is_proposed=True).order_by("pk").values_list("pk", flat=True))
        names_take(actor=by, ids=ids, at=at)
        with pghistory.context(user=by.pk, via="demo"):
            made = _appoint(rows, by, at.date())
            _teach(by, at.date())
        say(
            f"已登记两员 {SafetyPerson.objects.count():,} 人（其中台账确认 {len(ids):,} 家，新登 {made:,} 人）"
        )
    say(f"已按督导记录登记制度查看 {controls_of_visits():,} 条")


def _appoint(rows, by, on):
    chance, made = random.Random(SEED), []
    for post, share in APPOINTED.items():
        lacking = rows.filter(**{f"need_{post.value}": True, f"{post.value}s": 0})
        for key in lacking.order_by("pk").values_list("pk", flat=True):
            if chance.random() < share:
                made.append(
                    SafetyPerson(
                        entity_id=key, post=post, name=person(chance), phone=mobile(chance),
                        appointed_on=on - datetime.timedelta(days=chance.randrange(20, 700)),
                        created_by=by,
                    )
                )  # fmt: skip
    SafetyPerson.objects.bulk_create(made, batch_size=5000, ignore_conflicts=True)
    return len(made)


def _teach(by, on):
    """Directors all, of the officers every tenth: the rest owe it."""
    chance = random.Random(SEED + 1)
    first = datetime.date(on.year, 1, 1)
    days = max((on - first).days, 1)
    trainings, exams = [], []
    people = SafetyPerson.objects.exclude(post=SafetyPost.HEAD).order_by("pk")
    for key, post in people.values_list("pk", "post"):
        if post == SafetyPost.OFFICER and chance.random() > 0.1:
            continue
        record = {"person_id": key, "made_by": by}
        if chance.random() < TRAINED:
            for course in chance.sample(COURSES, k=chance.randrange(1, 5)):
                trainings.append(
                    SafetyTraining(
                        held_on=first + datetime.timedelta(days=chance.randrange(days)),
                        hours=Decimal(chance.choice((4, 8, 12))), content=course, **record,
                    )
                )  # fmt: skip
        if chance.random() < EXAMINED:
            is_passed = chance.random() < PASSED
            score = chance.randrange(60, 101) if is_passed else chance.randrange(35, 60)
            exams.append(
                SafetyExam(
                    held_on=first + datetime.timedelta(days=chance.randrange(days)),
                    kind=chance.choice(ExamKind.values), score=score, is_passed=is_passed, **record,
                )
            )  # fmt: skip
    SafetyTraining.objects.bulk_create(trainings, batch_size=5000)
    SafetyExam.objects.bulk_create(exams, batch_size=5000)
