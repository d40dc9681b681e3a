"""Weekdays as forms offer them, and days typed as text."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip


def days_of(text: str) -> list[date]:
    """Days separated by commas; refuses what is none."""
    text = text.replace("，", ",").replace("、", ",")
    try:
        return [date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise ValidationError(_("Write days as 2026-05-04.")) from error
