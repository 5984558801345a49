"""Points for goods, in one entry: the hot path, without the ORM."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from supermarket.cards import errors as cards
from supermarket.cards.models import CardState
from supermarket.clock import today
from supermarket.counter.errors import (
    BasketTooLongError,
    EmptyBasketError,
    FutureDateError,
    HouseholdLeftError,
    NobodyError,
    NotForSaleError,
    OtherCountyError,
    PriceChangedError,
    QuantityError,
    ShopClosedError,
)
from supermarket.counter.queries.receipts import Receipt, ReceiptLine, receipt_of
from supermarket.counter.queries.selling import (
    Parties,
    Priced,
    hold_and_pick,
    parties_and_prices,
)
from supermarket.errors import NotFoundError
from supermarket.households.models import HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.models import EntryKind
from supermarket.masking import masked
from supermarket.regions.models import COUNTY, within
from supermarket.schemes.errors import NoSchemeError
from supermarket.staff.models import Scope
from supermarket.statements import Statement

#: Most units of one goods, and most kinds of goods, on one receipt.
MOST_UNITS, MOST_LINES = 999, 50

ADD_REDEMPTION = """
INSERT INTO redemption (entry_id, shop_id, household_id, village_code, card_id, occurred_on,
                        posted_at, times, points, fen, balance_after, reverses_id, reason, actor_id)
VALUES (:entry, :shop, :household, :village, :card, :occurred_on,
        :posted_at, :times, :points, :fen, :balance_after, :reverses, :reason, :actor)
"""
ADD_LINE = """
INSERT INTO redemption_line (entry_id, position, goods_id, quantity, points_price, points, fen)
VALUES (:entry, :position, :goods, :quantity, :points_price, :points, :fen)
"""

_REFUSED_CARDS: Mapping[str | None, type[cards.CardNotActiveError]] = {
    CardState.BLANK.value: cards.CardBlankError,
    CardState.LOST.value: cards.CardLostError,
    CardState.REVOKED.value: cards.CardRevokedError,
    CardState.EXPIRED.value: cards.CardExpiredError,
}


def redeem(
    key: str,
    *,
    shop: str,
    lines: Iterable[tuple[str, int]],
    by: int,
    scope: Scope,
    card: str | None = None,
    household: str | None = None,
    occurred_on: date | None = None,
    quoted: int | None = None,
) -> Receipt:
    """Hand goods over for points and return the receipt; the same key returns the first one.

    ``shop`` and ``household`` are codes, ``card`` is a card's number or token, already
    verified; ``lines`` are
    (sku, units), where the same sku twice counts together. ``by`` is the clerk's id and
    ``scope`` where the clerk may redeem. A household without its card is served only by
    a shop of its own region. ``quoted`` is the total the keeper was shown, if any.
    Call it through ``once_more``.

    Raises:
        NotFoundError: no such shop in the scope, household, card or goods.
        InvalidError: an empty basket, a quantity that is not 1 to 999, a day to come.
        CardNotActiveError, HouseholdLeftError, ShopClosedError: not with this card, here, now.
        NotForSaleError, PriceChangedError, NoSchemeError: not these goods, not at that price.
        InsufficientPointsError, OutOfStockError: not enough of either.
        KeyReusedError: the key named another request.
    """
    basket = _counted(lines)
    if (card is None) == (household is None):
        raise NobodyError
    asked = [shop, card, household, sorted(basket.items()), by, str(occurred_on or "")]
    request = ledger.Request(key, ledger.fingerprint("redeem", asked), by)
    if (entry_id := ledger.seen(request)) is not None:
        return receipt_of(entry_id)
    day = today() if occurred_on is None else occurred_on
    parties, goods = _checked(
        shop=shop, card=card, household=household, basket=basket, day=day, by=by, scope=scope
    )
    points = sum(units * (goods[sku].points or 0) for sku, units in basket.items())
    if quoted is not None and quoted != points:
        raise PriceChangedError(quoted=quoted, points=points)
    stock = hold_and_pick(
        parties.account_id,
        parties.shop_id,
        {goods[sku].goods_id: units for sku, units in basket.items()},
        {item.goods_id: item.name for item in goods.values()},
        day,
    )
    sold = [(goods[sku], units) for sku, units in basket.items()]
    posted = ledger.post(
        parties.journal_id,
        kind=EntryKind.REDEMPTION,
        occurred_on=day,
        request=request,
        points=[
            ledger.PointsMove(parties.account_id, -points),
            ledger.PointsMove(parties.redeemed_account_id, points),
        ],
        stock=stock,
        also=lambda posted: _rows(posted, parties, sold, day, by),
    )
    return _printed(posted, parties, sold, day)


def _counted(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up the units of each sku, in the order they were first named."""
    basket: Counter[str] = Counter()
    for sku, units in lines:
        if type(units) is not int or not 1 <= units <= MOST_UNITS:
            raise QuantityError(goods=sku[:40], most=MOST_UNITS)
        basket[sku] += units
    if not basket:
        raise EmptyBasketError
    if len(basket) > MOST_LINES:
        raise BasketTooLongError(most=MOST_LINES)
    for sku, units in basket.items():
        if units > MOST_UNITS:
            raise QuantityError(goods=sku[:40], most=MOST_UNITS)
    return dict(basket)


def _checked(
    *,
    shop: str,
    card: str | None,
    household: str | None,
    basket: dict[str, int],
    day: date,
    by: int,
    scope: Scope,
) -> tuple[Parties, dict[str, Priced]]:
    """Refuse everything that can be refused without holding a row."""
    if day > today():
        raise FutureDateError
    parties, goods = parties_and_prices(
        shop=shop, card=card, household=household, skus=basket, on=day, actor=by
    )
    if parties is None or not scope.covers_shop(parties.shop_code, parties.shop_region):
        raise NotFoundError(what=shop)
    if not parties.shop_active:
        raise ShopClosedError(shop=parties.shop_name)
    _check_holder(parties, card, household, day)
    for sku in basket:
        if sku not in goods:
            raise NotFoundError(what=sku[:40])
        if not goods[sku].active or goods[sku].points is None:
            raise NotForSaleError(goods=goods[sku].name)
    if parties.fen_per_point is None:
        raise NoSchemeError(on=day)
    return parties, goods


def _check_holder(parties: Parties, card: str | None, household: str | None, day: date) -> None:
    """Refuse a card or household that may not be served here on that day."""
    if card is not None:
        if parties.card_id is None:
            raise NotFoundError(what=card)
        if refusal := _REFUSED_CARDS.get(parties.card_state):
            raise refusal
        if parties.card_expires_on and parties.card_expires_on < day.isoformat():
            raise cards.CardExpiredError
        if not within(parties.village_code, parties.shop_region[:COUNTY]):
            raise OtherCountyError
    elif parties.household_id is None or not within(parties.village_code, parties.shop_region):
        raise NotFoundError(what=household)
    if parties.household_state != HouseholdState.ACTIVE.value:
        raise HouseholdLeftError if card is None else cards.HouseholdLeftError


def _rows(
    posted: ledger.Posted,
    parties: Parties,
    sold: list[tuple[Priced, int]],
    day: date,
    by: int,
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
        "reason": "",
        "actor": by,
    }
    return [(ADD_REDEMPTION, head), (ADD_LINE, lines)]


def _printed(
    posted: ledger.Posted, parties: Parties, sold: list[tuple[Priced, int]], day: date
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
        household_code=parties.household_code,
        masked_head=masked(parties.head),
        clerk=parties.clerk,
        points=points,
        fen=points * rate,
        balance_before=balance_after + points,
        balance_after=balance_after,
        lines=lines,
        reverses="",
        reason="",
        reversals=[],
    )
