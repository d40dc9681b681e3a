"""The command line as a Django app, so that its commands are found."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """Holds the `openoms` commands."""

    name = "openoms.interfaces.cli"
    label = "cli"
