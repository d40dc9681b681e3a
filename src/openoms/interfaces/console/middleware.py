"""Placeholder until the console is laid."""
from openoms.core.http import RefusalMiddleware as ConsoleMiddleware  # noqa: F401
