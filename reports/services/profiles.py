"""导出模板 made, changed, taken out of use; and each export recorded."""

import datetime
from contextlib import contextmanager

import pghistory
from django.db import IntegrityError, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ProfileFormat, ProfileKind
from ..models import ExportProfile, ExportRun
from ..queries.profiles.columns import columns_of
from ..rules.profiles import columns_problem


class ProfileError(DomainError):
    pass


@contextmanager
def _name_free():
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__.diag, "constraint_name", "") != "exportprofile_name_once":
            raise
        raise ProfileError("这里已有同名的导出模板，请换一个名称。") from error


@transaction.atomic
def profile_save(
    *,
    actor,
    area: Area,
    name: str,
    kind: str,
    columns: list[dict],
    filters: dict,
    format: str,
    note: str = "",
    at: datetime.datetime,
    profile: ExportProfile | None = None,
    revision: int = 0,
    is_example: bool = False,
    address: str | None = None,
) -> ExportProfile:
    """Make a template, or change one as it was seen at `revision`. Raises ProfileError when the columns make no
    table, the name is taken in the area, or somebody changed it meanwhile; nothing is written then."""
    if kind not in ProfileKind.values or format not in ProfileFormat.values:
        raise ProfileError("请选择导出的内容和格式。")
    if not name.strip():
        raise ProfileError("请填写模板的名称。")
    problem = columns_problem(columns, columns_of(kind))
    if problem:
        raise ProfileError(problem)
    if profile is None:
        row = ExportProfile(area=area, kind=kind, made_by=actor, is_example=is_example)
    else:
        row = ExportProfile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
        _still(row, revision)
        row.revision += 1
    row.name, row.columns, row.filters = name.strip()[:60], columns, filters
    row.format, row.note = format, note.strip()[:200]
    row.changed_by, row.changed_at = actor, at
    with pghistory.context(user=actor.pk if actor else None, via="profile"), _name_free():
        row.save()
    _told(actor, address, row, "change" if profile else "create")
    return row


@transaction.atomic
def profile_retire(
    *,
    actor,
    profile: ExportProfile,
    revision: int,
    at: datetime.datetime,
    address: str | None = None,
) -> ExportProfile:
    """Take a template out of use; its row and its exports stay. Raises ProfileError when somebody changed it."""
    row = ExportProfile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
    _still(row, revision)
    row.is_active, row.changed_by, row.changed_at = False, actor, at
    row.revision += 1
    with pghistory.context(user=actor.pk, via="profile-retire"):
        row.save()
    _told(actor, address, row, "retire")
    return row


def _still(row, revision):
    if not row.is_active:
        raise ProfileError("这个模板刚被停用，您的修改没有保存。")
    if row.revision != revision:
        who = row.changed_by.get_full_name() if row.changed_by else "别人"
        raise ProfileError(f"{who}刚改过这个模板，您的修改没有保存。请看过最新的再改。")


def _told(actor, address, row, act):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="exportprofile",
        object_id=row.pk, area_code=row.area_id, detail={"act": act, "name": row.name},
    )  # fmt: skip


@transaction.atomic
def export_recorded(
    *,
    actor,
    profile: ExportProfile,
    area: str,
    format: str,
    rows: int,
    with_phones: bool,
    at: datetime.datetime,
    file: str,
    address: str | None = None,
) -> ExportRun:
    """Record one export: who, by which version of the template, what area, how many rows."""
    run = ExportRun.objects.create(
        profile=profile, revision=profile.revision, area_id=area or None, format=format, rows=rows,
        with_phones=with_phones, made_by=actor, made_at=at,
    )  # fmt: skip
    audit(
        actor=actor, action=AuditAction.EXPORT, address=address, object_type="exportprofile",
        object_id=profile.pk, area_code=area or None,
        detail={"file": file, "rows": rows, "format": format, "phones": with_phones},
    )  # fmt: skip
    return run
