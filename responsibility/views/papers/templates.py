"""The office's templates of 承诺书 and 责任状: what is in use, to take home, to upload, to give back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.documents import DocumentError
from jiamusi_foodsafety.kit.middleware import client_address

from ...documents import letters, pledges
from ...enums import CadreLevel, LetterKind
from ...forms.papers import TemplateForm
from ...models import LetterTemplate, PledgeTemplate
from ...queries.pledges import templates_in_use
from ...services.pledge_templates import template_drop, template_use
from .shared import download, told

MOST = 5 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """One kind of paper: its words, its model, how it is printed; `key` begins its URL names."""

    key: str
    paper: str
    label: str
    model: type
    choices: list
    names: tuple
    change: str
    bytes_of: Callable
    check: Callable

    def url(self, act, *args):
        return reverse(f"responsibility:{self.key}-{act}", args=args)


PLEDGE = Kind(
    "pledge", "承诺书", "包保层级", PledgeTemplate, CadreLevel.choices, pledges.NAMES,
    "responsibility.change_pledgetemplate", lambda found, _of: pledges.template_bytes(found),
    lambda data, _of: pledges.try_template(data),
)  # fmt: skip
LETTER = Kind(
    "letter", "责任状", "类别", LetterTemplate, LetterKind.choices, letters.NAMES,
    "responsibility.change_lettertemplate", letters.template_bytes, letters.try_template,
)  # fmt: skip
PLEDGE_RIGHTS = ("responsibility.view_pledge", "responsibility.issue_pledge")
LETTER_RIGHTS = ("responsibility.view_letter", "responsibility.sign_letter")


def _form(request, kind, *sent):
    if not request.user.has_perm(kind.change):
        return None
    return TemplateForm(*sent, label=kind.label, choices=kind.choices)


def _page(request, kind, form=None, status=200):
    found = templates_in_use(kind.model)
    context = {
        "paper": kind.paper,
        "label": kind.label,
        "rows": [
            {"of": of, "label": label, "template": found.get(of),
             "url": kind.url("template-file", of)}
            for of, label in kind.choices
        ],
        "names": kind.names,
        "form": form or _form(request, kind),
        "upload_url": kind.url("template-upload"),
        "back_url": kind.url("template-back"),
        "crumbs": [
            {"label": kind.paper, "url": kind.url("list")}, {"label": "模板", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "responsibility/pledge_templates.html", context, status=status)


def _file(request, kind, of):
    labels = dict(kind.choices)
    if of not in labels:
        raise Http404
    try:
        body = kind.bytes_of(templates_in_use(kind.model).get(of), of)
    except DocumentError as error:
        messages.error(request, error.message)
        return redirect(kind.url("templates"))
    return download(body, f"{kind.paper}模板_{labels[of].replace(' ', '')}.docx")


def _upload(request, kind):
    form = _form(request, kind, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, kind, form, 400)
    file, of = form.cleaned_data["file"], form.cleaned_data["of"]
    data = file.read(MOST + 1)
    try:
        kind.check(data, of)
    except DocumentError as error:
        form.add_error("file", error.message)
        return _page(request, kind, form, 400)
    template_use(
        model=kind.model, of=of, name=file.name, data=data, actor=request.user,
        address=client_address(request),
    )  # fmt: skip
    kept = "已生成的不变" if kind is PLEDGE else "已签的以扫描件为准"
    messages.success(request, f"模板已启用；以后的{kind.paper}用它，{kept}。")
    return redirect(kind.url("templates"))


def _back(request, kind):
    of = request.POST.get("of", "")
    if of not in dict(kind.choices):
        messages.error(request, f"请选择{kind.label}。")
    else:
        told(request, template_drop, "已改回示例模板。", model=kind.model, of=of)
    return redirect(kind.url("templates"))


@require_GET
@require(*PLEDGE_RIGHTS)
def pledge_page(request):
    return _page(request, PLEDGE)


@require_GET
@require(*PLEDGE_RIGHTS)
def pledge_file(request, of):
    return _file(request, PLEDGE, of)


@require_POST
@require(PLEDGE_RIGHTS[0], PLEDGE.change)
@limited("pledge-template", limit=20)
def pledge_upload(request):
    return _upload(request, PLEDGE)


@require_POST
@require(PLEDGE_RIGHTS[0], PLEDGE.change)
def pledge_back(request):
    return _back(request, PLEDGE)


@require_GET
@require(*LETTER_RIGHTS)
def letter_page(request):
    return _page(request, LETTER)


@require_GET
@require(*LETTER_RIGHTS)
def letter_file(request, of):
    return _file(request, LETTER, of)


@require_POST
@require(LETTER_RIGHTS[0], LETTER.change)
@limited("letter-template", limit=20)
def letter_upload(request):
    return _upload(request, LETTER)


@require_POST
@require(LETTER_RIGHTS[0], LETTER.change)
def letter_back(request):
    return _back(request, LETTER)
