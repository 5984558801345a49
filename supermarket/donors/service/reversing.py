"""Taking movements of money back; nothing may come to lie in a fund nobody can spend."""

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import today
from supermarket.database import db
from supermarket.donors.errors import NoFundMoveError, SettlesPaperError, SummaryError
from supermarket.donors.models import Fund, FundMove
from supermarket.donors.service.funds import Moved, moved
from supermarket.ledger import service as ledger
from supermarket.ledger.models import MoneyLine
from supermarket.spreadsheets.cells import cleaned


def reverse_money(entry_id: int, *, reason: str, key: str, by: int) -> Moved:
    """Take a movement of money back, whole: a gift noted twice, an expense not made.

    A fund closed meanwhile that gets money back is open again.

    Raises:
        AlreadyReversedError: it was taken back before.
        InsufficientFundsError: what came in was spent meanwhile.
        SummaryError: no reason is given.
        NoFundMoveError: the entry is none that was noted in a fund.
        SettlesPaperError: it paid a paper.
        KeyReusedError: the key named another request.
    """
    reason = cleaned(reason)
    request = ledger.Request(key, ledger.fingerprint("reverse_money", [entry_id, reason]), by)
    if (known := ledger.seen(request)) is not None:
        return moved(known)
    if not reason or len(reason) > 200:
        raise SummaryError
    move = db.session.get(FundMove, entry_id)
    if move is None:
        raise NoFundMoveError(reference=str(entry_id))
    if move.settles:
        raise SettlesPaperError(paper=move.settles)
    left = ledger.hold(entry_id)
    posted = ledger.reverse(left, request=request, occurred_on=today(), note=reason)
    reopen_credited(posted.entry_id, by=by)
    return Moved(posted.entry_id, posted.reference, "", new=True)


def reopen_credited(entry_id: int, *, by: int) -> None:
    """Open again every closed fund an entry gave money back to, so that it can be spent.

    The entry holds the fund's account, so nobody closes the fund meanwhile.
    """
    credited = (
        select(Fund)
        .join(MoneyLine, MoneyLine.account_id == Fund.account_id)
        .where(MoneyLine.entry_id == entry_id, MoneyLine.fen > 0, Fund.active.is_(False))
    )
    for fund in db.session.scalars(credited.execution_options(populate_existing=True)):
        fund.active = True
        audit.record("fund.reopen", fund.code, by=by)
    db.session.flush()
