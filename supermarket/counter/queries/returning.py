"""What may still be taken back of a redemption."""

from typing import NamedTuple

from supermarket.statements import run

#: Fen and points follow from the units: each line is units times a whole price.
LINES_LEFT = """
SELECT o.goods_id, g.sku, g.name, g.unit, o.points_price, o.fen / o.quantity,
       o.quantity + COALESCE((
           SELECT SUM(r.quantity) FROM redemption_line r
           JOIN redemption t ON t.entry_id = r.entry_id
           WHERE t.reverses_id = :entry AND r.goods_id = o.goods_id), 0)
FROM redemption_line o JOIN goods g ON g.id = o.goods_id
WHERE o.entry_id = :entry ORDER BY o.position
"""


class LineLeft(NamedTuple):
    """One goods of a redemption and how many units have not come back yet."""

    goods_id: int
    sku: str
    name: str
    unit: str
    points_price: int
    #: Worth of one unit in fen, on the day of the redemption.
    fen_price: int
    units: int


def lines_left(entry_id: int) -> list[LineLeft]:
    """Return the lines of a redemption and what is left of each after earlier reversals."""
    return [LineLeft(*row) for row in run(LINES_LEFT, {"entry": entry_id})]
