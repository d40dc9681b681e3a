"""What every page's template knows."""
from typing import Any

from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, Any]:
    """Placeholder until the console is laid."""
    return {}
