"""Numbering blank slips: a shop's follow each other without a gap, whoever prints them."""

from collections.abc import Collection

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.slips import queries
from supermarket.slips.errors import NoShopError, SlipCountError, SlipsUsedUpError
from supermarket.slips.models import SlipRun
from supermarket.slips.queries import numbers
from supermarket.staff.models import Scope

#: Most slips of a shop, and of all shops, in one printing: 100 and 200 pages.
MOST_SLIPS, MOST_TOGETHER = 200, 400
#: What a shop's series of slip numbers is called among its papers.
SERIES = "slip"
#: Longest name of an attempt; the shop's code is added to it.
_LONGEST_KEY = 100


def print_slips(
    key: str, codes: Collection[str], count: int, *, by: int, scope: Scope
) -> list[SlipRun]:
    """Number ``count`` blank slips for each of some shops; the same key returns the first runs.

    ``codes`` are shops' codes, all in ``scope``. Call it through ``once_more``.

    Raises:
        NotFoundError: a shop that is not in the scope.
        NoShopError, SlipCountError: nothing to print, or too many for one file.
        SlipsUsedUpError: a shop's numbers come to their end.
        KeyInvalidError, KeyReusedError: no key, or it named another printing.
    """
    if not (8 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    wanted = sorted(set(codes))
    if not wanted:
        raise NoShopError
    if not (1 <= count <= MOST_SLIPS and count * len(wanted) <= MOST_TOGETHER):
        raise SlipCountError(most=MOST_SLIPS, together=MOST_TOGETHER)
    found = [shops.shop_or_404(code, scope) for code in wanted]
    keys = {run_key(key, shop): shop for shop in found}
    if before := queries.runs_of_key(keys):
        counts = {run.last_number - run.first_number + 1 for run in before}
        if len(before) != len(found) or counts != {count} or before[0].printed_by != by:
            raise KeyReusedError
        return list(before)
    return [_numbered(shop, name, count, by) for name, shop in keys.items()]


def run_key(key: str, shop: Shop) -> str:
    """Return what names the run of one shop in an attempt for several."""
    return f"{key}:{shop.code}"


def _numbered(shop: Shop, key: str, count: int, by: int) -> SlipRun:
    """Take the next numbers of a shop; the first one holds its series until the end."""
    first = ledger.number(shop.code, SERIES)
    if first + count - 1 > numbers.LAST:
        raise SlipsUsedUpError(shop=shop.name, left=max(0, numbers.LAST - first + 1))
    last = first
    for _more in range(count - 1):
        last = ledger.number(shop.code, SERIES)
    run = SlipRun(
        shop_id=shop.id,
        first_number=first,
        last_number=last,
        printed_on=today(),
        printed_at=now(),
        printed_by=by,
        key=key,
    )
    db.session.add(run)
    db.session.flush()
    audit.record("slip.print", shop.code, by=by, after={"first": first, "last": last})
    return run
