"""Programs that call the API, each request in a context of its own as under a real server."""

import re
from contextvars import Context
from typing import Any
from uuid import uuid4

from flask import Flask
from openapi_schema_validator import OAS31Validator
from werkzeug.test import TestResponse

from supermarket.database import transaction
from supermarket.shops.models import Shop
from supermarket.staff import service as staff
from supermarket.staff.models import Role, StaffMember
from tests.factories import COUNTY, make_staff

BASE = "/api/v1"


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document as everybody gets it."""
    found: dict[str, Any] = Context().run(app.test_client().get, f"{BASE}/openapi.json").get_json()
    return found


def check_as_documented(
    documented: dict[str, Any], method: str, path: str, answer: TestResponse
) -> None:
    """Assert that an answer has the shape its operation promises."""
    operation = next(
        operations[method.lower()]
        for template, operations in sorted(
            documented["paths"].items(), key=lambda item: "{" in item[0]
        )
        if re.fullmatch(re.sub(r"\{.*?\}", "[^/]+", template), path.partition("?")[0])
    )
    content = operation["responses"][str(answer.status_code)]["content"]
    schema = {**content["application/json"]["schema"], "components": documented["components"]}
    OAS31Validator(schema).validate(answer.get_json())


class Caller:
    """A program with a token, or without."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.app = app
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> TestResponse:
        """Ask."""
        return self.send("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **fields: Any) -> TestResponse:
        """Send fields, or any JSON body."""
        return self.send("POST", path, json=fields if body is None else body)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send any request."""
        headers = {**self.headers, **options.pop("headers", {})}

        def work() -> TestResponse:
            return self.app.test_client().open(
                BASE + path, method=method, headers=headers, **options
            )

        answer = Context().run(work)
        if answer.is_json and answer.status_code < 300:
            check_as_documented(document(self.app), method, BASE + path, answer)
        return answer


def signed_in(app: Flask, role: Role, region: str = COUNTY, *, shop: Shop | None = None) -> Caller:
    """A program of somebody new with one role."""
    return with_token(app, make_staff(role, region, shop=shop))


def with_token(app: Flask, member: StaffMember) -> Caller:
    """A program of somebody."""
    with transaction():
        token, _expires_at = staff.issue_token(member, hours=1)
    return Caller(app, token)


def key() -> str:
    """A fresh idempotency key."""
    return uuid4().hex


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is a problem of that kind, in words; return it."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), (
        answer.text
    )
    body: dict[str, Any] = answer.get_json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert len(body["detail"]) > 3
    return body


def answered(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """Assert that an answer succeeded; return its JSON."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.get_json()
    return body
