"""Two people at the same moment, each in a real transaction on a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from flask import Flask

from supermarket.counter import service as counter
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.movements import service as movements
from supermarket.movements.models import Outcome
from supermarket.staff.models import Permission, StaffMember
from tests.counter.stalls import make_scheme
from tests.factories import add_lot, make_goods, make_household
from tests.movements.makers import (
    ask,
    holds,
    lines_of,
    make_cast,
    on_shelf,
    propose,
    receive,
    send,
)


def together(app: Flask, works: list[Callable[[], str]]) -> Counter[str]:
    """Run works at the same moment; count what they say, or the code of their refusal."""
    start = Barrier(len(works))

    def one(work: Callable[[], str]) -> str:
        with app.app_context():
            start.wait()
            try:
                return once_more(work)
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        found = Counter(pool.map(one, works))
    db.session.rollback()
    return found


def me(member_id: int) -> StaffMember:
    """Somebody, in the session of the thread."""
    return db.session.get_one(StaffMember, member_id)


def test_of_eight_who_receive_one_does(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    code, who = send(cast, ask(soap, 6)).code, cast.keeper.id

    def take(n: int) -> str:
        return movements.receive(code, key=f"receiver-{n}", by=me(who)).state.value

    answers = together(app, [partial(take, n) for n in range(8)])

    assert answers == {"received": 1, "already_decided": 7}
    assert on_shelf(cast.shop) == 6
    holds()


def test_one_press_that_arrives_six_times_receives_once(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    code, who = send(cast, ask(soap, 6)).code, cast.keeper.id

    def press() -> str:
        return movements.receive(code, key="the-same-press", by=me(who)).state.value

    assert together(app, [press] * 6) == {"received": 6}
    assert on_shelf(cast.shop) == 6


def test_receiving_and_taking_back_at_once_does_one_of_them(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    code, keeper, sender = send(cast, ask(soap, 6)).code, cast.keeper.id, cast.sender.id

    answers = together(
        app,
        [
            lambda: movements.receive(code, key="to-receive", by=me(keeper)).state.value,
            lambda: (
                movements.cancel(code, reason="发错了", key="to-cancel", by=me(sender)).state.value
            ),
        ],
    )

    assert sorted(answers.values()) == [1, 1]
    assert answers["already_decided"] == 1
    assert on_shelf(cast.shop) + on_shelf(cast.depot) == 10
    holds()


def test_of_five_who_decide_about_the_last_units_one_does(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 10)
    transfer = receive(cast, send(cast, ask(soap, 6)), {1: 4})
    code, who = transfer.code, cast.county.id
    outcomes = [Outcome.BACK, Outcome.LOST, Outcome.ARRIVED, Outcome.BACK, Outcome.LOST]

    def find(n: int, outcome: Outcome) -> str:
        key = f"decider-{n}"
        done = movements.decide_missing(code, 1, outcome, 2, reason="问过了", key=key, by=me(who))
        return str(done.missing)

    answers = together(app, [partial(find, n, outcome) for n, outcome in enumerate(outcomes)])

    assert answers == {"0": 1, "already_decided": 4}
    assert lines_of(transfer)[0][-1] == 0
    holds()


def test_of_six_who_approve_one_does(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    lot = add_lot(cast.shop, soap, 10)
    code = propose(cast.shop, cast.keeper, ask(soap, 4, lot)).code
    people = [cast.supervisor.id, cast.township.id, cast.county.id] * 2

    def agree(n: int, who: int) -> str:
        return movements.approve(code, key=f"approver-{n}", by=me(who)).state.value

    answers = together(app, [partial(agree, n, who) for n, who in enumerate(people)])

    assert answers == {"approved": 1, "already_decided": 5}
    assert on_shelf(cast.shop) == 6


def test_a_sale_during_the_approval_takes_the_units_or_is_refused(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    make_scheme()
    lot = add_lot(cast.shop, soap, 4)
    household = make_household(points_held=100).code
    code, who = propose(cast.shop, cast.keeper, ask(soap, 4, lot)).code, cast.supervisor.id
    shop, keeper, sku = cast.shop.code, cast.keeper.id, soap.sku
    scope = cast.keeper.scope(Permission.REDEEM)

    def sell() -> str:
        counter.redeem(
            "a-sale-meanwhile",
            shop=shop,
            household=household,
            lines=[(sku, 1)],
            by=keeper,
            scope=scope,
        )
        return "sold"

    answers = together(
        app, [sell, lambda: movements.approve(code, key="an-approval", by=me(who)).state.value]
    )

    assert answers in (
        {"sold": 1, "stock_changed": 1},  # the approver is told what is there now
        {"approved": 1, "out_of_stock": 1},
    )
    assert on_shelf(cast.shop) in (0, 3)
    holds()


def test_two_shops_that_send_to_each_other_do_not_wait_in_a_circle(app: Flask) -> None:
    cast, soap = make_cast(), make_goods()
    add_lot(cast.depot, soap, 50)
    add_lot(cast.shop, soap, 50)
    there, here = cast.depot, cast.shop
    who, line = cast.county.id, ask(soap, 1)

    def cross(n: int) -> str:
        pair = (there, here) if n % 2 else (here, there)
        return movements.send(*pair, [line], key=f"crossing-{n}", by=who).state.value

    assert together(app, [partial(cross, n) for n in range(8)]) == {"sent": 8}
    assert on_shelf(there) + on_shelf(here) == 92
    holds()
