"""导出模板: the list, one template with its preview, making and changing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities.queries.entities import area_choices, capped_count
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from jiamusi_foodsafety.kit.pages import key_page

from ...enums import ProfileFormat, ProfileKind
from ...forms.profiles import (
    ProfileForm,
    column_lines,
    columns_from,
    filter_lines,
    filters_from,
)
from ...queries.profiles.shown import (
    columns_shown,
    filters_shown,
    may_change,
    may_export,
    preview,
    profile_get,
    profiles_visible,
    runs_of,
)
from ...services.profiles import profile_retire, profile_save

VIEW, CHANGE = "reports.view_exportprofile", "reports.change_exportprofile"
CRUMB = {"label": "导出模板", "url": ""}


def profile_or_404(request, pk):
    profile = profile_get(user=request.user, pk=pk)
    if profile is None:
        raise Http404
    return profile


@require_safe
@require(VIEW)
def profile_list(request):
    kind = request.GET.get("kind", "")
    kind = kind if kind in ProfileKind.values else ""
    text = request.GET.get("q", "").strip().replace("\0", "")[:60]
    found = profiles_visible(user=request.user, kind=kind, text=text)
    page = key_page(found, request.GET)
    query = "&".join(part for part in (f"kind={kind}" if kind else "", f"q={text}" if text else "") if part)  # fmt: skip
    context = {
        "profiles": page.rows, "count": capped_count(found), "kinds": ProfileKind.choices,
        "kind": kind, "text": text, "per_page": page.per_page, "unit": "个", "first": page.first,
        "last": page.last, **page.links(query),
    }  # fmt: skip
    return render(request, "reports/profile_list.html", context)


@require_safe
@require(VIEW)
def profile_detail(request, pk):
    profile = profile_or_404(request, pk)
    can_export = may_export(user=request.user, kind=profile.kind)
    home = home_place(user=request.user)
    context = {
        "profile": profile,
        "columns": columns_shown(profile),
        "filters": filters_shown(profile),
        "runs": runs_of(user=request.user, profile=profile),
        "may_change": may_change(user=request.user, profile=profile),
        "may_export": can_export,
        "preview": preview(
            user=request.user, kind=profile.kind, columns=profile.columns, filters=profile.filters,
            on=timezone.localdate(),
        ) if can_export else None,
        "formats": ProfileFormat.choices,
        "areas": area_choices(user=request.user, code=home.code) if home else [],
        "crumbs": [CRUMB | {"url": reverse("reports:profile-list")}, {"label": profile.name, "url": ""}],
    }  # fmt: skip
    return render(request, "reports/profile_detail.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
@limited("profile", limit=60)
def profile_create(request):
    kind = (request.POST or request.GET).get("kind", "")
    if kind not in ProfileKind.values:
        return render(request, "reports/profile_kind.html", {
            "kinds": ProfileKind.choices,
            "crumbs": [CRUMB | {"url": reverse("reports:profile-list")}, {"label": "新建", "url": ""}],
        })  # fmt: skip
    source = None
    if request.GET.get("from", "").isdecimal() and len(request.GET["from"]) < 19:
        source = profile_get(user=request.user, pk=int(request.GET["from"]))
        kind = source.kind if source else kind
    return _form_page(request, kind=kind, profile=None, source=source)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
@limited("profile", limit=60)
def profile_update(request, pk):
    profile = profile_or_404(request, pk)
    if not may_change(user=request.user, profile=profile):
        raise PermissionDenied
    return _form_page(request, kind=profile.kind, profile=profile, source=profile)


def _form_page(request, *, kind, profile, source):
    home = home_place(user=request.user)
    start = {"area": home.code if home else "", "format": ProfileFormat.XLSX}
    if source is not None:
        start |= {"name": source.name, "format": source.format, "note": source.note}
        start |= {"area": source.area_id} if profile else {"name": f"{source.name}（副本）"}
    form = ProfileForm(request.POST or None, initial=start, user=request.user)
    columns = source.columns if source else []
    filters = source.filters if source else {}
    shown = None
    if request.method == "POST":
        columns, filters = columns_from(request.POST, kind), filters_from(request.POST, kind)
        if request.POST.get("act") == "preview":
            shown = _preview(request, kind, columns, filters)
        elif form.is_valid():
            saved = _save(
                request, form, kind=kind, profile=profile, columns=columns, filters=filters
            )
            if saved is not None:
                messages.success(request, f"已保存导出模板“{saved.name}”。")
                return redirect("reports:profile-detail", pk=saved.pk)
    context = {
        "form": form, "kind": kind, "kind_words": ProfileKind(kind).label, "profile": profile,
        "lines": column_lines(kind, columns), "filters": filter_lines(kind, filters),
        "preview": shown,
        "revision": request.POST.get("revision") or (profile.revision if profile else 0),
        "crumbs": [CRUMB | {"url": reverse("reports:profile-list")},
                   {"label": profile.name if profile else "新建", "url": ""}],
    }  # fmt: skip
    return render(request, "reports/profile_form.html", context)


def _preview(request, kind, columns, filters):
    if not may_export(user=request.user, kind=kind):
        messages.error(request, "您没有导出这类数据的权限，看不到预览。")
        return None
    named = [column for column in columns if column["heading"]]
    return preview(
        user=request.user, kind=kind, columns=named, filters=filters, on=timezone.localdate()
    )


def _save(request, form, *, kind, profile, columns, filters):
    values = form.cleaned_data
    revision = request.POST.get("revision", "")
    try:
        return profile_save(
            actor=request.user, area=place_of(user=request.user, code=values["area"]).area,
            name=values["name"], kind=kind, columns=columns, filters=filters,
            format=values["format"], note=values["note"], at=timezone.now(), profile=profile,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
            address=client_address(request),
        )  # fmt: skip
    except DomainError as error:
        form.add_error(None, error.message)
    return None


@require_POST
@require(VIEW, CHANGE)
def profile_retire_view(request, pk):
    profile = profile_or_404(request, pk)
    if not may_change(user=request.user, profile=profile):
        raise PermissionDenied
    revision = request.POST.get("revision", "")
    try:
        profile_retire(
            actor=request.user, profile=profile, at=timezone.now(), address=client_address(request),
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("reports:profile-detail", pk=pk)
    messages.success(request, f"导出模板“{profile.name}”已停用。")
    return redirect("reports:profile-list")
