"""The demonstration company 示例家居电器: an electronics shop that also makes furniture to measure.

Everything in it is invented. Loading is deterministic but for its dates, which are counted back from today, and safe to
repeat: what is there stays. For trying the program only: everybody signs in with one published password.
"""

from collections.abc import Callable

from openoms.demo import (
    approvals,
    catalogue,
    habits,
    orders,
    people,
    pictures,
    pricing,
    promotions,
    requests,
    stock,
    supply,
    warehouse,
)
from openoms.demo.people import DemoSignIn
from openoms.domains.catalog.models import Sku
from openoms.domains.identity.rules import system

__all__ = ["DemoSignIn", "load"]


def load(echo: Callable[[str], None]) -> list[DemoSignIn]:
    """Load what is missing of the company, telling `echo` each step; returns who can sign in."""
    actor = system("demo")
    echo("Loading the demonstration company ...")
    sign_ins = people.load_staff(actor)
    catalogue.load(actor)
    pictures.load(actor)
    customers = people.load_customers(actor)
    orders.load(actor)
    habits.load(actor)
    promotions.load(actor)
    pricing.load(actor)
    approvals.load(actor)
    placed = requests.load()
    stock.load(actor)
    supply.load(actor)
    warehouse.load(actor)
    skus = Sku.objects.count()
    echo(f"{skus} skus, {customers} customers and {placed} orders are there.")
    return sign_ins
