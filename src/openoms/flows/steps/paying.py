"""Steps of what an order's payment terms ask for: holds that begin when it is submitted and end with the money.

Who submits an order on credit locks its customer before it (`lock_statements`, `lock_with_credit`): of two orders that
together pass the limit, the later one sees the earlier (docs/payments.md).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from openoms.core import db, firm
from openoms.core.errors import StaleRevision
from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.customers import queries as customers
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.holds import DEFAULT_STAGE
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Status, Terms
from openoms.domains.orders.types import CreditFacts, NewHold
from openoms.domains.payments import rules
from openoms.flows.steps import holds

PAYMENT_DUE, CREDIT_TERMS = "payment:due", "credit:terms"
# Why such a hold ended, as its event tells; screens have words for them.
PAID_IN_FULL, CREDIT_SUFFICES = "paid_in_full", "credit_suffices"
_CAUSES = (PAYMENT_DUE, CREDIT_TERMS)


def lock_statements(codes: Collection[str], at: datetime) -> list[Statement]:
    """Two statements, in this order, ahead of any other lock of the flow: lock these customers, sum what they owe.

    Their rows are what `credit_from` reads. Without codes none.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return []
    day = firm.day_of(at)
    return [customers.credit_lock_statement(wanted), order_queries.credit_statement(wanted, day)]


def credit_from(
    codes: Collection[str], answers: Sequence[list[tuple[Any, ...]]], at: datetime
) -> dict[str, CreditFacts]:
    """Credit by the code asked for, from the rows of `lock_statements`; one merged away meanwhile is asked for again."""
    if not codes:
        return {}
    locked, rows = answers
    held, found = dict(locked), order_queries.credit_from(rows)
    moved = [code for code, facts in found.items() if held.get(code) != facts.customer_id]
    if moved:
        found |= order_queries.credit_from(db.run_together(lock_statements(moved, at))[1])
    return found


def seen_credit(terms: str, customer: object, at: datetime) -> dict[str, CreditFacts]:
    """What that customer may owe as it looks now, nothing locked: for foretelling, not for deciding. By code."""
    if terms != Terms.CREDIT or not isinstance(customer, str):
        return {}
    [rows] = db.run_together([order_queries.credit_statement([customer], firm.day_of(at))])
    return order_queries.credit_from(rows)


def lock_with_credit(
    number: str, at: datetime, base_revision: int | None = None
) -> tuple[Order, CreditFacts | None]:
    """The order, locked, and what its customer may owe where it is on credit: the customer is locked first.

    Raises NoSuchOrder, StaleRevision: also where it became another customer's, or one on credit, between the two.
    """
    db.require_atomic()
    seen = Order.objects.filter(number=number).values_list("terms", "customer__code", "revision").first()
    if seen is None:
        raise NoSuchOrder(number)
    terms, code, revision = seen
    credit = None
    if terms == Terms.CREDIT:
        credit = credit_from([code], db.run_together(lock_statements([code], at)), at).get(code)
    order = orders.lock(number, base_revision)
    if order.terms == Terms.CREDIT and (credit is None or credit.customer_id != order.customer_id):
        raise StaleRevision(revision, order.revision)
    return order, credit


def term_holds(
    order: Order, credit: CreditFacts | None, actor: Actor, at: datetime, *, fresh: bool = False
) -> Sequence[Hold]:
    """Hold an order being submitted for what its terms ask, and set when it is to be paid; the holds, none or one.

    `credit` is what its locked customer may owe without it, None for one that nothing was agreed with; an order that is
    prepaid does without. History is held by nothing. `fresh` is one being placed: its row is not sent yet, and its payment hold is told of by the
    event that says what it waits for.
    """
    on_credit, day = order.terms == Terms.CREDIT, firm.day_of(order.placed_at if order.historical else at)
    order.due_date = rules.due_date(day, credit.days if credit else None) if on_credit else None
    if not order.historical:
        order.payment_state = rules.payment_state(order.total, order.paid_total)
    if not fresh:
        order.save(update_fields=["payment_state", "due_date"])
    if order.historical:
        return ()
    owed = rules.balance(order.total, order.paid_total)
    if on_credit:
        problem = rules.credit_problem(credit, order.currency, owed)
        return _hold(order, HoldKind.CREDIT, CREDIT_TERMS, problem, actor, at, fresh) if problem else ()
    return _hold(order, HoldKind.PAYMENT, PAYMENT_DUE, "", actor, at, fresh) if owed > 0 else ()


def _hold(
    order: Order, kind: HoldKind, cause: str, reason: str, actor: Actor, at: datetime, fresh: bool
) -> Sequence[Hold]:
    if not fresh and Hold.objects.filter(order=order, kind=kind, cause=cause, released_at=None).exists():
        return ()
    new = NewHold(kind, DEFAULT_STAGE[kind], cause, reason)
    if fresh and kind is HoldKind.PAYMENT:
        return [orders.place_hold(order, new, by=actor.user_id, at=at, fresh=True)]
    return [holds.raise_hold(order, new, actor, at, fresh=fresh)]


def count_in(known: dict[str, CreditFacts], order: Order, raised: Sequence[Hold]) -> None:
    """Count an order that has just been submitted into what its customer owes, for the next ones of the same flow."""
    if order.terms != Terms.CREDIT or any(hold.kind == HoldKind.CREDIT for hold in raised):
        return
    owed = rules.balance(order.total, order.paid_total)
    for code, facts in known.items():
        if facts.customer_id == order.customer_id and facts.currency == order.currency:
            known[code] = replace(facts, exposure=facts.exposure + owed)


def settle_paid(order: Order, actor: Actor) -> Sequence[Hold]:
    """End what a locked order waited for its money, now that it is paid in full; those ended; with its last hold it is released."""
    if order.paid_total < order.total:
        return ()
    return [hold for cause in _CAUSES for hold in holds.settle(order, cause, actor, PAID_IN_FULL)]


def end_term_holds(order: Order, actor: Actor) -> Sequence[Hold]:
    """End them whatever is paid: a locked order that is a draft again, or cancelled, owes nothing."""
    return [hold for cause in _CAUSES for hold in holds.settle(order, cause, actor)]


def hold_again(order: Order, credit: CreditFacts | None, actor: Actor, at: datetime) -> Sequence[Hold]:
    """Hold a locked order under way that was paid in full and is no longer: for its money, or its customer's credit."""
    owed = rules.balance(order.total, order.paid_total)
    if order.historical or order.status not in {Status.SUBMITTED, Status.APPROVED} or owed <= 0:
        return ()
    if order.terms == Terms.PREPAID:
        return _hold(order, HoldKind.PAYMENT, PAYMENT_DUE, "", actor, at, fresh=False)
    problem = rules.credit_problem(credit, order.currency, owed)
    return _hold(order, HoldKind.CREDIT, CREDIT_TERMS, problem, actor, at, fresh=False) if problem else ()
