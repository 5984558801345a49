"""Points for goods, in one entry: the hot path, without the ORM."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from supermarket.cards import errors as cards
from supermarket.cards.models import CardState
from supermarket.clock import now, today
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
    ShopNotOpenError,
)
from supermarket.counter.queries import windows
from supermarket.counter.queries.receipts import Receipt, receipt_of
from supermarket.counter.queries.selling import (
    Parties,
    Priced,
    hold_and_pick,
    parties_and_prices,
)
from supermarket.counter.service.collecting import Collected, Handing, collected
from supermarket.counter.service.limits import check_minimum, check_month
from supermarket.counter.service.writing import printed, rows
from supermarket.errors import NotFoundError
from supermarket.households.errors import HouseholdFrozenError, TiedHouseholdError
from supermarket.households.models import HouseholdState
from supermarket.households.queries.freezes import contact
from supermarket.ledger import service as ledger
from supermarket.ledger.models import EntryKind
from supermarket.regions.models import COUNTY, within
from supermarket.reservations import service as reservations
from supermarket.schemes.errors import NoSchemeError
from supermarket.staff.models import Scope

#: Most units of one goods, and most kinds of goods, on one receipt.
MOST_UNITS, MOST_LINES = 999, 50
#: The household came itself, and nothing was asked.
ITSELF, NOBODY_ASKED = Handing(), Collected()
#: What a paper slip has instead of a PIN.
SIGNED = Collected("纸单签字")

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
    prices: Mapping[str, int] | None = None,
    handing: Handing = ITSELF,
    slip: str = "",
) -> Receipt:
    """Hand goods over for points and return the receipt; the same key returns the first one.

    ``shop`` and ``household`` are codes, ``card`` is a card's number or token, already
    verified; ``lines`` are
    (sku, units), where the same sku twice counts together. ``by`` is the clerk's id and
    ``scope`` where the clerk may redeem. A household without its card is served only by
    a shop of its own region. ``prices`` are the points of one unit by sku that the keeper was
    shown, if any;
    ``handing`` says who takes the goods. ``slip`` is the number of the paper slip it was
    written and signed on; the shop's hours are not asked about then, nor on a day that is told.
    What the household had reserved of the goods counts as collected.
    Call it through ``once_more``.

    Raises:
        NotFoundError: no such shop in the scope, household, card or goods.
        InvalidError: an empty basket, a quantity that is not 1 to 999, a day to come.
        CardNotActiveError, HouseholdLeftError, ShopClosedError: not with this card, here, now.
        ShopNotOpenError: outside the shop's hours. MonthClosedError: a month that is final.
        HouseholdFrozenError: the household may not redeem for a while.
        TiedHouseholdError: the clerk's own household, or a declared relative's.
        NotForSaleError, PriceChangedError, NoSchemeError: not these goods, not at that price.
        ProofNeededError and others of ``collected``: not into these hands.
        LimitReachedError: beyond what the programme or the goods allow in a month.
        InsufficientPointsError, OutOfStockError: not enough of either.
        HeldForOthersError: what there is, is kept for other households.
        KeyReusedError: the key named another request.
    """
    basket = _counted(lines)
    if (card is None) == (household is None):
        raise NobodyError
    asked = [shop, card, household, sorted(basket.items()), by, str(occurred_on or "")]
    if handing.collector:
        asked.append(handing.collector)
    if slip:
        asked.append(f"slip {slip}")
    request = ledger.Request(key, ledger.fingerprint("redeem", asked), by)
    if (entry_id := ledger.seen(request, own=bool(slip))) is not None:
        return receipt_of(entry_id)
    day = today() if occurred_on is None else occurred_on
    parties, goods = _checked(
        shop=shop, card=card, household=household, basket=basket, day=day, by=by, scope=scope
    )
    if occurred_on is None and not slip and not parties.open_now:
        opening = windows.next_opening(windows.week(parties.shop_id), now())
        if opening is not None:
            raise ShopNotOpenError(shop=parties.shop_name, opens_on=opening.on, opens_at=opening.at)
    points = sum(units * (goods[sku].points or 0) for sku, units in basket.items())
    if prices is not None and any(prices.get(sku) != goods[sku].points for sku in basket):
        quoted = sum(units * prices.get(sku, 0) for sku, units in basket.items())
        raise PriceChangedError(quoted=quoted, points=points)
    hands = SIGNED if slip else NOBODY_ASKED
    if handing is not ITSELF or (parties.pin_above is not None and not slip):
        hands = collected(
            parties.household_id or 0, handing, points, parties.pin_above, by=by, on=day
        )
    wanted = {goods[sku].goods_id: units for sku, units in basket.items()}
    picked = hold_and_pick(
        parties.account_id,
        parties.shop_id,
        wanted,
        {item.goods_id: item.name for item in goods.values()},
        day,
        keeps=parties.keeps,
    )
    own = picked.kept and reservations.free_for(
        parties.household_id or 0, wanted, picked.usable, picked.kept, gone=bool(slip)
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
        stock=picked.moves,
        also=lambda posted: [
            *rows(posted, parties, sold, day, by, hands.words, slip),
            *reservations.fulfilled(posted.entry_id, own, posted.posted_at),
        ],
    )
    check_minimum(parties, posted.balance_of(parties.account_id) + points)
    check_month(parties, goods, basket, points, hands, day)
    return printed(posted, parties, sold, day, hands.words, slip)


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
    if day < today():
        ledger.refuse_closed(shop, day)
    parties, goods = parties_and_prices(
        shop=shop, card=card, household=household, skus=basket, on=day, actor=by
    )
    if parties is None or not scope.covers_shop(parties.shop_code, parties.shop_region):
        raise NotFoundError(what=shop)
    if not parties.shop_active:
        raise ShopClosedError(shop=parties.shop_name)
    check_holder(parties, card, household, day)
    if parties.tied:
        raise TiedHouseholdError(head=parties.head)
    for sku in basket:
        if sku not in goods:
            raise NotFoundError(what=sku[:40])
        if not goods[sku].active or goods[sku].points is None:
            raise NotForSaleError(goods=goods[sku].name)
    if parties.fen_per_point is None:
        raise NoSchemeError(on=day)
    return parties, goods


def check_holder(parties: Parties, card: str | None, household: str | None, day: date) -> None:
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
    if parties.frozen_until:
        until = date.fromisoformat(parties.frozen_until)
        raise HouseholdFrozenError(until=until, contact=contact(parties.village_code))
