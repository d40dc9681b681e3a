"""What API tests share: a client that sends JSON with a key."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.factories import make_key


@dataclass
class Api:
    """The API called with one key (or none)."""

    client: Client
    key: str = ""

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The response to a request to /api/v1 + path; header names have underscores for dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body, default=str)
        return self.client.generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)


@pytest.fixture
def api(db: None) -> Api:
    """The API with an administrator's key."""
    return Api(Client(), make_key("administrator"))


@pytest.fixture
def api_as(db: None) -> Any:
    """The API with a key of the role named, or without one for the empty name."""
    return lambda role: Api(Client(), make_key(role) if role else "")
