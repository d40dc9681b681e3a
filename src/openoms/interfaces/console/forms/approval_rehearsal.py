"""Which past orders an approval rule is rehearsed on, and beside which others."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.interfaces.console.forms.rehearsal import RehearsalForm

# Today is one of the ninety.
_DAYS = 89


class ApprovalRehearsalForm(RehearsalForm):
    """The days, and whether the other rules take part."""

    beside = forms.ChoiceField(
        label=_("Which rules"),
        required=False,
        choices=[("", _("This rule alone")), ("all", _("With all rules that are on"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        setattr(self.fields["beside"], "hide_optional", True)  # noqa: B010 - read by widgets.py


def rehearsal_form(prefix: str | None = None) -> ApprovalRehearsalForm:
    """The form with the days one mostly asks for."""
    today = timezone.localdate()
    initial = {"since": today - timedelta(days=_DAYS), "until": today}
    return ApprovalRehearsalForm(initial=initial, prefix=prefix)
