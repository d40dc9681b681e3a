"""`openoms demo`: a firm with customers, stock and orders to try everything on."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from openoms import demo
from openoms.interfaces.cli import migrating, serving


class Command(BaseCommand):
    """Loads the demonstration data once, tells the sign-ins, and serves."""

    help = "Run OpenOMS with demonstration data and show who can sign in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument(
            "--load-only", action="store_true", help="load the data and leave without serving"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, load, tell, serve."""
        environment = settings.OPENOMS
        try:
            if not options["load_only"]:
                serving.require_free_port(environment.host, environment.port)
            migrating.bring_up_to_date(self._say)
            sign_ins = demo.load(self._say)
            self._say(
                _table(
                    [("E-mail", "Password", "Role"), *((s.email, s.password, str(s.role)) for s in sign_ins)]
                )
            )
            connections.close_all()
            code = 0
            if not options["load_only"]:
                code = serving.serve(environment.host, environment.port, environment.workers, self._say)
        except serving.PortError as error:
            raise CommandError(str(error)) from error
        if code:
            raise SystemExit(code)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _table(rows: list[tuple[str, str, str]]) -> str:
    """`rows` in aligned columns, the first as heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(["", lines[0], "  ".join("-" * width for width in widths), *lines[1:], ""])
