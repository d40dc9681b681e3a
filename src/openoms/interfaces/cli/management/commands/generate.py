"""`openoms generate`: a firm with as many orders as one asks for, to measure and try out on."""

from argparse import ArgumentParser
from threading import Lock
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openoms import demo
from openoms.demo.generated import generate
from openoms.interfaces.cli import migrating
from openoms.interfaces.cli.progress_bar import ProgressBar

MOST = 20_000_000


class Command(BaseCommand):
    """Loads the demonstration company and adds generated orders to it."""

    help = "Add generated orders to the demonstration company, the same for the same seed. Never beside real data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument(
            "--orders", type=int, default=10_000, help="how many generated orders there are to be"
        )
        parser.add_argument("--seed", type=int, default=1, help="another number makes another firm")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, load, multiply, tell."""
        count, lock = options["orders"], Lock()
        if not 1 <= count <= MOST:
            raise CommandError(f"--orders lies between 1 and {MOST:,}.")
        began = monotonic()
        migrating.bring_up_to_date(self.stdout.write)
        demo.load(self.stdout.write)
        done = 0
        with ProgressBar() as bar:
            bar.begin("Generating", count)

            def progress(more: int) -> None:
                nonlocal done
                with lock:
                    done += more
                    bar.at(done)

            added = generate(count, options["seed"], self.stdout.write, progress)
        self.stdout.write(f"{added:,} orders were added in {monotonic() - began:.0f} s.")
