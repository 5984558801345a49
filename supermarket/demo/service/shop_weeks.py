"""The last weeks of the home village's shop: paper slips, goods kept and brought, a finding."""

from datetime import timedelta

from sqlalchemy import select

from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.database import db
from supermarket.deliveries import service as deliveries
from supermarket.deliveries.service import Errand
from supermarket.demo.service.places import HOME_VILLAGE
from supermarket.demo.service.village import Village
from supermarket.households.queries import balance
from supermarket.oversight import service as oversight
from supermarket.oversight.models import Method
from supermarket.oversight.service import Found
from supermarket.reservations import service as reservations
from supermarket.reservations.models import Channel
from supermarket.reservations.service import Ask
from supermarket.shops.models import Shop
from supermarket.slips import service as slips
from supermarket.staff.models import Permission, StaffMember

#: Goods of the shop that everybody there can afford.
SOAP = "G024"
#: Blank slips in the drawer for a day without power.
SLIPS = 20


def print_slips(keeper: StaffMember) -> None:
    """Let the keeper print paper slips for a day without power."""
    shop, scope = _shop(), keeper.scope(Permission.PRINT_SLIPS)
    slips.print_slips("demo-slips-1", [shop.code], SLIPS, by=keeper.id, scope=scope)


def keep_goods(village: Village) -> None:
    """Let goods be kept for the household that is told of, and a wish be noted."""
    home, shop = village.told, _shop()
    ask = Ask(shop.code, home.code, SOAP, 1)
    reservations.reserve("demo-kept-1", ask, channel=Channel.COUNTER, by=village.keeper)


def bring_goods(village: Village) -> None:
    """Let an elder's goods be paid for and the helper carry them home tomorrow."""
    home = max(village.others, key=balance)
    receipt = counter.redeem(
        "demo-brought-1",
        shop=_shop().code,
        lines=[(SOAP, 1)],
        by=village.keeper.id,
        scope=village.keeper.scope(Permission.REDEEM),
        household=home.code,
    )
    errand = Errand(name="志愿者 胡春来", due_on=today() + timedelta(days=1), note="腿脚不便")
    deliveries.mark(receipt.reference, errand, by=village.keeper)


def check_photos(village: Village) -> None:
    """Let the supervisor look at a sample and ask the scorer to put something right."""
    found = Found(
        HOME_VILLAGE,
        sample="本月庭院检查随机 3 户",
        method=Method.VISIT,
        result="2 户与记录相符，1 户当天没有人在家",
        problem="一户的评分没有写依据，请补上说明",
        assignee=village.scorer.username,
        due_on=today() + timedelta(days=10),
    )
    oversight.note(found, key="demo-finding-1", by=village.supervisor)


def _shop() -> Shop:
    return db.session.scalars(select(Shop).where(Shop.region_code == HOME_VILLAGE)).one()
