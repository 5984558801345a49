"""The last bag: kept by two at once, or kept and handed out in the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from supermarket.counter.queries import selling
from supermarket.counter.service import redeeming
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.goods.models import Goods
from supermarket.reservations import service as reservations
from supermarket.reservations.models import Channel
from supermarket.reservations.service import Ask
from supermarket.staff.models import StaffMember
from tests.counter.stalls import Stall, make_stall
from tests.counter.test_races import spending
from tests.factories import make_goods, make_household
from tests.reservations.makers import held, keep, shelf, state


def together(app: Flask, works: list[Callable[[], Any]]) -> Counter[str]:
    """Run works at the same moment; count what became of them."""
    start = Barrier(len(works))

    def one(work: Callable[[], Any]) -> str:
        with app.app_context():
            start.wait()
            try:
                work()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        outcomes = Counter(pool.map(one, works))
    db.session.rollback()
    return outcomes


def keeping(stall: Stall, goods: Goods, key: str) -> Callable[[], Any]:
    """A reservation to be made later, knowing nothing of this thread's session."""
    ask, keeper = Ask(stall.shop.code, stall.household.code, goods.sku, 1), stall.keeper.id

    def work() -> Any:
        by = db.session.get_one(StaffMember, keeper)
        return reservations.reserve(key, ask, channel=Channel.COUNTER, by=by)

    return lambda: once_more(work)


def homes(stall: Stall, count: int) -> list[Stall]:
    return [stall._replace(household=make_household(points_held=9)) for _ in range(count)]


def test_of_eight_who_reserve_the_last_bag_one_has_it(app: Flask) -> None:
    stall = make_stall()
    rice = make_goods(price=1, shop=stall.shop, on_hand=1)

    works = [keeping(home, rice, f"last-bag-{n}") for n, home in enumerate(homes(stall, 8))]

    assert together(app, works) == {"done": 1, "out_of_stock": 7}
    assert held(stall, rice) == 1


def test_the_last_bag_is_reserved_or_handed_out_and_never_both(app: Flask) -> None:
    stall = make_stall()

    for turn in range(6):
        rice = make_goods(price=1, shop=stall.shop, on_hand=1)
        first, second, third, fourth = homes(stall, 4)
        outcomes = together(
            app,
            [
                keeping(first, rice, f"keep-{turn}-1"),
                spending(second, [(rice.sku, 1)], f"spend-{turn}-2"),
                keeping(third, rice, f"keep-{turn}-3"),
                spending(fourth, [(rice.sku, 1)], f"spend-{turn}-4"),
            ],
        )

        assert outcomes["done"] == 1, outcomes
        assert set(outcomes) <= {"done", "out_of_stock", "held_for_others"}
        assert held(stall, rice) == shelf(stall, rice)


def test_a_reservation_made_while_the_till_was_looking_is_seen_before_it_pays(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nobody reserves while a till is paying")
    stall = make_stall()
    rice = make_goods(price=1, shop=stall.shop, on_hand=1)
    late = keeping(homes(stall, 1)[0], rice, "while-looking")
    pick = selling.hold_and_pick
    made: list[Counter[str]] = []

    def look_away(*asked: Any, **more: Any) -> Any:
        if not made:
            made.append(together(app, [late]))
        return pick(*asked, **more)

    monkeypatch.setattr(redeeming, "hold_and_pick", look_away)
    outcomes = together(app, [spending(stall, [(rice.sku, 1)], "looks-away")])

    assert (made, outcomes) == ([{"done": 1}], {"held_for_others": 1})
    assert (held(stall, rice), shelf(stall, rice)) == (1, 1)


def test_cancelling_and_collecting_at_once_leaves_one_story(app: Flask) -> None:
    stall = make_stall()
    for turn in range(4):
        rice = make_goods(price=1, shop=stall.shop, on_hand=2)
        kept = keep(stall, rice, 2)
        code, keeper = kept.code, stall.keeper.id

        def cancel(code: str = code, keeper: int = keeper) -> None:
            with transaction():
                reservations.cancel(code, by=db.session.get_one(StaffMember, keeper))

        outcomes = together(app, [cancel, spending(stall, [(rice.sku, 2)], f"collect-{turn}")])

        assert outcomes in ({"done": 2}, {"done": 1, "reservation_closed": 1})
        assert (state(kept), kept.taken) in {("cancelled", 0), ("fulfilled", 2)}
        assert (held(stall, rice), shelf(stall, rice)) == (0, 0)


def test_one_key_sent_by_eight_at_once_reserves_once(app: Flask) -> None:
    stall = make_stall()
    rice = make_goods(price=1, shop=stall.shop, on_hand=1)

    outcomes = together(app, [keeping(stall, rice, "the-same-key") for _ in range(8)])

    assert outcomes == {"done": 8}
    assert held(stall, rice) == 1
