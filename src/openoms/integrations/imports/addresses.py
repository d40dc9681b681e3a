"""Addresses in rows, of customers and of orders."""

from collections.abc import Mapping

from openoms.domains.customers.contacts import AddressParts
from openoms.integrations.imports.errors import BadRow
from openoms.integrations.imports.mapping import AddressTable
from openoms.integrations.imports.values import Reading

_PLACE = ("line", "region", "city", "district", "postcode")


def address_of(table: AddressTable | None, cells: Mapping[str, str], reading: Reading) -> AddressParts | None:
    """The address of a row, None when nothing of a place is there; raises BadRow for a country nobody knows."""
    if table is None:
        return None
    parts = {name: reading.text(getattr(table, name), cells, most=120) for name in _PLACE[1:4]}
    parts["line"] = reading.text(table.line, cells, most=300)
    parts["postcode"] = reading.text(table.postcode, cells, most=20)
    country = reading.country(table.country, cells)
    if not country:
        if any(parts.values()):
            raise BadRow("an address without a country")
        return None
    return AddressParts(
        country=country,
        name=reading.text(table.name, cells, most=120),
        phone=reading.text(table.phone, cells, most=20),
        **parts,
    )
