from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from supermarket.staff.models import Role
from tests.api.callers import answered, refused, signed_in
from tests.api.conftest import Village
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
)


def test_a_household_is_written_down_and_found_again(village: Village) -> None:
    answer = village.scorer.post(
        "/households",
        region=VILLAGE,
        head="赵小满",
        group="3组",
        phone="138 0000 1234",
        members=[{"name": "钱大妮", "relation": "配偶"}],
        tags=["lifted"],
    )

    made = answered(answer, 201)
    assert made["code"].startswith(VILLAGE)
    assert [member["name"] for member in made["members"]] == ["赵小满", "钱大妮"]
    assert (made["phone"], made["balance"], made["state"]) == ("13800001234", 0, "active")
    assert made["tags"][0]["kind"] == "lifted"
    assert answered(village.scorer.get(answer.headers["Location"].removeprefix("/api/v1"))) == made
    found = answered(village.scorer.get("/households", q="zxm"))
    assert [item["code"] for item in found["items"]] == [made["code"]]


def test_a_household_sent_twice_is_written_down_once(village: Village) -> None:
    body = {"region": VILLAGE, "head": "赵小满", "group": "3组"}
    answered(village.scorer.post("/households", body), 201)

    again = village.scorer.post("/households", body)
    another = village.scorer.post("/households", {**body, "namesake": True})

    refused(again, 409, "conflict")
    answered(another, 201)


@pytest.mark.parametrize("region", [OTHER_VILLAGE, TOWNSHIP, "", "4104821", "%", "4104821002039"])
def test_a_household_of_no_village_of_mine_is_refused(village: Village, region: str) -> None:
    answer = village.scorer.post("/households", region=region, head="赵小满")

    assert answer.status_code in {403, 422}
    assert answer.get_json()["code"] in {"forbidden", "invalid"}


def test_a_list_is_paged_without_gap_or_repetition(village: Village) -> None:
    codes = {village.household.code} | {
        make_household(head=f"户主{number}").code for number in range(4)
    }
    make_household(village=OTHER_VILLAGE)

    pages = [answered(village.scorer.get("/households", limit=2))]
    while cursor := pages[-1]["next"]:
        pages.append(answered(village.scorer.get("/households", limit=2, cursor=cursor)))

    listed = [item["code"] for page in pages for item in page["items"]]
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert sorted(listed) == sorted(codes)


def test_a_list_without_region_is_the_callers_own(village: Village) -> None:
    other = make_household(village=OTHER_VILLAGE)

    mine = answered(village.scorer.get("/households"))
    all_of_county = answered(village.county.get("/households"))
    narrowed = answered(village.county.get("/households", region=OTHER_VILLAGE))

    assert [item["code"] for item in mine["items"]] == [village.household.code]
    assert len(all_of_county["items"]) == 2
    assert [item["code"] for item in narrowed["items"]] == [other.code]


def test_anothers_place_or_household_is_refused(app: Flask, village: Village) -> None:
    code = village.household.code
    abroad = signed_in(app, Role.COUNTY, OTHER_COUNTY)

    for region in (OTHER_VILLAGE, TOWNSHIP, COUNTY, OTHER_COUNTY, "4", "x"):
        refused(village.scorer.get("/households", region=region), 403, "forbidden")
    refused(village.county.get("/households", region=f"{COUNTY}777"), 404, "not_found")
    for path in (f"/households/{code}", f"/households/{code}/entries"):
        answered(village.scorer.get(path))
        refused(village.other_scorer.get(path), 404, "not_found")
        refused(abroad.get(path), 404, "not_found")
        refused(village.shopkeeper.get(path), 403, "forbidden")


def test_a_strange_cursor_is_refused(village: Village) -> None:
    entries = f"/households/{village.household.code}/entries"
    of_goods = "Z29vZHMgRzAwMQ"

    for cursor in ("x", "!!!", "aG91c2Vob2xkcw", "A" * 399, "é", "AA==", "a b", of_goods):
        refused(village.scorer.get("/households", cursor=cursor), 422, "invalid")
        refused(village.scorer.get(entries, cursor=cursor), 422, "invalid")
    answered(village.scorer.get("/goods", cursor=of_goods))


def test_a_strange_limit_is_refused(village: Village) -> None:
    for limit in ("0", "201", "-1", "1.0", "x", "", "９", "1_0"):
        body = refused(village.scorer.get("/households", limit=limit), 422, "invalid")

        assert list(body["errors"]) == ["limit"]


def test_a_list_asks_the_database_as_often_for_many_as_for_one(
    village: Village, statements: Callable[[], int]
) -> None:
    def asked(path: str) -> int:
        before = statements()
        answered(village.county.get(path))
        return statements() - before

    paths = ["/households", "/shops", "/goods", f"/shops/{village.shop.code}/stock"]
    few = [asked(path) for path in paths]
    for number in range(4):
        make_household(head=f"户主{number}")
        make_goods(shop=make_shop(), on_hand=1)
        make_goods(shop=village.shop, on_hand=1)

    many = [asked(path) for path in paths]

    assert many == few


def test_a_bank_book_reads_backwards_in_pages(village: Village) -> None:
    for _ in range(3):
        answered(
            village.scorer.post(
                "/awards",
                key=f"award-{_}-key",
                rule="L01",
                occurred_on="2026-01-01",
                lines=[{"household": village.household.code}],
            ),
            201,
        )
    path = f"/households/{village.household.code}/entries"

    first = answered(village.scorer.get(path, limit=3))
    second = answered(village.scorer.get(path, limit=3, cursor=first["next"]))

    assert [entry["balance_after"] for entry in first["items"]] == [115, 110, 105]
    assert [entry["kind"] for entry in second["items"]] == ["opening"]
    assert second["next"] is None


def test_a_card_is_issued_once_and_read(village: Village) -> None:
    path = f"/households/{village.household.code}/cards"
    card = answered(village.scorer.post(path), 201)

    again = village.scorer.post(path)
    shown = [
        answered(village.shopkeeper.post("/cards/read", code=card[form]))
        for form in ("code", "url", "card_number")
    ]

    refused(again, 409, "already_has_card")
    assert shown[0] == {
        "card_number": card["card_number"],
        "state": "active",
        "household": {"code": village.household.code, "head": "李建国", "balance": 100},
    }
    assert shown[0] == shown[1] == shown[2]
    household = answered(village.scorer.get(f"/households/{village.household.code}"))
    assert household["card_number"] == card["card_number"]


def test_of_many_issues_at_once_one_card_comes(village: Village) -> None:
    path = f"/households/{village.household.code}/cards"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: village.scorer.post(path), range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


def test_cards_are_for_their_own_village(app: Flask, village: Village) -> None:
    path = f"/households/{village.household.code}/cards"
    card = answered(village.scorer.post(path), 201)
    abroad = signed_in(app, Role.SCORER, "411025001001")

    refused(village.other_scorer.post(path), 404, "not_found")
    refused(village.shopkeeper.post(path), 403, "forbidden")
    refused(abroad.post("/cards/read", code=card["code"]), 404, "not_found")
    refused(village.other_scorer.post("/cards/read", code=card["code"]), 404, "not_found")
    masked = answered(village.other_keeper.post("/cards/read", code=card["code"]))
    assert masked["household"]["head"] == "李**"
    for caller in (village.other_scorer, abroad):
        answer = caller.post(f"/cards/{card['card_number']}/revocation", reason="试试")
        refused(answer, 404, "not_found")
    assert answered(village.scorer.post("/cards/read", code=card["code"]))["state"] == "active"


@pytest.mark.parametrize(
    "code",
    ["0123456789ABCDEFGHJKMN", "https://example.org/c/x", "李建国", "1234", "100000009", "'--"],
)
def test_what_is_no_card_of_ours_is_said_so(village: Village, code: str) -> None:
    answer = village.shopkeeper.post("/cards/read", code=code)

    assert answer.status_code in {404, 422}
    assert len(answer.get_json()["detail"]) > 10
