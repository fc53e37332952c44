"""经验库: what others do well, and whether it was taken up here."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiamusi_foodsafety.jurisdiction.access import require

from ...enums import AdoptionState
from ...filters.organisation import experience_conditions
from ...forms.documents import ExperienceForm
from ...models import Experience
from ...queries.documents import experience_get, experience_page, experiences_in
from .records import record_form
from .shared import chips, crumbs, cursor, pager, tabs

VIEW = "responsibility.view_experience"
CHANGE = "responsibility.change_experience"
LIST = "responsibility:experience-list"
DETAIL = "responsibility:experience-detail"


@require_GET
@require(VIEW)
def experience_list(request):
    user = request.user
    conditions = experience_conditions(request.GET)
    found = experiences_in(user=user, **conditions)
    page = experience_page(found, **cursor(request))
    context = {
        **tabs(request, LIST),
        **pager(request, page, unit="条"),
        **chips(
            request,
            {
                "adoption": dict(AdoptionState.choices).get(conditions["adoption"], ""),
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": page.rows,
        "count": found.count(),
        "unit": "条",
        "conditions": conditions,
        "adoptions": AdoptionState.choices,
        "can_change": user.has_perm(CHANGE),
    }
    return render(request, "responsibility/experience_list.html", context)


def _experience_or_404(request, pk, *, to_change=False):
    experience = experience_get(user=request.user, pk=pk, to_change=to_change)
    if experience is None:
        raise Http404
    return experience


@require_GET
@require(VIEW)
def experience_detail(request, pk):
    user = request.user
    experience = _experience_or_404(request, pk)
    context = {
        "experience": experience,
        "has_address": experience.link.startswith(("http://", "https://")),
        "can_change": user.has_perm(CHANGE)
        and experience_get(user=user, pk=pk, to_change=True) is not None,
        "crumbs": crumbs(LIST, "经验库", experience.title),
    }
    return render(request, "responsibility/experience_detail.html", context)


def _form(request, experience, title, back):
    return record_form(
        request, ExperienceForm, experience, title=title, back=back,
        trail=crumbs(LIST, "经验库", title), detail=DETAIL,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def experience_create(request):
    return _form(request, Experience(), "登记经验", reverse(LIST))


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def experience_update(request, pk):
    experience = _experience_or_404(request, pk, to_change=True)
    return _form(request, experience, "修改经验", reverse(DETAIL, args=[pk]))
