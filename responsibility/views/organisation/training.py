"""培训: sessions, who was there, with which result."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import TrainingResult
from ...filters.organisation import code_in, one_of, training_conditions
from ...forms.documents import AttendeesForm, TrainingForm
from ...models import Training
from ...queries.newest import PER_PAGE
from ...queries.training import (
    cadre_trainings,
    record_page,
    record_rows,
    records_in,
    trained_page,
    training_get,
    training_page,
    training_rate,
    trainings_in,
)
from ...services.training import Mark, attendees_add, rest_passed, results_set
from .records import record_form, send_table
from .shared import chips, crumbs, cursor, number_in, pager, tabs

VIEW = "responsibility.view_training"
CHANGE = "responsibility.change_training"
LIST = "responsibility:training-list"
DETAIL = "responsibility:training-detail"
HEADINGS = ("培训", "日期", "姓名", "层级", "单位", "职务", "属地", "结果", "成绩", "说明")
RESULTS = {
    "": "全部",
    "unmarked": "未记",
    "passed": "合格",
    "failed": "不合格",
    "absent": "缺席",
}


@require_GET
@require(VIEW)
def training_list(request):
    user, today = request.user, timezone.localdate()
    conditions = training_conditions(request.GET)
    found = trainings_in(user=user, **conditions)
    page = training_page(found, user=user, **cursor(request))
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    year = int(conditions["year"] or today.year)
    context = {
        **tabs(request, LIST),
        **pager(request, page, unit="次"),
        **chips(
            request,
            {
                "area": names.get(conditions["area"], conditions["area"]),
                "year": conditions["year"] and f"{conditions['year']} 年",
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": page.rows,
        "count": found.count(),
        "unit": "次",
        "conditions": conditions,
        "areas": areas,
        "years": [str(today.year - back) for back in range(4)],
        "year": year,
        "rate": training_rate(
            user=user, area=conditions["area"] or (home_code(user) or ""), year=year
        ),
        "can_change": user.has_perm(CHANGE),
    }
    return render(request, "responsibility/training_list.html", context)


def _training_or_404(request, pk, *, to_change=False):
    training = training_get(user=request.user, pk=pk, to_change=to_change)
    if training is None:
        raise Http404
    return training


def _conditions(request):
    return {
        "result": one_of(request.GET.get("result", ""), RESULTS),
        "area": code_in(request.GET.get("area", "")),
    }


def _may_change(request, pk):
    user = request.user
    return user.has_perm(CHANGE) and training_get(user=user, pk=pk, to_change=True) is not None


@require_GET
@require(VIEW)
def training_detail(request, pk):
    training = _training_or_404(request, pk)
    can_change = _may_change(request, pk)
    form = AttendeesForm(user=request.user, training=training) if can_change else None
    return _detail(request, training, form)


def _detail(request, training, form, *, status=200):
    user = request.user
    conditions = _conditions(request)
    rows, next_key = record_page(
        records_in(user=user, training=training, **conditions),
        after=request.GET.get("after", "")[:40],
    )
    number = number_in(request.GET.get("page", "1"))
    number = number if request.GET.get("after") else 1
    first = (number - 1) * PER_PAGE + 1
    here = {key: value for key, value in conditions.items() if value}
    query = "&".join(f"{key}={value}" for key, value in here.items())
    area = f"&area={conditions['area']}" if conditions["area"] else ""
    context = {
        "training": training,
        "rows": rows,
        "form": form,
        "can_change": form is not None,
        "results": [choice for choice in TrainingResult.choices if choice[0]],
        "conditions": conditions,
        "query": query,
        "tabs_label": "结果",
        "tabs": [
            {
                "label": label,
                "url": f"?result={key}{area}",
                "current": key == conditions["result"],
                # counted over all areas of the reader: not shown beside a narrower list
                "count": None if conditions["area"] else training.counts[key or "all"],
            }
            for key, label in RESULTS.items()
        ],
        "per_page": PER_PAGE,
        "unit": "人",
        "first": first,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": f"?{query}" if request.GET.get("after") else "",
        "next_url": f"?{query}&after={next_key}&page={number + 1}" if next_key else "",
        "crumbs": crumbs(LIST, "培训", training.title),
    }
    return render(request, "responsibility/training_detail.html", context, status=status)


def _form(request, training, title, back):
    return record_form(
        request, TrainingForm, training, title=title, back=back,
        trail=crumbs(LIST, "培训", title), detail=DETAIL,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def training_create(request):
    training = Training(held_on=timezone.localdate())
    return _form(request, training, "登记培训", reverse(LIST))


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def training_update(request, pk):
    training = _training_or_404(request, pk, to_change=True)
    return _form(request, training, "修改培训", reverse(DETAIL, args=[pk]))


@require_POST
@require(VIEW, CHANGE)
def training_attendees(request, pk):
    training = _training_or_404(request, pk, to_change=True)
    form = AttendeesForm(request.POST, user=request.user, training=training)
    if form.is_valid():
        try:
            counts = attendees_add(
                actor=request.user, training=training, area=form.cleaned_data["area"].pk,
                level=form.cleaned_data["level"], name=form.cleaned_data["name"].strip(),
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            there = f"，{counts['there']:,} 人原来就在名单中" if counts["there"] else ""
            messages.success(request, f"已加入 {counts['added']:,} 人{there}")
            return redirect(DETAIL, pk=pk)
    return _detail(request, training, form, status=422)


def _marks(request):
    """What the page says of each of its records; a score that is no number 0–100 is refused."""
    marks, bad = {}, 0
    for text in request.POST.getlist("pk")[:PER_PAGE]:
        if not text.isdecimal() or len(text) > 18:
            continue
        score = request.POST.get(f"score-{text}", "").strip()
        if score and not (score.isascii() and score.isdecimal() and int(score[:4]) <= 100):
            bad += 1
            continue
        result = request.POST.get(f"result-{text}", "")
        marks[int(text)] = Mark(
            seen=request.POST.get(f"seen-{text}", ""),
            result=one_of(result, TrainingResult.values),
            score=int(score) if score else None,
        )
    return marks, bad


@require_POST
@require(VIEW, CHANGE)
def training_results(request, pk):
    training = _training_or_404(request, pk, to_change=True)
    user, address = request.user, client_address(request)
    # What the page shows is saved first: an exception just marked is no rest.
    marks, bad = _marks(request)
    counts = results_set(actor=user, training=training, marks=marks, address=address)
    told = f"已保存 {counts['saved']:,} 人"
    if request.POST.get("act") == "rest":
        records = records_in(user=user, training=training, area=_conditions(request)["area"])
        number = rest_passed(actor=user, training=training, records=records, address=address)
        told += f"，其余 {number:,} 人记为合格"
    messages.success(request, told)
    if counts["passed_over"]:
        messages.warning(
            request, f"{counts['passed_over']:,} 人的结果刚被别人改过，没有覆盖，请核对。"
        )
    if bad:
        messages.warning(request, f"{bad:,} 人的成绩不是 0–100 的整数，没有保存。")
    return redirect(f"{reverse(DETAIL, args=[pk])}?{request.GET.urlencode()}")


@require_GET
@require(VIEW)
@limited("training-export", limit=10, methods=("GET",))
def training_export(request, pk):
    training = _training_or_404(request, pk)
    found = records_in(user=request.user, training=training, **_conditions(request))
    return send_table(request, HEADINGS, record_rows(found), what=f"参训名单_{training.title}")


@require_GET
@require(VIEW)
def training_cadre_list(request):
    """The cadres behind 培训率, and those whom it lacks."""
    user, today = request.user, timezone.localdate()
    conditions = training_conditions(request.GET)
    area = conditions["area"] or (home_code(user) or "")
    year = int(conditions["year"] or today.year)
    is_trained = request.GET.get("view") == "trained"
    after = request.GET.get("after", "")[:40]
    rate = training_rate(user=user, area=area, year=year)
    rows, next_key = trained_page(
        user=user, area=area, year=year, is_trained=is_trained, after=after
    )
    number = number_in(request.GET.get("page", "1")) if after else 1
    first = (number - 1) * PER_PAGE + 1
    kept = f"year={year}" + (f"&area={conditions['area']}" if conditions["area"] else "")
    here = f"?view={'trained' if is_trained else 'untrained'}&{kept}"
    context = {
        "rows": rows,
        "rate": rate,
        "year": year,
        "years": [str(today.year - back) for back in range(4)],
        "is_trained": is_trained,
        "conditions": conditions,
        "areas": area_choices(user=user, code=conditions["area"]),
        "tabs_label": "培训情况",
        "tabs": [
            {
                "label": "本年未合格",
                "url": f"?view=untrained&{kept}",
                "current": not is_trained,
                "count": rate.cadres - rate.passed,
            },
            {
                "label": "本年已合格",
                "url": f"?view=trained&{kept}",
                "current": is_trained,
                "count": rate.passed,
            },
        ],
        "per_page": PER_PAGE,
        "unit": "人",
        "first": first,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": here if after else "",
        "next_url": f"{here}&after={next_key}&page={number + 1}" if next_key else "",
        "crumbs": crumbs(LIST, "培训", "干部培训情况"),
    }
    return render(request, "responsibility/training_cadre_list.html", context)


@require_GET
@require(VIEW)
def training_cadre(request, pk):
    cadre, rows, hours = cadre_trainings(user=request.user, pk=pk)
    if cadre is None:
        raise Http404
    context = {
        "cadre": cadre,
        "rows": rows,
        "hours": sorted(hours.items(), reverse=True),
        "crumbs": crumbs(LIST, "培训", cadre.name),
    }
    return render(request, "responsibility/training_cadre.html", context)
