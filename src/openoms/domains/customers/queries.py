"""Reading customers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from openoms.core.searching import needles
from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.customers.models import Consent, Contact, Customer
from openoms.domains.customers.rules import ConsentState, normal_tags
from openoms.domains.identity.permissions import Perm

# Of a text that fits more, the newest: one types more letters.
_SEARCHED = 500


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What placing an order needs of a customer; `address` is the default one as an order's ship_to, if any."""

    id: UUID
    code: str
    name: str
    tier: str | None
    tax_exempt: bool
    is_active: bool
    address: dict[str, Any] | None
    tags: tuple[str, ...] = ()


def facts_statement(codes: Sequence[str], *, lock: bool = False) -> Statement:
    """The statement whose rows `facts_from` reads: customers by code with their default addresses.

    The code of one that was merged leads to the one that stayed. With `lock` none of them is merged away before the
    transaction ends; one that was, while this waited for it, is left out: ask again.
    """
    sql = (
        "SELECT asked.code, c.id, c.code, c.name, c.tier_id, c.tax_exempt, c.is_active, c.tags, a.id IS NOT NULL, a.name, a.phone, a.country, "
        "a.region, a.city, a.district, a.line, a.postcode, a.problems "
        "FROM customers_customer asked JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id) "
        "LEFT JOIN customers_address a ON a.customer_id = c.id AND a.is_default "
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json)) AND c.merged_into_id IS NULL "
        "ORDER BY c.id"
    )
    # The lock every new order takes by its foreign key, only earlier: orders of one customer do not wait for each other.
    return (f"{sql} FOR KEY SHARE OF c" if lock else sql), (json.dumps(list(codes)),)


def credit_lock_statement(codes: Sequence[str]) -> Statement:
    """The statement that locks customers before what they owe is summed; its rows are (code asked for, key that is locked).

    Who orders on credit waits for the others of that customer; who does not, or looks, waits for nobody. One merged away
    while this waited is left out: ask again.
    """
    sql = (
        "SELECT asked.code, c.id FROM customers_customer asked "
        "JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id) "
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json)) AND c.merged_into_id IS NULL "
        "ORDER BY c.id FOR NO KEY UPDATE OF c"
    )
    return sql, (json.dumps(list(codes)),)


def facts_from(rows: Sequence[tuple[Any, ...]]) -> dict[str, CustomerFacts]:
    """Facts by the customer code that was asked for."""
    names = ("name", "phone", "country", "region", "city", "district", "line", "postcode", "problems")
    found = {}
    for asked, number, code, name, tier, exempt, active, tags, has_address, *parts in rows:
        address = dict(zip(names, parts, strict=True)) if has_address else None
        found[asked] = CustomerFacts(number, code, name, tier, exempt, active, address, tuple(tags))
    return found


def visible_to(actor: Actor) -> QuerySet[Customer]:
    """Customers the actor may see, complete for a list; not those merged into others."""
    rows = Customer.objects.filter(merged_into=None).select_related("tier")
    return rows.prefetch_related("contacts", "addresses") if actor.may(Perm.CUSTOMER_VIEW) else rows.none()


def called(actor: Actor, code: str) -> Customer | None:
    """The customer that code leads to, also one it was merged into; None for none the actor may see."""
    rows = visible_to(actor).select_related("tier", "owner")
    return rows.filter(code=code).first() or rows.filter(absorbed__code=code).first()


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What a list of customers is narrowed to; an empty value does not narrow."""

    q: str = ""
    kind: str = ""
    tier: str = ""
    tag: str = ""
    active: bool | None = None


def filtered(rows: QuerySet[Customer], wanted: CustomerFilter) -> QuerySet[Customer]:
    """The rows that fit."""
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.tier:
        rows = rows.filter(tier_id=wanted.tier)
    if wanted.tag:
        rows = rows.filter(tags__contains=list(normal_tags([wanted.tag])))
    if wanted.active is not None:
        rows = rows.filter(is_active=wanted.active)
    text = wanted.q.strip()
    return matching(rows, text) if text else rows


def matching(rows: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Those that a text finds (`keys_matching`)."""
    return rows.filter(pk__in=keys_matching(text))


def keys_matching(text: str) -> list[UUID]:
    """Keys of customers by parts of code and name, pinyin, an e-mail address, or a phone's last four digits.

    Each is looked up by its own index and bounded, all in one statement: joined by OR, every customer would be read.
    """
    every = Customer.objects.order_by("-pk").values_list("pk", flat=True)
    words = [Q(search__contains=needle) for needle in needles(text)]
    ways = [every.filter(code__in={text, text.upper()}), *([every.filter(*words)] if words else [])]
    found = [way[:_SEARCHED] for way in ways] + [way[:_SEARCHED] for way in _by_contact(text)]
    return list(found[0].union(*found[1:]))


def _by_contact(text: str) -> list[QuerySet[Contact, UUID]]:
    """Customers with that phone or its last four digits, or that e-mail address: one way to look, or none."""
    contacts = Contact.objects.order_by("-pk").values_list("customer_id", flat=True)
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.isdigit() and len(text) == 4:
        return [contacts.filter(phone_tail=text)]
    if "@" in text:
        return [contacts.filter(email__iexact=text).exclude(email="")]
    return [contacts.filter(phone=text)] if text.startswith("+") and len(digits) > 6 else []


def reachable(channel: str) -> QuerySet[Contact]:
    """Contacts of active customers who consented to be written to over the channel and can be: the word of their own, else the customer's."""
    own = Consent.objects.filter(contact=OuterRef("pk"), channel=channel)
    firm = Consent.objects.filter(customer=OuterRef("customer_id"), contact=None, channel=channel)
    way = {"email": ~Q(email=""), "sms": ~Q(phone=""), "phone": ~Q(phone=""), "wechat": ~Q(phone="")}
    given = Exists(own.filter(state="given")) | (~Exists(own) & Exists(firm.filter(state="given")))
    rows = Contact.objects.filter(given, way.get(channel, Q()), customer__is_active=True)
    return rows.filter(customer__merged_into=None)


def consents_of(customer: Customer) -> list[ConsentState]:
    """The customer's consents for `rules.may_contact`."""
    return [ConsentState(row.channel, row.state, row.contact_id) for row in customer.consents.all()]
