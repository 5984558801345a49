"""The scan field that transfers and write-offs share: one step of a longer form."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import DomainError
from supermarket.goods import queries as goods_queries
from supermarket.goods.errors import GoodsNotRecognisedError
from supermarket.movements.forms import with_units
from supermarket.shops import queries as shops
from supermarket.shops.forms import without_line
from supermarket.shops.models import Shop
from supermarket.shops.queries import StockRow
from supermarket.spreadsheets.cells import cleaned
from supermarket.web import say

_LINE = re.compile(r"[0-9]{1,4}")
#: Goods offered to choose from at once.
OFFERED = 100


class Step(NamedTuple):
    """What one press of a button made of the form."""

    typed: MultiDict[str, str]
    #: Goods to choose from; none if nothing is to be chosen.
    offered: list[StockRow] = []  # noqa: RUF012 - never changed
    #: Name of the line just counted up.
    added: str = ""
    #: Why nothing was added.
    refusal: str = ""


def on_shelf(shop: Shop) -> dict[str, StockRow]:
    """Return the goods that a shop has units of, by number."""
    return {row.sku: row for row in shops.stock(shop.id, today()) if row.on_hand}


def step(stock: Mapping[str, StockRow]) -> Step | None:
    """Do what the button pressed asks for; None if the form is to be looked through."""
    typed, pressed = request.form, request.form.get("step", "")
    verb, _dash, of = pressed.partition("-")
    if pressed == "edit":
        return Step(MultiDict(typed))
    if pressed == "choose":
        return Step(MultiDict(typed), list(stock.values())[:OFFERED])
    if verb == "remove" and _LINE.fullmatch(of):
        return Step(without_line(typed, int(of)))
    if verb == "split" and _LINE.fullmatch(of):
        sku = typed.get(f"lines-{int(of)}-sku", "")
        return Step(with_units(typed, sku, 1, apart=True)[0] if sku else MultiDict(typed))
    if verb == "take":
        return _scanned(of, stock)
    if text := cleaned(typed.get("code", "")):
        return _scanned(text, stock)
    return Step(MultiDict(typed)) if pressed == "add" else None


def _scanned(text: str, stock: Mapping[str, StockRow]) -> Step:
    typed = MultiDict(request.form)
    typed["code"] = ""
    try:
        scanned = goods_queries.scan(text)
        sku, units = scanned.sku, scanned.units
    except GoodsNotRecognisedError as unknown:
        meant = db.session.scalars(goods_queries.catalogue(text=text, active=None)).all()
        here = [stock[item.sku] for item in meant if item.sku in stock]
        if len(here) > 1:
            return Step(typed, here[:OFFERED])
        if not here:
            return Step(typed, refusal=say(unknown))
        sku, units = here[0].sku, 1
    except DomainError as refused:
        return Step(typed, refusal=say(refused))
    if sku not in stock:
        what = cleaned(text)[:40]
        return Step(typed, refusal=_("本店货架上没有“%(what)s”，请核对", what=what))
    return Step(*_added(sku, units))


def _added(sku: str, units: int) -> tuple[MultiDict[str, str], list[StockRow], str]:
    typed, line = with_units(request.form, sku, units)
    return typed, [], line
