"""Every list of the console: columns, filters as query string, paging by key. A list counts nothing and skips nothing.

A page is cut by `WHERE key < cursor ORDER BY key LIMIT n + 1`, so the millionth order costs what the first does.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString

from openoms.interfaces.console.access import Request, is_part
from openoms.interfaces.console.markup import joined
from openoms.interfaces.console.widgets import dressed

M = TypeVar("M", bound=Model)
CURSOR = "after"


# Compared as objects: equal headings would have to be translated to be told apart.
@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its heading and the class its cells carry too (the phone's cards are laid out by them)."""

    label: Promise | str
    css: str = ""
    name: str = ""


# Draws the rows of a page in these columns.
Draw: TypeAlias = Callable[[Sequence[Any], Sequence[Column]], SafeString]


class Filters(forms.Form):
    """The filters of a list as a form over the query string; what does not fit is left out, never an error."""

    template_name = "lists/filters.html"
    # The first of the fields that are shown on demand only.
    more_from = ""

    @property
    def values(self) -> dict[str, Any]:
        """The filters that are set, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def search(self) -> forms.BoundField | None:
        """The text field, shown before the others."""
        return self["q"] if "q" in self.fields else None

    @property
    def first(self) -> SafeString:
        """The fields that are always shown, drawn."""
        return _drawn(self._parted[0])

    @property
    def further(self) -> SafeString:
        """Those that are shown on demand; nothing where there are none."""
        return _drawn(self._parted[1])

    @property
    def is_further_set(self) -> bool:
        """Whether any of those is set: they are shown then."""
        return any(bound.value() for bound in self._parted[1] if not bound.is_hidden)

    @cached_property
    def _parted(self) -> tuple[list[forms.BoundField], list[forms.BoundField]]:
        """The fields but for the search: those always shown, and those shown on demand."""
        fields = [bound for bound in self if bound.name != "q"]
        names = [bound.name for bound in fields]
        cut = names.index(self.more_from) if self.more_from else len(names)
        return fields[:cut], fields[cut:]

    def label_of(self, name: str, value: Any) -> str:
        """A value as its field shows it."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            pairs: dict[str, Any] = {str(key): text for key, text in list(field.choices)}  # type: ignore[arg-type]
            return str(pairs.get(str(value), value))
        return str(value)


def _drawn(fields: Sequence[forms.BoundField]) -> SafeString:
    """Fields with their labels for screen readers only, hidden ones bare; a template's tags cost more than they write."""
    return joined(
        str(bound) if bound.is_hidden else dressed(bound, bare=True, css=f"filter-{bound.name}")
        for bound in fields
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: what it says, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list is: its templates, columns, filters, key and size.

    `key` is the unique field it is sorted and paged by, with a leading "-" for newest first; `row` draws one row, or
    `draw` all rows of a list so long that a template would be slow; `empty` invites to make the first. Rows of a
    `selectable` list begin with a box to tick.
    """

    name: str
    columns: Sequence[Column]
    filters: type[Filters]
    key: str
    empty: str
    row: str = ""
    draw: Draw | None = None
    size: int = 50
    selectable: bool = False


@dataclass(frozen=True, slots=True)
class Listing(Generic[M]):
    """One page of a list, ready to be drawn."""

    page: ListPage
    items: Sequence[M]
    filters: Filters
    chips: Sequence[Chip]
    previous_url: str
    next_url: str

    @property
    def drawn(self) -> str:
        """The rows as `draw` draws them."""
        return self.page.draw(self.items, self.page.columns) if self.page.draw else ""

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set: an empty list then says so instead of inviting to make the first."""
        return bool(self.chips)


def listing(
    page: ListPage,
    query: QueryDict,
    rows: Callable[[dict[str, Any]], QuerySet[M]],
    *,
    filters: Filters | None = None,
) -> Listing[M]:
    """The page of the list that `query` asks for; `rows` gives the rows for the filters that are set."""
    form = filters or page.filters(query)
    values = form.values
    items, previous, following = _cut(rows(values), page, query.get(CURSOR, ""))
    return Listing(
        page=page,
        items=items,
        filters=form,
        chips=[
            Chip(str(form.fields[name].label), form.label_of(name, value), _url(query, drop=name))
            for name, value in values.items()
        ],
        previous_url=_url(query, cursor=previous) if previous else "",
        next_url=_url(query, cursor=following) if following else "",
    )


def cursor_at(page: ListPage, query: QueryDict, model: type[Model]) -> tuple[bool, Any]:
    """Whether the page goes backwards, and the key it begins at (None for the beginning)."""
    return _read(model._default_manager.all(), page.key.lstrip("-"), query.get(CURSOR, ""))


def show(request: Request, template: str, listed: Listing[Any], **context: Any) -> HttpResponse:
    """The whole page, or for a request that replaces the list only the list."""
    name = "lists/list.html" if is_part(request) else template
    return render(request, name, {"listing": listed, **context})


def _cut(rows: QuerySet[M], page: ListPage, cursor: str) -> tuple[list[M], str, str]:
    """The rows of the page that `cursor` begins or ends, and the cursors of the pages before and after, or ""."""
    name, descending = page.key.lstrip("-"), page.key.startswith("-")
    backwards, value = _read(rows, name, cursor)
    if value is not None:
        rows = rows.filter(**{f"{name}__{'lt' if descending != backwards else 'gt'}": value})
    found = list(rows.order_by(f"{'-' if descending != backwards else ''}{name}")[: page.size + 1])
    more, items = len(found) > page.size, found[: page.size]
    if backwards:
        items.reverse()
    if not items:
        return [], "", ""
    has_previous = more if backwards else value is not None
    has_next = value is not None if backwards else more
    return (
        items,
        _write("p", getattr(items[0], name)) if has_previous else "",
        _write("n", getattr(items[-1], name)) if has_next else "",
    )


def _write(direction: str, value: Any) -> str:
    return base64.urlsafe_b64encode(f"{direction}{value}".encode()).decode().rstrip("=")


def _read(rows: QuerySet[M], name: str, cursor: str) -> tuple[bool, Any]:
    """Whether the cursor goes backwards, and the key it stands at; one that nobody here wrote is no cursor."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        field: Any = rows.model._meta.get_field(name)
        value = field.to_python(text[1:])
    except (binascii.Error, UnicodeDecodeError, ValueError, ValidationError):
        return False, None
    return text.startswith("p"), value if text[:1] in {"n", "p"} else None


def _url(query: QueryDict, *, drop: str = "", cursor: str = "") -> str:
    """The list's address with these filters: without `drop`, at `cursor` or at its beginning."""
    changed = query.copy()
    for name in (CURSOR, drop, *(name for name, value in query.items() if not value)):
        changed.pop(name, None)
    if cursor:
        changed[CURSOR] = cursor
    return f"?{changed.urlencode()}"
