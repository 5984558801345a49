"""Households move in by a roster, as a county's do, and get their cards."""

from collections.abc import Callable, Sequence
from random import Random

from sqlalchemy import select

from supermarket.cards.service import cards
from supermarket.database import db
from supermarket.demo.service import people
from supermarket.demo.service.places import COUNTY
from supermarket.demo.service.setting_up import Setting
from supermarket.households.models import Household
from supermarket.households.service.roster.importing import take_in
from supermarket.spreadsheets.writing import Column, write_csv
from supermarket.staff.models import Scope

HOUSEHOLDS = 3_000
#: Households in a hundred that have not fetched their card.
WITHOUT_CARD = 4
HEADERS = ("村", "组", "户主", "姓名", "与户主关系", "联系电话", "户类别", "帮扶责任人")


def move_in(setting: Setting, chance: Random, progress: Callable[[int], None]) -> None:
    """Take in the roster of all villages; ``progress`` is told how many more households came."""
    villages = villages_of(setting)
    share, rest = divmod(HOUSEHOLDS, len(villages))
    wanted = {village: share + (index < rest) for index, village in enumerate(villages)}
    rows = [person for family in people.households(wanted, chance) for person in family]
    roster = b"".join(write_csv([Column(header) for header in HEADERS], rows))
    take_in(
        roster, "汝州市农户花名册.csv", Scope((COUNTY,), ()), setting.admin.id, writing=progress
    )


def fetch_cards(setting: Setting, village: str, chance: Random) -> None:
    """Give nearly every household of a village its card."""
    homes: Sequence[Household] = db.session.scalars(
        select(Household).where(Household.village_code == village).order_by(Household.code)
    ).all()
    fetched = [home for home in homes if chance.randrange(100) >= WITHOUT_CARD]
    cards.issue_all(fetched, setting.scorers[village].id)


def villages_of(setting: Setting) -> list[str]:
    """Return every village that a shop is for."""
    return [village for place in setting.places for village in place.villages]
