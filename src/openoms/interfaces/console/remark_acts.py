"""What a person can do with a remark: the buttons beside it, in Python, for an inbox has three of them a row."""

from collections.abc import Mapping
from functools import lru_cache

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.domains.orders.states import InstructionState
from openoms.interfaces.console.markup import fill, joined
from openoms.interfaces.console.templatetags.oms import icon
from openoms.reading.order_page import ShownRemark

# The last part of the address that leads to each state.
_STEPS: Mapping[str, str] = {
    InstructionState.ACKNOWLEDGED: "acknowledge",
    InstructionState.DONE: "done",
    InstructionState.NOT_POSSIBLE: "not-possible",
    InstructionState.WITHDRAWN: "withdraw",
}


def remark_acts(shown: ShownRemark, *, token: str, swap: bool, back: str = "") -> SafeString:
    """A form for each step; `swap` has the row of the inbox replaced, `back` leads to that address of the warehouse.

    Nothing is withdrawn in either place.
    """
    return joined(
        _form(shown, state, token=token, swap=swap, back=back)
        for state in _STEPS
        if state in shown.steps and not ((swap or back) and state == InstructionState.WITHDRAWN)
    )


def _form(shown: ShownRemark, state: str, *, token: str, swap: bool, back: str) -> SafeString:
    name = "warehouse-remark" if back else "remark-answer"
    address = reverse(name, args=(shown.number, shown.remark.pk, _STEPS[state]))
    before, inside, after = _words(state, get_language())
    way = fill(' hx-post="{}" hx-target="closest tr" hx-swap="outerHTML"', address) if swap else " data-once"
    return fill(
        '{}<form method="post" action="{}"{}><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}{}</form>{}',
        before,
        address,
        SafeString(way),  # nosec B703 - filled above
        token,
        fill('<input type="hidden" name="next" value="{}">', back) if back else SafeString(""),
        inside,
        after,
    )


@lru_cache(64)
def _words(state: str, language: str | None) -> tuple[SafeString, SafeString, SafeString]:
    """What stands before, in and after the form; made once in each language, which is that of the request."""
    nothing = SafeString("")
    if state == InstructionState.NOT_POSSIBLE:
        summary = fill(
            '<details class="inline-deed"><summary class="btn btn-sm btn-ghost">{}{}</summary>',
            icon("ban"),
            _("Not possible"),
        )
        ask = _("Why not? The author is told.")
        answer = fill(
            '<input type="text" name="answer" class="form-control" required maxlength="1000" placeholder="{}" '
            'aria-label="{}"><button type="submit" class="btn btn-primary">{}</button>',
            ask,
            ask,
            _("Answer"),
        )
        return summary, answer, SafeString("</details>")
    css, picture, label = {
        InstructionState.ACKNOWLEDGED: (" btn-primary", "eye", _("Confirm")),
        InstructionState.DONE: ("", "check", _("Done")),
        InstructionState.WITHDRAWN: (" btn-ghost", "x", _("Withdraw remark")),
    }[InstructionState(state)]
    button = '<button type="submit" class="btn btn-sm{}">{}{}</button>'
    return nothing, fill(button, css, icon(picture), label), nothing
