"""Deductions in lists, one of them, and how it came about."""

import enum
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import VILLAGE
from supermarket.database import db
from supermarket.deductions.models import OPEN, Deduction, DeductionState, DeductionStep, Step
from supermarket.errors import N_
from supermarket.households.models import Household
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.staff.models import Scope, StaffMember


class Section(enum.Enum):
    """A part of the list."""

    OPEN = "open"
    REMINDED = "reminded"
    POSTED = "posted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Section.OPEN: N_("办理中"),
            Section.REMINDED: N_("提醒"),
            Section.POSTED: N_("已扣分"),
            Section.CANCELLED: N_("已撤销"),
        }[self]

    @property
    def states(self) -> Sequence[DeductionState]:
        """The states shown in it."""
        return OPEN if self is Section.OPEN else (DeductionState(self.value),)


class DeductionFound(NamedTuple):
    """A deduction in a list."""

    id: int
    code: str
    state: DeductionState
    household_code: str
    head: str
    village: str
    rule_code: str
    title: str
    #: Whole points to be taken; 0 for a reminder.
    points: int
    points_posted: int
    reversed_points: int
    occurred_on: date
    appeal_until: date | None


class StepFound(NamedTuple):
    """One step of a deduction's way."""

    step: Step
    #: Points that stand after it.
    points: int
    at: datetime
    #: Empty for the household itself and for the job that posts.
    actor: str
    words: str


def deduction(code: str, scope: Scope) -> Deduction | None:
    """Return a deduction or reminder by its code, if its village lies in ``scope``."""
    return db.session.scalar(
        select(Deduction).where(
            Deduction.code == code, under(Deduction.village_code, scope.regions)
        )
    )


def keyed(key: str) -> bool:
    """Whether a key has made a reminder or a proposal."""
    return db.session.scalar(select(Deduction.id).where(Deduction.key == key)) is not None


def listed(
    scope: Scope,
    states: Collection[DeductionState],
    *,
    household_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> list[DeductionFound]:
    """Return deductions in ``scope``, newest first; ``before`` is the last id of a page."""
    wanted = (
        select(
            Deduction.id,
            Deduction.code,
            Deduction.state,
            Household.code,
            Household.head,
            Region.name,
            Rule.code,
            RuleVersion.title,
            Deduction.points,
            Deduction.points_posted,
            Deduction.reversed_points,
            Deduction.occurred_on,
            Deduction.appeal_until,
        )
        .join(Household, Household.id == Deduction.household_id)
        .join(Region, Region.code == Deduction.village_code)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .join(Rule, Rule.id == Deduction.rule_id)
        .where(under(Deduction.village_code, scope.regions), Deduction.state.in_(states))
        .order_by(Deduction.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Deduction.id < before)
    if household_id is not None:
        wanted = wanted.where(Deduction.household_id == household_id)
    return [DeductionFound._make(row) for row in db.session.execute(wanted)]


def rule_of(deduction: Deduction) -> tuple[str, RuleVersion]:
    """Return the code of a deduction's rule and what it said when the deduction was made."""
    code, version = db.session.execute(
        select(Rule.code, RuleVersion)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .where(RuleVersion.id == deduction.rule_version_id)
    ).one()
    return code, version


def steps(deduction_id: int) -> list[StepFound]:
    """Return a deduction's way so far, first step first."""
    rows = db.session.execute(
        select(
            DeductionStep.step,
            DeductionStep.points,
            DeductionStep.at,
            StaffMember.name,
            DeductionStep.words,
        )
        .outerjoin(StaffMember, StaffMember.id == DeductionStep.actor_id)
        .where(DeductionStep.deduction_id == deduction_id)
        .order_by(DeductionStep.id)
    )
    return [
        StepFound(step, points, at, name or "", words) for step, points, at, name, words in rows
    ]


def last_reminder(household_id: int, rule_ids: Collection[int], on: date) -> Deduction | None:
    """Return the newest reminder that what happened on a day may follow.

    It was given under one of the rules, is not cancelled, and was written down before that
    day and less than twelve months ago: whoever was not told cannot have gone on.
    """
    begins = datetime.combine(on, time(), VILLAGE)
    a_year = begins.replace(year=on.year - 1, day=min(on.day, 28) if on.month == 2 else on.day)
    return db.session.scalar(
        select(Deduction)
        .where(
            Deduction.household_id == household_id,
            Deduction.rule_id.in_(rule_ids),
            Deduction.state == DeductionState.REMINDED,
            Deduction.proposed_at < begins,
            Deduction.proposed_at >= a_year,
        )
        .order_by(Deduction.id.desc())
        .limit(1)
    )


def due(on: date) -> list[str]:
    """Return the codes of the deductions to be posted: undisputed, and their window over."""
    return list(
        db.session.scalars(
            select(Deduction.code)
            .where(
                Deduction.state.in_((DeductionState.NOTIFIED, DeductionState.UPHELD)),
                Deduction.appeal_until < on,
            )
            .order_by(Deduction.id)
        )
    )


def titles(entry_ids: Sequence[int]) -> dict[int, str]:
    """Return what the rule of each deduction entry says; other entries are left out."""
    rows = db.session.execute(
        select(Deduction.entry_id, RuleVersion.title)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .where(Deduction.entry_id.in_(entry_ids))
    )
    return {entry_id: title for entry_id, title in rows if entry_id is not None}
