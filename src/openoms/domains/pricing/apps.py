"""The pricing domain as a Django app."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.pricing"
    label = "pricing"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.pricing import kinds  # noqa: F401 - models must be loaded first
