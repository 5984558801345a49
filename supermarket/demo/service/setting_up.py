"""Everything a county sets up before its first award: places, rules, goods, staff, shops."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.demo.service.places import (
    COUNTY,
    HOME_TOWNSHIP,
    HOME_VILLAGE,
    Site,
    sites,
)
from supermarket.goods import service as goods
from supermarket.regions import queries as regions
from supermarket.regions import service as places
from supermarket.regions.models import TOWNSHIP, VILLAGE
from supermarket.schemes import service as schemes
from supermarket.schemes.service import SchemeText
from supermarket.settings import ROOT
from supermarket.shops import service as shops
from supermarket.shops.models import Shop
from supermarket.spreadsheets.reading import read_rows
from supermarket.staff import service as staff
from supermarket.staff.models import Role, StaffMember

DATA = ROOT / "data"
#: Of every sign-in that is told; it is in no other database than the demo's.
PASSWORD = "aixin-demo"  # noqa: S105 - told to everybody, in a database made of nobody
#: Low, because nobody can sign in with the random passwords of the rest.
CHEAP_KIB = 64

#: Who signs in, as whom, where; the keepers' shop is the home village's.
SIGN_INS = (
    ("admin", "周国栋", Role.ADMINISTRATOR, COUNTY),
    ("county", "李明", Role.COUNTY, COUNTY),
    ("township", "赵敏", Role.TOWNSHIP, HOME_TOWNSHIP),
    ("scorer", "王秀英", Role.SCORER, HOME_VILLAGE),
    ("reviewer", "张广林", Role.REVIEWER, HOME_VILLAGE),
    ("supervisor", "刘桂兰", Role.SUPERVISOR, HOME_VILLAGE),
    ("shop", "陈建国", Role.SHOPKEEPER, HOME_VILLAGE),
    ("clerk", "吴小芳", Role.SHOPKEEPER, HOME_VILLAGE),
    ("helper", "宋晓雨", Role.HELPER, HOME_VILLAGE),
    ("auditor", "孙静", Role.AUDITOR, COUNTY),
)


#: The township whose shop is a partner's, settled with by the month.
PARTNER_TOWNSHIP, PARTNER = "410482101", "汝州市惠民连锁超市"


class Place(NamedTuple):
    """An open shop, who keeps it, and the villages that come to it."""

    shop: Shop
    keeper: StaffMember
    villages: tuple[str, ...]


class Setting(NamedTuple):
    """What the history happens in."""

    admin: StaffMember
    places: Sequence[Place]
    #: Who gives points in each village.
    scorers: dict[str, StaffMember]


def set_up(since: date, chance: Random, *, memory_kib: int) -> Setting:
    """Load 汝州's regions, the rules and goods, open the shops and the staff accounts."""
    with (DATA / "regions" / "410482-ruzhou.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))[1:]
    places.load((code, name) for code, name in rows)
    admin = _sign_in("admin", "周国栋", Role.ADMINISTRATOR, COUNTY, None, memory_kib)
    schemes.set_scheme(
        COUNTY, SchemeText("爱心超市", 100, household_month_cap=200), since=since, by=admin.id
    )
    rules = DATA / "rules.csv"
    schemes.load_rules(
        schemes.read_rules(rules.read_bytes(), rules.name), COUNTY, admin.id, since=since
    )
    _load_goods(DATA / "goods.csv", since, admin.id)
    villages = [village.code for village in regions.below(COUNTY, VILLAGE)]
    opened = [_open(site, admin, chance, memory_kib) for site in sites(villages, chance)]
    for username, name, role, region in SIGN_INS:
        if role not in (Role.ADMINISTRATOR, Role.SHOPKEEPER):
            _sign_in(username, name, role, region, None, memory_kib)
    scorers = {village: _scorer(village, chance) for place in opened for village in place.villages}
    return Setting(admin, opened, scorers)


def _load_goods(path: Path, since: date, by: int) -> None:
    rows = read_rows(path.read_bytes(), path.name, headers=goods.COLUMNS)
    goods.load(rows, since=since, by=by)


def _open(site: Site, admin: StaffMember, chance: Random, memory_kib: int) -> Place:
    """Open a shop and the account of whoever keeps it."""
    region = regions.region(site.region_code)
    short = (region.name if region else "").removesuffix("村民委员会").removesuffix("居民委员会")
    name = f"{short}{'' if len(site.region_code) == TOWNSHIP else '村'}爱心超市"
    shop = shops.add_shop(
        name,
        site.region_code,
        address=f"{short}便民服务大厅",
        phone="0375-0000000",
        merchant=PARTNER if site.region_code == PARTNER_TOWNSHIP else "",
        by=admin.id,
    )
    if site.region_code == HOME_VILLAGE:
        keeper, _clerk = [
            _sign_in(username, name, role, region, shop.code, memory_kib)
            for username, name, role, region in SIGN_INS
            if role is Role.SHOPKEEPER
        ]
    else:
        keeper = _anybody(f"keeper-{shop.code.lower()}", Role.SHOPKEEPER, shop.region_code, chance)
        staff.grant(
            keeper, Role.SHOPKEEPER, region_code=shop.region_code, shop_code=shop.code, by=None
        )
    return Place(shop, keeper, site.villages)


def _scorer(village: str, chance: Random) -> StaffMember:
    scorer = _anybody(f"scorer-{village}", Role.SCORER, village, chance)
    staff.grant(scorer, Role.SCORER, region_code=village, shop_code=None, by=None)
    return scorer


def _anybody(username: str, role: Role, region: str, chance: Random) -> StaffMember:
    return unnamed(username, f"{region[-4:]} {role.label}", chance)


def unnamed(username: str, name: str, chance: Random) -> StaffMember:
    """Open an account that nobody knows the password of."""
    return staff.add_member(
        username=username,
        name=name,
        password=f"{chance.getrandbits(256):x}",
        by=None,
        memory_kib=CHEAP_KIB,
    )


def member(username: str) -> StaffMember:
    """Return somebody who signs in."""
    return db.session.scalars(select(StaffMember).where(StaffMember.username == username)).one()


def _sign_in(
    username: str, name: str, role: Role, region: str, shop: str | None, memory_kib: int
) -> StaffMember:
    member = staff.add_member(
        username=username, name=name, password=PASSWORD, by=None, memory_kib=memory_kib
    )
    staff.grant(member, role, region_code=region, shop_code=shop, by=None)
    return member
