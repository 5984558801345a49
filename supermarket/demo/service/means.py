"""What stands behind the points: the programme as it is now, budgets, donors, funds, expiry."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from supermarket.budgets import service as budgets
from supermarket.budgets.service import BudgetAsk
from supermarket.clock import today
from supermarket.database import db
from supermarket.demo.service.places import COUNTY, HOME_TOWNSHIP, HOME_VILLAGE
from supermarket.demo.service.setting_up import member
from supermarket.donors import service as donors
from supermarket.donors.models import DonorKind, FundSource
from supermarket.donors.service import DonorText
from supermarket.expiry import service as expiry
from supermarket.ledger.models import LotSource
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.schemes import service as schemes
from supermarket.schemes.models import Expiry
from supermarket.schemes.service import SchemeText
from supermarket.shops import service as shops
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Permission

#: Whole points that a village of the home township may issue in a year.
BUDGET = 1_800
#: What the home village's fund buys for its shop: number, units, fen for one.
BOUGHT = (("G018", 30, 480), ("G025", 20, 650), ("G024", 40, 300))


def agree(years: Collection[int]) -> None:
    """Set the programme as it runs today, and what villages may issue in each of the years."""
    county = member("county")
    text = SchemeText(
        "爱心超市",
        100,
        household_month_cap=200,
        notice_days=3,
        expiry=Expiry.ROLLING,
        expiry_months=12,
        coverage_warn=100,
        coverage_stop=20,
    )
    schemes.set_scheme(COUNTY, text, since=today(), by=county.id)
    asks = [
        BudgetAsk(code, date(year, 1, 1), date(year, 12, 31), BUDGET)
        for year in sorted(years)
        for code in villages()
    ]
    budgets.set_budgets(asks, by=county.id, scope=county.scope(Permission.MANAGE_POINTS))


def give_money() -> None:
    """Let donors give, a fund be opened for the county and one for the home village."""
    by = member("county").id
    company = donors.add_donor(
        DonorText(DonorKind.COMPANY, "汝瓷商会", "办公室", "0375-0000001", public=True),
        COUNTY,
        by=by,
    )
    person = donors.add_donor(DonorText(DonorKind.PERSON, "热心人潘先生"), HOME_TOWNSHIP, by=by)
    county = donors.open_fund(
        "爱心超市专项资金", COUNTY, FundSource.FINANCE, purpose="各村超市进货", by=by
    )
    village = donors.open_fund(
        "安沟村爱心超市捐款", HOME_VILLAGE, FundSource.DONATION, purpose="给本村超市买生活用品",
        by=by,
    )  # fmt: skip
    day = today()
    for number, (fund, fen, words, donor) in enumerate(
        (
            (county, 200_000_00, "今年财政拨款", None),
            (county, 30_000_00, "捐赠", company),
            (village, 1_500_00, "捐赠", person),
        )
    ):
        donors.take_in(
            fund, fen, summary=words, occurred_on=day, key=f"demo-gift-{number}", by=by,
            donor=donor,
        )  # fmt: skip
    donors.spend(
        county, 860_00, summary="印积分卡", occurred_on=day, key="demo-spend-1", by=by,
        document="FP20260001",
    )  # fmt: skip


def buy() -> None:
    """Let the home village's fund pay for a delivery, and a donor give one."""
    shop = db.session.scalars(select(Shop).where(Shop.region_code == HOME_VILLAGE)).one()
    keeper = member("shop").id
    lines = [GoodsInAsk(sku, units, None, fen) for sku, units, fen in BOUGHT]
    paid = GoodsInRequest(
        LotSource.PURCHASE, lines, partner="汝州市惠民批发部", document="CG0001",
        origin=Origin(fund=f"{HOME_VILLAGE}F1"),
    )  # fmt: skip
    shops.receive(shop, paid, key="demo-bought-1", by=keeper)
    given = GoodsInRequest(
        LotSource.DONATION, lines[:1], partner="汝瓷商会", document="JZ0001",
        origin=Origin(donor=f"{COUNTY}D1", wish="先给老人和孩子"),
    )  # fmt: skip
    shops.receive(shop, given, key="demo-given-1", by=keeper)


def announce_expiry() -> None:
    """Announce what ends in the villages of the home township."""
    by = member("township").id
    for village in villages():
        expiry.announce(village, by=by)


def villages() -> list[str]:
    """Return the villages of the home township."""
    return [
        village.code
        for village in regions.below(COUNTY, VILLAGE)
        if village.code.startswith(HOME_TOWNSHIP)
    ]
