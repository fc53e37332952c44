"""Failures that are fit to show."""

from django.shortcuts import render
from rest_framework.views import exception_handler


class DomainError(Exception):
    """A refusal by a rule of the domain; the message is Chinese and fit to show."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def csrf_failure(request, reason=""):
    """The page was open too long or came from elsewhere: a sentence that says what to do."""
    return render(request, "403_csrf.html", status=403)


def api_exception_handler(error, context):
    """DRF's handler, plus DomainError as 409 with its sentence."""
    from rest_framework.response import Response

    if isinstance(error, DomainError):
        return Response({"detail": error.message}, status=409)
    return exception_handler(error, context)
