"""What papers with a code share."""

from django.conf import settings
from django.urls import reverse


def public_address(request, token):
    """The address that a QR code leads to: under PUBLIC_URL where the office has one for the public, else
    where this page came from."""
    path = reverse("inspections:public-plate", args=[token])
    return (
        settings.PUBLIC_URL.rstrip("/") + path
        if settings.PUBLIC_URL
        else request.build_absolute_uri(path)
    )
