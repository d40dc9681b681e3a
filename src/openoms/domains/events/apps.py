"""The events domain as a Django app."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the domain's models."""

    name = "openoms.domains.events"
    label = "events"
