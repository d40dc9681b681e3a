"""What a sku lets one choose, extras and a bundle's parts, and what was chosen checked against it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openoms.domains.pricing.errors import (
    IncompatibleOptions,
    OneValueOnly,
    OptionRequired,
    UnknownGroup,
    UnknownOption,
    UnknownOptionValue,
    UnknownPart,
    WrongPartCount,
)

# What was chosen: codes of values by option, or of skus by group.
Picked = Mapping[str, tuple[str, ...]]
# A value of an option: (option's code, value's code).
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ExtraValue:
    """One value of an extra: what it adds to the unit price (or takes off), by currency and as a `percent` of the base."""

    code: str
    name: str = ""
    name_zh: str = ""
    deltas: Mapping[str, Decimal] = field(default_factory=dict)
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Extra:
    """An option asked for on a line: it changes the price, not the sku. `many` lets one choose several values."""

    code: str
    name: str = ""
    name_zh: str = ""
    required: bool = False
    many: bool = False
    values: tuple[ExtraValue, ...] = ()


@dataclass(frozen=True, slots=True)
class BundlePart:
    """A sku in a bundle: how many of it each bundle holds, and what choosing it costs more, by currency."""

    sku: str
    quantity: Decimal = Decimal(1)
    surcharges: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartGroup:
    """Parts that belong together: all of them taken (`fixed`), or `least` to `most` of them chosen."""

    code: str
    parts: tuple[BundlePart, ...]
    name: str = ""
    name_zh: str = ""
    fixed: bool = True
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """How a bundle is made up and priced: `fixed` (its own price), `sum` of its parts', or `discounted` from that."""

    policy: str
    groups: tuple[PartGroup, ...]
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Menu:
    """All that can be chosen of a sku. `variant` is what the sku itself is; `conflicts` are pairs that exclude each other."""

    extras: tuple[Extra, ...] = ()
    conflicts: tuple[tuple[Choice, Choice], ...] = ()
    variant: tuple[Choice, ...] = ()
    bundle: Bundle | None = None


NO_MENU = Menu()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value chosen for an extra; `amount` is what it added to the unit price, None where no price was asked of it."""

    option: Extra
    value: ExtraValue
    amount: Decimal | None

    def document(self) -> dict[str, Any]:
        """Itself as an order's line keeps it: plain JSON values."""
        return {
            "option": self.option.code,
            "name": self.option.name,
            "name_zh": self.option.name_zh,
            "value": self.value.code,
            "value_name": self.value.name,
            "value_name_zh": self.value.name_zh,
            "amount": None if self.amount is None else str(self.amount),
        }


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A part of a bundle that is taken, of its group."""

    group: PartGroup
    part: BundlePart


def chosen_values(
    menu: Menu, picked: Picked, index: int, *, lenient: bool = False
) -> list[tuple[Extra, ExtraValue]]:
    """The extras picked for line `index`, in the menu's order. `lenient` leaves out what is required and was not said.

    Raises UnknownOption, UnknownOptionValue, OneValueOnly, OptionRequired, IncompatibleOptions.
    """
    unknown = sorted(picked.keys() - {extra.code for extra in menu.extras})
    if unknown:
        raise UnknownOption(unknown[0], index)
    found: list[tuple[Extra, ExtraValue]] = []
    for extra in menu.extras:
        codes = picked.get(extra.code, ())
        if len(codes) > 1 and not extra.many:
            raise OneValueOnly(extra.code, index)
        if extra.required and not codes and not lenient:
            raise OptionRequired(extra.code, index)
        values = {value.code: value for value in extra.values}
        for code in codes:
            if code not in values:
                raise UnknownOptionValue(extra.code, code, index)
        found += [(extra, value) for value in extra.values if value.code in codes]
    _check_conflicts(menu, {(extra.code, value.code) for extra, value in found}, index)
    return found


def taken_parts(
    bundle: Bundle | None, picked: Picked, index: int, *, lenient: bool = False
) -> list[TakenPart]:
    """The parts of the bundle that line `index` takes, in the bundle's order; none without a bundle.

    Raises UnknownGroup, UnknownPart, WrongPartCount.
    """
    groups = bundle.groups if bundle else ()
    unknown = sorted(picked.keys() - {group.code for group in groups if not group.fixed})
    if unknown:
        raise UnknownGroup(unknown[0], index)
    taken: list[TakenPart] = []
    for group in groups:
        if group.fixed:
            taken += [TakenPart(group, part) for part in group.parts]
            continue
        codes = picked.get(group.code, ())
        strange = sorted(set(codes) - {part.sku for part in group.parts})
        if strange:
            raise UnknownPart(group.code, strange[0], index)
        fits = group.least <= len(codes) <= group.most and len(set(codes)) == len(codes)
        if not fits and not (lenient and not codes):
            raise WrongPartCount(group.code, group.least, group.most, index)
        taken += [TakenPart(group, part) for part in group.parts if part.sku in codes]
    return taken


def clashes(menu: Menu, choices: Iterable[Choice]) -> list[tuple[Choice, Choice]]:
    """The pairs among `choices` (the sku's own variant values included) that exclude each other."""
    held = {*choices, *menu.variant}
    return [pair for pair in menu.conflicts if pair[0] in held and pair[1] in held]


def _check_conflicts(menu: Menu, choices: set[Choice], index: int) -> None:
    # A sku that is itself made of two such values was allowed on purpose: only what is asked for can clash.
    for one, other in clashes(menu, choices):
        if one in choices or other in choices:
            raise IncompatibleOptions(one, other, index)


def menu_document(menu: Menu) -> dict[str, Any]:
    """A menu as plain JSON values; parts that are empty are left out."""
    document: dict[str, Any] = {}
    if menu.extras:
        document["extras"] = [_extra_document(extra) for extra in menu.extras]
    if menu.conflicts:
        document["conflicts"] = [[list(one), list(other)] for one, other in menu.conflicts]
        document["variant"] = [list(choice) for choice in menu.variant]
    if menu.bundle:
        document["bundle"] = {
            "policy": menu.bundle.policy,
            "percent": str(menu.bundle.percent),
            "groups": [_group_document(group) for group in menu.bundle.groups],
        }
    return document


def menu_from(document: Mapping[str, Any]) -> Menu:
    """The menu a document of `menu_document` was made from."""
    bundle = document.get("bundle")
    return Menu(
        extras=tuple(
            Extra(
                extra["code"], extra["name"], extra["name_zh"], extra["required"], extra["many"],
                tuple(
                    ExtraValue(
                        v["code"], v["name"], v["name_zh"], _amounts(v["deltas"]), Decimal(v.get("percent", 0))
                    )
                    for v in extra["values"]
                ),
            )
            for extra in document.get("extras", ())
        ),
        conflicts=tuple((_choice(one), _choice(other)) for one, other in document.get("conflicts", ())),
        variant=tuple(_choice(choice) for choice in document.get("variant", ())),
        bundle=Bundle(
            bundle["policy"], tuple(_group_from(group) for group in bundle["groups"]), Decimal(bundle["percent"])
        )
        if bundle
        else None,
    )  # fmt: skip


def _extra_document(extra: Extra) -> dict[str, Any]:
    return {
        "code": extra.code, "name": extra.name, "name_zh": extra.name_zh,
        "required": extra.required, "many": extra.many,
        "values": [
            {"code": v.code, "name": v.name, "name_zh": v.name_zh, "deltas": _spelled(v.deltas)}
            | ({"percent": str(v.percent)} if v.percent else {})
            for v in extra.values
        ],
    }  # fmt: skip


def _group_document(group: PartGroup) -> dict[str, Any]:
    return {
        "code": group.code, "name": group.name, "name_zh": group.name_zh,
        "fixed": group.fixed, "least": group.least, "most": group.most,
        "parts": [[part.sku, str(part.quantity), _spelled(part.surcharges)] for part in group.parts],
    }  # fmt: skip


def _group_from(document: Mapping[str, Any]) -> PartGroup:
    parts = tuple(
        BundlePart(sku, Decimal(quantity), _amounts(more)) for sku, quantity, more in document["parts"]
    )
    return PartGroup(
        document["code"], parts, document["name"], document["name_zh"],
        document["fixed"], document["least"], document["most"],
    )  # fmt: skip


def _choice(pair: Sequence[str]) -> Choice:
    return pair[0], pair[1]


def _spelled(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: str(amount) for currency, amount in amounts.items()}


def _amounts(document: Mapping[str, str]) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in document.items()}
