"""Rows of long lists."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from openoms.interfaces.console.lists import Column
from openoms.interfaces.console.order_cells import order_row

register = template.Library()


@register.simple_tag
def order_cells(row: Any, columns: Sequence[Column]) -> SafeString:
    """The cells of an order in the list."""
    return order_row(row, columns)
