import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from jiamusi_foodsafety.kit.errors import too_many_requests
from jiamusi_foodsafety.kit.limits import wait_of
from jiamusi_foodsafety.kit.middleware import client_address

from . import queries, services
from .access import limited, require
from .forms import ApiKeyForm, LoginForm, PasswordChangeForm
from .logins import axes_username
from .models import ApiToken
from .services.accounts import AccountError

TODO_ON_FIRST_PAGE = 5


class LoginView(auth_views.LoginView):
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request, *args, **kwargs):
        address = client_address(request)
        wait = wait_of(f"login:{address}", limit=settings.LOGIN_TRIES_PER_MINUTE, seconds=60)
        if wait:
            return too_many_requests(request, wait)
        # One try at a time for an account and address: tries in parallel cannot outrun the count.
        with transaction.atomic():
            services.login_turn(account=axes_username(request, None), address=address)
            return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"is_ended": "ended" in self.request.GET}


def locked_out(request, response=None, credentials=None):
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    page = render(request, "registration/locked_out.html", {"minutes": minutes}, status=429)
    page.headers["Retry-After"] = str(minutes * 60)
    return page


@method_decorator(limited("password", limit=10), name="dispatch")
class PasswordChangeView(auth_views.PasswordChangeView):
    form_class = PasswordChangeForm

    def form_valid(self, form):
        user = self.request.user
        try:
            services.password_set(
                user=user,
                actor=user,
                password=form.cleaned_data["new_password1"],
                at=timezone.now(),
                request=self.request,
            )
        except AccountError as error:
            form.add_error("new_password1", error.message)
            return self.form_invalid(form)
        update_session_auth_hash(self.request, user)
        messages.success(self.request, "密码已修改，其他地方的登录已全部退出。")
        return redirect("home")


@require_GET
def home(request):
    user = request.user
    doors = [
        ("reports:dashboard", user.has_perm("reports.view_dashboard") and not user.station_id),
        ("todo", user.station_id and todo_items(user=user)),
        # whoever holds businesses and reads nothing by area begins on his phone
        ("inspections:phone", user.has_perm("inspections.make_visit")),
        ("entities:entity-list", user.has_perm("jurisdiction.view_area_data")),
        ("admin:index", queries.has_admin_seat(user=user)),
    ]
    for name, is_open in doors:
        if is_open:
            try:
                return redirect(reverse(name))
            except NoReverseMatch:
                continue
    return redirect("todo")


def todo_items(*, user):
    items = []
    for path in settings.TODO_PROVIDERS:
        items += [item for item in import_string(path)(user=user) if item["count"]]
    # By day, then the urgent ones: what has no day comes last.
    items = [{"due": None, "act": ""} | item for item in items]
    items.sort(key=lambda item: (item["due"] or datetime.date.max, item["tone"] != "red"))
    return items


@require_GET
@vary_on_headers("HX-Request")
def todo(request):
    items = todo_items(user=request.user)
    context = {"items": items, "today": timezone.localdate()}
    if request.htmx:
        # the card of the first page, which fetches it when it is there itself
        context |= {"items": items[:TODO_ON_FIRST_PAGE], "count": len(items)}
        return render(request, "jurisdiction/_todo_card.html", context)
    return render(request, "jurisdiction/todo.html", context)


@require_POST
def session_prolong(request):
    return JsonResponse({"idle_seconds": settings.SESSION_IDLE_SECONDS})


@require_GET
@never_cache
def account(request):
    return _account_page(request, ApiKeyForm())


def _account_page(request, form, key=""):
    context = {
        "person": queries.account_facts(user=request.user),
        "tokens": queries.api_keys(user=request.user, at=timezone.now()),
        "can_use_api": request.user.has_perm("jurisdiction.use_api"),
        "form": form,
        "key": key,
    }
    return render(request, "jurisdiction/account.html", context)


@require("jurisdiction.use_api")
@require_POST
@never_cache
@limited("api-key", limit=10)
@sensitive_post_parameters()
def api_key_create(request):
    form = ApiKeyForm(request.POST)
    key = ""
    if form.is_valid():
        try:
            _, key = services.api_key_create(
                user=request.user,
                label=form.cleaned_data["label"],
                at=timezone.now(),
                request=request,
            )
            form = ApiKeyForm()
        except AccountError as error:
            form.add_error("label", error.message)
    return _account_page(request, form, key)


@require_POST
def api_key_revoke(request, token_id):
    try:
        services.api_key_revoke(
            user=request.user, token_id=token_id, at=timezone.now(), request=request
        )
    except ApiToken.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, "接口密钥已停用。")
    return redirect("account")


@require_POST
def text_size(request):
    services.text_size_set(user=request.user, is_big=request.POST.get("big") == "1")
    back = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_safe else "account")
