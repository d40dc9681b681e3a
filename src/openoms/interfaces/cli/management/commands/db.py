"""`openoms db`: the embedded database by hand."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from openoms.core.postgres import Cluster, embedded_cluster


class Command(BaseCommand):
    """Starts, stops, describes and opens the embedded PostgreSQL."""

    help = "Start, stop, describe or open the embedded database: db start|stop|status|psql."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One action; what follows `psql` goes to psql."""
        parser.add_argument("action", choices=["start", "stop", "status", "psql"])
        # argparse hands everything after the action over as it stands, so psql's own options need no `--` before.
        parser.add_argument("rest", nargs=argparse.REMAINDER, help="psql's arguments; for stop: --force")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action on the data folder of the settings."""
        if settings.OPENOMS.database_url:
            raise CommandError(
                "DATABASE_URL names a server of your own, which `openoms db` leaves alone: unset it to use the embedded one."
            )
        cluster = embedded_cluster(settings.OPENOMS.data_dir)
        action, rest = options["action"], options["rest"]
        if action != "psql" and set(rest) - ({"--force"} if action == "stop" else set()):
            raise CommandError(f"`openoms db {action}` does not know {' '.join(rest)}: leave it out.")
        if action == "start":
            cluster.start()
        elif action == "stop":
            self._stop(cluster, force=bool(rest))
        elif action == "psql":
            with cluster.lease():
                raise SystemExit(cluster.psql(rest))
        self._describe(cluster)

    def _stop(self, cluster: Cluster, *, force: bool) -> None:
        if cluster.is_leased() and not force:
            raise CommandError("OpenOMS is still running on this database: stop it first, or add --force.")
        cluster.stop()

    def _describe(self, cluster: Cluster) -> None:
        status = cluster.status()
        state = f"running (pid {status.pid})" if status.running else "not running"
        self.stdout.write(f"PostgreSQL {status.version or '(not initialised)'}, {state}")
        self.stdout.write(f"data   {status.data_dir}\nsocket {status.socket_dir}\nurl    {cluster.url}")
