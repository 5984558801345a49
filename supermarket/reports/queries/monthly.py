"""The figures of the village's monthly report (form F15), for any window and any place.

One definition for page, file, print and API: half-months, months, quarters and years agree,
because all are sums over the same facts. What is a stock and not a flow (households covered,
balances, goods, coverage, warnings) is as it was at the end of the window's last day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from supermarket.errors import N_
from supermarket.regions import queries as regions
from supermarket.regions.models import within
from supermarket.reports.queries import monthly_flows, monthly_goods, monthly_state
from supermarket.reports.queries.monthly_flows import Flow
from supermarket.reports.queries.monthly_frozen import frozen
from supermarket.reports.queries.window import Window


class Alert(Enum):
    """What somebody should look at in a village (预警)."""

    BUDGET_LOW = "budget_low"
    BUDGET_SPENT = "budget_spent"
    COVERAGE_LOW = "coverage_low"
    COVERAGE_STOPPED = "coverage_stopped"

    @property
    def label(self) -> str:
        """The words people use, untranslated."""
        return {
            Alert.BUDGET_LOW: N_("预算快用完"),
            Alert.BUDGET_SPENT: N_("预算已用完"),
            Alert.COVERAGE_LOW: N_("保障率偏低"),
            Alert.COVERAGE_STOPPED: N_("保障率低于停发线"),
        }[self]


class Figures(NamedTuple):
    """One row of form F15: a village, township or county in a window.

    Flows are net of what was taken back, each on its own day (ADR 8). Households (户数) are
    distinct, times (次) are not: rows do not add up to the row of the place above them.
    """

    #: 12, 9 or 6 digits; empty for several places together.
    place: str
    name: str
    #: Open shops (店数).
    shops: int
    #: Households in the register on the last day (覆盖户).
    covered: int
    #: Households that were awarded points (本期得分户数).
    earners: int
    #: Whole points given and taken (发放分, 扣分), and those that ended.
    awarded: int
    deducted: int
    expired: int
    #: Households that redeemed (兑换户数), and how often (兑换人次).
    households: int
    times: int
    units: int
    #: Whole points redeemed (兑换分), and their worth at the rate of the day of each (折合元).
    points: int
    fen: int
    #: Balances of the households at the end of the last day (期末积分余额).
    outstanding: int
    #: Goods on the shelves then, at what they cost or were valued at (库存价值).
    stock_fen: int
    #: Goods and money per hundred points out (保障率), rounded down; None if none are out.
    coverage_percent: int | None
    #: Goods and money given (捐赠额), goods bought (采购额), goods written off (报损额).
    donated_fen: int
    purchased_fen: int
    written_off_fen: int
    #: Objections raised (异议数).
    objections: int
    #: What its villages warn of (预警), and how many of them do.
    alerts: tuple[Alert, ...]
    alerted: int

    @property
    def cells(self) -> tuple[float | None, ...]:
        """The figures in the order of F15, from 店数 to 异议数: counts, points, yuan, a ratio."""
        covered = self.coverage_percent
        return (
            self.shops,
            self.covered,
            self.earners,
            self.awarded,
            self.deducted,
            self.households,
            self.times,
            self.points,
            self.fen / 100,
            self.outstanding,
            self.stock_fen / 100,
            None if covered is None else covered / 100,
            self.donated_fen / 100,
            self.purchased_fen / 100,
            self.written_off_fen / 100,
            self.objections,
        )


def figures(asked: Window, level: int) -> list[Figures]:
    """Return one row for each place of a level (6, 9 or 12 digits) in the window, by code.

    A month that was closed is read as it was frozen. Places without anything have a row
    too; a scope of single shops has no places.
    """
    reach = reaches(asked)
    places = [place for code in reach for place in regions.below(code, level)]
    if not places:
        return []
    names = {place.code: place.name for place in places}
    kept = frozen(asked.since, asked.until, names)
    later = {code: name for code, name in names.items() if code not in kept}
    rows = [thawed(row) for row in kept.values()]
    if later:
        rows += _rows(asked, reach, later, lambda code: code[:level], level)
    return sorted(rows, key=lambda row: row.place)


def total(asked: Window) -> Figures:
    """Return one row for all of the window's places together; households are counted once."""
    reach = reaches(asked)
    if len(reach) == 1:
        names = regions.names(reach)
        if kept := frozen(asked.since, asked.until, names):
            return thawed(kept[reach[0]])
        return _rows(asked, reach, names, lambda _code: reach[0], len(reach[0]))[0]
    return _rows(asked, reach, {"": ""}, lambda _code: "", 0)[0]


def reaches(asked: Window) -> tuple[str, ...]:
    """Return the places a window is of: its region, as far as the asker may see it."""
    if not asked.region:
        return asked.scope.regions
    if asked.scope.covers_region(asked.region):
        return (asked.region,)
    return tuple(code for code in asked.scope.regions if within(code, asked.region))


def _rows(
    asked: Window,
    reach: Sequence[str],
    names: Mapping[str, str],
    group: Callable[[str], str],
    level: int,
) -> list[Figures]:
    flows = monthly_flows.flows(asked.since, asked.until, reach, level)
    values = monthly_goods.values(asked.since, asked.until, reach)
    state = monthly_state.state(reach, asked.until)
    shops, covered = _added(state.shops, group), _added(state.covered, group)
    outstanding, stock = _added(state.outstanding, group), _added(state.stock_fen, group)
    donated, bought = _added(values.donated, group), _added(values.purchased, group)
    lost = _added(values.written_off, group)
    objections = _added(monthly_goods.objections(asked.since, asked.until, reach), group)
    alerts: dict[str, set[Alert]] = {}
    alerted: dict[str, int] = {}
    for village, kinds in _alerts(state).items():
        place = group(village)
        alerts.setdefault(place, set()).update(kinds)
        alerted[place] = alerted.get(place, 0) + bool(kinds)
    rows = []
    for place, name in sorted(names.items()):
        flow = flows.get(place, Flow(0, 0, 0, 0, 0, 0, 0, 0, 0))
        rows.append(
            Figures(
                place=place,
                name=name,
                shops=shops.get(place, 0),
                covered=covered.get(place, 0),
                earners=flow.earners,
                awarded=flow.awarded,
                deducted=flow.deducted,
                expired=flow.expired,
                households=flow.households,
                times=flow.times,
                units=flow.units,
                points=flow.points,
                fen=flow.fen,
                outstanding=outstanding.get(place, 0),
                stock_fen=stock.get(place, 0),
                coverage_percent=state.coverage(place, reach),
                donated_fen=donated.get(place, 0),
                purchased_fen=bought.get(place, 0),
                written_off_fen=lost.get(place, 0),
                objections=objections.get(place, 0),
                alerts=tuple(sorted(alerts.get(place, ()), key=lambda alert: alert.value)),
                alerted=alerted.get(place, 0),
            )
        )
    return rows


def _added(values: Iterable[tuple[str, int]], group: Callable[[str], str]) -> dict[str, int]:
    """Add the values of codes up by the place they belong to."""
    found: dict[str, int] = {}
    for code, value in values:
        place = group(code)
        found[place] = found.get(place, 0) + value
    return found


def _alerts(state: monthly_state.State) -> dict[str, list[Alert]]:
    """Return what each village warns of on the last day."""
    found: dict[str, list[Alert]] = {}
    for village, (points, used, warn) in state.budgets.items():
        if used >= points:
            found.setdefault(village, []).append(Alert.BUDGET_SPENT)
        elif used * 100 >= points * warn:
            found.setdefault(village, []).append(Alert.BUDGET_LOW)
    for village, scheme in state.schemes.items():
        percent = state.coverage(village, ())
        if percent is None:
            continue
        if scheme.coverage_stop is not None and percent < scheme.coverage_stop:
            found.setdefault(village, []).append(Alert.COVERAGE_STOPPED)
        elif percent < scheme.coverage_warn:
            found.setdefault(village, []).append(Alert.COVERAGE_LOW)
    return found


def thawed(kept: Mapping[str, Any]) -> Figures:
    """Return frozen figures as they were."""
    return Figures(**{**kept, "alerts": tuple(Alert(value) for value in kept["alerts"])})


def to_freeze(row: Figures) -> dict[str, Any]:
    """Return figures as they are kept for ever: text, whole numbers and lists."""
    return {**row._asdict(), "alerts": [alert.value for alert in row.alerts]}


def as_of(asked: Window, today: date) -> date:
    """Return the day the stocks of a window stand for: its last, or today if that is to come."""
    return min(asked.until, today)
