"""Middleware that knows no noun: the database's absence, and whom to believe about addresses."""

import ipaddress

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.shortcuts import render


class DatabaseDownMiddleware:
    """A database that does not answer gives a Chinese 503, never a traceback."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OperationalError | InterfaceError):
            return render(request, "503.html", status=503)
        return None


class TrustedProxyMiddleware:
    """Forwarded headers count only when the peer is one of TRUSTED_PROXIES; else they are dropped."""

    HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")

    def __init__(self, get_response):
        self.get_response = get_response
        self.networks = [ipaddress.ip_network(item) for item in settings.TRUSTED_PROXIES]

    def __call__(self, request):
        if not self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            for header in self.HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)

    def _is_trusted(self, peer):
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks)
