"""`openoms serve`: the whole system in the foreground."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from openoms.interfaces.cli import migrating, serving


class Command(BaseCommand):
    """Prepares the database, then runs web server and worker until Ctrl-C."""

    help = "Run OpenOMS: web server and worker, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options that go over the environment's."""
        parser.add_argument(
            "--host", default=settings.OPENOMS.host, help="address to listen on (OPENOMS_HOST)"
        )
        parser.add_argument("--port", type=int, default=settings.OPENOMS.port, help="OPENOMS_PORT")
        parser.add_argument("--workers", type=int, default=settings.OPENOMS.workers, help="OPENOMS_WORKERS")
        parser.add_argument(
            "--no-migrate", action="store_true", help="leave the database's tables as they are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; a failure told in one sentence ends with code 1."""
        try:
            serving.require_free_port(options["host"], options["port"])
            if not options["no_migrate"]:
                migrating.bring_up_to_date(self._say)
            # The children have connections of their own; this one would only stand in the server's way at the end.
            connections.close_all()
            code = serving.serve(options["host"], options["port"], options["workers"], self._say)
        except serving.PortError as error:
            raise CommandError(str(error)) from error
        if code:
            raise SystemExit(code)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
