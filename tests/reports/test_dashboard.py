"""The dashboard's figures equal a plain recount, whoever asks for whatever window."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from supermarket.clock import at, local
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods
from supermarket.reports.forms import days_of
from supermarket.reports.queries.comparing import (
    Days,
    groups,
    last_year,
    pieces,
    shifted,
    so_far,
)
from supermarket.reports.queries.overview import overview
from supermarket.reports.queries.overview_shape import Level, Overview
from supermarket.reports.queries.peaks import rows_at
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.window import Preset, Window, preset, window
from supermarket.reports.service import folding
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope
from tests.counter.stalls import make_stall
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    add_lot,
    make_goods,
    make_regions,
)
from tests.reports.books import balances_plainly, busy_books, plainly

pytestmark = pytest.mark.usefixtures("app")
EVERYWHERE = Scope((COUNTY,), ())
TODAY = date(2026, 11, 22)
CHECKED = ("households", "earners", "times", "points", "fen", "awarded", "deducted")


def shown(since: date, until: date, region: str = COUNTY, shop: str = "") -> Overview:
    return overview(window(since, until, EVERYWHERE, region=region, shop=shop), TODAY)


def redeemed(found: Overview) -> list[Redemption]:
    """The redemptions and reversals a dashboard is about, row by row."""
    asked = found.asked
    codes = {shop.id: shop.code for shop in db.session.scalars(select(Shop))}
    return [
        row
        for row in db.session.scalars(select(Redemption))
        if asked.since <= row.occurred_on <= asked.until
        and row.village_code.startswith(asked.region)
        and asked.shop in ("", codes[row.shop_id])
    ]


def visits_plainly(found: Overview) -> Counter[tuple[int, int]]:
    """Redemptions made, by weekday and hour of the village's clocks."""
    moments = [local(row.posted_at) for row in redeemed(found) if row.times == 1]
    return Counter((moment.isoweekday(), moment.hour) for moment in moments)


def goods_plainly(found: Overview) -> Counter[str]:
    """Points of what was redeemed, by number of the goods."""
    skus = {item.id: item.sku for item in db.session.scalars(select(Goods))}
    entries = {row.entry_id for row in redeemed(found)}
    points: Counter[str] = Counter()
    for line in db.session.scalars(select(RedemptionLine)):
        if line.entry_id in entries:
            points[skus[line.goods_id]] += line.points
    return points


def agrees(found: Overview) -> None:
    """Assert that everything a dashboard shows is what the books say."""
    asked, level = found.asked, len(found.asked.region)
    days = (asked.since, asked.until)
    if (plain := plainly(*days, level).get(asked.region)) is not None:
        for name in CHECKED:
            assert getattr(found.redeemed, name) == getattr(plain, name), (asked, name)
    else:
        assert found.redeemed.times == found.redeemed.awarded == 0
    for then in (found.before, found.last_year):
        assert then is not None
        old = plainly(*then.days, level).get(asked.region)
        assert then.flow.points == (old.points if old else 0)
    parts = groups(asked.since, min(asked.until, TODAY), found.by)
    assert set(parts) >= {piece.group for piece in found.pieces}
    for name in ("awarded", "points", "times"):
        assert sum(getattr(piece, name) for piece in found.pieces) == getattr(found.redeemed, name)
    streams, held = found.streams, balances_plainly(asked.until)
    assert streams is not None
    inside = [points for code, points in held.items() if code.startswith(asked.region)]
    assert streams.closing == sum(inside)
    eve = balances_plainly(asked.since - timedelta(days=1))
    assert streams.opening == sum(p for c, p in eve.items() if c.startswith(asked.region))
    below = {Level.COUNTY: 9, Level.TOWNSHIP: 12}.get(found.level)
    if below:
        plain_below = plainly(*days, below)
        rows = {row.code: row for row in found.places}
        assert {code for code in plain_below if code.startswith(asked.region)} <= set(rows)
        for code, row in rows.items():
            flow = plain_below.get(code)
            assert (row.points, row.households) == (
                (flow.points, flow.households) if flow else (0, 0)
            )
    assert {(p.weekday, p.hour): p.visits for p in found.peaks} == visits_plainly(found)
    assert {row.sku: row.points for row in found.goods if row.points} == {
        sku: points for sku, points in goods_plainly(found).items() if points
    }


def test_every_figure_equals_a_plain_recount() -> None:
    busy_books()
    chance = Random(5)
    for step in range(6):
        if step == 3:
            with transaction():
                folding.fold(60)  # some from the sums, some from the journals
        since = date(2026, 1, 1) + timedelta(days=chance.randint(0, 70))
        until = since + timedelta(days=chance.choice((0, 6, 30, 44, 60, 120, 300)))
        if step % 3 == 0:
            since, until = preset(chance.choice((Preset.MONTH, Preset.QUARTER)), since)

        agrees(shown(since, until, chance.choice((COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE))))


def test_pieces_of_a_window_and_hours_of_the_week_open_what_they_count() -> None:
    busy_books()

    for since, until, by in (
        (date(2026, 1, 3), date(2026, 2, 9), By.DAY),
        (date(2026, 1, 16), date(2026, 4, 12), By.HALF_MONTH),
        (date(2025, 12, 9), date(2026, 11, 30), By.MONTH),
    ):
        found = shown(since, until)
        assert found.by is by
        for piece in found.pieces:
            first, last = days_of(piece.group)
            plain = plainly(max(first, since), min(last, until), 6).get(COUNTY)
            wanted = (plain.awarded, plain.points, plain.times) if plain else (0, 0, 0)
            assert piece[1:] == wanted, piece
    for peak in found.peaks:
        rows = rows_at(found.asked, peak.weekday, peak.hour, limit=500)
        assert len(rows) == peak.visits
        assert {local(row.posted_at).hour for row in rows} == {peak.hour}


def test_a_shop_shows_what_was_redeemed_there_and_by_which_villages() -> None:
    busy_books()
    shop = db.session.scalars(select(Shop).order_by(Shop.code)).first()
    assert shop is not None

    found = shown(date(2026, 1, 1), date(2026, 3, 31), region="", shop=shop.code)

    rows = redeemed(found)
    assert found.level is Level.SHOP
    assert (found.figures, found.streams, found.people) == (None, None, None)
    assert found.redeemed.points == sum(row.points for row in rows) > 0
    assert found.redeemed.times == sum(row.times for row in rows)
    assert sum(row.points for row in found.places) == found.redeemed.points
    assert {row.code for row in found.places} == {row.village_code for row in rows}
    assert {(p.weekday, p.hour): p.visits for p in found.peaks} == visits_plainly(found)
    assert [row.code for row in found.shelves] == [shop.code]

    codes = tuple(sorted(db.session.scalars(select(Shop.code))))
    both = overview(Window(date(2026, 1, 1), date(2026, 3, 31), Scope((), codes)), TODAY)
    assert (both.level, both.places_by) == (Level.SHOP, By.SHOP)
    assert {row.code for row in both.places} == set(codes)


def test_yuan_are_those_of_each_days_rate_across_a_change_of_the_scheme() -> None:
    with at(datetime(2026, 3, 1, 2, tzinfo=UTC)):
        stall, soap = make_stall(), make_goods(price=10)
        add_lot(stall.shop, soap, 9)
        stall.redeem((soap, 1))
    with transaction():
        db.session.add(
            Scheme(region_code=COUNTY, since=date(2026, 3, 2), programme_name="爱心超市",
                   fen_per_point=200, created_at=datetime(2026, 3, 1, tzinfo=UTC))
        )  # fmt: skip
    with at(datetime(2026, 3, 3, 2, tzinfo=UTC)):
        stall.redeem((soap, 1))

    found = shown(date(2026, 3, 1), date(2026, 3, 31))

    assert (found.redeemed.points, found.redeemed.fen) == (20, 10 * 50 + 10 * 200)
    assert found.redeemed.households == 1
    assert [row.fen for row in found.goods] == [2500]


def test_a_county_without_anything_and_fifty_years_have_a_dashboard() -> None:
    make_regions()

    nothing = shown(date(2026, 11, 1), date(2026, 11, 30))
    ages = shown(date(1980, 1, 1), date(2029, 12, 31))

    assert nothing.redeemed.points == nothing.redeemed.awarded == 0
    assert nothing.figures is not None
    assert nothing.figures.coverage_percent is None
    assert (nothing.goods, nothing.peaks) == ([], [])
    assert ages.pieces == []
    with pytest.raises(NotFoundError):
        shown(date(2026, 1, 1), date(2026, 1, 2), region=COUNTY + "999")


@pytest.mark.parametrize(
    ("since", "until", "steps", "wanted"),
    [
        ("2026-03-01", "2026-03-31", -1, ("2026-02-01", "2026-02-28")),
        ("2026-11-16", "2026-11-30", -1, ("2026-11-01", "2026-11-15")),
        ("2026-03-01", "2026-03-15", -1, ("2026-02-16", "2026-02-28")),
        ("2026-02-16", "2026-02-28", 1, ("2026-03-01", "2026-03-15")),
        ("2026-10-01", "2026-12-31", -1, ("2026-07-01", "2026-09-30")),
        ("2026-01-01", "2026-12-31", 1, ("2027-01-01", "2027-12-31")),
        ("2026-01-05", "2026-01-11", -1, ("2025-12-29", "2026-01-04")),
    ],
)
def test_the_window_before_and_after(
    since: str, until: str, steps: int, wanted: tuple[str, str]
) -> None:
    found = shifted(date.fromisoformat(since), date.fromisoformat(until), steps)

    assert found == Days(*map(date.fromisoformat, wanted))


def test_windows_beside_a_window_are_fair_and_end_with_the_calendar() -> None:
    november = date(2026, 11, 1), date(2026, 11, 30)
    october = Days(date(2026, 10, 1), date(2026, 10, 31))

    assert so_far(*november, TODAY, october) == Days(date(2026, 10, 1), date(2026, 10, 22))
    assert so_far(*november, date(2026, 12, 1), october) == october
    assert last_year(date(2024, 2, 1), date(2024, 2, 29)) == (date(2023, 2, 1), date(2023, 2, 28))
    assert last_year(date(2025, 2, 1), date(2025, 2, 28)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert last_year(date.min, date.min) is None
    assert shifted(date.min, date.min, -1) is None
    assert shifted(date(9999, 12, 1), date.max, 1) is None
    assert pieces(*november) is By.DAY
    assert groups(date(2026, 1, 20), date(2026, 2, 10), By.HALF_MONTH) == [
        "2026-01-H2", "2026-02-H1",
    ]  # fmt: skip
