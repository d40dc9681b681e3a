"""What rules, authorities and absences are refused for, as refusals.py looks it up: whole sentences, and those with a blank."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.approvals.labels import REQUEST_STATE
from openoms.domains.approvals.process import RequestState

WHY_NOT: Mapping[str, Promise] = {
    "closed": gettext_lazy("It is decided or withdrawn already."),
    "self_approval": gettext_lazy("Nobody decides what they asked for themselves."),
    "decided": gettext_lazy("You have decided already."),
    "handed_over": gettext_lazy("You handed it over to somebody else."),
    "not_asked": gettext_lazy("You are not among those who are asked at this step."),
    "authority:none": gettext_lazy("You have no authority to approve orders."),
    "authority:currency": gettext_lazy("Your authority is in other currencies."),
    "authority:amount": gettext_lazy("Its amount lies outside of your authority."),
    "authority:order_type": gettext_lazy("Your authority does not extend to its order type."),
    "authority:category": gettext_lazy("Your authority does not extend to all of its goods."),
}


def why_not(code: str) -> str:
    """Why somebody may not decide, as told to them; nothing for no reason."""
    return str(WHY_NOT.get(code, code))


def _closed(data: Mapping[str, Any]) -> str:
    state = str(data.get("state", ""))
    shown = REQUEST_STATE[RequestState(state)] if state in set(RequestState) else state
    return _("Meanwhile this approval is “%(state)s”.") % {"state": shown}


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "no_authority": lambda data: why_not(str(data.get("reason", ""))),
    "approval_closed": _closed,
    "no_such_approval": lambda data: _("There is no such approval."),
    "question_answered": lambda data: _("Somebody answered the question already."),
}
CONSTANT: Mapping[str, Promise] = {
    "Say why.": gettext_lazy("Say why."),
    "Whoever asked for the approval cannot decide it.": gettext_lazy(
        "Whoever asked for the approval cannot decide it."
    ),
    "This person is asked at this step already.": gettext_lazy("This person is asked at this step already."),
    "Give the rule a name.": gettext_lazy("Give the rule a name."),
    "A code has 1 to 40 letters, digits, hyphens and underscores.": gettext_lazy(
        "A code has 1 to 40 letters, digits, hyphens and underscores."
    ),
    "A priority lies between -32,767 and 32,767.": gettext_lazy(
        "A priority lies between -32,767 and 32,767."
    ),
    "A margin lies between -100 and 100 per cent.": gettext_lazy(
        "A margin lies between -100 and 100 per cent."
    ),
    "A share of the limit lies between 0 and 1,000 per cent.": gettext_lazy(
        "A share of the limit lies between 0 and 1,000 per cent."
    ),
    "An amount lies between 0 and 1,000,000,000,000.": gettext_lazy(
        "An amount lies between 0 and 1,000,000,000,000."
    ),
    "An amount has at most 4 decimals.": gettext_lazy("An amount has at most 4 decimals."),
    "Amounts need a currency.": gettext_lazy("Amounts need a currency."),
    "Name at least one.": gettext_lazy("Name at least one."),
    "Say what the step is called.": gettext_lazy("Say what the step is called."),
    "Say who is asked.": gettext_lazy("Say who is asked."),
    "These people are asked by an earlier step already.": gettext_lazy(
        "These people are asked by an earlier step already."
    ),
    "Name a role or a person, one of the two.": gettext_lazy("Name a role or a person, one of the two."),
    "There is no such authority.": gettext_lazy("There is no such authority."),
    "There is no such arrangement.": gettext_lazy("There is no such arrangement."),
    "There is no such person.": gettext_lazy("There is no such person."),
    "Nobody stands in for themselves.": gettext_lazy("Nobody stands in for themselves."),
    "Say whose absence it is.": gettext_lazy("Say whose absence it is."),
    "This is arranged for that time already.": gettext_lazy("This is arranged for that time already."),
    "Away at that time too: the decision would come back to who is away.": gettext_lazy(
        "Away at that time too: the decision would come back to who is away."
    ),
    "A rate lies between 0.00000001 and 1,000,000,000.": gettext_lazy(
        "A rate lies between 0.00000001 and 1,000,000,000."
    ),
    "A rate has at most 8 decimals.": gettext_lazy("A rate has at most 8 decimals."),
    "The firm's own currency is always worth 1.": gettext_lazy("The firm's own currency is always worth 1."),
    "They would be their own manager by way of others.": gettext_lazy(
        "They would be their own manager by way of others."
    ),
}
PATTERNS: tuple[tuple[str, Promise], ...] = (
    (
        r"This person could not decide it: their authority does not extend to it \(.*\)\.$",
        gettext_lazy("This person could not decide it: their authority does not extend to it."),
    ),
    (r"A note has at most (?P<most>\d+) characters\.$", gettext_lazy("A note has at most %(most)s characters.")),
    (r"At most (?P<most>\d+) characters\.$", gettext_lazy("At most %(most)s characters.")),
    (r"A rule has at most (?P<most>\d+) conditions\.$", gettext_lazy("A rule has at most %(most)s conditions.")),
    (r"A rule has at most (?P<most>\d+) steps\.$", gettext_lazy("A rule has at most %(most)s steps.")),
    (r"A number between (?P<least>\d+) and (?P<most>[\d,]+)\.$", gettext_lazy("A number between %(least)s and %(most)s.")),
    (r"A reason has at most (?P<most>\d+) characters\.$", gettext_lazy("A reason has at most %(most)s characters.")),
    (r"There is a rule '(?P<code>.*)' already\.$", gettext_lazy("There is a rule “%(code)s” already.")),
    (r"There is no rule '(?P<code>.*)'\.$", gettext_lazy("There is no rule “%(code)s”.")),
    (r"There is no role '(?P<code>.*)'\.$", gettext_lazy("There is no role “%(code)s”.")),
    (r"There is no person '(?P<code>.*)'\.$", gettext_lazy("There is no person “%(code)s”.")),
    (r"There is no terms '(?P<code>.*)'\.$", gettext_lazy("There are no payment terms “%(code)s”.")),
)  # fmt: skip
