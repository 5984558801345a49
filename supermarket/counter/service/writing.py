"""Writing a redemption down, and its receipt, without reading anything back."""

from datetime import date
from typing import Any

from supermarket.clock import today
from supermarket.counter.queries.receipts import Receipt, ReceiptLine
from supermarket.counter.queries.selling import Parties, Priced
from supermarket.ledger import service as ledger
from supermarket.masking import masked
from supermarket.statements import Statement

ADD_REDEMPTION = """
INSERT INTO redemption (entry_id, shop_id, household_id, village_code, card_id, occurred_on,
                        posted_at, times, points, fen, balance_after, reverses_id, collector,
                        slip_number, reason, actor_id)
VALUES (:entry, :shop, :household, :village, :card, :occurred_on,
        :posted_at, :times, :points, :fen, :balance_after, :reverses, :collector,
        :slip, :reason, :actor)
"""
#: The same where nobody had kept anything when the till looked. A reservation made since then
#: is visible here, for the lots are held; the row is then refused, and the till tries anew.
ADD_UNLESS_KEPT = ADD_REDEMPTION.replace(
    ":times",
    """CASE WHEN NOT EXISTS (SELECT 1 FROM reservation r WHERE r.shop_id = :shop
                          AND r.state = 'held' AND r.until >= :today) THEN 1 END""",
)
ADD_LINE = """
INSERT INTO redemption_line (entry_id, position, goods_id, quantity, points_price, points, fen)
VALUES (:entry, :position, :goods, :quantity, :points_price, :points, :fen)
"""


def rows(
    posted: ledger.Posted,
    parties: Parties,
    sold: list[tuple[Priced, int]],
    day: date,
    by: int,
    collector: str,
    slip: str,
) -> list[Statement]:
    """Return what adds the redemption and its lines."""
    rate = parties.fen_per_point or 0
    lines: list[dict[str, Any]] = []
    for position, (item, units) in enumerate(sold, start=1):
        price = item.points or 0
        lines.append(
            {
                "entry": posted.entry_id,
                "position": position,
                "goods": item.goods_id,
                "quantity": units,
                "points_price": price,
                "points": units * price,
                "fen": units * price * rate,
            }
        )
    points = sum(line["points"] for line in lines)
    head = {
        "entry": posted.entry_id,
        "shop": parties.shop_id,
        "household": parties.household_id,
        "village": parties.village_code,
        "card": parties.card_id,
        "occurred_on": day,
        "posted_at": posted.posted_at,
        "times": 1,
        "points": points,
        "fen": points * rate,
        "balance_after": posted.balance_of(parties.account_id),
        "reverses": None,
        "collector": collector,
        "slip": slip,
        "reason": "",
        "actor": by,
        "today": today(),
    }
    add = ADD_REDEMPTION if parties.keeps or slip else ADD_UNLESS_KEPT
    return [(add, head), (ADD_LINE, lines)]


def printed(
    posted: ledger.Posted,
    parties: Parties,
    sold: list[tuple[Priced, int]],
    day: date,
    collector: str,
    slip: str = "",
) -> Receipt:
    """Return the receipt without reading it back."""
    rate = parties.fen_per_point or 0
    lines = []
    for item, units in sold:
        price = item.points or 0
        points = units * price
        lines.append(
            ReceiptLine(
                item.sku,
                item.name,
                item.specification,
                item.unit,
                units,
                price,
                points,
                points * rate,
            )
        )
    points = sum(line.points for line in lines)
    balance_after = posted.balance_of(parties.account_id)
    return Receipt(
        entry_id=posted.entry_id,
        reference=posted.reference,
        occurred_on=day,
        posted_at=posted.posted_at,
        shop_code=parties.shop_code,
        shop_name=parties.shop_name,
        household_id=parties.household_id or 0,
        household_code=parties.household_code,
        masked_head=masked(parties.head),
        clerk=parties.clerk,
        collector=collector,
        points=points,
        fen=points * rate,
        balance_before=balance_after + points,
        balance_after=balance_after,
        lines=lines,
        reverses="",
        reason="",
        reversals=[],
        slip=slip,
    )
