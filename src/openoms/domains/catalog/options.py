"""Writing a product's options, which of their values exclude each other, and which values a sku has."""

from collections.abc import Sequence

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.domains.catalog.documents import conflicts_document, options_document
from openoms.domains.catalog.errors import InUse
from openoms.domains.catalog.models import (
    Option,
    OptionConflict,
    OptionDelta,
    OptionValue,
    Product,
    Sku,
    SkuValue,
)
from openoms.domains.catalog.types import Choice, OptionInput, ValueInput
from openoms.domains.catalog.writing import check, check_amounts, check_codes

VARIANT = Option.Kind.VARIANT
Change = tuple[object, object]


def set_options(product: Product, options: Sequence[OptionInput]) -> Change:
    """Make the product's options exactly these; (before, after) as documents. Raises InvalidInput, InUse."""
    require_atomic()
    check_codes([option.code for option in options], ("options",))
    there = {option.code: option for option in _options(product)}
    before = options_document(there.values())
    for code in there.keys() - {option.code for option in options}:
        _remove_option(there[code])
    for position, value in enumerate(options):
        _save_option(product, there.get(value.code), value, position)
    return before, options_document(_options(product))


def set_conflicts(product: Product, pairs: Sequence[tuple[Choice, Choice]]) -> Change:
    """Make these the pairs of the product's values that exclude each other; (before, after) as documents."""
    require_atomic()
    options = _options(product)
    before = conflicts_document(options)
    values = {(option.code, value.code): value for option in options for value in option.values.all()}
    wanted = set()
    for index, (one, other) in enumerate(pairs):
        for choice in (one, other):
            if choice not in values:
                raise InvalidInput(f"There is no value {' '.join(choice)!r}.", field=("conflicts", index))
        if one == other:
            raise InvalidInput("A value cannot exclude itself.", field=("conflicts", index))
        wanted.add(tuple(sorted((values[one].pk, values[other].pk))))
    OptionConflict.objects.filter(one__option__product=product).delete()
    OptionConflict.objects.bulk_create([OptionConflict(one_id=one, other_id=other) for one, other in wanted])
    return before, conflicts_document(_options(product))


def set_values(sku: Sku, choices: Sequence[Choice]) -> Change:
    """Say which value the sku has of each variant option, of all or none; (before, after) as documents."""
    require_atomic()
    before = values_of(sku)
    wanted = dict(choices)
    if before == wanted and len(wanted) == len(choices):
        return before, before
    options = {option.code: option for option in _options(sku.product) if option.kind == VARIANT}
    check_codes([option for option, _ in choices], ("options",))
    missing = sorted(options.keys() - wanted.keys()) if wanted else []
    if missing:
        raise InvalidInput(f"Choose a value for the option {missing[0]}.", field=("options", missing[0]))
    rows = []
    for option, code in sorted(wanted.items()):
        values = {value.code: value for value in options[option].values.all()} if option in options else {}
        if code not in values:
            raise InvalidInput(f"There is no value {f'{option} {code}'!r}.", field=("options", option))
        rows.append(SkuValue(sku=sku, option=options[option], value=values[code]))
    sku.variant_key = "|".join(f"{option}={code}" for option, code in sorted(wanted.items()))
    _refuse_same_version(sku)
    sku.save(update_fields=["variant_key"])
    SkuValue.objects.filter(sku=sku).delete()
    SkuValue.objects.bulk_create(rows)
    return before, wanted


def values_of(sku: Sku) -> dict[str, str]:
    """The sku's value of each variant option, by code."""
    rows = SkuValue.objects.filter(sku=sku).order_by("option__position", "option__code")
    return dict(rows.values_list("option__code", "value__code"))


def _refuse_same_version(sku: Sku) -> None:
    rows = Sku.objects.filter(product=sku.product, variant_key=sku.variant_key).exclude(pk=sku.pk)
    other = rows.values_list("code", flat=True).first() if sku.variant_key else None
    if other is not None:
        raise InvalidInput(f"{other} is that version of the product already.", field="options")


def _options(product: Product) -> list[Option]:
    rows = Option.objects.filter(product=product).order_by("position", "id")
    return list(rows.prefetch_related("values__deltas", "values__conflicts__other__option"))


def _remove_option(option: Option) -> None:
    if SkuValue.objects.filter(option=option).exists():
        raise InUse(f"option {option.code}")
    option.delete()


def _save_option(product: Product, row: Option | None, value: OptionInput, position: int) -> None:
    loc: tuple[str | int, ...] = ("options", position)
    if row is not None and row.kind != value.kind and SkuValue.objects.filter(option=row).exists():
        raise InUse(f"option {value.code}")
    if value.kind == VARIANT and value.many:
        raise InvalidInput("A variant has one value of each option.", field=(*loc, "many"))
    if value.required and not any(one.is_active for one in value.values):
        raise InvalidInput("A required option needs a value to choose.", field=(*loc, "values"))
    check_codes([one.code for one in value.values], (*loc, "values"))
    there = {one.code: one for one in row.values.all()} if row is not None else {}
    row = row or Option(product=product, code=value.code)
    row.name, row.name_zh, row.kind = value.name, value.name_zh, value.kind
    row.required, row.many, row.position = value.required, value.many, position
    check(row, loc)
    row.save()
    for code in there.keys() - {one.code for one in value.values}:
        if SkuValue.objects.filter(value=there[code]).exists():
            raise InUse(f"value {value.code} {code}")
        there[code].delete()
    for number, one in enumerate(value.values):
        _save_value(row, there.get(one.code), one, number, (*loc, "values", number))


def _save_value(
    option: Option, row: OptionValue | None, value: ValueInput, position: int, loc: tuple[str | int, ...]
) -> None:
    if option.kind == VARIANT and (value.deltas or value.percent):
        raise InvalidInput(
            "A variant's price is that of its sku: set it on the price lists.",
            field=(*loc, "deltas" if value.deltas else "percent"),
        )
    before = {delta.currency: delta.amount for delta in row.deltas.all()} if row is not None else {}
    row = row or OptionValue(option=option, code=value.code)
    row.name, row.name_zh, row.is_active, row.position = value.name, value.name_zh, value.is_active, position
    row.percent = value.percent
    check(row, loc)
    row.save()
    wanted = check_amounts(value.deltas, (*loc, "deltas"))
    if wanted != before:
        OptionDelta.objects.filter(value=row).delete()
        OptionDelta.objects.bulk_create(
            [OptionDelta(value=row, currency=currency, amount=amount) for currency, amount in wanted.items()]
        )
