"""Forms of people and API keys, and of one's own settings."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openoms.domains.identity.labels import LABELS
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.queries import colleagues
from openoms.interfaces.console.forms.base import ConsoleForm, DayField
from openoms.interfaces.console.templatetags.oms import named


def _roles() -> list[tuple[str, str]]:
    return [(role.code, named(role)) for role in Role.objects.exclude(code="customer")]


def people_choices(also: User | None = None, without: User | None = None) -> list[tuple[str, Any]]:
    """Nobody, and the firm's people by name; `also` is there already whoever they are, `without` is left out."""
    found = {str(key): name for key, name, _email in colleagues() if without is None or key != without.pk}
    if also is not None:
        found.setdefault(str(also.pk), also.name)
    return [("", _("Nobody")), *found.items()]


class PersonForm(ConsoleForm):
    """A person; e-mail and first password only while they are new."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("They sign in with it."))
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
        help_text=_(
            "At least 10 characters. Tell it to them in person; they can change it after signing in."
        ),
    )
    roles = forms.MultipleChoiceField(label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple)
    manager = forms.TypedChoiceField(
        label=_("Manager"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=_(
            "Whom approvals ask as the requester's manager, and who is asked next when they are late."
        ),
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            codes = [role.code for role in person.roles.all()]
            kwargs["initial"] = {
                "name": person.name,
                "roles": codes,
                "is_active": person.is_active,
                "manager": str(person.manager_id or ""),
            }
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = _roles()  # type: ignore[attr-defined]
        also = person.manager if person else None
        self.fields["manager"].choices = people_choices(also, without=person)  # type: ignore[attr-defined]
        for name in ("roles", "manager"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py
        for name in ("email", "password") if person else ("is_active",):
            del self.fields[name]

    def clean_password(self) -> str:
        """The password, if it is a good one."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(name=self.data.get("name", ""), email=self.data.get("email", "")))
        return password


class KeyForm(ConsoleForm):
    """A new API key; without permissions chosen it may do all its person may."""

    name = forms.CharField(
        label=_("What uses it"), max_length=80, help_text=_("Such as: online shop, warehouse scanner")
    )
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True), label=_("Acts as"), empty_label=None, to_field_name="pk"
    )
    expires_on = DayField(label=_("Valid until"), required=False)
    scopes = forms.MultipleChoiceField(
        label=_("Only for"), required=False, choices=[(perm.value, label) for perm, label in LABELS.items()],
        widget=forms.CheckboxSelectMultiple, help_text=_("Nothing ticked: everything the person may do."),
    )  # fmt: skip

    def expires_at(self) -> datetime | None:
        """The end of the last day, in the maker's zone."""
        last = self.cleaned_data["expires_on"]
        return (
            None
            if last is None
            else timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
        )


class MeForm(ConsoleForm):
    """One's own settings."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )
    timezone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Appearance"), choices=[("light", _("Light")), ("dark", _("Dark"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(
            name
            for name in available_timezones()
            if "/" in name and not name.startswith(("Etc/", "posix", "right"))
        )
        firm = (f"{settings.TIME_ZONE}", _("The firm's (%(zone)s)") % {"zone": settings.TIME_ZONE})
        self.fields["timezone"].choices = [("", firm[1]), *((name, name.replace("_", " ")) for name in names)]  # type: ignore[attr-defined]
        for name in ("language", "timezone"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py
