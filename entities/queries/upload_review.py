"""Reads for the review of an upload: what it would change, what is wrong, what became of it."""

import re
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    OBLIGED,
    REGISTERED,
    Grade,
    LicenceKind,
    ProposalKind,
    ProposalSource,
    ProposalState,
    RowAction,
    RowOutcome,
    Status,
)
from ..models import (
    Category,
    Entity,
    EntityTally,
    LedgerFinding,
    LedgerRow,
    LedgerUpload,
    Proposal,
)
from ..rules import mask_numbers, mask_phone
from .uploads import PAGE

# Full numbers are for whoever asks for one on the business's page (and is recorded): not for lists.
PHONES = {"phone", "cadre_phone"}
_NUMBER = re.compile(r"\d[\d-]{5,}\d")

# Words for the fields of a diff; the columns' own headings where the register has no other.
FIELD_NAMES = {field.column: str(field.verbose_name) for field in Entity._meta.concrete_fields} | {
    "area_id": "属地",
    "category_id": "主体类别",
}


def findings(*, user, upload: LedgerUpload, kind: str = "", limit: int = PAGE):
    """The first findings of one code, of one family (R or W), or all, in the file's order. Phones of
    another's file are masked for those whose role does not need them."""
    found = upload.ledger_findings.all()
    if kind in {"R", "W"}:
        found = found.filter(code__startswith=kind)
    elif kind:
        found = found.filter(code=kind)
    rows = list(found.order_by("index", "pk")[:limit])
    for row in rows:
        row.is_refusal = row.code.startswith("R")
    return phones_masked(rows, user=user, upload=upload)


def phones_masked(rows: list[LedgerFinding], *, user, upload: LedgerUpload) -> list[LedgerFinding]:
    """The findings with the telephone numbers in them masked, unless the reader needs whole ones or sent
    the file himself."""
    if upload.uploaded_by_id == user.pk or user.has_perm("jurisdiction.view_full_phone"):
        return rows
    for row in rows:
        if row.field in PHONES:
            row.value = _NUMBER.sub(lambda found: mask_phone(found[0]), row.value)
            row.message = _NUMBER.sub(lambda found: mask_phone(found[0]), row.message)
    return rows


def rows_of(upload: LedgerUpload, *, action: str, limit: int = PAGE):
    """The first rows of one action, for a look."""
    found = upload.ledger_rows.filter(action=action).order_by("index")
    if action != RowAction.REFUSED:
        found = found.filter(is_refused=False)
    return _with_names(list(found[:limit]))


def _with_names(rows):
    areas = _area_names({row.area_code for row in rows if row.area_code})
    categories = dict(Category.objects.values_list("code", "name"))
    for row in rows:
        row.place = f"{areas.get(row.area_code, '')} {row.area_text or ''}".strip()
        row.category_name = categories.get(row.category_code, "")
    return rows


def _area_names(codes):
    """Names below the county, e.g. 长安镇 长安村; a county by its own name."""
    wanted = {code[:n] for code in codes for n in (6, 9, 12) if len(code) >= n}
    names = dict(Area.objects.filter(pk__in=wanted).values_list("code", "name"))
    shown = {}
    for code in codes:
        parts = [names.get(code[:n], "") for n in (9, 12) if len(code) >= n]
        shown[code] = " ".join(parts) or names.get(code, code)
    return shown


def diff_fields(upload: LedgerUpload) -> list[tuple[str, str, int]]:
    """Which fields change in how many businesses: (field, name, count), most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT key, count(*) FROM entities_ledgerrow r, jsonb_object_keys(r.diff) AS key
               WHERE r.upload_id = %s AND NOT r.is_refused AND r.diff IS NOT NULL
                 AND r.action IN ('changed', 'renewal')
               GROUP BY key ORDER BY count(*) DESC, key""",
            [upload.pk],
        )
        return [(key, FIELD_NAMES.get(key, key), count) for key, count in cursor.fetchall()]


def diff_groups(upload: LedgerUpload, *, field: str = "", limit: int = PAGE) -> list[dict]:
    """Before → after of each changed business (one group a business), in the file's order."""
    found = upload.ledger_rows.filter(action=RowAction.CHANGED, is_refused=False)
    if field in FIELD_NAMES:
        found = found.filter(diff__has_key=field)
    rows = list(found.order_by("index")[:limit])
    show = _shower([pair for row in rows for pair in (row.diff or {}).items()])
    return [
        {
            "name": row.name or "",
            "code": row.licence_no or "",
            "entity": row.entity_id,
            "outcome": row.outcome,
            "changes": [
                {"field": FIELD_NAMES.get(key, key), "old": show(key, old), "new": show(key, new)}
                for key, (old, new) in (row.diff or {}).items()
            ],
        }
        for row in rows
    ]


def _shower(pairs):
    """A function that shows a field's value in words."""
    codes = {value for key, both in pairs if key == "area_id" for value in both if value}
    words = {
        "area_id": _area_names(codes),
        "category_id": dict(Category.objects.values_list("code", "name")),
        "status": dict(Status.choices),
        "grade": dict(Grade.choices),
        "licence_kind": dict(LicenceKind.choices),
        "is_permanent": {True: "长期", False: "有期限"},
    }

    def show(key, value):
        if value is None or value == "":
            return ""
        if key in words:
            return words[key].get(value, value)
        if key in PHONES:
            return mask_phone(value)
        if key == "note":
            return mask_numbers(value)
        if isinstance(value, float | Decimal):
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{value:,}" if isinstance(value, int) else str(value)

    return show


def renewals(upload: LedgerUpload) -> list[dict]:
    """The 换证 offers with what would change."""
    rows = list(
        upload.ledger_rows.filter(action=RowAction.RENEWAL, is_refused=False)
        .select_related("entity")
        .order_by("index")[:200]
    )
    show = _shower([pair for row in rows for pair in (row.diff or {}).items()])
    return [
        {
            "index": row.index, "name": row.name, "choice": row.choice, "entity": row.entity,
            "licence_no": row.licence_no, "row": row.row, "sheet": row.sheet,
            "changes": [
                {"field": FIELD_NAMES.get(key, key), "old": show(key, old), "new": show(key, new)}
                for key, (old, new) in (row.diff or {}).items()
            ],
        }
        for row in rows
    ]  # fmt: skip


def renewals_chosen(upload: LedgerUpload) -> int:
    """How many 换证 offers were decided and will be written."""
    return upload.ledger_rows.filter(
        action=RowAction.RENEWAL, is_refused=False, choice__in=["renew", "new"]
    ).count()


def missing_all(*, user, upload: LedgerUpload):
    """All businesses of the register that the whole ledger lacks and that are still 应包."""
    lacking = upload.ledger_missing.values("entity_id")
    return Entity.objects.visible_to(user).filter(pk__in=lacking, status__in=OBLIGED)


def missing(*, user, upload: LedgerUpload, limit: int = PAGE) -> list[Entity]:
    """The first businesses of the register that the whole ledger lacks."""
    found = missing_all(user=user, upload=upload).select_related("category", "area__parent")
    return list(found.order_by("licence_no", "pk")[:limit])


def missing_proposed(upload: LedgerUpload) -> int:
    """How many of the missing were proposed for screening already."""
    return Proposal.objects.filter(upload=upload, source=ProposalSource.MISSING).count()


def has_rows(upload: LedgerUpload) -> bool:
    """Whether the staged rows are still there (they are deleted some months after the upload)."""
    return upload.ledger_rows.exists()


def status_words(upload: LedgerUpload) -> int:
    """Good rows whose status words (停业未注销 …) open a proposal when the upload is written: those
    whose business has an open one already open none."""
    is_open = Proposal.objects.filter(
        entity=OuterRef("entity_id"), kind=ProposalKind.SCREEN, state=ProposalState.PROPOSED
    )
    found = upload.ledger_rows.filter(is_refused=False, proposed_status__isnull=False)
    return found.exclude(Exists(is_open)).count()


def conflicts(*, user, upload: LedgerUpload, limit: int = PAGE) -> list[dict]:
    """Rows that were left out because somebody changed the business meanwhile: for each field the
    previewed value, the ledger's and the present one."""
    rows = list(upload.ledger_rows.filter(outcome=RowOutcome.CONFLICT).order_by("index")[:limit])
    found = Entity.objects.visible_to(user).in_bulk({row.entity_id for row in rows})
    now = {
        (row.pk, key): getattr(found[row.entity_id], key)
        for row in rows
        for key in row.diff or {}
        if row.entity_id in found
    }
    pairs = [(key, both) for row in rows for key, both in (row.diff or {}).items()]
    show = _shower([*pairs, *((key, [value]) for (_, key), value in now.items())])
    return [
        {
            "name": row.name or "",
            "code": row.licence_no or "",
            "entity": row.entity_id if row.entity_id in found else None,
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


def kept(*, user, upload: LedgerUpload, limit: int = PAGE) -> list[Entity]:
    """Businesses that an undo left as they are, because somebody changed them since."""
    if not upload.undone_at or not upload.written_context:
        return []
    event = Entity.events.rel.related_model
    written = event.objects.filter(pgh_context_id=upload.written_context)
    undone = event.objects.filter(pgh_context_id=upload.undone_context)
    found = Entity.objects.visible_to(user).filter(pk__in=written.values("pgh_obj_id"))
    if upload.undone_context:
        found = found.exclude(pk__in=undone.values("pgh_obj_id"))
    return list(
        found.select_related("category", "area__parent").order_by("licence_no", "pk")[:limit]
    )


def rate_effect(upload: LedgerUpload) -> dict:
    """What confirming does to the area's figures: 在册 and 已分级 before and after (家)."""
    tally = EntityTally.objects.filter(area__code__startswith=upload.area_id)
    registered = graded = 0
    for status, grade, total in tally.values_list("status", "grade", "total"):
        registered += total if status in REGISTERED else 0
        graded += total if status in OBLIGED and grade else 0
    rows = LedgerRow.objects.filter(upload=upload, is_refused=False)
    fresh = Q(action=RowAction.NEW) | Q(action=RowAction.RENEWAL, choice="new")
    is_graded = Q(grade__in=Grade.values[1:]) | Q(
        action=RowAction.NEW, entity__grade__in=Grade.values[1:]
    )
    gained = rows.filter(fresh).filter(is_graded).count()
    held = rows.filter(action=RowAction.CHANGED, entity__status__in=OBLIGED)
    gained += held.filter(diff__grade__0="").count() - held.filter(diff__grade__1="").count()
    added = upload.new + rows.filter(action=RowAction.RENEWAL, choice="new").count()
    return {
        "registered": registered, "registered_after": registered + added,
        "graded": graded, "graded_after": graded + gained,
    }  # fmt: skip
