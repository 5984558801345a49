"""What a redemption must know before it posts: fixed SQL, few round trips, lots held in order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from supermarket.clock import local, now
from supermarket.ledger.errors import OutOfStockError
from supermarket.ledger.service import StockMove
from supermarket.reservations import queries as reservations
from supermarket.reservations.queries import Kept
from supermarket.statements import is_postgres, run_together

#: The nearest scheme above the village, and there the newest whose day has come.
_SCHEME = """LEFT JOIN scheme k ON k.id = (
    SELECT n.id FROM scheme n
    WHERE n.region_code IN (h.village_code, substr(h.village_code, 1, 9),
                            substr(h.village_code, 1, 6), substr(h.village_code, 1, 4),
                            substr(h.village_code, 1, 2))
      AND n.since <= :on_day ORDER BY length(n.region_code) DESC, n.since DESC LIMIT 1)"""
#: Whether the shop hands goods out at that time of that weekday; one without hours always does.
_OPEN = """(NOT EXISTS (SELECT 1 FROM shop_window w WHERE w.shop_id = s.id)
    OR EXISTS (SELECT 1 FROM shop_window w WHERE w.shop_id = s.id AND w.weekday = :weekday
               AND w.opens <= :clock AND w.closes > :clock))"""
#: The clerk's own household, or a declared relative's.
_TIED = """EXISTS (SELECT 1 FROM staff_tie t WHERE t.staff_id = :actor AND t.household_id = h.id
               AND t.ended_at IS NULL)"""
#: The last day of the freeze the household is under, if any.
_FROZEN = """
SELECT MAX(f.ends_on) FROM household_freeze f
WHERE f.household_id = h.id AND f.approved AND f.starts_on <= :on_day AND f.ends_on >= :on_day
  AND (f.lifted_on IS NULL OR f.lifted_on > :on_day)
"""
_PARTIES = f"""
SELECT s.id, s.code, s.name, s.region_code, s.active, s.journal_id, s.redeemed_account_id,
       m.name, c.id, c.state, c.expires_on,
       h.id, h.code, h.head, h.village_code, h.state, h.account_id,
       k.fen_per_point, k.redeem_minimum, k.redeem_month_cap, k.pin_above,
       {_OPEN}, {_TIED}, {reservations.SHOP_KEEPS}, ({_FROZEN})
FROM shop s JOIN staff_member m ON m.id = :actor
{{joined}}
{_SCHEME}
WHERE s.code = :shop
"""  # noqa: S608 - put together from constants
BY_CARD_NUMBER = _PARTIES.format(
    joined="LEFT JOIN card c ON c.card_number = :shown "
    "LEFT JOIN household h ON h.id = c.household_id"
)
BY_CARD_TOKEN = _PARTIES.format(
    joined="LEFT JOIN card c ON c.token = :shown LEFT JOIN household h ON h.id = c.household_id"
)
BY_HOUSEHOLD = _PARTIES.format(
    joined="LEFT JOIN household h ON h.code = :shown LEFT JOIN card c ON 1 = 0"
)
#: A shop's own price goes before the general one, then the newest whose day has come.
PRICED = """
SELECT g.sku, g.id, g.name, g.specification, g.unit, g.active, g.month_limit,
       (SELECT p.points FROM points_price p
        WHERE p.goods_id = g.id AND p.since <= :on_day
          AND (p.shop_id IS NULL OR p.shop_id = (SELECT id FROM shop WHERE code = :shop))
        ORDER BY p.shop_id IS NULL, p.since DESC, p.id DESC LIMIT 1)
FROM goods g WHERE g.sku {among}
"""
HOLD_ACCOUNT = "SELECT id FROM account WHERE id = :account {for_update}"
LOTS = """
SELECT l.id, l.goods_id, l.on_hand, l.best_before FROM lot l
WHERE l.shop_id = :shop AND l.goods_id {among} AND l.on_hand > 0
  AND (l.best_before IS NULL OR l.best_before >= :on_day)
  AND NOT EXISTS (SELECT 1 FROM recall c
                  WHERE c.lot_id = COALESCE(l.origin_id, l.id) AND c.lifted_at IS NULL)
ORDER BY l.id {for_update}
"""
#: Digits of a card number; a token is longer.
CARD_NUMBER_LENGTH = 9


class Parties(NamedTuple):
    """Who hands over, who receives, under which card and rate."""

    shop_id: int
    shop_code: str
    shop_name: str
    shop_region: str
    shop_active: bool
    journal_id: int
    redeemed_account_id: int
    clerk: str
    card_id: int | None
    card_state: str | None
    #: Last day of the card, YYYY-MM-DD; empty while it has no end.
    card_expires_on: str
    household_id: int | None
    household_code: str
    head: str
    village_code: str
    household_state: str
    account_id: int
    fen_per_point: int | None
    #: Limits of the programme, as the scheme says them; None where there is no programme.
    redeem_minimum: int | None
    redeem_month_cap: int | None
    pin_above: int | None
    #: Whether the shop hands goods out at this time.
    open_now: bool
    tied: bool
    #: Whether the shop keeps anything for anybody.
    keeps: bool
    #: Last day on which the household may not redeem, YYYY-MM-DD; empty if it may.
    frozen_until: str


class Picked(NamedTuple):
    """What leaves which lot, and what stands beside it."""

    moves: list[StockMove]
    #: Units that may be handed over, by goods id, those kept for somebody among them.
    usable: dict[int, int]
    #: What is kept of the goods, for anybody.
    kept: list[Kept]


class Priced(NamedTuple):
    """One goods and what a unit of it costs in the shop on the day."""

    sku: str
    goods_id: int
    name: str
    specification: str
    unit: str
    active: bool
    #: Most units for a household in a calendar month; None for no limit.
    month_limit: int | None
    #: Whole points; None if it has no price.
    points: int | None


def parties_and_prices(
    *,
    shop: str,
    card: str | None,
    household: str | None,
    skus: Iterable[str],
    on: date,
    actor: int,
) -> tuple[Parties | None, dict[str, Priced]]:
    """Return who takes part and the goods by sku, in one round trip; None if there is no such shop.

    ``card`` is a card's number or its token, ``household`` a household's code; one is given.
    """
    if card is None:
        sql, shown = BY_HOUSEHOLD, household
    else:
        sql, shown = (BY_CARD_NUMBER if len(card) == CARD_NUMBER_LENGTH else BY_CARD_TOKEN), card
    here = local(now())
    asked = {
        "shop": shop,
        "shown": shown,
        "actor": actor,
        "on_day": on,
        "weekday": here.isoweekday(),
        "clock": f"{here:%H:%M}",
        "today": here.date(),
    }
    heads, goods = run_together(
        [
            (sql, asked),
            among(PRICED, list(skus), {"shop": shop, "on_day": on}),
        ]
    )
    priced = {row[0]: Priced(*row) for row in goods}
    if not heads:
        return None, priced
    row = list(heads[0])
    row[10], row[-1] = str(row[10] or ""), str(row[-1] or "")
    return Parties(*row), priced


def hold_and_pick(
    account_id: int,
    shop_id: int,
    wanted: Mapping[int, int],
    names: Mapping[int, str],
    on: date,
    *,
    keeps: bool = False,
) -> Picked:
    """Hold the account and then the lots in ascending id; return what to take from which lot.

    ``wanted`` is units by goods id. What expires first goes first, what never does goes
    last, and a lot past its best-before date is never taken. What is kept for households
    is read behind the lots, and only where the shop ``keeps`` anything.

    Raises:
        OutOfStockError: the usable lots of some goods hold fewer units than are wanted.
    """
    goods = list(wanted)
    statements = [among(LOTS, goods, {"shop": shop_id, "on_day": on})]
    if is_postgres():
        statements.insert(0, (HOLD_ACCOUNT, {"account": account_id}))
    if keeps:
        statements.append(
            among(reservations.HELD, goods, {"shop": shop_id, "today": local(now()).date()})
        )
    answers = run_together(statements)
    kept = [Kept(*row) for row in answers.pop()] if keeps else []
    found = answers[-1]
    found.sort(key=lambda lot: (lot[3] is None, str(lot[3]), lot[0]))
    moves, usable = [], {}
    for goods_id, units in wanted.items():
        missing, there = units, 0
        for lot_id, of_goods, on_hand, _best_before in found:
            if of_goods == goods_id:
                there += on_hand
                if missing:
                    taken = min(missing, on_hand)
                    moves.append(StockMove(lot_id, -taken))
                    missing -= taken
        if missing:
            raise OutOfStockError(goods=names[goods_id], on_hand=units - missing, needed=units)
        usable[goods_id] = there
    return Picked(moves, usable, kept)


def among(
    sql: str, values: Sequence[int] | Sequence[str], parameters: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Fill ``{among}``: the SQL stays the same however many values there are."""
    if is_postgres():
        return sql.replace("{among}", "= ANY(:listed)"), {**parameters, "listed": values}
    listed = json.dumps(values, ensure_ascii=False)
    return (
        sql.replace("{among}", "IN (SELECT value FROM json_each(:listed))"),
        {**parameters, "listed": listed},
    )
