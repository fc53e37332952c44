from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 (registers Group, so that it can be hidden)
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.forms import HouseModelForm

from . import services
from .admin_mixins import (
    SafeResource,
    ScopedAdminMixin,
    ToldChangesMixin,
    ToldExportMixin,
    ToldImportMixin,
)
from .enums import AuditAction
from .models import Area, AreaAlias, AuditRecord, Station, User
from .queries import administered_areas
from .scopes import admin_scope
from .services.accounts import (
    AccountError,
    check_place,
    check_rights,
    grantable_roles,
    random_password,
)
from .services.stations import check_areas

# Roles come from the table in roles.py.
admin.site.unregister(Group)


class AreaResource(SafeResource):
    class Meta:
        model = Area
        fields = ("code", "name", "level", "kind", "parent", "is_active", "merged_into")
        import_id_fields = ("code",)


@admin.register(Area)
class AreaAdmin(ToldExportMixin, ScopedAdminMixin, admin.ModelAdmin):
    resource_classes = [AreaResource]
    list_display = ("code", "name", "level", "kind", "parent", "is_active")
    list_display_links = ("code", "name")
    list_filter = ("level", "kind", "is_active")
    list_select_related = ("parent",)
    search_fields = ("name", "code__startswith", "aliases__name")
    ordering = ("code",)
    autocomplete_fields = ("parent",)
    fields = ("parent", "code", "name", "kind", "is_active", "merged_into")
    actions = ("retire", "merge")

    def scoped(self, queryset, user):
        return queryset.filter(admin_scope(user).q("code"))

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.fields[:4]

    def get_readonly_fields(self, request, obj=None):
        return ("parent", "code", "kind", "is_active", "merged_into") if obj else ()

    def save_model(self, request, obj, form, change):
        given = {"actor": request.user, "request": request}
        if change:
            services.area_rename(area=obj, name=form.cleaned_data["name"], **given)
        else:
            services.area_add(
                parent=obj.parent, code=obj.code, name=obj.name, kind=obj.kind, **given
            )

    @admin.action(description="停用所选区划", permissions=["change"])
    def retire(self, request, queryset):
        done = 0
        for area in queryset.order_by("-code"):
            try:
                services.area_retire(actor=request.user, area=area, request=request)
                done += 1
            except DomainError as error:
                messages.error(request, error.message)
        if done:
            messages.success(request, f"已停用 {done} 个区划。")

    @admin.action(description="把所选区划并入另一区划…", permissions=["change"])
    def merge(self, request, queryset):
        areas = list(queryset[:2])
        if len(areas) != 1:
            messages.error(request, "每次只能合并一个区划，请只选一个。")
            return None
        area = areas[0]
        candidates = (
            self.get_queryset(request)
            .active()
            .filter(level=area.level, code__startswith=area.code[:4])
            .exclude(pk=area.pk)
            .order_by("code")
        )
        into = candidates.filter(pk=request.POST.get("into", "")).first()
        if into is not None:
            try:
                moved = services.area_merge(
                    actor=request.user, area=area, into=into, request=request
                )
            except DomainError as error:
                messages.error(request, error.message)
            else:
                count = f"{sum(moved.values()):,}"
                messages.success(request, f"{area.name}已并入{into.name}，随迁记录 {count} 条。")
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": f"把{area.name}并入…",
            "area": area,
            "candidates": candidates.select_related("parent"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/area_merge.html", context)


class AreaAliasResource(SafeResource):
    class Meta:
        model = AreaAlias
        fields = ("area", "code", "name")
        import_id_fields = ("area", "code", "name")
        skip_unchanged = True

    def before_import_row(self, row, **kwargs):
        code = str(row.get(self.fields["area"].column_name) or "")
        if not admin_scope(kwargs.get("user")).covers(code):
            raise ValidationError(f"区划“{code}”不在您管理的范围内。")


@admin.register(AreaAlias)
class AreaAliasAdmin(
    ToldChangesMixin, ToldImportMixin, ToldExportMixin, ScopedAdminMixin, admin.ModelAdmin
):
    told_as = AuditAction.AREA
    resource_classes = [AreaAliasResource]
    can_delete = True
    list_display = ("area", "code", "name")
    list_select_related = ("area",)
    search_fields = ("name", "code", "area__name")
    ordering = ("area", "pk")
    autocomplete_fields = ("area",)

    def scoped(self, queryset, user):
        return queryset.filter(admin_scope(user).q("area__code"))


class StationForm(HouseModelForm):
    areas = forms.ModelMultipleChoiceField(
        queryset=None,
        label="管辖区划",
        widget=AutocompleteSelectMultiple(Station._meta.get_field("areas"), admin.site),
        help_text="乡镇、街道或村；一个区划只归一个监管所",
    )

    class Meta:
        model = Station
        fields = ("county", "name", "areas", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "areas" in self.fields:
            self.fields["areas"].queryset = self.area_choices

    def clean(self):
        data = super().clean()
        if data.get("county") and data.get("areas") is not None:
            try:
                check_areas(station=self.instance, county=data["county"], areas=data["areas"])
            except DomainError as error:
                self.add_error("areas", error.message)
        return data


class StationResource(SafeResource):
    class Meta:
        model = Station
        fields = ("id", "county__name", "name", "is_active")


@admin.register(Station)
class StationAdmin(ToldExportMixin, ScopedAdminMixin, admin.ModelAdmin):
    resource_classes = [StationResource]
    form = StationForm
    list_display = ("name", "county", "area_names", "is_active")
    list_filter = ("is_active", ("county", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("county",)
    search_fields = ("name",)
    ordering = ("county", "name", "pk")

    def scoped(self, queryset, user):
        return queryset.filter(admin_scope(user).q("county__code"))

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("areas")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "county":
            kwargs["queryset"] = administered_areas(user=request.user).counties()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.area_choices = administered_areas(user=request.user).active()
        return form

    @admin.display(description="管辖区划")
    def area_names(self, station):
        return "、".join(area.name for area in station.areas.all())

    def save_model(self, request, obj, form, change):
        services.station_save(
            actor=request.user, station=obj, areas=form.cleaned_data["areas"], request=request
        )

    def save_related(self, request, form, formsets, change):
        """The service has saved the areas."""


class UserForm(HouseModelForm):
    role = forms.ChoiceField(label="角色")

    class Meta:
        model = User
        fields = (
            "username", "name", "post", "phone", "area", "station", "counties", "is_active",
            "must_change_password",
        )  # fmt: skip
        help_texts = {
            "station": "仅监管所人员",
            "counties": "仅督导组",
            "area": "监管所人员、督导组不填",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "role" not in self.fields:
            return
        held = self.instance.groups.values_list("name", flat=True) if self.instance.pk else []
        self.initial["role"] = held[0] if held else ""
        names = [*dict.fromkeys([*held, *grantable_roles(self.actor)])]
        self.fields["role"].choices = [("", "—"), *((name, name) for name in names)]

    def clean(self):
        data = super().clean()
        try:
            check_place(
                role=data.get("role", ""),
                area=data.get("area"),
                station=data.get("station"),
                counties=data.get("counties"),
            )
            if not self.instance.pk:
                check_rights(actor=self.actor, user=None, roles_touched={data["role"]})
            elif {"role", "area", "station", "counties", "is_active"} & set(self.changed_data):
                touched = {data["role"], self.initial["role"]} - {""}
                check_rights(actor=self.actor, user=self.instance, roles_touched=touched)
        except AccountError as error:
            raise ValidationError(error.message) from error
        return data


@admin.register(User)
class UserAdmin(ScopedAdminMixin, admin.ModelAdmin):
    form = UserForm
    list_display = ("username", "name", "role_names", "area", "station", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    list_select_related = ("area", "station")
    search_fields = ("username", "name")
    ordering = ("username", "pk")
    autocomplete_fields = ("area", "station")
    actions = ("give_new_password",)
    fields = (
        "username", "name", "post", "phone", "role", "area", "station", "counties", "is_active",
        "must_change_password",
    )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def lookup_allowed(self, lookup, value, request):
        """An address must not ask for a password's hash bit by bit."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request, obj=None):
        return ("username",) if obj else ()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "counties":
            kwargs["queryset"] = administered_areas(user=request.user).counties()
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    @admin.display(description="角色")
    def role_names(self, user):
        return "、".join(group.name for group in user.groups.all())

    def save_model(self, request, obj, form, change):
        data = {key: form.cleaned_data[key] for key in form.cleaned_data if key != "username"}
        data["counties"] = list(data["counties"])
        if change:
            services.account_change(actor=request.user, user=obj, request=request, **data)
            return
        request.new_password = random_password()
        data.pop("is_active")
        data.pop("must_change_password")
        made = services.staff_create(
            username=obj.username,
            password=request.new_password,
            at=timezone.now(),
            actor=request.user,
            request=request,
            **data,
        )
        obj.__dict__.update(made.__dict__)

    def save_related(self, request, form, formsets, change):
        """The service has saved role and counties."""

    def response_add(self, request, obj, post_url_continue=None):
        return self._show(request, [(obj, request.new_password)])

    def _show(self, request, passwords):
        context = {
            **self.admin_site.each_context(request),
            "title": "初始密码",
            "passwords": passwords,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/passwords.html", context)

    @admin.action(description="重置所选账号的密码", permissions=["change"])
    def give_new_password(self, request, queryset):
        passwords = []
        for user in queryset.order_by("username")[:50]:
            try:
                held = set(user.groups.values_list("name", flat=True))
                check_rights(actor=request.user, user=user, roles_touched=held)
            except AccountError as error:
                messages.error(request, f"{user.username}：{error.message}")
                continue
            password = random_password()
            services.password_set(
                user=user,
                password=password,
                at=timezone.now(),
                actor=request.user,
                must_change=True,
                request=request,
            )
            passwords.append((user, password))
        if not passwords:
            return HttpResponseRedirect(request.get_full_path())
        return self._show(request, passwords)


class AuditResource(SafeResource):
    class Meta:
        model = AuditRecord
        fields = (
            "at", "actor_name", "address", "action", "object_type", "object_id", "area", "detail",
            "is_success",
        )  # fmt: skip


@admin.register(AuditRecord)
class AuditRecordAdmin(ToldExportMixin, ScopedAdminMixin, admin.ModelAdmin):
    resource_classes = [AuditResource]
    list_display = (
        "at", "actor_name", "action", "object_type", "object_id", "area", "address", "is_success",
    )  # fmt: skip
    list_filter = ("action", "is_success", "at")
    list_select_related = ("area",)
    search_fields = ("actor_name", "object_id", "address")
    ordering = ("-at", "-pk")
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
