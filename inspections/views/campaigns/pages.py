"""专项: counts, the rows behind them, marks put on and taken off."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from responsibility.views.organisation.shared import chips, number_in

from ...enums import TagKind
from ...exports.checks import TAGS
from ...filters.checks import tag_conditions
from ...forms.campaigns import TagForm
from ...queries.campaigns import (
    FIELDS,
    PER_PAGE,
    campaign_get,
    campaign_rows,
    campaigns_active,
    carrier_get,
    tag_page,
    tag_rows,
    tags_in,
    tags_of,
)
from ...services.campaigns import campaigns_set
from ..checks.shared import found_or_404, send_table, tabs

VIEW = "inspections.view_campaign"
TAG = "inspections.tag_campaign"
LIST = "inspections:campaign-list"
# where a carrier's own page is
PAGES = {
    TagKind.VISIT: "inspections:visit-detail",
    TagKind.PROBLEM: "inspections:problem-detail",
    TagKind.DUTY: "responsibility:duty-detail",
    TagKind.ACTION: "responsibility:meeting-action-detail",
    TagKind.CHECK: "inspections:check-detail",
}


@require_GET
@require(VIEW)
def campaign_list(request):
    user = request.user
    conditions = tag_conditions(request.GET)
    rows = campaign_rows(user=user, area=conditions["area"])
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    context = {
        **tabs(request, LIST),
        **chips(request, {"area": names.get(conditions["area"], conditions["area"])}),
        "rows": rows,
        "count": len(rows),
        "unit": "个专项",
        "conditions": conditions,
        "areas": areas,
        "kinds": TagKind.choices,
        "on": timezone.localdate(),
        "kept": f"&area={conditions['area']}" if conditions["area"] else "",
        "can_edit": user.has_perm("inspections.change_campaign"),
    }
    return render(request, "inspections/campaign_list.html", context)


def _asked(request, pk):
    campaign = found_or_404(campaign_get(pk=pk))
    conditions = tag_conditions(request.GET)
    if request.GET.get("kind") == "open":
        conditions["kind"] = "open"
    return campaign, conditions, tags_in(user=request.user, campaign=campaign, **conditions)


@require_GET
@require(VIEW)
def campaign_detail(request, pk):
    user = request.user
    campaign, conditions, found = _asked(request, pk)
    after = request.GET.get("after", "")[:20]
    rows, following = tag_page(found, after=after)
    for row in rows:
        row.url = url_or_nothing(PAGES[row.kind], getattr(row, f"{FIELDS[row.kind]}_id"))
    mine = next(
        row for row in campaign_rows(user=user, area=conditions["area"]) if row.campaign == campaign
    )
    number = number_in(request.GET.get("page", "1")) if after else 1
    first = (number - 1) * PER_PAGE + 1
    area = f"&area={conditions['area']}" if conditions["area"] else ""
    here = f"?kind={conditions['kind']}{area}"
    areas = area_choices(user=user, code=conditions["area"])
    context = {
        "campaign": campaign,
        "rows": rows,
        "conditions": conditions,
        "areas": areas,
        "shown": mine.open_problems if conditions["kind"] == "open" else (
            mine.counts.get(conditions["kind"], 0) if conditions["kind"] else mine.total
        ),
        "tabs_label": "标在哪里",
        "tabs": [
            {"label": label, "url": f"?kind={kind}{area}", "current": kind == conditions["kind"],
             "count": count}
            for kind, label, count in [
                ("", "全部", mine.total), *mine.by_kind, ("open", "未结问题", mine.open_problems)
            ]
        ],
        "per_page": PER_PAGE,
        "unit": "条",
        "first": first,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": here if after else "",
        "next_url": f"{here}&after={following}&page={number + 1}" if following else "",
        "crumbs": [
            {"label": "专项", "url": reverse(LIST)}, {"label": campaign.name, "url": ""}
        ],
    }  # fmt: skip
    return render(request, "inspections/campaign_detail.html", context)


@require_GET
@require(VIEW)
@limited("check-export", limit=10, methods=("GET",))
def campaign_export(request, pk):
    campaign, _, found = _asked(request, pk)
    return send_table(
        request, TAGS, tag_rows(found), what=f"专项_{campaign.name}", about="inspections.campaign"
    )


@require_http_methods(["GET", "POST"])
@require(VIEW, TAG)
def campaign_tag(request, mark):
    """Which campaigns one visit, problem, task or round (visit-17, check-3) carries; back to where the person
    came from."""
    kind, _, pk = mark.partition("-")
    if kind not in TagKind.values or not pk.isdecimal() or len(pk) > 18:
        raise Http404
    row = found_or_404(carrier_get(user=request.user, kind=kind, pk=pk))
    now = timezone.now()
    campaigns = campaigns_active(on=timezone.localdate(now))
    carried = tags_of(**{"check" if kind == TagKind.CHECK else kind: row})
    back = url_or_nothing(PAGES[kind], pk) or reverse(LIST)
    form = TagForm(
        request.POST or None, campaigns=campaigns,
        initial={"ids": [str(one.pk) for one in carried]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        put, taken = campaigns_set(row=row, ids=form.keys(), actor=request.user, at=now)
        messages.success(request, f"已标 {put} 个专项" + (f"，去掉 {taken} 个" if taken else ""))
        asked = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
        return redirect(asked if asked.startswith("/") and safe else back)
    context = {
        "form": form,
        "row": row,
        "label": TagKind(kind).label,
        "back": back,
        "crumbs": [{"label": "专项", "url": reverse(LIST)}, {"label": "标记专项", "url": ""}],
    }
    return render(request, "inspections/campaign_tag.html", context)
