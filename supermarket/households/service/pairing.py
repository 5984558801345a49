"""Pairing helpers with households (结对帮扶), by page or by table."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import N_
from supermarket.households.errors import NotHelperError, NothingToPairError, OwnPairingError
from supermarket.households.models import HelperPairing, Household, HouseholdState
from supermarket.households.queries import pairing as queries
from supermarket.households.service.ties import refuse_tied
from supermarket.regions.queries import under
from supermarket.spreadsheets.columns import Column, Row, RowError
from supermarket.staff.models import Permission, Scope, StaffMember

COLUMNS = (
    Column(
        "household", "户编号", ("农户编号", "编号"), required=True, max_length=16,
        note="16 位，在“农户”页面可以查到",
    ),
    Column(
        "helper", "帮扶责任人", ("帮扶人", "责任人", "帮扶干部", "用户名"), required=True,
        max_length=60, note="姓名；有同名的请填登录用的用户名",
    ),
)  # fmt: skip
UNKNOWN_HOUSEHOLD = N_("您负责的范围内没有这个户编号，请核对")
LEFT_HOUSEHOLD = N_("这一户已退出，不用结对")
UNKNOWN_HELPER = N_("没有叫这个名字的帮扶责任人，请核对，或先由管理员给“帮扶责任人”岗位")
SEVERAL_HELPERS = N_("叫这个名字的帮扶责任人不止一位，请填用户名")
REPEATED = N_("同一户在前面的行里已经填过，请只保留一行")


class Plan(NamedTuple):
    """What a table of pairings would do."""

    #: Household ids by helper.
    pairs: dict[int, list[int]]
    errors: list[RowError]


def pair(member: StaffMember, households: Sequence[Household], *, by: int) -> int:
    """Let a helper stand by households from today on; return how many are new to him.

    A household has one helper: what it had with another ends.

    Raises:
        NothingToPairError: no household.
        OwnPairingError: the helper is the one who asks.
        NotHelperError: no helper's role where one of the households lives.
        TiedHouseholdError: one is the helper's own or a relative's.
    """
    if not households:
        raise NothingToPairError
    if member.id == by:
        raise OwnPairingError
    reach = member.scope(Permission.PAIRED)
    for household in households:
        if not (member.active and reach.covers_region(household.village_code)):
            raise NotHelperError(name=member.name, head=household.head)
    refuse_tied(member.id, [household.id for household in households])
    before = queries.helpers_of([household.id for household in households])
    new = [h for h in households if h.id not in before or before[h.id].staff_id != member.id]
    _end([h.id for h in new])
    for household in new:
        db.session.add(
            HelperPairing(
                staff_id=member.id,
                household_id=household.id,
                since=today(),
                created_by=by,
                created_at=now(),
            )
        )
        audit.record(
            "pairing.add",
            household.code,
            by=by,
            before={"helper": before[household.id].name} if household.id in before else None,
            after={"helper": member.name},
        )
    db.session.flush()
    return len(new)


def unpair(member: StaffMember, households: Sequence[Household], *, by: int) -> int:
    """End what a helper has with households; return how many ended."""
    mine = queries.paired_ids(member.id)
    ended = [household for household in households if household.id in mine]
    _end([household.id for household in ended])
    for household in ended:
        audit.record("pairing.end", household.code, by=by, before={"helper": member.name})
    return len(ended)


def plan_pairs(rows: Iterable[Row], scope: Scope) -> Plan:
    """Say what a table would pair, and what is wrong with it row by row."""
    rows = list(rows)
    by_name: dict[str, list[int]] = {}
    by_username = {}
    for shown in queries.helpers(scope):
        if shown.active:
            by_name.setdefault(shown.name, []).append(shown.id)
            by_username[shown.username] = shown.id
    known = _households([str(row.values["household"] or "") for row in rows], scope)
    pairs: dict[int, list[int]] = {}
    errors: list[RowError] = []
    said: set[str] = set()
    for row in rows:
        errors += row.errors
        if row.errors:
            continue
        code, name = str(row.values["household"]), str(row.values["helper"])
        household = known.get(code)
        found = [by_username[name]] if name in by_username else by_name.get(name, [])
        wrong = None
        if household is None or code in said:
            wrong = (0, UNKNOWN_HOUSEHOLD if household is None else REPEATED, code)
        elif household.state is not HouseholdState.ACTIVE:
            wrong = (0, LEFT_HOUSEHOLD, code)
        elif len(found) != 1:
            wrong = (1, SEVERAL_HELPERS if found else UNKNOWN_HELPER, name)
        else:
            pairs.setdefault(found[0], []).append(household.id)
        if wrong:
            errors.append(RowError(row.number, COLUMNS[wrong[0]].header, wrong[1], wrong[2]))
        said.add(code)
    return Plan(pairs, errors)


def take_pairs(plan: Plan, *, by: int) -> int:
    """Pair what a table says, all of it; return how many pairs are new."""
    new = 0
    for staff_id, ids in sorted(plan.pairs.items()):
        member = db.session.get_one(StaffMember, staff_id)
        found = db.session.scalars(
            select(Household).where(Household.id.in_(ids)).order_by(Household.id)
        ).all()
        new += pair(member, found, by=by)
    return new


def _households(codes: list[str], scope: Scope) -> dict[str, Household]:
    """Return the households of a scope by code, of codes that may be many."""
    found: dict[str, Household] = {}
    for start in range(0, len(codes), 500):
        for household in db.session.scalars(
            select(Household).where(
                Household.code.in_(codes[start : start + 500]),
                under(Household.village_code, scope.regions),
            )
        ):
            found[household.code] = household
    return found


def _end(household_ids: list[int]) -> None:
    db.session.execute(
        update(HelperPairing)
        .where(HelperPairing.household_id.in_(household_ids), HelperPairing.until.is_(None))
        .values(until=today())
        .execution_options(synchronize_session=False)
    )
