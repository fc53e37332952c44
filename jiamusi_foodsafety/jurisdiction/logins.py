"""What the lock-out counts by: the account's name in lower case, and the real address."""


def axes_username(request, credentials):
    """The account name in lower case: letter case is no way around the lock-out."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(name).strip().lower()


def client_ip(request):
    """The peer's address; behind a trusted proxy the last address that the proxy added."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR")
