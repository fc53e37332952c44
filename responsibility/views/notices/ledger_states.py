"""台账建立: the towns of a county, each with its state; one or many set at once."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError

from ...forms.guidance import BuiltForm
from ...queries import ledger_states as queries
from ...queries.guidance import counties_to_ask
from ...services.ledger_states import ledger_states_set
from .shared import tabs, told

VIEW, CHANGE = "responsibility.view_ledgerstate", "responsibility.change_ledgerstate"
MOST_TICKED = 500


@require_GET
@require(VIEW)
def ledger_state_list(request):
    user = request.user
    area = request.GET.get("area", "")
    counties = counties_to_ask(user=user)
    chosen = next((row for row in counties if row.pk == area), None)
    if chosen is None and len(counties) == 1:
        chosen = counties[0]
    rates = queries.rates(user=user, area="")
    names = {row.pk: row.name for row in counties}
    context = {
        "county": chosen,
        "rates": [{"rate": row, "name": names.get(row.code, row.code)} for row in rates],
        "total": queries.BuiltRate(
            "", sum(row.total for row in rates), sum(row.built for row in rates)
        ),
        "towns": queries.towns_with_states(user=user, county=chosen.pk) if chosen else [],
        "form": BuiltForm(initial={"built_on": timezone.localdate()}),
        "can_change": user.has_perm(CHANGE),
        "crumbs": [
            {"label": "台账建立", "url": reverse("responsibility:ledger-state-list")},
            {"label": chosen.name if chosen else "", "url": ""},
        ],
        **tabs(request, "responsibility:ledger-state-list"),
    }
    return render(request, "responsibility/ledger_state_list.html", context)


@require_POST
@require(VIEW, CHANGE)
def ledger_state_set(request):
    """`pk`: the ticked towns; act=built (with a day) or act=open."""
    codes = [code for code in request.POST.getlist("pk")[:MOST_TICKED] if code.isalnum()]
    towns = queries.chosen_towns(user=request.user, codes=codes)
    if codes and not towns:
        raise Http404
    is_built = request.POST.get("act") != "open"
    form = BuiltForm(request.POST)
    values = {}
    if is_built and form.is_valid():
        values = form.cleaned_data
    if not towns or (is_built and not values):
        told(request, _refuse, "", towns=towns, form=form)
    else:
        told(
            request, ledger_states_set, _said(is_built),
            areas=towns, is_built=is_built, at=timezone.now(), **values,
        )  # fmt: skip
    county = towns[0].pk[:6] if towns else ""
    return redirect(f"{reverse('responsibility:ledger-state-list')}?area={county}")


def _said(is_built):
    word = "已建立" if is_built else "未建立"
    return lambda number: f"{number:,} 个记为{word}" if number else "没有变化"


def _refuse(*, towns, form, **_):
    errors = [message for found in form.errors.values() for message in found]
    raise DomainError(errors[0] if towns and errors else "请先勾选乡镇(街道)。")
