"""Budgets, points that end, the score, honours, for programs."""

from datetime import date
from typing import Any

from flask import Flask

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.expiry import service as expiry
from supermarket.schemes.models import Expiry, Scheme
from supermarket.staff.models import Role
from tests.api.callers import answered, key, refused, signed_in
from tests.api.conftest import Village
from tests.api.test_awards import award
from tests.budgets.makers import give
from tests.expiry.makers import announce, on
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance, make_household

LAST = date(2026, 12, 31)


def budget(points: object = 100, **changes: Any) -> dict[str, Any]:
    """This year's budget of the village."""
    year = today().year
    days = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"}
    return {"budgets": [{"village": VILLAGE, "points": points, **days, **changes}]}


def ending(village: Village) -> str:
    """The number of an expiry announced for the last day of 2026."""
    with transaction():
        scheme = db.session.query(Scheme).one()
        scheme.expiry, scheme.expiry_notice_days = Expiry.YEAR_END, 30
    with on(date(2026, 12, 1)):
        (run,) = announce()
    return run.code


def test_budgets_are_set_and_read(village: Village) -> None:
    first = answered(village.county.post("/budgets", budget()))
    again = answered(village.county.post("/budgets", budget()))

    assert (first["new"], again["unchanged"]) == (1, 1)
    page = answered(village.county.get("/budgets", region=VILLAGE))
    (row,) = page["items"]
    assert (row["budget"], row["used"], row["left"], row["stopped"]) == (100, 0, 100, False)
    assert row["coverage_percent"] == 190
    assert len(answered(village.county.get("/budgets", limit=1))["items"]) == 1


def test_budgets_page_on(village: Village) -> None:
    page = answered(village.county.get("/budgets", limit=1))
    rest = answered(village.county.get("/budgets", cursor=page["next"]))

    assert [row["village"] for row in page["items"] + rest["items"]] == [
        VILLAGE,
        OTHER_VILLAGE,
        "410482101201",
    ]
    assert rest["next"] is None


def test_what_budgets_refuse(app: Flask, village: Village) -> None:
    answered(village.county.post("/budgets", budget()))
    office = signed_in(app, Role.TOWNSHIP, "410482101")

    overlap = village.county.post("/budgets", budget(starts_on=f"{today().year}-02-01"))
    refused(overlap, 422, "budget_overlap")
    refused(office.post("/budgets", budget()), 422, "invalid")
    refused(village.county.post("/budgets", budget(points="很多")), 422, "invalid")
    refused(village.county.post("/budgets", {"budgets": []}), 422, "invalid")
    refused(village.scorer.get("/budgets"), 403, "forbidden")
    refused(office.get("/budgets", region=VILLAGE), 403, "forbidden")


def test_an_override_is_given_listed_and_withdrawn(app: Flask, village: Village) -> None:
    asked = {
        "region": TOWNSHIP,
        "from_on": today().isoformat(),
        "until_on": today().isoformat(),
        "reason": "县里同意",
    }
    township = signed_in(app, Role.TOWNSHIP, TOWNSHIP)

    made = answered(village.county.post("/overrides", asked), 201)

    refused(township.post("/overrides", asked), 403, "forbidden")
    (row,) = answered(township.get("/overrides"))["items"]
    assert (row["region"], row["points"], row["withdrawn"]) == (TOWNSHIP, 0, False)
    url = f"/overrides/{made['number']}/withdrawal"
    assert answered(village.county.post(url))["withdrawn"]
    refused(village.county.post(url), 409, "override_withdrawn")
    refused(village.county.post("/overrides/x/withdrawal"), 404, "not_found")


def test_an_expiry_is_read_posted_and_given_back(village: Village) -> None:
    code = ending(village)
    url = f"/expiries/{code}"

    (row,) = answered(village.scorer.get("/expiries", state="announced"))["items"]
    early = village.county.post(f"{url}/posting")
    (line,) = answered(village.scorer.get(url))["lines"]

    assert (row["code"], row["due_on"], row["announced"]) == (code, "2026-12-31", 100)
    assert (line["household"], line["announced"]) == (village.household.code, 100)
    refused(early, 409, "expiry_not_due")
    refused(village.scorer.post(f"{url}/posting"), 403, "forbidden")
    refused(village.other_scorer.get(url), 404, "not_found")


def test_a_posted_expiry_is_given_back_once(app: Flask, village: Village) -> None:
    code = ending(village)
    with on(LAST), transaction():
        expiry.expire(code)
    body = {"key": key(), "reason": "住院", "households": [village.household.code]}
    url = f"/expiries/{code}/reversal"

    done = answered(village.supervisor.post(url, body), 201)
    again = answered(village.supervisor.post(url, body), 200)

    assert (done["households"], done["points"]) == (1, 100)
    assert again["code"] == code
    refused(village.supervisor.post(url, {**body, "key": key()}), 409, "already_reversed")
    refused(village.scorer.post(url, {**body, "key": key()}), 403, "forbidden")
    refused(village.county.post(f"/expiries/{code}/cancellation", reason="晚了"), 409,
            "expiry_closed")  # fmt: skip
    assert balance(village.household) == 100


def test_the_score_is_read_with_its_rows(village: Village) -> None:
    answered(village.scorer.post("/awards", award(village)), 201)

    found = answered(village.scorer.get(f"/households/{village.household.code}/score", year=2026))

    assert (found["base"], found["earned"], found["total"]) == (100, 5, 105)
    assert found["lines"][0]["points"] == 5
    refused(village.other_scorer.get(f"/households/{village.household.code}/score"), 404,
            "not_found")  # fmt: skip


def test_honours_are_given_listed_and_revoked(village: Village) -> None:
    body = {
        "household": village.household.code,
        "title": "好婆婆",
        "level": "village",
        "awarded_on": "2026-11-01",
        "member": "李建国",
    }

    made = answered(village.county.post("/honours", body), 201)

    refused(village.county.post("/honours", body), 409, "already_honoured")
    refused(village.county.post("/honours", {**body, "member": "谁"}), 422, "invalid")
    refused(village.county.post("/honours", {**body, "level": "国家"}), 422, "invalid")
    refused(village.scorer.post("/honours", body), 403, "forbidden")
    (row,) = answered(village.scorer.get("/honours", year=2026))["items"]
    assert (row["code"], row["member"]) == (made["code"], "李建国")
    url = f"/honours/{made['code']}/revocation"
    assert answered(village.county.post(url, reason="材料不实"))["revoked_on"]
    refused(village.county.post(url, reason="材料不实"), 409, "already_revoked")
    assert answered(village.other_scorer.get("/honours"))["items"] == []


def test_points_given_under_a_budget_are_counted(village: Village) -> None:
    answered(village.county.post("/budgets", budget()))
    give(make_household(), 30)

    (row,) = answered(village.county.get("/budgets", region=VILLAGE))["items"]

    assert (row["used"], row["left"]) == (30, 70)
