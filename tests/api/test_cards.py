"""Cards and their print runs, for programs."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from supermarket.cards.models import Card, CardState
from supermarket.cards.service import press
from supermarket.clock import today
from supermarket.database import db
from tests.api.callers import answered, refused
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, VILLAGE, make_household


@pytest.fixture(autouse=True)
def _in_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "FOLDER", tmp_path)
    monkeypatch.setattr(press, "begin", press.draw)


def issued(village: Village) -> str:
    """Number of the household's new card."""
    answer = answered(village.scorer.post(f"/households/{village.household.code}/cards"), 201)
    number: str = answer["card_number"]
    return number


def test_a_card_is_lost_found_renewed_replaced_and_tells_it(village: Village) -> None:
    number = issued(village)
    here, scorer = f"/cards/{number}", village.scorer
    until = (today() + timedelta(days=40)).isoformat()

    lost = answered(village.shopkeeper.post(f"{here}/loss", reason="农户来电话"))
    refused(village.shopkeeper.post(f"{here}/loss", reason="又来电话"), 409, "conflict")
    refused(village.shopkeeper.post(f"{here}/recovery", reason="x"), 403, "forbidden")
    found = answered(scorer.post(f"{here}/recovery", reason="看过身份证"))
    dated = answered(scorer.post(f"{here}/last-day", last_day=until))
    refused(scorer.post(f"{here}/last-day", last_day="2001-01-01"), 422, "last_day_invalid")
    refused(scorer.post(f"{here}/last-day", last_day="soon"), 422, "invalid")
    answered(scorer.post(f"{here}/handovers", to_whom="户主本人"), 201)
    answered(scorer.post(f"{here}/handovers", to_whom="户主本人"), 201)
    story = answered(scorer.get(here))
    again = f"/households/{village.household.code}/cards/reissue"
    new = answered(scorer.post(again, replacing=number, reason="卡坏了"), 201)
    refused(scorer.post(again, replacing=number, reason="卡坏了"), 409, "conflict")

    assert [each["state"] for each in (lost, found, dated)] == ["lost", "active", "active"]
    assert story["last_day"] == until
    assert [step["state"] for step in story["history"]] == ["active", "active", "lost", "active"]
    assert [given["to_whom"] for given in story["handovers"]] == ["户主本人"]
    assert new["card_number"] != number
    assert answered(scorer.get(here))["state"] == "revoked"


def test_a_village_is_printed_once_and_its_file_fetched(village: Village) -> None:
    number = issued(village)
    sent = {"key": "print-2026-1", "region": VILLAGE, "backs": True}

    made = answered(village.scorer.post("/card-runs", sent), 201)
    same = answered(village.scorer.post("/card-runs", sent), 201)
    here = f"/card-runs/{made['number']}"
    answered(village.scorer.post(f"{here}/handovers", to_whom="1组组长"), 201)
    again = answered(village.scorer.post(f"{here}/repeat", key="print-2026-2"), 201)
    shown = answered(village.scorer.get(here))
    listed = answered(village.county.get("/card-runs", region=VILLAGE, limit=1))
    older = answered(village.county.get("/card-runs", limit=1, cursor=listed["next"]))
    held = answered(village.scorer.get(f"{here}/cards"))
    sheets = village.scorer.get(f"{here}/sheets")

    assert made["number"] == same["number"]
    assert (shown["ready"], shown["drawn"], shown["cards"]) == (True, 1, 1)
    assert [given["to_whom"] for given in shown["handovers"]] == ["1组组长"]
    assert again["repeats"] == made["number"]
    assert [run["number"] for run in listed["items"]] == [again["number"]]
    assert [run["number"] for run in older["items"]] == [made["number"]]
    assert [card["card_number"] for card in held["items"]] == [number]
    assert sheets.data.startswith(b"%PDF")
    sheets.close()


def test_blanks_are_made_linked_and_their_sheets_stay_their_makers(village: Village) -> None:
    sent = {"key": "blanks-2026-1", "region": VILLAGE, "blanks": 2}
    made = answered(village.scorer.post("/card-runs", sent), 201)
    held = answered(village.scorer.get(f"/card-runs/{made['number']}/cards"))["items"]
    link = f"/households/{village.household.code}/cards/link"

    linked = answered(village.scorer.post(link, card=held[0]["card_number"]))
    refused(village.scorer.post(link, card=held[1]["card_number"]), 409, "already_has_card")

    assert linked["state"] == "active"
    assert [card["state"] for card in held] == ["blank", "blank"]
    refused(village.county.get(f"/card-runs/{made['number']}/sheets"), 404, "not_found")
    too_many = {**sent, "key": "blanks-2026-2", "blanks": 5000}
    refused(village.scorer.post("/card-runs", too_many), 422, "too_many_cards")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"households": [f"{VILLAGE}{n:04}" for n in range(1, 1500)]}, 422, "too_many_cards"),
        ({"households": [f"{VILLAGE}{n:04}" for n in range(10_000)]}, 422, "invalid"),
        ({"households": [f"{OTHER_VILLAGE}0001"]}, 422, "selection_invalid"),
        ({"households": ["'; --"]}, 422, "selection_invalid"),
        ({"region": OTHER_VILLAGE}, 403, "forbidden"),
        ({"region": "999999999999"}, 403, "forbidden"),
        ({"part": 2}, 404, "nothing_to_print"),
        ({"part": 0}, 422, "invalid"),
        ({"key": "x"}, 422, "invalid"),
        ({"blanks": -1}, 422, "invalid"),
        ({"blanks": "12"}, 422, "invalid"),
        ({"colour": "red"}, 422, "invalid"),
    ],
)
def test_a_run_that_cannot_be_meant(
    village: Village, changes: dict[str, object], status: int, code: str
) -> None:
    issued(village)

    answer = village.scorer.post("/card-runs", {"key": "k-2026-11", "region": VILLAGE, **changes})

    refused(answer, status, code)
    assert answered(village.scorer.get("/card-runs"))["items"] == []


def test_the_next_village_finds_nothing(app: Flask, village: Village) -> None:
    number = issued(village)
    made = answered(village.scorer.post("/card-runs", {"key": "k-2026-11", "region": VILLAGE}), 201)
    stranger, here = village.other_scorer, f"/card-runs/{made['number']}"

    refused(stranger.get(f"/cards/{number}"), 404, "not_found")
    refused(stranger.post(f"/cards/{number}/loss", reason="x"), 404, "not_found")
    refused(village.other_keeper.post(f"/cards/{number}/loss", reason="x"), 404, "not_found")
    refused(stranger.post(f"/cards/{number}/handovers", to_whom="我"), 404, "not_found")
    for path in ("", "/cards", "/sheets"):
        refused(stranger.get(f"{here}{path}"), 404, "not_found")
    refused(stranger.post(f"{here}/repeat", key="k-2026-12"), 404, "not_found")
    refused(stranger.get("/card-runs/99999999999999999999"), 404, "not_found")
    assert answered(stranger.get("/card-runs"))["items"] == []
    household = make_household(village=OTHER_VILLAGE)
    refused(
        village.scorer.post(f"/households/{household.code}/cards/link", card=number),
        404,
        "not_found",
    )
    db.session.expire_all()
    [card] = db.session.query(Card).all()
    assert card.state is CardState.ACTIVE
