"""Taking points back: who may, from whom, and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.awards import queries
from supermarket.awards.errors import NoteTooLongError, ReasonNeededError, ReversalNotYoursError
from supermarket.awards.models import Award, AwardLine
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, TieKind
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import (
    AlreadyReversedError,
    InsufficientPointsError,
    KeyReusedError,
)
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.staff.models import Permission, Role, RoleGrant, StaffMember
from tests.awards.makers import award, decide, declare, make_panel, make_programme, sit, take_back
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_staff,
    request_for,
)
from tests.schemes.makers import LABOUR

pytestmark = pytest.mark.usefixtures("app")


def made_yesterday(reference: str, by: StaffMember) -> None:
    with transaction():
        found = queries.award(reference, by.scope(Permission.VIEW_HOUSEHOLDS))
        assert found is not None
        found.created_at -= timedelta(days=1)


def spend(account_id: int, points: int) -> None:
    request = request_for("spend")
    with transaction():
        side = ledger.open_system_account(AccountKind.DEDUCTED, VILLAGE)
        ledger.post(
            ledger.open_journal(VILLAGE).id,
            kind=EntryKind.DEDUCTION,
            occurred_on=today(),
            request=request,
            points=[ledger.PointsMove(account_id, -points), ledger.PointsMove(side, points)],
        )


def test_the_scorer_takes_an_award_back_on_the_same_day() -> None:
    scorer, household = make_programme(), make_household(points_held=2)
    awarded = award(scorer, household)

    taken = take_back(scorer, awarded.reference)

    assert taken.reverses == awarded.reference
    assert [(line.points, line.balance_after) for line in taken.lines] == [(-5, 2)]
    assert db.session.scalars(select(AwardLine.reversed_points)).all() == [5]


def test_one_household_of_a_batch_is_taken_back_alone_and_the_rest_later() -> None:
    scorer = make_programme()
    wrong, right = make_household(), make_household()
    awarded = award(scorer, wrong, right, wrong)

    take_back(scorer, awarded.reference, wrong)
    assert (balance(wrong), balance(right)) == (0, 5)
    take_back(scorer, awarded.reference)

    assert (balance(wrong), balance(right)) == (0, 0)


def test_an_award_is_taken_back_once() -> None:
    scorer = make_programme()
    household, other = make_household(), make_household()
    awarded = award(scorer, household, other)
    take_back(scorer, awarded.reference, household)

    with pytest.raises(AlreadyReversedError):
        take_back(scorer, awarded.reference, household)
    take_back(scorer, awarded.reference)
    with pytest.raises(AlreadyReversedError):
        take_back(scorer, awarded.reference)


def test_the_next_day_only_a_supervisor_takes_it_back() -> None:
    scorer, household = make_programme(), make_household()
    supervisor = make_staff(Role.SUPERVISOR, VILLAGE)
    awarded = award(scorer, household)
    made_yesterday(awarded.reference, scorer)

    with pytest.raises(ReversalNotYoursError, match="监督员"):
        take_back(scorer, awarded.reference)
    take_back(supervisor, awarded.reference)

    assert balance(household) == 0


def test_another_scorer_does_not_take_it_back() -> None:
    scorer, household = make_programme(), make_household()
    colleague = make_staff(Role.SCORER, VILLAGE)
    awarded = award(scorer, household)

    with pytest.raises(ReversalNotYoursError):
        take_back(colleague, awarded.reference)

    assert balance(household) == 5


@pytest.mark.parametrize("role", [Role.SCORER, Role.SUPERVISOR])
def test_an_award_of_another_village_is_not_found(role: Role) -> None:
    scorer, household = make_programme(), make_household()
    stranger = make_staff(role, OTHER_VILLAGE)
    awarded = award(scorer, household)

    with pytest.raises(NotFoundError):
        take_back(stranger, awarded.reference)


@pytest.mark.parametrize("role", [Role.SHOPKEEPER, Role.HELPER, Role.AUDITOR, Role.COUNTY])
def test_other_roles_take_nothing_back(role: Role) -> None:
    from tests.factories import make_shop

    scorer, household = make_programme(), make_household()
    shop = make_shop() if role is Role.SHOPKEEPER else None
    person = make_staff(role, VILLAGE, shop=shop)
    awarded = award(scorer, household)

    with pytest.raises((NotFoundError, ReversalNotYoursError)):
        take_back(person, awarded.reference)

    assert balance(household) == 5


def test_a_supervisor_takes_back_the_own_village_s_part_of_an_award_over_two() -> None:
    make_programme()
    township = make_staff(Role.SCORER, TOWNSHIP)
    supervisor = make_staff(Role.SUPERVISOR, VILLAGE)
    here, there = make_household(), make_household(village=OTHER_VILLAGE)
    awarded = award(township, here, there)

    with pytest.raises(ReversalNotYoursError):
        take_back(supervisor, awarded.reference)
    with pytest.raises(NotFoundError):
        take_back(supervisor, awarded.reference, there)
    take_back(supervisor, awarded.reference, here)

    assert (balance(here), balance(there)) == (0, 5)


def test_points_already_spent_are_not_taken_back() -> None:
    scorer, household = make_programme(), make_household()
    awarded = award(scorer, household)
    spend(household.account_id, 3)

    with pytest.raises(InsufficientPointsError):
        take_back(scorer, awarded.reference)

    assert balance(household) == 2
    assert db.session.scalars(select(AwardLine.reversed_points)).all() == [0]


@pytest.mark.parametrize("reason", ["", "  ", "错", "\0\0\0"])
def test_a_reason_is_needed(reason: str) -> None:
    scorer, household = make_programme(), make_household()
    awarded = award(scorer, household)

    with pytest.raises(ReasonNeededError):
        take_back(scorer, awarded.reference, reason=reason)
    with pytest.raises(NoteTooLongError):
        take_back(scorer, awarded.reference, reason="长" * 201)


@pytest.mark.parametrize(
    "reference",
    ["", "-", "x-1", f"{VILLAGE}-0", f"{VILLAGE}-99999999999999999999", "1-\0", "９-１"],
)
def test_a_reference_that_is_none_is_not_found(reference: str) -> None:
    scorer = make_programme()

    with pytest.raises(NotFoundError):
        take_back(scorer, reference)


def test_the_same_key_gives_the_first_receipt() -> None:
    scorer = make_programme()
    household, other = make_household(), make_household()
    awarded = award(scorer, household, other)

    first = take_back(scorer, awarded.reference, household, key="reversal-1")
    again = take_back(scorer, awarded.reference, household, key="reversal-1")

    assert again == first._replace(replayed=True)
    with pytest.raises(KeyReusedError):
        take_back(scorer, awarded.reference, other, key="reversal-1")


def test_two_reversals_at_once_take_back_once(app: Flask) -> None:
    scorer, household = make_programme(), make_household(points_held=100)
    scorer_id, reference = scorer.id, award(scorer, household).reference
    together = Barrier(2)

    def press(_press: int) -> str:
        with app.app_context():
            person = db.session.get_one(StaffMember, scorer_id)
            together.wait()
            try:
                take_back(person, reference)
            except AlreadyReversedError:
                return "refused"
            finally:
                db.session.remove()
            return "taken"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(press, range(2)))

    assert results == ["refused", "taken"]
    assert balance(household) == 100


def test_awards_are_listed_newest_first_for_those_they_concern() -> None:
    make_programme()
    township = make_staff(Role.SCORER, TOWNSHIP)
    here, there = make_household(), make_household(village=OTHER_VILLAGE, head="外村人")
    first = award(township, here)
    both = award(township, there, here)
    award(township, there)
    scope = make_staff(Role.SUPERVISOR, VILLAGE).scope(Permission.VIEW_HOUSEHOLDS)

    found = queries.awards(scope, limit=10)

    assert [row.reference for row in found] == [both.reference, first.reference]
    assert (found[0].households, found[0].points) == (2, 10)
    assert found[0].head == "李建国"
    assert queries.awards(scope, limit=10, before=found[0].id) == found[1:]
    assert len(db.session.scalars(select(Award)).all()) == 3


def test_what_a_panel_agreed_to_is_not_taken_back_by_who_pressed_the_button() -> None:
    """A scorer's same-day slip is the scorer's own; a panel's or a notice's is a supervisor's."""
    make_programme(LABOUR)
    household, panel = make_household(), make_panel(3)
    with transaction():
        panel[0].grants.append(RoleGrant(role=Role.SCORER, region_code=VILLAGE))
        db.session.add(panel[0])
    line = declare(None, household, rule="L01")[0]
    posted = decide(sit(panel), panel[0], line).reference or ""

    with pytest.raises(ReversalNotYoursError):
        take_back(panel[0], posted)
    assert balance(household) == 5
    take_back(make_staff(Role.SUPERVISOR, VILLAGE), posted)
    assert balance(household) == 0


def test_what_a_household_got_before_it_moved_is_taken_off_the_village_that_issued_it() -> None:
    scorer, moved, stayed = make_programme(), make_household(), make_household()
    given = award(scorer, moved, stayed)
    with transaction():
        db.session.get_one(Household, moved.id).village_code = OTHER_VILLAGE
    county = make_staff(Role.SUPERVISOR, TOWNSHIP)

    take_back(county, given.reference, moved)

    assert (balance(moved), balance(stayed)) == (0, 5)


def test_nobody_takes_back_what_a_relative_got() -> None:
    scorer, home = make_programme(), make_household()
    given = award(scorer, home)
    with transaction():
        households.declare_tie(scorer, home, TieKind.RELATIVE, "岳父", by=scorer.id)

    with pytest.raises(TiedHouseholdError):
        take_back(scorer, given.reference)

    assert balance(home) == 5
