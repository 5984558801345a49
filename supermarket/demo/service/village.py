"""The home village: who works there beside the sign-ins, and whose families the month is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import select

from supermarket.cards import queries as cards
from supermarket.cards.models import Card, CardState, HouseholdPin
from supermarket.cards.service import pins
from supermarket.clock import today
from supermarket.database import db
from supermarket.demo.service.places import HOME_VILLAGE
from supermarket.demo.service.setting_up import member, unnamed
from supermarket.households import service as households
from supermarket.households.models import Household, TieKind
from supermarket.households.service import NewProxy
from supermarket.households.service.visits import add_visit
from supermarket.staff import service as staff
from supermarket.staff.models import Role, StaffMember

#: Who sits on the panel beside the reviewer; nobody knows their passwords.
PANEL = ("马素珍", "高保成", "郭玉兰")
#: What opens the page of the household that the README tells of: told to everybody.
PIN = "609318"
#: Households that the helper stands by.
PAIRED = 6


@dataclass
class Village:
    """Who is who in the home village; loaded anew in every transaction by the session."""

    scorer: StaffMember
    #: The reviewer, then the rest of the panel.
    panel: Sequence[StaffMember]
    supervisor: StaffMember
    helper: StaffMember
    keeper: StaffMember
    township: StaffMember
    county: StaffMember
    #: All households, by code, of which these are something to somebody here.
    families: Sequence[Household]
    #: Has a card, a PIN and a bit of everything.
    told: Household
    scorers_own: Household
    reviewers_kin: Household

    @property
    def others(self) -> list[Household]:
        """Families that are nobody's relatives and not the one that is told of."""
        apart = {self.told.id, self.scorers_own.id, self.reviewers_kin.id}
        return [home for home in self.families if home.id not in apart]


def people_it(chance: Random) -> Village:
    """Let the panel sit, relatives be declared, proxies be named and the helper be paired."""
    families = db.session.scalars(
        select(Household).where(Household.village_code == HOME_VILLAGE).order_by(Household.code)
    ).all()
    with_card = [home for home in families if cards.active_card(home) is not None]
    told = next(home for home in with_card if len(home.members) > 2)
    rest = [home for home in families if home.id != told.id]
    reviewer = member("reviewer")
    panel = [reviewer, *(_panel_member(number, name, chance) for number, name in enumerate(PANEL))]
    village = Village(
        member("scorer"), panel, member("supervisor"), member("helper"), member("shop"),
        member("township"), member("county"), families, told, rest[0], rest[1],
    )  # fmt: skip
    by = member("admin").id
    households.declare_tie(village.scorer, village.scorers_own, TieKind.OWN, "", by=by)
    households.declare_tie(
        reviewer, village.reviewers_kin, TieKind.RELATIVE, "外甥", by=reviewer.id
    )
    households.pair(village.helper, [told, *village.others[:PAIRED]], by=by)
    for home, name, relation in (
        (told, "郝国庆", "邻居"),
        (village.others[1], "田素珍", "侄女"),
    ):
        until = today() + timedelta(days=365)
        proxy = NewProxy(name, relation, until, month_points=100, document="委托书 1 号")
        households.add_proxy(home, proxy, by=village.scorer.id)
    return village


def visit(village: Village) -> None:
    """Let the helper have been there, and plan the next time."""
    home, other = village.told, village.others[0]
    add_visit(home, today() - timedelta(days=2), "送去过冬棉被，老人身体好", by=village.helper.id)
    add_visit(other, today(), "说了技能培训的时间", by=village.helper.id)
    ahead = today() + timedelta(days=6)
    add_visit(home, ahead, "看看取暖", by=village.helper.id, planned=True)


def set_pin(village: Village, memory_kib: int) -> None:
    """Give the household that is told of a PIN for its own page."""
    pins.set_pin(village.told, PIN, village.scorer.id, memory_kib=memory_kib)


def told_card() -> Card | None:
    """Return the card whose page the PIN opens; None if its household has it no more."""
    return db.session.scalar(
        select(Card)
        .join(HouseholdPin, HouseholdPin.household_id == Card.household_id)
        .where(Card.state == CardState.ACTIVE)
        .order_by(HouseholdPin.set_at)
        .limit(1)
    )


def _panel_member(number: int, name: str, chance: Random) -> StaffMember:
    sits = unnamed(f"panel-{number + 1}", name, chance)
    staff.grant(sits, Role.REVIEWER, region_code=HOME_VILLAGE, shop_code=None, by=None)
    return sits
