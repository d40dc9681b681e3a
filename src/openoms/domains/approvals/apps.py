"""The approvals domain as a Django app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.approvals import kinds  # noqa: F401 - models must be loaded first
