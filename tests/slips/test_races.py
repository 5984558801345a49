"""Two people with the same slip at the same moment."""

from collections.abc import Callable

from flask import Flask

from supermarket.clock import today
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import db, once_more
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service import WrittenSlip
from supermarket.staff.models import Permission, Role, StaffMember
from tests.counter.stalls import Stall, make_stall, on_hand
from tests.counter.test_races import codes, together
from tests.factories import balance, make_goods, make_staff
from tests.slips.makers import number, printed


def typing(stall: Stall, by: StaffMember, sku: str, units: int) -> Callable[[], Receipt]:
    """A slip to be typed in later, knowing nothing of this thread's session."""
    written = WrittenSlip(
        number(stall.shop, 1), today(), None, stall.household.code, [(sku, units)]
    )
    scope, clerk = by.scope(Permission.REDEEM), by.id
    return lambda: once_more(lambda: slips.type_in(stall.shop, written, by=clerk, scope=scope))


def test_of_two_who_type_the_same_slip_in_one_wins_and_the_double_click_is_one(app: Flask) -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    printed(stall.shop, stall.keeper)
    colleague = make_staff(Role.SHOPKEEPER, shop=stall.shop)
    works = [typing(stall, stall.keeper, soap.sku, 1), typing(stall, colleague, soap.sku, 3)]

    outcomes = together(app, works * 4)

    assert codes(outcomes) == {"done": 4, "slip_used": 4}
    done = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert len({receipt.reference for receipt in done}) == 1
    assert balance(stall.household) == 100 - done[0].points
    assert sum(on_hand(soap).values()) == 20 - done[0].points // 5


def test_a_slip_typed_in_and_declared_void_at_once_is_one_of_both(app: Flask) -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=20)
    printed(stall.shop, stall.keeper)
    by, scope = stall.keeper.id, stall.keeper.scope(Permission.REDEEM)
    text = number(stall.shop, 1)

    def void() -> Receipt:
        once_more(lambda: slips.declare_void(stall.shop, text, "", "湿了", by=by, scope=scope))
        raise StopIteration

    def attempt() -> Receipt:
        try:
            return void()
        except StopIteration:
            return typing(stall, stall.keeper, soap.sku, 1)()

    outcomes = together(app, [typing(stall, stall.keeper, soap.sku, 1), attempt] * 2)

    found = queries.outcome(SlipNumber(stall.shop.id, 1))
    db.session.rollback()
    assert found is not None
    assert bool(found.reference) != bool(found.reason)
    assert balance(stall.household) == (95 if found.reference else 100)
    assert set(codes(outcomes)) <= {"done", "slip_used", "slip_void"}
