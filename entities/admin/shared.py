"""What the dictionaries and records of the register share in the administration."""

import re

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField

from jiamusi_foodsafety.jurisdiction.admin_mixins import ScopedAdminMixin, ToldChangesMixin
from jiamusi_foodsafety.jurisdiction.scopes import area_scope


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


class DictionaryAdmin(ToldChangesMixin, ScopedAdminMixin, admin.ModelAdmin):
    """A table that belongs to no area: whoever holds the right sees all of it; each change is recorded."""

    formfield_overrides = {ArrayField: {"form_class": WordsField}}

    def scoped(self, queryset, user):
        return queryset


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
