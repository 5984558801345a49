"""Trading goes on: sales while a stocktake is posted, and two who post it at once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.counter import service as counter
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.ledger.models import Entry, EntryKind
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, Role, StaffMember
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.models import Stocktake, StocktakeState
from tests.factories import TOWNSHIP, make_staff
from tests.stocktakes.makers import Counted, act, held_by


def together(app: Flask, works: list[Any]) -> list[Any]:
    """Run works at the same moment; return what each gave, or the code of its refusal."""
    start = Barrier(len(works))

    def one(work: Any) -> Any:
        with app.app_context():
            start.wait()
            try:
                return work()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        outcomes = list(pool.map(one, works))
    db.session.rollback()
    return outcomes


def approving(counted: Counted, staff_id: int) -> Any:
    def work() -> str:
        def post() -> Stocktake:
            by = db.session.get_one(StaffMember, staff_id)
            return stocktakes.approve(counted.code, read=1, by=by)

        once_more(post)
        return "done"

    return work


def selling(counted: Counted, sku: str, key: str) -> Any:
    ask: dict[str, Any] = {
        "shop": counted.shop.code,
        "household": counted.stall.household.code,
        "lines": [(sku, 1)],
        "by": counted.keeper.id,
        "scope": counted.keeper.scope(Permission.REDEEM),
    }

    def work() -> str:
        once_more(lambda: counter.redeem(key, **ask))
        return "sold"

    return work


def test_of_two_who_finalise_at_once_one_does_and_the_other_is_told_who(app: Flask) -> None:
    counted = Counted()
    counted.count(counted.rice, 17)
    counted.hand_in(leaving=1)
    people = [make_staff(Role.TOWNSHIP, TOWNSHIP) for _ in range(4)]
    works = [approving(counted, person.id) for person in people]

    outcomes = together(app, works)

    assert Counter(outcomes) == {"done": 1, "already_decided": 3}
    kinds = db.session.scalars(select(Entry.kind).where(Entry.kind == EntryKind.STOCKTAKE)).all()
    assert len(kinds) == 1
    assert held_by(counted.rice) == 17


def test_sales_during_finalisation_lose_nothing(app: Flask) -> None:
    counted = Counted()
    counted.count(counted.rice, 18)
    counted.count(counted.soap, 12)
    counted.hand_in()
    works = [
        selling(counted, goods.sku, f"sale-{goods.sku}-{n}")
        for n in range(4)
        for goods in (counted.rice, counted.soap)
    ]

    outcomes = together(app, [*works[:4], approving(counted, counted.second.id), *works[4:]])

    assert Counter(outcomes) == {"sold": 8, "done": 1}
    assert (held_by(counted.rice), held_by(counted.soap)) == (18 - 4, 12 - 4)


def test_of_two_who_open_a_stocktake_at_once_one_does(app: Flask) -> None:
    counted = Counted()
    act(lambda: stocktakes.cancel(counted.code, reason="重来", by=counted.keeper))
    shop_id = counted.shop.id

    def opening(staff_id: int) -> Any:
        def work() -> str:
            def begin() -> Stocktake:
                shop = db.session.get_one(Shop, shop_id)
                by = db.session.get_one(StaffMember, staff_id)
                return stocktakes.open_stocktake(shop, by=by)

            act(begin)
            return "done"

        return work

    outcomes = together(app, [opening(counted.keeper.id), opening(counted.helper.id)])

    assert Counter(outcomes) == {"done": 1, "stocktake_under_way": 1}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_sold_the_shelf_holds_what_was_counted_and_moved_since(
    app: Flask, seed: int
) -> None:
    chance = random.Random(seed)
    counted = Counted(points_held=10_000)
    expected: dict[str, int] = {}
    for _step in range(14):
        goods = chance.choice((counted.rice, counted.soap))
        if chance.random() < 0.5 and held_by(goods):
            counted.sell(goods)
            if goods.sku in expected:
                expected[goods.sku] -= 1
        else:
            units = max(1, held_by(goods) + chance.randint(-1, 3))
            counted.count(goods, units)
            expected[goods.sku] = units
    shelf = [goods for goods in (counted.rice, counted.soap) if goods.sku in expected]
    for goods in shelf:
        counted.keep(goods)
    counted.hand_in(leaving=2 - len(shelf))

    counted.approve()

    assert counted.stocktake().state is StocktakeState.POSTED
    assert {goods.sku: held_by(goods) for goods in shelf} == expected
