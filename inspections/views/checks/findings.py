"""Findings and the letter about them: written, sent, answered, looked at again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...documents.check_letters import letter_docx, letter_pdf, letter_values
from ...forms.checks import (
    AnswerForm,
    FindingChangeForm,
    FindingForm,
    GenerateForm,
    LetterForm,
    ReviewForm,
)
from ...queries.check_letters import letter_get
from ...queries.check_parts import files_about, finding_get
from ...queries.checks import rights_of, round_tally
from ...rules.checks import may_move
from ...services.checks.letters import (
    finding_answer,
    finding_review,
    letter_generate,
    letter_issue,
    letter_save,
)
from ...services.checks.results import finding_add, finding_change
from ...services.checks.shared import CheckChanged
from .shared import (
    DETAIL,
    VIEW,
    address,
    allowed,
    crumbs,
    done,
    found_or_404,
    name_of,
    revision_in,
    round_or_404,
)

MAKE = "inspections.make_check"
PLAN = "inspections.plan_check"
ANSWER = "inspections.answer_check"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "POST"])
@require(VIEW, MAKE)
def check_finding_create(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "works")
    asked = request.GET.get("item", "")
    initial = {"result": int(asked)} if asked.isdecimal() and len(asked) < 19 else {}
    form = FindingForm(request.POST or None, check_round=check_round, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            finding_add(
                actor=request.user, check_round=check_round, address=client_address(request),
                **form.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记问题")
            return redirect(f"{reverse(DETAIL, args=[pk])}#findings")
    context = {
        "check": check_round,
        "form": form,
        "title": "登记督查问题",
        "back": f"{reverse(DETAIL, args=[pk])}#findings",
        "levels": [],
        "revision": "",
        "crumbs": crumbs(check_round, "登记问题"),
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/check_form.html", context, status=status)


def _finding_page(request, row, *, current=None, status=200, **forms):
    check_round = row.check_round
    rights = rights_of(user=request.user, check_round=check_round)
    may_change = rights.works and may_move("result", check_round.state)
    may_answer = rights.answers and may_move("answer", check_round.state) and row.state != "fixed"
    may_review = rights.works and may_move("review", check_round.state)
    files, standing = files_about(row)
    context = {
        "row": row,
        "check": check_round,
        "current": current,
        "revision": (current or row).revision,
        "change_form": forms.get("change")
        or (FindingChangeForm(initial={"text": row.text, "due_on": row.due_on})),
        "answer_form": forms.get("answer") or AnswerForm(initial={"text": row.answer}),
        "review_form": forms.get("review") or ReviewForm(),
        "can_change": may_change,
        "can_answer": may_answer,
        "can_review": may_review,
        "files": files,
        "standing": standing,
        "may_withdraw": ["finding"] if may_answer else [],
        "on": timezone.localdate(),
        "crumbs": crumbs(check_round, f"问题 {row.order}"),
    }
    return render(request, "inspections/check_finding.html", context, status=status)


@require_GET
@require(VIEW)
def check_finding(request, pk):
    return _finding_page(request, found_or_404(finding_get(user=request.user, pk=pk)))


def _act(request, row, form, name, *, save, told):
    """One of a finding's forms: saved, or the page again with its sentence."""
    current = None
    if form.is_valid():
        try:
            save()
        except CheckChanged as error:
            form.add_error(None, error.message)
            current = error.current
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, told)
            return redirect(f"{reverse(DETAIL, args=[row.check_round_id])}#findings")
    status = 409 if current else 422
    return _finding_page(request, row, current=current, status=status, **{name: form})


@require_POST
@require(VIEW, MAKE)
def check_finding_change(request, pk):
    row = found_or_404(finding_get(user=request.user, pk=pk))
    allowed(request, row.check_round, "works")
    form = FindingChangeForm(request.POST)
    is_dropped = request.POST.get("act") == "drop"
    return _act(
        request, row, form, "change",
        save=lambda: finding_change(
            actor=request.user, finding=row, revision=revision_in(request), is_dropped=is_dropped,
            **form.cleaned_data,
        ),
        told="已撤下" if is_dropped else "已保存",
    )  # fmt: skip


@require_POST
@require(VIEW, ANSWER)
def check_finding_answer(request, pk):
    row = found_or_404(finding_get(user=request.user, pk=pk))
    allowed(request, row.check_round, "answers")
    form = AnswerForm(request.POST, request.FILES)
    return _act(
        request, row, form, "answer",
        save=lambda: finding_answer(
            actor=request.user, finding=row, revision=revision_in(request), at=timezone.now(),
            **form.cleaned_data, **address(request),
        ),
        told="已答复，等回头看",
    )  # fmt: skip


@require_POST
@require(VIEW, MAKE)
def check_finding_review(request, pk):
    row = found_or_404(finding_get(user=request.user, pk=pk))
    allowed(request, row.check_round, "works")
    form = ReviewForm(request.POST)
    return _act(
        request, row, form, "review",
        save=lambda: finding_review(
            actor=request.user, finding=row, revision=revision_in(request),
            is_fixed=form.cleaned_data["verdict"] == "fixed", note=form.cleaned_data["note"],
            due_on=form.cleaned_data["due_on"], at=timezone.now(), today=timezone.localdate(),
            **address(request),
        ),
        told="已记回头看",
    )  # fmt: skip


# --- the letter ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@require(VIEW, MAKE)
def check_letter_generate(request, pk):
    """What will be said, by when; then the draft."""
    check_round, today = round_or_404(request, pk), timezone.localdate()
    allowed(request, check_round, "works")
    form = GenerateForm(
        request.POST or None, initial={"due_on": GenerateForm.proposed(check_round, today)}
    )
    if request.method == "POST" and form.is_valid():
        made = done(
            request, letter_generate, "已生成反馈书草稿，可以修改后发出", check_round=check_round,
            today=today, **form.cleaned_data, **address(request),
        )  # fmt: skip
        if made:
            return redirect("inspections:check-letter", pk=made.pk)
        return redirect(DETAIL, pk=pk)
    context = {
        "check": check_round,
        "form": form,
        "tally": round_tally(check_round=check_round),
        "found": check_round.findings.filter(is_dropped=False).count(),
        "can_generate": may_move("generate", check_round.state),
        "crumbs": crumbs(check_round, "生成反馈书"),
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/check_letter_make.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW)
def check_letter(request, pk):
    letter = found_or_404(letter_get(user=request.user, pk=pk))
    check_round = letter.check_round
    rights = rights_of(user=request.user, check_round=check_round)
    can_edit = rights.works and letter.state == "draft"
    current, status = None, 200
    form = LetterForm(instance=letter)
    if request.method == "POST":
        allowed(request, check_round, "works")
        form = LetterForm(request.POST, instance=letter)
        if form.is_valid():
            values = dict(form.cleaned_data)
            if request.POST.get("act") == "generated":
                values["text"] = letter.generated
            try:
                letter_save(
                    actor=request.user, letter=letter, revision=revision_in(request), values=values
                )
            except CheckChanged as error:
                current = error.current
                form.add_error(None, error.message)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存反馈书")
                return redirect("inspections:check-letter", pk=pk)
        status = 409 if current else 422
    context = {
        "letter": letter,
        "check": check_round,
        "paper": letter_values(letter),
        "form": form if can_edit else None,
        "current": current,
        "revision": (current or letter).revision,
        "is_edited": letter.text != letter.generated,
        "can_issue": rights.plans and letter.state == "draft",
        "crumbs": crumbs(check_round, f"反馈书第 {letter.version} 版"),
    }
    return render(request, "inspections/check_letter.html", context, status=status)


@require_POST
@require(VIEW, PLAN)
def check_letter_issue(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "plans")
    done(
        request, letter_issue,
        lambda letter: f"反馈书第 {letter.version} 版已发给{check_round.target.name}",
        check_round=check_round, at=timezone.now(), today=timezone.localdate(), **address(request),
    )  # fmt: skip
    return redirect(DETAIL, pk=pk)


def _paper(request, pk, format):
    letter = found_or_404(letter_get(user=request.user, pk=pk))
    try:
        body = letter_pdf(letter) if format == "pdf" else letter_docx(letter)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("inspections:check-letter", pk=pk)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="inspections.checkletter",
        object_id=letter.pk,
        area_code=letter.check_round.target_id,
        detail={"format": format},
    )
    response = HttpResponse(body, content_type=DOCX if format == "docx" else "application/pdf")
    draft = "（草稿）" if letter.state == "draft" else ""
    name = f"督查反馈书{draft}_{name_of(letter.check_round)}_第{letter.version}版.{format}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_GET
@require(VIEW)
@limited("check-paper", limit=60, methods=("GET",))
def check_letter_docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require(VIEW)
@limited("check-paper", limit=60, methods=("GET",))
def check_letter_pdf(request, pk):
    return _paper(request, pk, "pdf")
