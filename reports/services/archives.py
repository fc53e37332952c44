"""Files of many businesses and cadres in one zip: asked for on a page, made by the worker (a Batch of
responsibility's, with its rules of claim, progress and keeping)."""

from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.services import audit
from responsibility.enums import BatchKind
from responsibility.models import Batch
from responsibility.services.batches import LIVING, BatchError

MOST = 500
KINDS = ("entity", "cadre")


@transaction.atomic
def archives_bundle_start(
    *, actor, area: Area, files: list[tuple[str, int]], name: str, address: str | None = None
) -> Batch:
    """Ask for these files ((kind, id) pairs) as one zip. Raises BatchError when there are none or too many, or
    when the caller's last bundle is still being made."""
    if not files:
        raise BatchError("没有可打包的档案。")
    if len(files) > MOST:
        raise BatchError(
            f"一次最多打包 {MOST} 份，现在有 {len(files):,} 份。请到下一级分几次打包。"
        )
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    living = Batch.objects.filter(made_by=actor, kind=BatchKind.ARCHIVE, state__in=LIVING)
    if living.exists():
        raise BatchError("您上一次的打包还没有完成，请等它完成。")
    batch = Batch.objects.create(
        kind=BatchKind.ARCHIVE, area=area, made_by=actor, total=len(files), file_name=name,
        options={"files": [[kind, pk] for kind, pk in files if kind in KINDS], "tries": 0},
    )  # fmt: skip
    audit(
        actor=actor, action=AuditAction.EXPORT, address=address, object_type="archive",
        area_code=area.pk, detail={"count": len(files), "batch": batch.pk},
    )  # fmt: skip
    return batch
