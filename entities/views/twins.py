"""疑似重复: the groups, the merge of two of a group with its preview, and its undo."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from jiamusi_foodsafety.kit.pages import key_page
from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..enums import TwinKind, TwinState
from ..ledger.export import FORMATS
from ..queries.entities import area_choices, capped_count
from ..queries.twins import (
    TWIN_HEADINGS,
    VIEWS,
    merge_changes,
    merge_get,
    merge_preview,
    merges_visible,
    twins_get,
    twins_members,
    twins_rows,
    twins_scanned,
    twins_shown,
    twins_visible,
)
from ..services.merging import entities_merge, merge_undo
from ..services.twins import twins_dismiss, twins_reopen
from .paging import bare_query, code_of, number_of, with_query

# Up to this size the file stays in memory.
IN_MEMORY = 8 * 1024 * 1024
VIEW, MERGE = "entities.view_screening", "entities.merge_entity"
CRUMB = {"label": "疑似重复", "url": "../"}


@require_GET
@require(VIEW)
def twin_list(request):
    area = code_of(request.GET.get("area"))
    state = request.GET.get("state", "")
    state = state if state in VIEWS else TwinState.OPEN
    kind = request.GET.get("kind", "")
    kind = kind if kind in TwinKind.values else ""
    found = twins_visible(user=request.user, area=area, state=state, kind=kind)
    page = key_page(found.select_related("area__parent__parent"), request.GET)
    members = twins_shown(user=request.user, groups=page.rows)
    context = {
        "groups": [{"group": group, "members": members[group.pk]} for group in page.rows],
        "count": capped_count(found),
        "tabs": [
            {"label": label, "url": with_query("", state=key, area=area, kind=kind),
             "current": key == state, "count": None}
            for key, label in VIEWS.items()
        ],
        "crumbs": [{"label": "数据质量", "url": url_or_nothing("reports:quality")}, {"label": "疑似重复", "url": ""}], "tabs_label": "判断", "state": state, "kind": kind, "kinds": TwinKind.choices, "area": area,
        "areas": area_choices(user=request.user, code=area), "scan": twins_scanned(),
        "query": bare_query(request),
        "per_page": page.per_page, "unit": "组", "first": page.first, "last": page.last,
        **page.links(bare_query(request)),
    }  # fmt: skip
    return render(request, "entities/twin_list.html", context)


@require_GET
@require(VIEW, "entities.export_entity")
@limited("export", limit=30, methods=("GET",))
def twin_export(request):
    area, state = code_of(request.GET.get("area")), request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    found = twins_visible(
        user=request.user, area=area, state=state if state in VIEWS else TwinState.OPEN,
        kind=kind if kind in TwinKind.values else "",
    )  # fmt: skip
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    rows = twins_rows(user=request.user, found=found)
    write_xlsx(file, TWIN_HEADINGS, rows, sheet="疑似重复")
    file.seek(0)
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="疑似重复",
        area_code=area or None, detail={"query": request.GET.urlencode()[:300]},
    )  # fmt: skip
    name = f"疑似重复_{timezone.localtime():%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])


def _group(request, pk):
    group = twins_get(user=request.user, pk=pk)
    if group is None:
        raise Http404
    return group


def _pair(members, data):
    """The two that are compared: named in the address, else the first two."""
    by_id = {one.pk: one for one in members}
    kept = by_id.get(number_of(data.get("keep")), members[0])
    others = [one for one in members if one.pk != kept.pk]
    gone = by_id.get(number_of(data.get("gone")))
    return kept, gone if gone in others else others[0]


@require_GET
@require(VIEW)
def twin_detail(request, pk):
    group = _group(request, pk)
    members = twins_members(user=request.user, group=group)
    preview = None
    if len(members) > 1:
        kept, gone = _pair(members, request.GET)
        preview = merge_preview(user=request.user, kept=kept, gone=gone)
    context = {
        "group": group,
        "members": members,
        "preview": preview,
        "may_merge": request.user.has_perm(MERGE),
        "crumbs": [CRUMB, {"label": "比对", "url": ""}],
    }
    return render(request, "entities/twin_detail.html", context)


@require_POST
@require(VIEW, MERGE)
def twin_merge(request, pk):
    group, data = _group(request, pk), request.POST
    by_id = {one.pk: one for one in twins_members(user=request.user, group=group)}
    pair = [number_of(data.get("keep")), number_of(data.get("gone"))]
    if any(pk not in by_id for pk in pair):
        messages.error(request, "选中的主体已不在这一组里，合并没有执行。请看过最新的比对再合并。")
        return redirect("entities:twin-detail", pk=pk)
    try:
        merge = entities_merge(
            actor=request.user, kept=by_id[pair[0]], gone=by_id[pair[1]],
            take=[key.removeprefix("part-") for key, side in data.items()
                  if key.startswith("part-") and side == "gone"],
            seen={one: number_of(data.get(f"revision-{one}")) for one in pair},
            reason=data.get("reason", ""), at=timezone.now(), address=client_address(request),
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.message)
        address = reverse("entities:twin-detail", args=[pk])
        return redirect(f"{address}?keep={pair[0]}&gone={pair[1]}")
    messages.success(request, f"已把{merge.gone.name}并入{merge.kept.name}，可以撤销。")
    return redirect("entities:merge-detail", pk=merge.pk)


@require_POST
@require(VIEW, MERGE)
def twin_judge(request, pk):
    group, data = _group(request, pk), request.POST
    try:
        if data.get("act") == "reopen":
            twins_reopen(actor=request.user, group=group, address=client_address(request))
            messages.success(request, "已恢复为待判断。")
            return redirect("entities:twin-detail", pk=pk)
        seen = [number_of(one) for one in data.getlist("member")]
        twins_dismiss(
            actor=request.user, group=group, members=seen, reason=data.get("reason", ""),
            address=client_address(request),
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("entities:twin-detail", pk=pk)
    messages.success(request, "已记下：不是同一家。有新的同号主体登记时再提示。")
    return redirect("entities:twin-list")


@require_GET
@require(VIEW)
def merge_list(request):
    area = code_of(request.GET.get("area"))
    found = merges_visible(user=request.user, area=area)
    page = key_page(found, request.GET, is_falling=True)
    context = {
        "merges": page.rows, "count": capped_count(found), "area": area,
        "areas": area_choices(user=request.user, code=area), "per_page": page.per_page,
        "unit": "次", "first": page.first, "last": page.last, **page.links(bare_query(request)),
        "crumbs": [{"label": "疑似重复", "url": reverse("entities:twin-list")},
                   {"label": "合并记录", "url": ""}],
    }  # fmt: skip
    return render(request, "entities/merge_list.html", context)


def _merge(request, pk):
    merge = merge_get(user=request.user, pk=pk)
    if merge is None:
        raise Http404
    return merge


@require_GET
@require(VIEW)
def merge_detail(request, pk):
    merge = _merge(request, pk)
    context = {
        "merge": merge,
        "changes": merge_changes(merge=merge),
        "may_undo": request.user.has_perm(MERGE) and merge.undone_at is None,
        "crumbs": [
            {"label": "疑似重复", "url": reverse("entities:twin-list")},
            {"label": "合并记录", "url": reverse("entities:merge-list")},
            {"label": merge.gone.name, "url": ""},
        ],
    }
    return render(request, "entities/merge_detail.html", context)


@require_POST
@require(VIEW, MERGE)
def merge_undo_view(request, pk):
    merge = _merge(request, pk)
    try:
        undone = merge_undo(
            actor=request.user, merge=merge, at=timezone.now(), address=client_address(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        told = "".join(undone.undo_told)
        messages.success(request, f"已撤销合并，{undone.gone.name}恢复在册。{told}")
    return redirect("entities:merge-detail", pk=pk)
