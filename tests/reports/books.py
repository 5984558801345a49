"""Books with a bit of everything, and their figures added up in plain Python."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import select

from supermarket.clock import at, now
from supermarket.counter.models import Redemption
from supermarket.database import db, transaction
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.reports.queries.monthly_flows import Flow
from supermarket.staff.models import Role
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
    request_for,
    the_actor,
)
from tests.reports.test_redemptions import busy_spring, redeem

SPRING = (date(2026, 1, 1), date(2026, 4, 30))


def busy_books(seed: int = 7) -> None:
    """A busy spring at the counters, with awards, deductions, what was taken back, and a move."""
    chance = Random(seed)
    busy_spring(seed)
    homes = list(db.session.scalars(select(Household).order_by(Household.id)))
    given: list[int] = []
    for step in range(30):
        home = chance.choice(homes)
        with at(datetime(2026, 1, 2, 3, tzinfo=UTC) + timedelta(days=step * 3)):
            day = now().date() - timedelta(days=chance.randint(0, 20))  # told late
            points = chance.randint(1, 30)
            kind = EntryKind.AWARD if chance.random() < 0.8 else EntryKind.DEDUCTION
            given.append(award(home, points if kind is EntryKind.AWARD else -points, kind, day))
            if chance.random() < 0.2:
                take_back(chance.choice(given))
        if step == 12:
            move(homes[0], OTHER_VILLAGE, datetime(2026, 2, 10, tzinfo=UTC))


def quiet_spring() -> None:
    """One shop and one household of January 2026, and four redemptions until April."""
    with at(datetime(2026, 1, 1, tzinfo=UTC)):
        make_scheme(fen_per_point=50)
        make_household(village="410482101201")  # a second township
        shop = make_shop(VILLAGE, name="安沟店")
        soap = make_goods(price=3, shop=shop, on_hand=50)
        home = make_household(points_held=500)
        keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    for month in (1, 2, 3, 4):
        with at(datetime(2026, month, 9, 4, tzinfo=UTC)):
            redeem(shop.code, home.code, [(soap.sku, month)], keeper.id)


def award(home: Household, points: int, kind: EntryKind, day: date) -> int:
    """Give or take points; return the entry."""
    side = AccountKind.ISSUED if kind is EntryKind.AWARD else AccountKind.DEDUCTED
    with transaction():
        system = ledger.open_system_account(side, home.village_code)
        posted = ledger.post(
            ledger.open_journal(home.village_code).id,
            kind=kind,
            occurred_on=day,
            request=request_for("award"),
            points=[
                ledger.PointsMove(home.account_id, points),
                ledger.PointsMove(system, -points),
            ],
        )
    return posted.entry_id


def take_back(entry_id: int) -> None:
    """Reverse an entry today; not a second time."""
    if db.session.scalar(select(Entry.id).where(Entry.reverses_id == entry_id)):
        return
    with transaction():
        left = ledger.hold(entry_id)
        ledger.reverse(left, request=request_for("back"), occurred_on=now().date(), note="错了")


def move(home: Household, village: str, moment: datetime) -> None:
    """Let a household live in another village from a moment on."""
    with at(moment), transaction():
        found = db.session.get_one(Household, home.id)
        actor = the_actor().id
        db.session.add(
            HouseholdEvent(
                code=f"{found.village_code}B1",
                kind=EventKind.MOVE,
                household_id=found.id,
                village_code=found.village_code,
                to_village=village,
                plan={},
                reason="搬家",
                effective_on=now().date(),
                state=EventState.APPROVED,
                key=f"event-{found.code}",
                fingerprint="",
                proposed_by=actor,
                proposed_at=now(),
                decided_by=actor,
                decided_at=now(),
            )
        )
        found.village_code = village
    home.village_code = village


def plainly(since: date, until: date, level: int) -> dict[str, Flow]:
    """Add the flows of places up row by row."""
    entries = {entry.id: entry for entry in db.session.scalars(select(Entry))}
    accounts = {account.id: account for account in db.session.scalars(select(Account))}
    homes = {home.code: home for home in db.session.scalars(select(Household))}
    moves = {event.household_id: event for event in db.session.scalars(select(HouseholdEvent))}
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * 7)
    for row in db.session.scalars(select(Redemption)):
        if since <= row.occurred_on <= until:
            one = sums[row.village_code[:level], row.household_id]
            for place, value in enumerate((row.times, row.points, row.fen)):
                one[place] += value
    for line in db.session.scalars(select(PointsLine).where(PointsLine.account_id > 0)):
        entry, home = entries[line.entry_id], homes[accounts[line.account_id].owner_code]
        moved = moves.get(home.id)
        village = home.village_code
        if moved is not None and moved.decided_at and moved.decided_at > entry.posted_at:
            village = moved.village_code
        kind = entries[entry.reverses_id].kind if entry.reverses_id else entry.kind
        if since <= entry.occurred_on <= until:
            one = sums[village[:level], home.id]
            for place, known in ((3, EntryKind.AWARD), (4, EntryKind.DEDUCTION)):
                if kind is known:
                    one[place] += line.points
    answer: dict[str, list[int]] = defaultdict(lambda: [0] * 9)
    for (village, _household), one in sums.items():
        place_row = answer[village]
        place_row[0] += one[0] > 0
        place_row[1] += one[3] > 0
        place_row[2] += one[0]
        place_row[4] += one[1]
        place_row[5] += one[2]
        place_row[6] += one[3]
        place_row[7] -= one[4]
    return {place: Flow(*row) for place, row in answer.items()}


def balances_plainly(on: date) -> dict[str, int]:
    """Add what households held at the end of a day up line by line, by the village of that day."""
    moves = {event.household_id: event for event in db.session.scalars(select(HouseholdEvent))}
    found: dict[str, int] = defaultdict(int)
    rows = db.session.execute(
        select(Household, PointsLine.points)
        .join(PointsLine, PointsLine.account_id == Household.account_id)
        .join(Entry, Entry.id == PointsLine.entry_id)
        .where(Entry.occurred_on <= on)
    )
    for home, points in rows:
        moved = moves.get(home.id)
        away = moved is not None and moved.effective_on > on
        found[moved.village_code if away and moved else home.village_code] += points
    return dict(found)
