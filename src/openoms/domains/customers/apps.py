"""The customers domain as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.customers"
    label = "customers"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.customers import kinds  # noqa: F401 - models must be loaded first
