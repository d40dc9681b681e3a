"""What monitors and load balancers ask, and the edges of HTTP that no operation answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from openoms.core.clock import now
from openoms.core.http import PROBLEM_TYPE
from openoms.core.ids import uuid7
from openoms.domains.identity.models import ApiKey
from openoms.domains.notifications.models import Notification
from openoms.interfaces.api import operation
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_living_process_says_so_without_asking_the_database(
    client: Client, prefix: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"{prefix}/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.head(f"{prefix}/health").status_code == 200


def test_ready_with_everything_in_place_and_says_whether_a_worker_runs(client: Client) -> None:
    found = client.get("/ready")
    assert found.status_code == 200
    assert found.json() | {"worker": ""} == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "worker": "",
    }


@pytest.mark.parametrize(
    ("age", "said"), [("1 second", "running"), ("5 minutes", "absent: events wait until one runs")]
)
def test_a_worker_is_heard_of_by_its_heartbeat(client: Client, age: str, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS jobs CASCADE")
        cursor.execute("CREATE SCHEMA jobs CREATE TABLE procrastinate_workers (last_heartbeat timestamptz)")
        cursor.execute("INSERT INTO jobs.procrastinate_workers SELECT now() - %s::interval", [age])
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["worker"]) == (200, said)


def test_not_ready_while_migrations_are_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("orders", False)])
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "missing: run 'openoms migrate'"


@pytest.mark.parametrize(
    "error", [OperationalError("connection refused"), InterfaceError("connection already closed")]
)
def test_not_ready_without_a_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def unreachable(*args: object) -> None:
        raise error

    monkeypatch.setattr(operation, "MigrationExecutor", unreachable)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["database"].startswith("unreachable")
    assert client.get("/health").status_code == 200


def test_an_operation_without_a_database_is_unavailable_and_may_be_sent_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("openoms.interfaces.api.orders.page_by_id", unreachable)
    answer = api.get("/orders")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, PROBLEM_TYPE, "1")
    assert answer.json()["code"] == "unavailable"


def test_a_bug_is_a_problem_without_its_traceback(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*args: object, **kwargs: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr("openoms.interfaces.api.orders.page_by_id", bug)
    api.client.raise_request_exception = False
    answer = api.get("/orders")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM_TYPE)
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert b"secret" not in answer.content


def test_metrics_count_requests_by_route(api: Api) -> None:
    api.get("/orders/SO999999")
    body = api.get("/metrics").content.decode()
    labels = 'method="GET",route="api/v1/orders/<number>",status="404"'
    assert f'openoms_request_seconds_bucket{{le="0.5",{labels}}}' in body
    assert f"openoms_request_seconds_count{{{labels}}}" in body
    for gauge in (
        "openoms_outbox_events",
        "openoms_deliveries_waiting",
        "openoms_delivery_oldest_due_seconds",
    ):
        assert f"\n{gauge} " in body


def test_metrics_tell_of_messages_that_wait_or_failed(api: Api) -> None:
    user = ApiKey.objects.all()[0].user
    said = {"topic": "order.assigned", "channel": "email", "language": "en", "user": user}
    late, later = now() - timedelta(hours=1), now() + timedelta(hours=1)
    for state, due in (("waiting", late), ("waiting", later), ("dead", late), ("sent", late)):
        Notification.objects.create(id=uuid7(), state=state, due_at=due, **said)
    gauges = dict(line.rsplit(" ", 1) for line in api.get("/metrics").content.decode().splitlines())
    assert (gauges["openoms_messages_waiting"], gauges["openoms_messages_dead"]) == ("2.0", "1.0")
    assert 3600 <= float(gauges["openoms_message_oldest_due_seconds"]) < 3700


def test_metrics_are_for_those_who_may_see_them(api_as: Any) -> None:
    assert api_as("").get("/metrics").status_code == 401
    assert api_as("warehouse").get("/metrics").status_code == 403
    assert api_as("manager").get("/metrics").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/orders", {"GET", "POST"}),
        ("DELETE", "/orders/SO1", {"GET", "PUT"}),
        ("GET", "/quotes", {"POST"}),
        ("TRACE", "/skus/BOLT", {"GET", "PATCH"}),
        ("POST", "/health", {"GET", "HEAD"}),
        ("DELETE", "/metrics", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_there_is_a_problem_that_names_those_which_are(
    api: Api, method: str, path: str, allowed: set[str]
) -> None:
    answer = api.send(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM_TYPE)
    assert set(answer["Allow"].split(", ")) == allowed
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/orders/a/b/c",
        "/api/v1/",
        "/api/",
        "/api/v2/orders",
        "/healthz",
        "/api/v1/%00",
    ],
)
def test_an_address_that_is_not_there_is_a_problem(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM_TYPE)
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b'{"lines": "\xe9"}', 400, "bad_request"),
        (b'{"lines": "\\ud800"}', 400, "bad_request"),
        (b"[" * 5000, 400, "bad_request"),
        (b'{"currency": 1e999}', 400, "bad_request"),
        (b"null", 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b'{"lines": [{"sku": "a\\u0000b", "quantity": 1}]}', 422, "invalid"),
        (b'{"lines": [{"sku": "A", "quantity": 1e300}]}', 422, "invalid"),
        (b'{"lines": [{"sku": "A", "quantity": "NaN"}]}', 422, "invalid"),
        (b'{"lines": [{"sku": "A", "quantity": "Infinity"}]}', 422, "invalid"),
        (b'{"lines": [{"sku": "A", "quantity": ' + b"9" * 300 + b"}]}", 422, "invalid"),
        (b'{"lines": [{"sku": "A", "quantity": true}]}', 422, "invalid"),
    ],
)
def test_bodies_that_are_no_request_are_refused(api: Api, body: bytes, status: int, code: str) -> None:
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = api.client.generic(
        "POST", "/api/v1/quotes", body, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM_TYPE), answer.content
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_body_in_another_form_than_json_is_refused(api: Api, kind: str) -> None:
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = api.client.generic(
        "POST", "/api/v1/quotes", b'{"lines": []}', content_type=kind, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/merge-patch+json", ""])
def test_a_body_that_calls_itself_json_in_another_way_is_read(api: Api, kind: str) -> None:
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = api.client.generic(
        "POST", "/api/v1/quotes", b'{"lines": []}', content_type=kind, headers=headers
    )
    assert answer.status_code == 422


def test_a_body_larger_than_is_read_is_refused(api: Api, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    answer = api.post("/quotes", {"lines": [], "channel": "x" * 2**20})
    assert (answer.status_code, answer.json()["code"], answer["Content-Type"]) == (
        413,
        "too_large",
        PROBLEM_TYPE,
    )


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1", True), ("x" * 65, False), ("a b", False), ("\u00e9", False), ("", False)]
)
def test_a_sane_request_id_is_kept_and_another_replaced(client: Client, sent: str, kept: bool) -> None:
    answer = client.get("/health", headers={"X-Request-Id": sent})
    assert (answer["X-Request-Id"] == sent) is kept
    assert answer["X-Request-Id"]


def test_the_description_is_served_and_browsable(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
    docs = client.get("/api/v1/docs")
    assert docs.status_code == 200
    assert b"openapi.json" in docs.content
