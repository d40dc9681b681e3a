"""Barcodes that carry a check digit (EAN-8, EAN-13, UPC-A, GTIN-14). Pure."""

_LENGTHS = frozenset({8, 12, 13, 14})


def has_wrong_check_digit(barcode: str) -> bool:
    """Whether a barcode of digits, as long as an EAN or UPC, ends in another digit than it should. Source: GS1 §7.9."""
    if not (barcode.isascii() and barcode.isdigit() and len(barcode) in _LENGTHS):
        return False
    digits = [int(sign) for sign in barcode]
    weighted = sum(digit * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits[:-1])))
    return (10 - weighted % 10) % 10 != digits[-1]


def warnings_of(barcode: str) -> list[str]:
    """What is doubtful about a barcode, as codes: firms have codes of their own, so it is never refused."""
    return ["barcode_check_digit"] if has_wrong_check_digit(barcode) else []
