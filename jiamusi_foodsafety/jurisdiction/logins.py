"""What the lock-out counts by, and what every login leaves behind."""

import time
import unicodedata

from django.contrib.auth import get_user_model

from jiamusi_foodsafety.kit.middleware import client_address

from .enums import AuditAction
from .services import audit

STARTED, SEEN = "started_at", "seen_at"


def axes_username(request, credentials):
    """The account name in one spelling: neither letter case nor full-width letters are a way round."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()[:150]


def client_ip(request):
    """The caller's address, which X-Forwarded-For cannot forge (TrustedProxyMiddleware)."""
    return client_address(request)


def logged_in(sender, request, user, **kwargs):
    """Start the session's clock; append the login to the audit log."""
    if hasattr(request, "session"):
        request.session[STARTED] = request.session[SEEN] = int(time.time())
    audit(actor=user, action=AuditAction.LOGIN, request=request)


def logged_out(sender, request, user, **kwargs):
    if user is not None:
        audit(actor=user, action=AuditAction.LOGOUT, request=request)


def login_failed(sender, credentials, request=None, **kwargs):
    """Append the failed try: the account when there is one of that name, else the name typed."""
    name = str((credentials or {}).get("username") or "")
    user = get_user_model().objects.filter(username=name).first()
    audit(
        actor=user,
        actor_name=name or "（空）",
        action=AuditAction.LOGIN_FAILED,
        request=request,
        detail={"is_locked": bool(getattr(request, "axes_locked_out", False))},
        is_success=False,
    )
