"""The programs that make up a running OpenOMS, and what is checked before and while they run."""

import contextlib
import http.client
import ipaddress
import socket
import sys
import time
from collections.abc import Callable

from django.conf import settings

from openoms.core.postgres import Cluster, PostgresError, embedded_cluster
from openoms.interfaces.cli.supervisor import Echo, Program, Supervisor

_PROBE_SECONDS = 1.0
_REFUSED_SECONDS = 0.5
_STOP_SECONDS = 10


class PortError(Exception):
    """The web address cannot be taken; the message is one sentence: why, and what to do."""


def serve(host: str, port: int, workers: int, echo: Echo) -> int:
    """Run web server and worker until a signal; returns the exit code. Raises PortError."""
    require_free_port(host, port)
    supervisor = Supervisor(
        [web_program(host, port, workers), worker_program()],
        echo,
        is_ready=readiness(host, port),
        on_ready=lambda: echo(f"OpenOMS is at {address(host, port)}"),
        watch=database_watch(echo),
    )
    return supervisor.run()


def web_program(host: str, port: int, workers: int) -> Program:
    """granian with `workers` processes; its own supervision replaces a worker that dies."""
    options = {
        "interface": "wsgi",
        "http": "1",
        "host": host,
        "port": str(port),
        "workers": str(workers),
        "blocking-threads": str(settings.OPENOMS.threads),
        "log-level": "warning",
        "respawn-interval": "1",
        "workers-kill-timeout": str(_STOP_SECONDS - 2),
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    argv = [sys.executable, "-m", "granian", *given, *flags, "openoms.config.wsgi:application"]
    return Program("web server", argv, stop_seconds=_STOP_SECONDS)


def worker_program() -> Program:
    """The process that runs jobs: notifications, webhooks, monitors, rollups."""
    argv = [sys.executable, "-m", "openoms.jobs.worker"]
    return Program("worker", argv, stop_seconds=_STOP_SECONDS, can_wait=True)


def require_free_port(host: str, port: int) -> None:
    """Raises PortError when `host:port` cannot be listened on.

    Asked before the start because the web server shares a taken port with another copy of itself, silently.
    """
    try:
        family, kind, _, _, target = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            probe.listen(1)
    except PermissionError as error:
        raise PortError(f"Port {port} needs root: set OPENOMS_PORT to a port above 1023.") from error
    except socket.gaierror as error:
        raise PortError(
            f"The host {host!r} is unknown here: set OPENOMS_HOST to an address of this machine."
        ) from error
    except OSError as error:
        reason = "is already in use" if "in use" in str(error) else f"cannot be used ({error.strerror})"
        raise PortError(
            f"Port {port} of {host} {reason}: stop the other program, or set OPENOMS_PORT to a free port."
        ) from error


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = _reachable(host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _reachable(host: str) -> str:
    """Where to reach from this machine what listens on `host`: "all addresses" is none that can be connected to."""
    try:
        listening = ipaddress.ip_address(host)
    except ValueError:
        return host or "127.0.0.1"
    if not listening.is_unspecified:
        return host
    return "127.0.0.1" if listening.version == 4 else "::1"


def answers(host: str, port: int) -> bool | None:
    """Whether the web server answers GET /health with 200; None while nobody answers at all."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=_PROBE_SECONDS)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    return None


def readiness(host: str, port: int) -> Callable[[], bool]:
    """Asks the web server whether it is ready; after a refusal not again for half a second, as each is logged."""
    asked_again_at = 0.0

    def is_ready() -> bool:
        nonlocal asked_again_at
        if time.monotonic() < asked_again_at:
            return False
        answer = answers(host, port)
        if answer is False:
            asked_again_at = time.monotonic() + _REFUSED_SECONDS
        return bool(answer)

    return is_ready


def database_watch(echo: Echo) -> Callable[[], None]:
    """Starts the embedded server again when it was killed; does nothing for a server of the firm's own."""
    if settings.OPENOMS.database_url:
        return lambda: None
    cluster = embedded_cluster(settings.OPENOMS.data_dir)
    told: list[str] = []

    def watch() -> None:
        if not cluster.status().running:
            revive(cluster, echo, told)

    return watch


def revive(cluster: Cluster, echo: Echo, told: list[str]) -> None:
    """Start `cluster`; says that it had stopped, and each reason it cannot start once."""
    try:
        if cluster.start(keep=False):
            told.clear()
            echo("The database had stopped and was started again.")
    except PostgresError as error:
        if str(error) not in told:
            told.append(str(error))
            echo(str(error))
