"""The cadres' list and the page of one."""

import tempfile
from copy import copy

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address
from jiamusi_foodsafety.kit.phones import mask_phone

from ...enums import CadreLevel
from ...exports.cadres import file_name, write_cadres
from ...filters.cadres import CadreConditions, selected
from ...forms.cadres import AccountForm, CadreForm, LinkForm
from ...queries.cadres import (
    VIEWS,
    bonds_of,
    cards_of,
    held_figures,
    last_touch,
    papers_of,
    revision_of,
    shown_value,
    view_counts,
    with_columns,
)
from ...queries.keyed import keyed_page
from ...services.cadres import (
    CadreConflict,
    CadreError,
    cadre_create,
    cadre_phones_reveal,
    cadre_update,
)
from .shared import (
    bare_query,
    cadre_or_404,
    crumbs,
    is_wide,
    page_number,
    pager,
    paper_links,
    with_keys,
    words_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 8 * 1024 * 1024


@require_GET
@require("responsibility.view_cadre")
def cadre_list(request):
    conditions = CadreConditions(request.GET, user=request.user)
    page = keyed_page(
        with_columns(conditions.found()),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    for cadre in page.rows:
        cadre.shown_phone = mask_phone(cadre.phone) if cadre.phone else ""
    areas = area_choices(user=request.user, code=conditions.area)
    chosen = next((area for area in areas if area.code == conditions.area), None)
    counts = view_counts(conditions.narrowed())
    query = bare_query(request)
    rest = bare_query(request, "view", "over")
    context = {
        "page": page,
        "conditions": conditions,
        "values": conditions.values,
        "levels": CadreLevel.choices,
        "level_words": words_of(CadreLevel.choices, conditions.values["level"]),
        "count": counts[conditions.view],
        "unit": "人",
        "tabs": [
            {
                "label": label,
                "url": with_keys(rest, view=key),
                "current": key == conditions.view,
                "count": counts[key],
            }
            for key, label in VIEWS.items()
        ],
        "tabs_label": "快捷视图",
        "chips": [
            {"label": label, "url": with_keys(bare_query(request, key))}
            for label, key in conditions.chips(chosen.name if chosen else "")
        ],
        "clear_url": with_keys("", view=conditions.view),
        "areas": areas,
        "area_depth": len(areas[0].code) if areas else 0,
        "is_wide": is_wide(areas, conditions.area),
        "scope_name": chosen.name if chosen else areas[0].name if areas else "",
        "query": query,
        "is_filtered": bool(request.GET),
        "import_url": url_or_nothing("responsibility:cadre-upload-list"),
        **pager(page, query),
    }
    return render(request, "responsibility/cadre_list.html", context)


@require_http_methods(["GET", "POST"])
@require("responsibility.view_cadre", "responsibility.export_cadre")
@limited("cadre-export", limit=10, methods=("GET", "POST"))
def cadre_export(request):
    user, now = request.user, timezone.localtime()
    conditions = CadreConditions(request.GET, user=user)
    is_picked = request.method == "POST"
    found = selected(request.POST, request.GET, user=user) if is_picked else conditions.found()
    areas = area_choices(user=user, code=conditions.area)
    scope = next((area.name for area in areas if area.code == conditions.area), "") or (
        areas[0].name if areas else ""
    )
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    with_phones = user.has_perm("jurisdiction.view_full_phone")
    write_cadres(found, with_phones=with_phones, target=file)
    file.seek(0)
    name = file_name("包保干部", scope=scope, who=user.get_full_name(), at=now)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="cadre",
        detail={"file": name, "query": request.GET.urlencode()[:500]},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@require("responsibility.view_cadre")
def cadre_detail(request, pk):
    cadre = cadre_or_404(request, pk)
    user, query = request.user, bare_query(request)
    page = keyed_page(
        bonds_of(user=user, cadre=cadre),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    context = {
        "cadre": cadre,
        "crumbs": crumbs(user, cadre),
        "on": timezone.localdate(),
        "phone": mask_phone(cadre.phone) if cadre.phone else "",
        "liaison_phone": mask_phone(cadre.liaison_phone) if cadre.liaison_phone else "",
        "page": page,
        "figures": held_figures(user=user, cadre=cadre),
        "is_over": cadre.most is not None and cadre.held > cadre.most,
        "account_form": AccountForm(),
        "link_form": LinkForm(),
        "links": paper_links(user, cadre),
        "change_url": f"{reverse('responsibility:change-list')}?cadre={cadre.pk}"
        if user.has_perm("responsibility.view_change")
        else "",
        "cards": cards_of(user=user, cadre=cadre),
        **papers_of(user=user, cadre=cadre),
        **pager(page, query, unit="家"),
    }
    return render(request, "responsibility/cadre_detail.html", context)


@require_POST
@require("responsibility.view_cadre", "jurisdiction.view_full_phone")
def cadre_phone(request, pk):
    cadre = cadre_or_404(request, pk)
    numbers = cadre_phones_reveal(actor=request.user, cadre=cadre, address=client_address(request))
    phone = numbers["phone"]
    if numbers["liaison_phone"]:
        phone = f"{phone}，联络员 {numbers['liaison_phone']}"
    if request.htmx:
        return render(request, "entities/_phone.html", {"phone": phone})
    messages.info(request, f"{cadre.name} 的电话：{phone}（本次查看已记录）")
    return redirect("responsibility:cadre-detail", pk=pk)


@require_http_methods(["GET", "POST"])
@require("responsibility.view_cadre", "responsibility.add_cadre")
def cadre_create_view(request):
    base = _base(request)
    form = CadreForm(request.POST or None, user=request.user, area=base)
    if request.method == "POST" and form.is_valid():
        try:
            cadre = cadre_create(
                actor=request.user,
                values=form.values(),
                on=timezone.localdate(),
                at=timezone.now(),
                address=client_address(request),
            )
        except CadreError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"已新增 {cadre.name}")
            return redirect("responsibility:cadre-detail", pk=cadre.pk)
    areas = area_choices(user=request.user, code=base) if len(base) == 4 else []
    counties = [area for area in areas if len(area.code) == 6]
    return _form_page(request, form, None, 0, counties=counties)


def _base(request):
    """The county unit of a new cadre, the one chosen in the address or the user's own; else the city."""
    scope = area_scope(request.user)
    wanted = request.GET.get("area", "")[:6]
    if len(wanted) in (4, 6) and scope.covers(wanted):
        return wanted
    prefixes = {prefix[:6] for prefix in scope.prefixes}
    if len(prefixes) == 1:
        return prefixes.pop()
    first = area_choices(user=request.user, code="")
    return first[0].code[:6] if first else ""


@require_http_methods(["GET", "POST"])
@require("responsibility.view_cadre", "responsibility.change_cadre")
def cadre_update_view(request, pk):
    cadre = cadre_or_404(request, pk)
    base = cadre.area_id[:6]
    if request.method == "GET":
        form = CadreForm(instance=cadre, user=request.user, area=base)
        return _form_page(request, form, cadre, cadre.revision)
    revision = page_number(request.POST.get("revision"))
    seen = revision_of(cadre=cadre, revision=revision) or cadre
    # The form writes into its instance: it gets a copy.
    form = CadreForm(request.POST, instance=copy(seen), user=request.user, area=base)
    if not form.is_valid():
        return _form_page(request, form, cadre, revision)
    if not form.changed_data:
        messages.info(request, "没有改动。")
        return redirect("responsibility:cadre-detail", pk=pk)
    try:
        cadre_update(
            actor=request.user,
            cadre=cadre,
            revision=revision,
            changes={name: form.values()[name] for name in form.changed_data},
            on=timezone.localdate(),
            at=timezone.now(),
            address=client_address(request),
        )
    except CadreConflict as conflict:
        return _conflict_page(request, form, conflict.current, seen)
    except CadreError as refused:
        form.add_error(None, refused.message)
        return _form_page(request, form, cadre, revision)
    messages.success(request, f"已保存 {form.cleaned_data['name']}")
    return redirect("responsibility:cadre-detail", pk=pk)


def _form_page(request, form, cadre, revision, counties=()):
    context = {"form": form, "cadre": cadre, "revision": revision, "counties": counties}
    return render(request, "responsibility/cadre_form.html", context)


def _conflict_page(request, form, current, seen):
    """Three values of each field that the user changed, and a form that keeps the others as they are now."""
    mine = {name: form.cleaned_data[name] for name in form.changed_data}
    kept = CadreForm(
        instance=current,
        user=request.user,
        area=current.area_id[:6],
        initial={name: form[name].value() for name in form.changed_data},
    )
    who = last_touch(cadre=current)
    context = {
        "cadre": current,
        "form": kept,
        "revision": current.revision,
        "who": who,
        "rows": [
            {
                "label": form.fields[name].label,
                "before": shown_value(seen, name),
                "mine": shown_value(None, name, mine[name]),
                "now": shown_value(current, name),
            }
            for name in form.changed_data
        ],
    }
    return render(request, "responsibility/cadre_conflict.html", context, status=409)
