"""The register: every printed number is used, void, missing or blank, exactly once."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.slips import queries
from supermarket.staff.models import Scope
from supermarket.stocktakes import queries as stocktakes
from tests.counter.stalls import EVERYWHERE, Stall, make_stall
from tests.factories import OTHER_VILLAGE, make_goods, make_shop
from tests.slips.makers import number, printed, typed_in, voided


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=1000)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_printed_number_is_accounted_for_exactly_once(stall: Stall, seed: int) -> None:
    rest = Random(seed)
    soap = make_goods(price=1, shop=stall.shop, on_hand=900)
    for size in (7, 5, 9):
        printed(stall.shop, stall.keeper, size)
    chosen = rest.sample(range(1, 22), 9)
    for own in chosen[:5]:
        typed_in(stall, own, (soap, 1))
    for own in chosen[5:]:
        voided(stall, own)

    rows = queries.rows(stall.shop.id, limit=50)
    [standing] = queries.standings(EVERYWHERE)
    gaps = queries.gaps(EVERYWHERE)

    listed = {row.slip.own: row.state for row in rows}
    assert [row.slip.own for row in rows] == list(range(21, 0, -1))
    assert {own for own, state in listed.items() if state == "used"} == set(chosen[:5])
    assert {own for own, state in listed.items() if state == "void"} == set(chosen[5:])
    lost = [own for gap in gaps for own in range(gap.first.own, gap.last.own + 1)]
    assert sorted(lost) == sorted(own for own, state in listed.items() if state == "missing")
    assert set(lost) == set(range(1, max(chosen))) - set(chosen)
    assert (standing.printed, standing.used, standing.void) == (21, 5, 4)
    assert (standing.missing, standing.blank) == (len(lost), 21 - max(chosen))
    assert queries.missing(EVERYWHERE) == ({stall.shop.code: len(lost)} if lost else {})


def test_a_gap_tells_between_which_days_and_only_to_those_it_concerns(stall: Stall) -> None:
    soap = make_goods(price=1, shop=stall.shop, on_hand=9)
    other = make_shop(OTHER_VILLAGE)
    printed(stall.shop, stall.keeper)
    typed_in(stall, 2, (soap, 1))
    typed_in(stall, 5, (soap, 1))

    gaps = queries.gaps(EVERYWHERE)

    assert [(gap.first.own, gap.last.own, gap.since, gap.until) for gap in gaps] == [
        (1, 1, None, today()),
        (3, 4, today(), today()),
    ]
    tomorrow, yesterday = today() + timedelta(days=1), today() - timedelta(days=1)
    assert queries.gaps(EVERYWHERE, since=tomorrow) == []
    assert [gap.size for gap in queries.gaps(EVERYWHERE, until=yesterday)] == [1]
    assert queries.gaps(Scope((), (other.code,))) == []
    assert queries.missing(Scope((), (other.code,))) == {}


def test_the_days_close_names_printed_slips_by_the_register(stall: Stall) -> None:
    soap = make_goods(price=1, shop=stall.shop, on_hand=9)
    printed(stall.shop, stall.keeper, 40)
    for own in (9, 11, 14):
        typed_in(stall, own, (soap, 1))
    voided(stall, 12)
    stall.redeem((soap, 1), slip="A0007")

    found = {series.first: series for series in stocktakes.slips(stall.shop.id, today())}

    ours = found[number(stall.shop, 9)]
    assert (ours.last, ours.used) == (number(stall.shop, 14), 3)
    assert ours.missing == [number(stall.shop, own) for own in (*range(1, 9), 10, 13)]
    assert found["A0007"].missing == []
