"""Middleware that knows no noun: the database's absence, and whom to believe about addresses."""

import ipaddress

from django.conf import settings

from .errors import DATABASE_ERRORS, bad_request, unavailable


def client_address(request):
    """The address of the caller, or None (TrustedProxyMiddleware has put the true one in its place)."""
    try:
        return str(_plain(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def _plain(text):
    """An address without the IPv6 clothes of an IPv4 one."""
    address = ipaddress.ip_address(text.strip())
    return getattr(address, "ipv4_mapped", None) or address


class DatabaseDownMiddleware:
    """A database that does not answer gives a Chinese 503, never a traceback. What fails inside a
    middleware comes by `errors.server_error`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, DATABASE_ERRORS):
            return unavailable(request, exception)
        return None


class PlainAddressMiddleware:
    """An address with a NUL in it is refused (400): no honest one has it, and the database takes none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)


class TrustedProxyMiddleware:
    """Forwarded headers count only when the peer is one of TRUSTED_PROXIES; else they are dropped.

    REMOTE_ADDR becomes the caller's: the last address of X-Forwarded-For that is no proxy of ours.
    Whatever the caller wrote further left is not believed.
    """

    HEADERS = (
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_FORWARDED",
    )

    def __init__(self, get_response):
        self.get_response = get_response
        self.networks = [ipaddress.ip_network(item) for item in settings.TRUSTED_PROXIES]

    def __call__(self, request):
        chain = request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",")
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            while chain and self._is_trusted(request.META["REMOTE_ADDR"]):
                try:
                    request.META["REMOTE_ADDR"] = str(_plain(chain.pop()))
                except ValueError:
                    break
        else:
            for header in self.HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)

    def _is_trusted(self, peer):
        try:
            address = _plain(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks)
