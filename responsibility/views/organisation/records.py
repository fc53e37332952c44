"""One record's form, and a list as a file: the same for meetings, papers, experience and trainings."""

import tempfile

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...exports.organisation import FORMATS, table_name, write_table
from ...queries.records import record_seen
from ...services.records import RecordChanged, record_save
from .shared import number_in


def send_table(request, headings, rows, *, what):
    """A list as a download; told in the audit log."""
    user, now = request.user, timezone.localtime()
    format = request.GET.get("format", "xlsx")
    format = format if format in FORMATS else "xlsx"
    file = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 (the response closes it)
    write_table(file, headings, rows, sheet=what, format=format)
    file.seek(0)
    name = table_name(what=what, who=user.get_full_name(), at=now, format=format)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="responsibility.organisation",
        detail={"file": name, "query": request.GET.urlencode()[:500], "format": format},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[format])


def record_form(request, form_class, stored, *, title, back, trail, detail):
    """Shown, refused with its sentences, or saved; of two people at once the second gets three values."""
    user, is_new = request.user, stored.pk is None
    revision, status, lines = stored.revision, 200, []
    if request.method == "GET":
        form = form_class(instance=stored, user=user)
    else:
        revision = number_in(request.POST.get("revision", ""), default=0)
        seen = stored if is_new else record_seen(row=stored, revision=revision)
        form = form_class(request.POST, request.FILES, instance=seen, user=user)
        if form.is_valid():
            try:
                saved = record_save(
                    actor=user, row=type(stored)(pk=stored.pk), changes=form.changes(is_new=is_new),
                    revision=revision, address=client_address(request),
                )  # fmt: skip
            except RecordChanged as error:
                status, revision = 409, error.current.revision
                lines = _three_values(form, error.current)
                mine = {name: form[name].value() for name in form.changed_data}
                form = form_class(instance=error.current, user=user, initial=mine)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, f"已保存 {saved}")
                return redirect(detail, pk=saved.pk)
        status = 422 if form.errors else status
    context = {
        "form": form,
        "title": title,
        "back": back,
        "revision": "" if is_new else revision,
        "lines": lines,
        "is_conflict": status == 409,
        "crumbs": trail,
    }
    return render(request, "responsibility/record_form.html", context, status=status)


def _three_values(form, current):
    """原值, 您改为, 现为 of each field that this person changed."""
    lines = []
    for name in form.changed_data:
        if name == form.paper_field:
            continue
        label = form.fields[name].label
        before = form.initial.get(name)
        lines.append(
            {
                "label": label,
                "before": _words(form, name, before),
                "mine": _words(form, name, form[name].value()),
                "now": _words(form, name, form_value(current, name)),
            }
        )
    return lines


def form_value(row, name):
    """A field's value as its form holds it (a related row by its key)."""
    return type(row)._meta.get_field(name).value_from_object(row)


def _words(form, name, value):
    choices = getattr(form.fields[name], "choices", None)
    if choices:
        return str({str(key): label for key, label in choices}.get(str(value), value or ""))
    return "" if value is None else str(value)
