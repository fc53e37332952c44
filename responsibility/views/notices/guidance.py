"""点对点指导: questions, answers, the 问答汇编."""

import tempfile

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...exports.guidance import write_guidance
from ...forms.guidance import GuidanceAnswerForm, QuestionForm
from ...queries import guidance as queries
from ...services import guidance as services
from .shared import XLSX, cursor, pager, tabs, told

VIEW, ASK, ANSWER = (
    "responsibility.view_guidance", "responsibility.add_guidance", "responsibility.answer_guidance",
)  # fmt: skip
MOST_TEXT = 40


def _conditions(request):
    """View, searched text and county of the list, unknown values dropped."""
    view, area = request.GET.get("view", ""), request.GET.get("area", "")
    return {
        "view": view if view in queries.VIEWS else "",
        "text": request.GET.get("q", "").strip()[:MOST_TEXT],
        "area": area if area.isalnum() and len(area) <= 12 else "",
    }


@require_GET
@require(VIEW)
def guidance_list(request):
    user, conditions = request.user, _conditions(request)
    rows, next_key = queries.guidance_page(user=user, after=cursor(request), **conditions)
    counts = queries.guidance_counts(user=user)
    base = reverse("responsibility:guidance-list")
    context = {
        "rows": rows,
        "conditions": conditions,
        "counties": queries.counties_to_ask(user=user),
        "segments": [
            {"label": label, "url": f"{base}?view={key}" if key else base, "count": counts[key],
             "current": key == conditions["view"]}
            for key, label in queries.VIEWS.items()
        ],
        "can_ask": user.has_perm(ASK),
        **tabs(request, "responsibility:guidance-list"),
        **pager(request, rows, next_key, per_page=queries.PER_PAGE, unit="条"),
    }  # fmt: skip
    return render(request, "responsibility/guidance_list.html", context)


def _row_or_404(request, pk):
    row = queries.guidance_get(user=request.user, pk=pk)
    if row is None:
        raise Http404
    return row


@require_GET
@require(VIEW)
def guidance_detail(request, pk):
    row = _row_or_404(request, pk)
    form = GuidanceAnswerForm(
        initial={
            "answer": row.answer, "is_shared": row.is_shared, "seen": services.answer_mark(row),
        }
    )  # fmt: skip
    return _page(request, row, form)


def _page(request, row, form):
    context = {
        "row": row,
        "form": form,
        "can_answer": request.user.has_perm(ANSWER) and row.is_own,
        "crumbs": [
            {"label": "点对点指导", "url": reverse("responsibility:guidance-list")},
            {"label": "问答", "url": ""},
        ],
    }
    return render(request, "responsibility/guidance_detail.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, ASK)
def guidance_create(request):
    form = QuestionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.guidance_ask(
                actor=request.user, at=timezone.now(), address=client_address(request),
                **form.values(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("asked_at", error.message)
        else:
            told(request, lambda **_: row, "已记下" if row.answered_at else "已提问，答复后会通知")
            return redirect("responsibility:guidance-detail", pk=row.pk)
    context = {
        "form": form,
        "crumbs": [
            {"label": "点对点指导", "url": reverse("responsibility:guidance-list")},
            {"label": "提问", "url": ""},
        ],
    }
    return render(request, "responsibility/guidance_form.html", context)


@require_POST
@require(VIEW, ANSWER)
def guidance_answer(request, pk):
    row, form = _row_or_404(request, pk), GuidanceAnswerForm(request.POST)
    if not row.is_own:
        raise Http404
    if form.is_valid():
        try:
            services.guidance_answer(
                actor=request.user, guidance=row, at=timezone.now(),
                address=client_address(request), **form.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            told(request, lambda **_: row, "已答复")
            return redirect("responsibility:guidance-detail", pk=pk)
    return _page(request, row, form)


@require_GET
@require(VIEW)
@limited("guidance-export", limit=10, methods=("GET",))
def guidance_export(request):
    user, now = request.user, timezone.localtime()
    found = queries.guidance_in(user=user, **_conditions(request))
    rows = found.select_related("area", "answered_by").order_by("-pk")
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_guidance(
        rows.iterator(chunk_size=500),
        is_own=lambda row: queries.is_own(user=user, row=row),
        target=file,
    )
    file.seek(0)
    name = f"点对点指导问答_{now:%Y%m%d}.xlsx"
    audit(
        actor=user, action=AuditAction.EXPORT, address=client_address(request),
        object_type="guidance", detail={"file": name, "query": request.GET.urlencode()[:500]},
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
