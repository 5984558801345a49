"""Questions about what waits for whom, and what the verbs need to know of declarations."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from supermarket.awards.models import PENDING, Declaration, DeclarationState
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.regions.queries import under
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.staff.models import Scope

#: What waits for panels, and for the township.
SUBMITTED, REVIEWED = DeclarationState.SUBMITTED, DeclarationState.REVIEWED


class Waits(NamedTuple):
    """How much waits, since when, and by which day the first should be done."""

    lines: int
    since: datetime | None
    due_on: date | None


def waiting(scope: Scope, state: DeclarationState) -> Waits:
    """Return how much is in one state inside ``scope``, and since when."""
    row = db.session.execute(
        select(
            func.count(), func.min(Declaration.submitted_at), func.min(Declaration.due_on)
        ).where(Declaration.state == state, under(Declaration.village_code, scope.regions))
    ).one()
    return Waits(*row)


def waiting_by_village(scope: Scope) -> dict[str, Waits]:
    """Return what waits for the panels inside ``scope``, by village."""
    rows = db.session.execute(
        select(
            Declaration.village_code,
            func.count(),
            func.min(Declaration.submitted_at),
            func.min(Declaration.due_on),
        )
        .where(
            Declaration.state == DeclarationState.SUBMITTED,
            under(Declaration.village_code, scope.regions),
        )
        .group_by(Declaration.village_code)
        .order_by(Declaration.village_code)
    )
    return {row[0]: Waits(*row[1:]) for row in rows}


def pending_points(village_codes: Collection[str]) -> dict[str, int]:
    """Return the points accepted and not posted yet, by village; 0 where there are none."""
    rows = db.session.execute(
        select(Declaration.village_code, func.sum(Declaration.points))
        .where(Declaration.village_code.in_(village_codes), Declaration.state.in_(PENDING))
        .group_by(Declaration.village_code)
    )
    return {**dict.fromkeys(village_codes, 0), **{row[0]: int(row[1]) for row in rows}}


def of_key(key: str) -> list[Declaration]:
    """Return what was declared under a client's key, in the order of its lines."""
    return list(
        db.session.scalars(
            select(Declaration).where(Declaration.key == key).order_by(Declaration.position)
        )
    )


def lines_of_key(key: str) -> tuple[str, list[tuple[str, int | None]]]:
    """Return the rule declared under a key, and each line's household and member."""
    rows = db.session.execute(
        select(Rule.code, Household.code, Declaration.member_id)
        .join(Rule, Rule.id == Declaration.rule_id)
        .join(Household, Household.id == Declaration.household_id)
        .where(Declaration.key == key)
        .order_by(Declaration.position)
    ).all()
    return rows[0][0], [(row[1], row[2]) for row in rows]


def named(declaration_id: int) -> tuple[str, str]:
    """Return the head of a declaration's household and what its rule says."""
    row = db.session.execute(
        select(Household.head, RuleVersion.title)
        .join(Declaration, Declaration.household_id == Household.id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .where(Declaration.id == declaration_id)
    ).one()
    return row[0], row[1]


def households_of(rows: Collection[Declaration]) -> Mapping[int, Household]:
    """Return the households of declarations by id."""
    ids = {row.household_id for row in rows}
    found = db.session.scalars(select(Household).where(Household.id.in_(ids)))
    return {household.id: household for household in found}


def versions_of(rows: Collection[Declaration]) -> Mapping[int, RuleVersion]:
    """Return the frozen rules of declarations by id, each with its ``rule``."""
    found = db.session.scalars(
        select(RuleVersion)
        .join(RuleVersion.rule)
        .options(contains_eager(RuleVersion.rule))
        .where(RuleVersion.id.in_({row.rule_version_id for row in rows}))
    )
    return {version.id: version for version in found}
