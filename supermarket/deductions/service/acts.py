"""What happened, whose it is and under which rule: checked once for reminders and deductions."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import local, now, today
from supermarket.database import db
from supermarket.deductions.errors import (
    BeforeHouseholdError,
    FutureDayError,
    HouseholdLeftError,
    MemberNotInHouseholdError,
    NoBasisError,
    NotADeductionRuleError,
    RuleDisabledError,
    WordsNeededError,
)
from supermarket.deductions.models import Deduction, DeductionState
from supermarket.deductions.service.steps import words_of
from supermarket.errors import NotFoundError
from supermarket.households import queries as households_queries
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Category, Rule, RuleVersion
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember


class Act(NamedTuple):
    """What happened: whose it is, under which rule, when."""

    household: Household
    version: RuleVersion
    rule_code: str
    occurred_on: date
    words: str
    member_id: int | None


def check_rule(version: RuleVersion) -> None:
    """Refuse a rule that may not be used to remind or to deduct.

    Raises:
        NotADeductionRuleError, RuleDisabledError, NoBasisError: it gives points, is switched
            off, or rests on no named law, charter or agreement.
    """
    if version.category is not Category.DEDUCTION:
        raise NotADeductionRuleError(title=version.title)
    if not version.enabled:
        raise RuleDisabledError(title=version.title)
    if not version.basis.strip():
        raise NoBasisError(title=version.title)


def seen(
    key: str,
    household_code: str,
    rule_code: str,
    occurred_on: date,
    words: str,
    by: StaffMember,
    *,
    reminder: bool,
    points: int | None = None,
) -> Deduction | None:
    """Return what a key made before, if anything; ``points`` None is what the rule says.

    Raises:
        KeyInvalidError: it is no key.
        KeyReusedError: it named something else.
    """
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    row = db.session.execute(
        select(Deduction, Household.code, Rule.code)
        .join(Household, Household.id == Deduction.household_id)
        .join(Rule, Rule.id == Deduction.rule_id)
        .where(Deduction.key == key)
    ).first()
    if row is None:
        return None
    first: Deduction = row[0]
    made = (row[1], row[2], first.occurred_on, first.note, first.proposed_by)
    asked = (household_code, rule_code, occurred_on, cleaned(words), by.id)
    kept = first.reminder_id is None, first.points_asked if points is not None else None
    if (made, kept) != (asked, (reminder, points)):
        raise KeyReusedError
    return first


def act_of(
    household_code: str,
    rule_code: str,
    occurred_on: date,
    words: str,
    member_id: int | None,
    by: StaffMember,
) -> Act:
    """Check who, what and when; return it.

    Raises:
        TiedHouseholdError: it is the scorer's own household or a relative's.
        HouseholdLeftError: the household no longer takes part.
        FutureDayError, BeforeHouseholdError, MonthClosedError: no such day can be named.
        MemberNotInHouseholdError, WordsNeededError: nobody there, or nothing said.
    """
    household = households_queries.household(household_code, by.scope(Permission.DEDUCT))
    if household is None:
        raise NotFoundError(what=household_code[:40])
    if household.state is HouseholdState.LEFT:
        raise HouseholdLeftError(head=household.head, household=household.code)
    households.refuse_tied(by.id, [household.id])
    if occurred_on > today():
        raise FutureDayError
    since = local(household.created_at).date()
    if occurred_on < since:
        raise BeforeHouseholdError(head=household.head, household=household.code, since=since)
    ledger.refuse_closed(household.village_code, occurred_on)
    version = schemes.rule(rule_code, household.village_code, occurred_on)
    check_rule(version)
    check_rule(schemes.rule(rule_code, household.village_code, today()))
    if member_id is not None:
        member = db.session.get(HouseholdMember, member_id)
        if member is None or member.household_id != household.id or not member.present:
            raise MemberNotInHouseholdError(head=household.head)
    words = words_of(words, refusal=WordsNeededError)
    return Act(household, version, rule_code, occurred_on, words, member_id)


def number(household: Household) -> str:
    """Return the next number of the village: from here on one at a time in it.

    Raises:
        HouseholdLeftError: the household left while its number was waited for.
    """
    village = household.village_code
    code = f"{village}J{ledger.number(village, 'deduction')}"
    held = households.hold([household.id])[household.id]
    if held.state is HouseholdState.LEFT:
        raise HouseholdLeftError(head=held.head, household=held.code)
    return code


def make(
    key: str,
    code: str,
    act: Act,
    state: DeductionState,
    by: StaffMember,
    *,
    points: int = 0,
    reminder_id: int | None = None,
    document_number: str = "",
) -> Deduction:
    """Write down a reminder or a proposal."""
    made = Deduction(
        code=code,
        key=key,
        village_code=act.household.village_code,
        household_id=act.household.id,
        member_id=act.member_id,
        rule_version_id=act.version.id,
        rule_id=act.version.rule_id,
        reminder_id=reminder_id,
        points_asked=points,
        points=points,
        occurred_on=act.occurred_on,
        note=act.words,
        document_number=document_number,
        state=state,
        proposed_by=by.id,
        proposed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made
