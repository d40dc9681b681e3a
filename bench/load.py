"""A load of orders over HTTP from one process that costs little itself: keep-alive sockets, bodies made beforehand."""

import json
import random
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.stage import CUSTOMERS, SKUS


@dataclass
class Result:
    """What a load met: seconds it ran, each answer's latency in seconds, statuses counted."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Orders placed a second."""
        return self.statuses.get(201, 0) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that `share` of the answers stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def bodies(count: int, lines: int = 5, seed: int = 1) -> list[bytes]:
    """`count` order bodies over the stage's skus and customers."""
    rng = random.Random(seed)  # noqa: S311 - a load, not a secret
    return [
        json.dumps(
            {
                "customer": f"C{rng.randrange(CUSTOMERS)}",
                "channel": "api",
                "lines": [
                    {"sku": f"S{sku}", "quantity": str(rng.randint(1, 12))}
                    for sku in rng.sample(range(SKUS), lines)
                ],
            }
        ).encode()
        for _ in range(count)
    ]


def request(path: str, body: bytes, key: str, headers: str = "") -> bytes:
    """The bytes of a POST with a key."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode() + body


class _Client:
    """One keep-alive connection that has at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        self.answer, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> int | None:
        """Read what is there; the status once the answer is whole. Raises ConnectionError when it broke off."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.answer += chunk
        head, found, rest = self.answer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return int(head[9:12]) if len(rest) >= length else None


def run(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Result:
    """Send the requests over and over from `clients` connections for `seconds`."""
    selector = selectors.DefaultSelector()
    result, turn = Result(seconds), 0
    for _ in range(clients):
        client = _Client(port)
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.send(requests[turn % len(requests)])
        turn += 1
    began = time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        for ready, _ in selector.select(0.5):
            client = ready.data
            status = client.receive()
            if status is None:
                continue
            now = time.perf_counter()
            result.latencies.append(now - client.sent_at)
            result.statuses[status] = result.statuses.get(status, 0) + 1
            client.send(requests[turn % len(requests)])
            turn += 1
    result.seconds = time.perf_counter() - began
    for ready in list(selector.get_map().values()):
        ready.data.socket.close()
    return result
