"""Closing a shop's day: what it took, its key goods counted, its slips; then a signature."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember
from supermarket.stocktakes import queries
from supermarket.stocktakes.errors import (
    AlreadyClosedError,
    AlreadySignedError,
    CountInvalidError,
    CountsDifferError,
    DayNotComeError,
    DayTooLongAgoError,
    KeyGoodsMissingError,
    OwnCloseError,
)
from supermarket.stocktakes.models import DayClose, DayCloseLine
from supermarket.stocktakes.queries import KEY_GOODS, KeyGoods
from supermarket.stocktakes.service.counting import MOST_COUNTED
from supermarket.stocktakes.service.holding import WORDS, name_of

#: Days back that may still be closed.
MOST_DAYS = 31


def close_day(
    shop: Shop,
    day: date,
    counts: Mapping[str, int],
    *,
    by: StaffMember,
    sure: bool = False,
    note: str = "",
) -> DayClose:
    """Write down what a shop took on a day, with its key goods counted now.

    ``counts`` are whole units by goods number; the differences are shown, not posted.
    ``sure`` says that what does not agree with the books was counted twice.

    Raises:
        DayNotComeError, DayTooLongAgoError, MonthClosedError: not that day.
        AlreadyClosedError: somebody closed it.
        KeyGoodsMissingError, CountInvalidError: not all key goods, or no whole number.
        CountsDifferError: some do not agree with the books, and not ``sure``.
    """
    if day > today():
        raise DayNotComeError
    if day < today() - timedelta(days=MOST_DAYS):
        raise DayTooLongAgoError(days=MOST_DAYS)
    ledger.refuse_closed(shop.region_code, day)
    # Two who close at once wait here for each other; the till does not wait for them.
    db.session.execute(select(Shop.id).where(Shop.id == shop.id).with_for_update(key_share=True))
    if (before := queries.closed_day(shop.id, day)) is not None:
        raise AlreadyClosedError(day=day, name=before.closer)
    counted = _counted(queries.key_goods(shop.id, today(), skus=tuple(counts)), counts)
    differing = [goods.full_name for goods, units in counted if goods.book != units]
    if differing and not sure:
        raise CountsDifferError(names="、".join(differing))
    taken = queries.figures(shop.id, day)
    close = DayClose(
        code=f"{shop.code}R{day:%Y%m%d}",
        shop_id=shop.id,
        day=day,
        points=taken.points,
        times=taken.times,
        voids=taken.voids,
        slips=[series._asdict() for series in queries.slips(shop.id, day)],
        note=cleaned(note)[:WORDS],
        closed_by=by.id,
        closed_at=now(),
    )
    db.session.add(close)
    db.session.flush()
    db.session.add_all(
        DayCloseLine(
            day_close_id=close.id,
            position=position,
            goods_id=goods.goods_id,
            book=goods.book,
            counted=units,
        )
        for position, (goods, units) in enumerate(counted, start=1)
    )
    db.session.flush()
    return close


def _counted(wanted: list[KeyGoods], counts: Mapping[str, int]) -> list[tuple[KeyGoods, int]]:
    """Return the count of each of the key goods, and of what was counted besides."""
    found = []
    for goods in wanted:
        if goods.sku not in counts:
            raise KeyGoodsMissingError(goods=goods.full_name)
        units = counts[goods.sku]
        if type(units) is not int or not 0 <= units <= MOST_COUNTED:
            raise CountInvalidError(goods=goods.full_name, most=MOST_COUNTED)
        found.append((goods, units))
    return found


def sign_day(shop: Shop, day: date, *, by: StaffMember) -> DayClose:
    """Sign the close of a shop's day as the second person.

    Raises:
        NotFoundError: ``by`` is no second person of this shop, or the day is not closed.
        OwnCloseError: ``by`` closed it.
        AlreadySignedError: somebody signed; the sentence says who.
    """
    close = db.session.scalar(
        select(DayClose).where(DayClose.shop_id == shop.id, DayClose.day == day)
    )
    covered = by.scope(Permission.APPROVE_STOCK).covers_shop(shop.code, shop.region_code)
    if close is None or not covered:
        raise NotFoundError(what=day.isoformat())
    if close.closed_by == by.id:
        raise OwnCloseError
    signed = db.session.execute(
        update(DayClose)
        .where(DayClose.id == close.id, DayClose.signed_by.is_(None))
        .values(signed_by=by.id, signed_at=now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(close)
    if signed.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise AlreadySignedError(name=name_of(close.signed_by))
    audit.record("day_close.sign", close.code, by=by.id)
    return close


__all__ = ["KEY_GOODS", "MOST_DAYS", "close_day", "sign_day"]
