"""Translations without gettext's programs: `python -m tools.messages compile|update|check`.

`compile` turns each django.po into django.mo; `update` brings what code and templates say into the .po files;
`check` names what has no translation yet.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "openoms"
LOCALE = PACKAGE / "locale"


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


def spoken() -> "Catalog":
    """Every message of code and templates, with the files that say it."""
    from babel.messages.catalog import Catalog

    catalogue = Catalog(project="OpenOMS", fuzzy=False)
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        name = path.relative_to(PACKAGE.parent.parent).as_posix()
        for message, context in _messages(path):
            catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def update_catalogue(source: Path) -> list[str]:
    """Bring the .po up to date, translations kept, guesses never made; returns what is still to be translated."""
    from babel.messages.pofile import read_po, write_po

    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    catalogue.update(spoken(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    # Nobody in particular keeps the catalogue: placeholders in its header would only say so.
    catalogue.header_comment = catalogue.msgid_bugs_address = ""
    catalogue.last_translator = catalogue.language_team = "OpenOMS"
    catalogue.revision_date = catalogue.creation_date
    fresh = source.with_suffix(".po.new")
    with fresh.open("wb") as out:
        write_po(out, catalogue, width=110, sort_output=True, omit_header=False, include_lineno=False)
    fresh.replace(source)
    return untranslated(source)


def untranslated(source: Path) -> list[str]:
    """Messages of code and templates that the .po has no translation for, or only a guess."""
    from babel.messages.pofile import read_po

    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    wanting = []
    for message in spoken():
        found = catalogue.get(message.id, message.context) if message.id else message
        said = (
            [found.string]
            if found and isinstance(found.string, str)
            else list(found.string or [""])
            if found
            else [""]
        )
        if message.id and (found is None or found.fuzzy or not all(said)):
            wanting.append(str(message.id))
    return wanting


def _messages(path: Path) -> "Iterator[tuple[str | tuple[str, ...], str | None]]":
    """(message or its forms, context) of one file; a template is read as the code Django makes of it."""
    from babel.messages.extract import DEFAULT_KEYWORDS, extract

    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        from django.utils.translation.template import templatize

        # What it makes is meant for xgettext, which does not mind how lines are indented.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    lazy = {f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items()}
    keywords = {**DEFAULT_KEYWORDS, **lazy, "gettext_noop": None}
    for _line, found, _comments, context in extract("python", io.BytesIO(text.encode()), keywords):
        yield found, context


def main(arguments: Sequence[str]) -> int:
    """Exit code: 1 when a catalogue is broken or, for `check`, when it lacks translations."""
    actions = {"compile": _compile, "update": _update, "check": _check}
    if len(arguments) != 1 or arguments[0] not in actions:
        sys.stderr.write(f"Usage: python -m tools.messages {'|'.join(actions)}\n")
        return 2
    sound = True
    for source in sources():
        try:
            sound = actions[arguments[0]](source) and sound
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0 if sound else 1


def _compile(source: Path) -> bool:
    sys.stdout.write(f"{source.parent.parent.name}: {compile_catalogue(source)} messages\n")
    return True


def _update(source: Path) -> bool:
    sys.stdout.write(f"{source.parent.parent.name}: {len(update_catalogue(source))} messages to translate\n")
    return True


def _check(source: Path) -> bool:
    wanting = untranslated(source)
    for message in wanting:
        sys.stderr.write(f"{source.parent.parent.name}: no translation of {message!r}\n")
    return not wanting


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
