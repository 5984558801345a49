"""Two years of a county: deliveries, awards and redemptions in the order they happened."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from supermarket import clock
from supermarket.awards import service as awards
from supermarket.awards.service import AwardAsk
from supermarket.cards.models import Card, CardState
from supermarket.counter import service as counter
from supermarket.database import db, transaction
from supermarket.demo.service.setting_up import Place, Setting
from supermarket.errors import DomainError
from supermarket.goods.models import Goods, PointsPrice
from supermarket.households.models import Household
from supermarket.ledger.models import Account, LotSource
from supermarket.shops import service as shops
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.staff.models import Permission, Scope, StaffMember

#: Rules of level A that a village really uses, and points where the rule leaves a range.
RULES = (("L01", None), ("L02", None), ("L05", None), ("L07", None), ("L08", 2),
         ("C07", None), ("C19", None))  # fmt: skip
#: Days between a village's awards; goods in a delivery; visits to a counter, some in vain.
DAYS_TO_NEXT_AWARD, LINES_A_DELIVERY, REDEMPTIONS = 20, 24, 14_400
DAYS = 730
DONORS = ("市供销合作社", "汝瓷商会", "河南某爱心企业", "县妇联", "退役军人志愿队")


class Event(NamedTuple):
    """Something that happened: when, and the call that makes it."""

    moment: datetime
    work: Callable[[], object]


class Hand(NamedTuple):
    """Somebody at work, read once: loaded rows are read anew in every transaction."""

    staff_id: int
    #: Where they give points or hand out goods, and where they take redemptions back.
    scope: Scope
    reversals: Scope


class Shopping(NamedTuple):
    """A household that comes to a shop."""

    household_code: str
    account_id: int
    card_number: str | None
    shop_code: str
    keeper: Hand


class County:
    """The people and goods the history draws from, with one source of chance."""

    def __init__(self, setting: Setting, chance: Random) -> None:
        self.setting = setting
        self.chance = chance
        self.households = self._households()
        self.goods = list(
            db.session.execute(
                select(Goods.id, Goods.sku, Goods.has_expiry, PointsPrice.points)
                .join(PointsPrice, PointsPrice.goods_id == Goods.id)
                .order_by(Goods.sku)
            )
        )
        self.prices = {row.sku: row.points for row in self.goods}
        self.scorers = {
            village: _hand(scorer, Permission.AWARD) for village, scorer in setting.scorers.items()
        }

    def _households(self) -> dict[str, list[Shopping]]:
        """Return who comes to which shop, by village."""
        held = select(Card.household_id, Card.card_number).where(Card.state == CardState.ACTIVE)
        numbers = {row.household_id: row.card_number for row in db.session.execute(held)}
        found: dict[str, list[Shopping]] = {}
        for place in self.setting.places:
            shop_code, keeper = place.shop.code, _hand(place.keeper, Permission.REDEEM)
            for village in place.villages:
                rows = db.session.scalars(
                    select(Household)
                    .where(Household.village_code == village)
                    .order_by(Household.code)
                )
                found[village] = [
                    Shopping(row.code, row.account_id, numbers.get(row.id), shop_code, keeper)
                    for row in rows
                ]
        return found

    def key(self) -> str:
        """Return a key that is the same in every demo."""
        return str(UUID(int=self.chance.getrandbits(128)))

    def deliver(self, place: Place, day: date) -> None:
        """Take a delivery into a shop, bought or given."""
        given = self.chance.random() < 0.2
        chosen = self.chance.sample(self.goods, LINES_A_DELIVERY)
        lines = [
            GoodsInAsk(
                sku=row.sku,
                quantity=self.chance.randint(4, 14) * (3 if row.points <= 10 else 1),
                best_before=day + timedelta(days=self.chance.randint(240, 720))
                if row.has_expiry
                else None,
                unit_cost_fen=row.points * self.chance.randint(80, 105),
            )
            for row in chosen
        ]
        delivery = GoodsInRequest(
            source=LotSource.DONATION if given else LotSource.PURCHASE,
            lines=lines,
            partner=self.chance.choice(DONORS) if given else "汝州市惠民批发部",
            document=f"{'JZ' if given else 'CG'}{day:%y%m%d}{self.chance.randint(100, 999)}",
        )
        shops.receive(place.shop, delivery, key=self.key(), by=place.keeper.id)

    def award(self, village: str, day: date) -> None:
        """Give some households of a village points for one thing they did."""
        scorer = self.scorers[village]
        homes = self.households[village]
        rule, points = self.chance.choice(RULES)
        chosen = self.chance.sample(
            homes, max(1, round(len(homes) * self.chance.uniform(0.35, 0.85)))
        )
        lines = [AwardAsk(home.household_code, points) for home in chosen]
        request = awards.asked(self.key(), rule, day, lines, "", scorer.staff_id)
        awards.award(request, rule, day, lines, scope=scorer.scope)

    def redeem(self, village: str) -> None:
        """Let a household of a village take home what it can afford."""
        homes = self.households[village]
        home = self.chance.choice(homes)
        balance = (
            db.session.scalar(select(Account.balance).where(Account.id == home.account_id)) or 0
        )
        wanted = self._basket(min(balance, self.chance.randint(15, 70)))
        if not wanted:
            return
        receipt = counter.redeem(
            self.key(),
            shop=home.shop_code,
            lines=wanted,
            by=home.keeper.staff_id,
            scope=home.keeper.scope,
            card=home.card_number,
            household=None if home.card_number else home.household_code,
        )
        if self.chance.random() < 0.012:
            counter.reverse(
                self.key(),
                reference=receipt.reference,
                reason=self.chance.choice(("拿错商品", "户主改变主意", "扫错卡")),
                by=home.keeper.staff_id,
                void_scope=home.keeper.scope,
                reverse_scope=home.keeper.reversals,
            )

    def _basket(self, most: int) -> list[tuple[str, int]]:
        """Return goods that together cost no more than ``most`` points."""
        basket: dict[str, int] = {}
        for sku in self.chance.sample(sorted(self.prices), 12):
            if self.prices[sku] <= most and len(basket) < 4:
                units = 2 if self.prices[sku] * 2 <= most and self.chance.random() < 0.3 else 1
                basket[sku] = units
                most -= self.prices[sku] * units
        return list(basket.items())


def _hand(member: StaffMember, work: Permission) -> Hand:
    return Hand(member.id, member.scope(work), member.scope(Permission.REVERSE_REDEMPTIONS))


def days(county: County, until: date, *, count: int = DAYS) -> Iterator[list[Event]]:
    """Yield the events of each of the ``count`` days before ``until`` and of it, in their order."""
    chance = county.chance
    villages = sorted(county.households)
    weights = [len(county.households[village]) for village in villages]
    first = until - timedelta(days=count)
    for number in range(count + 1):
        day = first + timedelta(days=number)
        events: list[Event] = []
        for index, place in enumerate(county.setting.places):
            if (number + index) % 91 == 0 or number == 0:
                events.append(_event(day, 8, chance, county.deliver, place, day))
        for index, village in enumerate(villages):
            if (number + index) % DAYS_TO_NEXT_AWARD == 0:
                events.append(_event(day, 9, chance, county.award, village, day))
        busy = 1.6 if day.weekday() in (0, 5) else 0.76
        wanted = REDEMPTIONS / DAYS * busy * min(1.12, number / 40)
        visits = round(wanted + chance.random() - 0.5)
        events += [
            _event(day, chance.randint(10, 17), chance, county.redeem, village)
            for village in chance.choices(villages, weights, k=visits)
        ]
        yield sorted(events, key=lambda event: event.moment)


def happen(events: Sequence[Event]) -> None:
    """Make the events of one day, in one transaction; what the rules refuse did not happen."""
    with transaction():
        for event in events:
            with clock.at(event.moment), suppress(DomainError), db.session.begin_nested():
                event.work()


def _event(
    day: date, hour: int, chance: Random, verb: Callable[..., object], *facts: object
) -> Event:
    moment = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))
    return Event(moment.replace(tzinfo=clock.VILLAGE), lambda: verb(*facts))
