"""Setting the hours in which a shop hands goods out."""

from itertools import pairwise

from sqlalchemy import delete

from supermarket.audit import service as audit
from supermarket.counter.errors import WindowsError
from supermarket.counter.models import ShopWindow
from supermarket.counter.queries import windows
from supermarket.counter.queries.windows import Week
from supermarket.database import db
from supermarket.shops.models import Shop


def set_windows(shop: Shop, hours: Week, *, by: int | None) -> None:
    """Let a shop hand goods out in these hours only; without any it always does.

    Raises:
        WindowsError: a part ends before it begins, or overlaps the one before.
    """
    wanted = {day: sorted(parts) for day, parts in sorted(hours.items()) if parts}
    for parts in wanted.values():
        for opens, closes in parts:
            if opens >= closes:
                raise WindowsError(text=f"{opens}-{closes}")
        for before, behind in pairwise(parts):
            if behind[0] < before[1]:
                raise WindowsError(text=f"{behind[0]}-{behind[1]}")
    known = windows.week(shop.id)
    if known == wanted:
        return
    db.session.execute(delete(ShopWindow).where(ShopWindow.shop_id == shop.id))
    db.session.add_all(
        ShopWindow(shop_id=shop.id, weekday=day, opens=opens, closes=closes)
        for day, parts in wanted.items()
        for opens, closes in parts
    )
    db.session.flush()
    audit.record(
        "shop.windows",
        shop.code,
        by=by,
        before={"windows": _written(known)},
        after={"windows": _written(wanted)},
    )


def _written(hours: Week) -> str:
    """Write hours for the audit log, as in 1 08:30-11:30; 2 09:00-12:00."""
    return "; ".join(
        f"{day} " + " ".join(f"{opens}-{closes}" for opens, closes in parts)
        for day, parts in hours.items()
    )
