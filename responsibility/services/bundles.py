"""A bundle of many pledges as PDF or Word: asked for on the page, made by the worker (documents.bundles), taken
from the page when done. The row is a Batch: its progress is counted papers, a dead worker is caught up."""

import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.services import audit

from ..enums import BUNDLES, BatchKind, BatchState
from ..models import Batch, Pledge
from .batches import LIVING, BatchError
from .notifications import notify

MOST = 5000
# The papers hold names and addresses: a bundle lies no longer than it takes to fetch it.
KEPT = datetime.timedelta(days=3)
FORMATS = ("pdf", "docx")


@transaction.atomic
def bundle_start(
    *, pledges: QuerySet[Pledge], area: Area, actor, format: str, name: str, address=None
) -> Batch:
    """Ask for these pledges as one zip of `format`, for the files of `area`. Raises BatchError when there are
    none or too many, or when the caller's last bundle is still being made."""
    if format not in FORMATS:
        raise BatchError("请选择 PDF 或 Word。")
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    under_way = Batch.objects.filter(made_by=actor, kind=BatchKind.PAPERS, state__in=LIVING)
    if under_way.exists():
        raise BatchError("您上一次的打包还没有完成，请等它完成。")
    ids = list(pledges.order_by("area_id", "pk").values_list("pk", flat=True)[: MOST + 1])
    if not ids:
        raise BatchError("没有可下载的承诺书。")
    if len(ids) > MOST:
        raise BatchError(f"一次最多打包 {MOST:,} 份，请先选县(市、区)或乡镇。")
    batch = Batch.objects.create(
        kind=BatchKind.PAPERS, area=area, made_by=actor, total=len(ids), file_name=name,
        options={"pledges": ids, "format": format, "tries": 0},
    )  # fmt: skip
    audit(
        actor=actor, action=AuditAction.EXPORT, address=address, object_type="pledge",
        area_code=area.pk, detail={"format": format, "count": len(ids), "batch": batch.pk},
    )  # fmt: skip
    return batch


def _mine(batch):
    """The row, if it is still this worker's try."""
    row = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    is_mine = row.state == BatchState.RUNNING and row.options["tries"] == batch.options["tries"]
    return row if is_mine else None


@transaction.atomic
def bundle_progress(*, batch: Batch, done: int, at: datetime.datetime) -> bool:
    """So many papers are in; False when another worker has taken the batch over."""
    row = _mine(batch)
    if row is None:
        return False
    row.done, row.touched_at = done, at
    row.save(update_fields=["done", "touched_at"])
    return True


@transaction.atomic
def bundle_finish(
    *,
    batch: Batch,
    file: File,
    done: int,
    at: datetime.datetime,
    what: str = "承诺书",
    page: str = "responsibility:pledge-batch",
) -> bool:
    """The zip is made: keep it and tell who asked for it, with the page where it lies. False when another
    worker did so."""
    row = _mine(batch)
    if row is None:
        return False
    row.file.save("bundle", file, save=False)
    row.state, row.done, row.total = BatchState.DONE, done, done
    row.finished_at = row.touched_at = at
    row.message = f"已打包 {done} 份，文件保留 {KEPT.days} 天。"
    row.save()
    notify(
        users=[row.made_by_id], key=f"bundle-{row.pk}", text=f"{done} 份{what}已打包，可以下载。",
        url=reverse(page, args=[row.pk]),
    )  # fmt: skip
    return True


@transaction.atomic
def bundle_fail(*, batch: Batch, words: str, at: datetime.datetime) -> None:
    """It cannot be made, whoever tries: say why."""
    row = _mine(batch)
    if row is not None:
        row.state, row.message, row.finished_at = BatchState.FAILED, words[:300], at
        row.save()


def bundles_purge(*, at: datetime.datetime) -> int:
    """Delete the files of bundles older than KEPT; the rows stay. Repeatable; how many."""
    old = Batch.objects.filter(kind__in=BUNDLES, finished_at__lt=at - KEPT).exclude(file="")
    old = list(old.order_by("pk"))
    for batch in old:
        batch.file.delete(save=False)
        batch.message = "文件已过保留期，请重新打包。"
        batch.save(update_fields=["file", "message"])
    return len(old)
