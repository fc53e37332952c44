"""Reads for the upload pages: what an upload would change, what is wrong, what became of it."""

from django.db import connection
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import (
    OBLIGED,
    REGISTERED,
    Grade,
    LicenceKind,
    RowAction,
    RowOutcome,
    Stage,
    Status,
    UploadState,
)
from ..models import Category, Entity, EntityTally, LedgerRow, LedgerUpload

PAGE = 50
# Words for the fields of a diff; the columns' own headings where the register has no other.
FIELD_NAMES = {field.column: str(field.verbose_name) for field in Entity._meta.concrete_fields} | {
    "area_id": "属地",
    "category_id": "主体类别",
}


def uploads(*, user, state: str = "", before: int | None = None, after: int | None = None):
    """A page of the uploads in the user's area, newest first, with the keys of the neighbours."""
    found = LedgerUpload.objects.visible_to(user).select_related("uploaded_by", "area")
    if state:
        found = found.filter(state=state)
    if after:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        has_more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return rows, (rows[0].pk if rows and has_more else None), (rows[-1].pk if rows else None)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    return rows, (rows[0].pk if rows and before else None), (rows[-1].pk if has_more else None)


def upload_of(*, user, pk: int) -> LedgerUpload | None:
    """The upload, if it lies in the user's area."""
    found = LedgerUpload.objects.visible_to(user)
    return (
        found.select_related("uploaded_by", "confirmed_by", "undone_by", "area")
        .filter(pk=pk)
        .first()
    )


def upload_areas(*, user) -> list[Area]:
    """In whose name the user may upload: his county, or the city and its counties."""
    return list(
        Area.objects.active().visible_to(user).filter(level__in=["city", "county"]).order_by("code")
    )


def waiting_before(upload: LedgerUpload) -> int:
    """The upload's place in the queue (1 = next)."""
    waiting = LedgerUpload.objects.filter(
        state__in=[UploadState.QUEUED, UploadState.PROCESSING, UploadState.APPLYING],
        pk__lt=upload.pk,
    )
    return waiting.count() + 1


def stages(upload: LedgerUpload) -> list[dict]:
    """The six steps with what is known of each: state done | now | later | failed, and a short note."""
    order = list(Stage)
    at = order.index(upload.stage) if upload.stage in order else 0
    finished = upload.state in {UploadState.APPLIED, UploadState.UNDONE}
    halted = upload.state in {UploadState.REFUSED, UploadState.DISCARDED}
    shown = []
    for index, stage in enumerate(order):
        if finished or index < at:
            state = "done"
        elif index > at:
            state = "later"
        else:
            state = "failed" if halted else "now"
        shown.append(
            {"name": stage.label, "state": state, "note": _stage_note(upload, stage, state)}
        )
    return shown


def _stage_note(upload, stage, state):
    seconds = upload.seconds.get(stage.value)
    if state == "later":
        return "等待"
    if state == "failed":
        return upload.get_state_display()
    if state == "now":
        return "请核对" if stage == Stage.REVIEW else "进行中"
    if stage == Stage.MATCH and upload.columns:
        return f"{len(upload.columns)} 列"
    if stage == Stage.CHECK and seconds is not None:
        return f"{upload.rows:,} 行，{seconds:.1f} 秒"
    return f"{seconds:.1f} 秒" if seconds is not None else ""


def finding_families(upload: LedgerUpload, kinds: dict) -> list[dict]:
    """Refusals and hints by kind, most frequent first. `kinds`: code → name."""
    shown = []
    for initial, name, tone in (("R", "拒收", "red"), ("W", "提示", "amber")):
        found = [(code, n) for code, n in upload.findings.items() if code[0] == initial]
        if found:
            shown.append(
                {
                    "key": initial,
                    "name": name,
                    "tone": tone,
                    "count": sum(n for _, n in found),
                    "kinds": [
                        {"key": code, "name": kinds.get(code, code), "count": n}
                        for code, n in sorted(found, key=lambda pair: (-pair[1], pair[0]))
                    ],
                }
            )
    return shown


def findings(upload: LedgerUpload, *, kind: str = "", limit: int = PAGE):
    """The first findings of one code, of one family (R or W), or all, in the file's order."""
    found = upload.ledger_findings.all()
    if kind in {"R", "W"}:
        found = found.filter(code__startswith=kind)
    elif kind:
        found = found.filter(code=kind)
    rows = list(found.order_by("index", "pk")[:limit])
    for row in rows:
        row.is_refusal = row.code.startswith("R")
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
        row.place = areas.get(row.area_code, "") + (row.area_text or "")
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
        return f"{value:,}" if isinstance(value, int | float) else value

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


def missing(*, user, upload: LedgerUpload, limit: int = PAGE):
    """Businesses of the register that the whole ledger lacks."""
    found = Entity.objects.visible_to(user).filter(pk__in=upload.ledger_missing.values("entity_id"))
    return list(found.select_related("category", "area").order_by("licence_no", "pk")[:limit])


def conflicts(upload: LedgerUpload, *, limit: int = PAGE):
    """Rows that were left out because somebody changed the business meanwhile."""
    return _with_names(
        list(upload.ledger_rows.filter(outcome=RowOutcome.CONFLICT).order_by("index")[:limit])
    )


def kept(*, user, upload: LedgerUpload, limit: int = PAGE):
    """Businesses that an undo left as they are, because somebody changed them since."""
    if not upload.undone_at or not upload.written_context:
        return []
    event = Entity.events.rel.related_model
    written = event.objects.filter(pgh_context_id=upload.written_context)
    undone = event.objects.filter(pgh_context_id=upload.undone_context)
    found = Entity.objects.visible_to(user).filter(pk__in=written.values("pgh_obj_id"))
    if upload.undone_context:
        found = found.exclude(pk__in=undone.values("pgh_obj_id"))
    return list(found.select_related("category", "area").order_by("licence_no", "pk")[:limit])


def rate_effect(upload: LedgerUpload) -> dict:
    """What confirming does to the area's figures: registered, graded before and after (家)."""
    tally = EntityTally.objects.filter(area__code__startswith=upload.area_id)
    registered = graded = 0
    for status, grade, total in tally.values_list("status", "grade", "total"):
        registered += total if status in REGISTERED else 0
        graded += total if status in OBLIGED and grade else 0
    fresh = LedgerRow.objects.filter(upload=upload, is_refused=False)
    newly = fresh.filter(action=RowAction.NEW)
    gained = newly.exclude(Q(grade=None) | Q(grade="")).count()
    gained += fresh.filter(action=RowAction.CHANGED, diff__grade__0="").count()
    gained -= fresh.filter(action=RowAction.CHANGED, diff__grade__1="").count()
    return {
        "registered": registered, "registered_after": registered + upload.new,
        "graded": graded, "graded_after": graded + gained,
    }  # fmt: skip
