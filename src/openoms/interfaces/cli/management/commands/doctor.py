"""`openoms doctor`: what is wrong with this installation, and what to do about it."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from openoms.interfaces.cli import health


class Command(BaseCommand):
    """Prints a line for each check; exit code 1 when any fails."""

    help = "Check this installation: a line for each check with its remedy."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--json", action="store_true", help="one JSON array instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check, also after one fails."""
        found = []
        for finding in health.findings():
            found.append(finding)
            if not options["json"]:
                self._tell(finding)
        if options["json"]:
            shown = [
                asdict(finding) | {"remedy": "" if finding.is_ok else finding.remedy} for finding in found
            ]
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
        if not all(finding.is_ok for finding in found):
            raise SystemExit(1)

    def _tell(self, finding: health.Finding) -> None:
        if finding.is_ok:
            self.stdout.write(f"{self.style.SUCCESS('OK  ')} {finding.name}: {finding.detail}")
        else:
            self.stdout.write(
                f"{self.style.ERROR('FAIL')} {finding.name}: {finding.detail}; {finding.remedy}"
            )
