"""Oversight for programs: lists, samples, findings, journals."""

from datetime import timedelta

from flask import Flask

from supermarket.clock import today
from supermarket.staff.models import Role
from tests.api.callers import Caller, answered, key, refused, signed_in, with_token
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, VILLAGE, make_staff


def sell(village: Village) -> str:
    """A redemption through the API; its number."""
    body = {
        "key": key(), "shop": village.shop.code, "household": village.household.code,
        "lines": [{"sku": village.soap, "quantity": 2}],
    }  # fmt: skip
    return str(answered(village.shopkeeper.post("/redemptions", body), 201)["reference"])


def test_journals_read_in_order_with_hashes(app: Flask, village: Village) -> None:
    reference = sell(village)
    shop = village.shop.code

    books = answered(village.supervisor.get("/journals", limit=1))
    first = answered(village.supervisor.get(f"/journals/{shop}/entries", limit=2))
    rest = answered(
        village.supervisor.get(f"/journals/{shop}/entries", limit=200, cursor=first["next"])
    )
    sales = answered(village.supervisor.get(f"/journals/{shop}/entries", kind="redemption"))
    one = answered(village.supervisor.get(f"/journals/{shop}/entries/{reference.split('-')[1]}"))

    assert len(books["items"]) == 1
    assert books["next"]
    entries = first["items"] + rest["items"]
    assert [row["number"] for row in entries] == list(range(1, len(entries) + 1))
    assert [row["prev_hash"] for row in entries[1:]] == [row["hash"] for row in entries[:-1]]
    assert [row["reference"] for row in sales["items"]] == [reference]
    assert one == sales["items"][0]
    assert sum(line["moved"] for line in one["lines"] if line["book"] == "points") == 0


def test_a_finding_goes_its_way(app: Flask, village: Village) -> None:
    scorer = make_staff(Role.SCORER, VILLAGE)
    assignee = with_token(app, scorer)
    body = {
        "key": key(), "region": VILLAGE, "sample": "兑换 1 号", "method": "phone", "list": "hours",
        "result": "没有收到", "problem": "没有发到户", "assignee": scorer.username,
        "due_on": (today() + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    path = "/oversight/findings"

    noted = answered(village.supervisor.post(path, body), 201)
    again = answered(village.supervisor.post(path, body))
    code = f"{path}/{noted['code']}"
    seen = answered(assignee.get(code))
    early = village.supervisor.post(f"{code}/closing", key=key(), words="看过")
    done = answered(assignee.post(f"{code}/answer", key=key(), words="已补发"))
    due = (today() + timedelta(days=2)).isoformat()
    back = answered(village.supervisor.post(f"{code}/return", key=key(), words="再改", due_on=due))
    moved = answered(
        village.supervisor.post(
            f"{code}/assignment", key=key(), words="换人", due_on=due, assignee=scorer.username
        )
    )
    assignee.post(f"{code}/answer", key=key(), words="已补发")
    closed = answered(village.supervisor.post(f"{code}/closing", key=key(), words="属实"))

    assert noted == again
    assert (seen["found_by"], seen["steps"][0]["actor"]) == ("", "")  # they need not know who
    assert {**seen, "found_by": noted["found_by"], "steps": noted["steps"]} == noted
    refused(early, 409, "finding_moved")
    assert (done["state"], back["state"], moved["due_on"]) == ("answered", "open", due)
    assert (closed["state"], closed["closed_on"]) == ("closed", today().isoformat())
    assert [step["kind"] for step in closed["steps"]] == [
        "found", "answered", "sent_back", "handed_on", "answered", "closed"
    ]  # fmt: skip
    listed = answered(village.supervisor.get(path, part="closed"))
    assert [row["code"] for row in listed["items"]] == [noted["code"]]
    refused(village.supervisor.post(path, {**body, "sample": "别的"}), 409, "key_reused")
    refused(village.supervisor.post(path, {**body, "key": key(), "due_on": None}), 422, "invalid")
    refused(village.supervisor.post(path, {**body, "key": key(), "method": "x"}), 422, "invalid")


def test_lists_say_why_and_lead_to_rows(app: Flask, village: Village) -> None:
    sell(village)
    watcher = village.supervisor

    lists = answered(watcher.get("/oversight/lists"))
    for row in lists["items"]:
        found = answered(watcher.get(f"/oversight/lists/{row['list']}"))
        assert set(found) == {"items", "too_few", "cut"}
    quiet = answered(watcher.get("/oversight/lists/never_awarded"))
    sample = answered(watcher.get("/oversight/samples/redemptions", month=f"{today():%Y-%m}"))

    assert [item["subject"] for item in quiet["items"]] == [village.household.code]
    assert "在册" in quiet["items"][0]["why"]
    assert [one["total"] for one in sample["items"]] == [1]
    rows = watcher.get("/oversight/lists/bursts/rows", subject=f"{village.shop.code}~{today()}")
    assert answered(rows)["items"] == []
    refused(watcher.get("/oversight/lists/never_awarded/rows", subject="x"), 404, "not_found")
    refused(watcher.get("/oversight/lists/x"), 404, "not_found")
    refused(watcher.get("/oversight/lists/hours", since="2026-05-02", until="2026-05-01"), 422,
            "invalid")  # fmt: skip
    refused(watcher.get("/oversight/lists/hours", region=OTHER_VILLAGE), 403, "forbidden")


def test_other_jobs_and_places_get_nothing(app: Flask, village: Village) -> None:
    sell(village)
    shop = village.shop.code
    other = signed_in(app, Role.SUPERVISOR, OTHER_VILLAGE)
    paths = ["/oversight/lists", "/oversight/lists/scorers", "/oversight/samples/redemptions",
             "/oversight/findings", "/journals", f"/journals/{shop}/entries"]  # fmt: skip

    for caller in (village.scorer, village.shopkeeper, signed_in(app, Role.TOWNSHIP)):
        for path in paths:
            refused(caller.get(path), 403, "forbidden")
    refused(Caller(app).get("/journals"), 401, "unauthorized")
    refused(other.get(f"/journals/{shop}/entries"), 404, "not_found")
    refused(other.get(f"/journals/{shop}/entries/1"), 404, "not_found")
    assert answered(other.get("/oversight/findings", part="all"))["items"] == []
    refused(other.get(f"/oversight/findings/{VILLAGE}C1"), 404, "not_found")
    refused(village.supervisor.get(f"/journals/{shop}/entries/x"), 404, "not_found")
    refused(village.supervisor.get(f"/journals/{shop}/entries", cursor="x"), 422, "invalid")
