"""What the dictionaries and records of the register share in the administration."""

import re

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField

from jiamusi_foodsafety.jurisdiction.admin_mixins import ScopedAdminMixin
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.jurisdiction.services import audit


class WordsField(forms.CharField):
    """Several words in one line, told apart by 、 or a comma."""

    def __init__(self, *, base_field=None, **kwargs):
        kwargs.pop("max_length", None)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2, "cols": 60}))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        words = [word.strip() for word in re.split(r"[、,，;；\n]", super().to_python(value))]
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial, data):
        return list(initial or []) != self.to_python(data or "")


class DictionaryAdmin(ScopedAdminMixin, admin.ModelAdmin):
    """A table that belongs to no area: whoever holds the right sees all of it; each change is recorded."""

    formfield_overrides = {ArrayField: {"form_class": WordsField}}

    def scoped(self, queryset, user):
        return queryset

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
            action=AuditAction.CHANGE,
            request=request,
            object_type=self.opts.model_name,
            object_id=obj.pk,
            detail={"act": act, "name": str(obj), **detail},
        )


class RecordAdmin(ScopedAdminMixin, admin.ModelAdmin):
    """Rows that other screens and the machinery write; here they are read."""

    actions = None
    area_path = None

    def scoped(self, queryset, user):
        """By `visible_to`, or for models without it by the area at `area_path`."""
        if self.area_path is None:
            return super().scoped(queryset, user)
        return queryset.filter(area_scope(user).q(self.area_path))

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
