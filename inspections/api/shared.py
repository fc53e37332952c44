"""What the room's part of /api/v1/ shares."""

from rest_framework.permissions import IsAuthenticated


class HandRights(IsAuthenticated):
    """Logged in (session, or a key, which asks for the right to the API by itself), and holding every right
    that the act asks for: a cadre's phone calls with his session. `rights` of the view by act, or a tuple;
    `any_of`: one of these suffices."""

    message = "您的账号不能办理这一项。"

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        rights = getattr(view, "rights", ())
        if isinstance(rights, dict):
            rights = rights.get(view.action, ()) if view.action else ()
        any_of = getattr(view, "any_of", ())
        user = request.user
        return user.has_perms(rights) and (not any_of or any(map(user.has_perm, any_of)))
