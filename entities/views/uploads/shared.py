"""What the upload pages have in common."""

from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger.headings import heading_key

from ...ledger.columns import COLUMNS
from ...ledger.job import remembered
from ...queries import uploads as queries

TITLES = {
    "columns": "选择列",
    "review": "核对后写入",
    "applied": "写入结果",
    "undone": "写入已撤销",
    "discarded": "已放弃的上传",
    "refused": "整份未收",
}


def upload_or_404(request, pk):
    upload = queries.upload_of(user=request.user, pk=pk)
    if upload is None:
        raise Http404
    return upload


def may_apply(request):
    """Whether the reader may have a ledger written, and have it undone."""
    return request.user.has_perm("entities.apply_ledger")


def crumbs(upload):
    return [
        {"label": "台账上传", "url": reverse("entities:upload-list")},
        {"label": upload.reference, "url": ""},
    ]


def act(request, upload, step, done=""):
    """Run one step of the upload; a refusal is shown as its sentence, never as an error page."""
    try:
        step(upload)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect("entities:upload-detail", upload.pk)


def recognised(upload):
    """Which heading became which field, and why."""
    chosen = {heading_key(heading) for heading, field in upload.choices.items() if field}
    kept = {heading_key(heading) for heading, field in remembered(upload.area_id).items() if field}
    return [
        {
            "heading": upload.columns[column.key],
            "field": column.heading,
            "key": column.key,
            "why": _why(column, heading_key(upload.columns[column.key]), chosen, kept),
        }
        for column in COLUMNS
        if column.key in upload.columns
    ]


def _why(column, key, chosen, kept):
    if key in chosen:
        return "本次选择"
    if key in kept:
        return "本县上次的选择"
    if key == heading_key(column.heading):
        return "标准列名"
    known = {heading_key(heading) for heading in column.headings}
    return "同义列名" if key in known else "相近列名"


def sheets_read(upload):
    """The sheets with what was skipped in each, in words."""
    shown = []
    for sheet in upload.sheets:
        whys = Counter(skip["why"] for skip in sheet.get("skipped", ()))
        words = [f"跳过{why} {count}" for why, count in whys.items()]
        if sheet.get("hidden_rows"):
            words.append(f"隐藏行 {sheet['hidden_rows']}（已读入并提示）")
        heads = sheet.get("header_rows") or []
        if sheet.get("note"):
            words.insert(0, sheet["note"])
        elif heads and heads[0] != heads[-1]:
            words.insert(0, "多行表头")
        shown.append(
            {
                "name": sheet["name"],
                "heads": "–".join(str(row) for row in sorted(set(heads))),
                "rows": sheet["rows"],
                "note": "；".join(words),
            }
        )
    return shown


def skipped(upload):
    """What was left out of all sheets, and hidden rows that were not, in words."""
    whys = Counter(skip["why"] for sheet in upload.sheets for skip in sheet.get("skipped", ()))
    words = "、".join(f"{why} {count:,}" for why, count in whys.items())
    hidden = sum(sheet.get("hidden_rows", 0) for sheet in upload.sheets)
    parts = [f"跳过：{words}"] if words else []
    if hidden:
        parts.append(f"隐藏行 {hidden:,}（已读入并提示）")
    return "；".join(parts)
