"""Redemptions to be checked: outside hours, many at once, taken back again and again."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, extract, func, select
from sqlalchemy.orm import aliased

from supermarket.counter.models import Redemption, ShopWindow
from supermarket.database import db
from supermarket.oversight.queries.asked import MOST, Asked, Behind, Item, Listed, listed
from supermarket.oversight.queries.behind import redeemed, redemption_rows
from supermarket.oversight.queries.statistics import surely_above
from supermarket.shops.models import Shop
from supermarket.staff.models import StaffMember
from supermarket.statements import is_postgres

#: Hours of the day for shops that have none written down, as HH:MM.
USUAL_OPENS, USUAL_CLOSES = "06:00", "22:00"
#: So many redemptions of a shop in so many minutes are a burst.
BURST, MINUTES = 10, 5
#: Redemptions taken back before a keeper is listed; keepers that make a common share.
FEWEST_VOIDS, FEWEST_KEEPERS = 5, 3


def out_of_hours(asked: Asked) -> Listed:
    """Return shops and days with redemptions outside the hours that are written down now.

    A shop without hours is taken to serve from 6 to 22. Paper slips are typed in later and
    are left out, as is what was taken back.
    """
    rows = db.session.execute(
        select(
            Shop.code,
            Shop.name,
            Shop.region_code,
            Redemption.occurred_on,
            func.count(),
            func.min(_clock()),
            func.max(_clock()),
        )
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(redeemed(asked), *_outside())
        .group_by(Shop.code, Shop.name, Shop.region_code, Redemption.occurred_on)
        .order_by(Shop.code, Redemption.occurred_on)
        .limit(MOST + 1)
    )
    return listed(
        [
            Item(
                f"{code}~{on.isoformat()}",
                name,
                name,
                place,
                {"day": on.isoformat(), "times": times, "first": first, "last": last},
            )
            for code, name, place, on, times, first, last in rows
        ]
    )


def outside_at(asked: Asked, subject: str) -> list[Behind]:
    """Return the redemptions of a shop and day outside its hours."""
    code, _tilde, day = subject.partition("~")
    on = _day(asked, day)
    if on is None:
        return []
    return redemption_rows(asked, Shop.code == code, Redemption.occurred_on == on, *_outside())


def bursts(asked: Asked) -> Listed:
    """Return shops and days on which 10 redemptions were noted within 5 minutes."""
    quick = _quick(asked)
    rows = db.session.execute(
        select(
            Shop.code,
            Shop.name,
            Shop.region_code,
            quick.c.occurred_on,
            func.count(),
            func.min(quick.c.seconds),
        )
        .join(Shop, Shop.id == quick.c.shop_id)
        .where(quick.c.seconds <= MINUTES * 60)
        .group_by(Shop.code, Shop.name, Shop.region_code, quick.c.occurred_on)
        .order_by(Shop.code, quick.c.occurred_on)
        .limit(MOST + 1)
    )
    return listed(
        [
            Item(
                f"{code}~{on.isoformat()}",
                name,
                name,
                place,
                {"day": on.isoformat(), "burst": BURST, "seconds": round(seconds)},
            )
            for code, name, place, on, _times, seconds in rows
        ]
    )


def burst_at(asked: Asked, subject: str) -> list[Behind]:
    """Return the redemptions of a shop and day that a burst ends with."""
    code, _tilde, day = subject.partition("~")
    on = _day(asked, day)
    if on is None:
        return []
    quick = _quick(asked._replace(since=on, until=on))
    ends = select(quick.c.entry_id).where(quick.c.seconds <= MINUTES * 60)
    return redemption_rows(asked, Shop.code == code, Redemption.entry_id.in_(ends))


def _quick(asked: Asked) -> Any:
    """Return each redemption with the seconds since the ninth one before it in its shop."""
    before = func.lag(Redemption.posted_at, BURST - 1).over(
        partition_by=(Redemption.shop_id, Redemption.occurred_on),
        order_by=(Redemption.posted_at, Redemption.entry_id),
    )
    return (
        select(
            Redemption.entry_id,
            Redemption.shop_id,
            Redemption.occurred_on,
            _seconds(Redemption.posted_at, before).label("seconds"),
        )
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(redeemed(asked), Redemption.times == 1, Redemption.slip_number == "")
        .subquery()
    )


class Keeper(NamedTuple):
    """What somebody handed over, and took back on the same day."""

    id: int
    times: int
    voids: int


def voids(asked: Asked) -> Listed:
    """Return those who took back more of the day's redemptions than is common.

    At least five, and at the lower end of the 95 % interval still a greater share than all
    keepers of the places have together; three keepers make a common share.
    """
    keepers = _keepers(asked)
    times, taken = sum(one.times for one in keepers), sum(one.voids for one in keepers)
    if len(keepers) < FEWEST_KEEPERS or not times:
        return Listed([], too_few=bool(keepers))
    usual = taken / times
    unusual = {
        one.id: one
        for one in keepers
        if one.voids >= FEWEST_VOIDS and surely_above(one.voids, one.times) > usual
    }
    people = db.session.scalars(
        select(StaffMember).where(StaffMember.id.in_(unusual)).order_by(StaffMember.username)
    )
    items = []
    for person in people:
        one = unusual[person.id]
        place = min((grant.region_code for grant in person.grants), default="")
        shop = next((grant.shop_code for grant in person.grants if grant.shop_code), "") or place
        facts = {
            "times": one.times, "voids": one.voids, "share": f"{100 * one.voids / one.times:.1f}",
            "usual": f"{100 * usual:.1f}",
        }  # fmt: skip
        items.append(Item(person.username, person.name, shop, place, facts, person.username))
    return listed(items)


def _keepers(asked: Asked) -> list[Keeper]:
    """Count redemptions, and those taken back on their day by who had noted them."""
    back = aliased(Redemption)
    taken = exists().where(
        back.reverses_id == Redemption.entry_id,
        back.actor_id == Redemption.actor_id,
        back.occurred_on == Redemption.occurred_on,
    )
    rows = db.session.execute(
        select(
            Redemption.actor_id,
            func.count(),
            func.sum(case((taken, 1), else_=0)),
        )
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(redeemed(asked), Redemption.times == 1)
        .group_by(Redemption.actor_id)
        .order_by(Redemption.actor_id)
    )
    return [Keeper(row[0], row[1], int(row[2] or 0)) for row in rows]


def voided_by(asked: Asked, username: str) -> list[Behind]:
    """Return what somebody took back."""
    keeper = select(StaffMember.id).where(StaffMember.username == username).scalar_subquery()
    original = aliased(Redemption)
    own = exists().where(
        original.entry_id == Redemption.reverses_id,
        original.actor_id == Redemption.actor_id,
        original.occurred_on == Redemption.occurred_on,
    )
    return redemption_rows(asked, Redemption.actor_id == keeper, Redemption.times <= 0, own)


def _outside() -> list[ColumnElement[bool]]:
    clock, of_shop = _clock(), ShopWindow.shop_id == Redemption.shop_id
    open_then = exists().where(
        of_shop,
        ShopWindow.weekday == _weekday(),
        ShopWindow.opens <= clock,
        ShopWindow.closes > clock,
    )
    usual = and_(~exists().where(of_shop), clock >= USUAL_OPENS, clock < USUAL_CLOSES)
    return [Redemption.times == 1, Redemption.slip_number == "", ~open_then, ~usual]


def _clock() -> Any:
    """Return the village's clock at which something was noted, as HH:MM."""
    if is_postgres():
        here = func.timezone("Asia/Shanghai", Redemption.posted_at)
        return func.to_char(here, "HH24:MI")
    return func.strftime("%H:%M", Redemption.posted_at, "+8 hours")


def _weekday() -> Any:
    """Return the village's day of the week, 1 Monday to 7 Sunday."""
    if is_postgres():
        return extract("isodow", func.timezone("Asia/Shanghai", Redemption.posted_at))
    day = cast(func.strftime("%w", Redemption.posted_at, "+8 hours"), Integer)
    return case((day == 0, 7), else_=day)


def _seconds(later: Any, earlier: Any) -> Any:
    """Return the seconds between two moments."""
    if is_postgres():
        return extract("epoch", later - earlier)
    return (func.julianday(later) - func.julianday(earlier)) * 86400


def _day(asked: Asked, text: str) -> date | None:
    """Return a day of those asked for, as it is written; None for any other text."""
    days = (asked.until - asked.since).days + 1
    return next(
        (day for day in (asked.since + timedelta(n) for n in range(days)) if str(day) == text),
        None,
    )
