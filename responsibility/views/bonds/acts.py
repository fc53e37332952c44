"""指定干部 and 解除: for one business or for many."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...filters.holding import chosen_entities
from ...forms.bonds import BondForm, EndForm, FinderForm, moment_of
from ...queries.coverage import level_table
from ...queries.holding import area_common, cadre_choices, cadres_eligible, entities_chosen
from ...services.assignments import bond_end, bond_make
from .shared import ASSIGN, VIEW

SHOWN = 5


def _chosen(request):
    """The businesses meant: posted ones, or the one named in the address."""
    if request.method == "POST":
        return chosen_entities(request.POST, request.GET, user=request.user)
    pk = request.GET.get("pk", "")
    ids = [int(pk)] if pk.isdecimal() and len(pk) < 19 else []
    return entities_chosen(user=request.user, ids=ids)


def _back(request):
    """Where the clerk came from: the list with its conditions, or one business's page."""
    query = request.GET.copy()
    pk = query.get("pk", "")
    if pk.isdecimal() and len(pk) < 19:
        return reverse("entities:entity-detail", args=[int(pk)])
    return f"{reverse('responsibility:holding-list')}?{query.urlencode()}"


def _common(request, found):
    """What both pages show of the chosen businesses, and carry on."""
    count = found.count()
    seen = request.POST.get("seen_at", "")
    return {
        "count": count,
        "names": list(found.order_by("area_id", "pk").values_list("name", flat=True)[:SHOWN]),
        "every": request.POST.get("every", ""),
        "ids": [] if request.POST.get("every") else list(found.values_list("pk", flat=True)),
        "seen_at": seen if moment_of(seen) else timezone.now().isoformat(),
        "action": f"{request.path}?{request.GET.urlencode()}",
        "back": _back(request),
    }


@require_http_methods(["GET", "POST"])
@require(VIEW, ASSIGN)
def bond_make_view(request):
    found = _chosen(request)
    common = area_common(found)
    eligible = cadres_eligible(user=request.user, common=common)
    is_sent = request.method == "POST" and request.POST.get("confirmed")
    form = BondForm(request.POST if is_sent else None, cadres=eligible)
    if is_sent and form.is_valid():
        now = timezone.now()
        try:
            counts = bond_make(
                actor=request.user,
                entities=found,
                on=timezone.localdate(now),
                at=now,
                seen_at=moment_of(request.POST.get("seen_at", "")),
                address=client_address(request),
                **form.cleaned_data,
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _told(counts, form.cleaned_data["cadre"]))
            return redirect(_back(request))
    finder = FinderForm(request.POST if "q" in request.POST else None)
    wanted = finder.cleaned_data if finder.is_valid() else {}
    level = wanted["level"] if "level" in wanted else _level_of(found)
    cadres = cadre_choices(
        user=request.user, common=common, level=level, text=wanted.get("q", "").strip()
    )
    context = {
        "form": form,
        "finder": finder,
        "level": level,
        "q": wanted.get("q", ""),
        "cadres": cadres,
        "chosen_cadre": request.POST.get("cadre", ""),
        **_common(request, found),
    }
    return render(request, "responsibility/bond_make.html", context)


def _level_of(found):
    """The level that holds the chosen businesses when they are of one grade; else any."""
    grades = list(found.order_by().values_list("grade", flat=True).distinct()[:2])
    return level_table().get(grades[0], "") if len(grades) == 1 else ""


def _told(counts, cadre):
    parts = [f"已由 {cadre.name} 包保 {counts['made'] + counts['moved']:,} 家"]
    if counts["moved"]:
        parts.append(f"其中 {counts['moved']:,} 家是改派")
    if counts["same"] + counts["excepted"]:
        parts.append(f"{counts['same'] + counts['excepted']:,} 家原来就由他包保")
    if counts["conflicts"]:
        parts.append(f"{counts['conflicts']:,} 家刚被别人改过，没有写入")
    return "，".join(parts) + "。"


@require_http_methods(["GET", "POST"])
@require(VIEW, ASSIGN)
def bond_end_view(request):
    found = _chosen(request)
    is_sent = request.method == "POST" and request.POST.get("confirmed")
    form = EndForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        now = timezone.now()
        try:
            counts = bond_end(
                actor=request.user,
                entities=found,
                on=timezone.localdate(now),
                at=now,
                note=form.cleaned_data["note"],
                seen_at=moment_of(request.POST.get("seen_at", "")),
                address=client_address(request),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            left = counts["conflicts"]
            words = f"，{left:,} 家刚被别人改过，没有写入" if left else ""
            messages.success(request, f"已解除 {counts['ended']:,} 家的包保{words}。")
            return redirect(_back(request))
    context = {"form": form, **_common(request, found)}
    return render(request, "responsibility/bond_end.html", context)
