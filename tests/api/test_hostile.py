"""Whatever is sent, the answer is a problem in words and never a bug."""

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.callers import Caller, answered, document, key, refused
from tests.api.conftest import Village

JSON = "application/json"
TEXT = st.text(max_size=20)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"\xff\xfe\x00", JSON, 400),
        ('{"code":"中"}'.encode("gbk"), JSON, 400),
        (b'{"code":NaN}', JSON, 400),
        (b'{"code":' + b"1" * 5000 + b"}", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON, 400),
        (b"null", JSON, 422),
        (b"[]", JSON, 422),
        (b'"text"', JSON, 422),
        (b"7", JSON, 422),
        (b'{"code":"\\ud800"}', JSON, 422),
        (b'{"code":"a\\u0001b"}', JSON, 422),
        (b'{"\\ud800":1}', JSON, 422),
        (json.dumps({f"f{n}": n for n in range(20_000)}).encode(), JSON, 422),
        (b'{"code":"' + b"x" * 2_000_000 + b'"}', JSON, 413),
        (b'{"code":"x"}', "text/plain", 415),
        (b"code=x", "application/x-www-form-urlencoded", 415),
        (b"code=x", None, 415),
    ],
)
def test_a_body_that_is_no_request_is_refused(
    village: Village, body: bytes, kind: str | None, status: int
) -> None:
    answer = village.shopkeeper.send("POST", "/cards/read", data=body, content_type=kind)

    refused(answer, status, "too_large" if status == 413 else "invalid")
    assert len(answer.data) < 20_000


STRANGE = ["%FF", "x" * 65, "..%2F..", "%0A", "'%20OR%201=1", "%E2%80%AE", "-1"]


@pytest.mark.parametrize(
    "path",
    [
        "/households/{}",
        "/households/{}/entries",
        "/shops/{}/stock",
        "/awards/{}",
        "/regions/{}",
        "/redemptions/{}",
    ],
)
def test_a_strange_code_in_the_address_is_not_found(village: Village, path: str) -> None:
    answers = [village.county.get(path.format(code)) for code in STRANGE]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert {answer.get_json()["code"] for answer in answers} <= {"forbidden", "not_found"}


def test_a_number_no_entry_has_is_not_found(village: Village) -> None:
    for number in (0, 10**9, 10**18, 10**40):
        reference = f"{village.shop.code}-{number}"

        refused(village.county.get(f"/redemptions/{reference}"), 404, "not_found")
        refused(village.county.get(f"/awards/{reference}"), 404, "not_found")


def test_the_nul_character_is_refused_everywhere(village: Village) -> None:
    answers = [
        village.county.get("/households/a%00b"),
        village.county.get("/households", q="a\x00b"),
        village.county.post("/cards/read", code="a\x00b"),
    ]

    assert {answer.status_code for answer in answers} <= {400, 404, 422}
    assert {answer.get_json()["code"] for answer in answers} <= {"invalid", "not_found"}


def test_errors_stay_problems_everywhere_under_the_api(app: Flask, village: Village) -> None:
    refused(Caller(app).get("/nothing"), 404, "not_found")
    refused(Caller(app).send("DELETE", "/households"), 405, "method_not_allowed")
    refused(village.county.send("PUT", "/me"), 405, "method_not_allowed")
    refused(village.county.get("/me/"), 404, "not_found")


def test_the_same_goods_on_two_lines_count_together(village: Village) -> None:
    line = {"sku": village.oil, "quantity": 2}
    body = {"key": key(), "shop": village.shop.code, "household": village.household.code}

    many = village.shopkeeper.post("/redemptions", {**body, "lines": [line, line]})
    few = village.shopkeeper.post(
        "/redemptions", {**body, "lines": [{**line, "quantity": 1}, {**line, "quantity": 1}]}
    )

    refused(many, 409, "out_of_stock")
    assert [line["quantity"] for line in answered(few, 201)["lines"]] == [2]


def fitting(
    schema: dict[str, Any], components: dict[str, Any], known: dict[str, str], name: str = ""
) -> st.SearchStrategy[Any]:
    """Values that fit a schema of the document; where the village has one, often its own."""
    if "$ref" in schema:
        return fitting(components["schemas"][schema["$ref"].rpartition("/")[2]], components, known)
    if "anyOf" in schema:
        return st.one_of([fitting(part, components, known, name) for part in schema["anyOf"]])
    kinds = schema.get("type", "string")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    values: st.SearchStrategy[Any]
    if kind == "object":
        fields = {
            field: fitting(part, components, known, field)
            for field, part in schema.get("properties", {}).items()
        }
        needed = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {field: part for field, part in fields.items() if field in needed},
            optional={field: part for field, part in fields.items() if field not in needed},
        )
    if kind == "array":
        least = schema.get("minItems", 0)
        return st.lists(
            fitting(schema["items"], components, known, name), min_size=least, max_size=3
        )
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind in {"integer", "number"}:
        values = st.integers(schema.get("minimum", -5), schema.get("maximum", 2**70))
        return st.integers(1, 5) | values
    if name == "key":
        return st.uuids().map(str)
    if schema.get("format") == "date":
        return st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str) | st.dates().map(str)
    values = st.text(
        min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 30), 30)
    )
    return st.just(known[name]) | values if name in known else values


class Documented(dict[str, Any]):
    """The document, which nobody wants to read in a failing test."""

    def __repr__(self) -> str:
        return "the document"


@st.composite
def requests(draw: st.DrawFn, documented: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """A request to some operation: as documented, or with one part of it spoilt."""
    template = draw(st.sampled_from(sorted(documented["paths"])))
    method = draw(st.sampled_from([m for m in documented["paths"][template] if m != "parameters"]))
    operation = documented["paths"][template][method]
    words = st.sampled_from(sorted(known.values())) | st.text("0123456789-Sa%", max_size=20)
    parts = template.removeprefix("/api/v1").split("/")
    for at, part in enumerate(parts):
        if part.startswith("{"):
            own = {"households": "household", "shops": "shop", "regions": "region"}
            name = own.get(parts[at - 1], part.strip("{}"))
            parts[at] = known[name] if name in known and draw(st.booleans()) else draw(words)
    sent: dict[str, Any] = {"method": method.upper(), "path": "/".join(parts)}
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"][JSON]["schema"]
        body = draw(fitting(schema, documented["components"], known))
        if draw(st.integers(0, 3)) == 0:
            body[draw(st.sampled_from(sorted(body) or [""]) | TEXT)] = draw(ANYTHING)
        sent |= {"data": json.dumps(body), "content_type": JSON}
    else:
        sent["query_string"] = {
            parameter["name"]: draw(
                fitting(parameter["schema"], documented["components"], known, parameter["name"])
                | words
            )
            for parameter in operation.get("parameters", [])
            if parameter.get("in") == "query" and draw(st.integers(0, 2)) == 0
        }
    return sent


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_nothing_sent_to_any_operation_is_a_bug(
    app: Flask, village: Village, data: st.DataObject
) -> None:
    known = {
        "household": village.household.code,
        "shop": village.shop.code,
        "region": village.household.village_code,
        "sku": village.soap,
        "rule": "L01",
        "reference": f"{village.shop.code}-3",
        "member": village.household.head,
        "households": village.household.code,
    }
    request = data.draw(requests(Documented(document(app)), known))
    jobs = {"awards": village.scorer, "redemptions": village.shopkeeper}
    fit = jobs.get(request["path"].split("/")[1], village.county)
    caller = data.draw(st.sampled_from([fit, fit, fit, village.shopkeeper, village.supervisor]))

    answer = caller.send(**request)

    assert answer.status_code < 500, (request, answer.text)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["detail"]
