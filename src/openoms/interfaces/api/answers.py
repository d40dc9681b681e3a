"""Answering: documents as JSON, a request done once, which revision a change is made against."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.interfaces.api.outputs import Problem

LONGEST_KEY = 200
# What any operation may refuse with, for the published description.
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429, 503), Problem)


class ApiRequest(HttpRequest):
    """A request whose key was accepted."""

    auth: Actor


def encode(document: Any) -> str:
    """The JSON text of a document."""
    return orjson.dumps(document, default=str).decode()


def answer(body: str | bytes, status: int = 200) -> HttpResponse:
    """A JSON response."""
    return HttpResponse(body, status=status, content_type="application/json")


def once_for(request: HttpRequest, actor: Actor, render: Callable[[Any], tuple[int, Any]]) -> Once | None:
    """The request's idempotency, None when it sent no key; `render` gives status and document of the flow's result.

    Raises InvalidInput for an empty or overlong key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput(
            f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.", field=("header", "Idempotency-Key")
        )
    endpoint = f"{request.method} {request.path}"
    digest = hashlib.sha256(request.body).hexdigest()

    def text(result: Any) -> tuple[int, str]:
        status, document = render(result)
        return status, encode(document)

    return Once(Once.key(actor.user_id, endpoint, key), digest, text)


def do_once(
    request: HttpRequest,
    actor: Actor,
    do: Callable[[Once | None], Any],
    render: Callable[[Any], tuple[int, Any]],
) -> HttpResponse:
    """Do a deed once for its Idempotency-Key; the same request again gets the first answer."""
    once = once_for(request, actor, render)
    try:
        result = do(once)
    except AnsweredBefore as before:
        response = answer(before.answer, before.status)
        response["Idempotent-Replay"] = "true"
        return response
    if once is not None and once.answer is not None:
        return answer(once.answer[1], once.answer[0])
    status, document = render(result)
    return answer(encode(document), status)


def base_revision(request: HttpRequest, sent: int | None) -> int | None:
    """The revision a change is made against: from the body, else from If-Match (`"3"`); raises InvalidInput."""
    header = request.headers.get("If-Match")
    if sent is not None or header is None:
        return sent
    text = header.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput('Send If-Match as the revision in quotes: "3".', field=("header", "If-Match"))
    return int(text)
