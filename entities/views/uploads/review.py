"""The review of an upload: what it would change, what is wrong, what became of it."""

from django.shortcuts import render
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.kit.ledger.shown import finding_families, sheets_read, skipped, stages

from ...enums import RowAction, UploadMode, UploadState
from ...ledger import uploads
from ...ledger.findings import BY_CODE
from ...ledger.undo import undo_preview
from ...queries import upload_review as queries
from ...queries.uploads import PAGE
from .shared import TITLES, crumbs

KIND_NAMES = {code: kind.name for code, kind in BY_CODE.items()}
# ?show= of the page → which rows
SHOWS = {"new": RowAction.NEW, "unchanged": RowAction.UNCHANGED}


def review_page(request, upload):
    is_open = upload.state == UploadState.REVIEW
    show = request.GET.get("show", "") or ("findings" if upload.findings else "changed")
    kind = request.GET.get("kind", "") or _first_family(upload)
    sheets = sheets_read(upload)
    context = {
        "upload": upload,
        "crumbs": crumbs(upload),
        "title": TITLES[upload.state],
        "show": show,
        "kind": kind,
        "per_page": PAGE,
        "is_open": is_open,
        "is_city_wide": upload.area.level == Level.CITY,
        "stages": stages(upload),
        "sheets": sheets,
        "skipped": skipped(upload),
        "has_rows": queries.has_rows(upload) or not upload.rows,
        "finding_total": sum(upload.findings.values()),
        "tiles": _tiles(upload, show, kind),
        "families": _families(upload, kind),
        "conflicts": _linked(queries.conflicts(user=request.user, upload=upload))
        if upload.conflicts
        else [],
        "kept": queries.kept(user=request.user, upload=upload) if upload.kept else [],
    }
    context |= _shown(request, upload, show, kind)
    if is_open:
        context |= _decision(upload)
    if upload.state == UploadState.APPLIED:
        context["undo"] = undo_preview(upload)
    return render(request, "entities/upload_review.html", context)


def _first_family(upload):
    """拒收 and 提示 never mix: what is refused comes first."""
    return "R" if any(code.startswith("R") for code in upload.findings) else "W"


def _tiles(upload, show, kind):
    if upload.state == UploadState.DISCARDED and not upload.rows:
        return []  # given up before it was read through: there is nothing to count
    is_open = upload.state == UploadState.REVIEW
    written = {"review": "将写入", "applied": "已写入", "undone": "已撤销"}.get(
        upload.state, "没有写入"
    )
    is_crowded = upload.mode == UploadMode.FULL and upload.renewals
    hint = "请核对" if is_crowded else "可写入，请核对"
    tiles = [
        ("新增", upload.new, written, "plus", "", "new", ""),
        ("变更", upload.changed, written, "pencil", "", "changed", ""),
        ("未变", upload.unchanged, "不动", "equal", "", "unchanged", ""),
        ("拒收", upload.refused_rows, "不写入", "ban", "red", "findings", "R"),
        ("提示", upload.warned_rows, hint if is_open else "", "alert-triangle",
         "amber", "findings", "W"),
    ]  # fmt: skip
    if upload.mode == UploadMode.FULL:
        lack = "本表没有" if is_crowded else "名录有、本表无"
        tiles.append(("台账缺失", upload.missing, lack, "help-circle", "amber", "missing", ""))
    if upload.renewals:
        tiles.append(
            ("疑似换证", upload.renewals, "请选择", "certificate", "amber", "renewals", "")
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
    families = finding_families(upload, KIND_NAMES)
    for item in [one for family in families for one in (family, *family["kinds"])]:
        item["url"] = f"?show=findings&kind={item['key']}"
        item["current"] = kind == item["key"]
    return families


def _shown(request, upload, show, kind):
    """The rows of the chosen view; the changes stand below the findings as well."""
    user, shown = request.user, {}
    if show == "missing":
        shown["missing"] = queries.missing(user=user, upload=upload)
        shown["lacking"] = queries.missing_all(user=user, upload=upload).count()
        shown["proposed"] = queries.missing_proposed(upload)
    elif show == "renewals":
        shown["renewals"] = queries.renewals(upload)
    elif show in SHOWS:
        shown["rows"] = queries.rows_of(upload, action=SHOWS[show])
    elif show == "findings":
        shown["findings"] = queries.findings(user=user, upload=upload, kind=kind)
    if show in {"findings", "changed"}:
        shown |= _changes(upload, request.GET.get("field", ""), show)
    return shown


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
        pk = group["entity"]
        group["url"] = reverse("entities:entity-detail", args=[pk]) if pk else ""
    return groups


def _decision(upload):
    """What confirming writes, leaves and does to the rate, in words."""
    effect = queries.rate_effect(upload)
    chosen = queries.renewals_chosen(upload)
    named = (("新增", upload.new), ("变更", upload.changed), ("换证", chosen))
    parts = [f"{name} {number:,}" for name, number in named if number]
    writes = upload.writes + chosen
    return {
        "effect": effect,
        "writes": writes,
        "confirm_title": f"将写入 {writes:,} 家：{'，'.join(parts)}（可整份撤销）"
        if writes
        else "没有要写入的变化，名录不会改动",
        "confirm_label": f"确认写入 {writes:,} 家" if writes else "完成核对",
        "left": _left(upload, chosen),
        "asks_twice": uploads.asks_twice(upload),
        "missing_share": uploads.missing_share(upload),
    }


def _left(upload, chosen):
    """What is not written, one half sentence each."""
    words = []
    if upload.refused_rows:
        words.append(f"{upload.refused_rows:,} 行拒收不写入")
    if upload.missing:
        words.append(f"缺失 {upload.missing:,} 家不自动处理，可另行提请筛除")
    if upload.renewals > chosen:
        words.append(f"疑似换证 {upload.renewals - chosen:,} 家没有选择，不写入")
    proposals = queries.status_words(upload)
    if proposals:
        words.append(f"{proposals:,} 家写明停业、注销等，只转为筛除提请")
    return "；".join(words)
