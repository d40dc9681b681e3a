"""Refusals in the person's language: by code where the code says it all, else by the sentence itself."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.core.errors import DomainError, FieldProblem
from openoms.domains.identity.labels import LABELS
from openoms.domains.orders.labels import HOLD_ENDS, HOLD_KIND, INSTRUCTION_STATE, STATUS
from openoms.interfaces.console import (
    approval_refusals,
    deed_refusals,
    fulfilment_refusals,
    notification_refusals,
    payment_refusals,
    pricing_refusals,
    promotion_refusals,
    stock_refusals,
    supply_refusals,
)


def _permission(data: Mapping[str, Any]) -> str:
    code = str(data.get("permission", ""))
    label = LABELS.get(code, code)  # type: ignore[call-overload]  # plain text finds the StrEnum of that value
    return _("This needs the permission “%(permission)s”. Ask an administrator for it.") % {
        "permission": label
    }


def _out_of_stock(data: Mapping[str, Any]) -> str:
    said = [
        _("line %(line)s, %(sku)s: %(available)s of %(wanted)s") % shortage for shortage in data["shortages"]
    ]
    return _("Not everything can be promised: %(lines)s.") % {"lines": "; ".join(said)}


def _illegal_move(data: Mapping[str, Any]) -> str:
    states = {name: STATUS.get(data[name], data[name]) for name in ("current", "target")}
    return _("The order is “%(current)s” and cannot become “%(target)s”.") % states


def _wrong_part_count(data: Mapping[str, Any]) -> str:
    if data["least"] == data["most"]:
        return _("Choose %(least)s different parts of “%(group)s”.") % data
    return _("Choose %(least)s to %(most)s different parts of “%(group)s”.") % data


def _ends_with(data: Mapping[str, Any]) -> str:
    kind = str(data.get("kind", ""))
    return _("“%(kind)s” is placed and released by the system. %(end)s") % {
        "kind": HOLD_KIND.get(kind, kind),  # type: ignore[call-overload]  # plain text finds the StrEnum
        "end": HOLD_ENDS.get(kind, ""),  # type: ignore[call-overload]
    }


def _on_hold(data: Mapping[str, Any]) -> str:
    names = [str(HOLD_KIND.get(kind, kind)) for kind in data.get("holds", ())]
    return _("The order is on hold: %(holds)s.") % {"holds": ", ".join(names)}


def _remark_is(data: Mapping[str, Any]) -> str:
    state = str(data.get("state", ""))
    return _("This remark is already “%(state)s”.") % {"state": INSTRUCTION_STATE.get(state, state)}  # type: ignore[call-overload]


def _service_is(data: Mapping[str, Any]) -> str:
    sentences = {
        "performed": _("This service was performed already."),
        "signed": _("This service was signed for already."),
        "not_performed": _("A service is signed for once it was performed."),
    }
    return sentences.get(str(data.get("state")), "")


def _cannot_split(data: Mapping[str, Any]) -> str:
    sentences = {
        "unknown_line": _("There is no line %(line)s in this order."),
        "too_much": _("More of line %(line)s is given out than it holds."),
        "too_little": _("Some of line %(line)s is in none of the parts."),
        "not_positive": _("The quantities of line %(line)s must be above 0."),
        "empty_part": _("Each part needs at least one line."),
        "one_part": _("Choose what goes into the other part: all of it is the order itself."),
        "broken_piece": _("Whole pieces of line %(line)s cannot be broken."),
        "imported": _("An imported order cannot be split."),
        "not_approved": _("Only approved orders can be split."),
        "begun": _("Somebody has begun to carry out this order; it can no longer be split."),
        "other_terms": _("Only orders in one currency, with tax shown the same way, can be merged."),
    }
    return sentences.get(str(data.get("reason")), "") % data


_BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "illegal_move": _illegal_move,
    "out_of_stock": _out_of_stock,
    "cannot_split": _cannot_split,
    "changed_meanwhile": lambda data: _(
        "Somebody changed this since you opened it. Look at what it is now; saving again replaces it."
    ),
    "stale_revision": lambda data: (
        _(
            "Somebody changed the order meanwhile (revision %(current_revision)s). Look at it again, then repeat the step."
        )
        % data
    ),
    "duplicate_external_id": lambda data: (
        _("This channel already has an order with the reference “%(external_id)s”: %(number)s.") % data
    ),
    "system_hold": _ends_with,
    "on_hold": _on_hold,
    "hold_exists": lambda data: _("The order is on hold for this already."),
    "hold_released": lambda data: _("Somebody has released this hold already."),
    "order_closed": lambda data: (
        _("The order is “%(status)s”; that cannot be changed any more.")
        % {"status": STATUS.get(data["current"], data["current"])}
    ),
    "instruction_closed": _remark_is,
    "not_a_service": lambda data: _("Line %(line)s is no service.") % data,
    "service_step": _service_is,
    "not_addressed": lambda data: _("This remark is for another role."),
    "unknown_sku": lambda data: _("There is no active SKU “%(sku)s”. Choose one from the catalogue.") % data,
    "no_price": lambda data: (
        _("“%(sku)s” has no price in %(currency)s for this customer. Add it to a price list or type a price.")
        % data
    ),
    "not_on_sale": lambda data: _("“%(sku)s” is not on sale today. Choose another one.") % data,
    "pack_multiple": lambda data: (
        _("“%(sku)s” is sold in packs of %(pack)s: order a multiple of that.") % data
    ),
    "below_minimum": lambda data: _("“%(sku)s” is sold from %(least)s on.") % data,
    "unknown_option": lambda data: _("There is no option “%(option)s” to choose here.") % data,
    "unknown_option_value": lambda data: _("The option “%(option)s” has no value “%(value)s”.") % data,
    "option_required": lambda data: _("Choose a value for “%(option)s”.") % data,
    "one_value_only": lambda data: _("Choose only one value for “%(option)s”.") % data,
    "incompatible_options": lambda data: (
        _("“%(one)s” and “%(other)s” do not go together. Take one of them away.") % data
    ),
    "no_option_price": lambda data: _("“%(what)s” has no price in %(currency)s.") % data,
    "options_below_zero": lambda data: _("The options take more off “%(sku)s” than it costs.") % data,
    "unknown_group": lambda data: _("There is no group “%(group)s” of parts to choose from here.") % data,
    "unknown_part": lambda data: _("The group “%(group)s” has no part “%(sku)s”.") % data,
    "wrong_part_count": _wrong_part_count,
    "in_use": lambda data: _("“%(what)s” is in use and cannot be taken away or changed in kind.") % data,
    "stale_row": lambda data: (
        _("%(value)s was changed by somebody else since this sheet was exported. Export it again.") % data
    ),
    "code_taken": lambda data: _("The code “%(value)s” is taken. Choose another one.") % data,
    "unavailable": lambda data: _("The database did not answer in time. Try again in a moment."),
    "idempotency_key_reused": lambda data: _(
        "This page has placed an order already. Open a new page for the next one."
    ),
    "not_a_draft": lambda data: (
        _("The order is “%(current)s”; only a draft can be edited. Withdraw it first.")
        % {"current": STATUS.get(data["current"], data["current"])}
    ),
    "quotation_expired": lambda data: (
        _("The quotation was valid until %(valid_until)s. Edit it to price it anew, then submit it.") % data
    ),
    **pricing_refusals.BY_CODE,
    **approval_refusals.BY_CODE,
    **notification_refusals.BY_CODE,
    **payment_refusals.BY_CODE,
    **deed_refusals.BY_CODE,
    **supply_refusals.BY_CODE,
    **stock_refusals.BY_CODE,
    **fulfilment_refusals.BY_CODE,
    "last_price": lambda data: _("At least one price must stay on “%(list)s”.") % data,
}

# Sentences without anything to fill in are looked up as they are; gettext_lazy marks them for the catalogue.
_CONSTANT: dict[str, Promise] = {
    **promotion_refusals.CONSTANT,
    **approval_refusals.CONSTANT,
    **pricing_refusals.CONSTANT,
    **notification_refusals.CONSTANT,
    **payment_refusals.CONSTANT,
    **deed_refusals.CONSTANT,
    **supply_refusals.CONSTANT,
    **fulfilment_refusals.CONSTANT,
    "An order needs at least one line.": gettext_lazy("An order needs at least one line."),
    "An order needs a customer.": gettext_lazy("An order needs a customer."),
    "A quantity lies above 0 and up to 1,000,000,000.": gettext_lazy(
        "A quantity lies above 0 and up to 1,000,000,000."
    ),
    "A quantity has at most 6 decimals.": gettext_lazy("A quantity has at most 6 decimals."),
    "A unit price lies between 0 and 999,999,999,999.": gettext_lazy(
        "A unit price lies between 0 and 999,999,999,999."
    ),
    "A price typed by hand needs a reason.": gettext_lazy("A price typed by hand needs a reason."),
    "A percent discount lies between 0 and 100.": gettext_lazy("A percent discount lies between 0 and 100."),
    "The requested date lies in the past.": gettext_lazy("The requested date lies in the past."),
    "The order's total is larger than can be kept. Split it.": gettext_lazy(
        "The order's total is larger than can be kept. Split it."
    ),
    "One order cannot mix prices with tax and prices without. Put both skus on one price list.": gettext_lazy(
        "One order cannot mix prices with tax and prices without. Put both SKUs on one price list."
    ),
    "The last day of a quotation lies in the past.": gettext_lazy(
        "The last day of a quotation lies in the past."
    ),
    "This is more than an unfinished order can keep. Save it as a draft.": gettext_lazy(
        "This is more than an unfinished order can keep. Save it as a draft."
    ),
    "A customer needs a name.": gettext_lazy("A customer needs a name."),
    "The customer has no such address.": gettext_lazy("The customer has no such address."),
    "The customer has no such contact.": gettext_lazy("The customer has no such contact."),
    "One of the two was merged already.": gettext_lazy("One of the two was merged already."),
    "A customer cannot be merged with itself.": gettext_lazy("A customer cannot be merged with itself."),
    "A credit limit is not negative.": gettext_lazy("A credit limit is not negative."),
    "A credit limit needs a currency.": gettext_lazy("A credit limit needs a currency."),
    "Credit days lie between 0 and 3650.": gettext_lazy("Credit days lie between 0 and 3650."),
    "The payment terms are prepaid or credit.": gettext_lazy("The payment terms are prepaid or credit."),
    "There is no such channel.": gettext_lazy("There is no such channel."),
    "Consent is given or withdrawn.": gettext_lazy("Consent is given or withdrawn."),
    "There is no such role of a contact.": gettext_lazy("There is no such role of a contact."),
    "There is no such language.": gettext_lazy("There is no such language."),
    "The address does not fit its country.": gettext_lazy("The address does not fit its country."),
    "A tax rate is a share between 0 and 1, such as 0.13.": gettext_lazy(
        "A tax rate lies between 0 and 100 percent."
    ),
    "A fee is not negative.": gettext_lazy("A fee is not negative."),
    "A minimum quantity is above 0.": gettext_lazy("A minimum quantity is above 0."),
    "Two prices start at one quantity.": gettext_lazy("Two prices start at the same quantity."),
    "A category cannot lie below itself.": gettext_lazy("A category cannot lie below itself."),
    "A new sku needs the code of its product.": gettext_lazy("A new SKU needs the code of its product."),
    "A variant has one value of each option.": gettext_lazy("A variant has one value of each option."),
    "A required option needs a value to choose.": gettext_lazy("A required option needs a value to choose."),
    "A value cannot exclude itself.": gettext_lazy("A value cannot exclude itself."),
    "A bundle cannot contain itself or another bundle.": gettext_lazy(
        "A bundle cannot contain itself or another bundle."
    ),
    "A group needs at least one part.": gettext_lazy("A group needs at least one part."),
    "Say how many parts are chosen: at most as many as there are.": gettext_lazy(
        "Say how many parts are chosen: at most as many as there are."
    ),
    "A quantity of parts is above 0.": gettext_lazy("A quantity of parts is above 0."),
    "A surcharge is not negative.": gettext_lazy("A surcharge is not negative."),
    "A cost lies between 0 and 999,999,999,999.": gettext_lazy("A cost lies between 0 and 999,999,999,999."),
    "An amount lies between -999,999,999,999 and 999,999,999,999.": gettext_lazy(
        "An amount lies between -999,999,999,999 and 999,999,999,999."
    ),
    "A picture has at most 5 MB.": gettext_lazy("A picture has at most 5 MB."),
    "A picture has at most 40 million pixels.": gettext_lazy("A picture has at most 40 million pixels."),
    "Choose a JPEG, PNG or WebP picture.": gettext_lazy("Choose a JPEG, PNG or WebP picture."),
    "There is no such picture.": gettext_lazy("There is no such picture."),
    "A sheet has at most 5 MB.": gettext_lazy("A sheet has at most 5 MB."),
    "This file cannot be read as a sheet.": gettext_lazy("This file cannot be read as a sheet."),
    "The sheet needs the columns code and version, as it was exported.": gettext_lazy(
        "The sheet needs the columns code and version, as it was exported."
    ),
    "A SKU is in the sheet twice.": gettext_lazy("A SKU is in the sheet twice."),
    "Write yes or no.": gettext_lazy("Write yes or no."),
    "The last day on sale comes before the first.": gettext_lazy(
        "The last day on sale comes before the first."
    ),
    "A variant's price is that of its sku: set it on the price lists.": gettext_lazy(
        "A variant's price is that of its SKU: set it on the price lists."
    ),
    "Somebody with this e-mail address exists already.": gettext_lazy(
        "Somebody with this e-mail address exists already."
    ),
    "The last administrator must stay one.": gettext_lazy("The last administrator must stay one."),
    "The administrator may do everything; that cannot be changed.": gettext_lazy(
        "The administrator may do everything; that cannot be changed."
    ),
    "There is no such ready remark.": gettext_lazy("There is no such ready remark."),
    "The order has no such hold.": gettext_lazy("The order has no such hold."),
    "The order has no such remark.": gettext_lazy("The order has no such remark."),
    "Say who signed.": gettext_lazy("Say who signed."),
    "There is no such view.": gettext_lazy("There is no such view."),
    "A view needs a name of up to 60 characters.": gettext_lazy(
        "A view needs a name of up to 60 characters."
    ),
    "At most 50 views. Remove one you no longer use.": gettext_lazy(
        "At most 50 views. Remove one you no longer use."
    ),
    "Say why.": gettext_lazy("Say why."),
    "Say why it is not possible.": gettext_lazy("Say why it is not possible."),
    "A remark needs a text.": gettext_lazy("A remark needs a text."),
    "A comment needs a text.": gettext_lazy("A comment needs a text."),
    "A tag has up to 40 characters and no comma.": gettext_lazy(
        "A tag has up to 40 characters and no comma."
    ),
    "An order has at most 20 tags.": gettext_lazy("An order has at most 20 tags."),
    "There is no such person.": gettext_lazy("There is no such person."),
    "There is no such key.": gettext_lazy("There is no such key."),
    "Give the key a name that says what uses it.": gettext_lazy(
        "Give the key a name that says what uses it."
    ),
    "The key would have expired already.": gettext_lazy("The key would have expired already."),
}

# Sentences with something filled in: what the domain says, and how the console says it with the same parts.
_PATTERNS: tuple[tuple[re.Pattern[str], Promise], ...] = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        *promotion_refusals.PATTERNS,
        *approval_refusals.PATTERNS,
        *pricing_refusals.PATTERNS,
        *fulfilment_refusals.PATTERNS,
        (r"There is no customer '(?P<code>.*)'\.$", gettext_lazy("There is no customer “%(code)s”.")),
        (r"There is a customer '(?P<code>.*)' already\.$", gettext_lazy("There is a customer “%(code)s” already.")),
        (r"The customer (?P<code>.*) is closed for new orders\.$", gettext_lazy("The customer %(code)s is closed for new orders.")),
        (r"There is a price list '(?P<code>.*)' already\.$", gettext_lazy("There is a price list “%(code)s” already.")),
        (r"A product has at most (?P<count>.*) pictures\.$", gettext_lazy("A product has at most %(count)s pictures.")),
        (r"'(?P<text>.*)' is not a number of 0 or more\.$", gettext_lazy("“%(text)s” is not a number of 0 or more.")),
        (r"'(?P<text>.*)' is not a day such as 2026-01-31\.$", gettext_lazy("“%(text)s” is not a day such as 2026-01-31.")),
        (r"A sheet has at most (?P<count>.*) rows\.$", gettext_lazy("A sheet has at most %(count)s rows.")),
        (r"There is no sku '(?P<code>.*)'\.$", gettext_lazy("There is no SKU “%(code)s”.")),
        (r"There is no value '(?P<text>.*)'\.$", gettext_lazy("There is no value “%(text)s”.")),
        (r"The code '(?P<code>.*)' is there twice\.$", gettext_lazy("The code “%(code)s” is there twice.")),
        (r"There are two amounts in (?P<code>.*)\.$", gettext_lazy("There are two amounts in %(code)s.")),
        (r"Choose a value for the option (?P<option>.*)\.$", gettext_lazy("Choose a value for “%(option)s”.")),
        (r"(?P<code>.*) is that version of the product already\.$", gettext_lazy("%(code)s is that version of the product already.")),
        (r"(?P<code>.*) is part of a bundle: a bundle cannot contain one\.$", gettext_lazy("%(code)s is part of a bundle: a bundle cannot contain one.")),
        (r"(?P<code>.*) has an option that must be chosen: it cannot be part of a bundle\.$", gettext_lazy("%(code)s has an option that must be chosen: it cannot be part of a bundle.")),
        (r"Another sku has the barcode '(?P<code>.*)'\.$", gettext_lazy("Another SKU has the barcode “%(code)s”.")),
        (r"There is no order (?P<code>.*)\.$", gettext_lazy("There is no order %(code)s.")),
        (r"A customer has at most (?P<most>\d+) tags\.$", gettext_lazy("A customer has at most %(most)s tags.")),
        (r"'(?P<text>.*)' is not a valid phone number", gettext_lazy("“%(text)s” is not a valid phone number. Write it with its country code, such as +86 138 0000 0000.")),
        (r"'(?P<text>.*)' is not a valid e-mail address", gettext_lazy("“%(text)s” is not a valid e-mail address.")),
        (r"'(?P<text>.*)' is not an ISO 3166 country code", gettext_lazy("“%(text)s” is not a country.")),
        (r"'(?P<text>.*)' is not an ISO 4217 currency code", gettext_lazy("“%(text)s” is not a currency code.")),
        (r"The discount must lie between 0 and (?P<most>.*)\.$", gettext_lazy("The discount must lie between 0 and %(most)s.")),
        (r"You cannot give the role (?P<role>.*): it may do more", gettext_lazy("You cannot give the role “%(role)s”: it may do more than you may.")),
    )
)  # fmt: skip

_BY_PROBLEM = {
    "required": gettext_lazy("This is needed for an address in that country."),
    "invalid": gettext_lazy("There is no such place in that country."),
}


def sentence(error: DomainError) -> str:
    """What the refusal says."""
    if "permission" in error.data:
        return _permission(error.data)
    by_code = _BY_CODE.get(error.code)
    return by_code(error.data) if by_code else _spoken(error.detail)


def problem_sentence(problem: FieldProblem, error: DomainError) -> str:
    """What one problem of the refusal says, to be shown beside its field."""
    part, _rest, why = problem.code.rpartition("_")
    if part in {"region", "city", "district", "line", "postcode", "country"} and why in _BY_PROBLEM:
        return str(_BY_PROBLEM[why])
    return sentence(error) if problem.message == error.detail else _spoken(problem.message)


def _spoken(text: str) -> str:
    """The sentence in the present language, or as it is."""
    constant = _CONSTANT.get(text)
    if constant is not None:
        return str(constant)
    for pattern, translated in _PATTERNS:
        match = pattern.match(text)
        if match:
            return str(translated) % match.groupdict()
    return text
