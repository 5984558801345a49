"""What a household may earn by rule and period, and by month."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask

from supermarket.awards.errors import LimitReachedError, MemberNeededError
from supermarket.awards.service import AwardAsk
from supermarket.awards.service.caps import Span, span
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households.models import HouseholdMember
from supermarket.ledger.models import Entry
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Role, StaffMember
from tests.awards.makers import award, make_programme, take_back
from tests.factories import VILLAGE, balance, make_household, make_staff
from tests.schemes.makers import LABOUR, capped, make_rules

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("period", "on", "days"),
    [
        (CapPeriod.MONTH, date(2024, 2, 29), Span(date(2024, 2, 1), date(2024, 2, 29))),
        (CapPeriod.MONTH, date(2025, 12, 31), Span(date(2025, 12, 1), date(2025, 12, 31))),
        (CapPeriod.QUARTER, date(2025, 1, 1), Span(date(2025, 1, 1), date(2025, 3, 31))),
        (CapPeriod.QUARTER, date(2025, 12, 31), Span(date(2025, 10, 1), date(2025, 12, 31))),
        (CapPeriod.YEAR, date(2024, 7, 15), Span(date(2024, 1, 1), date(2024, 12, 31))),
        (CapPeriod.EVENT, date(2024, 7, 15), Span(date(2024, 7, 15), date(2024, 7, 15))),
        (CapPeriod.ONCE, date(2024, 7, 15), None),
        (CapPeriod.ONCE_PER_MEMBER, date(2024, 7, 15), None),
    ],
)
def test_a_period_is_the_calendar_s(period: CapPeriod, on: date, days: Span | None) -> None:
    found = span(period, on)

    assert found == days


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        (CapPeriod.MONTH, date(2025, 1, 31), date(2025, 2, 1)),
        (CapPeriod.QUARTER, date(2025, 3, 31), date(2025, 4, 1)),
        (CapPeriod.YEAR, date(2024, 12, 31), date(2025, 1, 1)),
        (CapPeriod.EVENT, date(2025, 5, 1), date(2025, 5, 2)),
    ],
)
def test_a_cap_opens_again_on_the_first_day_after_its_period(
    period: CapPeriod, last: date, first: date
) -> None:
    scorer, household = make_programme(capped(period, times=1)), make_household()
    award(scorer, household, on=last)

    with pytest.raises(LimitReachedError) as refused:
        award(scorer, household, on=last)
    award(scorer, household, on=first)

    assert refused.value.code == "limit_reached"
    assert refused.value.details["opens"] == first
    assert balance(household) == 10


def test_a_refusal_says_what_was_reached_and_when_it_opens_again() -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=1))
    household = make_household()
    award(scorer, household, on=date(2025, 1, 31))

    with pytest.raises(
        LimitReachedError,
        match=r"2025年1月1日至1月31日每户最多 1 次，李建国.*已记 1 次.*2025年2月1日以后的可以再记",
    ):
        award(scorer, household, on=date(2025, 1, 1))


def test_a_cap_of_points_counts_points() -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, points=12, points_min=1, points_max=9))
    household = make_household()
    award(scorer, AwardAsk(household.code, 8))

    with pytest.raises(LimitReachedError, match=r"最多 12 分，.*已得 8 分，不能再记 5 分"):
        award(scorer, AwardAsk(household.code, 5))
    award(scorer, AwardAsk(household.code, 4))

    assert balance(household) == 12


def test_two_lines_of_one_household_count_together() -> None:
    scorer, household = make_programme(capped(CapPeriod.MONTH, times=1)), make_household()

    with pytest.raises(LimitReachedError, match="已记 0 次，不能再记 2 次"):
        award(scorer, household, household)

    assert balance(household) == 0


def test_one_household_at_its_cap_refuses_the_whole_award() -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=1))
    done, fresh = make_household(), make_household()
    award(scorer, done)

    with pytest.raises(LimitReachedError):
        award(scorer, fresh, done)

    assert balance(fresh) == 0
    assert db.session.query(Entry).count() == 1


def test_once_is_once_for_ever() -> None:
    scorer, household = make_programme(capped(CapPeriod.ONCE, times=1)), make_household()
    award(scorer, household, on=date(2024, 3, 1))

    with pytest.raises(LimitReachedError, match="一共只能记 1 次"):
        award(scorer, household)


def test_once_per_member_counts_by_person() -> None:
    scorer = make_programme(capped(CapPeriod.ONCE_PER_MEMBER, times=1))
    household = make_household()
    father = household.members[0].id
    with transaction():
        child = HouseholdMember(household_id=household.id, name="李小妹")
        db.session.add(child)

    with pytest.raises(MemberNeededError):
        award(scorer, household)
    award(scorer, AwardAsk(household.code, None, father))
    award(scorer, AwardAsk(household.code, None, child.id))
    with pytest.raises(LimitReachedError, match="每人一共只能记 1 次"):
        award(scorer, AwardAsk(household.code, None, father))

    assert balance(household) == 10


def test_another_rule_or_another_household_has_a_cap_of_its_own() -> None:
    rule = capped(CapPeriod.MONTH, times=1)
    scorer = make_programme(rule, rule._replace(code="L02"))
    household, neighbour = make_household(), make_household()

    award(scorer, household)
    award(scorer, household, rule="L02")
    award(scorer, neighbour)

    assert (balance(household), balance(neighbour)) == (10, 5)


def test_a_village_that_adopts_a_rule_starts_no_cap_anew() -> None:
    rule = capped(CapPeriod.YEAR, times=1)
    scorer, household = make_programme(rule), make_household()
    award(scorer, household)
    make_rules(rule._replace(title="修渠"), region_code=VILLAGE, since=today())

    with pytest.raises(LimitReachedError):
        award(scorer, household)


def test_a_reversal_frees_the_cap() -> None:
    scorer, household = make_programme(capped(CapPeriod.YEAR, times=1)), make_household()
    first = award(scorer, household)
    take_back(scorer, first.reference)

    award(scorer, household)

    assert balance(household) == 5


def test_the_month_cap_counts_all_rules_together() -> None:
    scorer = make_programme(LABOUR, LABOUR._replace(code="L02"), month_cap=10)
    household = make_household()
    award(scorer, household, on=date(2025, 1, 1))
    award(scorer, household, rule="L02", on=date(2025, 1, 31))

    with pytest.raises(
        LimitReachedError, match=r"每月最多得 10 分.*2025年1月已得 10 分.*2025年2月1日以后"
    ):
        award(scorer, household, on=date(2025, 1, 15))
    award(scorer, household, on=date(2025, 2, 1))
    award(scorer, household, on=date(2024, 12, 31))

    assert balance(household) == 20


def test_points_of_a_shop_or_an_opening_do_not_fill_the_month() -> None:
    scorer = make_programme(month_cap=5)
    household = make_household(points_held=100)

    award(scorer, household)

    assert balance(household) == 105


@pytest.mark.parametrize("month_cap", [None, 5])
def test_two_scorers_at_once_do_not_pass_a_cap_of_one(app: Flask, month_cap: int | None) -> None:
    rule = LABOUR if month_cap else capped(CapPeriod.MONTH, times=1)
    make_programme(rule, month_cap=month_cap)
    scorers = [make_staff(Role.SCORER, VILLAGE).id for _each in range(4)]
    household = make_household()
    code = household.code
    together = Barrier(len(scorers))

    def press(staff_id: int) -> str:
        with app.app_context():
            scorer = db.session.get_one(StaffMember, staff_id)
            together.wait()
            try:
                award(scorer, AwardAsk(code))
            except LimitReachedError:
                return "refused"
            finally:
                db.session.remove()
            return "posted"

    with ThreadPoolExecutor(len(scorers)) as pool:
        results = list(pool.map(press, scorers))

    assert sorted(results) == ["posted", "refused", "refused", "refused"]
    assert balance(household) == 5


def test_one_key_pressed_many_times_at_once_is_one_award(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    scorer_id, code = scorer.id, household.code
    together = Barrier(5)

    def press(_press: int) -> str:
        with app.app_context():
            person = db.session.get_one(StaffMember, scorer_id)
            together.wait()
            try:
                return award(person, AwardAsk(code), key="pressed-twice").reference
            finally:
                db.session.remove()

    with ThreadPoolExecutor(5) as pool:
        references = set(pool.map(press, range(5)))

    assert len(references) == 1
    assert balance(household) == 5
