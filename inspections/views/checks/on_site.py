"""On site: one item, one drawn business or cadre; made for a phone."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.views.papers_out import paper_response

from ...enums import SampleKind
from ...forms.check_site import CadreSampleForm, EntitySampleForm, ItemForm
from ...forms.checks import ReasonForm
from ...queries.check_parts import (
    file_get,
    files_about,
    files_of,
    item_get,
    sample_get,
    sample_next,
)
from ...queries.checks import rights_of
from ...rules.checks import WITHDRAWN_IN, may_move
from ...services.checks.evidence import file_withdraw
from ...services.checks.results import OF_CADRE, OF_ENTITY, item_save, sample_save
from ...services.checks.shared import CheckChanged
from .shared import DETAIL, VIEW, allowed, crumbs, found_or_404, revision_in, round_or_404

# where a piece of evidence is shown
BACK = {
    "result": "inspections:check-item",
    "sample": "inspections:check-sample-detail",
    "finding": "inspections:check-finding",
}


def _saved(request, form, save):
    """Save what the form holds. (saved row or None, the row as it stands when somebody was faster)."""
    try:
        return save(), None
    except CheckChanged as error:
        form.add_error(None, error.message)
        return None, error.current
    except DomainError as error:
        form.add_error(None, error.message)
        return None, None


@require_http_methods(["GET", "POST"])
@require(VIEW)
def check_item(request, pk):
    row = found_or_404(item_get(user=request.user, pk=pk))
    check_round = row.check_round
    rights = rights_of(user=request.user, check_round=check_round)
    can_work = rights.works and may_move("result", check_round.state)
    current, status = None, 200
    form = ItemForm(initial={"verdict": row.verdict, "score": row.score, "seen": row.seen})
    if request.method == "POST":
        allowed(request, check_round, "works")
        form = ItemForm(request.POST, request.FILES)
        if form.is_valid():
            saved, current = _saved(
                request, form,
                lambda: item_save(
                    actor=request.user, result=row, revision=revision_in(request),
                    at=timezone.now(), **form.cleaned_data,
                ),
            )  # fmt: skip
            if saved:
                messages.success(request, f"{row.item.code} 已保存")
                return redirect(DETAIL, pk=check_round.pk)
        status = 409 if current else 422
    files, standing = files_about(row)
    context = {
        "row": row,
        "check": check_round,
        "form": form if can_work else None,
        "current": current,
        "revision": current.revision if current else row.revision,
        "files": files,
        "standing": standing,
        "may_withdraw": ["result", "sample"] if can_work else [],
        "findings": list(row.findings.filter(is_dropped=False).order_by("order", "pk")),
        "can_work": can_work,
        "crumbs": crumbs(check_round, row.item.code),
    }
    return render(request, "inspections/check_item.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW)
def check_sample_detail(request, pk):
    row = found_or_404(sample_get(user=request.user, pk=pk))
    check_round = row.check_round
    is_entity = row.kind == SampleKind.ENTITY
    form_class, names = (EntitySampleForm, OF_ENTITY) if is_entity else (CadreSampleForm, OF_CADRE)
    rights = rights_of(user=request.user, check_round=check_round)
    can_work = rights.works and may_move("result", check_round.state) and not row.is_replaced
    current, status = None, 200
    form = form_class(initial={name: getattr(row, name) for name in names})
    if request.method == "POST":
        allowed(request, check_round, "works")
        form = form_class(request.POST, request.FILES)
        if form.is_valid():
            values = dict(form.cleaned_data)
            files = values.pop("files")
            saved, current = _saved(
                request, form,
                lambda: sample_save(
                    actor=request.user, sample=row, revision=revision_in(request), values=values,
                    files=files, at=timezone.now(),
                ),
            )  # fmt: skip
            if saved:
                return _onward(request, row)
        status = 409 if current else 422
    files, standing = files_about(row)
    context = {
        "row": row,
        "check": check_round,
        "thing": row.entity or row.cadre,
        "is_entity": is_entity,
        "form": form if can_work else None,
        "current": current,
        "revision": current.revision if current else row.revision,
        "files": files,
        "standing": standing,
        "may_withdraw": ["result", "sample"] if can_work else [],
        "following": sample_next(sample=row),
        "replace_form": ReasonForm(auto_id="id_replace_%s")
        if can_work and may_move("replace", check_round.state)
        else None,
        "crumbs": crumbs(check_round, (row.entity or row.cadre).name),
    }
    return render(request, "inspections/check_sample.html", context, status=status)


def _onward(request, row):
    """After a save: the next one not checked, or back to the round."""
    messages.success(request, f"{(row.entity or row.cadre).name}已保存")
    following = sample_next(sample=row) if request.POST.get("act") == "next" else None
    if following:
        return redirect("inspections:check-sample-detail", pk=following.pk)
    return redirect(DETAIL, pk=row.check_round_id)


def _withdrawable(request, check_round):
    """The kinds of evidence that this person may take back now."""
    rights = rights_of(user=request.user, check_round=check_round)
    right = {"result": rights.works, "answer": rights.answers}
    return [
        part
        for part, act in WITHDRAWN_IN.items()
        if right[act] and may_move(act, check_round.state)
    ]


@require_GET
@require(VIEW)
def check_evidence(request, pk):
    check_round = round_or_404(request, pk)
    rows = files_of(check_round=check_round)
    context = {
        "check": check_round,
        "rows": rows,
        "standing": sum(row.withdrawn_at is None for row in rows),
        "may_withdraw": _withdrawable(request, check_round),
        "crumbs": crumbs(check_round, "证据"),
    }
    return render(request, "inspections/check_evidence.html", context)


@require_GET
@require(VIEW)
def check_file(request, pk):
    row = found_or_404(file_get(user=request.user, pk=pk))
    return paper_response(row.file, row.file_name)


@require_http_methods(["GET", "POST"])
@require(VIEW)
def check_file_withdraw(request, pk):
    row = found_or_404(file_get(user=request.user, pk=pk))
    check_round = row.check_round
    allowed(request, check_round, "answers" if row.part == "finding" else "works")
    back = reverse(BACK[row.part], args=[getattr(row, f"{row.part}_id")])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            file_withdraw(
                actor=request.user, file=row, reason=form.cleaned_data["reason"],
                at=timezone.now(), address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已撤回 {row.file_name}")
            return redirect(back)
    context = {
        "name": row.file_name,
        "form": form,
        "back": back,
        "crumbs": crumbs(check_round, "撤回证据"),
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/evidence_withdraw.html", context, status=status)
