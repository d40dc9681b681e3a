"""Writing what a sku asks of the customer and reckons its price from; whether it can be reckoned pricing decides."""

from openoms.core.db import require_atomic
from openoms.domains.catalog.documents import formula_document, spelled
from openoms.domains.catalog.models import Formula, Sku
from openoms.domains.catalog.types import FormulaInput, MeasureInput

Change = tuple[object, object]


def set_formula(sku: Sku, value: FormulaInput) -> Change:
    """Give the sku this formula, or none where it is empty; (before, after) as documents."""
    require_atomic()
    row = Formula.objects.filter(sku=sku).first()
    before = formula_document(row)
    if not value.expressions and not value.inputs:
        if row is not None:
            row.delete()
        return before, None
    after = document_of(value)
    if before != after:
        Formula.objects.update_or_create(sku=sku, defaults=after)
    return before, after


def document_of(value: FormulaInput) -> dict[str, object]:
    """A formula as plain JSON values, as it is kept."""
    return {"inputs": [_measure(one) for one in value.inputs], "expressions": dict(value.expressions)}


def _measure(one: MeasureInput) -> dict[str, str]:
    return {
        "code": one.code,
        "least": spelled(one.least),
        "most": spelled(one.most),
        "name": one.name,
        "name_zh": one.name_zh,
        "unit": one.unit,
        "step": spelled(one.step),
    }
