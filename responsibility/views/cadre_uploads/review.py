"""The review of an upload: what it would change, what is wrong, what became of it."""

from django.shortcuts import render
from django.urls import reverse

from entities.enums import RowAction, UploadMode, UploadState
from entities.queries.uploads import PAGE
from jiamusi_foodsafety.kit.ledger import shown

from ...ledger import uploads
from ...ledger.findings import BY_CODE
from ...ledger.undo import undo_preview
from ...queries import cadre_uploads as queries
from .shared import TITLES, crumbs

KIND_NAMES = {code: kind.name for code, kind in BY_CODE.items()}
# ?show= of the page → which rows
SHOWS = {"new": RowAction.NEW, "unchanged": RowAction.UNCHANGED}


def review_page(request, upload):
    is_open = upload.state == UploadState.REVIEW
    show = request.GET.get("show", "") or ("findings" if upload.findings else "changed")
    kind = request.GET.get("kind", "") or _first_family(upload)
    conflicts = upload.conflicts and queries.conflicts(user=request.user, upload=upload)
    context = {
        "upload": upload,
        "crumbs": crumbs(upload),
        "title": TITLES[upload.state],
        "show": show,
        "kind": kind,
        "per_page": PAGE,
        "is_open": is_open,
        "stages": shown.stages(upload),
        "sheets": shown.sheets_read(upload),
        "skipped": shown.skipped(upload),
        "has_rows": queries.has_rows(upload) or not upload.rows,
        "finding_total": sum(upload.findings.values()),
        "tiles": _tiles(upload, show, kind),
        "families": _families(upload, kind),
        "conflicts": _linked(conflicts or []),
        "kept": queries.kept(user=request.user, upload=upload),
    }
    context |= _shown(request, upload, show, kind)
    if is_open:
        context |= _decision(upload)
    if upload.state == UploadState.APPLIED:
        context["undo"] = undo_preview(upload)
    return render(request, "responsibility/cadre_upload_review.html", context)


def _first_family(upload):
    """拒收 and 提示 never mix: what is refused comes first."""
    return "R" if any(code.startswith("R") for code in upload.findings) else "W"


def _tiles(upload, show, kind):
    if upload.state == UploadState.DISCARDED and not upload.rows:
        return []
    is_open = upload.state == UploadState.REVIEW
    written = {"review": "将写入", "applied": "已写入", "undone": "已撤销"}.get(
        upload.state, "没有写入"
    )
    tiles = [
        ("新增", upload.new, written, "plus", "", "new", ""),
        ("变更", upload.changed, written, "pencil", "", "changed", ""),
        ("未变", upload.unchanged, "不动", "equal", "", "unchanged", ""),
        ("拒收", upload.refused_rows, "不写入", "ban", "red", "findings", "R"),
        ("提示", upload.warned_rows, "可写入，请核对" if is_open else "", "alert-triangle",
         "amber", "findings", "W"),
    ]  # fmt: skip
    if upload.mode == UploadMode.FULL:
        tiles.append(
            ("名册缺失", upload.missing, "在岗、本表没有", "help-circle", "amber", "missing", "")
        )
    return [
        {
            "label": label,
            "value": value,
            "note": note,
            "icon_name": icon,
            "tone": tone if value else "",
            "url": f"?show={target}" + (f"&kind={family}" if family else ""),
            "current": show == target and kind[:1] == family,
        }
        for label, value, note, icon, tone, target, family in tiles
    ]


def _families(upload, kind):
    families = shown.finding_families(upload, KIND_NAMES)
    for item in [one for family in families for one in (family, *family["kinds"])]:
        item["url"] = f"?show=findings&kind={item['key']}"
        item["current"] = kind == item["key"]
    return families


def _shown(request, upload, show, kind):
    """The rows of the chosen view; the changes stand below the findings as well."""
    found = {}
    if show == "missing":
        found["missing"] = queries.missing(user=request.user, upload=upload)
    elif show in SHOWS:
        found["rows"] = queries.rows_of(upload, action=SHOWS[show])
    elif show == "findings":
        found["findings"] = queries.findings(user=request.user, upload=upload, kind=kind)
    if show in {"findings", "changed"}:
        found |= _changes(upload, request.GET.get("field", ""), show)
    return found


def _changes(upload, field, show):
    fields = queries.diff_fields(upload)
    return {
        "change_total": sum(count for _, _, count in fields),
        "field": field,
        "fields": [
            {
                "label": name,
                "count": count,
                "url": f"?show={show}&field={key}#changes",
                "current": key == field,
            }
            for key, name, count in fields
        ],
        "all_fields_url": f"?show={show}#changes",
        "groups": _linked(queries.diff_groups(upload, field=field)),
    }


def _linked(groups):
    for group in groups:
        pk = group["cadre"]
        group["url"] = reverse("responsibility:cadre-detail", args=[pk]) if pk else ""
    return groups


def _decision(upload):
    """What confirming writes and leaves, in words."""
    parts = [
        f"{name} {number:,}"
        for name, number in (("新增", upload.new), ("变更", upload.changed))
        if number
    ]
    left = []
    if upload.refused_rows:
        left.append(f"{upload.refused_rows:,} 行拒收不写入")
    if upload.missing:
        left.append(f"缺失 {upload.missing:,} 人不自动处理，请逐人办理离任或交接")
    return {
        "confirm_title": f"将写入 {upload.writes:,} 人：{'，'.join(parts)}（可整份撤销）"
        if upload.writes
        else "没有要写入的变化，干部名册不会改动",
        "confirm_label": f"确认写入 {upload.writes:,} 人" if upload.writes else "完成核对",
        "left": "；".join(left) or "职务、层级、属地变动和离任记入变更台账",
        "asks_twice": uploads.asks_twice(upload),
        "missing_share": uploads.missing_share(upload),
    }
