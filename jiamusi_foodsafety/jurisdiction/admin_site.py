"""Django's administration behind the product's own login, open to whoever has an administrative right."""

from functools import update_wrapper

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from .models import Area
from .queries import has_admin_seat


class NamedSuggestions(AutocompleteJsonView):
    """Suggestions that tell areas of one name apart: the county and the town stand before it."""

    def get_queryset(self):
        found = super().get_queryset()
        return found.select_related("parent__parent__parent") if self._are_areas() else found

    def _are_areas(self):
        return self.model_admin.model is Area

    def serialize_result(self, obj, to_field_name):
        shown = super().serialize_result(obj, to_field_name)
        if self._are_areas():
            shown["text"] = obj.path_name
        return shown


class OneDoorSite(admin.AdminSite):
    site_title = site_header = "系统管理"
    index_title = "系统管理"
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request):
        """By right, not by a flag: a changed role counts from the next request."""
        return request.user.is_active and has_admin_seat(user=request.user)

    def admin_view(self, view, cacheable=False):
        """Logged in without a seat: 403, not the login page again."""
        inner = super().admin_view(view, cacheable)

        def gate(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(gate, inner)

    def autocomplete_view(self, request):
        return NamedSuggestions.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """Models in the order of their use (`menu_order` of their admins), then by name."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(
                key=lambda model: getattr(self._registry[model["model"]], "menu_order", 50)
            )
        return apps

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        if request.user.is_authenticated:
            return redirect("admin:index")
        back = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(back, resolve_url("login"))

    def logout(self, request, extra_context=None):
        return LogoutView.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("password_change")

    def get_urls(self):
        # The shortcut to "view on site" tells whether any row of any table exists.
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
