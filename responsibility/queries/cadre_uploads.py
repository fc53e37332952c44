"""Reads of the uploads of cadre ledgers: the list, one of them, its findings, rows and changes."""

import re

from django.db import connection
from django.db.models import QuerySet

from entities.enums import RowAction, RowOutcome, UploadState
from entities.queries.feeds import findings_fed
from entities.queries.uploads import PAGE, RECENT
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.phones import mask_numbers, mask_phone

from ..enums import CadreLevel
from ..models import Cadre, CadreFinding, CadreUpload

PHONES = {"phone", "liaison_phone"}
_NUMBER = re.compile(r"\d[\d-]{5,}\d")
# Words for the fields of a diff.
FIELD_NAMES = {field.column: str(field.verbose_name) for field in Cadre._meta.concrete_fields}


def uploads(*, user, state: str = "", before: int | None = None, after: int | None = None):
    """A page of the uploads in the user's area, newest first, with the keys of the neighbours."""
    found = uploads_visible(user=user, state=state)
    if after:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        has_more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return rows, (rows[0].pk if rows and has_more else None), (rows[-1].pk if rows else None)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    return rows, (rows[0].pk if rows and before else None), (rows[-1].pk if has_more else None)


def uploads_visible(*, user, state: str = "") -> QuerySet[CadreUpload]:
    """The uploads of the user's area, in one state if named."""
    found = CadreUpload.objects.visible_to(user).select_related("uploaded_by", "area")
    return found.filter(state=state) if state else found


def recent_uploads(*, user) -> list[CadreUpload]:
    """The last few uploads in the user's area."""
    return list(uploads_visible(user=user).order_by("-pk")[:RECENT])


def upload_of(*, user, pk: int) -> CadreUpload | None:
    """The upload, if it lies in the user's area."""
    found = CadreUpload.objects.visible_to(user)
    people = ("uploaded_by", "confirmed_by", "undone_by", "area")
    return found.select_related(*people).filter(pk=pk).first()


def waiting_before(upload: CadreUpload) -> int:
    """The upload's place in the queue (1 = next)."""
    return CadreUpload.objects.unfinished().filter(pk__lt=upload.pk).count() + 1


def has_rows(upload: CadreUpload) -> bool:
    """Whether the staged rows are still there (they are deleted some months after the upload)."""
    return upload.ledger_rows.exists()


def findings(*, user, upload: CadreUpload, kind: str = "", limit: int = PAGE) -> list[CadreFinding]:
    """The first findings of one code, of one family (R or W), or all, in the file's order. Phones of
    another's file are masked for those whose role does not need them."""
    rows = list(findings_fed(upload, kind=kind).order_by("index", "pk")[:limit])
    for row in rows:
        row.is_refusal = row.code.startswith("R")
    return phones_masked(rows, user=user, upload=upload)


def phones_masked(rows: list[CadreFinding], *, user, upload: CadreUpload) -> list[CadreFinding]:
    """The findings with the telephone numbers in them masked for those whose role does not need them."""
    if sees_phones(user=user, upload=upload):
        return rows
    for row in rows:
        if row.field in PHONES:
            row.value = _NUMBER.sub(lambda number: mask_phone(number[0]), row.value)
            row.message = _NUMBER.sub(lambda number: mask_phone(number[0]), row.message)
    return rows


def sees_phones(*, user, upload: CadreUpload) -> bool:
    """Whether the reader sent the file himself, or needs whole numbers."""
    return upload.uploaded_by_id == user.pk or user.has_perm("jurisdiction.view_full_phone")


def rows_of(upload: CadreUpload, *, action: str, limit: int = PAGE):
    """The first rows of one action, for a look."""
    found = upload.ledger_rows.filter(action=action, is_refused=False).order_by("index")
    rows = list(found[:limit])
    places, levels = _area_names({row.area_code for row in rows}), dict(CadreLevel.choices)
    for row in rows:
        row.place, row.level_name = places.get(row.area_code, ""), levels.get(row.level, "")
    return rows


def _area_names(codes):
    """Names from the county down: 东山县 柳林镇 前柳村."""
    codes = {code for code in codes if code}
    wanted = {code[:n] for code in codes for n in (4, 6, 9, 12) if len(code) >= n}
    names = dict(Area.objects.filter(pk__in=wanted).values_list("code", "name"))
    return {
        code: " ".join(names.get(code[:n], "") for n in (6, 9, 12) if len(code) >= n)
        or names.get(code, code)
        for code in codes
    }


def diff_fields(upload: CadreUpload) -> list[tuple[str, str, int]]:
    """Which fields change for how many cadres: (field, name, count), most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT key, count(*) FROM responsibility_cadrerow r, jsonb_object_keys(r.diff) AS key
               WHERE r.upload_id = %s AND NOT r.is_refused AND r.action = 'changed'
               GROUP BY key ORDER BY count(*) DESC, key""",
            [upload.pk],
        )
        return [(key, FIELD_NAMES.get(key, key), count) for key, count in cursor.fetchall()]


def diff_groups(upload: CadreUpload, *, field: str = "", limit: int = PAGE) -> list[dict]:
    """Before → after of each changed cadre (one group a cadre), in the file's order."""
    found = upload.ledger_rows.filter(action=RowAction.CHANGED, is_refused=False)
    if field in FIELD_NAMES:
        found = found.filter(diff__has_key=field)
    rows = list(found.order_by("index")[:limit])
    show = _shower([pair for row in rows for pair in (row.diff or {}).items()])
    return [
        {
            "name": row.name or "",
            "cadre": row.cadre_id,
            "sheet": row.sheet,
            "row": row.row,
            "changes": [
                {"field": FIELD_NAMES.get(key, key), "old": show(key, old), "new": show(key, new)}
                for key, (old, new) in (row.diff or {}).items()
            ],
        }
        for row in rows
    ]


def _shower(pairs):
    """A function that shows a field's value in words."""
    places = _area_names({value for key, both in pairs if key == "area_id" for value in both})
    levels = dict(CadreLevel.choices)

    def show(key, value):
        if value is None or value == "":
            return ""
        if key == "area_id":
            return places.get(value, value)
        if key == "level":
            return levels.get(value, value)
        if key == "is_in_post":
            return "在岗" if value else "离任"
        if key in PHONES:
            return mask_phone(value)
        return mask_numbers(value) if key == "note" else str(value)

    return show


def missing(*, user, upload: CadreUpload, limit: int = PAGE) -> list[Cadre]:
    """The first cadres in post whom the whole ledger lacks."""
    found = Cadre.objects.visible_to(user).in_post()
    found = found.filter(pk__in=upload.ledger_missing.values("cadre_id"))
    return _with_places(found.order_by("area_id", "pk")[:limit])


def _with_places(cadres):
    return list(cadres.select_related("area__parent__parent__parent"))


def conflicts(*, user, upload: CadreUpload, limit: int = PAGE) -> list[dict]:
    """Rows that were left out because somebody changed the cadre meanwhile: for each field the previewed
    value, the ledger's and the present one."""
    rows = list(upload.ledger_rows.filter(outcome=RowOutcome.CONFLICT).order_by("index")[:limit])
    found = Cadre.objects.visible_to(user).in_bulk({row.cadre_id for row in rows if row.cadre_id})
    now = {
        (row.pk, key): getattr(found[row.cadre_id], key)
        for row in rows
        for key in row.diff or {}
        if row.cadre_id in found
    }
    pairs = [(key, both) for row in rows for key, both in (row.diff or {}).items()]
    show = _shower([*pairs, *((key, [value]) for (_, key), value in now.items())])
    return [
        {
            "name": row.name or "",
            "code": "",
            "cadre": row.cadre_id if row.cadre_id in found else None,
            "sheet": row.sheet,
            "row": row.row,
            "changes": [
                {
                    "field": FIELD_NAMES.get(key, key),
                    "before": show(key, before),
                    "mine": show(key, mine),
                    "now": show(key, now.get((row.pk, key))),
                }
                for key, (before, mine) in (row.diff or {}).items()
            ],
        }
        for row in rows
    ]


def kept(*, user, upload: CadreUpload, limit: int = PAGE) -> list[Cadre]:
    """Cadres whom an undo left as they are: somebody changed them since, or they hold businesses."""
    if upload.state != UploadState.UNDONE or not upload.written_context:
        return []
    event = Cadre.events.rel.related_model
    written = event.objects.filter(pgh_context_id=upload.written_context).values("pgh_obj_id")
    undone = event.objects.filter(pgh_context_id=upload.undone_context).values("pgh_obj_id")
    found = Cadre.objects.visible_to(user).filter(pk__in=written).exclude(pk__in=undone)
    return _with_places(found.order_by("area_id", "pk")[:limit])
