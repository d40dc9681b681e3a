"""The edge of HTTP: request ids, the short way for API requests, and refusals as page, fragment or problem+json."""

import re
import time
from collections.abc import Callable
from typing import Any, cast

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from openoms.core import metrics
from openoms.core.db import is_lost
from openoms.core.errors import (
    BadRequest,
    DomainError,
    InternalError,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
)
from openoms.core.ids import uuid7

Respond = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger(__name__)
PROBLEM_TYPE = "application/problem+json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class RequestIdMiddleware:
    """Give each request an id (the caller's own, when it sent a sane one), in its logs and its answer; measure it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get("X-Request-Id", "")
        request_id = sent if _REQUEST_ID.fullmatch(sent) else str(uuid7())
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        began = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-Id"] = request_id
        match = request.resolver_match
        route = match.route if match else "(none)"
        metrics.observe(request.method or "", route, response.status_code, time.perf_counter() - began)
        return response


class ShortWayMiddleware:
    """Leads requests under settings.API_PREFIXES straight to their views, past the middleware listed after this.

    An API request has a key instead of a session, a cookie, a form token and a language; going through their
    middleware cost more than pricing the order (docs/adr/0005).
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        handler: Any = BaseHandler()  # Its hooks are unknown to the type stubs.
        # The hooks of a handler that has no middleware; load_middleware() would read the whole list.
        handler._view_middleware = []
        handler._template_response_middleware = []
        handler._exception_middleware = [self.process_exception]
        self.short_way = cast("Respond", convert_exception_to_response(handler._get_response))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.API_PREFIXES):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            response = self.short_way(request)
            if isinstance(response, HttpResponse):
                response = _as_problem(request, response)
                # Without its length the server would send the answer in chunks.
                response["Content-Length"] = str(len(response.content))
            return response
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal no API view answered itself becomes problem details; a bug goes on to be a 500."""
        refusal = _refusal(error)
        return problem_response(refusal, request) if refusal else None


class RefusalMiddleware:
    """Turns a refusal no page answered itself into a page, or into a fragment for a part of one."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A bug goes on to Django's 500."""
        return error_page(request, error) if isinstance(error, DomainError) else None


def _refusal(error: Exception) -> DomainError | None:
    """The refusal an exception means, None for a bug."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, RequestDataTooBig):
        return TooLarge(f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MiB.")
    if isinstance(error, DatabaseError | InterfaceError) and is_lost(error):
        log.warning("database could not be reached", error=str(error)[:200])
        return Unavailable("The database could not be reached; send the request again.")
    return None


_OWN_WORDS: dict[int, tuple[type[DomainError], str]] = {
    404: (NotFound, "There is nothing at {path}."),
    405: (MethodNotAllowed, "{method} is not possible at {path}; Allow names what is."),
    500: (InternalError, "This is a fault of the program; its log has the request's id."),
}


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error the framework answered with a page of its own, as problem details; other answers as they are."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    if response.status_code < 400 or not is_page or (settings.DEBUG and response.status_code == 500):
        return response
    kind, words = _OWN_WORDS.get(response.status_code, (BadRequest, "The request cannot be understood."))
    told = problem_response(kind(words.format(method=request.method, path=request.path)), request)
    if "Allow" in response:
        told["Allow"] = response["Allow"]
    return told


def problem(error: DomainError, request: HttpRequest | None = None) -> dict[str, Any]:
    """RFC 9457 problem details of a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:openoms:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
    }
    if error.problems:
        body["errors"] = [{"loc": list(p.loc), "message": p.message, "code": p.code} for p in error.problems]
    if request is not None:
        body["request_id"] = getattr(request, "request_id", None)
    return body | error.data


def problem_response(error: DomainError, request: HttpRequest) -> HttpResponse:
    """The refusal as `application/problem+json` with its status."""
    response = HttpResponse(
        orjson.dumps(problem(error, request), default=str), status=error.status, content_type=PROBLEM_TYPE
    )
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="openoms"'
    if "retry_after" in error.data or error.status == 503:
        response["Retry-After"] = str(error.data.get("retry_after", 1))
    return response


def error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as a page, or as a fragment for a request that replaces a part of one."""
    htmx: Any = getattr(request, "htmx", None)
    fragment = bool(htmx) and not htmx.boosted
    template = "console/error_fragment.html" if fragment else "console/error.html"
    response = render(request, template, {"error": error, "title": _(error.title)}, status=error.status)
    if fragment:
        # htmx drops the body of an error status; the page puts the message where messages go.
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
    return response
