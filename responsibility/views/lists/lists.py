"""三清单: what is in force, what a version says, how versions differ, and the same on paper."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ...documents.lists import list_paper
from ...enums import ListKind, ListState
from ...queries.lists import (
    LEVEL_HEADS,
    level_words,
    list_before,
    list_differences,
    list_get,
    list_items,
    list_versions,
    lists_index,
    lists_numbers,
)
from ..papers_tabs import papers_tabs

VIEW = "responsibility.view_listdocument"
CHANGE = "responsibility.change_listdocument"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def document_or_404(request, pk):
    document = list_get(user=request.user, pk=pk)
    if document is None:
        raise Http404
    document.level_words = level_words(document)
    return document


def trail(document, *more):
    """清单 / 市级任务清单 第 1 版 / …"""
    here = {
        "label": f"{document.title} 第 {document.version} 版",
        "url": reverse("responsibility:list-detail", args=[document.pk]) if more else "",
    }
    return [
        {"label": "三清单", "url": reverse("responsibility:list-index")},
        here,
        *({"label": label, "url": ""} for label in more),
    ]


@require_GET
@require(VIEW)
def list_index(request):
    numbers = lists_numbers(user=request.user)
    context = {
        "groups": lists_index(user=request.user),
        "numbers": numbers,
        "may_change": request.user.has_perm(CHANGE),
        **papers_tabs(request, "responsibility:list-index"),
    }
    return render(request, "responsibility/lists_index.html", context)


@require_GET
@require(VIEW)
def list_detail(request, pk):
    document = document_or_404(request, pk)
    user = request.user
    is_draft = document.state == ListState.DRAFT
    before = list_before(document) if is_draft else None
    others = list_versions(user=user, document=document)
    context = {
        "document": document,
        "items": list_items(user=user, document=document),
        "heads": LEVEL_HEADS[document.kind],
        "is_task": document.kind == ListKind.TASK,
        "is_supervision": document.kind == ListKind.SUPERVISION,
        "may_edit": is_draft and user.has_perm(CHANGE),
        "may_issue": is_draft and user.has_perm("responsibility.issue_listdocument"),
        "may_copy": not is_draft and user.has_perm(CHANGE),
        "draft": next((row for row in others if row.state == ListState.DRAFT), None),
        "before": before,
        "told": list_differences(user=user, old=before, new=document) if before else None,
        "crumbs": trail(document),
    }
    return render(request, "responsibility/lists_detail.html", context)


@require_GET
@require(VIEW)
def versions(request, pk):
    document = document_or_404(request, pk)
    rows = list_versions(user=request.user, document=document)
    wanted = request.GET.get("against", "")
    before = next((row for row in rows if str(row.pk) == wanted and row.pk != pk), None)
    before = before or list_before(document)
    context = {
        "document": document,
        "rows": rows,
        "before": before,
        "told": list_differences(user=request.user, old=before, new=document) if before else None,
        "crumbs": trail(document, "各版与差别"),
    }
    return render(request, "responsibility/lists_versions.html", context)


def _paper(request, pk, format):
    document = document_or_404(request, pk)
    items = list_items(user=request.user, document=document)
    body = list_paper(document, items, format=format, on=timezone.localdate())
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="listdocument",
        object_id=document.pk,
        detail={"format": format},
    )
    return paper_answer(body, f"{document.title}_第{document.version}版", format)


def paper_answer(body, name, format):
    """A made paper as a download under its name."""
    response = HttpResponse(body, content_type=DOCX if format == "docx" else "application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{format}")
    return response


@require_GET
@require(VIEW)
@limited("list-paper", limit=30, methods=("GET",))
def list_docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require(VIEW)
@limited("list-paper", limit=30, methods=("GET",))
def list_pdf(request, pk):
    return _paper(request, pk, "pdf")
