"""`openoms import`: catalogues, customers and past orders from CSV files and workbooks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from openoms.core.errors import DomainError, Unavailable
from openoms.domains.identity.rules import system
from openoms.integrations.imports import mapping as mappings
from openoms.integrations.imports.rejects import RejectsFile, write_table
from openoms.interfaces.cli.progress_bar import ProgressBar
from openoms.jobs.imports import Report, run_import

_SOME_REJECTED = 2


class Command(BaseCommand):
    """Exit code 0 when everything was taken, 2 when rows were rejected, 1 when the import could not be done."""

    help = "Import a catalogue, customers or past orders from CSV or XLSX; safe to repeat."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Its own name in its help: the module cannot be called `import`."""
        return super().create_parser(prog_name, "import", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("kind", choices=["catalogue", "customers", "orders"])
        parser.add_argument("file", type=Path, help="the file, or the folder of the mapping's files")
        parser.add_argument(
            "--mapping", required=True, help=f"a TOML file, or one of {', '.join(mappings.ready_names())}"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--encoding", default="", help="of the files, where it is detected wrongly")
        parser.add_argument(
            "--rejects",
            type=Path,
            help="where rejected rows are written (default: FILE-KIND.rejects.csv, here)",
        )
        parser.add_argument("--report", type=Path, help="write a CSV of each rounding and difference")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then tell what it came to."""
        rejects_path = options["rejects"] or Path(
            f"{options['file'].resolve().stem}-{options['kind']}.rejects.csv"
        )
        try:
            mapping = mappings.load(options["mapping"], options["kind"])
            if options["encoding"]:
                mapping = mappings.with_encoding(mapping, options["encoding"])
            with RejectsFile(rejects_path) as rejects, ProgressBar(shown=not options["quiet"]) as bar:
                report = run_import(
                    mapping,
                    options["file"],
                    actor=system("import"),
                    rejects=rejects,
                    progress=bar,
                    dry_run=options["dry_run"],
                    lists_roundings=options["report"] is not None,
                )
            if options["report"] is not None:
                _write_report(options["report"], report)
        except (DomainError, OSError) as error:
            resume = " What was imported so far stays: import again for the rest."
            raise CommandError(f"{error}{resume if isinstance(error, Unavailable) else ''}") from error
        for sentence in report.sentences():
            self.stdout.write(sentence)
        if options["report"] is not None:
            self.stdout.write(f"Roundings and differences are listed in {options['report']}")
        if rejects.count:
            self.stdout.write(
                f"{rejects.count:,} rejected rows, each with its line and reason, are in {rejects_path}"
            )
            raise SystemExit(_SOME_REJECTED)


def _write_report(path: Path, report: Report) -> None:
    """Each rounding and difference as a row."""
    rows = [
        (
            note.place,
            note.key,
            note.what,
            *(f"{amount.normalize():f}" for amount in amounts),
            f"{off.normalize():f}",
        )
        for note in report.roundings
        if (amounts := note.amounts) is not None
        for off in [amounts[1] - amounts[0]]
    ]
    rows += [(note.place, note.key, note.what, "", "", "") for note in report.differing]
    write_table(path, ("place", "key", "what", "in the file", "stored", "difference"), rows)
