import re
from pathlib import Path

from flask import Flask
from openapi_spec_validator import validate

from tests.api.callers import document

ROOT = Path(__file__).parents[2]
CONTRACT = {
    "/tokens": {"post"},
    "/me": {"get"},
    "/regions/{code}": {"get"},
    "/households": {"get", "post"},
    "/households/{code}": {"get"},
    "/households/{code}/entries": {"get"},
    "/households/{code}/cards": {"post"},
    "/awards": {"post"},
    "/cards/read": {"post"},
    "/cards/{card_number}/revocation": {"post"},
    "/shops/{code}/goods-in": {"post"},
    "/shops/{code}/stock": {"get"},
    "/redemptions": {"post"},
    "/redemptions/{reference}": {"get"},
    "/redemptions/{reference}/reversal": {"post"},
    "/reports/redemptions": {"get"},
}


def test_the_document_is_valid_openapi(app: Flask) -> None:
    documented = document(app)

    validate(documented)

    assert documented["openapi"] == "3.1.0"
    assert documented["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"


def test_every_path_of_the_contract_is_there(app: Flask) -> None:
    paths = document(app)["paths"]

    for path, methods in CONTRACT.items():
        assert methods <= set(paths[f"/api/v1{path}"]), path


def test_every_operation_is_summed_up_and_says_how_it_refuses(app: Flask) -> None:
    names = set()
    for path, operations in document(app)["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            where = f"{method} {path}"
            names.add(operation["operationId"])
            assert operation["summary"].endswith("."), where
            assert "default" in operation["responses"], where
            success = [answer for code, answer in operation["responses"].items() if code < "3"]
            assert all("content" in answer for answer in success), where
            public = operation.get("security") == []
            assert public == (path == "/api/v1/tokens"), where
    assert len(names) == sum(
        method != "parameters"
        for operations in document(app)["paths"].values()
        for method in operations
    )


def test_the_guide_names_only_operations_there_are(app: Flask) -> None:
    paths = {re.sub(r"\{.*?\}", "{}", path) for path in document(app)["paths"]}

    guide = (ROOT / "docs" / "api.md").read_text()

    named = set(re.findall(r"`(?:GET|POST|PUT|DELETE) ([^` ?]+)", guide))
    assert named
    assert {f"/api/v1{re.sub(r'{.*?}', '{}', name)}" for name in named} == paths
