"""Mappings: what they may say, how values come out, and the sentences of refusals."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openoms.core.money import UNIT_PRICE_STEP, round_money
from openoms.integrations.imports import agreed, calc, mapping
from openoms.integrations.imports.countries import country_code
from openoms.integrations.imports.errors import BadMapping, BadRow
from openoms.integrations.imports.rejects import RejectsFile, inert
from openoms.integrations.imports.rows import Place, Reject
from openoms.integrations.imports.values import Reading, Value

READING = Reading(ZoneInfo("Asia/Shanghai"), ("%d.%m.%Y",), ",", ".")
CUSTOMERS = b"""kind = "customers"
[customer]
code = "id"
name = "name"
"""


def value(said: object) -> Value:
    return Value.model_validate(said)


@pytest.mark.parametrize("name", mapping.ready_names())
def test_every_ready_mapping_is_valid(name: str) -> None:
    assert mapping.load(name, name.rpartition("-")[2]).about


def test_ready_mappings_are_named_by_kind() -> None:
    assert mapping.ready_names("orders") == ["northwind-orders", "superstore-orders"]


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (b"", "kind = 'orders'"),
        (b"[customer]\nnmae='x'\n", "is not TOML"),
    ],
)
def test_a_mapping_of_another_kind_or_form_is_refused(extra: bytes, sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence):
        mapping.parse(CUSTOMERS + extra, "m.toml", "orders")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[customer]\ncode="id"\nname="n"\nnmae="x"', "no field customer.nmae, did you mean name"),
        ('[customer]\ncode="id"', "customer.name is missing"),
        ('[customer]\ncode="id"\nname={}', "customer.name: say exactly one of"),
        ('[customer]\ncode="id"\nname={column="a",value="b"}', "customer.name: say exactly one of"),
        ('[customer]\ncode="id"\nname={calc="a; b"}', "is not a calculation"),
        ('[file]\ntime_zone="Mars/Base"\n[customer]\ncode="id"\nname="n"', "'Mars/Base' is not a time zone"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(BadMapping, match=sentence):
        mapping.parse(f'kind = "customers"\n{text}'.encode(), "m.toml", "customers")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('unit_price="p"\nnet="n"', "either unit_price or net"),
        ('unit_price="p"\ndiscount_share="d"\ndiscount_percent="d"', "not both"),
        ('unit_price="p"\nfile="lines.csv"', "both file and key"),
    ],
)
def test_lines_say_their_price_once(line: str, sentence: str) -> None:
    head = '[order]\nexternal_id="i"\ncustomer="c"\nplaced_at="d"\ncurrency="y"\n'
    text = f'kind = "orders"\n{head}[line]\nsku="s"\nquantity="q"\n{line}'
    with pytest.raises(BadMapping, match=sentence):
        mapping.parse(text.encode(), "m.toml", "orders")


def test_an_unknown_mapping_names_the_ready_ones() -> None:
    with pytest.raises(BadMapping, match="northwind-orders, superstore-orders"):
        mapping.load("nowhere", "orders")


def test_values_come_from_columns_constants_templates_and_conditions() -> None:
    cells = {"a": "x", "b": "7090", "c": ""}
    assert READING.text(value("a"), cells) == "x"
    assert READING.text(value({"value": True}), cells) == "true"
    assert READING.text(value({"template": "NW-{b}/{c}"}), cells) == "NW-7090/"
    assert READING.text(value({"template": "NW-{c}"}), cells) == ""
    assert READING.text(value({"if_present": "c", "then": "yes", "else": "no"}), cells) == "no"
    assert READING.text(value({"column": "b", "pad": 5}), cells) == "07090"
    assert READING.text(value({"column": "c", "default": "none"}), cells) == "none"
    assert READING.text(value({"column": "a", "map": {"x": "y"}}), cells) == "y"
    with pytest.raises(BadRow, match="does not translate"):
        READING.text(value({"column": "b", "map": {"x": "y"}}), cells)
    assert READING.text(value({"column": "b", "map": {"x": "y"}, "default": "z"}), cells) == "z"


def test_numbers_are_read_in_the_files_spelling() -> None:
    cells = {"n": "1.234,50", "p": "15 %", "w": "12", "bad": "1,2,3", "nan": "NaN", "huge": "1e99"}
    assert READING.number(value("n"), cells) == Decimal("1234.50")
    assert READING.number(value("p"), cells) == Decimal("0.15")
    assert READING.whole(value("w"), cells) == 12
    assert READING.number(value("missing"), cells) is None
    for column in ("bad", "nan", "huge"):
        with pytest.raises(BadRow, match="a number is needed"):
            READING.number(value(column), cells)
    with pytest.raises(BadRow, match="whole number"):
        READING.whole(value("n"), cells)


def test_dates_are_read_in_the_mappings_formats_and_zone_or_iso() -> None:
    cells = {
        "d": "29.02.2024",
        "iso": "2024-02-29T08:30:00",
        "z": "2024-02-29T08:30:00+00:00",
        "bad": "31.02.2024",
    }
    assert READING.instant(value("d"), cells) == datetime(2024, 2, 28, 16, tzinfo=UTC)
    assert READING.day(value("d"), cells) == date(2024, 2, 29)
    assert READING.instant(value("iso"), cells) == datetime(2024, 2, 29, 0, 30, tzinfo=UTC)
    assert READING.instant(value("z"), cells) == datetime(2024, 2, 29, 8, 30, tzinfo=UTC)
    with pytest.raises(BadRow, match=r"31\.02\.2024"):
        READING.instant(value("bad"), cells)


def test_truth_and_need() -> None:
    assert READING.truth(value("t"), {"t": "是"}) is True
    assert READING.truth(value("t"), {"t": "No"}) is False
    assert READING.truth(value("t"), {"t": ""}) is None
    with pytest.raises(BadRow, match="yes or no"):
        READING.truth(value("t"), {"t": "maybe"})
    with pytest.raises(BadRow, match="no sku: t is empty"):
        READING.needed(value("t"), {"t": ""}, "sku")
    with pytest.raises(BadRow, match="at most 3"):
        READING.text(value("t"), {"t": "long"}, most=3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("USA", "US"),
        ("Germany", "DE"),
        ("DE", "DE"),
        ("deu", "DE"),
        ("Deutschland", "DE"),
        ("中国", "CN"),
    ],
)
def test_countries_are_known_by_code_and_by_name(text: str, code: str) -> None:
    assert country_code(text) == code


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(BadRow, match="Atlantis"):
        country_code("Atlantis")


def test_calculations_are_exact_and_nothing_but_arithmetic() -> None:
    parsed = calc.parse("-{a b} * (1 - 0.1) / {c} + 2")
    assert calc.result(parsed, {"a b": Decimal(3), "c": Decimal(2)}) == Decimal("0.65")
    with pytest.raises(BadRow, match="no result"):
        calc.result(parsed, {"a b": Decimal(3), "c": Decimal(0)})
    for text in ("__import__('os')", "{a} ** {b}", "{a}.real", "v0", "[1]", "True", "'x'", "{a} if 1 else 2"):
        with pytest.raises(BadMapping):
            calc.parse(text)


cents = st.decimals(min_value="0.01", max_value="99999.99", places=2)
shares = st.decimals(min_value=0, max_value="0.95", places=2)
pieces = st.integers(min_value=1, max_value=200).map(Decimal)


def kept(terms: agreed.Agreed, quantity: Decimal) -> Decimal:
    """What the engine will keep of a line: its gross less its discount, both at the cent."""
    gross = round_money(terms.unit_price * quantity, "USD")
    if terms.discount is None:
        return gross
    if terms.discount.kind == "amount":
        return gross - terms.discount.value
    return gross - round_money(gross * terms.discount.value / 100, "USD")


@given(st.decimals(min_value="0.01", max_value="50000", places=4), pieces, shares)
def test_a_net_amount_is_kept_within_half_a_cent(net: Decimal, quantity: Decimal, share: Decimal) -> None:
    terms = agreed.by_net(net, quantity, share, "USD")
    # Six decimals of a unit price, times the quantity, add at most this to the half cent.
    slack = UNIT_PRICE_STEP / 2 * quantity
    assert abs(kept(terms, quantity) - net) <= Decimal("0.005") + slack


@given(cents, pieces, shares)
def test_a_discounted_price_is_kept_within_half_a_cent(
    price: Decimal, quantity: Decimal, share: Decimal
) -> None:
    assume(price * quantity < 10**9)
    terms = agreed.by_unit_price(price, quantity, share)
    assert abs(kept(terms, quantity) - terms.exact_net) <= Decimal("0.005")


def test_discounts_outside_their_range_are_refused() -> None:
    with pytest.raises(BadRow, match="between 0 and 100"):
        agreed.by_unit_price(Decimal(1), Decimal(1), Decimal(15))
    with pytest.raises(BadRow, match="no price"):
        agreed.by_net(Decimal(1), Decimal(0), Decimal(0), "USD")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "@x", "\tx", "-2+3", "＝1", "-"])
def test_formulas_are_made_inert(cell: str) -> None:
    assert inert(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-12.50", "+86", "a=b", "", "12"])
def test_plain_cells_stay(cell: str) -> None:
    assert inert(cell) == cell


def test_rejects_are_written_with_place_reason_and_row(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    with RejectsFile(path) as rejects:
        assert not path.exists()
        rejects.add(Reject(Place("f.csv", 7), ("=1+1", "李雷, x"), "because", "=key"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "line", "key", "reason", "row"]
    assert rows[1] == ["f.csv", "7", "'=key", "because", '\'=1+1,"李雷, x"']
    assert rejects.count == 1
