"""What every ModelAdmin of the product shares: row scope, 404 out of scope, history, exports that are told."""

import datetime
from itertools import pairwise

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from import_export import resources
from import_export.admin import ExportMixin, ImportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.forms import HouseModelForm

from .enums import AuditAction
from .models import User
from .services import audit

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class ScopedAdminMixin:
    """Rows of the user's scope only; another's row is as unknown as a missing one (404); choices of related
    rows are scoped too; a DomainError is shown as its sentence; the history is the database's own.

    Override `scoped(queryset, user)` where the rule is not `visible_to`. List filters over related rows
    must be RelatedOnlyFieldListFilter, or they name rows of other areas.
    """

    form = HouseModelForm
    show_full_result_count = False
    list_per_page = 50

    def scoped(self, queryset, user):
        return queryset.visible_to(user)

    def get_queryset(self, request):
        return self.scoped(super().get_queryset(request), request.user)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def get_field_queryset(self, db, db_field, request):
        """Choices of a related field: what the related model's own admin shows this user, else what
        `visible_to` gives."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None:
            return related.get_queryset(request)
        queryset = db_field.remote_field.model._default_manager.all()
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    def has_delete_permission(self, request, obj=None):
        """Nothing is hard-deleted, unless the admin says `can_delete = True` (plain dictionaries)."""
        return getattr(self, "can_delete", False) and super().has_delete_permission(request, obj)

    def history_view(self, request, object_id, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        page = Paginator(history_of(found), 100).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"变更历史：{found}",
            "object": found,
            "opts": self.opts,
            "page": page,
        }
        return TemplateResponse(request, "admin/history.html", context)


def history_of(row) -> list[dict]:
    """The row's events, newest first: when, who, where from, and each field before → after."""
    events = getattr(row, "events", None)
    if events is None:
        return []
    found = list(events.select_related("pgh_context").order_by("-pgh_id")[:1000])
    keys = {(event.pgh_context.metadata or {}).get("user") for event in found if event.pgh_context}
    names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=keys - {None})}
    lines = []
    for event, before in pairwise([*found, None]):
        metadata = (event.pgh_context.metadata if event.pgh_context else None) or {}
        lines.append(
            {
                "at": event.pgh_created_at,
                "who": names.get(metadata.get("user"), "系统"),
                "via": metadata.get("via") or metadata.get("url") or "",
                "changes": _changes(event, before),
            }
        )
    return lines


def _changes(event, before):
    changes = []
    for field in event._meta.concrete_fields:
        if field.name.startswith("pgh_") or field.name in ("revision", "updated_at"):
            continue
        new = getattr(event, field.attname)
        old = getattr(before, field.attname) if before else None
        if new != old and not (before is None and new in ("", None, False, [])):
            changes.append({"field": field.verbose_name, "old": _said(old), "new": _said(new)})
    return changes


def _said(value):
    """A stored value as a person reads it."""
    if value is None or value in ("", []):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value


class PlainDiff(resources.Diff):
    """Before and after by <del> and <ins>; the package's own has inline styles, which the CSP refuses."""

    def as_html(self):
        return [self._cell(old, new) for old, new in zip(self.left, self.right, strict=False)]

    def _cell(self, old, new):
        if old == new:
            return format_html("{}", new)
        old = "" if self.new or old is None else old
        gone = format_html("<del>{}</del> ", old) if old != "" else ""
        return format_html("{}<ins>{}</ins>", gone, new)


class SafeResource(resources.ModelResource):
    """A table with the Chinese names of the fields as headings, whose texts no spreadsheet takes for a
    formula; what comes in is checked as a form's input is."""

    class Meta:
        clean_model_instances = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        for name, field in self.fields.items():
            field.column_name = str(
                self._meta.model._meta.get_field(name.split("__")[0]).verbose_name
            )

    @classmethod
    def get_diff_class(cls):
        return PlainDiff

    def _check_import_id_fields(self, headers):
        wanted = [self.fields[name].column_name for name in self.get_import_id_fields()]
        missing = [heading for heading in wanted if heading not in (headers or [])]
        if missing:
            raise ValueError(f"文件缺少这些列：{'、'.join(missing)}。请用导出的文件改好后再导入。")

    def export_field(self, field, instance, **kwargs):
        value = super().export_field(field, instance, **kwargs)
        if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
            return f"'{value}"
        return value


class ToldChangesMixin:
    """Plain tables without a service: each record made, changed or deleted is appended to the audit log."""

    told_as = AuditAction.CHANGE

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self._record(request, obj, "edit" if change else "create", fields=form.changed_data)

    def delete_model(self, request, obj):
        self._record(request, obj, "delete")
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for row in queryset:
            self.delete_model(request, row)

    def _record(self, request, obj, act, **detail):
        audit(
            actor=request.user,
            action=self.told_as,
            request=request,
            object_type=self.opts.model_name,
            object_id=obj.pk,
            area_code=getattr(obj, "area_id", None),
            detail={"act": act, "name": str(obj), **detail},
        )


class ToldExportMixin(ExportMixin):
    """django-import-export's export of the rows in scope, appended to the audit log."""

    export_formats = (XLSX, CSV)
    export_form_class = ExportForm

    def export_action(self, request):
        try:
            return super().export_action(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error

    def get_export_data(self, file_format, request, queryset, **kwargs):
        count = queryset.count()
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        audit(
            actor=request.user,
            action=AuditAction.EXPORT,
            request=request,
            object_type=self.opts.label_lower,
            detail={"rows": count, "via": "admin"},
        )
        return data


class ToldImportMixin(ImportMixin):
    """django-import-export's import for small reference tables, with a dry run first, appended to the audit
    log. The resource's `before_import_row` keeps it to the user's scope (`kwargs["user"]`)."""

    import_formats = (XLSX, CSV)

    def process_result(self, result, request):
        audit(
            actor=request.user,
            action=AuditAction.CHANGE,
            request=request,
            object_type=self.opts.label_lower,
            detail={"rows": dict(result.totals), "via": "import"},
        )
        return super().process_result(result, request)
