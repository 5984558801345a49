"""Households move in and get their cards."""

from collections.abc import Iterator
from random import Random

from sqlalchemy import select

from supermarket.cards.service import cards
from supermarket.database import db
from supermarket.demo.service import people
from supermarket.demo.service.setting_up import Setting
from supermarket.households import service as households
from supermarket.households.models import Household, TagKind
from supermarket.households.service import MemberDetails, NewHousehold

HOUSEHOLDS = 3_000
#: Households in a hundred that have not fetched their card.
WITHOUT_CARD = 4


def settle(setting: Setting, chance: Random) -> Iterator[str]:
    """Write the households of each village down and give them cards; yield each village."""
    villages = [village for place in setting.places for village in place.villages]
    share, rest = divmod(HOUSEHOLDS, len(villages))
    wanted = {village: share + (index < rest) for index, village in enumerate(villages)}
    tags = {kind.label: kind for kind in TagKind}
    for village in villages:
        for family in people.households({village: wanted[village]}, chance):
            head = family[0]
            households.add(
                NewHousehold(
                    village_code=village,
                    head=head.head,
                    group=head.group,
                    phone=head.phone,
                    helper=head.helper,
                    members=[MemberDetails(person.name, person.relation) for person in family],
                    tags=[tags[head.tag]],
                ),
                setting.admin.id,
                namesake=True,
            )
        homes = db.session.scalars(select(Household).where(Household.village_code == village)).all()
        fetched = [home for home in homes if chance.randrange(100) >= WITHOUT_CARD]
        cards.issue_all(fetched, setting.scorers[village].id)
        yield village
