"""What `openoms help` shows: our commands with a line each, Django's own only when asked."""

import difflib
from importlib import metadata

from django.core.management import get_commands, load_command_class

_NAMES = {"import_data": "import"}


def commands() -> dict[str, str]:
    """Our commands as typed, each with its one-line help, sorted by name."""
    ours = {name: str(app) for name, app in get_commands().items() if str(app).startswith("openoms.")}
    return {typed_name(name): _help_of(app, name) for name, app in sorted(ours.items())}


def typed_name(module: str) -> str:
    """The command of a module as people type it: `create_api_key` is `create-api-key`."""
    return _NAMES.get(module, module.replace("_", "-"))


def overview(*, include_django: bool = False) -> str:
    """The text of `openoms help`."""
    ours = commands()
    width = max(map(len, ours), default=0) + 2
    lines = [
        "OpenOMS: order management, from quote to signed delivery.",
        "",
        "Usage: openoms COMMAND [options]",
        "",
    ]
    lines += [f"  {name:<{width}}{text}" for name, text in ours.items()]
    if include_django:
        django = sorted(name for name, app in get_commands().items() if not str(app).startswith("openoms."))
        lines += ["", "Commands of the framework:", "", *(f"  {name}" for name in django)]
    lines += [
        "",
        "`openoms help COMMAND` explains one; `openoms help --all` lists the framework's commands too.",
        "",
    ]
    return "\n".join(lines)


def suggestion(typed: str) -> str:
    """`, did you mean 'serve'?`-like words for a mistyped command; empty when nothing is close."""
    known = [typed_name(name) for name in get_commands()]
    close = difflib.get_close_matches(typed, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def version() -> str:
    """Version of the installed program."""
    try:
        return metadata.version("openoms")
    except metadata.PackageNotFoundError:
        return "of an uninstalled checkout"


def _help_of(app: str, name: str) -> str:
    """First line of the command's help. A command that cannot be loaded is still listed."""
    try:
        text = load_command_class(app, name).help
    except ImportError as error:
        return f"(cannot be loaded: {error})"
    return text.strip().splitlines()[0] if text.strip() else ""
