"""The console script `openoms`: finds the command, sees that the database runs, and says failures in one sentence."""

import contextlib
import os
import signal
import sys
from types import FrameType

from openoms.core.postgres import PostgresError, embedded_cluster

# These neither read nor write the database, or bring it up themselves.
_WITHOUT_DATABASE = frozenset(
    "help version db doctor check collectstatic findstatic diffsettings makemessages compilemessages".split()
)
# These may be the first thing done with a fresh database.
_WITH_TABLES = frozenset({"import_data", "create_api_key"})
_HELP_FLAGS = {"-h", "--help"}
_VERSION_FLAGS = {"--version", "version"}
# Python keeps `import` for itself, so that command's module has another name.
_MODULE_NAMES = {"import": "import_data"}


def main() -> None:
    """Entry point; ends the process with 0, 1 for a failure told in one sentence, 130 after Ctrl-C."""
    sys.exit(run(sys.argv))


def run(argv: list[str]) -> int:
    """Run the command in `argv` (program name first); returns the exit code, or raises SystemExit as Django does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openoms.config.settings")
    # A terminated command still gives its lease on the database back.
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        return _dispatch(argv)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None or os.environ.get("OPENOMS_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
            raise
        sys.stderr.write(f"openoms: {sentence}\n")
        return 1


def module_name(command: str) -> str:
    """Name of the module of `command` as typed: `create-api-key` is in create_api_key.py."""
    return _MODULE_NAMES.get(command, command.replace("-", "_"))


def _dispatch(argv: list[str]) -> int:
    typed = argv[1] if len(argv) > 1 else "help"
    if typed in {"help"} | _HELP_FLAGS | _VERSION_FLAGS:
        return _help(argv)
    import django
    from django.core.management import ManagementUtility, get_commands

    from openoms.interfaces.cli.listing import suggestion

    django.setup()

    name = module_name(typed)
    if name not in get_commands():
        sys.stderr.write(f"openoms: There is no command {typed!r}{suggestion(typed)}: see `openoms help`.\n")
        return 1
    with _database(name, argv):
        if name in _WITH_TABLES and not _HELP_FLAGS & set(argv[2:]):
            from openoms.interfaces.cli.migrating import bring_up_to_date

            bring_up_to_date(lambda line: print(line, file=sys.stderr))  # noqa: T201 - progress for a person
        ManagementUtility([argv[0], name, *argv[2:]]).execute()
    return 0


def _help(argv: list[str]) -> int:
    from openoms.interfaces.cli.listing import overview, version

    if argv[1:2] and argv[1] in _VERSION_FLAGS:
        sys.stdout.write(f"OpenOMS {version()}\n")
        return 0
    asked = argv[2] if len(argv) > 2 else ""
    if asked and not asked.startswith("-"):
        return _dispatch([argv[0], asked, "--help"])
    import django

    django.setup()
    sys.stdout.write(overview(include_django=asked == "--all"))
    return 0


def _database(name: str, argv: list[str]) -> contextlib.AbstractContextManager[None]:
    """Keeps the embedded server running for the command; nothing when a server was chosen or none is needed."""
    from django.conf import settings

    environment = settings.OPENOMS
    if environment.database_url or name in _WITHOUT_DATABASE or _HELP_FLAGS & set(argv[2:]):
        return contextlib.nullcontext()
    return embedded_cluster(environment.data_dir).lease()


def _sentence(error: Exception) -> str | None:
    """What to tell instead of a traceback; None for a bug, which keeps its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError

    from openoms.config.environment import ConfigurationError
    from openoms.core.errors import DomainError

    if isinstance(error, PostgresError | ConfigurationError | ImproperlyConfigured | DomainError):
        return str(error)
    if isinstance(error, OperationalError):
        first = str(error).strip().splitlines()[0]
        return f"The database cannot be used ({first}): check DATABASE_URL, or ask `openoms doctor`."
    if isinstance(error, PermissionError):
        return (
            f"{error.filename} may not be used ({error.strerror}): run as its owner, or set OPENOMS_DATA_DIR."
        )
    return None


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
