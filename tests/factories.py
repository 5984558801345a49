"""Typed makers of what a test needs; each makes one thing, through the real services."""

from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select

from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.goods.models import Goods, PointsPrice
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdMember
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account, AccountKind, EntryKind, Journal, Lot, LotSource
from supermarket.regions.models import Region
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop
from supermarket.staff import service as staff
from supermarket.staff.models import Role, StaffMember

COUNTY, TOWNSHIP, VILLAGE = "410482", "410482100", "410482100203"
OTHER_VILLAGE, OTHER_TOWNSHIP, OTHER_COUNTY = "410482100204", "410482101", "411025"
PASSWORD = "a long password"
#: Since when households have been in the books.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = count(1)

_PLACES = {
    "41": "河南省", "4104": "平顶山市", COUNTY: "汝州市", TOWNSHIP: "寄料镇",
    VILLAGE: "安沟村民委员会", OTHER_VILLAGE: "北邻村民委员会", OTHER_TOWNSHIP: "温泉镇",
    "410482101201": "温泉村民委员会", "4110": "许昌市", OTHER_COUNTY: "襄城县",
    "411025001": "城关街道", "411025001001": "东街村民委员会",
}  # fmt: skip


def make_regions() -> None:
    """A county with two townships and three villages, and a neighbour county."""
    if db.session.get(Region, COUNTY) is None:
        with transaction():
            for code, name in sorted(_PLACES.items()):
                parent = max((c for c in _PLACES if c != code and code.startswith(c)), default=None)
                db.session.add(Region(code=code, name=name, parent_code=parent))


def make_staff(
    role: Role = Role.ADMINISTRATOR,
    region_code: str = COUNTY,
    *,
    shop: Shop | None = None,
    username: str | None = None,
) -> StaffMember:
    """Somebody with one role, whose password is PASSWORD."""
    make_regions()
    with transaction():
        member = staff.add_member(
            username=username or f"{role.value}{next(_numbers)}",
            name="王秀英",
            password=PASSWORD,
            by=None,
            memory_kib=64,
        )
        staff.grant(
            member,
            role,
            region_code=shop.region_code if shop else region_code,
            shop_code=shop.code if shop else None,
            by=None,
        )
    return member


def the_actor() -> StaffMember:
    """Whoever does what the test does not care about."""
    found = db.session.scalar(select(StaffMember).order_by(StaffMember.id))
    return found or make_staff()


def request_for(name: str = "test", key: str | None = None) -> ledger.Request:
    """A posting request with a fresh key."""
    return ledger.Request(
        key=key or uuid4().hex, fingerprint=ledger.fingerprint(name, name), actor_id=the_actor().id
    )


def make_household(
    *, points_held: int = 0, village: str = VILLAGE, head: str = "李建国"
) -> Household:
    """A household whose ledger, if it holds any points, has one opening entry."""
    make_regions()
    actor = the_actor()
    number = next(_numbers) % 9999 + 1  # four digits, however many tests ran before
    with transaction():
        account = ledger.open_household_account(f"{village}{number:04}")
        household = Household(
            code=account.owner_code,
            village_code=village,
            group="1组",
            head=head,
            account_id=account.id,
            created_at=LONG_AGO,
        )
        household.members.append(HouseholdMember(name=head, relation="户主"))
        db.session.add(household)
        db.session.flush()
        households.index(household)
        if points_held:
            issued = ledger.open_system_account(AccountKind.OPENING, village)
            ledger.post(
                ledger.open_journal(village).id,
                kind=EntryKind.OPENING,
                occurred_on=today(),
                request=ledger.Request(uuid4().hex, "opening", actor.id),
                points=[
                    ledger.PointsMove(account.id, points_held),
                    ledger.PointsMove(issued, -points_held),
                ],
            )
    return household


def make_shop(region_code: str = VILLAGE, *, name: str = "安沟村爱心超市") -> Shop:
    """An open shop with an empty shelf."""
    make_regions()
    with transaction():
        before = db.session.scalar(
            select(func.count()).select_from(Shop).where(Shop.region_code == region_code)
        )
        code = f"{region_code}S{(before or 0) + 1:02}"
        shop = Shop(
            code=code,
            name=name,
            region_code=region_code,
            journal_id=ledger.open_journal(code).id,
            redeemed_account_id=ledger.open_system_account(AccountKind.REDEEMED, code),
        )
        db.session.add(shop)
    return shop


def make_goods(
    *,
    price: int = 5,
    shop: Shop | None = None,
    on_hand: int = 0,
    name: str = "肥皂",
    category: str = "洗护清洁",
) -> Goods:
    """Goods that do not perish, with a price, and in ``shop`` one lot of ``on_hand`` units."""
    with transaction():
        goods = Goods(
            sku=f"T{next(_numbers):03}", name=name, unit="块", category=category, has_expiry=False
        )
        db.session.add(goods)
        db.session.flush()
        db.session.add(
            PointsPrice(goods_id=goods.id, since=today(), points=price, created_at=now())
        )
    if shop is not None and on_hand:
        add_lot(shop, goods, on_hand)
    return goods


def add_lot(shop: Shop, goods: Goods, on_hand: int, **fields: object) -> Lot:
    """One more lot of ``goods`` on the shelf of ``shop``."""
    request = request_for("stock")
    with transaction():
        lot = Lot(
            shop_id=shop.id,
            goods_id=goods.id,
            source=LotSource.PURCHASE,
            received_on=today(),
            **fields,
        )
        db.session.add(lot)
        db.session.flush()
        ledger.post(
            shop.journal_id,
            kind=EntryKind.GOODS_IN,
            occurred_on=today(),
            request=request,
            stock=[ledger.StockMove(lot.id, on_hand)],
        )
    return lot


def balance(household: Household) -> int:
    """What the household's account holds now."""
    db.session.rollback()  # what was read before is an older snapshot
    return db.session.get_one(Account, household.account_id).balance


def journal(code: str = VILLAGE) -> Journal:
    """The journal of a region or shop."""
    make_regions()
    with transaction():
        return ledger.open_journal(code)


def make_scheme(region_code: str = COUNTY, *, fen_per_point: int = 100) -> Scheme:
    """A programme that has been running for years."""
    make_regions()
    with transaction():
        scheme = Scheme(
            region_code=region_code,
            since=date(2020, 1, 1),
            programme_name="爱心超市",
            fen_per_point=fen_per_point,
            created_at=now(),
        )
        db.session.add(scheme)
    return scheme
