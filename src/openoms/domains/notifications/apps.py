"""The notifications domain as a Django app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Declare the domain's event kinds and what is told of which event."""
        from openoms.domains.notifications import (  # noqa: F401 - models must be loaded first
            kinds,
            topics_approvals,
            topics_customers,
            topics_orders,
            topics_warehouse,
        )
