"""The inventory domain as a Django app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.inventory import kinds  # noqa: F401 - models must be loaded first
