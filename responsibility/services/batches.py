"""Long acts with real progress: pledges for a whole county. The Batch row is the truth, the queue only rings
the bell: a worker that dies leaves the row, the sweep rings again, and nothing is made twice. The bundles of
papers (services.bundles, documents.bundles) are claimed and caught up by the same rules."""

import datetime

from django.db import transaction
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import BatchKind, BatchState, CadreLevel
from ..models import Batch, Cadre
from .pledges_bulk import pledges_due, pledges_make

CHUNK = 100
# A running batch that nobody touched for so long has lost its worker.
STALE = datetime.timedelta(seconds=60)
MAX_TRIES = 5
GIVEN_UP = {
    BatchKind.PLEDGES: "试了 {tries} 次没有完成，已生成的都保留。请告知管理员后重新生成。",
    BatchKind.PAPERS: "试了 {tries} 次没有完成。请告知管理员，或按乡镇分几次打包。",
    BatchKind.ARCHIVE: "试了 {tries} 次没有完成。请告知管理员，或分几次打包。",
}
LIVING = (BatchState.QUEUED, BatchState.RUNNING)


class BatchError(DomainError):
    pass


def _due(batch):
    """The cadres of the batch, within the scope of who asked, who still need a pledge."""
    found = Cadre.objects.visible_to(batch.made_by).within(batch.area_id)
    level = batch.options.get("level", "")
    return pledges_due(found.filter(level=level) if level else found)


@transaction.atomic
def pledge_batch_start(
    *, area: Area, actor, year: int, level: str = "", is_issued: bool = True, address=None
) -> Batch:
    """Ask for a pledge for each cadre of an area (and level) who needs one. Raises BatchError when nobody
    does, or when the same is already under way."""
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    if Batch.objects.filter(area=area, kind=BatchKind.PLEDGES, state__in=LIVING).exists():
        raise BatchError("这里的承诺书正在生成，请等它完成。")
    if level not in ("", *CadreLevel.values):
        raise BatchError("请选择包保层级。")
    batch = Batch(
        kind=BatchKind.PLEDGES, area=area, made_by=actor,
        options={"level": level, "year": year, "issue": is_issued, "tries": 0},
    )  # fmt: skip
    batch.total = _due(batch).count()
    if not batch.total:
        raise BatchError("没有要生成的：在岗干部都已有待签或有效的承诺书。")
    batch.save()
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="batch",
        object_id=batch.pk, area_code=area.pk, detail={"act": "pledges", "total": batch.total},
    )  # fmt: skip
    return batch


def waiting_batches(*, at: datetime.datetime) -> list[int]:
    """Batches that wait for work or lost their worker, oldest first."""
    found = Batch.objects.filter(
        Q(state=BatchState.QUEUED) | Q(state=BatchState.RUNNING, touched_at__lt=at - STALE)
    )
    return list(found.order_by("pk").values_list("pk", flat=True)[:100])


def batch_claim(batch_id: int, *, kind: str, at: datetime.datetime) -> Batch | None:
    """The batch, taken; nothing when somebody else has it, it is done, or of another kind. The try is counted
    before the work; after MAX_TRIES it is given up (没有完成)."""
    with transaction.atomic():
        batch = (
            Batch.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(
                Q(state=BatchState.QUEUED) | Q(state=BatchState.RUNNING, touched_at__lt=at - STALE),
                pk=batch_id,
                kind=kind,
            )
            .first()
        )
        if batch is None:
            return None
        batch.options["tries"] = batch.options.get("tries", 0) + 1
        batch.state, batch.touched_at = BatchState.RUNNING, at
        if batch.options["tries"] > MAX_TRIES:
            batch.state = BatchState.FAILED
            batch.message = GIVEN_UP[kind].format(tries=MAX_TRIES)
        batch.save()
    return batch if batch.state == BatchState.RUNNING else None


def batch_work(batch_id: int, *, clock) -> int:
    """Do what a batch asks for, a hundred at a time, each hundred with its progress in one transaction; how
    many were made here. `clock` gives the moment. Two workers on one batch do each hundred once."""
    batch = batch_claim(batch_id, kind=BatchKind.PLEDGES, at=clock())
    if batch is None:
        return 0
    made, step = 0, -1
    while step != 0:
        step = _chunk(batch_id, clock())
        made += step
    return made


@transaction.atomic
def _chunk(batch_id, at):
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.state != BatchState.RUNNING:
        return 0
    made = pledges_make(
        cadres=_due(batch), actor=batch.made_by, at=at, year=batch.options["year"],
        is_issued=batch.options["issue"], most=CHUNK,
    )  # fmt: skip
    batch.done += made
    batch.touched_at = at
    if not made:
        batch.state, batch.finished_at = BatchState.DONE, at
        # Whoever left or was given a pledge by hand meanwhile needed none.
        batch.total = batch.done
        batch.message = f"已生成 {batch.done} 份"
    batch.save()
    return made
