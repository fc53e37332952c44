"""督办: list, one instruction, a new one, its answer and its end."""

import datetime

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import InstructionState
from ...forms.instructions import InstructionAnswerForm, InstructionForm, InstructionNoteForm
from ...queries import instructions as queries
from ...services import instructions as services
from ...services.notifications import is_own_page
from .shared import cursor, pager, tabs, told

VIEW, ADD, ANSWER = (
    "responsibility.view_instruction", "responsibility.add_instruction",
    "responsibility.answer_instruction",
)  # fmt: skip
# What the date field proposes.
DAYS_GIVEN = 3


@require_GET
@require(VIEW)
def instruction_list(request):
    user, today = request.user, timezone.localdate()
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else ""
    rows, next_key = queries.instruction_page(user=user, tab=tab, on=today, after=cursor(request))
    counts = queries.instruction_counts(user=user, on=today)
    base = reverse("responsibility:instruction-list")
    context = {
        "rows": rows,
        "today": today,
        "tab": tab,
        "segments": [
            {"label": label, "url": f"{base}?tab={key}" if key else base, "current": key == tab,
             "count": counts[key]}
            for key, label in queries.TABS.items()
        ],
        "can_add": user.has_perm(ADD),
        **tabs(request, "responsibility:instruction-list"),
        **pager(request, rows, next_key, per_page=queries.PER_PAGE, unit="件"),
    }  # fmt: skip
    return render(request, "responsibility/instruction_list.html", context)


@require_GET
@require(VIEW)
def instruction_detail(request, pk):
    return _page(request, _row_or_404(request, pk), InstructionAnswerForm())


def _row_or_404(request, pk):
    row = queries.instruction_get(user=request.user, pk=pk)
    if row is None:
        raise Http404
    return row


def _page(request, row, form):
    user = request.user
    is_issuers = user.has_perm(ADD) and queries.is_issuers(user=user, instruction=row)
    context = {
        "row": row,
        "today": timezone.localdate(),
        "form": form,
        "note_form": InstructionNoteForm(),
        "can_answer": user.has_perm(ANSWER)
        and row.state == InstructionState.OPEN
        and row.issued_by_id != user.pk,
        "can_close": is_issuers and row.state != InstructionState.CLOSED,
        "source": row.source_url if is_own_page(row.source_url) else "",
        "crumbs": [
            {"label": "督办", "url": reverse("responsibility:instruction-list")},
            {"label": row.title, "url": ""},
        ],
    }
    return render(request, "responsibility/instruction_detail.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def instruction_create(request):
    """`?area=…&title=…&source=…` from the button 督办 of another page."""
    today, asked = timezone.localdate(), request.GET
    source = asked.get("source", "") or asked.get("from", "")
    form = InstructionForm(
        request.POST or None,
        user=request.user,
        code=asked.get("area", "")[:12],
        initial={
            "title": asked.get("title", "")[:120],
            "source": source if is_own_page(source) else "",
            "due_on": today + datetime.timedelta(days=DAYS_GIVEN),
        },
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rows = services.instructions_create(
                actor=request.user, areas=form.chosen(), title=values["title"],
                body=values["body"], due_on=values["due_on"], source_url=values["source"],
                on=today, address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            told(request, lambda **_: rows, f"已督办 {len(rows):,} 个单位")
            if len(rows) == 1:
                return redirect("responsibility:instruction-detail", pk=rows[0].pk)
            return redirect("responsibility:instruction-list")
    context = {
        "form": form,
        "crumbs": [
            {"label": "督办", "url": reverse("responsibility:instruction-list")},
            {"label": "新督办", "url": ""},
        ],
    }
    return render(request, "responsibility/instruction_form.html", context)


@require_POST
@require(VIEW, ANSWER)
def instruction_answer(request, pk):
    row, form = _row_or_404(request, pk), InstructionAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    told(
        request, services.instruction_answer, "已答复",
        instruction=row, answer=form.cleaned_data["answer"], at=timezone.now(),
    )  # fmt: skip
    return redirect("responsibility:instruction-detail", pk=pk)


DECISIONS = {
    "close": (services.instruction_close, "已办结"),
    "return": (services.instruction_return, "已退回，请对方再答复"),
}


@require_POST
@require(VIEW, ADD)
def instruction_decide(request, pk):
    """办结 or 退回, by those of the issuing area."""
    row, form = _row_or_404(request, pk), InstructionNoteForm(request.POST)
    if not queries.is_issuers(user=request.user, instruction=row):
        raise Http404
    service, done = DECISIONS.get(request.POST.get("act", ""), DECISIONS["close"])
    note = form.cleaned_data["note"] if form.is_valid() else ""
    told(request, service, done, instruction=row, note=note, at=timezone.now())
    return redirect("responsibility:instruction-detail", pk=pk)
