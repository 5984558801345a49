from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.deductions.makers import Village, make_rule, notified, post, remind
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_shop, make_staff


@pytest.fixture
def village(app: Flask) -> Village:
    return Village()


class Callers:
    """A program for each of the village's people."""

    def __init__(self, app: Flask, village: Village) -> None:
        self.scorer = with_token(app, village.scorer)
        self.reviewer = with_token(app, village.reviewer)
        self.supervisor = with_token(app, village.supervisor)
        self.township = with_token(app, village.township)
        self.second = with_token(app, village.township2)


@pytest.fixture
def callers(app: Flask, village: Village) -> Callers:
    return Callers(app, village)


def act(village: Village, **changes: Any) -> dict[str, Any]:
    return {
        "key": key(),
        "household": village.household.code,
        "rule": "D01",
        "occurred_on": today().isoformat(),
        "note": "又把垃圾倒在沟边",
        **changes,
    }


def test_the_whole_way_by_program(village: Village, callers: Callers) -> None:
    body = act(village)
    reminder = answered(callers.scorer.post("/deductions/reminders", body), 201)
    again = answered(callers.scorer.post("/deductions/reminders", body), 200)
    refused(callers.scorer.post("/deductions", act(village)), 409, "reminder_needed")

    assert (reminder["state"], reminder["points"], again) == ("reminded", 0, reminder)
    make_rule("D03", title="焚烧秸秆", points=(-5, -5))
    remind(village, rule="D03")
    made = answered(
        callers.scorer.post("/deductions", act(village, rule="D03", member="李建国")), 201
    )
    path = f"/deductions/{made['code']}"
    refused(callers.scorer.post(f"{path}/notice"), 403, "forbidden")
    told = answered(callers.reviewer.post(f"{path}/notice"))
    assert (told["state"], told["appeal_until"]) == (
        "notified", (today() + timedelta(days=7)).isoformat(),
    )  # fmt: skip
    refused(callers.reviewer.post(f"{path}/notice"), 409, "same_person")
    refused(callers.township.post(f"{path}/notice"), 409, "already_decided")
    appeal = answered(
        callers.reviewer.post(f"{path}/appeal", {"name": "李建国", "text": "不是我家"}), 201
    )
    assert answered(callers.supervisor.get("/appeals"))["items"][0]["code"] == appeal["code"]
    answer = f"/appeals/{appeal['code']}/answer"
    refused(callers.reviewer.post(answer, verdict="dismissed", reason="属实"), 403, "forbidden")
    changed = {"verdict": "changed", "reason": "初犯", "points": 2}
    refused(callers.supervisor.post(answer, {**changed, "points": 5}), 422, "invalid")
    assert answered(callers.supervisor.post(answer, changed))["state"] == "changed"
    refused(callers.township.post(answer, changed), 409, "already_decided")
    post(made["code"])
    shown = answered(callers.scorer.get(path))
    assert (shown["state"], shown["points_posted"]) == ("posted", 2)
    assert [step["step"] for step in shown["steps"]] == [
        "propose", "notify", "appeal", "lower", "post",
    ]  # fmt: skip
    back = {"key": key(), "reason": "查明不是他家"}
    assert answered(callers.supervisor.post(f"{path}/reversal", back))["reversed_points"] == 2
    assert answered(callers.supervisor.post(f"{path}/reversal", back))["reversed_points"] == 2
    assert balance(village.household) == 20


def test_a_list_turns_its_pages_and_narrows(village: Village, callers: Callers) -> None:
    deduction = notified(village)

    first = answered(callers.scorer.get("/deductions", limit=1))
    second = answered(callers.scorer.get("/deductions", limit=1, cursor=first["next"]))
    narrowed = answered(
        callers.scorer.get("/deductions", state="reminded", household=village.household.code)
    )

    assert [first["items"][0]["code"], second["next"]] == [deduction.code, None]
    assert [row["code"] for row in narrowed["items"]] == [f"{VILLAGE}J1"]
    refused(callers.scorer.get("/deductions", state="nonsense"), 422, "invalid")
    refused(callers.scorer.get("/deductions", household="9" * 16), 404, "not_found")


def test_level_c_wants_the_township_and_cancelling_a_reason(
    village: Village, callers: Callers
) -> None:
    make_rule("D07", points=(-10, -10), level=ReviewLevel.C, title="大操大办")
    remind(village, rule="D07")
    code = answered(callers.scorer.post("/deductions", act(village, rule="D07")), 201)["code"]

    approved = answered(callers.township.post(f"/deductions/{code}/notice"))
    refused(callers.township.post(f"/deductions/{code}/confirmation"), 409, "same_person")
    told = answered(callers.second.post(f"/deductions/{code}/confirmation"))

    assert (approved["state"], told["state"]) == ("approved", "notified")
    path = f"/deductions/{code}/cancellation"
    refused(callers.scorer.post(path, reason=""), 422, "invalid")
    assert answered(callers.scorer.post(path, reason="写错了人"))["state"] == "cancelled"
    refused(callers.scorer.post(path, reason="写错了人"), 409, "already_decided")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"rule": "X99"}, 404, "not_found"),
        ({"household": "9" * 16}, 404, "not_found"),
        ({"occurred_on": "2999-01-01"}, 422, "invalid"),
        ({"occurred_on": "20261101"}, 422, "invalid"),
        ({"note": ""}, 422, "invalid"),
        ({"note": "好" * 201}, 422, "invalid"),
        ({"note": "a\x01b"}, 422, "invalid"),
        ({"points": -2}, 422, "invalid"),
        ({"points": 3}, 422, "invalid"),
        ({"points": "2"}, 422, "invalid"),
        ({"points": True}, 422, "invalid"),
        ({"member": "孙悟空"}, 422, "invalid"),
        ({"key": "short"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    village: Village, callers: Callers, changes: dict[str, Any], status: int, code: str
) -> None:
    remind(village)

    refused(callers.scorer.post("/deductions", act(village, **changes)), status, code)


def test_other_villages_and_jobs_see_nothing(
    app: Flask, village: Village, callers: Callers
) -> None:
    deduction = notified(village)
    path = f"/deductions/{deduction.code}"
    stranger = with_token(app, make_staff(Role.SCORER, OTHER_VILLAGE))
    keeper = signed_in(app, Role.SHOPKEEPER, shop=make_shop())

    refused(stranger.get(path), 404, "not_found")
    refused(stranger.post("/deductions", act(village)), 404, "not_found")
    refused(stranger.post(f"{path}/appeal", name="甲", text="不是我"), 404, "not_found")
    refused(stranger.post(f"{path}/cancellation", reason="算了"), 404, "not_found")
    assert answered(stranger.get("/deductions"))["items"] == []
    refused(keeper.get(path), 403, "forbidden")
    refused(keeper.get("/deductions"), 403, "forbidden")
    refused(Caller(app).get(path), 401, "unauthorized")
    refused(callers.scorer.get("/deductions/nonsense"), 404, "not_found")
    refused(callers.supervisor.post("/appeals/nonsense/answer", verdict="dismissed", reason="无"),
            422, "invalid")  # fmt: skip


def test_a_freeze_by_program(village: Village, callers: Callers) -> None:
    path = f"/households/{village.household.code}/freezes"
    body = {
        "basis": "章程第十二条",
        "document_number": "寄政5号",
        "reason": "倒卖兑换的大米",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=90)).isoformat(),
    }

    refused(callers.scorer.post(path, body), 403, "forbidden")
    refused(callers.township.post(path, {**body, "ends_on": "2999-01-01"}), 422, "invalid")
    made = answered(callers.township.post(path, body), 201)
    refused(callers.township.post(path, body), 409, "already_frozen")
    decision = f"/freezes/{made['code']}/decision"
    refused(callers.township.post(decision, approved=True), 409, "same_person")
    refused(callers.second.post(decision, approved=False), 422, "invalid")
    assert answered(callers.second.post(decision, approved=True))["state"] == "in_force"
    assert answered(callers.scorer.get(path))["items"][0]["state"] == "in_force"
    lifting = f"/freezes/{made['code']}/lifting"
    assert answered(callers.township.post(lifting, reason="已改正"))["state"] == "lifted"
    refused(callers.township.post(lifting, reason="已改正"), 409, "not_frozen")
