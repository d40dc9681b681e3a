"""Every address of the program: pages, API, operation."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("openoms.interfaces.api.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("openoms.interfaces.api.operation_urls")),
    path("", include("openoms.interfaces.console.urls")),
]
