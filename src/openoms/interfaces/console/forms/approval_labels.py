"""The words in the form of an approval rule: what its choices are called, and the sentences its fields stand in.

In a sentence `{field}` is a field's place and `[…]` a part that is there only while its field applies.
"""

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choices: TypeAlias = list[tuple[str, Promise | str]]

CONDITION_KIND: Choices = [
    ("amount", pgettext_lazy("approval form", "the order comes to")),
    ("discount", pgettext_lazy("approval form", "it is below list by at least")),
    ("margin", pgettext_lazy("approval form", "its margin is below")),
    ("price", pgettext_lazy("approval form", "it has a price that was")),
    ("order", pgettext_lazy("approval form", "the order is")),
    ("customer", pgettext_lazy("approval form", "the customer is")),
    ("credit", pgettext_lazy("approval form", "the customer would owe more than")),
]
PER: Choices = [
    ("order", pgettext_lazy("approval form", "all goods together")),
    ("line", pgettext_lazy("approval form", "any one line")),
]
BY: Choices = [
    ("hand", pgettext_lazy("approval form", "typed by hand")),
    ("formula", pgettext_lazy("approval form", "reckoned by a formula")),
]
NEED: Choices = [
    ("any", pgettext_lazy("approval form", "any one of")),
    ("all", pgettext_lazy("approval form", "everybody of")),
    ("some", pgettext_lazy("approval form", "so many of")),
]
CONDITION_PATTERNS: Mapping[str, Promise] = {
    "kind": _(
        "{kind} [{currency}] [{least} or more] [and at most {most}] [{percent} %] [, counting {per}] [{by}]"
    ),
    "customer": _("[one of {customers}] [or tagged {segments}]"),
    "order": _("[with goods of {categories}] [sent to {regions}]"),
}
STEP_PATTERNS: Mapping[str, Promise] = {
    "who": _("ask {many} [{count}] {who}"),
    "hours": _("within {hours} working hours (empty: no deadline)"),
}
