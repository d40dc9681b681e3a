"""The REST API: its routers, its refusals and its published description."""

from collections.abc import Callable
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from openoms.core.errors import (
    BadRequest,
    DomainError,
    FieldProblem,
    InvalidInput,
    NotFound,
    UnsupportedMediaType,
)
from openoms.core.http import PROBLEM_TYPE, problem_response
from openoms.interfaces.api import (
    approval_rehearsal,
    approval_rules,
    approvals,
    authorities,
    availability,
    catalogue,
    customers,
    deeds,
    desk,
    drafts,
    exchange_rates,
    fulfilments,
    notifications,
    operation,
    payments,
    performing,
    price_lists,
    promotions,
    shipments,
    sourcing,
    stock,
    supply,
    supply_orders,
    warehouses,
)
from openoms.interfaces.api.answers import LONGEST_KEY
from openoms.interfaces.api.keys import KeyAuth


class OrjsonParser(Parser):
    """Request bodies read by orjson; a body that calls itself something other than JSON is refused."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type not in ("", "application/json") and not str(request.content_type).endswith(
            "+json"
        ):
            raise UnsupportedMediaType(f"Send the body as application/json, not as {request.content_type}.")
        return cast("dict[str, Any]", orjson.loads(request.body))


_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body get the first answer again, with Idempotent-Replay: true.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}


# Operations that take a key beside those that make something.
_DONE_ONCE = frozenset(
    {
        "place_orders",
        "revise_draft",
        "end_delegation",
        "pick_fulfilment",
        "pack_fulfilment",
        "pick_for_wave",
        "cancel_order",
        "merge_orders",
    }
)


class Api(NinjaAPI):
    """NinjaAPI whose description, made once, says that refusals are problem details."""

    _description: OpenAPISchema | None = None

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        if self._description is None:
            self._description = self._describe(**kwargs)
        return self._description

    def _describe(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for described in operations.values():
                if "requestBody" in described:
                    for status in (413, 415):
                        described["responses"][status] = described["responses"][422]
                if 201 in described["responses"] or described["operationId"] in _DONE_ONCE:
                    described["parameters"].append(_IDEMPOTENCY_KEY)
                for status, response in described.get("responses", {}).items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {PROBLEM_TYPE: response["content"]["application/json"]}
        return schema


api = Api(
    title="OpenOMS",
    version="1",
    description="Order management: quotes, orders, catalogue, customers. Everything the screens can do.",
    auth=KeyAuth(),
    parser=OrjsonParser(),
    urls_namespace="api-v1",
)
for module in (
    deeds,
    drafts,
    desk,
    performing,
    payments,
    catalogue,
    price_lists,
    customers,
    promotions,
    # Before the rules: their codes come after what can be done with any.
    approval_rehearsal,
    approval_rules,
    approvals,
    authorities,
    exchange_rates,
    notifications,
    stock,
    warehouses,
    availability,
    supply,
    supply_orders,
    fulfilments,
    shipments,
    sourcing,
):
    api.add_router("", module.router)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_response(error, request)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic found, each with the path to the member; ninja's own first steps (body, its name) are left out."""
    problems = []
    for found in error.errors:
        loc = tuple(found.get("loc", ()))
        problems.append(
            FieldProblem(_trimmed(loc), str(found.get("msg", "invalid")), str(found.get("type", "invalid")))
        )
    refusal = InvalidInput(
        "; ".join(f"{'.'.join(map(str, p.loc))}: {p.message}" for p in problems[:3]), problems=problems
    )
    return problem_response(refusal, request)


def _trimmed(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    if loc[:1] == ("body",):
        return loc[2:] if len(loc) > 2 else loc
    if loc[:1] in (("query",), ("path",)):
        return loc[-1:]
    return loc


@api.exception_handler(HttpError)
def _bad_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja refuses itself: a body its parser could not read, whose reason is the cause."""
    cause = error.__cause__
    if isinstance(cause, DomainError):
        return problem_response(cause, request)
    reason = (
        f"The body is not valid JSON: {cause}." if isinstance(cause, orjson.JSONDecodeError) else str(error)
    )
    return problem_response(BadRequest(reason), request)


def _absent(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address under the API: a 404 as problem details, not a page."""
    return problem_response(NotFound(f"There is nothing at /api/v1/{rest}."), request)


_Urls = list[URLPattern | URLResolver]
urlpatterns: _Urls = [
    path("health", operation.health),
    path("ready", operation.ready),
    path("metrics", operation.metrics),
    path("", api.urls),
    path("<path:rest>", cast("Callable[..., HttpResponse]", _absent)),
]
