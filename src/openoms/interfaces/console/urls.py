"""Addresses of the console."""

from typing import Any

urlpatterns: list[Any] = []
