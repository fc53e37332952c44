"""The door: who is not logged in, how long a session lives, how old a password may be, and who is acting
for the history."""

import time

import pghistory.middleware
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import CODES, wants_json

from .logins import SEEN, STARTED, is_password_due, is_session_over

# Writing the moment of each request would cost an UPDATE a page.
SEEN_STEP_SECONDS = 30
# Requests that a page makes by itself (progress bars) say so, and do not keep a session alive.
PASSIVE_HEADER = "HTTP_X_PASSIVE"


def _send_to(request, address, detail, status=401):
    """To another page: a redirect for a person, HX-Redirect for a fragment, `status` for a program."""
    if wants_json(request):
        return JsonResponse({"detail": detail, "code": CODES[status]}, status=status)
    if request.META.get("HTTP_HX_REQUEST"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _login_address(request, **query):
    """The login page, coming back here where coming back makes sense (a page that was asked for)."""
    fragment = request.META.get("HTTP_HX_REQUEST")
    back = request.get_full_path() if request.method == "GET" and not fragment else "/"
    address = redirect_to_login(back, resolve_url(settings.LOGIN_URL)).url
    return address + "".join(f"&{key}={value}" for key, value in query.items())


class LoginGateMiddleware(LoginRequiredMiddleware):
    """Everything is behind the login unless it says otherwise (`login_not_required`)."""

    def handle_no_permission(self, request, view_func):
        return _send_to(request, _login_address(request), "请先登录。")


class SessionLifetimeMiddleware:
    """A session ends after SESSION_IDLE_SECONDS without a request, and SESSION_MAX_SECONDS after login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.get(STARTED, 0)
            seen = request.session.get(SEEN, 0)
            if is_session_over(
                now=now,
                started=started,
                seen=seen,
                idle_seconds=settings.SESSION_IDLE_SECONDS,
                max_seconds=settings.SESSION_MAX_SECONDS,
            ):
                logout(request)
                if not _is_public(request):
                    return _send_to(
                        request, _login_address(request, ended=1), "登录已超时，请重新登录。"
                    )
            elif now - seen >= SEEN_STEP_SECONDS and PASSIVE_HEADER not in request.META:
                request.session[SEEN] = now
        return self.get_response(request)


def _is_public(request):
    return request.path in (reverse("login"), reverse("healthz"))


class PasswordAgeMiddleware:
    """Who must change the password (given by somebody else, or too old) can do nothing else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if (
            user.is_authenticated
            and is_password_due(
                must_change=user.must_change_password,
                changed_at=user.password_changed_at or user.date_joined,
                now=timezone.now(),
                max_age_days=settings.PASSWORD_MAX_AGE_DAYS,
            )
            and not self._is_allowed(request)
        ):
            return _send_to(request, reverse("password_change"), "请先修改密码。", 403)
        return self.get_response(request)

    def _is_allowed(self, request):
        names = ("password_change", "logout", "session-prolong", "healthz")
        return request.path in [reverse(name) for name in names]


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Every change made during a request carries its user (and the screen's address) in the history."""
