"""Writing about the people and the controls of a business."""

from copy import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.views.cadres.shared import page_number

from ...enums import Control, PersonSource
from ...filters.safety import selected
from ...forms.safety import (
    ControlForm,
    EndForm,
    ExamForm,
    PersonForm,
    RiskListForm,
    TrainingForm,
    VoidForm,
)
from ...queries.safety import check_get, ids_of, record_get, seen_person
from ...services.controls import control_note, control_void
from ...services.safety import (
    SafetyChanged,
    exam_add,
    names_take,
    person_add,
    person_end,
    person_phone_reveal,
    person_update,
    record_void,
    risk_list_add,
    training_add,
)
from .shared import ADD, CHANGE, DETAIL, LIST, VIEW, crumbs, person_or_404, row_or_404


def _page(request, form, entity, title, verb, **more):
    context = {
        "form": form,
        "entity": entity,
        "title": title,
        "verb": verb,
        "back": reverse(DETAIL, args=[entity.pk]),
        "crumbs": crumbs(request.user, entity, title),
        "revision": "",
        "lines": [],
        "hint": "",
    } | more
    status = 409 if context["lines"] else 422 if form.errors else 200
    return render(request, "inspections/safety_form.html", context, status=status)


def _ask(request, form, entity, *, title, verb, act, told, **more):
    """Shown, refused with its sentences, or done: `act()` writes, `told` is the toast."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, told())
            return redirect(DETAIL, pk=entity.pk)
    return _page(request, form, entity, title, verb, **more)


def _sent(request):
    """What a form is bound to: nothing before it is sent, even where all is empty."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _who(request):
    return {"actor": request.user, "address": client_address(request)}


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def person_create(request, pk):
    entity = row_or_404(request, pk, to_add=True).entity
    form = PersonForm(
        *_sent(request),
        initial={"post": request.GET.get("post", "officer"), "name": request.GET.get("name", "")[:40]},
    )  # fmt: skip
    is_staff = request.user.has_perm(CHANGE)
    source = PersonSource.MANUAL if is_staff else PersonSource.VISIT

    def act():
        person_add(entity=entity, values=form.values(), source=source, **_who(request))

    return _ask(
        request, form, entity, title="登记人员", verb="登记", act=act,
        told=lambda: f"已登记 {form.cleaned_data['name']}",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def person_edit(request, pk):
    person = person_or_404(request, pk)
    entity, title = person.entity, f"修改 {person.name}"
    if request.method == "GET":
        form = PersonForm(instance=copy(person))
        return _page(request, form, entity, title, "保存", revision=person.revision)
    revision = page_number(request.POST.get("revision"))
    seen = seen_person(person=person, revision=revision)
    form = PersonForm(request.POST, request.FILES, instance=copy(seen))
    if form.is_valid():
        try:
            person_update(person=person, revision=revision, changes=form.changes(), **_who(request))
        except SafetyChanged as changed:
            return _conflict(request, form, changed.current, seen, title)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已保存 {form.cleaned_data['name']}")
            return redirect(DETAIL, pk=entity.pk)
    return _page(request, form, entity, title, "保存", revision=revision)


def _conflict(request, form, current, seen, title):
    """原值, 您改为, 现为 of each field that this person changed; the form keeps the rest as it is now."""
    fresh, old = PersonForm(instance=copy(current)), PersonForm(instance=copy(seen))
    names = [name for name in form.changed_data if name != "document"]
    lines = [
        {
            "label": form.fields[name].label,
            "before": old[name].value(),
            "mine": form[name].value(),
            "now": fresh[name].value(),
        }
        for name in names
    ]
    kept = PersonForm(instance=copy(current), initial={name: form[name].value() for name in names})
    return _page(
        request, kept, current.entity, title, "保存", revision=current.revision, lines=lines
    )


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def person_end_view(request, pk):
    person = person_or_404(request, pk)
    form = EndForm(*_sent(request), initial={"on": timezone.localdate()})

    def act():
        data = form.cleaned_data
        person_end(
            person=person, on=data["on"], reason=data["reason"], note=data["note"], **_who(request)
        )

    return _ask(
        request, form, person.entity, title=f"{person.name} 离任", verb="登记离任", act=act,
        told=lambda: f"已登记 {person.name} 离任", hint="登记后他不再算已配；原来的登记、培训和考核都留着。",
    )  # fmt: skip


@require_POST
@require(VIEW, "jurisdiction.view_full_phone")
def person_phone(request, pk):
    person = person_or_404(request, pk)
    phone = person_phone_reveal(person=person, **_who(request)) or "没有登记电话"
    if request.htmx:
        return render(request, "entities/_phone.html", {"phone": phone})
    messages.info(request, f"{person.name} 的电话：{phone}（本次查看已记录）")
    return redirect(DETAIL, pk=person.entity_id)


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def training_create(request, pk):
    person = person_or_404(request, pk, to_add=True)
    form = TrainingForm(*_sent(request), initial={"held_on": timezone.localdate()})
    return _ask(
        request, form, person.entity, title=f"{person.name} 的培训", verb="登记培训",
        act=lambda: training_add(person=person, values=form.values(), **_who(request)),
        told=lambda: f"已登记 {person.name} 的培训 {form.cleaned_data['hours']} 学时",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def exam_create(request, pk):
    person = person_or_404(request, pk, to_add=True)
    form = ExamForm(*_sent(request), initial={"held_on": timezone.localdate()})
    return _ask(
        request, form, person.entity, title=f"{person.name} 的考核", verb="登记考核",
        act=lambda: exam_add(person=person, values=form.values(), **_who(request)),
        told=lambda: f"已登记 {person.name} 的考核",
        hint="抽查考核不合格的，督促企业整改，考核合格前不宜上岗。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def control_create(request, pk):
    entity = row_or_404(request, pk, to_add=True).entity
    wanted = request.GET.get("control", "")
    initial = {
        "on": timezone.localdate(),
        "control": wanted if wanted in Control.values else Control.DAILY,
    }
    form = ControlForm(*_sent(request), initial=initial)

    def act():
        data = form.cleaned_data
        control_note(
            entity=entity, control=data["control"], look=form.look(), on=data["on"],
            at=timezone.now(), **_who(request),
        )  # fmt: skip

    return _ask(
        request, form, entity, title="登记所见制度", verb="登记", act=act,
        told=lambda: f"已登记{Control(form.cleaned_data['control']).label}",
        hint="督导清单里答过的，系统已自动登记，不用再填。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, ADD)
def risk_list_create(request, pk):
    entity = row_or_404(request, pk, to_add=True).entity
    form = RiskListForm(*_sent(request), initial={"dated_on": timezone.localdate()})
    return _ask(
        request, form, entity, title="登记风险管控清单", verb="登记新版次",
        act=lambda: risk_list_add(
            entity=entity, values=form.values(), at=timezone.now(), **_who(request)
        ),
        told=lambda: "已登记风险管控清单",
    )  # fmt: skip


def _void(request, kind, pk):
    record = record_get(user=request.user, kind=kind, pk=pk)
    if record is None:
        raise Http404
    form = VoidForm(*_sent(request))
    return _ask(
        request, form, record.person.entity, title=f"作废：{record.person.name} {record}", verb="作废",
        act=lambda: record_void(record=record, reason=form.cleaned_data["reason"], **_who(request)),
        told=lambda: "已作废",
        hint="作废的仍可看到，但不再计算。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def training_void(request, pk):
    return _void(request, "training", pk)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def exam_void(request, pk):
    return _void(request, "exam", pk)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def check_void(request, pk):
    check = check_get(user=request.user, pk=pk)
    if check is None:
        raise Http404
    form = VoidForm(*_sent(request))
    return _ask(
        request, form, check.entity, title=f"作废：{check}", verb="作废",
        act=lambda: control_void(check=check, reason=form.cleaned_data["reason"], **_who(request)),
        told=lambda: "已作废",
        hint="作废后，以前一次查看为准。",
    )  # fmt: skip


@require_POST
@require(VIEW, CHANGE)
def safety_take(request):
    """The names of the ledger become registered people: of the ticked businesses, or of all found."""
    found = selected(request.POST, request.GET, user=request.user)
    counts = names_take(ids=ids_of(found), at=timezone.now(), **_who(request))
    if counts["people"]:
        messages.success(request, f"已确认 {counts['entities']:,} 家的 {counts['people']:,} 人")
    else:
        messages.info(request, "所选主体没有待确认的姓名。")
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    query = request.GET.urlencode()
    return redirect(reverse(LIST) + (f"?{query}" if query else ""))
