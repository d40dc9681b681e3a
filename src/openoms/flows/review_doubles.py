"""Finding again what customers share, whoever wrote them."""

from openoms.core.db import flow
from openoms.domains.customers import double_services


@flow
def review_doubles() -> int:
    """Count anew every phone, e-mail address and name that several customers have; how many were missing or miscounted."""
    return double_services.review_all()
