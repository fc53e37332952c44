"""What a merge of two businesses does to visits, problems and the enterprise's own people
(settings.ENTITY_MERGERS, entities.services.merging).

They go on with the one that stays; a visit counts for its due line of the same period, the other's due lines end.
Samples of 督查, public plates and risk lists of an earlier version stay: history.
"""

import datetime

from django.db import connection

from entities.models import Entity

from ..enums import OPEN_STATES, DueState
from ..models import ControlCheck, DueVisit, Problem, RiskList, SafetyPerson, Visit
from ..triggers.enterprise import LOOKS
from .compliance import compliance_refresh

REASON = "重复登记，已并入另一家"

VISITS = """
WITH found AS (
    SELECT v.id, v.due_id AS old_due, k.id AS new_due
    FROM inspections_visit v
    LEFT JOIN inspections_duevisit g ON g.id = v.due_id
    LEFT JOIN inspections_duevisit k ON k.period_id = g.period_id AND k.entity_id = %(kept)s
    WHERE v.entity_id = %(gone)s ORDER BY v.id FOR UPDATE OF v
)
UPDATE inspections_visit v SET entity_id = %(kept)s, due_id = coalesce(found.new_due, v.due_id)
FROM found WHERE found.id = v.id RETURNING v.id, found.old_due
"""
VISITS_BACK = """
UPDATE inspections_visit v SET entity_id = %(gone)s, due_id = m.due
FROM unnest(%(ids)s::bigint[], %(dues)s::bigint[]) AS m(id, due)
WHERE v.id = m.id AND v.entity_id = %(kept)s
"""


def preview(*, kept: Entity, gone: Entity) -> dict:
    """How much moves; nothing to choose."""
    counts = [
        (Visit.objects.filter(entity=gone).count(), "督导 {} 次转到保留方"),
        (Problem.objects.filter(entity=gone).count(), "问题 {} 个转到保留方"),
        (_people(kept, gone).count(), "食品安全管理人员 {} 人转到保留方"),
        (ControlCheck.objects.filter(entity=gone).count(), "制度查看记录 {} 条转到保留方"),
    ]
    moves = [words.format(f"{number:,}") + "。" for number, words in counts if number]
    if DueVisit.objects.filter(entity=gone, state=DueState.OPEN).exists():
        moves.append("并入方的待督导任务不再安排。")
    return {"rows": [], "moves": moves}


def merge(
    *, kept: Entity, gone: Entity, take: set, actor, on: datetime.date, at: datetime.datetime
) -> tuple[dict, list[str]]:
    """Move what goes on, end the other's open due lines. For the caller's transaction."""
    dues = dict(DueVisit.objects.filter(entity=gone).values_list("pk", "state"))
    with connection.cursor() as cursor:
        cursor.execute(VISITS, {"kept": kept.pk, "gone": gone.pk})
        visits = cursor.fetchall()
    DueVisit.objects.filter(entity=gone, state=DueState.OPEN).update(
        state=DueState.VOID, reason=REASON
    )
    moved = {
        "visits": visits,
        "dues": dues,
        "problems": _move(Problem, gone, kept),
        "people": _move(SafetyPerson, gone, kept, found=_people(kept, gone)),
        "controls": _move(ControlCheck, gone, kept),
        "lists": [] if RiskList.objects.filter(entity=kept).exists() else _move(RiskList, gone, kept),
    }  # fmt: skip
    _follow(kept, moved["problems"])
    _refresh(on, kept, gone)
    return moved, []


def undo(
    *, kept: Entity, gone: Entity, moved: dict, actor, on: datetime.date, at: datetime.datetime
) -> list[str]:
    """Give everything back that is still where the merge put it."""
    visits = moved.get("visits", [])
    if visits:
        values = {
            "kept": kept.pk, "gone": gone.pk, "ids": [pk for pk, _ in visits],
            "dues": [due for _, due in visits],
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(VISITS_BACK, values)
    for state in set(moved.get("dues", {}).values()):
        lines = [int(pk) for pk, was in moved["dues"].items() if was == state]
        again = DueVisit.objects.filter(pk__in=lines, entity=gone).exclude(state=state)
        again.update(state=state, reason="")
    for model, key in (
        (Problem, "problems"), (SafetyPerson, "people"), (ControlCheck, "controls"),
        (RiskList, "lists"),
    ):  # fmt: skip
        model.objects.filter(pk__in=moved.get(key, []), entity=kept).update(entity=gone)
    _follow(gone, moved.get("problems", []))
    _refresh(on, kept, gone)
    return []


def _people(kept, gone):
    """The other's people in post whom the one that stays does not have already."""
    mine = SafetyPerson.objects.filter(entity=kept, ended_on=None).values_list("post", "name")
    known = set(mine)
    found = SafetyPerson.objects.filter(entity=gone, ended_on=None)
    twice = [pk for pk, *key in found.values_list("pk", "post", "name") if tuple(key) in known]
    return found.exclude(pk__in=twice)


def _move(model, source, target, *, found=None):
    """Move rows from one business to the other: their ids."""
    found = model.objects.filter(entity=source) if found is None else found
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    model.objects.filter(pk__in=ids).update(entity=target)
    return ids


def _follow(entity, ids):
    """Open problems stand where their business stands."""
    Problem.objects.filter(pk__in=ids, entity=entity, state__in=OPEN_STATES).update(
        area_id=entity.area_id, grade=entity.grade
    )


def _refresh(on, *entities):
    """What both need and have, worked out anew: a trigger sees only where a row went."""
    ids = sorted(entity.pk for entity in entities)
    compliance_refresh(on=on, ids=ids)
    with connection.cursor() as cursor:
        cursor.execute(LOOKS.format(ids="%s::bigint[]"), [ids])
