"""The county's forms for programs."""

import pytest
from flask import Flask

from supermarket.api.forms import cursors
from tests.api.callers import answered
from tests.api.conftest import Village
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.notices.makers import make_accepted, make_people, object_to, open_notice


def test_a_form_comes_in_pages_with_columns_and_heads(app: Flask, village: Village) -> None:
    listed = answered(village.county.get("/reports/forms"), 200)["items"]
    first = answered(village.county.get("/reports/forms/F15", limit=2), 200)
    rest = answered(village.county.get("/reports/forms/F15", cursor=first["next"]), 200)

    assert "F8" in {one["code"] for one in listed}
    assert [column["label"] for column in first["columns"]][:3] == ["期次", "村", "店数"]
    assert len(first["items"][0]) == len(first["columns"])
    assert [row[1] for row in first["items"]] == ["安沟村民委员会", "北邻村民委员会"]
    assert len(rest["items"]) == 1
    assert rest["next"] is None
    assert len(first["digest"]) == 64


def test_a_form_keeps_to_scope_and_refuses_nonsense(app: Flask, village: Village) -> None:
    foreign = village.supervisor.get("/reports/forms/F8", region=OTHER_VILLAGE)
    roster = village.shopkeeper.get("/reports/forms/F1")
    unknown = village.county.get("/reports/forms/F23")
    cursor = village.county.get("/reports/forms/F8", cursor="bm9uZQ")
    own = village.supervisor.get("/reports/forms/F7", household=village.household.code)

    assert (foreign.status_code, roster.status_code) == (403, 403)
    assert unknown.status_code == 404
    assert cursor.status_code == 422
    assert own.status_code == 200
    assert village.household.code.startswith(VILLAGE)


def test_objections_go_on_where_the_page_before_ended(app: Flask, village: Village) -> None:
    people = make_people()
    lines = [make_accepted(people), make_accepted(people)]
    open_notice(people.scorer)
    for line in lines:
        object_to(line, people.supervisor)

    first = answered(village.county.get("/reports/forms/F6", limit=1), 200)
    rest = answered(village.county.get("/reports/forms/F6", limit=1, cursor=first["next"]), 200)

    assert len(first["items"]) == len(rest["items"]) == 1
    assert first["items"] != rest["items"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("F6", '["\\ud800", "x"]'),
        ("F6", '["0001-01-01T00:00:00+14:00", 1]'),
        ("F5", "9" * 5000),
        ("F19", "9" * 5000),
    ],
)
def test_places_that_no_form_has_are_refused(village: Village, code: str, place: str) -> None:
    cursor = cursors.write(code, place)

    assert village.county.get(f"/reports/forms/{code}", cursor=cursor).status_code == 422


@pytest.mark.parametrize("code", ["F15", "F16", "F22"])
def test_a_place_that_is_none_has_no_rows(village: Village, code: str) -> None:
    answer = village.county.get(f"/reports/forms/{code}", region="4104829")

    assert answered(answer, 200)["items"] == []
