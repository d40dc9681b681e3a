"""The supply domain as a Django app."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.supply"
    label = "supply"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.supply import kinds  # noqa: F401 - models must be loaded first
