"""The forms of cancelling, splitting and merging orders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.flows.cancel import LONGEST_REASON
from openoms.interfaces.console.forms.base import ConsoleForm, text_area


class CancelForm(ConsoleForm):
    """Why an order is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=text_area(2))
