"""Placeholder until the console is laid."""

from django import template

register = template.Library()
