"""What can happen: each kind of event declared once, with its data's schema and its sentence in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_registry: dict[str, "EventKind"] = {}


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event. `data` maps each field to the type its JSON value has; the sentences may name `{actor}` too."""

    code: str
    subject: str
    data: Mapping[str, type | tuple[type, ...]]
    en: str
    zh: str

    def check(self, data: Mapping[str, Any]) -> None:
        """Raise a bug (AssertionError) where `data` is not of the declared shape."""
        assert data.keys() == self.data.keys(), f"{self.code}: {sorted(data)} is not {sorted(self.data)}"
        for name, kind in self.data.items():
            assert isinstance(data[name], kind), f"{self.code}: {name} is a {type(data[name]).__name__}"

    def sentence(self, language: str, actor: str, data: Mapping[str, Any]) -> str:
        """What happened, in Chinese for a language that starts with `zh`, else in English."""
        template = self.zh if language.startswith("zh") else self.en
        # An event recorded before its kind told more has nothing to say of that.
        told = {name: data.get(name) for name in (*self.data, *data)}
        return template.format_map({"actor": actor, **{k: _spoken(v) for k, v in told.items()}})


def declare(
    code: str, *, subject: str, data: Mapping[str, type | tuple[type, ...]] | None = None, en: str, zh: str
) -> EventKind:
    """Declare a kind; a code can be declared once."""
    assert code not in _registry, f"event kind {code} is declared twice"
    kind = _registry[code] = EventKind(code, subject, data or {}, en, zh)
    return kind


def known(code: str) -> EventKind | None:
    """The kind of that code, or None for an event of a plug-in that is gone."""
    return _registry.get(code)


def all_kinds() -> Mapping[str, EventKind]:
    """Every declared kind by its code."""
    return dict(_registry)


def _spoken(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "–"
    return "–" if value is None or value == "" else value
