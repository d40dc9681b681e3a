"""Every operation against its own description: cases made from the published OpenAPI document, valid and broken.

Half of the cases are made lifelike: codes of things that exist stand where the document only says "a string".
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.db.models import F, Q, Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from openoms.config.wsgi import application
from openoms.core.clock import now
from openoms.core.http import PROBLEM_TYPE
from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Product, Sku
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.events.models import Event, Outbox
from openoms.domains.identity.models import ApiKey
from openoms.domains.notifications.models import Notification
from openoms.domains.orders.models import Adjustment, Instruction, Line, Order, Pricing
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.domains.pricing.promotions import Benefit, Percent, Promotion
from openoms.flows.edit_price_list import ContractInput, save_contract
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.hold import place_hold
from openoms.flows.pay import record_payment
from openoms.flows.perform import perform_service
from openoms.interfaces import api as api_package
from openoms.interfaces.api import keys
from openoms.interfaces.api.urls import api
from tests.api.schema_approvals import approvals_of
from tests.api.schema_fulfilment import fulfilment_of
from tests.api.schema_supply import supply_of
from tests.factories import (
    make_customer,
    make_key,
    make_order,
    make_product,
    make_rules,
    make_sku,
    owner,
    stock_up,
)
from tools import openapi

DESCRIPTION = api.get_openapi_schema()
OPERATIONS = sorted(
    operation["operationId"] for path in DESCRIPTION["paths"].values() for operation in path.values()
)
# Those that take only a code in their path cannot be sent anything their description calls wrong.
BREAKABLE = [
    name
    for name in OPERATIONS
    if name
    not in {
        "get_customer",
        "get_order",
        "get_sku",
        "order_timeline",
        "follow_order",
        "unfollow_order",
        "get_promotion",
        "get_approval_policy",
        "get_inventory_policy",
        "list_warehouses",
        "get_approval_rule",
        "list_exchange_rates",
        "list_contacts",
        "list_consents",
        "get_bill",
        "list_work_centres",
        "list_shortages",
        "read_all_notifications",
        "get_fulfilment",
        "unpack_fulfilment",
        "get_wave",
        "start_wave",
        "dissolve_wave",
        "get_dispatch",
        "list_shipments",
        "get_shipment",
        "preview_cancellation",
        "list_mergeable",
    }
]
# How many cases of an operation are made; a bulk's are large.
VALID_CASES, BROKEN_CASES = 36, 20
FEWER = {"place_orders": 4}
# What only drafts take, and only at their revision, is seldom met by chance.
MORE = {
    "revise_draft": 4,
    "create_promotion": 2,
    "replace_promotion": 2,
}
KEY = " key"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As Django's own test client does: the end of a request leaves the connection open. No key runs dry."""
    monkeypatch.setattr(keys, "_spend", lambda caller, instant: None)
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


# What only some operations meet is made for these alone: every one of them would wait for it.
PARTS = {
    "approvals": ("/approval", "/authorities", "/delegations"),
    "fulfilment": ("/fulfilments", "/wave", "/shipments", "/sources", "/dispatch"),
    "supply": ("/suppl", "/production", "/purchase", "/bills", "/work-centres", "/stop-work"),
}
PATHS = {
    operation["operationId"]: path
    for path, operations in DESCRIPTION["paths"].items()
    for operation in operations.values()
}


class Known(dict[str, Any]):
    """By a member's name what exists; of parts of the firm that were not made there is only what nobody has."""

    def __missing__(self, name: str) -> list[Any]:
        return [""]


@pytest.fixture
def firm(db: None, request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """A small firm with the parts its operation may meet, and by a member's name the codes that exist."""
    path = PATHS[request.node.callspec.params["operation_id"]]
    parts = {part for part, paths in PARTS.items() if any(known in path for known in paths)}
    key = make_key("administrator")
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11.00"})
    make_sku("NUT", "0.30")
    customers = [make_customer("Acme", tier="gold"), make_customer("Smith")]
    orders = [
        make_order(
            customers[0], [("BOLT", 3)], submit=submit, instructions=(NewInstruction("Mind the glass"),)
        ).order.number
        for submit in (True, False) * 3
    ]
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    pairs = [make_order(customers[1], [("BOLT", 2), ("NUT", 3)]).order.number for _ in range(4)]
    services = [make_order(customers[0], [("SET-UP", 1)] * 2).order.number for _ in range(3)]
    for number in services:
        perform_service(number, 2, actor=owner())
    holds = [place_hold(number, "Wait", actor=owner()) for number in orders]
    stock_up("BOLT", 1000)
    stock_up("NUT", 1000)
    more: dict[str, Any] = {}
    if "fulfilment" in parts:
        more |= fulfilment_of(customers[0])
        stock_up("BOLT", 1000, warehouse="SH")
    if "approvals" in parts:
        more |= approvals_of(customers[0])
    if "supply" in parts:
        more |= supply_of()
    told = ApiKey.objects.get(prefix=key[:8]).user
    said = {"topic": "order.assigned", "channel": "inbox", "language": "en", "state": "sent", "due_at": now()}
    notes = [Notification.objects.create(id=uuid7(), user=told, **said) for _ in range(3)]
    paid = [record_payment(number, Decimal(1), Method.CASH, "", now(), actor=owner()) for number in orders]
    for code in ("AUTUMN", "SPRING"):
        save_promotion(
            Promotion(code, (Benefit(Percent(Decimal(5)), "order"),), code.title(), needs_coupon=True),
            actor=owner(),
            new=True,
        )
        create_coupons(CouponInput(code, f"{code}-1"), actor=owner())
    for code in ("K1", "K2"):
        save_contract(ContractInput(code, customer=customers[0].code, currency="CNY"), actor=owner())
    return Known(
        {
            **more,
            KEY: [key],
            "warehouse": ["HZ"],
            "strategies": [["nearest"]],
            "timezone": ["Asia/Shanghai"],
            "opens": ["09:00"],
            "closes": ["18:00"],
            "counted": ["5", None],
            "reason": ["because"],
            "safety": ["1"],
            "contract": ["K1", "K2"],
            "coupons": [[], ["SPRING-1"]],
            "delivery": [""],
            "inputs": [{}],
            "floors": [{}, {"standard": "1"}],
            "formula": [{"inputs": [], "expressions": {"CNY": "12"}}],
            "sku": ["BOLT", "NUT"],
            "promotion": ["AUTUMN", "SPRING"],
            "skus": [["BOLT"], []],
            "products": [["P1"], []],
            "categories": [[]],
            "except_skus": [["NUT"], []],
            "except_categories": [[]],
            "customers": [[customers[0].code]],
            "tiers": [["gold"]],
            "channels": [["web"]],
            "order_types": [["standard"]],
            "methods": [[]],
            "hours": [[]],
            "rungs": [[{"least": "1", "value": "5"}]],
            "units": [{"size": 3, "rewarded": 1}, {}],
            "starts_at": [None],
            "ends_at": [None],
            "percent": ["5"],
            "target": ["unit", "order"],
            "stacking": ["stack", "exclusive"],
            "coupon": ["AUTUMN-1", "SPRING-1"],
            "customer": [row.code for row in customers],
            "pair": pairs,
            "number": [*orders, *services],
            "drafts": orders[1::2],
            "service_number": services,
            "position": [1, 2],
            "assignee": [None],
            "product_id": [str(key) for key in Product.objects.values_list("pk", flat=True)],
            "product": ["P1"],
            "price_list": ["standard"],
            "channel": ["api", "web"],
            "order_type": ["standard", "wholesale"],
            "currency": ["CNY"],
            "tier": ["gold", ""],
            "country": ["CN"],
            "region": ["浙江省"],
            "city": ["杭州市"],
            "district": ["西湖区"],
            "postcode": ["310012"],
            "quantity": ["1", "2.5", 12],
            "min_quantity": ["1", "100"],
            "unit_price": ["9.99", None, 0],
            "price_reason": ["agreed by phone"],
            "requested_date": [None, "2999-01-01"],
            "valid_until": ["2999-01-01"],
            "phone": ["", "+8613800000000"],
            "email": ["", "han@example.com"],
            "owner_email": [None],
            "parent": [""],
            "category": [""],
            "barcode": [""],
            "cursor": [""],
            "base_revision": [1, None],
            "audience": ["warehouse"],
            "contact_id": [str(key) for key in Contact.objects.values_list("pk", flat=True)],
            "address_id": [str(key) for key in Address.objects.values_list("pk", flat=True)],
            "contact": [None],
            "into": [row.code for row in customers],
            "credit_currency": ["CNY"],
            "notification_id": [str(row.pk) for row in notes],
            "hold_id": [str(hold.pk) for hold in holds],
            "instruction_id": [str(remark.pk) for remark in Instruction.objects.all()],
            "payment_id": [str(payment.pk) for payment in paid],
            "amount": ["1", "12.50"],
            "paid_at": ["2026-01-31", "2026-01-31T08:00:00Z", None],
        }
    )


def lifelike(draw: st.DrawFn, value: Any, known: Mapping[str, Any]) -> Any:
    """The generated value with codes that exist in place of random ones."""
    if isinstance(value, list):
        return [lifelike(draw, item, known) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: draw(st.sampled_from(known[name]))
        if name in known and isinstance(part, dict | list) == isinstance(known[name][0], dict | list)
        else lifelike(draw, part, known)
        for name, part in value.items()
    }


@cache
def described() -> Any:
    """The program as its own description tells, made once a process."""
    # Keys have their own tests; a query's unknown members are ignored, as they are everywhere.
    config = SchemathesisConfig.from_dict(
        {"seed": 1, "generation": {"with-security-parameters": False, "allow-extra-parameters": False}}
    )
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)


def _coded_by(path: str) -> str:
    """What the code in an address is of."""
    parts = {
        "/customers/": "customer",
        "/promotions/": "promotion",
        "/coupons/": "coupon",
        "/price-lists/": "price_list",
        "/contracts/": "contract",
        "/approval-rules/": "approval_rule",
        "/suppliers/": "supplier",
        "/work-centres/": "work_centre",
        "/warehouses/": "warehouse",
    }
    return next((known for part, known in parts.items() if part in path), "sku")


def _in_path(operation_id: str, path: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What members of this operation's address are taken from, where its name alone does not tell."""
    parts = {
        "/authorities/": {"key": known["authority"]},
        "/delegations/": {"key": known["delegation"]},
        "/consents/": {"channel": ["email", "phone"]},
        "/waves/": {"wave": known["planned_wave"]},
    }
    operations = {
        "get_bill": {"sku": ["DESK", "TOP"]},
        "save_bill": {"sku": ["BOLT"]},
        "change_purchase_order": {"purchase_id": known["draft_id"]},
        "split_order": {"number": known["pair"]},
        "preview_split": {"number": known["pair"]},
        "revise_draft": {"number": known["drafts"]},
        "pick_fulfilment": {"fulfilment": known["open_work"]},
        "pack_fulfilment": {"fulfilment": known["picked_work"]},
        "pick_for_wave": {"wave": known["begun_wave"]},
        "ship_order": {"number": known["released"]},
        "resource_order": {"number": known["released"]},
    }
    found = next((members for part, members in parts.items() if part in path), {})
    if operation_id.endswith("_service"):
        found = {"number": known["service_number"]}
    return {**found, **operations.get(operation_id, {})}


def _in_body(operation_id: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What members of this operation's body and query are taken from, where their names alone do not tell."""
    operations = {
        "rehearse_approval_rule": {
            "rule": known["approval_rule"],
            "from": ["2026-01-01"],
            "to": ["2026-12-31"],
        },
        "plan_production": {"sku": ["DESK"]},
        "preview_production_move": {"day": [(now() + timedelta(days=9)).date().isoformat()]},
        "move_production_to": {"day": [(now() + timedelta(days=9)).date().isoformat()]},
        "receive_stock": {"quantity": ["5"], "lot": [""], "expires_on": [None]},
        "adjust_stock": {"lot": [""], "expires_on": [None]},
        "split_order": {"by": ["hand"], "lines": [[{"line": 1, "quantity": "1"}]]},
        "preview_split": {"by": ["hand"], "lines": [[{"line": 1, "quantity": "1"}]]},
        "merge_orders": {"orders": [known["pair"][:2], known["pair"][2:], known["pair"][1:3]]},
        "pick_fulfilment": {"lines": [[{"sku": "BOLT", "quantity": "1"}]], "short": [[], [{"sku": "BOLT"}]]},
        "pack_fulfilment": {"parcels": [[{"lines": [{"sku": "BOLT", "quantity": "3"}]}]]},
        "pick_for_wave": {"code": ["BOLT"], "quantity": ["1"]},
        "resource_order": {
            "sku": ["BOLT"],
            "line": [1],
            "source": ["HZ"],
            "target": ["SH"],
            "quantity": ["1", None],
        },
        "ship_order": {"lines": [[{"line": 1, "quantity": "1"}]]},
        "change_purchase_order": {"lines": [[{"sku": "LEG", "quantity": "20"}]]},
        "save_bill": {"lines": [[{"sku": "NUT", "quantity": "2"}]], "operations": [[]]},
    }
    found = operations.get(operation_id, {})
    if "deleg" in operation_id:
        found = {"to": known["stand_in"]}
    return {"line": [1], **found} if "purchase" in operation_id else found


def cases(
    operation_id: str, mode: schemathesis.GenerationMode, known: Mapping[str, Any]
) -> st.SearchStrategy[Any]:
    """Cases of an operation; most valid ones are made lifelike."""
    operation = described().find_operation_by_id(operation_id)
    plain = operation.as_strategy(generation_mode=mode)
    if mode is not schemathesis.GenerationMode.POSITIVE:
        return plain
    in_path = {
        "code": known[_coded_by(operation.path)],
        **known,
        **_in_path(operation_id, operation.path, known),
    }
    return _lifelike_cases(plain, {**known, **_in_body(operation_id, known)}, in_path)


@st.composite
def _lifelike_cases(
    draw: st.DrawFn, plain: st.SearchStrategy[Any], known: Mapping[str, Any], in_path: Mapping[str, Any]
) -> Any:
    case = draw(plain)
    if draw(st.sampled_from([True, True, True, False])):
        case.path_parameters = lifelike(draw, dict(case.path_parameters), in_path)
        case.body = lifelike(draw, case.body, known)
        case.query = lifelike(draw, dict(case.query), known)
    return case


def run(
    operation_id: str, mode: schemathesis.GenerationMode, count: int, known: Mapping[str, Any]
) -> Counter[int]:
    """Call the operation with `count` cases, check each answer; how often each status was answered."""
    statuses = Counter[int]()

    @settings(SETTINGS, max_examples=count * MORE.get(operation_id, 1) // FEWER.get(operation_id, 1))
    @given(case=cases(operation_id, mode, known))
    def call(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {known[KEY][0]}"})
        statuses[response.status_code] += 1
        broken = mode is schemathesis.GenerationMode.NEGATIVE
        case.validate_response(response, checks=[*CHECKS, negative_data_rejection] if broken else CHECKS)
        if response.status_code >= 400:
            assert response.headers["content-type"] == [PROBLEM_TYPE]
            assert response.json()["status"] == response.status_code

    call()
    return statuses


def assert_nothing_half_written() -> None:
    """Every order is whole and adds up, every row belongs to something, every event waits for its consumers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Order.objects.filter(Q(lines=None) | Q(pricings=None)).exists()
    placed = set(
        Event.objects.filter(kind__in=("order.placed", "order.split_off")).values_list(
            "subject_id", flat=True
        )
    )
    assert set(Order.objects.values_list("pk", flat=True)) == placed
    assert not Line.objects.exclude(order__in=Order.objects.all()).exists()
    assert not Pricing.objects.exclude(order__in=Order.objects.all()).exists()
    assert not Adjustment.objects.exclude(line__order=F("order")).exists()
    for order in Order.objects.annotate(net=Sum("lines__net"), tax=Sum("lines__tax")):
        assert (order.net, order.tax + order.shipping_tax) == (order.items_total, order.tax_total), order
        assert order.total == order.items_total + order.shipping_total + order.tax_total
    assert wrong_totals() == []
    told = set(Event.objects.values_list("subject_id", flat=True))
    for model in (Sku, Customer, Product):
        assert set(model._default_manager.values_list("pk", flat=True)) <= told, model
    assert not Contact.objects.exclude(customer__in=Customer.objects.all()).exists()
    assert not Address.objects.exclude(customer__in=Customer.objects.all()).exists()
    assert set(Outbox.objects.values_list("pk", flat=True)) == set(Event.objects.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_valid_requests_are_answered_as_described(operation_id: str, firm: Mapping[str, Any]) -> None:
    statuses = run(operation_id, schemathesis.GenerationMode.POSITIVE, VALID_CASES, firm)
    assert any(status < 300 for status in statuses), f"no case of {operation_id} was accepted: {statuses}"
    assert_nothing_half_written()


@pytest.mark.django_db
@pytest.mark.parametrize("operation_id", BREAKABLE)
def test_broken_requests_are_refused_and_write_nothing(operation_id: str, firm: Mapping[str, Any]) -> None:
    run(operation_id, schemathesis.GenerationMode.NEGATIVE, BROKEN_CASES, firm)
    assert_nothing_half_written()


def test_the_committed_description_is_the_published_one() -> None:
    assert openapi.TARGET.read_text(encoding="utf-8") == openapi.text(), (
        "openapi.json is not what the program publishes: run `python -m tools.openapi` and commit the file"
    )


def test_the_description_is_a_sound_openapi_document_with_every_operation_named_once() -> None:
    described().validate()
    assert DESCRIPTION["openapi"].startswith("3.1")
    assert len(set(OPERATIONS)) == len(OPERATIONS)
    for path in DESCRIPTION["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            refusals = {status: r for status, r in operation["responses"].items() if int(status) >= 400}
            assert all(set(r["content"]) == {PROBLEM_TYPE} for r in refusals.values())


def test_no_two_schemas_share_a_name() -> None:
    """In the description the second of a name would take the first one's place."""
    kinds = list(BaseModel.__subclasses__())
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    names = Counter(
        kind.__name__ for kind in set(kinds) if kind.__module__.startswith("openoms.interfaces.api.")
    )
    assert names
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_schemas_have_one_name() -> None:
    """The document has one place for a name: of two classes the later would be published for both."""
    api_folder = Path(api_package.__path__[0])
    names = Counter(
        node.name
        for path in api_folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.endswith(("In", "Out", "Page"))
    )
    assert [name for name, count in names.items() if count > 1] == []
