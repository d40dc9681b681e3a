"""Refusals of pricing."""

from decimal import Decimal
from typing import Any

from openoms.core.errors import InvalidInput


class LineRefused(InvalidInput):
    """Something about one part (`part`, or the way to it) of one line (`line`, its index) of a basket."""

    def __init__(self, detail: str, line: int, part: str | tuple[str, ...], **data: Any) -> None:
        way = (part,) if isinstance(part, str) else part
        super().__init__(detail, field=("lines", line, *way), **data)


class UnknownSku(LineRefused):
    """No active sku has that code."""

    code = "unknown_sku"

    def __init__(self, sku: str, line: int) -> None:
        super().__init__(
            f"There is no active sku {sku!r}. Choose one from the catalogue.", line, "sku", sku=sku
        )


class NoPrice(LineRefused):
    """The sku has no price in the currency for this customer."""

    code = "no_price"

    def __init__(self, sku: str, currency: str, line: int) -> None:
        super().__init__(
            f"{sku} has no price in {currency} for this customer. Add one to a price list or type a price.",
            line,
            "sku",
            sku=sku,
            currency=currency,
        )


class NotOnSale(LineRefused):
    """The sku is not sold on that day; `part` tells the line's own sku from a part of a bundle."""

    code = "not_on_sale"

    def __init__(self, sku: str, line: int, part: str = "sku") -> None:
        super().__init__(f"{sku} is not on sale today. Choose another one.", line, part, sku=sku)


class PackMultiple(LineRefused):
    """The sku is sold in packs and the quantity is no whole number of them."""

    code = "pack_multiple"

    def __init__(self, sku: str, pack: Decimal, line: int) -> None:
        size = f"{pack.normalize():f}"
        super().__init__(
            f"{sku} is sold in packs of {size}: order a multiple of that.",
            line,
            "quantity",
            sku=sku,
            pack=size,
        )


class BelowMinimum(LineRefused):
    """Less is asked for than is sold at once."""

    code = "below_minimum"

    def __init__(self, sku: str, least: Decimal, line: int) -> None:
        size = f"{least.normalize():f}"
        super().__init__(f"{sku} is sold from {size} on.", line, "quantity", sku=sku, least=size)


class UnknownOption(LineRefused):
    """The product has no such option to choose on a line."""

    code = "unknown_option"

    def __init__(self, option: str, line: int) -> None:
        super().__init__(f"There is no option {option!r} to choose here.", line, "options", option=option)


class UnknownOptionValue(LineRefused):
    """The option has no such value."""

    code = "unknown_option_value"

    def __init__(self, option: str, value: str, line: int) -> None:
        super().__init__(
            f"The option {option} has no value {value!r}.", line, "options", option=option, value=value
        )


class OptionRequired(LineRefused):
    """Nothing was chosen where something must be."""

    code = "option_required"

    def __init__(self, option: str, line: int) -> None:
        super().__init__(f"Choose a value for the option {option}.", line, "options", option=option)


class OneValueOnly(LineRefused):
    """Several values were chosen where one can be."""

    code = "one_value_only"

    def __init__(self, option: str, line: int) -> None:
        super().__init__(f"Choose only one value for the option {option}.", line, "options", option=option)


class IncompatibleOptions(LineRefused):
    """Two values that exclude each other."""

    code = "incompatible_options"

    def __init__(self, one: tuple[str, str], other: tuple[str, str], line: int) -> None:
        names = " ".join(one), " ".join(other)
        super().__init__(
            f"{names[0]} and {names[1]} do not go together. Take one of them away.",
            line,
            "options",
            one=names[0],
            other=names[1],
        )


class NoOptionPrice(LineRefused):
    """What was chosen has a price in other currencies, and none in this one: it is not free, it is unknown."""

    code = "no_option_price"

    def __init__(self, what: str, currency: str, line: int, part: str = "options") -> None:
        super().__init__(f"{what} has no price in {currency}.", line, part, what=what, currency=currency)


class OptionsBelowZero(LineRefused):
    """The options take more off than the thing costs."""

    code = "options_below_zero"

    def __init__(self, sku: str, line: int) -> None:
        super().__init__(f"The options take more off {sku} than it costs.", line, "options", sku=sku)


class UnknownGroup(LineRefused):
    """The sku has no such group of parts to choose from."""

    code = "unknown_group"

    def __init__(self, group: str, line: int) -> None:
        super().__init__(
            f"There is no group {group!r} of parts to choose from here.", line, "parts", group=group
        )


class UnknownPart(LineRefused):
    """The group has no such part."""

    code = "unknown_part"

    def __init__(self, group: str, sku: str, line: int) -> None:
        super().__init__(f"The group {group} has no part {sku!r}.", line, "parts", group=group, sku=sku)


class WrongPartCount(LineRefused):
    """Too few parts of a group were chosen, too many, or one twice."""

    code = "wrong_part_count"

    def __init__(self, group: str, least: int, most: int, line: int) -> None:
        count = str(least) if least == most else f"{least} to {most}"
        super().__init__(
            f"Choose {count} different parts of the group {group}.",
            line,
            "parts",
            group=group,
            least=least,
            most=most,
        )


class BadDiscount(InvalidInput):
    """A discount that would take more than there is."""

    code = "bad_discount"


class MixedTaxBasis(InvalidInput):
    """Two lines come from price lists of which one contains the tax and the other does not."""

    code = "mixed_tax_basis"


class FormulaRefused(InvalidInput):
    """A formula that cannot be read or has no price; the detail says what, `at` the sign where (from 1) if it has a place."""

    code = "formula_refused"

    def __init__(
        self, detail: str, field: str | tuple[str | int, ...] = "formula", at: int | None = None
    ) -> None:
        data: dict[str, Any] = {} if at is None else {"at": at}
        super().__init__(detail, field=field, **data)


class InputMissing(LineRefused):
    """A made-to-measure sku needs this input."""

    code = "input_missing"

    def __init__(self, sku: str, name: str, code: str, line: int, name_zh: str = "") -> None:
        super().__init__(
            f"{sku} is priced by its {name}: say it.",
            line,
            ("inputs", code),
            sku=sku,
            input=code,
            name=name,
            name_zh=name_zh,
        )


class InputOutOfRange(LineRefused):
    """An input lies outside the range it is made in."""

    code = "input_out_of_range"

    def __init__(
        self, name: str, code: str, least: Decimal, most: Decimal, unit: str, line: int, name_zh: str = ""
    ) -> None:
        bounds = f"{least.normalize():,f} to {most.normalize():,f}{f' {unit}' if unit else ''}"
        super().__init__(
            f"{name} is made from {bounds}.",
            line,
            ("inputs", code),
            input=code,
            least=str(least),
            most=str(most),
            unit=unit,
            name=name,
            name_zh=name_zh,
        )


class InputOffStep(LineRefused):
    """An input is made in steps and this lies between two."""

    code = "input_off_step"

    def __init__(
        self, name: str, code: str, step: Decimal, least: Decimal, line: int, name_zh: str = ""
    ) -> None:
        start = f"{least.normalize():,f}"
        super().__init__(
            f"{name} is made in steps of {step.normalize():,f} from {start}.",
            line,
            ("inputs", code),
            input=code,
            step=str(step),
            least=str(least),
            name=name,
            name_zh=name_zh,
        )


class UnknownInput(LineRefused):
    """The sku asks no such input."""

    code = "unknown_input"

    def __init__(self, sku: str, code: str, line: int) -> None:
        super().__init__(f"{sku} has no input {code!r}.", line, ("inputs", code), sku=sku, input=code)
