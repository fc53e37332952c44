"""What is done at a problem, and a problem found outside a visit."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError

from ...enums import ProblemAct
from ...forms.problems import MoveForm, ProblemForm
from ...queries.problem_detail import problem_kinds, shop_for_report, stations_of
from ...queries.problem_people import may_ever
from ...rules.moves import TABLE
from ...rules.problems import Found
from ...services.moves import problem_move
from ...services.problem_new import problem_new
from .pages import REPORT, VIEW, board_page, problem_or_404


@require_POST
@require(VIEW)
@limited("problem-move", limit=60)
def problem_move_view(request, pk, act):
    if act not in TABLE:
        raise Http404
    if not may_ever(user=request.user, act=act):
        raise PermissionDenied
    problem = problem_or_404(request, pk)
    stations = stations_of(problem=problem) if act == ProblemAct.ASSIGN else ()
    form = MoveForm(request.POST, request.FILES, act=act, problem=problem, stations=stations)
    if not form.is_valid():
        return board_page(request, problem, filled=form)
    try:
        move, is_new = problem_move(
            problem=problem, act=act, actor=request.user, values=form.values(),
            key=form.cleaned_data["key"], at=timezone.now(),
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.message)
    else:
        done = f"已{move.get_act_display()}" if is_new else "这一步刚才已经办好"
        messages.success(request, f"{done}，现在是“{move.get_state_to_display()}”。")
    address = reverse("inspections:problem-detail", args=[pk])
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@require_http_methods(["GET", "POST"])
@require(VIEW, REPORT)
@limited("problem-create", limit=60)
def problem_create(request):
    """`?entity=…`: the business; its page and the board lead here."""
    text = request.GET.get("entity", "")
    pk = int(text) if text.isdecimal() and len(text) < 19 else 0
    shop = shop_for_report(user=request.user, pk=pk) if pk else None
    if pk and shop is None:
        raise Http404
    kinds = problem_kinds()
    form = ProblemForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST" and shop is not None and form.is_valid():
        values = form.cleaned_data
        found = Found(
            key=values["key"], title=values["title"], kind=values["kind"], detail=values["detail"],
            on_spot=values["on_spot"],
        )  # fmt: skip
        try:
            problem = problem_new(
                actor=request.user, shop=shop, found=found, at=timezone.now(),
                files=[file.read() for file in values["photos"]],
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已登记 {problem.number}，{problem.get_state_display()}。")
            return redirect("inspections:problem-detail", pk=problem.pk)
    context = {
        "form": form,
        "shop": shop,
        "entity_list_url": reverse("entities:entity-list"),
        "crumbs": [
            {"label": "问题整改", "url": reverse("inspections:problem-list")},
            {"label": "登记问题", "url": ""},
        ],
    }
    return render(request, "inspections/problem_form.html", context)
