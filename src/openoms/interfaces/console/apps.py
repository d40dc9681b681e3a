"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Registers templates, template tags and static files."""

    name = "openoms.interfaces.console"
    label = "console"
