"""Where load balancers and monitors ask."""

from django.urls import path

from openoms.interfaces.api import operation

urlpatterns = [
    path("health", operation.health, name="health"),
    path("ready", operation.ready, name="ready"),
    path("metrics", operation.metrics, name="metrics"),
]
