"""A quote says which approvals the order would need, as placing it then does; drafts are weighed without being written."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.approvals.rules import CreditOver, CustomerIs, DiscountFrom
from openoms.domains.customers.models import Customer
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.promotions import Gift, Promotion
from openoms.flows.quote import quote, weigh_draft
from openoms.flows.submit import submit_order
from tests.factories import make_customer, make_order, make_sku, request_for
from tests.flows.approval_cast import FINANCE, SALES, Cast, D, make_cast, make_rule, request_of
from tests.promoted import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    make_sku("BOLT")
    return make_cast()


def steps_of(requirement: Any) -> list[str]:
    return [needed.step.name for needed in requirement.steps]


def test_a_quote_says_what_placing_it_asks_for(cast: Cast) -> None:
    make_rule("large", [SALES, FINANCE])
    acme = make_customer()
    small, large = request_for(acme, [("BOLT", 2)]), request_for(acme, [("BOLT", 100)])
    assert quote(small, actor=cast.clerk).requirement.steps == ()
    foretold = quote(large, actor=cast.clerk).requirement
    assert steps_of(foretold) == ["Sales manager", "Finance"]
    assert [reason.rule for reason in foretold.reasons] == ["large"]
    assert not ApprovalRequest.objects.exists()
    order = make_order(acme, [("BOLT", 100)], actor=cast.clerk).order
    assert [step.name for step in request_of(order).steps.order_by("position")] == steps_of(foretold)


def test_what_the_customer_would_owe_is_foreseen_for_orders_on_credit_alone(cast: Cast) -> None:
    make_rule("credit", [FINANCE], [CreditOver()])
    acme = make_customer()
    Customer.objects.filter(pk=acme.pk).update(credit_limit=D(1000), credit_currency="CNY")
    make_order(acme, [("BOLT", 60)], actor=cast.clerk)
    assert steps_of(quote(request_for(acme, [("BOLT", 20)]), actor=cast.clerk).requirement) == []
    assert steps_of(quote(request_for(acme, [("BOLT", 30)]), actor=cast.clerk).requirement) == ["Finance"]
    prepaid = request_for(acme, [("BOLT", 30)], terms=Terms.PREPAID)
    assert steps_of(quote(prepaid, actor=cast.clerk).requirement) == []


def test_a_draft_is_not_its_customers_earlier_order(cast: Cast) -> None:
    make_rule("newcomers", [SALES], [CustomerIs(new=True)])
    acme = make_customer()
    draft = make_order(acme, [("BOLT", 1)], actor=cast.clerk, submit=False).order
    request = request_for(acme, [("BOLT", 1)])
    assert steps_of(quote(request, actor=cast.clerk).requirement) == []
    assert steps_of(quote(request, actor=cast.clerk, of=draft.id).requirement) == ["Sales manager"]
    draft.refresh_from_db()
    assert steps_of(weigh_draft(draft, actor=cast.clerk)) == ["Sales manager"]
    # Before anybody said who the customer is nobody knows whether they are new.
    assert steps_of(quote(replace(request, customer=None), actor=cast.clerk).requirement) == []
    submit_order(draft.number, actor=cast.clerk, note="Please")
    assert request_of(draft).note == "Please"


def test_nothing_more_is_read_where_there_are_no_rules(cast: Cast) -> None:
    acme = make_customer()
    request = request_for(acme, [("BOLT", 100)])
    quote(request, actor=cast.clerk)
    with CaptureQueriesContext(connection) as without:
        assert quote(request, actor=cast.clerk).requirement.steps == ()
    make_rule("large", [SALES])
    quote(request, actor=cast.clerk)
    with CaptureQueriesContext(connection) as with_rules:
        assert quote(request, actor=cast.clerk).requirement.steps
    assert len(without) == len(with_rules)


def test_a_gift_asks_for_no_approval_of_a_deep_discount(cast: Cast) -> None:
    make_sku("CUP", "8")
    save(Promotion("CUPS", (Gift("CUP"),), "A cup"))
    make_rule("deep", [SALES], [DiscountFrom(D(10), "line")])
    make_rule("all", [FINANCE], [DiscountFrom(D(1))])
    order = make_order(None, [("BOLT", 1)], actor=cast.clerk).order
    order.refresh_from_db()
    assert order.lines.count() == 2
    assert order.status == "approved"
    assert weigh_draft(order, actor=cast.clerk).steps == ()
