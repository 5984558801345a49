from contextvars import Context
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from supermarket.clock import now
from supermarket.database import db, transaction
from supermarket.staff.models import ApiToken, Role
from tests.api.callers import Caller, answered, refused, signed_in, with_token
from tests.api.conftest import Village
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_shop,
    make_staff,
)


def test_a_name_and_password_buy_a_token(app: Flask) -> None:
    member = make_staff(Role.SCORER, VILLAGE)

    answer = Caller(app).post("/tokens", username=member.username, password=PASSWORD)

    token = answered(answer, 201)
    left = datetime.fromisoformat(token["expires_at"]) - datetime.now(UTC)  # noqa: TID251
    assert timedelta(hours=11) < left <= timedelta(hours=12)
    assert answered(Caller(app, token["token"]).get("/me"))["username"] == member.username


def test_a_wrong_password_buys_nothing_and_too_many_must_wait(app: Flask) -> None:
    member = make_staff(Role.SCORER, VILLAGE)

    answers = [
        Caller(app).post("/tokens", username=member.username, password="wrong") for _ in range(6)
    ]

    refused(answers[0], 401, "unauthorized")
    refused(answers[5], 429, "too_many_requests")
    assert answers[5].headers["Retry-After"] == str(15 * 60)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic YTpi",
        "Bearer \x00",
        "Bearer " + "x" * 9000,
    ],
)
def test_without_a_good_token_there_is_no_answer(app: Flask, header: str) -> None:
    caller = Caller(app)
    caller.headers = {"Authorization": header}

    answer = caller.get("/me")

    refused(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_or_revoked_token_is_none(app: Flask) -> None:
    caller = signed_in(app, Role.SCORER, VILLAGE)
    with transaction():
        db.session.execute(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))

    expired = caller.get("/me")

    refused(expired, 401, "unauthorized")


def test_a_browser_session_is_no_token(app: Flask) -> None:
    make_staff(Role.ADMINISTRATOR, username="somebody")
    browser = app.test_client()
    typed = {"username": "somebody", "password": PASSWORD}
    Context().run(browser.post, "/sign-in", data=typed)

    page = Context().run(browser.get, "/")
    answer = Context().run(browser.get, "/api/v1/me")

    assert page.status_code == 200
    refused(answer, 401, "unauthorized")


def test_me_says_roles_and_places(app: Flask) -> None:
    shop = make_shop()
    keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    scorer = make_staff(Role.SCORER, VILLAGE)

    of_keeper = answered(with_token(app, keeper).get("/me"))
    of_scorer = answered(with_token(app, scorer).get("/me"))

    assert of_keeper == {
        "username": keeper.username,
        "name": "王秀英",
        "roles": [{"role": "shopkeeper", "region": VILLAGE, "shop": shop.code}],
    }
    assert of_scorer["roles"] == [{"role": "scorer", "region": VILLAGE, "shop": None}]


def test_a_place_is_shown_with_what_lies_below_it(village: Village) -> None:
    answer = answered(village.county.get(f"/regions/{TOWNSHIP}"))

    assert answer["name"] == "寄料镇"
    assert (answer["level"], answer["parent"]) == ("township", COUNTY)
    assert [child["code"] for child in answer["children"]] == [VILLAGE, OTHER_VILLAGE]


def test_a_place_shows_the_way_up_but_not_the_neighbours(village: Village) -> None:
    up = answered(village.scorer.get(f"/regions/{TOWNSHIP}"))
    beside = village.scorer.get(f"/regions/{OTHER_VILLAGE}")
    nowhere = village.county.get("/regions/410482999")

    assert [child["code"] for child in up["children"]] == [VILLAGE]
    refused(beside, 403, "forbidden")
    refused(nowhere, 404, "not_found")


def test_refusals_speak_the_language_asked_for(app: Flask) -> None:
    caller = signed_in(app, Role.COUNTY)

    chinese = caller.send("POST", "/cards/read", json={})
    unknown = caller.send("GET", "/nothing")

    assert "1 处" in refused(chinese, 422, "invalid")["detail"]
    assert chinese.get_json()["errors"] == {"code": ["必须填写"]}
    refused(unknown, 404, "not_found")


def test_what_http_refuses_is_worded_for_programs(app: Flask) -> None:
    caller = Caller(app)

    nowhere = caller.send("GET", "/nothing", headers={"Accept-Language": "en"})
    wrong_way = caller.send("DELETE", "/households")
    nobody = caller.send("GET", "/me", headers={"Accept-Language": "en"})

    assert "/api/v1/openapi.json" in refused(nowhere, 404, "not_found")["detail"]
    assert "Allow" in refused(wrong_way, 405, "method_not_allowed")["detail"]
    assert {"GET", "POST"} <= set(wrong_way.headers["Allow"].split(", "))
    assert "POST /api/v1/tokens" in refused(nobody, 401, "unauthorized")["detail"]
    for answer in (nowhere, wrong_way, nobody):
        assert "页" not in answer.get_json()["detail"]
