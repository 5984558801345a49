"""All figures of the dashboard (R1) in one value: page, hall and API show the same ones."""

from collections.abc import Sequence
from datetime import date, timedelta

from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, TOWNSHIP, VILLAGE
from supermarket.reports.queries import monthly, monthly_flows, monthly_state, peaks, taking_part
from supermarket.reports.queries import redemptions as volumes
from supermarket.reports.queries.comparing import Days, last_year, pieces, shifted, so_far
from supermarket.reports.queries.monthly import Figures
from supermarket.reports.queries.monthly_compared import top_goods
from supermarket.reports.queries.monthly_flows import Flow
from supermarket.reports.queries.over_time import Piece, filled, over_time
from supermarket.reports.queries.overview_shape import (
    GoodsRow,
    Level,
    Marks,
    Overview,
    Row,
    Streams,
    Then,
)
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.window import Window
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.shops.queries.stock import overview as shelves_of
from supermarket.staff.models import Scope

#: Goods in the ranked list.
GOODS = 30


def overview(asked: Window, today: date) -> Overview:
    """Return the dashboard of a window; whoever has both places and shops sees the places.

    Raises:
        NotFoundError: there is no such place.
    """
    if asked.region and regions.region(asked.region) is None:
        raise NotFoundError(what=asked.region)
    asked = _settled(asked)
    level = level_of(asked)
    by = pieces(asked.since, asked.until)
    if level is Level.SHOP:
        return _of_shops(asked, today, by)
    reach = monthly.reaches(asked)
    figures = monthly.total(asked)
    places_by = {Level.COUNTY: By.TOWNSHIP, Level.TOWNSHIP: By.VILLAGE}.get(level, By.SHOP)
    return Overview(
        asked=asked,
        level=level,
        as_of=monthly.as_of(asked, today),
        figures=figures,
        redeemed=_flow_of(figures),
        people=taking_part.people(reach),
        donors=taking_part.donors(asked.since, asked.until, reach),
        before=_then(asked, today, reach, _before(asked)),
        last_year=_then(asked, today, reach, last_year(asked.since, asked.until)),
        by=by,
        pieces=over_time(asked.since, _passed(asked, today), reach, by),
        places_by=places_by,
        places=_places(asked, places_by),
        goods=_goods(asked),
        peaks=peaks.peaks(asked),
        streams=_streams(asked, figures, reach),
        marks=_marks(reach, min(asked.until, today)),
        shelves=[],
    )


def _of_shops(asked: Window, today: date, by: By) -> Overview:
    """Return the dashboard of one shop, or of the shops somebody keeps."""
    found = {
        row.group: Piece(row.group, 0, row.points, row.redemptions)
        for row in volumes.figures(asked, by)
    }
    several = not asked.shop and len(asked.scope.shops) > 1
    places_by = By.SHOP if several else By.VILLAGE
    shops = (asked.shop,) if asked.shop else asked.scope.shops
    return Overview(
        asked=asked,
        level=Level.SHOP,
        as_of=monthly.as_of(asked, today),
        figures=None,
        redeemed=_redeemed(asked),
        people=None,
        donors=None,
        before=_shop_then(asked, today, _before(asked)),
        last_year=_shop_then(asked, today, last_year(asked.since, asked.until)),
        by=by,
        pieces=filled(asked.since, _passed(asked, today), by, found),
        places_by=places_by,
        places=_ranked([_row(row) for row in volumes.figures(asked, places_by)]),
        goods=_goods(asked),
        peaks=peaks.peaks(asked),
        streams=None,
        marks=None,
        shelves=shelves_of(Scope((), shops), today),
    )


def level_of(asked: Window) -> Level:
    """Return what the dashboard of a window is of."""
    if asked.shop or not monthly.reaches(asked):
        return Level.SHOP
    widest = min(len(code) for code in monthly.reaches(asked))
    if widest <= COUNTY:
        return Level.COUNTY
    return Level.TOWNSHIP if widest == TOWNSHIP else Level.VILLAGE


def _settled(asked: Window) -> Window:
    """Return the window of one kind of thing: places, or shops."""
    if asked.shop or not asked.scope.regions:
        return asked
    if asked.region and not monthly.reaches(asked):
        return asked  # a place somebody sees through a shop that stands there
    return asked._replace(scope=Scope(asked.scope.regions, ()))


def _passed(asked: Window, today: date) -> date:
    """Return the last day of a window that can have seen anything: no line runs into tomorrow."""
    return max(asked.since, min(asked.until, today))


def _before(asked: Window) -> Days | None:
    return shifted(asked.since, asked.until, -1)


def _then(asked: Window, today: date, reach: Sequence[str], beside: Days | None) -> Then | None:
    if beside is None:
        return None
    days = so_far(asked.since, asked.until, today, beside)
    level = len(reach[0]) if len(reach) == 1 else 0
    flows = monthly_flows.flows(days.since, days.until, reach, level)
    return Then(days, next(iter(flows.values()), _NOTHING))


def _shop_then(asked: Window, today: date, beside: Days | None) -> Then | None:
    if beside is None:
        return None
    days = so_far(asked.since, asked.until, today, beside)
    return Then(days, _redeemed(asked._replace(since=days.since, until=days.until)))


_NOTHING = Flow(0, 0, 0, 0, 0, 0, 0, 0, 0)


def _redeemed(asked: Window) -> Flow:
    """Return what was redeemed in a window as a flow in which nothing was awarded."""
    row = volumes.total(asked)
    return _NOTHING._replace(
        households=row.households,
        times=row.redemptions,
        units=row.units,
        points=row.points,
        fen=row.fen,
    )


def _flow_of(figures: Figures) -> Flow:
    return Flow(*(getattr(figures, name) for name in Flow._fields))


def _places(asked: Window, by: By) -> list[Row]:
    """Return the places one level down, most redeemed first; in a village its shops."""
    if by is By.SHOP:
        return _ranked([_row(row) for row in volumes.figures(asked, by)])
    level = TOWNSHIP if by is By.TOWNSHIP else VILLAGE
    reach = monthly.reaches(asked)
    flows = monthly_flows.flows(asked.since, asked.until, reach, level)
    names = taking_part.names_below(reach, level)
    return _ranked(
        [
            Row(code, name, flow.awarded, flow.points, flow.times, flow.households)
            for code, name in names.items()
            for flow in [flows.get(code, _NOTHING)]
        ]
    )


def _goods(asked: Window) -> list[GoodsRow]:
    """Return the goods most points were redeemed for."""
    if level_of(asked) is not Level.SHOP:
        return [
            GoodsRow(row.sku, row.name, row.units, row.points, row.fen)
            for row in top_goods(asked, GOODS)
        ]
    rows = [row for row in volumes.figures(asked, By.GOODS) if row.units]
    rows.sort(key=lambda row: (-row.points, row.group))
    return [GoodsRow(row.group, row.label, row.units, row.points, row.fen) for row in rows[:GOODS]]


def _row(row: volumes.Figures) -> Row:
    return Row(row.group, row.label, None, row.points, row.redemptions, row.households)


def _ranked(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.points, -(row.awarded or 0), row.code))


def _streams(asked: Window, now: Figures, reach: Sequence[str]) -> Streams:
    try:
        eve = asked.since - timedelta(days=1)
        opening = sum(points for _code, points in monthly_state.balances_at(reach, eve))
    except OverflowError:
        opening = 0
    known = opening + now.awarded - now.points - now.deducted - now.expired
    return Streams(
        opening=opening,
        awarded=now.awarded,
        redeemed=now.points,
        deducted=now.deducted,
        expired=now.expired,
        other=now.outstanding - known,
        closing=now.outstanding,
    )


def _marks(reach: Sequence[str], on: date) -> Marks | None:
    try:
        found = schemes.scheme(reach[0], on)
    except (NoSchemeError, NotFoundError):
        return None
    return Marks(found.coverage_warn, found.coverage_stop)
