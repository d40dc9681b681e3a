"""The identity domain as a Django app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.identity"
    label = "identity"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.identity import kinds  # noqa: F401 - models must be loaded first
