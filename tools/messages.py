"""Translations without gettext's programs: `python -m tools.messages compile` turns each django.po into django.mo."""

import sys
from collections.abc import Sequence
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "src" / "openoms" / "locale"


def sources() -> list[Path]:
    """The catalogues people edit."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compile_catalogue(source: Path) -> int:
    """Write the .mo beside `source`; returns how many messages it holds. Raises ValueError for a broken catalogue."""
    # Late: the set-up reads `sources` before Babel is installed.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{source} cannot be read: {error}") from error
    target = source.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as out:
        # Untrusted guesses stay out, as gettext's own compiler does.
        write_mo(out, catalogue, use_fuzzy=False)
    fresh.replace(target)
    return len(catalogue)


def main(arguments: Sequence[str]) -> int:
    """Exit code; the only action is `compile`."""
    if list(arguments) != ["compile"]:
        sys.stderr.write("Usage: python -m tools.messages compile\n")
        return 2
    for source in sources():
        try:
            count = compile_catalogue(source)
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.write(f"{source.parent.parent.name}: {count} messages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
