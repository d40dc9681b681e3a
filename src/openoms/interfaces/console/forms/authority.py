"""Forms of who may approve what, and of absences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.core.clock import now
from openoms.core.money import CURRENCIES
from openoms.core.types import Actor
from openoms.domains.approvals.models import Authority
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import OUTSIDE
from openoms.domains.orders.models import OrderType
from openoms.flows.edit_authorities import AuthorityInput
from openoms.interfaces.console.forms.approval_condition import FoundField, currencies
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, InstantField, NumberField
from openoms.interfaces.console.forms.people import people_choices
from openoms.interfaces.console.forms.promotion_fields import coded
from openoms.interfaces.console.templatetags.oms import named


class AuthorityForm(ConsoleForm):
    """How far the say of a role or a person goes. `holder` is "role:finance" or "user:<key>"."""

    holder = forms.ChoiceField(label=_("Whose"))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    least = NumberField(label=pgettext_lazy("amount", "From"), required=False)
    most = NumberField(label=_("Up to"), required=False)
    order_types = forms.MultipleChoiceField(
        label=_("Only of these order types"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = FoundField("category", label=_("Only goods of these categories"))

    def __init__(
        self, data: Any = None, *, authority: Authority | None = None, given: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=_initial(authority) if authority else given or {})
        self.authority = authority
        own = str(self["currency"].value() or "")
        choices = [("", _("any currency")), *currencies(own)]
        self.fields["currency"].choices = choices  # type: ignore[attr-defined]
        types = [(row.code, named(row)) for row in OrderType.objects.all()]
        self.fields["order_types"].choices = types  # type: ignore[attr-defined]
        for name in ("order_types", "categories", "currency", "least", "most"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py
        if authority is not None:
            del self.fields["holder"]
        else:
            self.fields["holder"].choices = holders()  # type: ignore[attr-defined]

    def value(self) -> AuthorityInput:
        """The authority as typed."""
        kind, _sep, code = self.cleaned_data["holder"].partition(":")
        return AuthorityInput(
            role=code if kind == "role" else "", user=UUID(code) if kind == "user" else None, **self.changes()
        )

    def changes(self) -> dict[str, Any]:
        """How far it goes, without whose it is."""
        data = self.cleaned_data
        return {
            "currency": data["currency"],
            "least": data["least"],
            "most": data["most"],
            "order_types": tuple(data["order_types"]),
            "categories": coded(data["categories"], "category"),
        }


class RateForm(ConsoleForm):
    """What one unit of a currency is worth in the firm's own."""

    currency = CurrencyField(widget=forms.Select)
    rate = NumberField(label=_("Exchange rate"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="rate_%s")
        home = settings.OPENOMS.default_currency
        known = {code for code, _name in currencies() if code != home}
        others = sorted(CURRENCIES - known - {home})
        self.fields["currency"].widget.choices = [(code, code) for code in [*sorted(known), *others]]


class AbsenceForm(ConsoleForm):
    """Who decides while somebody is away; whose absence it is only for those who arrange others'."""

    whose = forms.TypedChoiceField(label=_("Who is away"), coerce=UUID)
    to = forms.TypedChoiceField(label=_("Who decides meanwhile"), coerce=UUID)
    since = InstantField(label=_("From"), required=False, help_text=_("Empty: from now on"))
    until = InstantField(label=_("Until"), required=False, help_text=_("Empty: until you end it"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_choices()[1:]
        me = str(actor.user_id)
        self.fields["to"].choices = [("", "–"), *(one for one in people if one[0] != me)]  # type: ignore[attr-defined]
        for name in ("since", "until"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py
        if actor.may(Perm.APPROVAL_MANAGE):
            # An administrator arranges for anybody, so also has themselves replaced.
            self.fields["to"].choices = [("", "–"), *people]  # type: ignore[attr-defined]
            self.fields["whose"].choices = people  # type: ignore[attr-defined]
            self.fields["whose"].initial = me
        else:
            del self.fields["whose"]

    def given(self) -> tuple[UUID, datetime, datetime | None, str]:
        """Whom, from when, until when, why: as set_delegation takes them."""
        data = self.cleaned_data
        return data["to"], data["since"] or now(), data["until"], data["reason"]


def holders() -> Sequence[tuple[Any, Any]]:
    """Roles and people who can be given an authority, as tokens, in two groups."""
    roles = [(f"role:{row.code}", named(row)) for row in Role.objects.exclude(code__in=OUTSIDE)]
    people = [(f"user:{key}", name) for key, name in people_choices()[1:]]
    return [(_("Roles"), roles), (_("People"), people)]


def holder_name(token: str) -> str:
    """What a holder is called; "" for none."""
    kind, _sep, code = token.partition(":")
    if kind == "role":
        role = Role.objects.filter(pk=code).first()
        return named(role) if role else ""
    try:
        return str(User.objects.filter(pk=UUID(code)).values_list("name", flat=True).first() or "")
    except ValueError:
        return ""


def _initial(row: Authority) -> dict[str, Any]:
    bounds = {
        name: None if (v := getattr(row, name)) is None else f"{v.normalize():f}"
        for name in ("least", "most")
    }
    return {
        "currency": row.currency,
        **bounds,
        "order_types": list(row.order_types),
        "categories": [f"category:{code}" for code in row.categories],
    }
