"""Writing a product's pictures: added at the end, put before one another, taken away."""

from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput, NotFound
from openoms.domains.catalog.images import Sized
from openoms.domains.catalog.models import Picture, Product

MOST = 20


def digests(product: Product) -> list[str]:
    """The product's pictures in their order, each by the beginning of its digest: what events tell of."""
    rows = Picture.objects.filter(product=product).values_list("digest", flat=True)
    return [digest[:12] for digest in rows]


def add(product: Product, sized: Sized, alt: str, alt_zh: str) -> Picture:
    """Add a picture; the same one again stays where it is. Raises InvalidInput beyond MOST."""
    require_atomic()
    Product.objects.select_for_update().get(pk=product.pk)
    rows = Picture.objects.filter(product=product).defer("small", "large")
    there = rows.filter(digest=sized.digest).first()
    if there is not None:
        return there
    count = rows.count()
    if count >= MOST:
        raise InvalidInput(f"A product has at most {MOST} pictures.", field="picture")
    last = rows.order_by("-position").first()
    return Picture.objects.create(
        product=product,
        position=last.position + 1 if last else 0,
        alt=alt,
        alt_zh=alt_zh,
        digest=sized.digest,
        small=sized.small,
        large=sized.large,
    )


def move(product: Product, picture_id: UUID, step: int) -> None:
    """Put a picture one place forward (-1) or back (1); at the end it stays. Raises NotFound."""
    require_atomic()
    rows = list(Picture.objects.select_for_update().filter(product=product).defer("small", "large"))
    at = next((index for index, row in enumerate(rows) if row.pk == picture_id), None)
    if at is None:
        raise NotFound("There is no such picture.")
    to = min(max(at + step, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows):
        row.position = position
    Picture.objects.bulk_update(rows, ["position"])


def remove(product: Product, picture_id: UUID) -> None:
    """Take a picture away. Raises NotFound."""
    require_atomic()
    removed, _ = Picture.objects.filter(product=product, pk=picture_id).delete()
    if not removed:
        raise NotFound("There is no such picture.")
