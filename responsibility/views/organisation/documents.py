"""依据文件库 and 工作方案."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import DocumentKind, DocumentLevel
from ...filters.organisation import document_conditions
from ...forms.documents import DocumentForm
from ...models import Document
from ...queries.documents import (
    basis_of,
    document_get,
    document_page,
    document_rows,
    documents_in,
)
from ...services.documents import document_retire
from ..papers_out import paper_response
from .records import record_form, send_table
from .shared import chips, crumbs, cursor, pager, tabs

VIEW = "responsibility.view_document"
CHANGE = "responsibility.change_document"
LIST = "responsibility:document-list"
DETAIL = "responsibility:document-detail"
USES = [("", "在用"), ("retired", "停用"), ("all", "全部")]
HEADINGS = ("层级", "类别", "标题", "文号", "发文单位", "成文日期", "摘要", "作为什么的依据", "版本",
            "文件名", "状态", "来源")  # fmt: skip


@require_GET
@require(VIEW)
def document_list(request):
    user = request.user
    conditions = document_conditions(request.GET)
    found = documents_in(user=user, **conditions)
    page = document_page(found, **cursor(request))
    context = {
        **tabs(request, LIST),
        **pager(request, page, unit="份"),
        **chips(
            request,
            {
                "level": dict(DocumentLevel.choices).get(conditions["level"], ""),
                "kind": dict(DocumentKind.choices).get(conditions["kind"], ""),
                "use": dict(USES)[conditions["use"]] if conditions["use"] else "",
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": page.rows,
        "count": found.count(),
        "unit": "份",
        "conditions": conditions,
        "levels": DocumentLevel.choices,
        "kinds": DocumentKind.choices,
        "uses": USES,
        "can_change": user.has_perm(CHANGE),
    }
    return render(request, "responsibility/document_list.html", context)


@require_GET
@require(VIEW)
@limited("document-export", limit=10, methods=("GET",))
def document_export(request):
    found = documents_in(user=request.user, **document_conditions(request.GET))
    return send_table(request, HEADINGS, document_rows(found), what="依据文件")


def _document_or_404(request, pk, *, to_change=False):
    document = document_get(user=request.user, pk=pk, to_change=to_change)
    if document is None:
        raise Http404
    return document


@require_GET
@require(VIEW)
def document_detail(request, pk):
    user = request.user
    document = _document_or_404(request, pk)
    context = {
        "document": document,
        "basis": basis_of(user=user, document=document),
        "can_change": user.has_perm(CHANGE)
        and document_get(user=user, pk=pk, to_change=True) is not None,
        "crumbs": crumbs(LIST, "依据文件", document.title),
    }
    return render(request, "responsibility/document_detail.html", context)


def _form(request, document, title, back):
    return record_form(
        request, DocumentForm, document, title=title, back=back,
        trail=crumbs(LIST, "依据文件", title), detail=DETAIL,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def document_create(request):
    return _form(request, Document(), "登记文件", reverse(LIST))


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def document_update(request, pk):
    document = _document_or_404(request, pk, to_change=True)
    return _form(request, document, "修改文件", reverse(DETAIL, args=[pk]))


@require_POST
@require(VIEW, CHANGE)
def document_retire_view(request, pk):
    document = _document_or_404(request, pk, to_change=True)
    is_active = request.POST.get("act") == "restore"
    try:
        document_retire(
            actor=request.user, document=document, is_active=is_active,
            address=client_address(request),
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已恢复使用" if is_active else "已停用，仍可查到")
    return redirect(DETAIL, pk=pk)


@require_GET
@require(VIEW)
def document_file(request, pk):
    document = _document_or_404(request, pk)
    return paper_response(document.file, document.file_name)
