"""What hangs on a household and goes along, or ends with it: cards, declarations, deductions."""

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationState, Verdict
from supermarket.cards.models import Card
from supermarket.cards.service import cards
from supermarket.database import db
from supermarket.deductions.models import OPEN, Deduction
from supermarket.household_events.queries import HELD, UNDECIDED
from supermarket.households.models import Household


def hand_over(source: Household, target: Household, by: int) -> tuple[int, int]:
    """Let the undecided declarations and open deductions of one household be another's.

    Return how many there were of each.
    """
    declarations = db.session.scalars(
        update(Declaration)
        .where(Declaration.household_id == source.id, Declaration.state.in_(UNDECIDED))
        .values(household_id=target.id)
        .returning(Declaration.code)
    ).all()
    deductions = db.session.scalars(
        update(Deduction)
        .where(Deduction.household_id == source.id, Deduction.state.in_(OPEN))
        .values(household_id=target.id)
        .returning(Deduction.code)
    ).all()
    for action, codes in (("declaration.hand_over", declarations),
                          ("deduction.hand_over", deductions)):  # fmt: skip
        for code in sorted(codes):
            audit.record(
                action,
                code,
                by=by,
                before={"household": source.code},
                after={"household": target.code},
            )
    return len(declarations), len(deductions)


def refuse_declarations(household: Household, reason: str, by: int) -> int:
    """Turn down what a household that leaves still had declared; return how much it was."""
    waiting = db.session.execute(
        select(Declaration.id, Declaration.points, Declaration.state)
        .where(Declaration.household_id == household.id, Declaration.state.in_(UNDECIDED))
        .order_by(Declaration.id)
        .with_for_update()
    ).all()
    by_state: dict[DeclarationState, list[int]] = {}
    for row in waiting:
        by_state.setdefault(row.state, []).append(row.id)
        awards.record_decision(
            row.id, Verdict.REFUSE, DeclarationState.REFUSED, row.points, row.points, reason, by
        )
    for state, ids in by_state.items():
        awards.advance(ids, before=state, after=DeclarationState.REFUSED)
    return len(waiting)


def end_cards(household: Household, reason: str, by: int) -> list[str]:
    """End the cards a household holds, lost ones too; return their numbers."""
    held = db.session.scalars(
        select(Card)
        .where(Card.household_id == household.id, Card.state.in_(HELD))
        .order_by(Card.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for card in held:
        cards.revoke(card, reason, by)
    return [card.card_number for card in held]
