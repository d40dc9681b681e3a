"""What rules, authorities and absences are refused for, as refusals.py looks it up: whole sentences, and those with a blank."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

CONSTANT: Mapping[str, Promise] = {
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
    "They would be their own manager by way of others.": gettext_lazy(
        "They would be their own manager by way of others."
    ),
}
PATTERNS: tuple[tuple[str, Promise], ...] = (
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
