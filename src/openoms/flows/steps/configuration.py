"""The compiled configuration: read once for each version, kept in the process, shared by its threads."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from openoms.core import db
from openoms.domains.approvals import queries as approvals
from openoms.domains.approvals.rulebook import RuleBook
from openoms.domains.inventory import queries as inventory
from openoms.domains.inventory.queries import InventoryBook
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Channel, OrderType
from openoms.domains.pricing import queries as pricing
from openoms.domains.pricing import services as pricing_services
from openoms.domains.pricing.book import Book
from openoms.domains.pricing.documents import digest_of
from openoms.domains.pricing.queries import VERSION_STATEMENT


@dataclass(frozen=True, slots=True)
class Configuration:
    """What pricing, placing and approving go by, of one version."""

    book: Book
    channels: Mapping[str, Channel]
    order_types: Mapping[str, OrderType]
    approval: RuleBook
    inventory: InventoryBook


class _Memory:
    """What the process remembers: the latest configuration it read, and the rules it knows to be stored."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.latest: Configuration | None = None
        self.kept_rules: set[str] = set()


_memory = _Memory()


def at(version: int) -> Configuration:
    """The configuration of `version` or a later one, from the process's memory when it is there."""
    found = _memory.latest
    if found is not None and found.book.version >= version:
        return found
    with _memory.lock:
        found = _memory.latest
        if found is None or found.book.version < version:
            book = pricing.read_book(version, found.book if found else None)
            found = _memory.latest = Configuration(
                book,
                orders.channels(),
                orders.order_types(),
                approvals.rulebook(),
                inventory.inventory_book(),
            )
        return found


def remembered() -> Configuration | None:
    """The configuration the process has at hand, however old; None before it read one."""
    return _memory.latest


def now() -> Configuration:
    """The present configuration, after asking the database for its version."""
    [[(version,)]] = db.run_together([(VERSION_STATEMENT, ())])
    return at(version)


def forget() -> None:
    """Read everything again next time (another database in a test)."""
    _memory.latest = None
    _memory.kept_rules.clear()


def keep_rules(configuration: Configuration) -> None:
    """Make sure the rules orders are about to refer to are stored; asks the database once a version and process."""
    rules = configuration.book.rules
    digest = digest_of(rules)
    if digest in _memory.kept_rules:
        return
    pricing_services.keep_rules(rules)
    transaction.on_commit(partial(_memory.kept_rules.add, digest))
