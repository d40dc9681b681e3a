"""Changing the pictures of a product."""

from collections.abc import Callable
from uuid import UUID

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.catalog import images, kinds, pictures
from openoms.domains.catalog.errors import NoSuch
from openoms.domains.catalog.models import Picture, Product
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require


def add_picture(code: str, content: bytes, *, actor: Actor, alt: str = "", alt_zh: str = "") -> Picture:
    """Add a picture to the product of that code. Raises InvalidInput for what is no picture or too large."""
    require(actor, Perm.CATALOG_EDIT)
    # Decoding takes a while: before the transaction, not in it.
    return _add(code, images.prepared(content), alt, alt_zh, actor=actor)


@flow
def _add(code: str, sized: images.Sized, alt: str, alt_zh: str, *, actor: Actor) -> Picture:
    require(actor, Perm.CATALOG_EDIT)
    added: list[Picture] = []
    _tell(code, lambda product: added.append(pictures.add(product, sized, alt, alt_zh)), actor)
    return added[0]


@flow
def move_picture(code: str, picture_id: UUID, step: int, *, actor: Actor) -> None:
    """Put a picture one place forward (-1) or back (1)."""
    require(actor, Perm.CATALOG_EDIT)
    _tell(code, lambda product: pictures.move(product, picture_id, step), actor)


@flow
def remove_picture(code: str, picture_id: UUID, *, actor: Actor) -> None:
    """Take a picture away."""
    require(actor, Perm.CATALOG_EDIT)
    _tell(code, lambda product: pictures.remove(product, picture_id), actor)


def _tell(code: str, change: Callable[[Product], None], actor: Actor) -> None:
    """Do the change to the product, locked, and record its pictures before and after where they differ."""
    product = Product.objects.select_for_update().filter(code=code).first()
    if product is None:
        raise NoSuch("product", code)
    before = pictures.digests(product)
    change(product)
    after = pictures.digests(product)
    if after != before:
        data = {"code": code, "before": {"pictures": before}, "after": {"pictures": after}}
        record(actor, kinds.PRODUCT_SAVED, product.pk, data=data)
