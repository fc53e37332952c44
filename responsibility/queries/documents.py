"""依据文件库 (F01, F07) and 经验库 (F24): searched by title and text."""

import datetime
from collections.abc import Iterator

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from ..models import Body, Document, Experience, Membership, TeamCounty
from .newest import NewestPage, newest_page

# Papers without a day stand last.
NO_DAY = datetime.date(1900, 1, 1)


def documents_visible(*, user) -> QuerySet[Document]:
    """The papers that the user may see: his own area's, those below, and those of the areas above."""
    return Document.objects.visible_to(user)


def documents_in(*, user, level="", kind="", use="", text="") -> QuerySet[Document]:
    """The papers in use (or retired, or all) that meet the conditions."""
    found = documents_visible(user=user)
    if use != "all":
        found = found.filter(is_active=use != "retired")
    if level:
        found = found.filter(level=level)
    if kind:
        found = found.filter(kind=kind)
    return found.searched(text) if text else found


def document_page(found: QuerySet[Document], **cursor) -> NewestPage:
    """One page of papers, the latest first."""
    rows = found.select_related("area").annotate(day=Coalesce("issued_on", Value(NO_DAY)))
    return newest_page(rows.defer("search_text"), column="day", **cursor)


def document_get(*, user, pk: int, to_change: bool = False) -> Document | None:
    """One paper; nothing when out of scope."""
    rows = Document.objects.kept_by(user) if to_change else documents_visible(user=user)
    return rows.select_related("area", "created_by").filter(pk=pk).first()


def basis_of(*, user, document: Document) -> list[dict]:
    """What in the organisation rests on a paper: {kind, text, body}."""
    bodies = Body.objects.visible_to(user)
    found = [
        {"kind": "机构", "text": body.name, "body": body.pk}
        for body in bodies.filter(basis=document).order_by("order", "pk")[:50]
    ]
    members = Membership.objects.filter(basis=document, body__in=bodies).select_related("body")
    found += [
        {"kind": "成员", "text": f"{row.body.name} {row.name}", "body": row.body_id}
        for row in members.order_by("pk")[:50]
    ]
    pieces = TeamCounty.objects.filter(basis=document, body__in=bodies)
    found += [
        {"kind": "分片", "text": f"{row.body.name} {row.county.name}", "body": row.body_id}
        for row in pieces.select_related("body", "county").order_by("pk")[:50]
    ]
    return found


def document_rows(found: QuerySet[Document]) -> Iterator[tuple]:
    """The papers for an export, the latest first."""
    rows = found.select_related("area").annotate(day=Coalesce("issued_on", Value(NO_DAY)))
    for row in rows.order_by("-day", "-pk").iterator(chunk_size=500):
        yield (
            row.get_level_display(),
            row.get_kind_display(),
            row.title,
            row.document_no,
            row.issuer,
            row.issued_on,
            row.summary,
            row.basis_for,
            row.version,
            row.file_name,
            "在用" if row.is_active else "停用",
            "示例" if row.is_example else "",
        )


# --- 经验库 -----------------------------------------------------------------------------------------


def experiences_in(*, user, adoption="", text="") -> QuerySet[Experience]:
    """The practices of others that the user may see and that meet the conditions."""
    found = Experience.objects.visible_to(user)
    if adoption:
        found = found.filter(adoption=adoption)
    return found.searched(text) if text else found


def experience_page(found: QuerySet[Experience], **cursor) -> NewestPage:
    """One page of practices, the latest recorded first."""
    return newest_page(
        found.select_related("area").defer("search_text"), column="created_at", **cursor
    )


def experience_get(*, user, pk: int, to_change: bool = False) -> Experience | None:
    """One practice; nothing when out of scope."""
    rows = Experience.objects.kept_by(user) if to_change else Experience.objects.visible_to(user)
    return rows.select_related("area", "created_by").filter(pk=pk).first()
