"""The api as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers templates, static files and, for the API, its idempotency table."""

    name = "openoms.interfaces.api"
    label = "api"
