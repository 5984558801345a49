"""Every figure equals a plain recomputation from the lines (R6), whatever is asked for."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import at
from supermarket.counter import service as counter
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.goods.models import Goods
from supermarket.reports.errors import GroupingError, WindowError
from supermarket.reports.queries.redemptions import By, Figures, figures, grouping, total
from supermarket.reports.queries.rows import listed
from supermarket.reports.queries.window import Preset, Window, preset, window
from supermarket.shops.models import Shop
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Role, Scope
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.usefixtures("app")

FIRST = date(2026, 1, 1)
COUNTY_SCOPE = Scope((COUNTY,), ())


def busy_spring(seed: int = 7) -> None:
    """Two shops, six households of two villages, 40 redemptions, a third of them taken back."""
    chance = Random(seed)
    with at(datetime(2026, 1, 1, tzinfo=UTC)):
        make_scheme(fen_per_point=50)
        shops = [make_shop(VILLAGE, name="安沟店"), make_shop(OTHER_VILLAGE, name="北邻店")]
        goods = {
            shop.code: [
                make_goods(price=price, shop=shop, on_hand=500, name=name, category=category)
                for price, name, category in (
                    (3, "食盐", "粮油食品"), (5, "香皂", "洗护清洁"), (8, "毛巾", "洗护清洁"),
                )
            ]
            for shop in shops
        }  # fmt: skip
        homes = [
            make_household(points_held=5000, village=shop.region_code)
            for shop in shops
            for _ in range(3)
        ]
        keepers = {shop.code: make_staff(Role.SHOPKEEPER, shop=shop) for shop in shops}
        supervisor = make_staff(Role.SUPERVISOR, COUNTY)
    made: list[str] = []
    for step in range(40):
        moment = datetime(2026, 1, 1, 4, tzinfo=UTC) + timedelta(days=step * 2)
        home = chance.choice(homes)
        shop = next(shop for shop in shops if shop.region_code == home.village_code)
        basket = chance.sample(goods[shop.code], chance.randint(1, 3))
        with at(moment):
            lines = [(item.sku, chance.randint(1, 4)) for item in basket]
            made.append(redeem(shop.code, home.code, lines, keepers[shop.code].id))
        if chance.random() < 0.35:
            take_back(chance.choice(made), chance, supervisor.id, moment + timedelta(hours=1))


def redeem(shop: str, household: str, lines: list[tuple[str, int]], by: int) -> str:
    """Hand goods over without a card; return the reference."""
    receipt = once_more(
        lambda: counter.redeem(
            uuid4().hex,
            shop=shop,
            household=household,
            lines=lines,
            by=by,
            scope=Scope((), (shop,)),
        )
    )
    return receipt.reference


def take_back(reference: str, chance: Random, by: int, moment: datetime) -> None:
    """Reverse all, or one unit of one line, of a redemption; too late is no matter here."""
    line = db.session.execute(
        select(Goods.sku)
        .join(RedemptionLine, RedemptionLine.goods_id == Goods.id)
        .order_by(RedemptionLine.entry_id.desc())
    ).first()
    part = [(line[0], 1)] if line and chance.random() < 0.5 else None
    try:
        with at(moment):
            once_more(
                lambda: counter.reverse(
                    uuid4().hex,
                    reference=reference,
                    reason="拿错了",
                    by=by,
                    void_scope=Scope((), ()),
                    reverse_scope=COUNTY_SCOPE,
                    lines=part,
                )
            )
    except DomainError:
        db.session.rollback()


def recomputed(asked: Window, by: By | None) -> dict[str, tuple[int, ...]]:
    """Add the same figures up in plain Python, row by row."""
    shops = {shop.id: shop for shop in db.session.scalars(select(Shop))}
    goods = {item.id: item for item in db.session.scalars(select(Goods))}
    lines = defaultdict(list)
    for line in db.session.scalars(select(RedemptionLine)):
        lines[line.entry_id].append(line)
    by_lines = bool(asked.goods or asked.category or (by and by.of_goods))
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    kept: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for row in db.session.scalars(select(Redemption)):
        shop = shops[row.shop_id]
        if not asked.since <= row.occurred_on <= asked.until:
            continue
        if not (asked.scope.covers_region(row.village_code) or shop.code in asked.scope.shops):
            continue
        if not row.village_code.startswith(asked.region) or asked.shop not in ("", shop.code):
            continue
        for line in lines[row.entry_id]:
            item = goods[line.goods_id]
            if asked.goods not in ("", item.sku) or asked.category not in ("", item.category):
                continue
            group = key_of(by, row, shop, item)
            for place, value in enumerate((line.quantity, line.points, line.fen)):
                sums[group][place] += value
            if by_lines:
                kept[group][row.household_id, row.reverses_id or row.entry_id] += line.quantity
        if not by_lines and lines[row.entry_id]:
            kept[key_of(by, row, shop, None)][row.household_id, 0] += row.times
    answer: dict[str, tuple[int, ...]] = {}
    for group, (units, points, fen) in sums.items():
        there = {key: value for key, value in kept[group].items() if value > 0}
        times = len(there) if by_lines else sum(kept[group].values())
        answer[group] = (times, len({home for home, _entry in there}), units, points, fen)
    return answer


def key_of(by: By | None, row: Redemption, shop: Shop, item: Goods | None) -> str:
    month = row.occurred_on.strftime("%Y-%m")
    keys = {
        None: "",
        By.TOWNSHIP: row.village_code[:9],
        By.VILLAGE: row.village_code,
        By.SHOP: shop.code,
        By.CATEGORY: item.category if item else "",
        By.GOODS: item.sku if item else "",
        By.DAY: row.occurred_on.isoformat(),
        By.HALF_MONTH: f"{month}-H{1 if row.occurred_on.day <= 15 else 2}",
        By.MONTH: month,
    }
    return keys[by]


def test_every_figure_equals_a_plain_recomputation(app: Flask) -> None:
    busy_spring()
    chance = Random(11)
    shops = [shop.code for shop in db.session.scalars(select(Shop))]
    skus = [item.sku for item in db.session.scalars(select(Goods))]
    scopes = [COUNTY_SCOPE, Scope((VILLAGE,), ()), Scope((), (shops[0],))]

    for _ in range(60):
        since = FIRST + timedelta(days=chance.randint(0, 80))
        asked = Window(
            since,
            since + timedelta(days=chance.choice((0, 3, 14, 31, 90))),
            chance.choice(scopes),
            region=chance.choice(("", "", VILLAGE, OTHER_VILLAGE, VILLAGE[:9])),
            shop=chance.choice(("", "", *shops)),
            goods=chance.choice(("", "", "", *skus)),
            category=chance.choice(("", "", "洗护清洁")),
        )
        for by in (None, *By):
            wanted = recomputed(asked, by)
            found = [total(asked)] if by is None else figures(asked, by)
            got = {row.group: tuple(row[2:]) for row in found if any(row[2:]) or row.group}
            assert got == {g: v for g, v in wanted.items() if any(v) or g}, (asked, by)


def test_a_voided_redemption_leaves_no_times_no_household_no_points(app: Flask) -> None:
    with at(datetime(2026, 3, 1, tzinfo=UTC)):
        make_scheme()
        shop = make_shop()
        soap = make_goods(price=5, shop=shop, on_hand=9)
        home = make_household(points_held=50)
        keeper = make_staff(Role.SHOPKEEPER, shop=shop)
        scope = Scope((), (shop.code,))
        receipt = once_more(
            lambda: counter.redeem(
                uuid4().hex,
                shop=shop.code,
                household=home.code,
                lines=[(soap.sku, 2)],
                by=keeper.id,
                scope=scope,
            )
        )
        asked = Window(date(2026, 3, 1), date(2026, 3, 1), COUNTY_SCOPE)
        before = total(asked)
        once_more(
            lambda: counter.reverse(
                uuid4().hex,
                reference=receipt.reference,
                reason="拿错了",
                by=keeper.id,
                void_scope=scope,
                reverse_scope=Scope((), ()),
            )
        )

    assert before == Figures("", "", 1, 1, 2, 10, 1000)
    assert total(asked) == Figures("", "", 0, 0, 0, 0, 0)
    assert [row.times for row in listed(asked, limit=9)] == [-1, 1]


def test_the_rows_behind_a_figure_go_on_from_page_to_page(app: Flask) -> None:
    busy_spring()
    asked = Window(FIRST, date(2026, 12, 31), COUNTY_SCOPE)

    everything = listed(asked, limit=1000)
    pages, before = [], ""
    while page := listed(asked, before=before, limit=7):
        pages += page
        before = page[-1].place

    assert pages == everything
    assert sum(row.points for row in pages) == total(asked).points


@pytest.mark.parametrize(
    ("kind", "today", "days"),
    [
        (Preset.HALF_MONTH, date(2026, 2, 15), ("2026-02-01", "2026-02-15")),
        (Preset.HALF_MONTH, date(2028, 2, 16), ("2028-02-16", "2028-02-29")),
        (Preset.MONTH, date(2026, 12, 31), ("2026-12-01", "2026-12-31")),
        (Preset.LAST_MONTH, date(2026, 1, 31), ("2025-12-01", "2025-12-31")),
        (Preset.QUARTER, date(2026, 11, 22), ("2026-10-01", "2026-12-31")),
        (Preset.YEAR, date(2026, 11, 22), ("2026-01-01", "2026-12-31")),
    ],
)
def test_named_windows(kind: Preset, today: date, days: tuple[str, str]) -> None:
    assert tuple(day.isoformat() for day in preset(kind, today)) == days


def test_a_window_the_wrong_way_round_or_endless_is_refused() -> None:
    with pytest.raises(WindowError, match="开始日期要在结束日期之前"):
        window(date(2026, 2, 2), date(2026, 2, 1), COUNTY_SCOPE)
    with pytest.raises(WindowError):
        window(date(1900, 1, 1), date(2026, 2, 1), COUNTY_SCOPE)


def test_another_place_or_shop_is_refused() -> None:
    shop = make_shop(OTHER_VILLAGE)
    mine = Scope((VILLAGE,), ())

    for region in (OTHER_VILLAGE, OTHER_COUNTY, COUNTY, "4"):
        with pytest.raises(OutOfScopeError):
            window(FIRST, FIRST, mine, region=region)
    with pytest.raises(OutOfScopeError):
        window(FIRST, FIRST, mine, shop=shop.code)


def test_an_unknown_grouping_is_refused_with_those_there_are() -> None:
    with pytest.raises(GroupingError, match="half_month"):
        grouping("staff")
