"""Measured requests, for Prometheus: counted in each process, added up over all of them when asked for.

Processes share a folder (PROMETHEUS_MULTIPROC_DIR, set by `openoms serve`); without it a process tells of itself.
"""

import os
from collections.abc import Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

_registry = CollectorRegistry()
REQUESTS = Histogram(
    "openoms_request_seconds",
    "Server time of requests by route.",
    ["method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=_registry,
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request; `route` is the address's pattern, so that there are few."""
    REQUESTS.labels(method, route, str(status)).observe(seconds)


def exposition(gauges: Mapping[str, tuple[str, float]]) -> tuple[bytes, str]:
    """Everything measured, with gauges (name → help, value) of this moment, as text and its content type."""
    registry = CollectorRegistry()
    for name, (text, value) in gauges.items():
        Gauge(name, text, registry=registry).set(value)
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        own = CollectorRegistry()
        multiprocess.MultiProcessCollector(own)  # type: ignore[no-untyped-call]
    else:
        own = _registry
    return generate_latest(own) + generate_latest(registry), CONTENT_TYPE_LATEST
