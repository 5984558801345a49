"""What an event will do, said before it is done (会这样变)."""

from typing import Any, NamedTuple

from supermarket.database import db
from supermarket.errors import N_
from supermarket.household_events import queries
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.household_events.queries import Along
from supermarket.household_events.service import finding
from supermarket.household_events.service.asking import Proposal, checked, kept
from supermarket.household_events.service.weighing import Weighed, divided, weigh
from supermarket.households.models import Household
from supermarket.regions import queries as regions
from supermarket.staff.models import StaffMember


class Holding(NamedTuple):
    """What a household holds before and after."""

    #: Empty for a household that is yet to be made.
    code: str
    head: str
    before: int
    after: int


class Said(NamedTuple):
    """A sentence, untranslated, with its facts: said as an error's is."""

    message: str
    details: dict[str, Any]


class Effects(NamedTuple):
    """What an event will do."""

    holdings: list[Holding]
    sentences: list[Said]


def preview(proposal: Proposal, by: StaffMember) -> Effects:
    """Return what a proposal would do if it were approved now; nothing is written.

    Raises:
        DomainError: it could not be approved; the subclass says why.
    """
    proposal = checked(proposal)
    household, other = finding.households(proposal, by)
    finding.refuse_taken(household, other, by)
    return effects(weigh(proposal, household, other))


def planned(event: HouseholdEvent) -> Effects:
    """Return what an event that waits would do if it were approved now.

    Raises:
        DomainError: it could not be approved; the subclass says why.
    """
    household = db.session.get_one(Household, event.household_id)
    other = db.session.get(Household, event.other_household_id or 0)
    return effects(weigh(kept(event, household, other), household, other))


def effects(weighed: Weighed) -> Effects:
    """Return what a weighed proposal will do with the balances as they are now."""
    household, other = weighed.household, weighed.other
    accounts = [one.account_id for one in (household, other) if one is not None]
    held = queries.balances(accounts)
    balance = held[household.account_id]
    along = queries.along(household.id)
    kind = weighed.proposal.kind
    if kind is EventKind.MOVE:
        return _move(weighed, balance, along)
    if kind is EventKind.SPLIT:
        return _split(weighed, balance, along)
    if kind is EventKind.REJOIN:
        return _rejoin(weighed, balance)
    sentences = [_died(weighed)] if kind is EventKind.DEATH else []
    if other is not None:
        return _merge(weighed, other, balance, held[other.account_id], along, sentences)
    if weighed.ends:
        return _leave(household, balance, along, sentences)
    return Effects([_same(household, balance)], sentences + _heads(weighed, along))


def _move(weighed: Weighed, balance: int, along: Along) -> Effects:
    household, to = weighed.household, weighed.proposal.to_village
    names = regions.names([household.village_code, to])
    facts = {"head": household.head, "old": names[household.village_code], "new": names[to]}
    sentences = [
        Said(N_("{head}一户从{old}搬到{new}，户编号不变，积分卡照旧使用"), facts),
        Said(N_("{points} 分跟着走，以后由{new}管"), {"points": balance, **facts}),
    ]
    if along.declarations:
        words = N_("{count} 件没办完的申报仍由{old}办完，积分记到这一户")
        sentences.append(Said(words, {"count": along.declarations, **facts}))
    if along.deductions:
        words = N_("{count} 件没办完的扣分仍由{old}办完")
        sentences.append(Said(words, {"count": along.deductions, **facts}))
    return Effects([_same(household, balance)], sentences)


def _split(weighed: Weighed, balance: int, along: Along) -> Effects:
    household, head = weighed.household, weighed.head
    given = divided(weighed.proposal, balance)
    new_head = head.name if head is not None else ""
    names = "、".join(member.name for member in weighed.going)
    sentences = [
        Said(N_("{names}分出去，新户户主是{head}"), {"names": names, "head": new_head}),
        Said(N_("原来的卡留在原户；新户另编户编号，批准后要另发一张卡"), {}),
        *_heads(weighed, along),
    ]
    if along.declarations:
        words = N_("{count} 件没办完的申报留在原户")
        sentences.append(Said(words, {"count": along.declarations}))
    next_head = weighed.next_head.name if weighed.next_head is not None else household.head
    return Effects(
        [
            Holding(household.code, next_head, balance, balance - given),
            Holding("", new_head, 0, given),
        ],
        sentences,
    )


def _merge(
    weighed: Weighed,
    other: Household,
    balance: int,
    others: int,
    along: Along,
    sentences: list[Said],
) -> Effects:
    household = weighed.household
    facts = {"head": household.head, "other": other.head}
    if weighed.proposal.kind is EventKind.MERGE:
        names = "、".join(member.name for member in weighed.going)
        sentences.append(Said(N_("{names}成为{other}一户的人"), {"names": names, **facts}))
    words = N_("{head}一户的 {points} 分归{other}一户，{head}一户退出")
    sentences.append(Said(words, {"points": balance, **facts}))
    if along.declarations:
        words = N_("{count} 件没办完的申报转到{other}一户")
        sentences.append(Said(words, {"count": along.declarations, **facts}))
    if along.deductions:
        words = N_("{count} 件没办完的扣分转到{other}一户")
        sentences.append(Said(words, {"count": along.deductions, **facts}))
    return Effects(
        [
            Holding(household.code, household.head, balance, 0),
            Holding(other.code, other.head, others, others + balance),
        ],
        sentences + _ending(along),
    )


def _leave(household: Household, balance: int, along: Along, sentences: list[Said]) -> Effects:
    facts = {"head": household.head, "points": balance}
    sentences.append(Said(N_("{head}一户退出，余下的 {points} 分归零，不能再兑换"), facts))
    if along.declarations:
        words = N_("{count} 件没办完的申报不再办理")
        sentences.append(Said(words, {"count": along.declarations}))
    if along.deductions:
        words = N_("{count} 件没办完的扣分没有积分可扣")
        sentences.append(Said(words, {"count": along.deductions}))
    sentences += _ending(along)
    sentences.append(Said(N_("以后又回来，可以办“退出后又回来”，归零的积分会恢复"), {}))
    return Effects([Holding(household.code, household.head, balance, 0)], sentences)


def _rejoin(weighed: Weighed, balance: int) -> Effects:
    household, back = weighed.household, finding.taken_when_left(weighed)
    facts = {"head": household.head, "points": back}
    sentences = [
        Said(N_("{head}一户恢复在册，退出时归零的 {points} 分恢复"), facts),
        Said(N_("原来的卡已注销，电话已删除：批准后请重新发卡、登记电话"), {}),
    ]
    return Effects([Holding(household.code, household.head, balance, balance + back)], sentences)


def _same(household: Household, balance: int) -> Holding:
    return Holding(household.code, household.head, balance, balance)


def _died(weighed: Weighed) -> Said:
    words = N_("{name}记为已不在，姓名留在以前的账上")
    return Said(words, {"name": weighed.going[0].name})


def _heads(weighed: Weighed, along: Along) -> list[Said]:
    """Say what a new head brings with it."""
    if weighed.next_head is None:
        return []
    facts = {"old": weighed.household.head, "new": weighed.next_head.name}
    words = N_("户主由{old}改为{new}；其他人与户主的关系请批准后重新登记")
    sentences = [Said(words, facts)]
    if along.cards:
        words = N_("卡还能用，但印着{old}的名字，建议给{new}补发新卡")
        sentences.append(Said(words, facts))
    return sentences


def _ending(along: Along) -> list[Said]:
    """Say what a household that leaves leaves behind."""
    sentences = [
        Said(N_("卡 {number} 注销，不能再用"), {"number": number}) for number in along.cards
    ]
    if along.proxies:
        sentences.append(Said(N_("代领人的委托终止"), {}))
    if along.helpers:
        sentences.append(Said(N_("帮扶结对终止"), {}))
    sentences.append(Said(N_("联系电话、帮扶责任人、身份证后四位从这一户删除"), {}))
    return sentences
