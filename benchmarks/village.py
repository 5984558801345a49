"""A small county for measuring: shops with stock and households with points, through the ledger."""

from datetime import date, timedelta
from secrets import token_hex
from typing import NamedTuple

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.goods.models import Goods, PointsPrice
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind, EntryKind, Lot, LotSource
from supermarket.regions import service as regions
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop
from supermarket.staff import service as staff
from supermarket.staff.models import Role

COUNTY, TOWNSHIP, VILLAGE = "410482", "410482100", "410482100203"
SHOPS, HOUSEHOLDS, GOODS = 40, 4000, 45
POINTS, UNITS = 100_000, 500_000


class County(NamedTuple):
    """What a worker needs to name."""

    shops: list[str]
    households: list[str]
    skus: list[str]
    clerk: int


def settle() -> County:
    """Fill the database of the running application and return what is in it."""
    with transaction():
        regions.load(
            [("41", "河南省"), ("4104", "平顶山市"), (COUNTY, "汝州市"), (TOWNSHIP, "寄料镇"),
             (VILLAGE, "安沟村民委员会")]
        )  # fmt: skip
        clerk = staff.add_member(
            username="clerk", name="王秀英", password=token_hex(), by=None, memory_kib=64
        )
        staff.grant(clerk, Role.COUNTY, region_code=COUNTY, shop_code=None, by=None)
        start = today() - timedelta(days=400)
        db.session.add(
            Scheme(
                region_code=COUNTY,
                since=start,
                programme_name="爱心超市",
                fen_per_point=50,
                created_at=now(),
            )
        )
        goods = _goods(start)
        shops = [_shop(number, goods, clerk.id) for number in range(1, SHOPS + 1)]
        households = _households(clerk.id)
        return County(shops, households, [item.sku for item in goods], clerk.id)


def _goods(since: date) -> list[Goods]:
    goods = [
        Goods(
            sku=f"B{number:03}", name=f"商品{number}", unit="件", category="其他", has_expiry=False
        )
        for number in range(GOODS)
    ]
    db.session.add_all(goods)
    db.session.flush()
    db.session.add_all(
        PointsPrice(goods_id=item.id, since=since, points=1 + item.id % 7, created_at=now())
        for item in goods
    )
    return goods


def _shop(number: int, goods: list[Goods], actor: int) -> str:
    code = f"{VILLAGE}S{number:02}"
    journal = ledger.open_journal(code)
    shop = Shop(
        code=code,
        name=f"第{number}爱心超市",
        region_code=VILLAGE,
        journal_id=journal.id,
        redeemed_account_id=ledger.open_system_account(AccountKind.REDEEMED, code),
    )
    db.session.add(shop)
    db.session.flush()
    lots = [
        Lot(shop_id=shop.id, goods_id=item.id, source=LotSource.PURCHASE, received_on=today())
        for item in goods
    ]
    db.session.add_all(lots)
    db.session.flush()
    ledger.post(
        journal.id,
        kind=EntryKind.GOODS_IN,
        occurred_on=today(),
        request=ledger.Request(f"stock-{code}", "stock", actor),
        stock=[ledger.StockMove(lot.id, UNITS) for lot in lots],
    )
    return code


def _households(actor: int) -> list[str]:
    accounts = [
        ledger.open_household_account(f"{VILLAGE}{number:04}")
        for number in range(1, HOUSEHOLDS + 1)
    ]
    db.session.add_all(
        Household(
            code=account.owner_code,
            village_code=VILLAGE,
            head="李建国",
            account_id=account.id,
            created_at=now(),
        )
        for account in accounts
    )
    opening = ledger.open_system_account(AccountKind.OPENING, VILLAGE)
    ledger.post(
        ledger.open_journal(VILLAGE).id,
        kind=EntryKind.OPENING,
        occurred_on=today(),
        request=ledger.Request("opening-points", "opening", actor),
        points=[
            *(ledger.PointsMove(account.id, POINTS) for account in accounts),
            ledger.PointsMove(opening, -POINTS * len(accounts)),
        ],
    )
    return [account.owner_code for account in accounts]
