"""Holding a lot back everywhere, and noting what was done about the households that have it."""

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Lot
from supermarket.movements import queries
from supermarket.movements.errors import (
    AlreadyRecalledError,
    LiftElsewhereError,
    NotRecalledError,
    NoUnitsReceivedError,
)
from supermarket.movements.models import RecallMark
from supermarket.movements.service.words import reason_of
from supermarket.shops.models import Recall, Shop
from supermarket.staff.models import Permission, StaffMember


def recall(lot_id: int, *, reason: str, by: StaffMember) -> Recall:
    """Hold a lot back in every shop that has units of the same delivery.

    ``lot_id`` is any of those lots, in a shop where ``by`` may recall: whoever finds
    something wrong stops it everywhere.

    Raises:
        NotFoundError: the lot lies in no such shop.
        AlreadyRecalledError: it is held back already.
        ReasonMissingError: no reason is given.
    """
    reason = reason_of(reason)
    lot = db.session.get(Lot, lot_id)
    shop = db.session.get_one(Shop, lot.shop_id) if lot else None
    if lot is None or shop is None or not _covers(by, shop):
        raise NotFoundError(what=str(lot_id))
    root = db.session.get_one(Lot, lot.origin_id) if lot.origin_id else lot
    home = db.session.get_one(Shop, root.shop_id)
    code = f"{home.code}R{ledger.number(home.code, 'recall')}"  # one at a time from here on
    known = db.session.scalar(
        select(Recall.code).where(Recall.lot_id == root.id, Recall.lifted_at.is_(None))
    )
    if known is not None:
        raise AlreadyRecalledError(recall=known)
    made = Recall(code=code, lot_id=root.id, reason=reason, recalled_by=by.id, recalled_at=now())
    db.session.add(made)
    db.session.flush()
    audit.record("recall.start", code, by=by.id, after={"reason": reason})
    return made


def lift(code: str, *, reason: str, by: StaffMember) -> Recall:
    """End a recall: what is left of the goods may be handed out again.

    Raises:
        NotFoundError: no such recall in sight.
        LiftElsewhereError: ``by`` does not answer for the shop the goods came into.
        NotRecalledError: it was lifted.
        ReasonMissingError: no reason is given.
    """
    reason = reason_of(reason)
    found = _found(code, by)
    home = db.session.get_one(Shop, db.session.get_one(Lot, found.lot_id).shop_id)
    if not _covers(by, home):
        raise LiftElsewhereError(shop=home.name)
    lifted = db.session.execute(
        update(Recall)
        .where(Recall.id == found.id, Recall.lifted_at.is_(None))
        .values(lifted_by=by.id, lifted_at=now(), lift_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if lifted.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise NotRecalledError(recall=code)
    db.session.refresh(found)
    audit.record("recall.lift", code, by=by.id, after={"reason": reason})
    return found


def mark(
    code: str, household_code: str, *, told: bool, collected: bool, by: StaffMember
) -> RecallMark:
    """Note that a household was told of a recall, or its goods collected; once is enough.

    Raises:
        NotFoundError: no such recall in sight, or household where ``by`` may recall.
        NoUnitsReceivedError: the household has none of the goods.
    """
    found = _found(code, by)
    receivers = queries.receivers(found, by.scope(Permission.RECALL))
    household = next((row for row in receivers if row.household_code == household_code), None)
    if household is None:
        raise NoUnitsReceivedError
    noted = db.session.get(
        RecallMark, (found.id, household.household_id), with_for_update=True, populate_existing=True
    )
    noted = noted or RecallMark(recall_id=found.id, household_id=household.household_id)
    if (told or collected) and noted.told_at is None:  # whoever hands it back was told
        noted.told_at, noted.told_by = now(), by.id
    if collected and noted.collected_at is None:
        noted.collected_at, noted.collected_by = now(), by.id
    if noted.told_at is not None:
        db.session.add(noted)
        db.session.flush()
        after = {"told": True, "collected": noted.collected_at is not None}
        audit.record("recall.mark", household_code, by=by.id, after={"recall": code, **after})
    return noted


def _covers(by: StaffMember, shop: Shop) -> bool:
    return by.scope(Permission.RECALL).covers_shop(shop.code, shop.region_code)


def _found(code: str, by: StaffMember) -> Recall:
    found = queries.recall(code, by.scope(Permission.RECALL))
    if found is None:
        raise NotFoundError(what=code[:40])
    return found
