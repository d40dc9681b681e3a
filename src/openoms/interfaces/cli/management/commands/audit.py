"""`openoms audit`: whether the firm's figures are the sums they must be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from openoms.flows.audit import audit, repair


class Command(BaseCommand):
    """Prints what is wrong, by name; with `--repair` mends what can be, each mend an event."""

    help = "prove that stock, money and events are what their rows say; --repair mends what can be"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set figures to what their rows say")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit()
        for line in found:
            self.stdout.write(line.text)
        if not found:
            self.stdout.write("stock, reservations, payments, holds and events are sound.")
            return
        if not options["repair"]:
            raise CommandError(
                f"{len(found)} thing(s) are wrong; run again with --repair to mend what can be."
            )
        mended = repair()
        left = audit()
        self.stdout.write(f"{mended} mended, {len(left)} left.")
        if left:
            raise CommandError("What is left has no mend of its own: look at it by hand.")
