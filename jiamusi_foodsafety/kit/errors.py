"""Failures that are fit to show: a Chinese page for a person, JSON for a program, never a traceback."""

import secrets
import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

log = structlog.get_logger(__name__)

DATABASE_ERRORS = (OperationalError, InterfaceError)
RETRY_SECONDS = 15
# What a program reads beside the sentence.
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    429: "throttled",
    500: "error",
    503: "unavailable",
}


class DomainError(Exception):
    """A refusal by a rule of the domain; the message is Chinese and fit to show."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def wants_json(request) -> bool:
    """Whether the caller is a program: anything under /api/, or JSON preferred to HTML."""
    if request.path.startswith("/api/"):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def failure(request, template, detail, *, status, **context):
    """The page `template` for a person, {"detail": …, "code": …} for a program."""
    if wants_json(request):
        number = {"error_id": context["error_id"]} if context.get("error_id") else {}
        response = JsonResponse(
            {"detail": detail, "code": CODES[status]} | number,
            status=status,
            json_dumps_params={"ensure_ascii": False},
        )
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    else:
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ["Accept"])
    return response


def bad_request(request, exception=None):
    return failure(request, "400.html", "请求的写法不对。", status=400)


def permission_denied(request, exception=None):
    reason = str(exception or "")
    return failure(
        request, "403.html", reason or "您的账号不能办理这一项。", status=403, exception=reason
    )


def page_not_found(request, exception=None):
    return failure(request, "404.html", "没有这一页，或者不在您的属地范围内。", status=404)


def server_error(request):
    """500 with a number that stands in the log too; 503 when the cause is the database's absence
    (a failure inside a middleware reaches no `process_exception`, but it does reach this)."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_ERRORS):
        return unavailable(request, error)
    number = error_number()
    log.error("server_error", error_id=number, path=request.path, kind=type(error).__name__)
    return failure(request, "500.html", "系统出错，数据没有改变。", status=500, error_id=number)


def unavailable(request, error=None):
    """503: the database does not answer."""
    log.error("database_unavailable", path=request.path, kind=type(error).__name__)
    response = failure(request, "503.html", "系统暂时不能用，请过几分钟再试。", status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def too_many_requests(request, wait):
    """429 with the seconds to wait."""
    response = failure(request, "429.html", f"请求太多，请过 {wait} 秒再试。", status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def csrf_failure(request, reason=""):
    """The page was open too long or came from elsewhere: a sentence that says what to do."""
    return failure(request, "403_csrf.html", "页面停留太久或来源不明，请刷新后再试。", status=403)


def error_number() -> str:
    """A number to quote on the telephone, e.g. 1102-7F3A9C: the day, then chance."""
    return f"{timezone.localtime():%m%d}-{secrets.token_hex(3).upper()}"


def api_exception_handler(error, context):
    """Every failure of the API as {"detail": a sentence, "code": a word}; a DomainError is 409; wrong input
    is 400 with the sentences by field under "fields"."""
    from rest_framework.exceptions import ValidationError
    from rest_framework.response import Response
    from rest_framework.views import exception_handler

    if isinstance(error, DomainError):
        return Response({"detail": error.message, "code": "conflict"}, status=409)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"": response.data}
        response.data = {"detail": _first(fields), "code": "invalid", "fields": fields}
    else:
        detail = response.data["detail"]
        response.data = {"detail": str(detail), "code": detail.code}
    return response


def _first(found):
    """The first sentence in a tree of errors, behind the name of its field."""
    field, inner = next(iter(found.items()), ("", "请求的内容不对。"))
    while isinstance(inner, list | dict) and inner:
        inner = inner[0] if isinstance(inner, list) else next(iter(inner.values()))
    return f"{field}：{inner}" if field else str(inner)
