"""The verbs of the catalogue: goods, prices, barcodes, loading a file."""

from supermarket.goods.service.catalogue import (
    NewGoods,
    add,
    add_priced,
    bind_barcode,
    initials,
    set_price,
    unbind_barcode,
    update,
)
from supermarket.goods.service.loading import COLUMNS, Loaded, load

__all__ = [
    "COLUMNS",
    "Loaded",
    "NewGoods",
    "add",
    "add_priced",
    "bind_barcode",
    "initials",
    "load",
    "set_price",
    "unbind_barcode",
    "update",
]
