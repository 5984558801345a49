"""Many at once, each in a real transaction on a connection of its own."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.counter import service as counter
from supermarket.counter.models import Redemption
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.ledger.service import taking
from supermarket.staff.models import Permission
from tests.counter.stalls import EVERYWHERE, NOWHERE, Stall, make_stall, on_hand
from tests.factories import balance, make_goods, make_household

Outcome = Receipt | str


def together(app: Flask, works: Iterable[Callable[[], Receipt]]) -> list[Outcome]:
    """Run works at the same moment; return each one's receipt or the code of its refusal."""
    works = list(works)
    start = Barrier(len(works))

    def one(work: Callable[[], Receipt]) -> Outcome:
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
    db.session.rollback()  # this thread's snapshot is older than what they did
    return outcomes


def spending(
    stall: Stall, lines: list[tuple[str, int]], key: str, **more: Any
) -> Callable[[], Receipt]:
    """A redemption to run later, knowing nothing of this thread's session."""
    ask = {
        "shop": stall.shop.code,
        "household": stall.household.code,
        "lines": lines,
        "by": stall.keeper.id,
        "scope": stall.keeper.scope(Permission.REDEEM),
        **more,
    }
    return lambda: once_more(lambda: counter.redeem(key, **ask))


def codes(outcomes: list[Outcome]) -> Counter[str]:
    return Counter("done" if isinstance(o, Receipt) else o for o in outcomes)


def twenty_spend_the_same_hundred(app: Flask) -> Counter[str]:
    stall = make_stall(points_held=100)
    rice = make_goods(price=100, shop=stall.shop, on_hand=50)
    return codes(
        together(app, [spending(stall, [(rice.sku, 1)], f"parallel-{n:04}") for n in range(20)])
    )


def test_of_twenty_who_spend_the_same_hundred_points_one_succeeds(app: Flask) -> None:
    outcomes = twenty_spend_the_same_hundred(app)

    assert outcomes == {"done": 1, "insufficient_points": 19}


def test_without_the_guard_the_twenty_would_not_be_told_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unguarded = taking.TAKE_POINTS.replace("AND balance + :points >= 0", "")
    assert unguarded != taking.TAKE_POINTS
    monkeypatch.setattr(taking, "TAKE_POINTS", unguarded)

    outcomes = twenty_spend_the_same_hundred(app)

    assert outcomes != {"done": 1, "insufficient_points": 19}


def test_of_twenty_who_want_the_last_bag_one_gets_it(app: Flask) -> None:
    stall = make_stall()
    rice = make_goods(price=1, shop=stall.shop, on_hand=1)
    others = [stall._replace(household=make_household(points_held=9)) for _ in range(20)]

    outcomes = together(
        app, [spending(s, [(rice.sku, 1)], f"last-bag-{n:04}") for n, s in enumerate(others)]
    )

    assert codes(outcomes) == {"done": 1, "out_of_stock": 19}
    assert on_hand(rice) == {None: 0}


def test_baskets_in_opposite_order_do_not_lock_each_other_out(app: Flask) -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=100)
    rice = make_goods(price=1, shop=stall.shop, on_hand=100)
    others = [stall._replace(household=make_household(points_held=90)) for _ in range(12)]
    baskets = [[(soap.sku, 1), (rice.sku, 2)], [(rice.sku, 2), (soap.sku, 1)]]

    outcomes = together(
        app,
        [spending(s, baskets[n % 2], f"opposite-{n:04}") for n, s in enumerate(others)],
    )

    assert codes(outcomes) == {"done": 12}
    assert on_hand(soap) == {None: 88}
    assert on_hand(rice) == {None: 76}


def test_a_key_sent_ten_times_at_once_makes_one_redemption_and_ten_equal_receipts(
    app: Flask,
) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=100)

    outcomes = together(app, [spending(stall, [(soap.sku, 2)], "the-same-key") for _ in range(10)])

    assert codes(outcomes) == {"done": 10}
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert balance(stall.household) == 90


def test_two_reversals_at_once_take_back_once(app: Flask) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=100)
    receipt = stall.redeem((soap, 2))
    actor = stall.keeper.id

    def taking_back(key: str) -> Callable[[], Receipt]:
        return lambda: once_more(
            lambda: counter.reverse(
                key,
                reference=receipt.reference,
                reason="重复",
                by=actor,
                void_scope=NOWHERE,
                reverse_scope=EVERYWHERE,
            )
        )

    outcomes = together(app, [taking_back(f"take-back-{n}") for n in range(4)])

    assert codes(outcomes) == {"done": 1, "already_reversed": 3}
    assert balance(stall.household) == 100


def test_reversals_and_redemptions_of_the_same_lots_do_not_lock_each_other_out(
    app: Flask,
) -> None:
    stall = make_stall()
    soap = make_goods(price=1, shop=stall.shop, on_hand=100)
    rice = make_goods(price=1, shop=stall.shop, on_hand=100)
    references = [stall.redeem((rice, 1), (soap, 1)).reference for _ in range(6)]
    actor = stall.keeper.id

    def taking_back(reference: str) -> Callable[[], Receipt]:
        return lambda: once_more(
            lambda: counter.reverse(
                f"back-{reference}",
                reference=reference,
                reason="重复",
                by=actor,
                void_scope=NOWHERE,
                reverse_scope=EVERYWHERE,
            )
        )

    outcomes = together(
        app,
        [taking_back(reference) for reference in references]
        + [spending(stall, [(soap.sku, 1), (rice.sku, 1)], f"meanwhile-{n}") for n in range(6)],
    )

    assert codes(outcomes) == {"done": 12}
    assert balance(stall.household) == 88


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_five_hundred_redemptions_by_twenty_clerks_add_up(app: Flask, seed: int) -> None:
    dice = Random(seed)
    stall = make_stall()
    shelf = [make_goods(price=p, shop=stall.shop, on_hand=120) for p in (1, 2, 3, 5)]
    homes = [stall._replace(household=make_household(points_held=40)) for _ in range(80)]
    asks = [
        spending(
            dice.choice(homes),
            [(g.sku, dice.randint(1, 3)) for g in dice.sample(shelf, dice.randint(1, 3))],
            f"load-{seed}-{n:04}",
        )
        for n in range(500)
    ]

    def clerk(works: list[Callable[[], Receipt]]) -> list[Outcome]:
        done: list[Outcome] = []
        with app.app_context():
            for work in works:
                try:
                    done.append(work())
                except DomainError as error:
                    done.append(error.code)
            db.session.remove()
        return done

    with ThreadPoolExecutor(20) as pool:
        outcomes = [o for done in pool.map(clerk, [asks[n::20] for n in range(20)]) for o in done]
    db.session.rollback()

    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert set(codes(outcomes)) <= {"done", "insufficient_points", "out_of_stock"}
    assert db.session.scalar(select(func.count()).select_from(Redemption)) == len(receipts)
    spent = sum(receipt.points for receipt in receipts)
    assert sum(balance(home.household) for home in homes) == 80 * 40 - spent
    for goods in shelf:
        handed = sum(li.quantity for r in receipts for li in r.lines if li.sku == goods.sku)
        assert on_hand(goods) == {None: 120 - handed}
