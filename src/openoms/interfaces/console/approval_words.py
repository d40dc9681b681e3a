"""Approval in words: a rule as a sentence, why one asked for a decision, why somebody may not decide, what to think over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from openoms.core.money import CURRENCIES
from openoms.domains.approvals.reach import Concern, Worry
from openoms.domains.approvals.rules import (
    HUNDRED,
    AmountBetween,
    ApprovalRule,
    Condition,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    OrderIs,
    PriceIs,
    StepRule,
)
from openoms.domains.orders.labels import TERMS
from openoms.interfaces.console.amounts import amount_text, quantity_text
from openoms.interfaces.console.promotion_said import shown_name
from openoms.interfaces.console.promotion_terms import region_words
from openoms.interfaces.console.promotion_words import Said, listed
from openoms.interfaces.console.templatetags.oms import in_chinese
from openoms.reading import approval_rules as reading


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule in words: when it holds (nothing: for every order), and whom it asks in turn (nobody: it lets through)."""

    when: Sequence[str]
    asks: Sequence[str]

    @property
    def condition(self) -> str:
        """When it holds."""
        if not self.when:
            return _("For every order")
        return _("When %(conditions)s") % {"conditions": _and(self.when)}

    @property
    def outcome(self) -> str:
        """What becomes of the order then."""
        if not self.asks:
            return _("it goes through by itself")
        return _("ask %(people)s") % {"people": _then(self.asks)}

    @property
    def sentence(self) -> str:
        """All of it."""
        return _("%(condition)s: %(outcome)s") % {"condition": self.condition, "outcome": self.outcome}


def said_of(rules: Iterable[ApprovalRule], more: Mapping[str, Iterable[str]] | None = None) -> Said:
    """How to say what these rules name, here and now; `more` are codes beside those they name, by kind."""
    wanted: dict[str, set[str]] = {kind: set(codes) for kind, codes in reading.mentioned(rules).items()}
    for kind, codes in (more or {}).items():
        wanted.setdefault(kind, set()).update(codes)
    rows = reading.rows_named(wanted)
    names = {key: row.name if key[0] == "user" else shown_name(key[0], row) for key, row in rows.items()}
    return Said(names, zone=timezone.get_current_timezone_name())


def tell(rule: ApprovalRule, said: Said) -> ToldRule:
    """The rule in words."""
    steps = sorted(rule.steps, key=lambda step: step.turn)
    return ToldRule(
        [condition_words(condition, said) for condition in rule.conditions],
        [step_words(step, said) for step in steps],
    )


def condition_words(condition: Condition, said: Said) -> str:
    """One condition as a clause: "the order comes to ¥20,000.00 or more"."""
    match condition:
        case AmountBetween():
            return _("the order comes to %(bounds)s") % {"bounds": bounds_words(condition, said)}
        case OrderIs():
            return _order(condition, said)
        case CustomerIs():
            return _customer(condition, said)
        case _:
            return _measured(condition)


def bounds_words(bounds: Any, said: Said) -> str:
    """Bounds of an amount in `bounds.currency`, saying that what is equal to one counts."""
    own = replace(said, currency=bounds.currency if bounds.currency in CURRENCIES else "")
    values = {name: own.money(v) for name in ("least", "most") if (v := getattr(bounds, name)) is not None}
    if len(values) == 2:
        return _("%(least)s to %(most)s, both included") % values
    if "least" in values:
        return _("%(least)s or more") % values
    return _("at most %(most)s") % values if values else "…"


def _measured(condition: DiscountFrom | MarginBelow | PriceIs | CreditOver) -> str:
    match condition:
        case DiscountFrom():
            values = {"percent": quantity_text(condition.percent)}
            if condition.per == "line":
                return _("one of its lines is %(percent)s%% or more below list") % values
            return _("its goods are %(percent)s%% or more below list") % values
        case MarginBelow():
            text = _("its margin is below %(percent)s%%") % {"percent": quantity_text(condition.percent)}
            return _("%(text)s or not known") % {"text": text} if condition.unknown else text
        case PriceIs():
            return (
                _("a price was typed by hand")
                if condition.by == "hand"
                else _("it has goods priced by formula")
            )
        case CreditOver():
            return _credit(condition)


def _credit(condition: CreditOver) -> str:
    if condition.percent == HUNDRED:
        text = _("the customer would owe more than their credit limit")
    else:
        percent = quantity_text(condition.percent)
        text = _("the customer would owe more than %(percent)s%% of their credit limit") % {
            "percent": percent
        }
    return _("%(text)s, or has something overdue") % {"text": text} if condition.overdue else text


def _order(condition: OrderIs, said: Said) -> str:
    terms = {str(term): str(label) for term, label in TERMS.items()}
    told = (
        (_("its type is %(names)s"), [said.name("order_type", code) for code in condition.order_types]),
        (_("it came by %(names)s"), [said.name("channel", code) for code in condition.channels]),
        (_("it is paid %(names)s"), [terms.get(code, code) for code in condition.terms]),
        (_("it goes to %(names)s"), [region_words(code) for code in condition.regions]),
        (_("it has goods of %(names)s"), [said.name("category", code) for code in condition.categories]),
    )
    return _and([text % {"names": _or(names)} for text, names in told if names]) or "…"


def _customer(condition: CustomerIs, said: Said) -> str:
    found = [said.name("customer", code) for code in condition.customers]
    if condition.tiers:
        tiers = _or([said.name("tier", code) for code in condition.tiers])
        found.append(_("of the tier %(tiers)s") % {"tiers": tiers})
    if condition.segments:
        found.append(_("tagged %(tags)s") % {"tags": _or(condition.segments)})
    if condition.new:
        found.append(pgettext("customer", "new"))
    return _("the customer is %(which)s") % {"which": _or(found) or "…"}


def people_words(step: StepRule, said: Said) -> list[str]:
    """Whom a step asks, each by name."""
    found = [
        *(said.name("role", code) for code in step.roles),
        *(said.name("user", key) for key in step.users),
    ]
    if step.manager:
        found.append(_("the requester's manager"))
    if step.owner:
        found.append(_("the customer's owner"))
    return found


def asked_words(step: StepRule, said: Said) -> str:
    """Whom a step asks, in short: "Sales manager", "everybody of Finance"."""
    people = people_words(step, said)
    if step.need == 0:
        return _("everybody of %(people)s") % {"people": _all(people) or "…"}
    if step.need > 1:
        return _("%(count)s of %(people)s") % {"count": step.need, "people": _or(people) or "…"}
    return _or(people) or "…"


def step_words(step: StepRule, said: Said) -> str:
    """A step as a part of a sentence: "any one of Finance within 8 working hours"."""
    people = people_words(step, said)
    text = asked_words(step, said)
    if step.need == 1 and (step.roles or len(people) > 1):
        text = _("any one of %(people)s") % {"people": text}
    if not step.hours:
        return text
    within = ngettext("within %(count)s working hour", "within %(count)s working hours", step.hours)
    return _("%(text)s %(within)s") % {"text": text, "within": within % {"count": step.hours}}


REASONS: Mapping[str, Promise] = {
    "amount": gettext_lazy("Order amount"),
    "discount": gettext_lazy("Discount"),
    "margin": gettext_lazy("Margin"),
    "price": gettext_lazy("Price"),
    "order": gettext_lazy("Order"),
    "customer": gettext_lazy("Customer"),
    "credit": gettext_lazy("Credit"),
}


def reason_words(kind: str, figure: str, said: Said | None = None, *, may_costs: bool = True) -> str:
    """By which figure a condition held: "Order amount: ¥25,000.00"; what it earns is for those who may see costs."""
    if kind == "margin" and not may_costs:
        return _("Margin too low")
    say = _FIGURES.get(kind)
    told = say(figure) if say else _code_names(kind, figure, said)
    return _("%(what)s: %(figure)s") % {"what": REASONS.get(kind, kind), "figure": told}


def reasons_said(reasons: Iterable[Mapping[str, Any]]) -> Said:
    """How to say the codes that reasons name: an order's type, channel, goods, a customer's tier."""
    wanted: dict[str, set[str]] = {}
    for reason in reasons:
        for kind, figure in reason.get("facts", ()):
            codes = set(str(figure).split(", "))
            for name in _CODES.get(kind, ()):
                wanted.setdefault(name, set()).update(codes)
    return said_of((), wanted)


_CODES = {"order": ("order_type", "channel", "category"), "customer": ("customer", "tier")}


def _code_names(kind: str, figure: str, said: Said | None) -> str:
    if kind == "customer" and figure == "new":
        return pgettext("customer", "new")
    terms = {str(term): str(label) for term, label in TERMS.items()}
    names = said.names if said else {}
    found = []
    for code in figure.split(", "):
        known = (names[(name, code)] for name in _CODES.get(kind, ()) if (name, code) in names)
        found.append(next(known, None) or terms.get(code) or (region_words(code) if "/" in code else code))
    return listed(found)


def _amount_figure(figure: str) -> str:
    number, _sep, currency = figure.partition(" ")
    amount = _number(number)
    if amount is None or currency not in CURRENCIES:
        return figure
    return amount_text(amount, currency, "zh-hans" if in_chinese() else "en")


def _percent_figure(figure: str) -> str:
    number = _number(figure)
    return _("not known") if number is None else f"{quantity_text(number)}%"


def _credit_figure(figure: str) -> str:
    if figure == "overdue":
        return _("something is overdue")
    owed, _sep, limit = figure.partition(" / ")
    numbers = [_number(owed), _number(limit)]
    if None in numbers:
        return figure
    would_owe, may_owe = (f"{number:,.2f}" for number in numbers)
    return _("%(owed)s of %(limit)s") % {"owed": would_owe, "limit": may_owe}


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


_FIGURES: dict[str, Callable[[str], str]] = {
    "amount": _amount_figure,
    "discount": _percent_figure,
    "margin": _percent_figure,
    "price": lambda figure: _("typed by hand") if figure == "hand" else _("by formula"),
    "credit": _credit_figure,
}

CONCERNS: Mapping[Worry, Promise] = {
    Worry.NOBODY: gettext_lazy(
        "Step %(step)s asks nobody who may sign in: administrators would have to decide."
    ),
    Worry.TOO_FEW: gettext_lazy(
        "Step %(step)s needs more people than it asks: all of them would have to agree."
    ),
    Worry.NO_AUTHORITY: gettext_lazy(
        "Nobody whom step %(step)s asks has authority for such orders: nobody could ever decide."
    ),
    Worry.EVERY_ORDER: gettext_lazy("It has no conditions: every order would wait for it."),
    Worry.LETS_ALL_THROUGH: gettext_lazy(
        "It has neither conditions nor steps: every order would go through by itself."
    ),
}


def concern_words(concern: Concern) -> str:
    """What to think over before a rule is switched on."""
    step = "" if concern.step is None else concern.step + 1
    return str(CONCERNS[concern.worry]) % {"step": step}


def _and(parts: Sequence[str]) -> str:
    """Clauses that must all hold."""
    return ("，且" if in_chinese() else " and ").join(parts)


def _or(parts: Sequence[str]) -> str:
    """Names of which one is enough."""
    if in_chinese():
        return "、".join(parts[:-1]) + "或" + parts[-1] if len(parts) > 1 else "".join(parts)
    return ", ".join(parts[:-1]) + " or " + parts[-1] if len(parts) > 1 else "".join(parts)


def _all(parts: Sequence[str]) -> str:
    """Names that all count."""
    if in_chinese():
        return "、".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def _then(parts: Sequence[str]) -> str:
    """Steps one after another."""
    return ("，再由" if in_chinese() else ", then ").join(parts)
