"""The hours in which a shop hands goods out."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket import clock
from supermarket.audit.models import AuditEvent
from supermarket.counter import service as counter
from supermarket.counter.errors import ShopNotOpenError, WindowsError
from supermarket.counter.queries import windows
from supermarket.database import db, transaction
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_goods, make_staff

#: A Wednesday, in Shanghai 10:00, 12:30 and 23:00.
OPEN = datetime(2031, 11, 19, 2, tzinfo=UTC)
NOON = datetime(2031, 11, 19, 4, 30, tzinfo=UTC)
NIGHT = datetime(2031, 11, 19, 15, tzinfo=UTC)
WEEK = {3: [("08:30", "11:30"), ("14:00", "17:00")], 6: [("09:00", "12:00")]}


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall()


def set_hours(stall: Stall, hours: windows.Week) -> None:
    with transaction():
        counter.set_windows(stall.shop, hours, by=stall.keeper.id)


def test_outside_its_hours_a_shop_hands_nothing_out_and_says_when_it_will(stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    set_hours(stall, WEEK)

    with clock.at(OPEN):
        stall.redeem((soap, 1), key="the-first-key")
    with clock.at(NOON), pytest.raises(ShopNotOpenError) as noon:
        stall.redeem((soap, 1))
    with clock.at(NIGHT), pytest.raises(ShopNotOpenError) as night:
        stall.redeem((soap, 1))
    with clock.at(NIGHT):
        again = stall.redeem((soap, 1), key="the-first-key")
        on_paper = stall.redeem((soap, 1), slip="A0001")

    assert "现在不在兑换时间，2031-11-19 14:00 起办理兑换" in str(noon.value)
    assert "2031-11-22 09:00 起" in str(night.value)
    assert noon.value.code == "shop_not_open"
    assert again.balance_after == 95
    assert on_paper.collector == "纸单签字"


def test_without_hours_a_shop_is_always_open(stall: Stall) -> None:
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    set_hours(stall, WEEK)
    set_hours(stall, {})

    with clock.at(NIGHT):
        receipt = stall.redeem((soap, 1))

    assert receipt.points == 5
    assert windows.next_opening({}, NIGHT) is None


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (datetime(2031, 11, 19, 0, 29, tzinfo=UTC), ("2031-11-19", "08:30")),
        (datetime(2031, 11, 19, 0, 30, tzinfo=UTC), None),
        (datetime(2031, 11, 19, 3, 30, tzinfo=UTC), ("2031-11-19", "14:00")),
        (datetime(2031, 11, 22, 4, 0, tzinfo=UTC), ("2031-11-26", "08:30")),
    ],
)
def test_the_next_opening(moment: datetime, opening: tuple[str, str] | None) -> None:
    found = windows.next_opening(WEEK, moment)

    assert (found and (found.on.isoformat(), found.at)) == opening


@pytest.mark.parametrize(
    "hours",
    [
        {1: [("09:00", "09:00")]},
        {1: [("10:00", "09:00")]},
        {1: [("09:00", "12:00"), ("11:00", "13:00")]},
    ],
)
def test_hours_that_cannot_be_meant_are_refused(stall: Stall, hours: windows.Week) -> None:
    with pytest.raises(WindowsError):
        set_hours(stall, hours)

    assert windows.week(stall.shop.id) == {}


def test_the_office_sets_the_hours_as_people_write_them(app: Flask, stall: Stall) -> None:
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.ADMINISTRATOR, TOWNSHIP))
    url = f"/shops/{stall.shop.code}/windows"
    before = pages.get(client, url)

    wrong = pages.post(client, url, {"day1": "上午", "day2": "9:00-25:00"}, status=422)
    crossed = pages.post(client, url, {"day1": "11:00-9:00"}, status=422)
    client.post(url, data={"day1": "８：30—11:30、14:00至17:00", "day7": "0900~2400"})

    assert "随时可以办理兑换" in before.text
    assert "“上午”不是兑换时间" in wrong.text
    assert wrong.field("day1") == "上午"
    assert "不是兑换时间" in crossed.text
    assert windows.week(stall.shop.id) == {
        1: [("08:30", "11:30"), ("14:00", "17:00")],
        7: [("09:00", "24:00")],
    }
    assert pages.get(client, url).field("day1") == "08:30-11:30 14:00-17:00"
    noted = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "shop.windows")).one()
    assert noted.subject == stall.shop.code


def test_the_keeper_reads_the_hours_and_the_neighbour_nothing(app: Flask, stall: Stall) -> None:
    set_hours(stall, WEEK)
    url = f"/shops/{stall.shop.code}/windows"
    keeper, neighbour = app.test_client(), app.test_client()
    pages.sign_in(keeper, stall.keeper)
    pages.sign_in(neighbour, make_staff(Role.ADMINISTRATOR, OTHER_TOWNSHIP))

    page = pages.get(keeper, url)

    assert "08:30-11:30 14:00-17:00" in page.text
    assert "不办兑换" in page.text
    assert keeper.post(url, data={"day1": ""}).status_code == 403
    assert neighbour.get(url).status_code == 404
    assert neighbour.post(url, data={"day1": ""}).status_code == 404


def test_the_till_says_that_it_is_too_late(app: Flask, stall: Stall) -> None:
    set_hours(stall, WEEK)
    client = app.test_client()
    with clock.at(NOON):
        pages.sign_in(client, stall.keeper)
        page = pages.get(client, f"/counter/{stall.shop.code}")

    assert "现在不在兑换时间" in page.text
    assert "14:00 起办理兑换" in page.text
