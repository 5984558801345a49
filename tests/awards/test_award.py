"""Giving points: who gets what, in which book, and what is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from supermarket.awards.errors import (
    CountiesApartError,
    DeductionError,
    FixedPointsError,
    FutureDayError,
    HouseholdLeftError,
    MemberNotInHouseholdError,
    NoLinesError,
    NoteTooLongError,
    PointsNeededError,
    PointsOutOfRangeError,
    ReviewRequiredError,
    RuleDisabledError,
    RulesDifferError,
)
from supermarket.awards.models import Award, AwardLine
from supermarket.awards.service import AwardAsk
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.ledger.models import Account, AccountKind, Entry, PointsLine
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import CapPeriod, Category, ReviewLevel
from supermarket.staff.models import Role
from tests.awards.makers import award, make_programme
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_staff,
)
from tests.schemes.makers import LABOUR, START, capped, make_rules, make_scheme

pytestmark = pytest.mark.usefixtures("app")

RANGE = LABOUR._replace(code="L08", points_min=1, points_max=2)


def issued(village: str) -> int:
    return -(
        db.session.scalar(
            select(func.sum(PointsLine.points))
            .join(Account, Account.id == PointsLine.account_id)
            .where(Account.kind == AccountKind.ISSUED, Account.owner_code == village)
        )
        or 0
    )


def test_an_award_is_posted_at_once_and_names_the_balance() -> None:
    scorer, household = make_programme(), make_household(points_held=81)

    awarded = award(scorer, household)

    assert awarded.reference == f"{VILLAGE}-2"
    assert [(line.points, line.balance_after) for line in awarded.lines] == [(5, 86)]
    assert balance(household) == 86
    assert issued(VILLAGE) == 5


def test_many_households_are_one_entry() -> None:
    scorer = make_programme()
    households = [make_household() for _each in range(40)]

    award(scorer, *households)

    assert db.session.query(Entry).count() == 1
    assert {balance(household) for household in households} == {5}
    assert issued(VILLAGE) == 200


def test_an_award_of_many_takes_no_more_statements_than_one(
    statements: Callable[[], int],
) -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=9), month_cap=500)
    asks = [AwardAsk(make_household().code) for _each in range(101)]
    award(scorer, asks[0])  # opens the village's book

    sent = []
    for batch in (asks[:1], asks[1:]):
        before = statements()
        award(scorer, *batch)
        sent.append(statements() - before)

    assert sent[0] == sent[1] <= 24


def test_each_village_issues_what_its_households_get_in_the_book_they_share() -> None:
    make_programme(RANGE)
    township = make_staff(Role.SCORER, TOWNSHIP)
    here, there = make_household(), make_household(village=OTHER_VILLAGE)

    awarded = award(township, AwardAsk(here.code, 1), AwardAsk(there.code, 2), rule="L08")

    assert awarded.reference == f"{TOWNSHIP}-1"
    assert (issued(VILLAGE), issued(OTHER_VILLAGE)) == (1, 2)


def test_two_townships_share_the_book_of_the_county() -> None:
    make_programme()
    county = make_staff(Role.SCORER, COUNTY)
    here, there = make_household(), make_household(village=f"{OTHER_TOWNSHIP}201")

    awarded = award(county, here, there)

    assert awarded.reference == f"{COUNTY}-1"


def test_two_counties_are_never_in_one_award() -> None:
    make_scheme("41")
    make_rules(region_code="41")
    everywhere = make_staff(Role.SCORER, "41")
    here, there = make_household(), make_household(village="411025001001")

    with pytest.raises(CountiesApartError):
        award(everywhere, here, there)

    assert balance(here) == 0


def test_the_member_who_earned_it_is_named_on_the_line() -> None:
    scorer, household = make_programme(), make_household()
    member = household.members[0]

    award(scorer, AwardAsk(household.code, None, member.id))

    assert db.session.scalars(select(AwardLine.member_id)).all() == [member.id]
    assert member.id in db.session.scalars(select(PointsLine.member_id)).all()


def test_a_member_of_another_household_or_who_left_is_refused() -> None:
    scorer, household, other = make_programme(), make_household(), make_household()
    stranger = other.members[0].id
    with transaction():
        gone = HouseholdMember(household_id=household.id, name="李小妹", present=False)
        db.session.add(gone)

    for member_id in (stranger, gone.id, 10**9):
        with pytest.raises(MemberNotInHouseholdError):
            award(scorer, AwardAsk(household.code, None, member_id))

    assert balance(household) == 0


def test_a_range_asks_for_the_points() -> None:
    scorer, household = make_programme(RANGE), make_household()

    with pytest.raises(PointsNeededError, match="是 1 到 2 分"):
        award(scorer, household, rule="L08")
    award(scorer, AwardAsk(household.code, 2), rule="L08")

    assert balance(household) == 2


@pytest.mark.parametrize("points", [0, -1, 3, 10**9, -(10**18)])
def test_points_outside_the_range_are_refused(points: int) -> None:
    scorer, household = make_programme(RANGE), make_household()

    with pytest.raises(PointsOutOfRangeError, match="只能记 1 到 2 分"):
        award(scorer, AwardAsk(household.code, points), rule="L08")

    assert balance(household) == 0


def test_a_fixed_rule_gives_no_other_points() -> None:
    scorer, household = make_programme(), make_household()

    with pytest.raises(FixedPointsError, match="每次固定记 5 分，不能记 6 分"):
        award(scorer, AwardAsk(household.code, 6))


@pytest.mark.parametrize("level", [ReviewLevel.B, ReviewLevel.C])
def test_levels_b_and_c_need_a_review(level: ReviewLevel) -> None:
    scorer = make_programme(LABOUR._replace(review_level=level))
    household = make_household()

    with pytest.raises(ReviewRequiredError, match="需要评议") as refused:
        award(scorer, household)

    assert refused.value.code == "review_required"


def test_a_deduction_is_never_posted_at_once() -> None:
    rule = LABOUR._replace(
        code="D05",
        category=Category.DEDUCTION,
        points_min=-1,
        points_max=-1,
        basis="村规民约第八条",
    )
    scorer, household = make_programme(rule), make_household(points_held=9)

    with pytest.raises(DeductionError, match="减分") as refused:
        award(scorer, household, rule="D05")

    assert refused.value.code == "review_required"
    assert balance(household) == 9


def test_a_rule_switched_off_or_unknown_is_refused() -> None:
    scorer = make_programme(LABOUR._replace(enabled=False))
    household = make_household()

    with pytest.raises(RuleDisabledError):
        award(scorer, household)
    for code in ("L99", "", "\0", "L01'--", "长" * 500):
        with pytest.raises(NotFoundError):
            award(scorer, household, rule=code)


def test_a_day_to_come_or_before_the_programme_is_refused() -> None:
    scorer, household = make_programme(), make_household()

    with pytest.raises(FutureDayError):
        award(scorer, household, on=today() + timedelta(days=1))
    with pytest.raises(NoSchemeError):
        award(scorer, household, on=START - timedelta(days=1))
    with pytest.raises(NoSchemeError):
        award(scorer, household, on=date(1, 1, 1))
    award(scorer, household, on=START)

    assert balance(household) == 5


def test_the_version_of_the_day_it_happened_gives_the_points() -> None:
    scorer, household = make_programme(), make_household()
    make_rules(LABOUR._replace(points_min=8, points_max=8), since=today())

    award(scorer, household, on=today() - timedelta(days=1))
    award(scorer, household)

    assert balance(household) == 13


def test_a_household_that_left_gets_nothing() -> None:
    scorer, household = make_programme(), make_household()
    with transaction():
        db.session.get_one(Household, household.id).state = HouseholdState.LEFT

    with pytest.raises(HouseholdLeftError, match="李建国"):
        award(scorer, household)


def test_a_household_outside_the_scope_is_not_found() -> None:
    scorer, here = make_programme(), make_household()
    there = make_household(village=OTHER_VILLAGE)

    with pytest.raises(NotFoundError, match=there.code):
        award(scorer, here, there)

    assert balance(here) == balance(there) == 0


@pytest.mark.parametrize("code", ["", "\0", "9" * 300, "李建国", "41048210020300０1", "' OR 1=1"])
def test_a_code_that_is_none_is_not_found(code: str) -> None:
    scorer = make_programme()

    with pytest.raises(NotFoundError):
        award(scorer, AwardAsk(code))


def test_villages_whose_rules_differ_are_awarded_apart() -> None:
    make_programme()
    make_rules(LABOUR._replace(title="修渠"), region_code=OTHER_VILLAGE, since=today())
    township = make_staff(Role.SCORER, TOWNSHIP)

    with pytest.raises(RulesDifferError):
        award(township, make_household(), make_household(village=OTHER_VILLAGE))


def test_nobody_and_too_many_are_refused() -> None:
    scorer, household = make_programme(), make_household()

    with pytest.raises(NoLinesError):
        award(scorer)
    with pytest.raises(NoLinesError):
        award(scorer, *[household] * 501)
    award(scorer, *[household] * 500)

    assert balance(household) == 2500


def test_a_note_is_kept_clean_and_short() -> None:
    scorer, household = make_programme(), make_household()

    with pytest.raises(NoteTooLongError):
        award(scorer, household, note="长" * 201)
    award(scorer, household, note=" 修\0路\n三组 ")

    assert db.session.scalars(select(Award.note)).all() == ["修路 三组"]


def test_the_same_key_gives_the_first_receipt() -> None:
    scorer, household = make_programme(), make_household()

    first = award(scorer, household, key="key-00000001")
    award(scorer, household)
    again = award(scorer, household, key="key-00000001")

    assert (first.replayed, again.replayed) == (False, True)
    assert again == first._replace(replayed=True)
    assert balance(household) == 10


def test_the_same_key_for_something_else_or_by_somebody_else_is_refused() -> None:
    scorer, household = make_programme(LABOUR, RANGE), make_household()
    colleague = make_staff(Role.SCORER, VILLAGE)
    award(scorer, household, key="key-00000001")

    with pytest.raises(KeyReusedError):
        award(scorer, AwardAsk(household.code, 1), rule="L08", key="key-00000001")
    with pytest.raises(KeyReusedError):
        award(colleague, household, key="key-00000001")
    with pytest.raises(KeyInvalidError):
        award(scorer, household, key="short")

    assert balance(household) == 5
