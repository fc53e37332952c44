"""责任状: the list, one letter and its chain, making a year's, recording signatures."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.queries import areas_visible, home_place
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ...documents.letters import letter_docx, letters_pdf
from ...enums import LetterKind, LetterState
from ...exports.papers import file_name, write_letters
from ...filters.papers import letter_conditions, selected_letters
from ...forms.papers import DayForm, LetterSignForm, LettersMakeForm, MemberForm, VoidForm
from ...models import LetterTemplate
from ...queries.keyed import keyed_page
from ...queries.letters import letter_chain, letter_counts, letter_year, letter_years
from ...queries.pledges import templates_in_use
from ...services.letters import letter_sign, letter_void, letters_make, letters_sign, member_add
from ..papers_out import paper_response
from ..papers_tabs import papers_tabs
from .pledges import MOST_IN_ONE
from .shared import back, crumbs, download, first_error, letter_or_404, listed, page_number, told

VIEW = "responsibility.view_letter"
SIGN = "responsibility.sign_letter"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _with_year(request):
    """The list's conditions; without a year the newest that has letters."""
    query = request.GET.copy()
    query.setdefault("year", str(letter_year(user=request.user, on=timezone.localdate())))
    return query


@require_GET
@require(VIEW)
def letter_list(request):
    user, on = request.user, timezone.localdate()
    conditions = letter_conditions(_with_year(request), user=user)
    page = keyed_page(
        conditions.found().select_related("area__parent__parent"),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request),
    )
    counts = letter_counts(conditions.narrowed())
    context = {
        "kinds": LetterKind.choices,
        "years": letter_years(user=user, on=on),
        "may_sign": user.has_perm(SIGN),
        "may_tick": user.has_perm(SIGN) and conditions.view == "waiting",
        "on": on,
        "is_small": counts[conditions.view] <= MOST_IN_ONE,
        **listed(request, conditions, page, unit="份", counts=counts),
        **papers_tabs(request, "responsibility:letter-list"),
    }
    for row in page.rows:
        row.is_late = row.state == LetterState.WAITING and row.due_on and row.due_on < on
    return render(request, "responsibility/letter_list.html", context)


def _page(request, letter, *, sign_form=None, status=200):
    user, on = request.user, timezone.localdate()
    may_sign = user.has_perm(SIGN) and letter.state == LetterState.WAITING
    context = {
        "letter": letter,
        "name": letter.unit or letter.area.path_name,
        "chain": letter_chain(user=user, letter=letter),
        "sign_form": (sign_form or LetterSignForm(initial={"signed_on": on})) if may_sign else None,
        "void_form": VoidForm()
        if user.has_perm(SIGN) and letter.state != LetterState.VOID
        else None,
        "crumbs": crumbs(user, letter, list_name="responsibility:letter-list", label="责任状"),
    }
    return render(request, "responsibility/letter_detail.html", context, status=status)


@require_GET
@require(VIEW)
def letter_detail(request, pk):
    return _page(request, letter_or_404(request, pk))


@require_POST
@require(VIEW, SIGN)
def sign(request, pk):
    letter = letter_or_404(request, pk)
    form = LetterSignForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, letter, sign_form=form, status=400)
    values = form.cleaned_data
    file = values.pop("scan")
    told(
        request,
        letter_sign,
        "已登记为已签。",
        letter=letter,
        on=timezone.localdate(),
        file=file,
        name=file.told if file else "",
        **values,
    )
    return back(request, "responsibility:letter-detail", pk)


@require_POST
@require(VIEW, SIGN)
def bulk_sign(request):
    form = DayForm(request.POST, on=timezone.localdate())
    if form.is_valid():
        told(
            request,
            letters_sign,
            lambda number: (
                f"已登记 {number:,} 份为已签。" if number else "选中的都不是未签的，没有登记。"
            ),
            letters=selected_letters(request.POST, _with_year(request), user=request.user),
            on=form.cleaned_data["signed_on"],
        )
    else:
        messages.error(request, first_error(form))
    return back(request, "responsibility:letter-list")


@require_POST
@require(VIEW, SIGN)
def void(request, pk):
    letter = letter_or_404(request, pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        told(request, letter_void, "这份责任状已失效。", letter=letter, **form.cleaned_data)
    else:
        messages.error(request, first_error(form))
    return back(request, "responsibility:letter-detail", pk)


@require_GET
@require(VIEW)
def scan(request, pk):
    letter = letter_or_404(request, pk)
    return paper_response(letter.scan, letter.scan_name)


@require_http_methods(["GET", "POST"])
@require(VIEW, SIGN)
@limited("letter-make", limit=20)
def make(request):
    place = home_place(user=request.user)
    if place is None or place.area is None:
        raise Http404
    on = timezone.localdate()
    form = LettersMakeForm(
        request.POST or None, initial={"year": on.year, "due_on": on.replace(month=12, day=31)}
    )
    if request.method == "POST" and form.is_valid():
        told(
            request,
            letters_make,
            lambda number: (
                f"新生成 {number:,} 份责任状，等签订后登记。"
                if number
                else "这一年的责任状都已生成，没有新的。"
            ),
            areas=areas_visible(user=request.user),
            **form.cleaned_data,
        )
        return redirect("responsibility:letter-list")
    context = {
        "form": form,
        "member_form": MemberForm(),
        "area": place.area,
        "crumbs": [{"label": "责任状", "url": "../"}, {"label": "生成", "url": ""}],
    }
    return render(request, "responsibility/letter_make.html", context)


@require_POST
@require(VIEW, SIGN)
def member_create(request):
    place = home_place(user=request.user)
    if place is None or place.area is None:
        raise Http404
    form = MemberForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("responsibility:letter-make")
    made = told(
        request,
        member_add,
        "已加入，等签订后登记。",
        area=place.area,
        year=timezone.localdate().year,
        **form.cleaned_data,
    )
    if made is None:
        return redirect("responsibility:letter-make")
    return redirect("responsibility:letter-detail", pk=made.pk)


@require_GET
@require(VIEW, SIGN)
@limited("letter-export", limit=10, methods=("GET",))
def export(request):
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    number = write_letters(
        letter_conditions(_with_year(request), user=request.user).found(), target=file
    )
    file.seek(0)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="letter",
        detail={"format": "xlsx", "count": number},
    )
    name = file_name(
        "责任状", who=request.user.get_full_name(), at=timezone.localtime(), ending="xlsx"
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _told_print(request, *, detail, object_id=""):
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="letter",
        object_id=object_id, detail=detail,
    )  # fmt: skip


def _paper(request, pk, format):
    letter, found = letter_or_404(request, pk), templates_in_use(LetterTemplate)
    try:
        if format == "pdf":
            body = letters_pdf([letter], found, title=f"{letter.year} 年责任状")
        else:
            body = letter_docx(letter, found.get(letter.kind))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("responsibility:letter-detail", pk=pk)
    _told_print(request, detail={"format": format}, object_id=letter.pk)
    return download(body, f"责任状_{letter.year}_{letter.unit or letter.area.path_name}.{format}")


@require_GET
@require(VIEW)
@limited("letter-paper", limit=60, methods=("GET",))
def docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require(VIEW)
@limited("letter-paper", limit=60, methods=("GET",))
def pdf(request, pk):
    return _paper(request, pk, "pdf")


@require_GET
@require(VIEW, SIGN)
@limited("letter-print", limit=6, methods=("GET",))
def print_all(request):
    found = letter_conditions(_with_year(request), user=request.user).found()
    number = found.count()
    if not number or number > MOST_IN_ONE:
        said = (
            f"一次最多合成 {MOST_IN_ONE} 份，请先选县(市、区)或乡镇。"
            if number
            else "没有可下载的责任状。"
        )
        messages.error(request, said)
        return back(request, "responsibility:letter-list")
    rows = found.select_related("area__parent__parent__parent").order_by("area_id", "pk")
    try:
        body = letters_pdf(rows, templates_in_use(LetterTemplate), title="责任状")
    except DomainError as error:
        messages.error(request, error.message)
        return back(request, "responsibility:letter-list")
    _told_print(request, detail={"format": "one", "count": number})
    who = request.user.get_full_name()
    return download(body, file_name("责任状", who=who, at=timezone.localtime(), ending="pdf"))
