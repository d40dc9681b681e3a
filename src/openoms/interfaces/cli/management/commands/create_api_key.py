"""`openoms create-api-key`: a key for a program, with a user of its own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openoms.core.errors import DomainError
from openoms.domains.identity.rules import system
from openoms.flows.manage_people import create_integration_key


class Command(BaseCommand):
    """Prints the key alone, so that it can be put straight into a variable; it is never shown again."""

    help = "Make an API key for a program and print it, once."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--role", required=True, help="what the key may do: the code of a role")
        parser.add_argument("--name", default="", help="what uses it (default: the role's code)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key."""
        name = options["name"].strip() or options["role"]
        try:
            _, secret = create_integration_key(options["role"], name, actor=system("create-api-key"))
        except DomainError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(secret)
