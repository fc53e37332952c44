"""按台账原文建立包保: the cadre names in the register become a plan to look at."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require

from ...services.ledger_bonds import ledger_plan_make
from ..bonds.shared import ASSIGN, VIEW, place_or_404


@require_POST
@require(VIEW, ASSIGN)
@limited("named-plan", limit=10)
def named_plan(request):
    place = place_or_404(request, request.POST.get("area", ""))
    if place.area is None:
        messages.info(request, "请先选一个区划，再按台账原文建立包保。")
        return redirect("responsibility:coverage")
    plan = ledger_plan_make(area=place.area, by=request.user, at=timezone.now())
    left = [
        words
        for number, words in (
            (plan.counts["unknown"], f"{plan.counts['unknown']:,} 家的名字没有对上在岗干部"),
            (plan.counts["ambiguous"], f"{plan.counts['ambiguous']:,} 家有同名干部分不清"),
        )
        if number
    ]
    if left:
        messages.warning(request, "；".join(left) + "，不在方案里。")
    return redirect("responsibility:plan-detail", pk=plan.pk)
