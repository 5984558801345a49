"""Opening shops and changing what is said of them."""

from sqlalchemy import func, select

from supermarket.audit import service as audit
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind
from supermarket.regions import queries as regions
from supermarket.shops.errors import TooManyShopsError
from supermarket.shops.models import Shop

MOST_SHOPS = 99


def add_shop(
    name: str,
    region_code: str,
    *,
    address: str = "",
    phone: str = "",
    merchant: str = "",
    by: int | None,
) -> Shop:
    """Open a shop in a region of any level, with a journal and a redeemed account of its own.

    Its code is the region's, S and the next two digits.

    Raises:
        NotFoundError: there is no such region.
        TooManyShopsError: the region's two digits are used up.
    """
    if regions.region(region_code) is None:
        raise NotFoundError(what=region_code)
    code = _next_code(region_code)
    shop = Shop(
        code=code,
        name=name,
        region_code=region_code,
        address=address,
        phone=phone,
        merchant=merchant,
        journal_id=ledger.open_journal(code).id,
        redeemed_account_id=ledger.open_system_account(AccountKind.REDEEMED, code),
    )
    db.session.add(shop)
    db.session.flush()
    after = {"name": name, "address": address, "phone": phone}
    if merchant:
        after["merchant"] = merchant
    audit.record("shop.add", code, by=by, after=after)
    return shop


def update_shop(
    shop: Shop,
    *,
    name: str,
    address: str,
    phone: str,
    active: bool,
    merchant: str | None = None,
    by: int | None,
) -> None:
    """Change what is said of a shop; a closed one takes nothing in and hands nothing out.

    ``merchant`` is the partner whose goods these are, "" for the shop's own; None leaves it.
    """
    after: dict[str, object] = {
        "name": name, "address": address, "phone": phone, "active": active
    }  # fmt: skip
    if merchant is not None:
        after["merchant"] = merchant
    changed = {key: value for key, value in after.items() if getattr(shop, key) != value}
    if not changed:
        return
    before = {key: getattr(shop, key) for key in changed}
    for key, value in changed.items():
        setattr(shop, key, value)
    db.session.flush()
    audit.record("shop.update", shop.code, by=by, before=before, after=changed)


def _next_code(region_code: str) -> str:
    newest = db.session.scalar(select(func.max(Shop.code)).where(Shop.region_code == region_code))
    number = int(newest.removeprefix(f"{region_code}S")) + 1 if newest else 1
    if number > MOST_SHOPS:
        raise TooManyShopsError
    return f"{region_code}S{number:02}"
