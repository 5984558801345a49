"""Settling with partner merchants: drawing up, paying."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.donors import service as donors
from supermarket.errors import NotFoundError
from supermarket.settlements import queries
from supermarket.settlements.errors import (
    MonthOpenError,
    NoMerchantError,
    NothingToPayError,
    NothingToSettleError,
    PaymentUnclearError,
    SamePersonError,
    SettlementChangedError,
    SettlementPaidError,
)
from supermarket.settlements.models import Settlement, SettlementState
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember


def draft(shop: Shop, month: date, *, by: int) -> Settlement:
    """Draw up what a shop's merchant is owed for a month, or count a draft anew.

    Raises:
        MonthOpenError: the month is not over.
        NoMerchantError: the shop's goods are its own.
        NothingToSettleError: nothing was redeemed.
        SettlementPaidError: it is paid.
    """
    month = month.replace(day=1)
    if queries.month_end(month) >= today():
        raise MonthOpenError(month=f"{month:%Y-%m}")
    found = db.session.scalar(
        select(Settlement)
        .where(Settlement.shop_id == shop.id, Settlement.month == month)
        .with_for_update()
    )
    if found is not None and found.state is SettlementState.PAID:
        raise SettlementPaidError(code=found.code, who=_name(found.paid_by))
    if found is None and not shop.merchant:
        raise NoMerchantError(shop=shop.name)
    owed = queries.owed(shop, month)
    if found is not None:
        if (found.points, found.fen) != (owed.points, owed.fen):
            found.drafted_by, found.drafted_at = by, now()
        _count(found, owed)
        db.session.flush()
        return found
    if not (owed.points or owed.fen):
        raise NothingToSettleError(shop=shop.name, month=f"{month:%Y-%m}")
    made = Settlement(
        code=f"{shop.code}M{month:%Y%m}",
        shop_id=shop.id,
        month=month,
        merchant=shop.merchant,
        state=SettlementState.DRAFTED,
        drafted_by=by,
        drafted_at=now(),
        **owed._asdict(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record("settlement.draft", made.code, by=by, after={"fen": owed.fen})
    return made


def draft_all(shops: Sequence[Shop], month: date, *, by: int) -> list[Settlement]:
    """Draw up a month for all of some shops that redeemed something and are not paid yet.

    Raises:
        MonthOpenError: the month is not over.
    """
    made = []
    for shop in shops:
        try:
            made.append(draft(shop, month, by=by))
        except (NoMerchantError, NothingToSettleError, SettlementPaidError):
            continue
    return made


def pay(
    code: str, *, expected_fen: int, fund_code: str = "", document: str = "", by: int, scope: Scope
) -> Settlement:
    """Mark a settlement paid; from a fund, its money leaves in the same transaction.

    ``expected_fen`` is what the payer saw: other figures are refused.

    Raises:
        NotFoundError: there is no such settlement, or fund, for them.
        SettlementPaidError: somebody paid it before.
        SamePersonError: the payer drew it up.
        SettlementChangedError: it is another amount now.
        PaymentUnclearError, NothingToPayError: nobody can tell how it was paid.
        InsufficientFundsError: the fund holds less.
    """
    row = queries.settlement(code, scope)
    settlement, shop, document = row.settlement, row.shop, cleaned(document)[:64]
    # All of the shop's settlements are held: what is carried over must not be paid twice.
    held = select(Settlement).where(Settlement.shop_id == shop.id).order_by(Settlement.id)
    db.session.scalars(held.with_for_update().execution_options(populate_existing=True)).all()
    if settlement.state is SettlementState.PAID:
        raise SettlementPaidError(code=settlement.code, who=_name(settlement.paid_by))
    if settlement.drafted_by == by:
        raise SamePersonError
    owed = queries.owed(shop, settlement.month)
    if owed.fen != expected_fen:
        raise SettlementChangedError(
            now=f"{owed.fen / 100:,.2f}", before=f"{expected_fen / 100:,.2f}"
        )
    if not (fund_code or document):
        raise PaymentUnclearError
    _count(settlement, owed)
    db.session.flush()
    fund_id = entry_id = None
    if fund_code:
        if owed.fen <= 0:
            raise NothingToPayError(amount=f"{owed.fen / 100:,.2f}")
        fund_id, entry_id = _spend(settlement, shop, fund_code, document, by)
    won = db.session.execute(
        update(Settlement)
        .where(Settlement.id == settlement.id, Settlement.state == SettlementState.DRAFTED)
        .values(
            state=SettlementState.PAID,
            paid_by=by,
            paid_at=now(),
            fund_id=fund_id,
            entry_id=entry_id,
            document=document,
        )
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        db.session.refresh(settlement)
        raise SettlementPaidError(code=settlement.code, who=_name(settlement.paid_by))
    db.session.refresh(settlement)
    after = {"fen": owed.fen, "fund": fund_code, "document": document}
    audit.record("settlement.pay", settlement.code, by=by, after=after)
    return settlement


def _spend(
    settlement: Settlement, shop: Shop, fund_code: str, document: str, by: int
) -> tuple[int, int]:
    """Let a fund pay; return its id and the entry's."""
    wanted = cleaned(fund_code).upper()
    fund = next((r.fund for r in queries.payable_from(shop) if r.fund.code == wanted), None)
    if fund is None:
        raise NotFoundError(what=wanted[:40])
    moved = donors.spend(
        fund,
        settlement.fen,
        summary=f"{settlement.merchant} {settlement.month:%Y-%m} 结算",
        occurred_on=today(),
        key=f"settlement:{settlement.code}",
        by=by,
        document=document,
        settles=settlement.code,
    )
    return fund.id, moved.entry_id


def _count(settlement: Settlement, owed: queries.Owed) -> None:
    for name, value in owed._asdict().items():
        setattr(settlement, name, value)


def _name(staff_id: int | None) -> str:
    found = db.session.get(StaffMember, staff_id) if staff_id else None
    return found.name if found else ""
