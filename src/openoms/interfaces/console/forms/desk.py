"""The small forms of an order's page: hold, release, remark, comment, tags; and ready remarks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.identity.models import Role
from openoms.domains.orders import labels
from openoms.domains.orders.holds import BY_HAND
from openoms.domains.orders.models import Phrase
from openoms.domains.orders.states import HoldKind, Stage
from openoms.domains.orders.types import NewInstruction, PhraseInput
from openoms.interfaces.console.forms.base import ConsoleForm, DayField, text_area
from openoms.interfaces.console.templatetags.oms import named


class HoldForm(ConsoleForm):
    """Why an order is to wait, and before which stage."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(k.value, name) for k, name in labels.HOLD_KIND.items() if k in BY_HAND],
        initial=HoldKind.MANUAL,
    )
    hold_stage = forms.ChoiceField(
        label=_("Stop before"),
        choices=[("", pgettext_lazy("hold", "As usual for the kind")), *labels.choices(labels.STAGE)],
        required=False,
    )
    hold_reason = forms.CharField(label=_("Reason"), max_length=500)

    def value(self) -> dict[str, Any]:
        """The arguments of the flow."""
        data = self.cleaned_data
        stage = Stage(data["hold_stage"]) if data["hold_stage"] else None
        return {"reason": data["hold_reason"], "kind": HoldKind(data["kind"]), "stage": stage}


class RemarkForm(ConsoleForm):
    """A remark: what, for whom, at which stage, by when."""

    text = forms.CharField(label=_("Remark"), max_length=5000, widget=text_area(2))
    audience = forms.ChoiceField(label=_("For"))
    stage = forms.ChoiceField(label=_("Stage"), choices=labels.choices(labels.STAGE), initial=Stage.PACKING)
    blocking = forms.BooleanField(label=_("Must be confirmed before this stage"), required=False)
    due = DayField(label=_("Due on"), required=False)

    def __init__(self, *args: Any, roles: Mapping[str, Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = audience_choices(roles)  # type: ignore[attr-defined]
        self.fields["audience"].initial = "warehouse"

    def value(self) -> NewInstruction:
        """The remark typed."""
        return NewInstruction(**self.cleaned_data)


class PhraseForm(ConsoleForm):
    """A ready remark."""

    text = forms.CharField(label=_("Remark"), max_length=300)
    text_zh = forms.CharField(label=_("Remark in Chinese"), max_length=300, required=False)
    audience = forms.ChoiceField(label=_("For"))
    stage = forms.ChoiceField(label=_("Stage"), choices=labels.choices(labels.STAGE), initial=Stage.PACKING)
    blocking = forms.BooleanField(label=_("Must be confirmed before this stage"), required=False)

    def __init__(self, *args: Any, phrase: Phrase | None = None, **kwargs: Any) -> None:
        if phrase is not None:
            kwargs["initial"] = {name: getattr(phrase, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        roles = {role.code: role for role in Role.objects.all()}
        self.fields["audience"].choices = audience_choices(roles)  # type: ignore[attr-defined]

    def value(self) -> PhraseInput:
        """The ready remark typed."""
        data = self.cleaned_data
        return PhraseInput(
            data["text"], data["text_zh"], data["audience"], Stage(data["stage"]), data["blocking"]
        )


def audience_choices(roles: Mapping[str, Role]) -> list[tuple[str, str]]:
    """The roles remarks can be addressed to."""
    return [(code, named(role)) for code, role in roles.items() if code != "customer"]
