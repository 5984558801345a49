"""Money that comes in and goes out: funds, gifts of cash, expenses, purchases."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.donors.errors import (
    AmountError,
    CostsMissingError,
    FundClosedError,
    FundElsewhereError,
    FundForOtherGoodsError,
    FundNameError,
    FundNotEmptyError,
    MoneyInFutureError,
    SummaryError,
    WishRegionError,
)
from supermarket.donors.models import Donor, Fund, FundMove, FundSource
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Entry, EntryKind, Journal, MoneyAccount, MoneyKind
from supermarket.ledger.service import MoneyMove
from supermarket.regions import queries as regions
from supermarket.regions.models import within
from supermarket.spreadsheets.cells import cleaned

#: Most fen that move at once: ten million yuan.
MOST_FEN = 10_000_000_00


class Moved(NamedTuple):
    """The entry a movement of money became."""

    entry_id: int
    reference: str
    #: Of a gift; empty otherwise.
    receipt_number: str
    #: False if the key had made it before, and nothing was posted now.
    new: bool


class Bought(NamedTuple):
    """One line of a delivery that a fund is to pay."""

    goods: str
    category: str
    #: Fen of the whole line; None if the cost is not known.
    fen: int | None


def open_fund(
    name: str,
    region_code: str,
    source: FundSource,
    *,
    purpose: str = "",
    only_region: str = "",
    only_category: str = "",
    by: int,
) -> Fund:
    """Open a fund of a region, holding no money.

    Raises:
        NotFoundError: there is no such region.
        FundNameError: no name, or a novel.
        WishRegionError: the place it is bound to lies elsewhere.
    """
    if regions.region(region_code) is None:
        raise NotFoundError(what=region_code)
    name = cleaned(name)
    if not name or len(name) > 60:
        raise FundNameError
    if only_region and (
        not within(only_region, region_code) or regions.region(only_region) is None
    ):
        raise WishRegionError
    code = f"{region_code}F{ledger.number(region_code, 'fund')}"
    fund = Fund(
        code=code,
        name=name,
        region_code=region_code,
        source=source,
        purpose=cleaned(purpose)[:200],
        only_region=only_region,
        only_category=cleaned(only_category)[:30],
        account_id=ledger.open_fund_account(code).id,
        created_at=now(),
        created_by=by,
    )
    db.session.add(fund)
    db.session.flush()
    after = {"name": name, "source": source.value, "only_region": only_region,
             "only_category": fund.only_category}  # fmt: skip
    audit.record("fund.open", code, by=by, after=after)
    return fund


def close_fund(fund: Fund, *, by: int) -> None:
    """Let an empty fund be used no more.

    Raises:
        FundNotEmptyError: it still holds money.
    """
    held = db.session.get_one(
        MoneyAccount, fund.account_id, populate_existing=True, with_for_update=True
    )
    if held.balance_fen:
        raise FundNotEmptyError(fund=fund.name, balance=f"{held.balance_fen / 100:,.2f}")
    fund.active = False
    db.session.flush()
    audit.record("fund.close", fund.code, by=by)


def take_in(
    fund: Fund,
    fen: int,
    *,
    summary: str,
    occurred_on: date,
    key: str,
    by: int,
    donor: Donor | None = None,
    document: str = "",
) -> Moved:
    """Record money that came into a fund; a donor gets a receipt number.

    Raises:
        AmountError, SummaryError, MoneyInFutureError, FundClosedError, MonthClosedError:
            it cannot be meant, or not there and then.
        KeyReusedError: the key named another request.
    """
    return _move(
        fund, fen, MoneyKind.INCOME, summary, occurred_on, key, by, donor=donor, document=document
    )


def spend(
    fund: Fund,
    fen: int,
    *,
    summary: str,
    occurred_on: date,
    key: str,
    by: int,
    document: str = "",
    settles: str = "",
) -> Moved:
    """Record money that left a fund for something that is no delivery of goods.

    ``settles`` numbers the paper it pays, if that has one: it is then not taken back alone.

    Raises:
        InsufficientFundsError: the fund holds less.
        AmountError, SummaryError, MoneyInFutureError, FundClosedError, MonthClosedError,
            KeyReusedError: as ``take_in``.
    """
    return _move(
        fund, -fen, MoneyKind.SPENDING, summary, occurred_on, key, by, document=document,
        settles=settles,
    )  # fmt: skip


def _move(
    fund: Fund,
    fen: int,
    side: MoneyKind,
    summary: str,
    occurred_on: date,
    key: str,
    by: int,
    *,
    donor: Donor | None = None,
    document: str = "",
    settles: str = "",
) -> Moved:
    summary, document = cleaned(summary), cleaned(document)[:64]
    asked = [fund.code, fen, summary, occurred_on.isoformat(), donor and donor.code, document]
    request = ledger.Request(key, ledger.fingerprint("fund", asked), by)
    if (known := ledger.seen(request, own=bool(settles))) is not None:
        return moved(known)
    if not 0 < abs(fen) <= MOST_FEN or (fen > 0) != (side is MoneyKind.INCOME):
        raise AmountError
    if not summary or len(summary) > 200:
        raise SummaryError
    if occurred_on > today():
        raise MoneyInFutureError
    if not fund.active:
        raise FundClosedError(fund=fund.name)
    ledger.refuse_closed(fund.region_code, occurred_on)
    receipt = receipt_number(fund.region_code, occurred_on) if donor is not None else ""
    posted = ledger.post(
        ledger.open_journal(fund.region_code).id,
        kind=EntryKind.FUND,
        occurred_on=occurred_on,
        request=request,
        money=[
            MoneyMove(fund.account_id, fen),
            MoneyMove(ledger.open_money_side(side, fund.region_code), -fen),
        ],
        document=document,
        note=summary,
    )
    db.session.refresh(fund, ["active"])  # its account is held now: nobody closes it any more
    if not fund.active:
        raise FundClosedError(fund=fund.name)
    db.session.add(
        FundMove(
            entry_id=posted.entry_id,
            fund_id=fund.id,
            fen=fen,
            occurred_on=occurred_on,
            summary=summary,
            donor_id=donor.id if donor else None,
            receipt_number=receipt,
            settles=settles,
        )
    )
    db.session.flush()
    return Moved(posted.entry_id, posted.reference, receipt, new=True)


def receipt_number(region_code: str, on: date) -> str:
    """Return the next donation receipt number of a region's year, e.g. 410482-JZ2026-0007."""
    number = ledger.number(region_code, f"receipt/{on.year}")
    return f"{region_code}-JZ{on.year}-{number:04}"


def cost_of(fund: Fund, shop_region: str, lines: Sequence[Bought]) -> int:
    """Return the fen a fund is to pay for a delivery, if it may.

    Raises:
        FundClosedError, FundElsewhereError: not this fund, not for this shop.
        FundForOtherGoodsError: the gift is bound to other goods.
        CostsMissingError: a line has no cost.
    """
    if not fund.active:
        raise FundClosedError(fund=fund.name)
    place = fund.only_region or fund.region_code
    if not within(shop_region, place):
        raise FundElsewhereError(fund=fund.name, place=regions.names([place]).get(place, place))
    total = 0
    for line in lines:
        if fund.only_category and line.category != fund.only_category:
            raise FundForOtherGoodsError(
                fund=fund.name, category=fund.only_category, goods=line.goods
            )
        if line.fen is None:
            raise CostsMissingError
        total += line.fen
    return total


def paid(fund: Fund, fen: int) -> list[MoneyMove]:
    """Return the money side of a delivery that a fund pays ``fen`` for."""
    if not fen:
        return []
    spending = ledger.open_money_side(MoneyKind.SPENDING, fund.region_code)
    return [MoneyMove(fund.account_id, -fen), MoneyMove(spending, fen)]


def moved(entry_id: int) -> Moved:
    """Return the first result of a key."""
    entry = db.session.get_one(Entry, entry_id)
    journal = db.session.get_one(Journal, entry.journal_id)
    move = db.session.get(FundMove, entry_id)
    receipt = move.receipt_number if move else ""
    return Moved(entry_id, f"{journal.code}-{entry.number}", receipt, new=False)
