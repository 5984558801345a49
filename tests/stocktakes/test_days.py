from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import at, now, today
from supermarket.stocktakes import queries
from tests.pages import get, sign_in
from tests.stocktakes.makers import Counted
from tests.stocktakes.test_pages import signed_in


@pytest.fixture
def counted(app: Flask) -> Counted:
    return Counted()


def close(counted: Counted, client: FlaskClient, rice: str, soap: str, **more: str) -> object:
    data = {
        "day": today().isoformat(),
        "lines-0-sku": counted.rice.sku,
        "lines-0-counted": rice,
        "lines-1-sku": counted.soap.sku,
        "lines-1-counted": soap,
        **more,
    }
    return client.post(f"/shops/{counted.shop.code}/day-close", data=data)


def test_a_day_is_closed_once_signed_by_another_and_says_what_changed_since(
    app: Flask, counted: Counted
) -> None:
    keeper, second = signed_in(app, counted.keeper), signed_in(app, counted.second)
    receipt = counted.stall.redeem((counted.rice, 2))
    url = f"/shops/{counted.shop.code}/day-close"
    paper = f"{url}/{today().isoformat()}"

    form = get(keeper, url)
    bad = close(counted, keeper, "x", "10")
    asked = close(counted, keeper, "17", "10")
    sure = f"{counted.rice.sku}=17,{counted.soap.sku}=10"
    done = close(counted, keeper, "17", "10", sure=sure, note="停过电")
    again = close(counted, keeper, "18", "10")
    shown = get(keeper, paper)
    own = keeper.post(f"{paper}/signature")
    signed = second.post(f"{paper}/signature")
    twice = second.post(f"{paper}/signature")
    counted.stall.reverse(receipt.reference)
    changed = get(keeper, paper)

    assert "收进积分20分" in form.text.replace(" ", "")
    assert "18" not in form.text.replace("2018", "")
    assert [getattr(a, "status_code", 0) for a in (bad, asked, done, again)] == [422, 422, 302, 302]
    assert "大米 和账面对不上" in asked.get_data(as_text=True)  # type: ignore[attr-defined]
    assert all(word in shown.text for word in ("20 分", "1 次", "停过电", "-1 块"))
    assert (own.status_code, signed.status_code, twice.status_code) == (403, 302, 409)
    assert "现在是 0 分，兑换 1 次，退回 1 次" in changed.text
    assert counted.second.name in changed.text
    assert "看日结单" in get(keeper, url).text


def test_yesterday_not_closed_waits_and_is_closed_afterwards(app: Flask, counted: Counted) -> None:
    keeper = signed_in(app, counted.keeper)
    counted.sell(counted.rice)
    tomorrow = now() + timedelta(days=1)

    with at(tomorrow):
        later = app.test_client()
        sign_in(later, counted.keeper)
        home = get(later, "/")
        link = next(link for link in home.links if "day-close" in link and "on=" in link)
        form = get(later, link)

    assert "昨天没有日结" in home.text
    assert form.field("day") == today().isoformat()
    assert "昨天没有日结" not in get(keeper, "/").text


@pytest.mark.parametrize("day", ["2999-01-01", "2020-01-01", "x", ""])
def test_a_day_to_come_or_long_past_is_not_closed(app: Flask, counted: Counted, day: str) -> None:
    keeper = signed_in(app, counted.keeper)

    answer = close(counted, keeper, "20", "10", day=day)

    assert getattr(answer, "status_code", 0) == 422
    assert queries.closed_days(counted.shop.id) == []


def test_slips_without_a_number_are_named(app: Flask, counted: Counted) -> None:
    for number in ("A0007", "A0008", "A0011"):
        counted.stall.redeem((counted.rice, 1), slip=number)

    found = queries.slips(counted.shop.id, today())

    assert [series._asdict() for series in found] == [
        {"first": "A0007", "last": "A0011", "used": 3, "missing": ["A0009", "A0010"]}
    ]
