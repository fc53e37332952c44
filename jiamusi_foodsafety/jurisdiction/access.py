"""The gate before a view: a permission, never a role. Rows are narrowed by `visible_to` in queries."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from jiamusi_foodsafety.kit.errors import too_many_requests
from jiamusi_foodsafety.kit.limits import wait_of


def require(*permissions):
    """Decorator of a view: whoever lacks one of these permissions gets the 403 page.

    Works on functions and, by `method_decorator(require(…), name="dispatch")`, on classes.
    """

    def decorate(view):
        @wraps(view)
        def gate(request, *args, **kwargs):
            if not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gate.permissions = permissions
        return gate

    return decorate


def limited(name, *, limit, seconds=60, methods=("POST",)):
    """Decorator of a view: each user may call it `limit` times in `seconds`; then 429 with Retry-After.

    Calls with other methods are not counted. Without a cache nobody is refused.
    """

    def decorate(view):
        @wraps(view)
        def gate(request, *args, **kwargs):
            if request.method in methods:
                wait = wait_of(f"{name}:{request.user.pk}", limit=limit, seconds=seconds)
                if wait:
                    return too_many_requests(request, wait)
            return view(request, *args, **kwargs)

        return gate

    return decorate
