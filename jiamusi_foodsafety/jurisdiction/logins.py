"""What the lock-out counts by, what every login leaves behind, how long a login and a password last."""

import datetime
import time
import unicodedata

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import OuterRef, Subquery

from jiamusi_foodsafety.kit.middleware import client_address

from .enums import AuditAction
from .services import audit

STARTED, SEEN = "started_at", "seen_at"


class RoleBackend(ModelBackend):
    """Accounts by name and password, rights by role alone: what somebody slipped to one account counts
    nothing (and costs no statement)."""

    def get_user(self, user_id):
        """With the places and the role that every page names: one statement instead of three."""
        role = Group.objects.filter(user=OuterRef("pk")).order_by("pk").values("name")[:1]
        users = get_user_model().objects.select_related("area", "station__county")
        users = users.annotate(role_name=Subquery(role))
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user_obj):
        return Permission.objects.none()


def is_session_over(
    *, now: int, started: int, seen: int, idle_seconds: int, max_seconds: int
) -> bool:
    """Whether a session has rested too long or lasted too long (moments in seconds; 0: not known, over)."""
    return now - seen > idle_seconds or now - started > max_seconds


def is_password_due(
    *,
    must_change: bool,
    changed_at: datetime.datetime,
    now: datetime.datetime,
    max_age_days: int,
) -> bool:
    """Whether the password has to be changed: given by somebody else, or older than `max_age_days`
    (0: no periodic change)."""
    if must_change:
        return True
    return max_age_days > 0 and now - changed_at > datetime.timedelta(days=max_age_days)


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
