"""The fulfilment domain as a Django app."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.fulfilment"
    label = "fulfilment"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.fulfilment import kinds  # noqa: F401 - models must be loaded first
