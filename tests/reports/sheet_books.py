"""Books of a county for the forms, and its lines in plain Python to add up again."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import select

from supermarket.awards.models import Award, AwardLine
from supermarket.awards.service.posting import PostLine, post_lines
from supermarket.clock import at, now, today
from supermarket.database import db, transaction
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account, Entry, EntryKind, Lot, PointsLine, StockLine
from supermarket.schemes.models import (
    Ability,
    Category,
    Evidence,
    ReviewLevel,
    Rule,
    RuleVersion,
    Scheme,
)
from supermarket.shops.models import Shop
from supermarket.staff.models import Role, StaffMember
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
    request_for,
)
from tests.reports.test_redemptions import redeem, take_back

FAR_VILLAGE = "410482101201"
VILLAGES = (VILLAGE, OTHER_VILLAGE, FAR_VILLAGE)
#: Points were worth half a yuan, and from this day 80 fen.
CHANGED = date(2026, 2, 20)
PRICES = {"食盐": 3, "香皂": 5, "毛巾": 8, "酱油": 9}


class County(NamedTuple):
    """Who may look at the forms, and the codes they may ask about."""

    staff: dict[str, StaffMember]
    shops: list[str]
    goods: list[str]
    households: list[str]


class Move(NamedTuple):
    """One household's share of one award line or redemption, from the journal alone."""

    on: date
    village: str
    household: str
    #: The entry, or the one it takes back.
    original: int
    points: int


class Handed(NamedTuple):
    """Units of one goods of one redemption or reversal, from the journal alone."""

    on: date
    village: str
    household: str
    shop: str
    original: int
    entry: int
    sku: str
    units: int
    points: int
    fen: int


def county_books(seed: int = 11, steps: int = 60) -> County:
    """Three villages, two townships, awards, redemptions and what was taken back of both."""
    chance = Random(seed)
    with at(datetime(2026, 1, 1, tzinfo=UTC)):
        make_scheme(fen_per_point=50)
        with transaction():
            db.session.add(
                Scheme(
                    region_code=COUNTY,
                    since=CHANGED,
                    programme_name="爱心超市",
                    fen_per_point=80,
                    created_at=now(),
                )
            )
        shops = [make_shop(village, name=f"{village[-4:]}店") for village in VILLAGES]
        goods = {
            shop.code: [
                make_goods(price=price, shop=shop, on_hand=40 if price == 9 else 900, name=name)
                for name, price in PRICES.items()
            ]
            for shop in shops
        }
        homes = [make_household(points_held=900, village=v) for v in VILLAGES for _ in range(3)]
        keepers = {shop.code: make_staff(Role.SHOPKEEPER, shop=shop) for shop in shops}
        supervisor = make_staff(Role.SUPERVISOR, COUNTY)
        rules = [
            _rule(f"L{n:02}", category, ability)
            for n, (category, ability) in enumerate(
                [
                    (Category.LABOUR, Ability.L2),
                    (Category.LABOUR, Ability.L1),
                    (Category.CONDUCT, Ability.L0),
                    (Category.SPECIAL, Ability.L1),
                ],
                start=1,
            )
        ]
    made: list[str] = []
    given: list[int] = []
    for step in range(steps):
        moment = datetime(2026, 1, 2, 4, tzinfo=UTC) + timedelta(days=step * 150 // steps)
        home = chance.choice(homes)
        shop = next(shop for shop in shops if shop.region_code == home.village_code)
        basket = chance.sample(goods[shop.code], chance.randint(1, 3))
        with at(moment):
            lines = [(item.sku, chance.randint(1, 4)) for item in basket]
            made.append(redeem(shop.code, home.code, lines, keepers[shop.code].id))
        with at(moment + timedelta(hours=1)):
            given.append(_give(chance.sample(homes, 2), rules, chance))
            if chance.random() < 0.2:
                _undo(given.pop(chance.randrange(len(given))))
        if chance.random() < 0.3:
            take_back(chance.choice(made), chance, supervisor.id, moment + timedelta(hours=2))
    staff = {
        "county": make_staff(Role.COUNTY, COUNTY, username="county"),
        "township": make_staff(Role.TOWNSHIP, TOWNSHIP, username="township"),
        "village": make_staff(Role.SUPERVISOR, VILLAGE, username="village"),
    }
    return County(
        staff,
        [shop.code for shop in shops],
        [item.sku for items in goods.values() for item in items],
        [home.code for home in homes],
    )


def _rule(code: str, category: Category, ability: Ability) -> tuple[int, int]:
    with transaction():
        rule = Rule(region_code=COUNTY, code=code)
        rule.versions.append(
            RuleVersion(
                version=1, since=date(2020, 1, 1), category=category, title=f"细则{code}",
                points_min=1, points_max=30, evidence=Evidence.NONE,
                review_level=ReviewLevel.A, ability=ability, enabled=True, created_at=now(),
            )
        )  # fmt: skip
        db.session.add(rule)
        db.session.flush()
        return rule.id, rule.versions[0].id


def _give(homes: list[Household], rules: list[tuple[int, int]], chance: Random) -> int:
    day = today() - timedelta(days=chance.randint(0, 9))  # told late
    lines = []
    for home in homes:
        rule, version = chance.choice(rules)
        points = chance.randint(1, 30)
        lines.append(
            PostLine(home.id, home.account_id, home.village_code, None, points, rule, version, day)
        )
    place = homes[0].village_code if len({h.village_code for h in homes}) == 1 else COUNTY
    with transaction():
        return post_lines(request_for("award"), place, day, lines).posted.entry_id


def _undo(entry_id: int) -> None:
    with transaction():
        left = ledger.hold(entry_id)
        ledger.reverse(left, request=request_for(uuid4().hex), occurred_on=today(), note="错了")


class Lines:
    """The journals of the county, read once, in plain Python."""

    def __init__(self) -> None:
        entries = {entry.id: entry for entry in db.session.scalars(select(Entry))}
        accounts = {account.id: account for account in db.session.scalars(select(Account))}
        homes = {home.code: home for home in db.session.scalars(select(Household))}
        goods = {item.id: item for item in db.session.scalars(select(Goods))}
        shops = {shop.id: shop for shop in db.session.scalars(select(Shop))}
        lots = {lot.id: lot for lot in db.session.scalars(select(Lot))}
        self.homes = homes
        self.shops = list(shops.values())
        self.awarded: list[tuple[Move, int]] = []
        self.redeemed: list[Move] = []
        self.books: dict[str, list[tuple[int, date, int]]] = defaultdict(list)
        payer: dict[int, str] = {}
        for line in sorted(
            db.session.scalars(select(PointsLine).where(PointsLine.account_id > 0)),
            key=lambda line: (line.account_id, line.place),
        ):
            entry = entries[line.entry_id]
            original = entries[entry.reverses_id or entry.id]
            home = homes[accounts[line.account_id].owner_code]
            move = Move(entry.occurred_on, home.village_code, home.code, original.id, line.points)
            self.books[home.code].append((line.place or 0, entry.occurred_on, line.points))
            if original.kind is EntryKind.AWARD:
                self.awarded.append((move, line.reverses_position or line.position))
            if original.kind is EntryKind.REDEMPTION:
                self.redeemed.append(move._replace(points=-line.points))
                payer[entry.id] = home.code
        self.handed: list[Handed] = []
        self.stock: list[tuple[datetime, int, date, str, int, int]] = []
        for stock in db.session.scalars(select(StockLine)):
            entry, lot = entries[stock.entry_id], lots[stock.lot_id]
            item, shop = goods[lot.goods_id], shops[lot.shop_id]
            self.stock.append(
                (entry.posted_at, entry.id, entry.occurred_on, shop.region_code, item.id,
                 stock.quantity)
            )  # fmt: skip
            if entry.id in payer:
                original = entries[entry.reverses_id or entry.id]
                rate = 50 if original.occurred_on < CHANGED else 80
                points = -stock.quantity * PRICES[item.name]
                self.handed.append(
                    Handed(
                        entry.occurred_on, homes[payer[entry.id]].village_code, payer[entry.id],
                        shop.code, original.id, entry.id, item.sku, -stock.quantity, points,
                        points * rate,
                    )
                )  # fmt: skip
        self.names = {item.sku: item.name for item in goods.values()}
        self.kinds = {
            (award.entry_id, line.position): version
            for award, line, version in db.session.execute(
                select(Award, AwardLine, RuleVersion)
                .join(AwardLine, AwardLine.award_id == Award.id)
                .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
            )
        }

    def figures(self, since: date, until: date, place: str) -> dict[str, Any]:
        """Return the figures of a village, township or county."""
        award: dict[str, int] = defaultdict(int)
        times: dict[str, int] = defaultdict(int)
        for move, _position in self.awarded:
            if since <= move.on <= until and move.village.startswith(place):
                award[move.household] += move.points
        inside = [
            row for row in self.handed
            if since <= row.on <= until and row.village.startswith(place)
        ]  # fmt: skip
        whole: dict[int, int] = defaultdict(int)
        for row in self.handed:
            whole[row.original] += row.units
        last_back = self._last_back(whole)
        for entry, original, household in {(r.entry, r.original, r.household) for r in inside}:
            if entry == original:
                times[household] += 1
            elif last_back.get(original) == entry:
                times[household] -= 1
        balance = sum(
            points
            for code, lines in self.books.items()
            if self.homes[code].village_code.startswith(place)
            for _place, on, points in lines
            if on <= until
        )
        return {
            "店数": sum(shop.region_code.startswith(place) for shop in self.shops),
            "覆盖户": sum(h.village_code.startswith(place) for h in self.homes.values()),
            "本期得分户数": sum(points > 0 for points in award.values()),
            "发放分": sum(award.values()),
            "扣分": 0,
            "兑换户数": sum(count > 0 for count in times.values()),
            "兑换人次": sum(times.values()),
            "兑换分": sum(row.points for row in inside),
            "折合元": sum(row.fen for row in inside) / 100,
            "期末积分余额": balance,
            "捐赠额": 0,
            "采购额": 0,
            "报损额": 0,
            "异议数": 0,
        }

    def _last_back(self, whole: dict[int, int]) -> dict[int, int]:
        """Return the reversal that took back the last of each redemption, by redemption."""
        last: dict[int, int] = {}
        for row in self.handed:
            if whole[row.original] == 0 and row.entry != row.original:
                last[row.original] = max(last.get(row.original, 0), row.entry)
        return last

    def run_out(self, since: date, until: date, place: str) -> int:
        """Count how often the last unit of some goods left a shop."""
        left: dict[tuple[str, int], int] = defaultdict(int)
        count = 0
        for _at, _entry, on, region, goods, quantity in sorted(self.stock):
            left[region, goods] += quantity
            gone = left[region, goods] == 0 and quantity < 0
            count += gone and since <= on <= until and region.startswith(place)
        return count
