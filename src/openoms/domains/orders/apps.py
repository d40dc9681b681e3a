"""The orders domain as a Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.orders"
    label = "orders"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.orders import kinds  # noqa: F401 - models must be loaded first
