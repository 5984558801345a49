"""Which shops there are, and which a person may see."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions.models import above
from supermarket.regions.queries import under
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


def shops_in(scope: Scope) -> Select[Shop]:
    """Return the shops in the scope's regions and its single shops, by place from the top down."""
    return (
        select(Shop)
        .where(or_(under(Shop.region_code, scope.regions), Shop.code.in_(scope.shops)))
        .order_by(Shop.region_code, Shop.code)
    )


def shop(code: str, scope: Scope) -> Shop | None:
    """Return a shop of the scope by its code."""
    return db.session.scalar(shops_in(scope).where(Shop.code == cleaned(code)))


def shop_or_404(code: str, scope: Scope) -> Shop:
    """Return a shop of the scope by its code.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = shop(code, scope)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def the_only_shop(scope: Scope) -> Shop | None:
    """Return the one open shop of a scope; None if there are none or several."""
    found = db.session.scalars(shops_in(scope).where(Shop.active).limit(2)).all()
    return found[0] if len(found) == 1 else None


def serving(village_code: str) -> Sequence[Shop]:
    """Return the open shops of a village and of the places above it, nearest first."""
    found = db.session.scalars(
        select(Shop).where(Shop.region_code.in_(above(village_code)), Shop.active)
    )
    return sorted(found, key=lambda shop: (-len(shop.region_code), shop.code))
