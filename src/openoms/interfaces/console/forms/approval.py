"""What is typed when a request for approval is decided."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.core.types import Actor
from openoms.interfaces.console.forms.base import ConsoleForm, text_area
from openoms.interfaces.console.forms.people import people_choices


class CommentForm(ConsoleForm):
    """What is said with an approval."""

    comment = forms.CharField(label=_("Comment"), required=False, max_length=1000, widget=text_area(2))


class ReasonForm(ConsoleForm):
    """Why it is rejected, or taken over."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=text_area(2))


class HandOverForm(ConsoleForm):
    """To whom it is handed over."""

    to = forms.TypedChoiceField(label=_("Hand over to"), coerce=UUID)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1000)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [one for one in people_choices()[1:] if one[0] != str(actor.user_id)]
        self.fields["to"].choices = [("", "–"), *people]  # type: ignore[attr-defined]


class TextForm(ConsoleForm):
    """A question, or its answer."""

    text = forms.CharField(label=_("Question"), max_length=1000, widget=text_area(2))


class AnswerForm(ConsoleForm):
    """An answer."""

    text = forms.CharField(label=_("Answer"), max_length=1000, widget=text_area(2))
