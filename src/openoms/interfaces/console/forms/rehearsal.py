"""Which past orders a promotion is rehearsed on."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.interfaces.console.forms.base import ConsoleForm, DayField

# Today is one of the ninety.
_DAYS = 89


class RehearsalForm(ConsoleForm):
    """The days whose orders a promotion is tried on."""

    since = DayField(label=_("Orders from"))
    until = DayField(label=_("to"))

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("It ends before it starts."))
        return data


def rehearsal_form() -> RehearsalForm:
    """The form with the days one mostly asks for."""
    today = timezone.localdate()
    return RehearsalForm(initial={"since": today - timedelta(days=_DAYS), "until": today})
