"""The draw, the draw again, one drawn row replaced."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.checks import DrawForm, frame_proposed
from ...queries.check_parts import sample_get
from ...services.checks.draws import round_draw, round_redraw, sample_replace
from .shared import (
    DETAIL,
    VIEW,
    address,
    allowed,
    crumbs,
    done,
    found_or_404,
    round_or_404,
)

MAKE = "inspections.make_check"


@require_http_methods(["GET", "POST"])
@require(VIEW, MAKE)
def check_draw(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "works")
    if check_round.drawn_at:
        messages.warning(request, "这一轮已经抽过样，名单不再变。可以再抽一次核对。")
        return redirect(DETAIL, pk=pk)
    strata = list(check_round.strata.order_by("-kind", "order"))
    form = DrawForm(
        request.POST or None,
        strata=strata,
        initial={"seed": check_round.seed, "frame_at": frame_proposed()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = round_draw(
                actor=request.user, check_round=check_round, seed=form.cleaned_data["seed"],
                frame_at=form.cleaned_data["frame_at"], quotas=form.quotas(), at=timezone.now(),
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            number = made.samples.filter(kind="entity").count()
            messages.success(request, f"已抽中 {number:,} 家，名单已锁定")
            return redirect(DETAIL, pk=pk)
    context = {"check": check_round, "form": form, "crumbs": crumbs(check_round, "抽样")}
    status = 422 if form.errors else 200
    return render(request, "inspections/check_draw.html", context, status=status)


@require_POST
@require(VIEW)
@limited("check-redraw", limit=20)
def check_redraw(request, pk):
    """Whoever sees the round may draw it again."""
    check_round = round_or_404(request, pk)
    try:
        told = round_redraw(actor=request.user, check_round=check_round, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if told:
            messages.error(request, f"重抽的结果有 {len(told)} 处不同：{'；'.join(told[:3])}")
        else:
            messages.success(request, "用同一种子重抽，全部相同")
    return redirect(DETAIL, pk=pk)


@require_POST
@require(VIEW, MAKE)
def check_sample_replace(request, pk):
    sample = found_or_404(sample_get(user=request.user, pk=pk))
    allowed(request, sample.check_round, "works")
    made = done(
        request, sample_replace, "已换成同一层顺位的下一个", sample=sample,
        reason=request.POST.get("reason", "")[:200], **address(request),
    )  # fmt: skip
    return redirect("inspections:check-sample-detail", pk=made.pk if made else pk)
