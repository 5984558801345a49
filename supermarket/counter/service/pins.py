"""Trying a household's PIN at the counter, in a transaction before the redemption's own."""

from supermarket.cards.queries.pins import TRIES
from supermarket.cards.service.pins import PinResult, check_pin
from supermarket.clock import today
from supermarket.counter.queries.selling import parties_and_prices
from supermarket.counter.service.redeeming import check_holder
from supermarket.errors import NotFoundError
from supermarket.households.errors import TiedHouseholdError
from supermarket.ledger import service as ledger
from supermarket.staff.models import Scope


def try_pin(
    key: str,
    pin: str,
    *,
    shop: str,
    by: int,
    scope: Scope,
    card: str | None = None,
    household: str | None = None,
) -> PinResult:
    """Try the PIN of the household that would be served; a wrong try is counted.

    Parties as for ``redeem``. The caller commits, then refuses by ``result.refuse()``, so
    that the count stays whatever becomes of the basket. A key that has its receipt already
    is only asked again, and is no try.

    Raises:
        PinShapeError: it has not four to six digits, which counts as no try.
        NotFoundError, CardNotActiveError, HouseholdLeftError, HouseholdFrozenError,
        TiedHouseholdError: nobody would be served, so nothing is tried.
    """
    if ledger.named_by(key) is not None:
        return PinResult(ok=True, left=TRIES, locked=False)
    day = today()
    parties, _goods = parties_and_prices(
        shop=shop, card=card, household=household, skus=(), on=day, actor=by
    )
    if parties is None or not scope.covers_shop(parties.shop_code, parties.shop_region):
        raise NotFoundError(what=shop)
    check_holder(parties, card, household, day)
    if parties.tied:
        raise TiedHouseholdError(head=parties.head)
    return check_pin(parties.household_id or 0, pin)
