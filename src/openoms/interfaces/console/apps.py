"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Registers templates, static files and, for the API, its idempotency table."""

    name = "openoms.interfaces.console"
    label = "console"
