"""The templates as pages show them."""

import datetime

from django.db.models import Max, QuerySet

from entities.queries.export import sees_phones

from ...enums import ProfileKind
from ...models import ExportProfile, ExportRun
from ...rules.profiles import FIXED, SERIAL
from .columns import columns_of
from .rows import filters_of, headings_of, profile_rows, table_rows

PREVIEW = 10
# Who may export what.
PERMISSIONS = {
    ProfileKind.ENTITIES: ("entities.export_entity",),
    ProfileKind.CADRES: ("responsibility.export_cadre",),
    ProfileKind.ASSIGNMENTS: ("responsibility.view_assignment", "entities.export_entity"),
    ProfileKind.VISITS: ("inspections.view_visit", "entities.export_entity"),
}


def profiles_visible(*, user, kind: str = "", text: str = "") -> QuerySet[ExportProfile]:
    """The templates in use that the user may see, with who changed them and their last export; unordered."""
    found = ExportProfile.objects.visible_to(user).active()
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(name__contains=text)
    return found.select_related("area", "changed_by").annotate(last_run=Max("runs__made_at"))


def profile_get(*, user, pk: int) -> ExportProfile | None:
    """One template in use; nothing when out of scope."""
    return profiles_visible(user=user).filter(pk=pk).first()


def may_change(*, user, profile: ExportProfile) -> bool:
    """Whether the user may change it: the right, and its area in his scope."""
    if not user.has_perm("reports.change_exportprofile"):
        return False
    return ExportProfile.objects.kept_by(user).filter(pk=profile.pk).exists()


def may_export(*, user, kind: str) -> bool:
    """Whether the user may export rows of this kind."""
    return user.has_perms(PERMISSIONS[kind])


def runs_of(*, user, profile: ExportProfile) -> list[ExportRun]:
    """The newest exports by a template: one's own; all of them for whoever keeps it."""
    runs = profile.runs.select_related("made_by", "area")
    if not may_change(user=user, profile=profile):
        runs = runs.filter(made_by=user.pk)
    return list(runs.order_by("-pk")[:10])


def preview(*, user, kind: str, columns: list[dict], filters: dict, on: datetime.date) -> dict:
    """Headings and the first rows as the export would give them to this user."""
    with_phones = sees_phones(user)
    found = profile_rows(user=user, kind=kind, filters=filters, on=on)
    rows = table_rows(found, kind=kind, columns=columns, with_phones=with_phones, most=PREVIEW)
    return {
        "headings": headings_of(kind=kind, columns=columns, with_phones=with_phones),
        "rows": list(rows),
        "most": PREVIEW,
    }


def columns_shown(profile: ExportProfile) -> list[dict]:
    """The columns in words: heading, source, format."""
    known = columns_of(profile.kind)
    shown = []
    for column in profile.columns:
        key = column["key"]
        if key == SERIAL:
            source, format = "序号", ""
        elif key in FIXED:
            source, format = f"固定内容：{column.get('text') or '（空）'}", ""
        else:
            source = known[key].label
            formats = known[key].formats
            format = formats.get(column.get("format") or next(iter(formats), ""), "")
        shown.append({"heading": column["heading"], "source": source, "format": format})
    return shown


def filters_shown(profile: ExportProfile) -> list[str]:
    """The conditions in words."""
    told = []
    for key, (label, choices, is_many) in filters_of(profile.kind).items():
        value = profile.filters.get(key)
        if is_many and value:
            told.append(
                f"{label}：{'、'.join(str(choices[one]) for one in value if one in choices)}"
            )
        elif not is_many:
            told.append(f"{label}：{choices.get(value, next(iter(choices.values())))}")
    return told
