"""Who may call what: every operation with every role and with no key; what ends a key, narrows it or slows it down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from openoms.core.clock import now
from openoms.core.http import PROBLEM_TYPE
from openoms.domains.approvals.models import ApprovalRequest, Authority
from openoms.domains.approvals.rules import ApprovalRule, OrderIs, StepRule
from openoms.domains.catalog.models import Product
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.permissions import DEFAULT_GRANTS, Perm
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments.states import Method
from openoms.domains.pricing.promotions import Benefit, Percent, Promotion
from openoms.flows import decide, produce, purchase
from openoms.flows.delegate_absence import set_delegation
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_price_list import ContractInput, save_contract
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.hold import place_hold
from openoms.flows.manage_people import change_user, create_api_key, revoke_api_key, set_grants
from openoms.flows.nudge_approvals import reseat_for
from openoms.flows.pay import record_payment
from openoms.flows.perform import perform_service
from openoms.interfaces.api import keys
from openoms.interfaces.api.urls import api as described
from tests.api import schema_fulfilment as work
from tests.api.conftest import Api
from tests.api.schema_supply import drafted, notices, planned
from tests.factories import (
    make_customer,
    make_order,
    make_product,
    make_rules,
    make_sku,
    make_user,
    owner,
    stock_up,
)
from tests.shop import make_shop

pytestmark = pytest.mark.django_db

EVERYBODY = {"sales", "sales_manager", "finance", "production", "purchasing", "warehouse", "logistics",
             "customer_service", "manager", "integrator", "administrator"}  # fmt: skip
SELLERS = {"sales", "sales_manager", "customer_service", "integrator", "administrator"}
SEE_CUSTOMERS = SELLERS | {"finance", "logistics", "manager"}
CATALOGUE_EDITORS = {"sales_manager", "integrator", "administrator"}
PRICE_EDITORS = CATALOGUE_EDITORS | {"finance"}
HOLDERS = EVERYBODY
RELEASERS = SELLERS | {"finance"}
CORRECTORS = SELLERS | {"logistics"}
PACKERS = {
    "warehouse",
    "sales_manager",
    "administrator",
}  # Those the remark is for, and who looks after all remarks.
WITHDRAWERS = {"sales_manager", "administrator"}
CASHIERS = {"finance", "integrator", "administrator"}
PERFORMERS = SELLERS | {"production", "warehouse"}
MEASURERS = {"manager", "integrator", "administrator"}
ROLES = sorted(EVERYBODY | {"customer"})

ONE = [{"line": 1, "quantity": "1"}]
LINES = [{"sku": "BOLT", "quantity": "1"}]
SOON = (now() + timedelta(days=9)).date().isoformat()
OFFER = {"name": "Ten off", "benefits": [{"kind": "discount", "worth": {"kind": "percent", "percent": "10"}}]}


@dataclass(frozen=True)
class Call:
    """A sound request, the status it gets, and the roles it is for."""

    method: str
    path: str
    status: int
    roles: set[str]
    body: Any = None
    refused: int = 403


VIEWERS = {"sales_manager", "finance", "manager", "integrator", "administrator"}
ASKED = {"sales_manager"}
KEEPERS = {"warehouse", "purchasing", "integrator", "administrator"}
MANAGERS = {"administrator"}
ABOUT_APPROVALS: Mapping[str, Call] = {
    "list_approvals": Call("GET", "/approvals", 200, EVERYBODY),
    "get_approval": Call("GET", "/approvals/{to_see}", 200, VIEWERS, refused=404),
    "approve": Call("POST", "/approvals/{to_approve}/approve", 200, ASKED, {}),
    "reject": Call("POST", "/approvals/{to_reject}/reject", 200, ASKED, {"comment": "no"}),
    "delegate_approval": Call("POST", "/approvals/{to_delegate}/delegate", 200, ASKED, {"to": "stand-in@example.com"}),
    "take_over_approval": Call("POST", "/approvals/{to_take}/take-over", 200, MANAGERS, {"verdict": "approved", "reason": "x"}),
    "ask_about_approval": Call("POST", "/approvals/{to_see}/questions", 201, ASKED, {"text": "Why?"}),
    "answer_approval_question": Call("POST", "/approval-questions/{question}/answer", 200, EVERYBODY, {"text": "So."}),
    "list_approval_rules": Call("GET", "/approval-rules", 200, VIEWERS),
    "get_approval_rule": Call("GET", "/approval-rules/SAMPLES", 200, VIEWERS),
    "create_approval_rule": Call("POST", "/approval-rules", 201, MANAGERS, {"code": "NEW", "name": "New"}),
    "change_approval_rule": Call("PATCH", "/approval-rules/SAMPLES", 200, MANAGERS, {"priority": 3}),
    "rehearse_approval_rule": Call("POST", "/approval-rules/rehearse", 200, VIEWERS,
                                   {"rule": "SAMPLES", "from": "2026-01-01", "to": "2026-01-31"}),
    "get_approval_policy": Call("GET", "/approval-policy", 200, VIEWERS),
    "set_approval_policy": Call("PATCH", "/approval-policy", 200, MANAGERS, {"matching": "first"}),
    "list_authorities": Call("GET", "/authorities", 200, VIEWERS),
    "create_authority": Call("POST", "/authorities", 201, MANAGERS, {"role": "purchasing"}),
    "change_authority": Call("PATCH", "/authorities/{authority}", 200, MANAGERS, {"currency": "CNY", "most": "5"}),
    "remove_authority": Call("DELETE", "/authorities/{authority}", 204, MANAGERS),
    "list_delegations": Call("GET", "/delegations", 200, EVERYBODY),
    "create_delegation": Call("POST", "/delegations", 201, EVERYBODY - {"integrator"}, {"to": "stand-in@example.com"},
                              refused=422),
    "end_delegation": Call("POST", "/delegations/{delegation}/end", 200, MANAGERS, refused=404),
    "list_exchange_rates": Call("GET", "/exchange-rates", 200, VIEWERS),
    "set_exchange_rate": Call("PUT", "/exchange-rates/USD", 200, MANAGERS, {"rate": "7.1"}),
}  # fmt: skip

SUPPLIERS = {"production", "purchasing", "administrator"}
SEE_SUPPLY = SUPPLIERS | {"warehouse", "manager", "integrator"}
REPORTERS = {"production", "integrator", "administrator"}
RECEIVERS = {"purchasing", "warehouse", "integrator", "administrator"}
ABOUT_SUPPLY: Mapping[str, Call] = {
    "list_suppliers": Call("GET", "/suppliers", 200, SEE_SUPPLY),
    "save_supplier": Call("PUT", "/suppliers/WOOD", 200, SUPPLIERS, {"name": "Wood", "currency": "CNY"}),
    "list_work_centres": Call("GET", "/work-centres", 200, SEE_SUPPLY),
    "save_work_centre": Call("PUT", "/work-centres/saw", 200, SUPPLIERS, {"name": "Saw"}),
    "list_bills": Call("GET", "/bills-of-materials", 200, SEE_SUPPLY),
    "get_bill": Call("GET", "/bills-of-materials/DESK", 200, SEE_SUPPLY),
    "save_bill": Call("PUT", "/bills-of-materials/TOP", 200, SUPPLIERS, {"lines": [{"sku": "BOARD", "quantity": "2"}]}),
    "list_shortages": Call("GET", "/supply/shortages", 200, SEE_SUPPLY),
    "propose_supply": Call("POST", "/supply/proposals", 201, SUPPLIERS),
    "schedule_production": Call("POST", "/supply/schedules", 201, SUPPLIERS),
    "list_stop_work_notices": Call("GET", "/stop-work-notices", 200, SEE_SUPPLY),
    "acknowledge_stop_work_notice": Call("POST", "/stop-work-notices/{notice}/acknowledge", 200, REPORTERS, {}),
    "list_production_orders": Call("GET", "/production-orders", 200, SEE_SUPPLY),
    "plan_production": Call("POST", "/production-orders", 201, SUPPLIERS,
                            {"sku": "DESK", "quantity": "1", "due": "2999-01-31"}),
    "get_production_order": Call("GET", "/production-orders/{planned}", 200, SEE_SUPPLY),
    "change_production_order": Call("PATCH", "/production-orders/{planned}", 200, SUPPLIERS, {"priority": 3}),
    "move_production": Call("POST", "/production-orders/{to_release}/release", 200, SUPPLIERS),
    "preview_production_move": Call("POST", "/production-orders/{planned}/move/preview", 200, SUPPLIERS, {"day": SOON}),
    "move_production_to": Call("POST", "/production-orders/{planned}/move", 200, SUPPLIERS, {"day": SOON}),
    "report_production": Call("POST", "/production-orders/{to_report}/progress", 201, REPORTERS, {"quantity": "1"}),
    "stop_production": Call("POST", "/production-orders/{planned}/stop", 200, SUPPLIERS, {"reason": "x"}),
    "list_purchase_orders": Call("GET", "/purchase-orders", 200, SEE_SUPPLY),
    "draft_purchase": Call("POST", "/purchase-orders", 201, SUPPLIERS,
                           {"supplier": "WOOD", "lines": [{"sku": "LEG", "quantity": "10"}]}),
    "get_purchase_order": Call("GET", "/purchase-orders/{draft_purchase}", 200, SEE_SUPPLY),
    "change_purchase_order": Call("PATCH", "/purchase-orders/{draft_purchase}", 200, SUPPLIERS,
                                  {"lines": [{"sku": "LEG", "quantity": "20"}]}),
    "send_purchase": Call("POST", "/purchase-orders/{draft_purchase}/send", 200, SUPPLIERS),
    "receive_purchase": Call("POST", "/purchase-orders/{sent_purchase}/progress", 201, RECEIVERS,
                             {"lines": [{"line": 1, "quantity": "1"}]}),
    "cancel_purchase": Call("POST", "/purchase-orders/{draft_purchase}/cancel", 200, SUPPLIERS, {"reason": "x"}),
}  # fmt: skip

WORKERS = {"warehouse", "integrator", "administrator"}
CARRIER = {"carrier": "SF Express"}
ABOUT_FULFILMENT: Mapping[str, Call] = {
    "list_fulfilments": Call("GET", "/fulfilments", 200, EVERYBODY),
    "get_fulfilment": Call("GET", "/fulfilments/{open_work}", 200, EVERYBODY),
    "pick_fulfilment": Call("POST", "/fulfilments/{open_work}/pick", 200, WORKERS, {}),
    "pack_fulfilment": Call("POST", "/fulfilments/{picked_work}/pack", 200, WORKERS, {}),
    "unpack_fulfilment": Call("POST", "/fulfilments/{to_unpack}/unpack", 200, WORKERS),
    "hand_over": Call("POST", "/fulfilments/{packed_work}/ship", 201, WORKERS, CARRIER),
    "list_wave_proposals": Call("GET", "/wave-proposals", 200, EVERYBODY),
    "list_waves": Call("GET", "/waves", 200, EVERYBODY),
    "plan_wave": Call("POST", "/waves", 201, WORKERS, {"fulfilments": ["{to_gather}"]}),
    "get_wave": Call("GET", "/waves/{wave}", 200, EVERYBODY),
    "pick_for_wave": Call("POST", "/waves/{begun_wave}/pick", 200, WORKERS, {"code": "BOLT"}),
    "start_wave": Call("POST", "/waves/{to_start}/start", 200, WORKERS),
    "dissolve_wave": Call("POST", "/waves/{wave}/dissolve", 204, WORKERS),
    "get_dispatch": Call("GET", "/warehouses/HZ/dispatch", 200, EVERYBODY),
    "set_dispatch": Call("PUT", "/warehouses/HZ/dispatch", 200, MANAGERS, {"works_on": [0, 1]}),
    "list_shipments": Call("GET", "/orders/{submitted}/shipments", 200, EVERYBODY),
    "ship_order": Call("POST", "/orders/{released}/shipments", 201, WORKERS, CARRIER | {"warehouse": "HZ"}),
    "get_shipment": Call("GET", "/shipments/{shipment}", 200, EVERYBODY),
    "cancel_shipment": Call("POST", "/shipments/{shipment}/cancel", 200, WORKERS, {"reason": "x"}),
}  # fmt: skip

CALLS: Mapping[str, Call] = {
    "quote": Call("POST", "/quotes", 200, SELLERS, {"lines": LINES}),
    "place_order": Call("POST", "/orders", 201, SELLERS, {"lines": LINES, "customer": "ACME"}),
    "place_orders": Call("POST", "/orders/bulk", 200, SELLERS, {"orders": [{"lines": LINES, "customer": "ACME"}]}),
    "list_orders": Call("GET", "/orders", 200, EVERYBODY),
    "get_order": Call("GET", "/orders/{draft}", 200, EVERYBODY),
    "revise_draft": Call("PUT", "/orders/{draft}", 200, SELLERS, {"lines": LINES, "customer": "ACME"}),
    "give_quotation": Call("POST", "/orders/{draft}/quotation", 200, SELLERS, {"valid_until": "2999-12-31"}),
    "order_timeline": Call("GET", "/orders/{draft}/timeline", 200, EVERYBODY),
    "submit_order": Call("POST", "/orders/{draft}/submit", 200, SELLERS, {"base_revision": 2}),
    "preview_cancellation": Call("POST", "/orders/{unwanted}/cancellation/preview", 200, SELLERS),
    "cancel_order": Call("POST", "/orders/{unwanted}/cancellation", 200, SELLERS, {"reason": "no"}),
    "preview_split": Call("POST", "/orders/{twice}/split/preview", 200, SELLERS, {"by": "hand", "lines": ONE}),
    "split_order": Call("POST", "/orders/{twice}/split", 201, SELLERS, {"by": "hand", "lines": ONE}),
    "list_mergeable": Call("GET", "/orders/{twice}/mergeable", 200, EVERYBODY),
    "merge_orders": Call("POST", "/orders/merge", 200, SELLERS, {"orders": ["{one_of_two}", "{other_of_two}"]}),
    "withdraw_order": Call("POST", "/orders/{submitted}/withdraw", 200, SELLERS),
    "place_hold": Call("POST", "/orders/{draft}/holds", 201, HOLDERS, {"reason": "Wait for a call"}),
    "release_hold": Call("POST", "/orders/{held}/holds/{hold}/release", 200, RELEASERS, {"reason": "They called"}),
    "list_instructions": Call("GET", "/instructions", 200, EVERYBODY),
    "add_instruction": Call("POST", "/orders/{draft}/instructions", 201, EVERYBODY, {"text": "Mind the glass"}),
    "acknowledge_instruction": Call("POST", "/instructions/{read}/acknowledge", 200, PACKERS),
    "finish_instruction": Call("POST", "/instructions/{done}/done", 200, PACKERS),
    "refuse_instruction": Call("POST", "/instructions/{refused}/not-possible", 200, PACKERS, {"answer": "No paper"}),
    "withdraw_instruction": Call("POST", "/instructions/{back}/withdraw", 200, WITHDRAWERS),
    "acknowledge_order_instruction": Call("POST", "/orders/{held}/instructions/{read2}/acknowledge", 200, PACKERS),
    "finish_order_instruction": Call("POST", "/orders/{held}/instructions/{done2}/done", 200, PACKERS),
    "list_comments": Call("GET", "/orders/{draft}/comments", 200, EVERYBODY),
    "add_comment": Call("POST", "/orders/{draft}/comments", 201, EVERYBODY, {"text": "Hello"}),
    "assign_order": Call("POST", "/orders/{draft}/owner", 200, SELLERS, {"owner_email": None}),
    "tag_order": Call("POST", "/orders/{draft}/tags", 200, SELLERS, {"add": ["urgent"]}),
    "follow_order": Call("POST", "/orders/{draft}/follow", 200, EVERYBODY),
    "unfollow_order": Call("POST", "/orders/{draft}/unfollow", 200, EVERYBODY),
    "correct_address": Call("POST", "/orders/{held}/address", 200, CORRECTORS,
                            {"ship_to": {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区",
                                         "postcode": "310012", "line": "文三路1号"}}),
    "schedule_service": Call("POST", "/orders/{service}/lines/1/schedule", 200, PERFORMERS,
                             {"at": "2999-01-31T08:00:00Z"}),
    "list_payments": Call("GET", "/orders/{submitted}/payments", 200, SEE_CUSTOMERS),
    "record_payment": Call("POST", "/orders/{held}/payments", 201, CASHIERS, {"amount": "1", "method": "cash"}),
    "void_payment": Call("POST", "/payments/{payment}/void", 200, CASHIERS, {"reason": "Bounced"}),
    "perform_service": Call("POST", "/orders/{service}/lines/2/perform", 200, PERFORMERS),
    "sign_off_service": Call("POST", "/orders/{service}/lines/3/sign-off", 200, PERFORMERS, {"signed_by": "Li Lei"}),
    "list_categories": Call("GET", "/categories", 200, EVERYBODY),
    "create_category": Call("POST", "/categories", 201, CATALOGUE_EDITORS, {"code": "NEW", "name": "New"}),
    "list_products": Call("GET", "/products", 200, EVERYBODY),
    "create_product": Call("POST", "/products", 201, CATALOGUE_EDITORS, {"code": "NEW", "name": "New"}),
    "get_product": Call("GET", "/products/{product}", 200, EVERYBODY),
    "change_product": Call("PATCH", "/products/{product}", 200, CATALOGUE_EDITORS, {"name": "Changed"}),
    "list_skus": Call("GET", "/skus", 200, EVERYBODY),
    "create_sku": Call("POST", "/skus", 201, CATALOGUE_EDITORS, {"code": "NEW", "product": "P1"}),
    "get_sku": Call("GET", "/skus/BOLT", 200, EVERYBODY),
    "change_sku": Call("PATCH", "/skus/BOLT", 200, CATALOGUE_EDITORS, {"name": "Changed"}),
    "list_price_lists": Call("GET", "/price-lists", 200, EVERYBODY),
    "create_price_list": Call("POST", "/price-lists", 201, PRICE_EDITORS,
                              {"code": "new", "name": "New", "currency": "CNY"}),
    "change_price_list": Call("PATCH", "/price-lists/standard", 200, PRICE_EDITORS, {"name": "Changed"}),
    "list_contracts": Call("GET", "/contracts", 200, PRICE_EDITORS),
    "create_contract": Call("POST", "/contracts", 201, PRICE_EDITORS,
                            {"code": "NEW", "customer": "ACME", "currency": "CNY"}),
    "change_contract": Call("PATCH", "/contracts/OLD", 200, PRICE_EDITORS, {"name": "Changed"}),
    "list_promotions": Call("GET", "/promotions", 200, EVERYBODY),
    "create_promotion": Call("POST", "/promotions", 201, PRICE_EDITORS, OFFER | {"code": "NEW"}),
    "get_promotion": Call("GET", "/promotions/OLD", 200, EVERYBODY),
    "replace_promotion": Call("PUT", "/promotions/OLD", 200, PRICE_EDITORS, OFFER),
    "rehearse_promotion": Call("POST", "/promotions/rehearse", 200, PRICE_EDITORS,
                               {"promotion": "OLD", "from": "2026-01-01", "to": "2026-01-31"}),
    "list_coupons": Call("GET", "/coupons", 200, PRICE_EDITORS),
    "create_coupons": Call("POST", "/coupons", 201, PRICE_EDITORS, {"promotion": "OLD", "code": "NEW"}),
    "change_coupon": Call("PATCH", "/coupons/SPRING", 200, PRICE_EDITORS, {"is_active": False}),
    "list_customers": Call("GET", "/customers", 200, SEE_CUSTOMERS),
    "create_customer": Call("POST", "/customers", 201, SELLERS, {"name": "New"}),
    "get_customer": Call("GET", "/customers/ACME", 200, SEE_CUSTOMERS),
    "change_customer": Call("PATCH", "/customers/ACME", 200, SELLERS, {"notes": "x"}),
    "parse_address": Call("POST", "/addresses/parse", 200, SEE_CUSTOMERS, {"text": "x"}),
    "list_contacts": Call("GET", "/customers/ACME/contacts", 200, SEE_CUSTOMERS),
    "add_contact": Call("POST", "/customers/ACME/contacts", 201, SELLERS, {"name": "New"}),
    "change_contact": Call("PATCH", "/customers/ACME/contacts/{contact}", 200, SELLERS, {"title": "x"}),
    "remove_contact": Call("DELETE", "/customers/ACME/contacts/{contact}", 204, SELLERS),
    "change_customer_address": Call("PATCH", "/customers/ACME/addresses/{place}", 200, SELLERS, {"label": "x"}),
    "remove_customer_address": Call("DELETE", "/customers/ACME/addresses/{place}", 204, SELLERS),
    "list_consents": Call("GET", "/customers/ACME/consents", 200, SEE_CUSTOMERS),
    "set_consent": Call("PUT", "/customers/ACME/consents/email", 200, SELLERS, {"state": "given"}),
    "set_credit": Call("PUT", "/customers/ACME/credit", 200, {"sales_manager", "finance", "manager", "administrator"}, {}),
    "merge_customer": Call("POST", "/customers/OLD/merge", 200,
                           {"sales_manager", "customer_service", "integrator", "administrator"}, {"into": "ACME"}),
    "add_customer_address": Call("POST", "/customers/ACME/addresses", 201, SELLERS,
                                 {"country": "CN", "region": "浙江省", "city": "杭州市", "district": "西湖区",
                                  "postcode": "310012", "line": "文三路1号"}),
    **ABOUT_APPROVALS,
    **ABOUT_SUPPLY,
    **ABOUT_FULFILMENT,
    "list_stock": Call("GET", "/stock", 200, EVERYBODY),
    "get_availability": Call("GET", "/stock/availability?sku=BOLT", 200, EVERYBODY),
    "receive_stock": Call("POST", "/stock/receipts", 201, KEEPERS, {"warehouse": "HZ", "sku": "BOLT", "quantity": "1"}),
    "adjust_stock": Call("POST", "/stock/adjustments", 201, KEEPERS, {"warehouse": "HZ", "sku": "BOLT", "counted": "90"}),
    "set_safety_stock": Call("PUT", "/stock/safety", 200, MANAGERS, {"warehouse": "HZ", "sku": "BOLT", "safety": "1"}),
    "allocate_order": Call("POST", "/orders/{held}/allocate", 200, KEEPERS),
    "resource_order": Call("POST", "/orders/{to_source}/sources", 200, KEEPERS,
                           {"line": 1, "sku": "BOLT", "source": "HZ", "target": "SH"}),
    "list_warehouses": Call("GET", "/warehouses", 200, EVERYBODY),
    "create_warehouse": Call("POST", "/warehouses", 201, MANAGERS, {"code": "GZ", "name": "Guangzhou"}),
    "change_warehouse": Call("PATCH", "/warehouses/HZ", 200, MANAGERS, {"priority": 2}),
    "get_inventory_policy": Call("GET", "/inventory-policy", 200, EVERYBODY),
    "set_inventory_policy": Call("PUT", "/inventory-policy", 200, MANAGERS,
                                 {"reserve_at": "release", "ship": "available", "strategies": ["nearest"]}),
    "list_notifications": Call("GET", "/notifications", 200, EVERYBODY | {"customer"}),
    "read_notification": Call("POST", "/notifications/01900000-0000-7000-8000-000000000000/read", 404, EVERYBODY | {"customer"}),
    "read_all_notifications": Call("POST", "/notifications/read-all", 200, EVERYBODY | {"customer"}),
    "metrics": Call("GET", "/metrics", 200, MEASURERS),
}  # fmt: skip


@pytest.fixture
def firm(db: None) -> dict[str, str]:
    """What the calls' paths name."""
    make_rules()
    make_sku("BOLT")
    acme = make_customer("Acme", code="ACME")
    held = make_order(acme, instructions=(NewInstruction("Mind the glass"),) * 6)
    remarks = dict(zip(("read", "done", "refused", "back", "read2", "done2"), held.instructions, strict=True))
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    service = make_order(acme, [("SET-UP", 1)] * 3).order.number
    perform_service(service, 3, actor=owner())
    payment = record_payment(service, Decimal(1), Method.CASH, "", now(), actor=owner())
    make_customer("Acme Ltd", code="OLD")
    save_contract(ContractInput("OLD", customer="ACME", currency="CNY"), actor=owner())
    save_promotion(Promotion("OLD", (Benefit(Percent(Decimal(5))),), "Old"), actor=owner(), new=True)
    create_coupons(CouponInput("OLD", "SPRING"), actor=owner())
    stock_up("BOLT", 99)
    begun = _fulfilment(acme)
    stock_up("BOLT", 99, warehouse="SH")
    return (
        {name: str(remark.id) for name, remark in remarks.items()}
        | _approvals(acme)
        | _supply()
        | begun
        | {
            "held": held.order.number,
            "service": service,
            "hold": str(place_hold(held.order.number, "Wait", actor=owner()).pk),
            "contact": str(acme.contacts.get().pk),
            "place": str(acme.addresses.get().pk),
            "draft": make_order(acme, submit=False).order.number,
            "submitted": make_order(acme).order.number,
            "unwanted": make_order(acme).order.number,
            "twice": make_order(acme, [("BOLT", 2)]).order.number,
            "one_of_two": make_order(acme).order.number,
            "other_of_two": make_order(acme).order.number,
            "payment": str(payment.pk),
            "product": str(Product.objects.get(code="P1").pk),
        }
    )


def _supply() -> dict[str, str]:
    """A workshop, orders of it for each deed, and a notice that waits."""
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    told = notices(1)[0]
    reported, sent = planned(), drafted()
    produce.release_production(reported.pk, actor=owner())
    purchase.send_purchase(sent.pk, actor=owner())
    return {
        "notice": told,
        "planned": str(planned().pk),
        "to_release": str(planned().pk),
        "to_report": str(reported.pk),
        "draft_purchase": str(drafted().pk),
        "sent_purchase": str(sent.pk),
    }


def _fulfilment(customer: Customer) -> dict[str, str]:
    """Warehouse work, one for each deed."""
    return {
        "open_work": work.open_work(customer).number,
        "to_gather": work.open_work(customer).number,
        "to_source": work.open_work(customer).order.number,
        "released": work.open_work(customer).order.number,
        "picked_work": work.picked_work(customer).number,
        "packed_work": work.packed_work(customer).number,
        "to_unpack": work.packed_work(customer).number,
        "wave": work.wave(customer),
        "to_start": work.wave(customer),
        "begun_wave": work.wave(customer, begun=True),
        "shipment": work.shipment(customer),
    }


def _approvals(customer: Customer) -> dict[str, str]:
    """Requests that wait for sales managers, one for each deed; a question, an authority and an absence."""
    step = StepRule("Sales", roles=("sales_manager",))
    rule = ApprovalRule("SAMPLES", (OrderIs(order_types=("sample",)),), (step,), name="Samples")
    save_rule(rule, actor=owner(), new=True)
    stand_in, absent = (
        make_user("finance", email="stand-in@example.com"),
        make_user("sales_manager"),
    )
    names = ("to_see", "to_approve", "to_reject", "to_delegate", "to_take")
    for _ in names:
        make_order(customer, order_type="sample", actor=actor_of(make_user("sales")))
    requests = dict(zip(names, ApprovalRequest.objects.order_by("id"), strict=True))
    question = decide.ask(requests["to_see"].pk, "Why?", actor=actor_of(absent))
    delegation = set_delegation(stand_in.pk, now(), None, actor=actor_of(absent))
    return {name: str(request.pk) for name, request in requests.items()} | {
        "question": str(question.pk),
        "delegation": str(delegation.pk),
        "authority": str(Authority.objects.get(role="production").pk),
    }


def call(api: Api, name: str, firm: Mapping[str, str]) -> Any:
    wanted = CALLS[name]
    return api.send(wanted.method, wanted.path.format(**firm), filled(wanted.body, firm))


def filled(body: Any, firm: Mapping[str, str]) -> Any:
    """The body with what its members name of the firm, as the path has it."""
    if isinstance(body, dict):
        return {name: filled(value, firm) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, firm) for value in body]
    return body.format(**firm) if isinstance(body, str) else body


def test_every_operation_has_its_row_in_this_table() -> None:
    paths = described.get_openapi_schema()["paths"].values()
    assert set(CALLS) - {"metrics"} == {
        operation["operationId"] for path in paths for operation in path.values()
    }
    assert set(ROLES) == set(DEFAULT_GRANTS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_work_asks_for_and_nothing_else(
    api_as: Any, firm: dict[str, str], role: str
) -> None:
    api = api_as(role)
    for person in User.objects.filter(roles__code="sales_manager"):
        reseat_for(person.pk)  # The key's user has the role since the requests were made.
    for name, wanted in CALLS.items():
        answer = call(api, name, firm)
        is_outsider = role == "customer" and role not in wanted.roles
        expected = wanted.status if role in wanted.roles else 403 if is_outsider else wanted.refused
        assert answer.status_code == expected, (name, answer.content)
        if answer.status_code == 403:
            problem = answer.json()
            assert answer["Content-Type"] == PROBLEM_TYPE
            # A remark is answered by the role it is for, an approval decided by those who are asked.
            if problem["code"] not in {"not_addressed", "no_authority"}:
                assert (problem["code"], problem["status"]) == ("forbidden", 403)
                assert problem["permission"] in set(Perm)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic b21zOm9tcw==", "oms_x", "Bearer \x7f", "bearer é"],
)
def test_without_a_good_key_every_operation_answers_401_and_does_nothing(
    firm: dict[str, str], header: str
) -> None:
    api, orders, customers = Api(Client()), Order.objects.count(), Customer.objects.count()
    for wanted in CALLS.values():
        headers = {"Authorization": header} if header else {}
        answer = api.send(wanted.method, wanted.path.format(**firm), wanted.body, **headers)
        assert answer.status_code == 401, wanted
        assert answer["Content-Type"] == PROBLEM_TYPE
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"
    assert (Order.objects.count(), Customer.objects.count()) == (orders, customers)


@pytest.mark.parametrize(
    ("change", "permission"),
    [
        ({"lines": [{**LINES[0], "unit_price": "1", "price_reason": "x"}]}, "price.override"),
        ({"lines": [{**LINES[0], "discount": {"kind": "percent", "value": "5"}}]}, "order.discount"),
        ({"discount": {"kind": "amount", "value": "1"}}, "order.discount"),
    ],
)
@pytest.mark.parametrize("path", ["/quotes", "/orders"])
def test_typed_prices_and_discounts_need_their_own_permission(
    api_as: Any, firm: dict[str, str], change: dict[str, Any], permission: str, path: str
) -> None:
    body, before = {"customer": "ACME", "lines": LINES} | change, Order.objects.count()
    refused = api_as("sales").post(path, body)
    assert (refused.status_code, refused.json()["permission"]) == (403, permission)
    assert api_as("sales_manager").post(path, body).status_code < 300
    assert Order.objects.count() == before + (path == "/orders")


def test_prices_of_a_sku_need_the_permission_to_edit_prices(firm: dict[str, str]) -> None:
    api = api_with_scopes([Perm.CATALOG_EDIT, Perm.CATALOG_VIEW])
    assert api.patch("/skus/BOLT", {"name": "x"}).status_code == 200
    refused = api.patch("/skus/BOLT", {"prices": [{"price_list": "standard", "unit_price": "1"}]})
    assert (refused.status_code, refused.json()["permission"]) == (403, "price.edit")
    assert api.get("/skus/BOLT").json()["prices"][0]["unit_price"] == "12.50"


def api_with_scopes(scopes: list[Perm], user: User | None = None) -> Api:
    user = user or make_user("administrator")
    return Api(Client(), create_api_key(user.pk, "narrow", actor=owner(), scopes=[str(s) for s in scopes])[1])


def test_scopes_narrow_a_key_and_never_widen_it(firm: dict[str, str]) -> None:
    narrow = api_with_scopes([Perm.ORDER_VIEW])
    assert narrow.get("/orders").status_code == 200
    assert narrow.get("/customers").status_code == narrow.get("/skus").status_code == 403
    assert call(narrow, "place_order", firm).status_code == 403
    wide = api_with_scopes([Perm.ORDER_VIEW, Perm.CATALOG_EDIT], make_user("warehouse"))
    assert wide.get("/orders").status_code == 200
    assert call(wide, "create_product", firm).status_code == 403


def test_who_may_edit_but_not_see_is_refused_before_anything_changes(firm: dict[str, str]) -> None:
    blind = api_with_scopes([Perm.CUSTOMER_EDIT, Perm.CATALOG_EDIT, Perm.ORDER_SUBMIT])
    assert blind.patch("/customers/ACME", {"name": "Changed"}).status_code == 403
    assert blind.patch(f"/products/{firm['product']}", {"name": "Changed"}).status_code == 403
    assert blind.post(f"/orders/{firm['draft']}/submit").status_code == 403
    assert Customer.objects.get(code="ACME").name == "Acme"
    assert Order.objects.get(number=firm["draft"]).status == "draft"


def test_a_key_ends_when_it_expires() -> None:
    secret = create_api_key(make_user("sales").pk, "k", actor=owner(), expires_at=now() + timedelta(days=30))[
        1
    ]
    api = Api(Client(), secret)
    assert api.get("/orders").status_code == 200
    with time_machine.travel(now() + timedelta(days=30, seconds=1)):
        keys.forget()
        assert api.get("/orders").status_code == 401


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The processes' clock for remembering keys and counting requests; `clock.at` moves it."""
    clock = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(keys, "time", SimpleNamespace(monotonic=lambda: clock.at))
    return clock


def test_a_revoked_key_ends_within_the_seconds_it_is_remembered(clock: SimpleNamespace) -> None:
    key, secret = create_api_key(make_user("sales").pk, "k", actor=owner())
    api = Api(Client(), secret)
    assert api.get("/orders").status_code == 200
    revoke_api_key(key.pk, actor=owner())
    clock.at += keys.REMEMBERED_SECONDS + 0.1
    assert api.get("/orders").status_code == 401
    assert keys.REMEMBERED_SECONDS <= 10


def test_changed_grants_and_a_closed_account_take_effect_within_the_same_time(clock: SimpleNamespace) -> None:
    user = make_user("sales")
    api = Api(Client(), create_api_key(user.pk, "k", actor=owner())[1])
    assert api.get("/orders").status_code == 200
    set_grants("sales", Role.objects.get(code="sales").permissions - {Perm.ORDER_VIEW}, actor=owner())
    clock.at += keys.REMEMBERED_SECONDS + 0.1
    assert api.get("/orders").status_code == 403
    change_user(user.pk, actor=owner(), name=user.name, roles=["sales"], is_active=False, manager=None)
    clock.at += keys.REMEMBERED_SECONDS + 0.1
    assert api.get("/orders").status_code == 401


def test_too_many_requests_are_told_when_to_come_again(
    api: Api, api_as: Any, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = settings.OPENOMS.model_copy(update={"api_rate_per_minute": 60})
    monkeypatch.setattr(settings, "OPENOMS", slow)
    assert [api.get("/orders").status_code for _ in range(10)] == [200] * 10
    refused = api.get("/orders")
    assert (refused.status_code, refused["Retry-After"], refused["Content-Type"]) == (429, "1", PROBLEM_TYPE)
    assert api_as("sales").get("/orders").status_code == 200, "another key has its own allowance"
    clock.at += int(refused["Retry-After"])
    assert api.get("/orders").status_code == 200
    assert api.get("/orders").status_code == 429
    clock.at += 3600
    assert [api.get("/orders").status_code for _ in range(11)] == [200] * 10 + [429], "no more than a burst"


def test_waiting_out_the_memory_of_a_key_gives_no_second_allowance(
    api: Api, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OPENOMS", settings.OPENOMS.model_copy(update={"api_rate_per_minute": 1}))
    statuses = [api.get("/orders").status_code for _ in range(11)]
    clock.at += keys.REMEMBERED_SECONDS + 1
    assert (statuses, api.get("/orders").status_code) == ([200] * 10 + [429], 429)
