"""Bills of materials saved by two at once, with real threads and transactions; and what would be without the lock."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.supply import master_services
from openoms.domains.supply.errors import CircularBill
from openoms.domains.supply.models import BillLine
from openoms.domains.supply.types import BillInput, BillLineInput
from openoms.flows.edit_supply import save_bill
from tests.concurrency.together import attempt_together
from tests.factories import make_sku, owner

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def both(*pairs: tuple[str, str]) -> list[Any]:
    """Save at once that each first sku is made of its second; how each ended."""
    return list(
        attempt_together(
            *(
                lambda made=made, part=part: save_bill(
                    BillInput(made, (BillLineInput(part, D(1)),)), actor=owner()
                )
                for made, part in pairs
            )
        )
    )


@pytest.fixture(autouse=True)
def skus(db: None) -> None:
    for code in ("A", "B"):
        make_sku(code)


def test_two_bills_that_close_a_circle_together_are_not_both_saved() -> None:
    for _round in range(5):
        BillLine.objects.all().delete()
        outcomes = both(("A", "B"), ("B", "A"))
        assert sum(isinstance(one, CircularBill) for one in outcomes) == 1
        assert BillLine.objects.count() == 1


def test_without_the_lock_neither_sees_the_other_and_the_circle_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked, check = threading.Barrier(2), master_services._refuse_circle

    def check_then_wait(made: Any) -> None:
        check(made)
        checked.wait(30)

    monkeypatch.setattr(master_services, "lock_bills", lambda: None)
    monkeypatch.setattr(master_services, "_refuse_circle", check_then_wait)
    outcomes = both(("A", "B"), ("B", "A"))
    assert not any(isinstance(one, BaseException) for one in outcomes)
    assert BillLine.objects.count() == 2
