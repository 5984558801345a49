"""Questions to shops: which there are, what is on their shelves, their papers."""

from supermarket.shops.queries.lots import (
    LotCard,
    LotRow,
    Movement,
    lot,
    lots_of,
    movements,
    recalled,
)
from supermarket.shops.queries.papers import (
    GoodsInLineRow,
    GoodsInPaper,
    GoodsInRow,
    goods_in,
    goods_ins,
)
from supermarket.shops.queries.shops import (
    serving,
    shop,
    shop_or_404,
    shops_in,
    the_only_shop,
)
from supermarket.shops.queries.stock import ShopStock, StockRow, overview, stock

__all__ = [
    "GoodsInLineRow",
    "GoodsInPaper",
    "GoodsInRow",
    "LotCard",
    "LotRow",
    "Movement",
    "ShopStock",
    "StockRow",
    "goods_in",
    "goods_ins",
    "lot",
    "lots_of",
    "movements",
    "overview",
    "recalled",
    "serving",
    "shop",
    "shop_or_404",
    "shops_in",
    "stock",
    "the_only_shop",
]
