"""The payments domain as a Django app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.payments"
    label = "payments"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.payments import kinds  # noqa: F401 - models must be loaded first
