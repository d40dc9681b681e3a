"""The console as a Django app."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings


class ConsoleConfig(AppConfig):
    """Registers templates, template tags and static files."""

    name = "openoms.interfaces.console"
    label = "console"

    def ready(self) -> None:
        """Put our templates before allauth's, which is installed earlier and has an account/login.html of its own."""
        own = Path(__file__).parent / "templates"
        engine: dict[str, Any] = settings.TEMPLATES[0]
        engine["DIRS"] = [own, *(folder for folder in engine.get("DIRS", []) if folder != own)]
