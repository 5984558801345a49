"""What is still open in a month that somebody is about to close: to be looked at, not to be met."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, and_, func, select

from supermarket.awards.models import Declaration, DeclarationState
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.deductions.models import OPEN, Deduction
from supermarket.errors import N_
from supermarket.expiry.models import ExpiryRun, RunState
from supermarket.movements.models import Transfer, TransferState, WriteOff, WriteOffState
from supermarket.notices.models import Notice, NoticeState, Objection, ObjectionState
from supermarket.regions.queries import under
from supermarket.reports.queries import rollups
from supermarket.reports.queries.monthly_facts import month_number
from supermarket.reports.queries.monthly_goods import moments
from supermarket.shops.models import Shop
from supermarket.stocktakes.models import DayClose, Stocktake, StocktakeState


class Check(NamedTuple):
    """One thing to look at before a month is closed."""

    #: Untranslated.
    label: str
    #: How many of it there are; 0 is well.
    number: int
    #: The page on which it is dealt with.
    endpoint: str


def checks(county: str, month: date) -> list[Check]:
    """Return what is still open of a month of a county."""
    last = rollups.last_day(month_number(month))
    end = moments(last, last)[1]
    inside = [county]
    of_shop = under(Shop.region_code, inside)
    return [
        Check(
            N_("到期还没有结束的公示"),
            _count(
                select(func.count(Notice.id)).where(
                    under(Notice.village_code, inside),
                    Notice.state == NoticeState.OPEN,
                    Notice.closes_on <= last,
                )
            ),
            "notices.index",
        ),
        Check(
            N_("没有答复的异议"),
            _count(
                select(func.count(Objection.id)).where(
                    under(Objection.village_code, inside),
                    Objection.state == ObjectionState.OPEN,
                    Objection.raised_at < end,
                )
            ),
            "objections.index",
        ),
        Check(
            N_("评议通过还没有入账的申报"),
            _count(
                select(func.count(Declaration.id)).where(
                    under(Declaration.village_code, inside),
                    Declaration.state.in_([DeclarationState.ACCEPTED, DeclarationState.REVIEWED]),
                    Declaration.occurred_on <= last,
                )
            ),
            "notices.index",
        ),
        Check(
            N_("没有办完的扣分"),
            _count(
                select(func.count(Deduction.id)).where(
                    under(Deduction.village_code, inside),
                    Deduction.state.in_(OPEN),
                    Deduction.occurred_on <= last,
                )
            ),
            "deductions.index",
        ),
        Check(
            N_("到期还没有入账的积分过期"),
            _count(
                select(func.count(ExpiryRun.id)).where(
                    under(ExpiryRun.village_code, inside),
                    ExpiryRun.state == RunState.ANNOUNCED,
                    ExpiryRun.due_on <= last,
                )
            ),
            "expiry.index",
        ),
        Check(
            N_("没有盘完的盘点"),
            _count(
                select(func.count(Stocktake.id))
                .join(Shop, Shop.id == Stocktake.shop_id)
                .where(
                    of_shop,
                    Stocktake.state.in_([StocktakeState.OPEN, StocktakeState.COUNTED]),
                    Stocktake.opened_at < end,
                )
            ),
            "stocktakes.index",
        ),
        Check(N_("有兑换没有日结的店日"), _unclosed_days(county, month, last), "day_close.start"),
        Check(
            N_("没有收货的调拨"),
            _count(
                select(func.count(Transfer.id))
                .join(Shop, Shop.id == Transfer.to_shop_id)
                .where(of_shop, Transfer.state == TransferState.SENT, Transfer.sent_on <= last)
            ),
            "transfers.index",
        ),
        Check(
            N_("等待审批的报损"),
            _count(
                select(func.count(WriteOff.id))
                .join(Shop, Shop.id == WriteOff.shop_id)
                .where(
                    of_shop,
                    WriteOff.state == WriteOffState.PROPOSED,
                    WriteOff.proposed_at < end,
                )
            ),
            "write_offs.index",
        ),
    ]


def _unclosed_days(county: str, month: date, last: date) -> int:
    """Return how many days of shops had redemptions and were not closed."""
    days = (
        select(Redemption.shop_id, Redemption.occurred_on)
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(under(Shop.region_code, [county]), Redemption.occurred_on.between(month, last))
        .distinct()
        .subquery()
    )
    same = and_(DayClose.shop_id == days.c.shop_id, DayClose.day == days.c.occurred_on)
    return _count(
        select(func.count())
        .select_from(days)
        .outerjoin(DayClose, same)
        .where(DayClose.id.is_(None))
    )


def _count(asked: Select[int]) -> int:
    return int(db.session.scalar(asked) or 0)
