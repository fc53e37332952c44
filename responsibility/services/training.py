"""Who took part in a training, and with which result: set-based, one press for a whole area."""

from collections.abc import Mapping
from typing import NamedTuple

import pghistory
from django.db import transaction
from django.db.models import QuerySet

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import TrainingResult
from ..models import Cadre, Training, TrainingRecord
from .records import RecordError, tell


class Mark(NamedTuple):
    """What a page says of one record: the result that it showed, the one wanted, the score."""

    seen: str
    result: str
    score: int | None


@transaction.atomic
def attendees_add(
    *,
    actor,
    training: Training,
    area: str,
    level: str = "",
    name: str = "",
    address: str | None = None,
) -> dict[str, int]:
    """Add all cadres in post of an area (of one level, of one name) to a session: how many were added, how
    many were in it before. Raises RecordError when nobody fits."""
    if not area_scope(actor).covers(area):
        raise RecordError("所选属地不在您的范围内。")
    cadres = Cadre.objects.visible_to(actor).within(area).in_post()
    if level:
        cadres = cadres.filter(level=level)
    if name:
        cadres = cadres.filter(name=name)
    keys = list(cadres.order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise RecordError("这里没有符合条件的在岗干部。请换一个属地、层级或姓名。")
    before = training.records.count()
    rows = [TrainingRecord(training=training, cadre_id=key) for key in keys]
    with pghistory.context(user=actor.pk, via="training"):
        TrainingRecord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    added = training.records.count() - before
    tell(actor, training, {"act": "attendees", "area": area, "added": added}, address)
    return {"added": added, "there": len(keys) - added}


@transaction.atomic
def results_set(
    *, actor, training: Training, marks: Mapping[int, Mark], address: str | None = None
) -> dict[str, int]:
    """Write the results of one page. A record that somebody marked meanwhile keeps his mark and is counted
    in `passed_over`; unchanged ones are not written."""
    rows = training.records.select_for_update(of=("self",)).filter(pk__in=marks).order_by("pk")
    changed, passed_over = [], 0
    for row in rows:
        seen, result, score = marks[row.pk]
        if (row.result, row.score) == (result, score):
            continue
        if row.result != seen:
            passed_over += 1
            continue
        row.result, row.score = result, score
        changed.append(row)
    with pghistory.context(user=actor.pk, via="training"):
        TrainingRecord.objects.bulk_update(changed, ["result", "score"])
    if changed:
        tell(actor, training, {"act": "results", "changed": len(changed)}, address)
    return {"saved": len(changed), "passed_over": passed_over}


@transaction.atomic
def rest_passed(
    *, actor, training: Training, records: QuerySet[TrainingRecord], address: str | None = None
) -> int:
    """Mark all of `records` that have no result yet as passed, in one statement; how many they were."""
    keys = records.filter(training=training, result=TrainingResult.NONE).values("pk")
    with pghistory.context(user=actor.pk, via="training"):
        number = TrainingRecord.objects.filter(pk__in=keys, result=TrainingResult.NONE).update(
            result=TrainingResult.PASSED
        )
    if number:
        tell(actor, training, {"act": "rest_passed", "changed": number}, address)
    return number
