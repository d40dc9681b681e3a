"""The catalog domain as a Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Declare the domain's event kinds."""
        from openoms.domains.catalog import kinds  # noqa: F401 - models must be loaded first
