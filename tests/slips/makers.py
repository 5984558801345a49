"""A shop with printed slips, and slips that are written on."""

from datetime import date
from uuid import uuid4

from supermarket import clock
from supermarket.clock import today
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import once_more
from supermarket.goods.models import Goods
from supermarket.shops.models import Shop
from supermarket.slips import service as slips
from supermarket.slips.models import SlipRun
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service import WrittenSlip
from supermarket.staff.models import Permission, StaffMember
from tests.counter.stalls import EVERYWHERE, Stall

#: When the slips of the tests are printed, if nothing else is said: long before they are used.
LONG_AGO = date(2020, 1, 2)


def printed(shop: Shop, by: StaffMember, count: int = 8, *, on: date = LONG_AGO) -> SlipRun:
    """Blank slips of a shop, printed on a day."""
    with clock.at(clock.now().replace(year=on.year, month=on.month, day=on.day, hour=3)):
        [run] = once_more(
            lambda: slips.print_slips(uuid4().hex, [shop.code], count, by=by.id, scope=EVERYWHERE)
        )
    return run


def number(shop: Shop, own: int) -> str:
    """The number of a shop's slip as it is printed."""
    return SlipNumber(shop.id, own).shown


def typed_in(
    stall: Stall,
    own: int | str,
    *lines: tuple[Goods, int],
    day: date | None = None,
    by: StaffMember | None = None,
    household: str | None = None,
) -> Receipt:
    """Type in a slip of the stall's shop for its household."""
    clerk = by or stall.keeper
    written = WrittenSlip(
        number(stall.shop, own) if isinstance(own, int) else own,
        day or today(),
        None,
        household or stall.household.code,
        [(goods.sku, units) for goods, units in lines],
    )
    scope = clerk.scope(Permission.REDEEM)
    return once_more(lambda: slips.type_in(stall.shop, written, by=clerk.id, scope=scope))


def voided(stall: Stall, first: int, last: int | None = None, reason: str = "写坏了") -> None:
    """Declare slips of the stall's shop void."""
    end = number(stall.shop, last) if last else ""
    by, scope = stall.keeper.id, stall.keeper.scope(Permission.REDEEM)
    once_more(
        lambda: slips.declare_void(
            stall.shop, number(stall.shop, first), end, reason, by=by, scope=scope
        )
    )
