"""When the firm works: deadlines and reminders count its hours."""

from django.conf import settings

from openoms.core.clock import Calendar


def calendar() -> Calendar:
    """The firm's working hours, with the public holidays of its country."""
    environment = settings.OPENOMS
    opens, closes = environment.hours
    return Calendar(environment.timezone, environment.default_country, opens=opens, closes=closes)
