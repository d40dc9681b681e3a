"""Orders from sixteen clients while everything that runs is killed at random: nothing acknowledged may be lost.

    python -m bench.chaos [--seconds 180] [--gap 5] [--seed 1] [--hurry]

Clients send each order under an Idempotency-Key until it is answered 201. Afterwards each of those orders must be there
exactly once and whole, every event delivered and sealed, and a repeated request answered as before. Ends with 1 when
anything is wrong.
"""

import argparse
import http.client
import json
import random
import socket
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench import load
from bench.faults import Served, torment
from bench.proof import violations
from bench.stage import Stage, say, stage, wait_until_served

CLIENTS, LINES = 16, 5
REPLAY_EVERY = 10
LATEST_ANSWER_SECONDS = 120.0
# A killed worker's deliveries are taken over when its lease, two minutes, has run out.
LATEST_DRAIN_SECONDS = 240.0


@dataclass
class Book:
    """What all clients met; `acknowledged` maps external ids to numbers, `answers` to the bodies answered."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    instants: list[float] = field(default_factory=list)
    retries: Counter[str] = field(default_factory=Counter)
    replays: int = 0
    wrong: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """Places one order after the other, each sent again under its key until it is answered."""

    def __init__(self, index: int, at: Stage, port: int, bodies: Sequence[bytes], book: Book) -> None:
        super().__init__(daemon=True)
        self.index, self.key, self.port, self.bodies, self.book = index, at.key, port, bodies, book
        self.stopping = threading.Event()
        self.give_up_at = float("inf")
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        turn = 0
        while not self.stopping.is_set():
            external_id = f"{self.index}-{turn}"
            document = json.loads(self.bodies[turn % len(self.bodies)])
            body = json.dumps(document | {"external_id": external_id}).encode()
            answer = self.send_until_answered(external_id, body)
            if answer is None:
                return
            self.book.acknowledged[external_id] = json.loads(answer)["number"]
            self.book.answers[external_id] = body, answer
            self.book.instants.append(time.monotonic())
            turn += 1
            if turn % REPLAY_EVERY == 0:
                self.replay(external_id)

    def replay(self, external_id: str) -> None:
        """Send an answered request again: the answer must be the same."""
        body, answer = self.book.answers[external_id]
        again = self.send_until_answered(external_id, body)
        self.book.replays += 1
        if again is not None and again != answer:
            self.book.wrong.append(f"{external_id} was answered {answer!r}, then {again!r}")

    def send_until_answered(self, external_id: str, body: bytes) -> bytes | None:
        """The body of the 201; None when there was none in time or it was refused, which is wrong."""
        while time.monotonic() < self.give_up_at:
            try:
                status, answer = self.send(external_id, body)
            except (OSError, http.client.HTTPException) as error:
                self.connection = None
                self.book.retries[type(error).__name__] += 1
                time.sleep(0.05)
                continue
            if status == 201:
                return answer
            self.book.retries[str(status)] += 1
            if status != 503:
                self.book.wrong.append(f"{external_id} was answered {status}: {answer[:300]!r}")
                return None
        self.book.wrong.append(f"{external_id} was never answered")
        return None

    def send(self, external_id: str, body: bytes) -> tuple[int, bytes]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": external_id,
        }
        self.connection.request("POST", "/api/v1/orders", body, headers)
        response = self.connection.getresponse()
        return response.status, response.read()


def main() -> int:
    """Run, print, and return 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--gap", type=float, default=5, help="mean seconds between faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--hurry", action="store_true", help="do not wait for a killed worker's lease to run out"
    )
    options = parser.parse_args()
    with stage("chaos") as at:
        served = Served(at.data_dir, options.port or _free_port())
        served.keep()
        try:
            wait_until_served(served.port, 60)
            book, faults, began = _load(at, served, options)
            _await_recovery(served, hurry=options.hurry)
            _replay_some(at, served, book)
        finally:
            served.stop()
        wrong = [*book.wrong, *violations(book.acknowledged, LINES)]
        _report(book, faults, began, served, wrong)
        if wrong:
            say(served.log.read_text()[-4000:])
    return 1 if wrong else 0


def _load(
    at: Stage, served: Served, options: argparse.Namespace
) -> tuple[Book, list[tuple[float, str]], float]:
    """Sixteen clients and the faults; returns when every client has its last answer."""
    rng, book = random.Random(options.seed), Book()  # noqa: S311 - a load, not a secret
    clients = [Client(i, at, served.port, load.bodies(50, LINES, seed=i), book) for i in range(CLIENTS)]
    began = time.monotonic()
    for client in clients:
        client.start()
    faults = torment(served, rng, options.seconds, options.gap, lambda: len(book.acknowledged))
    for client in clients:
        client.give_up_at = time.monotonic() + LATEST_ANSWER_SECONDS
        client.stopping.set()
    while any(client.is_alive() for client in clients):
        served.keep()
        time.sleep(0.05)
    return book, faults, began


def _await_recovery(served: Served, *, hurry: bool) -> None:
    """Wait until the program says that it is ready and nothing waits to be delivered."""
    from django.db import DatabaseError, connection
    from django.db.models.functions import Now

    from openoms.domains.events.models import Delivery
    from openoms.domains.events.queries import backlog

    until = time.monotonic() + LATEST_DRAIN_SECONDS
    while time.monotonic() < until:
        served.keep()
        with suppress(DatabaseError):
            if _is_ready(served.port):
                waiting = backlog()
                if not (waiting["outbox"] or waiting["waiting"] or waiting["dead"]):
                    return
                if hurry:
                    # Its holder may be alive: then the event is handed over twice, which consumers recognise.
                    Delivery.objects.filter(done_at=None).update(due_at=Now())
        connection.close()
        time.sleep(0.5)


def _is_ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:  # noqa: S310
        return bool(json.load(answer)["worker"] == "running")
    return False


def _replay_some(at: Stage, served: Served, book: Book) -> None:
    """Send a sample of all requests again, after everything that was killed has come back."""
    client = Client(0, at, served.port, [], book)
    client.give_up_at = time.monotonic() + LATEST_ANSWER_SECONDS
    known = sorted(book.answers)
    for external_id in known[:: max(len(known) // 200, 1)]:
        client.replay(external_id)


def _report(
    book: Book, faults: list[tuple[float, str]], began: float, served: Served, wrong: Sequence[str]
) -> None:
    instants = sorted(book.instants)
    gaps = [later - earlier for earlier, later in zip([began, *instants], instants, strict=False)]
    kinds = Counter(kind for _, kind in faults)
    lasted = max(instants, default=time.monotonic()) - began
    say(f"acknowledged {len(book.acknowledged)} orders, {len(instants) / lasted:.0f}/s")
    say(
        f"retried {sum(book.retries.values())}: "
        + ", ".join(f"{k} {n}" for k, n in book.retries.most_common())
    )
    say(f"replayed {book.replays}")
    say(f"faults {len(faults)}: " + ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds)))
    say(
        f"supervisor started {served.starts} times; longest time without an answer {max(gaps, default=0):.1f} s"
    )
    for sentence in wrong[:20]:
        say(f"WRONG: {sentence}")
    say("violations: " + (str(len(wrong)) if wrong else "none"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
