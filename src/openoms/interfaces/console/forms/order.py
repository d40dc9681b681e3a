"""Order entry: head, lines, address and remarks as forms; all that is typed survives a refusal and finds its problem."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.models import Customer
from openoms.domains.customers.queries import visible_to as customers_visible_to
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import labels
from openoms.domains.orders.models import Channel, Order, OrderType
from openoms.domains.orders.states import Terms
from openoms.domains.orders.types import NewInstruction
from openoms.domains.pricing.book import Book
from openoms.domains.pricing.facts import normal_coupon
from openoms.domains.pricing.models import PriceList
from openoms.flows.steps import configuration
from openoms.flows.steps.placing import OrderRequest
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, DayField, text_area
from openoms.interfaces.console.forms.order_buyer import BuyerForm
from openoms.interfaces.console.forms.order_line import DiscountForm, LineForm, attach, row_key
from openoms.interfaces.console.refusals import problem_sentence, sentence
from openoms.interfaces.console.templatetags.oms import named

# The customer's default address; one typed here; the one the order has already.
HERE, ELSEWHERE, KEPT = "default", "other", "kept"
NEW_BUYER = "new"


class HeadForm(DiscountForm):
    """Everything of an order that is said once."""

    customer = forms.CharField(label=_("Customer"), required=False, widget=forms.HiddenInput)
    buyer_mode = forms.ChoiceField(
        choices=[("", ""), (NEW_BUYER, "")], required=False, widget=forms.HiddenInput
    )
    currency = CurrencyField(widget=forms.Select)
    channel = forms.ChoiceField(label=_("Channel"))
    order_type = forms.ChoiceField(label=_("Order type"))
    terms = forms.ChoiceField(label=_("Terms"), choices=labels.choices(labels.TERMS), initial=Terms.PREPAID)
    requested_date = DayField(label=_("Requested date"), required=False)
    external_id = forms.CharField(label=_("External reference"), max_length=100, required=False)
    ship_mode = forms.ChoiceField(
        choices=[(HERE, ""), (ELSEWHERE, ""), (KEPT, "")], widget=forms.HiddenInput, initial=HERE
    )
    delivery = forms.ChoiceField(label=_("Delivery"), required=False)
    approval_note = forms.CharField(
        label=_("Note to those who approve"), required=False, max_length=1000, widget=text_area(2)
    )
    token = forms.CharField(max_length=64, widget=forms.HiddenInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = settings.OPENOMS.default_currency
        lists = (
            PriceList.objects.filter(is_active=True)
            .order_by("currency")
            .values_list("currency", flat=True)
            .distinct()
        )
        currencies = list(dict.fromkeys([home, *lists]))
        self.fields["currency"].widget.choices = [(code, code) for code in currencies]
        for name, rows in (("channel", Channel.objects.all()), ("order_type", OrderType.objects.all())):
            self.fields[name].choices = [(row.code, named(row)) for row in rows]  # type: ignore[attr-defined]
        self.methods = delivery_methods(book)
        self.fields["delivery"].choices = [("", _("As usual")), *self.methods]  # type: ignore[attr-defined]
        if not self.is_bound:
            fresh = {
                "currency": home, "channel": "desk", "order_type": "standard", "token": str(uuid7()),
            }  # fmt: skip
            self.initial = {**fresh, **self.initial}


class RemarkForm(ConsoleForm):
    """A remark: what, for whom, at which stage, and whether that stage waits for it."""

    text = forms.CharField(label=_("Remark"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    audience = forms.ChoiceField(label=_("For"), initial="warehouse")
    stage = forms.ChoiceField(label=_("Stage"), choices=labels.choices(labels.STAGE), initial="packing")
    due = DayField(label=_("By"), required=False)
    blocking = forms.BooleanField(label=_("Must be confirmed before this stage"), required=False)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [(role.code, named(role)) for role in roles]  # type: ignore[attr-defined]

    def value(self) -> NewInstruction:
        """The remark as typed."""
        return NewInstruction(**self.cleaned_data)


class OrderEntry:
    """The whole page's input; `data` None is a page just opened. `order` is the draft being edited."""

    def __init__(
        self, actor: Actor, data: QueryDict | None = None, *, customer: str = "", order: Order | None = None
    ) -> None:
        self.actor, self.data, self.order = actor, data, order
        self.problems: list[str] = []
        self.status = 200
        book = configuration.now().book
        self.head = HeadForm(data, initial={"customer": customer}, book=book)
        self.lines = [LineForm(data, prefix=key) for key in data.getlist("line")] if data else []
        roles = remark_roles() if data and data.getlist("remark") else []
        self.remarks = (
            [RemarkForm(data, prefix=key, roles=roles) for key in data.getlist("remark")] if data else []
        )
        is_new = data is not None and data.get("buyer_mode") == NEW_BUYER and actor.may(Perm.CUSTOMER_EDIT)
        self.buyer = BuyerForm(data, prefix="buyer") if is_new else None
        self.customer = None if is_new else find_customer(actor, str(self.head["customer"].value() or ""))
        self.address = (
            AddressForm(data, prefix="ship", lenient=True)
            if data and self.ships_elsewhere
            else address_form(self.customer, actor)
        )
        tier = self.customer.tier_id if self.customer else None
        attach(self.lines, actor, str(self.head["currency"].value() or ""), tier, book=book)

    @property
    def has_buyer(self) -> bool:
        """Whether anything says who buys."""
        return self.customer is not None or self.buyer is not None

    @property
    def coupons(self) -> list[str]:
        """The coupon codes that were typed, each once."""
        typed = [normal_coupon(code) for code in self.data.getlist("coupon")] if self.data else []
        return list(dict.fromkeys(code[:40] for code in typed if code))[:20]

    @property
    def title(self) -> str:
        """What to call it while it is unfinished."""
        if self.buyer is not None:
            return str(self.buyer["name"].value() or "")
        return self.customer.name if self.customer else ""

    @property
    def ship_mode(self) -> str:
        """Where the order goes: HERE, ELSEWHERE, or KEPT while there is an order that has an address."""
        mode = str(self.head["ship_mode"].value() or HERE)
        return HERE if mode == KEPT and not (self.order and self.order.ship_to) else mode

    @property
    def ships_elsewhere(self) -> bool:
        """Whether the order brings an address of its own; without a customer's default it must, or has none."""
        return self.ship_mode == ELSEWHERE

    def is_valid(self) -> bool:
        """Whether each part is well typed; asks all, so that all problems show."""
        parts: list[ConsoleForm] = [self.head, *self.lines, *self.remarks]
        if self.ships_elsewhere:
            parts.append(self.address)
        if self.buyer is not None:
            parts.append(self.buyer)
        sound = [part.is_valid() for part in parts]
        if self.buyer is None and not self.head.cleaned_data.get("customer"):
            self.head.add_error("customer", _("Choose a customer."))
            sound.append(False)
        self.status = 200 if all(sound) else 422
        return all(sound)

    def request(self, *, submit: bool) -> OrderRequest:
        """The order asked for."""
        head = self.head.cleaned_data
        names = ("currency", "channel", "order_type", "external_id", "requested_date")
        return OrderRequest(
            lines=tuple(line.value() for line in self.lines),
            customer=self.buyer.value() if self.buyer else head["customer"],
            discount=self.head.discount(),
            ship_to=self._ship_to(),
            bill_to=_parts(self.order.bill_to) if self.order else None,
            terms=Terms(head["terms"]),
            instructions=tuple(remark.value() for remark in self.remarks),
            submit=submit,
            coupons=tuple(self.coupons),
            delivery=head.get("delivery") or "",
            approval_note=head["approval_note"],
            **{name: head[name] for name in names},
        )

    def quote_request(self) -> OrderRequest | None:
        """What can be priced of a page still being filled in: None while a number is not one."""
        self.head.is_valid()
        sound = [line.is_valid() for line in self.lines]
        if not all(sound) or self.head["discount_value"].errors:
            return None
        head = self.head.cleaned_data
        return OrderRequest(
            lines=tuple(line.quoted() for line in self.lines),
            customer=self.customer.code if self.customer else None,
            currency=head.get("currency") or settings.OPENOMS.default_currency,
            channel=head.get("channel") or "desk",
            order_type=head.get("order_type") or "standard",
            terms=Terms(head.get("terms") or Terms.PREPAID),
            discount=self.head.discount(),
            coupons=tuple(self.coupons),
            delivery=head.get("delivery") or "",
            ship_to=self.address.place() if self.ships_elsewhere else self._ship_to(),
        )

    def _ship_to(self) -> AddressParts | None:
        if self.ship_mode == KEPT and self.order:
            return _parts(self.order.ship_to)
        if not self.ships_elsewhere:
            return None
        parts = self.address.value()
        return self.buyer.received_by(parts) if self.buyer else parts

    def refuse(self, error: DomainError) -> None:
        """Put each problem where it belongs: at its line, at the address, in the head, else above the page."""
        self.status = error.status
        for problem in error.problems or ():
            form = self._part(problem.loc)
            name = form.field_of(problem.loc) if form is not None else None
            if isinstance(form, LineForm) and name is None:
                # Of what was chosen of the SKU: said below the line, by the names the page has for it.
                error.data |= form.named(error.data)
                form.add_error(None, problem_sentence(problem, error))
            elif (
                form is not None
                and name
                and (form is not self.head or not form.fields[name].widget.is_hidden)
            ):
                form.add_error(name, problem_sentence(problem, error))
            else:
                self.problems.append(problem_sentence(problem, error))
        if not error.problems:
            self.problems.append(sentence(error))

    def _part(self, loc: Sequence[str | int]) -> ConsoleForm | None:
        if len(loc) > 1 and loc[0] == "lines" and isinstance(loc[1], int) and loc[1] < len(self.lines):
            return self.lines[loc[1]]
        if self.buyer is not None and loc[:1] in {("contact",), ("name",), ("code",), ("customer",)}:
            return self.buyer
        return self.address if loc[:1] == ("ship_to",) else self.head

    def digest(self) -> str:
        """What was asked for, to tell the same request sent again from another one with the same token."""
        assert self.data is not None
        typed = sorted((name, values) for name, values in self.data.lists() if name != "csrfmiddlewaretoken")
        return hashlib.sha256(repr(typed).encode()).hexdigest()


def _parts(document: Mapping[str, Any] | None) -> AddressParts | None:
    """An order's address as it would be typed."""
    if not document:
        return None
    return AddressParts(**{name: value for name, value in document.items() if name != "problems"})


def delivery_methods(book: Book) -> list[tuple[str, str]]:
    """The ways in which the firm sends, by code, as their first fee is called; the usual one has no code."""
    rules = reversed(book.rules.shipping)
    return list({rule.method: named(rule) for rule in rules if rule.method}.items())[::-1]


def new_remark() -> RemarkForm:
    """A fresh remark."""
    return RemarkForm(prefix=row_key("r"), roles=remark_roles())


def remark_roles() -> list[Role]:
    """Whom a remark can be for: every role of the firm's own people that does a piece of an order's way."""
    return list(Role.objects.exclude(code__in=("customer", "integrator", "administrator")))


def find_customer(actor: Actor, code: str) -> Customer | None:
    """The customer of that code, with contacts and addresses."""
    return customers_visible_to(actor).filter(code=code).first() if code else None


def address_form(customer: Customer | None, actor: Actor) -> AddressForm:
    """The form to ship elsewhere, filled with the default address for those who may see it in full."""
    default = default_address(customer)
    if default is None or not actor.may(Perm.CONTACT_REVEAL):
        return AddressForm(prefix="ship", lenient=True, initial={"country": settings.OPENOMS.default_country})
    return AddressForm(prefix="ship", lenient=True, initial=default)


def typed_address(data: QueryDict) -> AddressForm | None:
    """The address for this order alone, as far as it is typed; None where there is none."""
    if data.get("ship_mode") != ELSEWHERE or not data.get("ship-line", "").strip():
        return None
    typed = {name.removeprefix("ship-"): value for name, value in data.items() if name.startswith("ship-")}
    return AddressForm(prefix="ship", lenient=True, initial=typed)


def default_address(customer: Customer | None) -> Mapping[str, Any] | None:
    """The customer's default address as a document, or None."""
    found = next((row for row in customer.addresses.all() if row.is_default), None) if customer else None
    if found is None:
        return None
    names = ("name", "phone", "country", "region", "city", "district", "line", "postcode")
    return {name: getattr(found, name) for name in names} | {"problems": list(found.problems)}


def today() -> str:
    """The earliest day one can ask for, for the browser's calendar."""
    return timezone.localdate().isoformat()
