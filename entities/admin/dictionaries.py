"""Dictionaries that staff edit: categories, business forms, grading standards with their rules."""

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from import_export import fields, widgets

from jiamusi_foodsafety.jurisdiction.admin_mixins import (
    SafeResource,
    ToldExportMixin,
    ToldImportMixin,
)
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.forms import HouseModelForm
from jiamusi_foodsafety.kit.middleware import client_address

from ..enums import StandardState
from ..forms import DraftForm
from ..models import BusinessForm, Category, GradingRule, GradingStandard
from ..queries.entities import category_choices
from ..services.grading import standard_draft
from .shared import DictionaryAdmin, WordsField


class WordsWidget(widgets.Widget):
    """A list of words in one cell, told apart by 、."""

    def clean(self, value, row=None, **kwargs):
        return WordsField(required=False).clean(str(value or ""))

    def render(self, value, obj=None, **kwargs):
        return "、".join(value or [])


class CategoryResource(SafeResource):
    synonyms = fields.Field("synonyms", "synonyms", widget=WordsWidget())

    class Meta:
        model = Category
        fields = ("code", "name", "synonyms", "is_small", "position")
        import_id_fields = ("code",)
        skip_unchanged = True
        clean_model_instances = True


@admin.register(Category)
class CategoryAdmin(ToldImportMixin, ToldExportMixin, DictionaryAdmin):
    menu_order = 10
    resource_classes = [CategoryResource]
    list_display = ("name", "code", "words", "is_small", "position")
    list_filter = ("is_small",)
    search_fields = ("name", "code")
    ordering = ("position", "pk")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    @admin.display(description="同义词")
    def words(self, category):
        return "、".join(category.synonyms)


class BusinessFormResource(SafeResource):
    synonyms = fields.Field("synonyms", "synonyms", widget=WordsWidget())

    class Meta:
        model = BusinessForm
        fields = ("name", "category", "synonyms")
        import_id_fields = ("name",)
        skip_unchanged = True
        clean_model_instances = True


@admin.register(BusinessForm)
class BusinessFormAdmin(ToldImportMixin, ToldExportMixin, DictionaryAdmin):
    menu_order = 11
    resource_classes = [BusinessFormResource]
    can_delete = True
    list_display = ("name", "category", "words")
    list_filter = ("category",)
    list_select_related = ("category",)
    search_fields = ("name",)
    ordering = ("pk",)

    @admin.display(description="同义词")
    def words(self, form):
        return "、".join(form.synonyms)


class CategoriesField(WordsField):
    """Categories by name; kept as their codes."""

    def __init__(self, *, codes, **kwargs):
        super().__init__(**kwargs)
        self.codes = codes

    def prepare_value(self, value):
        names = {code: name for name, code in self.codes.items()}
        if isinstance(value, list | tuple):
            value = [names.get(code, code) for code in value]
        return super().prepare_value(value)

    def to_python(self, value):
        words = super().to_python(value)
        for word in words:
            if word not in self.codes and word not in self.codes.values():
                known = "、".join(self.codes)
                raise forms.ValidationError(f"没有“{word}”这个类别。可以填：{known}。")
        return list(dict.fromkeys(self.codes.get(word, word) for word in words))

    def has_changed(self, initial, data):
        try:
            return super().has_changed(initial, data)
        except forms.ValidationError:
            return True


def is_draft(standard) -> bool:
    return standard is None or standard.state == StandardState.DRAFT


class RuleInline(admin.TabularInline):
    """Rules of a draft; those of a standard that is or was in force cannot change."""

    form = HouseModelForm
    model = GradingRule
    extra = 0
    ordering = ("priority", "pk")
    formfield_overrides = {
        ArrayField: {
            "form_class": WordsField,
            "widget": forms.TextInput(attrs={"size": 14}),
        },
        models.CharField: {"widget": forms.TextInput(attrs={"size": 16})},
        models.DecimalField: {"widget": forms.NumberInput(attrs={"step": "any"})},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "categories":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return CategoriesField(
            codes={name: code for code, name in category_choices()},
            label="类别",
            required=False,
            help_text="填类别名称，多个用、隔开；留空表示不限类别",
            widget=forms.TextInput(attrs={"size": 14}),
        )

    def has_add_permission(self, request, obj=None):
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return is_draft(obj) and super().has_delete_permission(request, obj)


@admin.register(GradingStandard)
class GradingStandardAdmin(DictionaryAdmin):
    menu_order = 12
    list_display = ("name", "state", "effective_from", "document", "example")
    list_filter = ("state",)
    search_fields = ("name", "document")
    ordering = ("-effective_from", "-pk")
    fields = ("name", "document", "effective_from", "is_example", "note", "state")
    readonly_fields = ("state",)
    inlines = (RuleInline,)
    actions = ("draft",)
    change_form_template = "entities/admin/standard_form.html"

    def has_change_permission(self, request, obj=None):
        return is_draft(obj) and super().has_change_permission(request, obj)

    @admin.display(description="示例")
    def example(self, standard):
        return "示例，可修改" if standard.is_example else "正式文件"

    @admin.action(description="复制为草稿…", permissions=["add"])
    def draft(self, request, queryset):
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            messages.error(request, "每次只能复制一份标准，请只选一份。")
            return None
        source = chosen[0]
        is_sent = "confirm" in request.POST
        form = DraftForm(
            request.POST if is_sent else None, initial={"name": f"{source.name} 修改稿"}
        )
        if is_sent and form.is_valid():
            try:
                made = standard_draft(
                    actor=request.user,
                    source=source,
                    address=client_address(request),
                    **form.cleaned_data,
                )
            except DomainError as error:
                form.add_error("name", error.message)
            else:
                return redirect("admin:entities_gradingstandard_change", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"复制“{source.name}”为草稿",
            "opts": self.opts,
            "form": form,
            "confirm": "复制为草稿",
            "count": 1,
            "action": "draft",
            "select_across": "0",
            "chosen": [source.pk],
        }
        return TemplateResponse(request, "entities/admin/act.html", context)
