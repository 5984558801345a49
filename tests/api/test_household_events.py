from typing import Any

import pytest
from flask import Flask

from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance
from tests.household_events.makers import make_family, names

URL = "/household-events"


def leaving(village: Village, **changes: Any) -> dict[str, Any]:
    """The household leaves."""
    return {
        "key": key(),
        "kind": "leave",
        "household": village.household.code,
        "effective_on": "2026-11-01",
        "reason": "搬去外县",
        **changes,
    }


def proposed(village: Village, **changes: Any) -> str:
    return str(answered(village.scorer.post(URL, leaving(village, **changes)), 201)["code"])


@pytest.fixture
def officer(app: Flask, village: Village) -> Caller:
    return signed_in(app, Role.TOWNSHIP, TOWNSHIP)


def test_an_event_is_proposed_and_approved(village: Village, officer: Caller) -> None:
    code = proposed(village)

    approved = answered(officer.post(f"{URL}/{code}/approval"))

    assert code == f"{VILLAGE}B1"
    assert (approved["state"], approved["decided_by"]) == ("approved", "王秀英")
    assert approved["before"] == {village.household.code: 100}
    assert approved["after"] == {village.household.code: 0}
    assert approved["reference"] == f"{VILLAGE}-2"
    assert answered(village.scorer.get(f"{URL}/{code}")) == approved
    assert balance(village.household) == 0


def test_a_split_names_people_by_their_names(village: Village, officer: Caller) -> None:
    family = make_family("赵父", "赵子", points_held=10)
    body = leaving(village, household=family.code, kind="split", members=["赵子"], head="赵子",
                   given=4, kept=6)  # fmt: skip

    code = answered(village.scorer.post(URL, body), 201)["code"]
    after = answered(officer.post(f"{URL}/{code}/approval"))["after"]

    assert after[family.code] == 6
    assert sorted(after.values()) == [4, 6]
    assert names(family) == ["赵父"]


def test_a_repeated_key_proposes_nothing_again(village: Village) -> None:
    body = leaving(village)
    first = village.scorer.post(URL, body)

    again = village.scorer.post(URL, body)
    other = village.scorer.post(URL, {**body, "reason": "别的"})

    assert answered(again, 200) == answered(first, 201)
    refused(other, 409, "key_reused")


def test_a_second_event_of_a_household_waits_its_turn(village: Village) -> None:
    proposed(village)

    refused(village.scorer.post(URL, leaving(village)), 409, "event_open")


def test_a_decided_event_is_decided(village: Village, officer: Caller) -> None:
    code = proposed(village)
    answered(officer.post(f"{URL}/{code}/refusal", reason="还住着"))

    refused(officer.post(f"{URL}/{code}/approval"), 409, "already_decided")
    refused(village.scorer.post(f"{URL}/{code}/cancellation", reason="x"), 409, "already_decided")
    assert balance(village.household) == 100


def test_who_proposed_takes_back_and_does_not_approve(village: Village, officer: Caller) -> None:
    code = proposed(village)
    own = answered(officer.post(URL, leaving(village, household=make_family("王五").code)), 201)

    refused(officer.post(f"{URL}/{own['code']}/approval"), 409, "conflict_of_interest")
    refused(officer.post(f"{URL}/{code}/cancellation", reason="x"), 403, "forbidden")
    back = answered(village.scorer.post(f"{URL}/{code}/cancellation", reason="弄错了"))
    assert (back["state"], back["decision_reason"]) == ("cancelled", "弄错了")


def test_the_list_is_of_ones_own_villages_and_goes_on(
    app: Flask, village: Village, officer: Caller
) -> None:
    codes = [proposed(village, household=make_family(name).code) for name in ("甲", "乙", "丙")]

    first = answered(officer.get(URL, limit=2, state="proposed"))
    second = answered(officer.get(URL, limit=2, cursor=first["next"]))
    one = answered(officer.get(URL, household=first["items"][0]["household"]))

    assert [row["code"] for row in first["items"] + second["items"]] == codes[::-1]
    assert second["next"] is None
    assert [row["head"] for row in one["items"]] == ["丙"]
    assert answered(village.other_scorer.get(URL))["items"] == []
    refused(village.other_scorer.get(f"{URL}/{codes[0]}"), 404, "not_found")
    refused(village.other_scorer.get(URL, household=village.household.code), 404, "not_found")
    refused(officer.get(URL, state="nonsense"), 422, "invalid")
    refused(officer.get(URL, cursor="nonsense"), 422, "invalid")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "party"}, 422, "invalid"),
        ({"household": "4104821002039999"}, 404, "not_found"),
        ({"effective_on": "2999-01-01"}, 422, "invalid"),
        ({"effective_on": "2019-01-01"}, 422, "invalid"),
        ({"reason": ""}, 422, "invalid"),
        ({"kind": "move", "to_village": VILLAGE}, 422, "invalid"),
        ({"kind": "move", "to_village": "411025001001"}, 422, "invalid"),
        ({"kind": "move", "to_village": "x"}, 404, "not_found"),
        ({"kind": "split", "members": ["李建国"], "head": "李建国", "given": 1}, 422, "invalid"),
        ({"kind": "split", "members": ["孙悟空"], "head": "孙悟空", "given": 1}, 422, "invalid"),
        ({"kind": "split", "given": -1}, 422, "invalid"),
        ({"kind": "split", "given": 5, "kept": True}, 422, "invalid"),
        ({"kind": "merge"}, 404, "not_found"),
        ({"kind": "death"}, 422, "invalid"),
        ({"kind": "rejoin"}, 409, "household_active"),
        ({"key": "short"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    village: Village, changes: dict[str, Any], status: int, code: str
) -> None:
    refused(village.scorer.post(URL, leaving(village, **changes)), status, code)

    assert answered(village.scorer.get(URL))["items"] == []


def test_a_split_that_does_not_add_up_says_what_there_is(village: Village) -> None:
    family = make_family("赵父", "赵子", points_held=10)
    body = leaving(village, household=family.code, kind="split", members=["赵子"], head="赵子",
                   given=4, kept=7)  # fmt: skip

    said = refused(village.scorer.post(URL, body), 422, "division_wrong")

    assert "10" in said["detail"]


def test_roles_without_the_job_are_refused(village: Village, officer: Caller) -> None:
    code = proposed(village, kind="move", to_village=OTHER_VILLAGE)

    refused(village.shopkeeper.post(URL, leaving(village)), 403, "forbidden")
    refused(village.supervisor.post(URL, leaving(village)), 403, "forbidden")
    refused(village.scorer.post(f"{URL}/{code}/approval"), 403, "forbidden")
    refused(village.supervisor.post(f"{URL}/{code}/approval"), 403, "forbidden")
    refused(village.shopkeeper.get(URL), 403, "forbidden")
    assert answered(officer.post(f"{URL}/{code}/approval"))["to_village"] == OTHER_VILLAGE
