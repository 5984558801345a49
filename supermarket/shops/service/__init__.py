"""The verbs of shops: opening and changing one, taking goods in, taking that back."""

from supermarket.shops.service.receiving import (
    GoodsInAsk,
    GoodsInRequest,
    Received,
    check,
    receive,
)
from supermarket.shops.service.reversing import reverse_goods_in
from supermarket.shops.service.shops import add_shop, update_shop

__all__ = [
    "GoodsInAsk",
    "GoodsInRequest",
    "Received",
    "add_shop",
    "check",
    "receive",
    "reverse_goods_in",
    "update_shop",
]
