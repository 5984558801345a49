"""The sums follow the journals: whatever is posted, they equal a plain recomputation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random

from flask import Flask
from sqlalchemy import func, select

from supermarket.counter.models import Redemption
from supermarket.database import db, once_more, transaction
from supermarket.households.models import Household
from supermarket.reports import service as reports
from supermarket.reports.models import GoodsMonth, HouseholdMonth, JournalMonth, PlaceMonth
from supermarket.reports.queries import monthly_flows, monthly_state, rollups, rollups_volumes
from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests.factories import (
    COUNTY,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)
from tests.reports.books import SPRING, balances_plainly, busy_books, plainly
from tests.reports.test_redemptions import redeem

KEPT = (HouseholdMonth, PlaceMonth, GoodsMonth, JournalMonth)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the sums."""
    db.session.rollback()
    found = {}
    for kept in KEPT:
        columns = kept.__table__.columns
        found[kept.__tablename__] = sorted(
            tuple(row) for row in db.session.execute(select(*columns))
        )
    return found


def fold_all(piece: int = 10_000) -> None:
    while once_more(lambda: reports.fold(piece)).entries:
        pass


def test_random_windows_equal_a_plain_sum_however_far_was_folded(app: Flask) -> None:
    busy_books()
    chance = Random(3)
    cases = []
    for _ in range(24):
        since = SPRING[0] + timedelta(days=chance.randint(0, 100))
        until = since + timedelta(days=chance.choice([0, 9, 30, 75]))
        cases.append((since, until, chance.choice([6, 9, 12])))
    cases += [(date(2026, month, 1), date(2026, month, 28 + 2 * (month == 4) + 3 * (month % 2)), 9)
              for month in (1, 2, 3, 4)]  # fmt: skip

    for number, (since, until, level) in enumerate(cases):
        if number % 5 == 4:
            with transaction():
                reports.fold(13)
        found = monthly_flows.flows(since, until, [COUNTY], level)
        plain = {key: row for key, row in plainly(since, until, level).items() if any(row)}

        assert {key: row._replace(units=0) for key, row in found.items() if any(row)} == plain
        assert found == monthly_flows.recomputed(since, until, [COUNTY], level)
        assert dict(monthly_state.balances_at([COUNTY], until)) == balances_plainly(until)


def test_pieces_at_once_and_a_rebuild_come_to_the_same(app: Flask) -> None:
    busy_books(11)

    fold_all(7)
    in_pieces = everything()
    with transaction():
        reports.empty()
    while_empty = rollups_volumes.volumes(202601, 202604, 9)
    fold_all()

    assert everything() == in_pieces
    assert len(in_pieces["report_household_month"]) > 15
    assert rollups_volumes.volumes(202601, 202604, 9) == while_empty


def test_a_rebuild_and_two_folds_during_redemptions_lose_nothing(app: Flask) -> None:
    make_scheme()
    shops = [make_shop(VILLAGE, name=f"店{number}") for number in range(3)]
    goods = [make_goods(price=2, shop=shop, on_hand=500) for shop in shops]
    keepers = [make_staff(Role.SHOPKEEPER, shop=shop) for shop in shops]
    homes = [make_household(points_held=1000) for _ in shops]
    work = [
        (shop.code, home.code, item.sku, keeper.id)
        for shop, home, item, keeper in zip(shops, homes, goods, keepers, strict=True)
    ]
    db.session.remove()

    def sell(shop: str, home: str, sku: str, by: int) -> None:
        with app.app_context():
            for _ in range(8):
                redeem(shop, home, [(sku, 1)], by)

    def follow(rebuilding: bool) -> None:
        with app.app_context():
            for _ in range(6):
                if rebuilding:
                    with transaction():
                        reports.empty()
                once_more(lambda: reports.fold(5))

    with ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(sell, *one) for one in work]
        futures += [pool.submit(follow, rebuilding) for rebuilding in (True, False)]
        for future in futures:
            future.result()
    fold_all()
    kept = everything()
    with transaction():
        reports.empty()
    fold_all()

    assert everything() == kept
    assert rollups.behind() == []
    assert (
        db.session.scalar(select(func.sum(PlaceMonth.times)).where(PlaceMonth.place == COUNTY))
        == 24
    )
    assert db.session.scalar(select(func.count(Redemption.entry_id))) == 24
    assert db.session.scalar(select(func.count(Household.id))) == len(work)
    assert db.session.scalar(select(func.count(Shop.id))) == 3
