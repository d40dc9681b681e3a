"""The compiled configuration: read once for each version, kept in the process, shared by its threads."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Channel, OrderType
from openoms.domains.pricing import queries as pricing
from openoms.domains.pricing import services as pricing_services
from openoms.domains.pricing.book import Book


@dataclass(frozen=True, slots=True)
class Configuration:
    """What pricing and placing go by, of one version."""

    book: Book
    channels: Mapping[str, Channel]
    order_types: Mapping[str, OrderType]


_lock = threading.Lock()
_current: Configuration | None = None
_kept: set[str] = set()


def at(version: int) -> Configuration:
    """The configuration of `version` or a later one, from the process's memory when it is there."""
    global _current
    found = _current
    if found is None or found.book.version < version:
        with _lock:
            found = _current
            if found is None or found.book.version < version:
                previous = found.book if found else None
                book = pricing.read_book(previous)
                _current = found = Configuration(book, orders.channels(), orders.order_types())
    return found


def now() -> Configuration:
    """The present configuration, after asking the database for its version."""
    return at(pricing.version())


def forget() -> None:
    """Read everything again next time (another database in a test)."""
    global _current
    _current = None
    _kept.clear()


def keep_rules(configuration: Configuration) -> None:
    """Make sure the rules orders are about to refer to are stored; asks the database once a version and process."""
    rules = configuration.book.rules
    if rules.digest in _kept:
        return
    pricing_services.keep_rules(rules)
    transaction.on_commit(lambda: _kept.add(rules.digest))
