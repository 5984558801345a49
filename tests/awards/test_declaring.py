"""What is declared: by whom, for which day, once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from supermarket.awards import queries, service
from supermarket.awards.errors import (
    AlreadyDecidedError,
    DecisionReasonError,
    DeductionError,
    FutureDayError,
    HouseholdLeftError,
    HouseholdNotThereYetError,
    LimitReachedError,
    RuleDisabledError,
    WithdrawNotYoursError,
    WitnessTooLongError,
)
from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState
from supermarket.awards.service import AwardAsk, due
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, HouseholdState, TieKind
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError, MonthClosedError
from supermarket.ledger.models import Entry
from supermarket.schemes.models import CapPeriod, Category, ReviewPeriod, Scheme
from supermarket.staff.models import Permission, Role
from tests.awards.makers import (
    CARE,
    HELP,
    HONOUR,
    award,
    decide,
    declare,
    make_panel,
    make_programme,
    sit,
    state,
)
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE, balance, make_household, make_staff
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR, capped

pytestmark = pytest.mark.usefixtures("app")

A_MONTH_AGO = today().replace(day=1) - timedelta(days=1)


def entries() -> int:
    return db.session.query(Entry).count()


def test_what_needs_a_panel_waits_with_a_number_and_a_day() -> None:
    scorer, household = make_programme(HELP), make_household()

    made = declare(scorer, household, note="修水管", witness="王大爷")

    assert [(row.code, row.state, row.points) for row in made] == [
        (f"{VILLAGE}D1", DeclarationState.SUBMITTED, 15)
    ]
    assert made[0].due_on == due(Scheme(review_period=ReviewPeriod.MONTH, review_day=25), today())
    assert (made[0].note, made[0].witness, made[0].declared_by) == ("修水管", "王大爷", scorer.id)
    assert (balance(household), entries()) == (0, 0)


def test_level_a_by_a_scorer_is_posted_at_once() -> None:
    scorer, household = make_programme(LABOUR), make_household()

    made = declare(scorer, household, rule="L01", witness="王大爷")

    assert made[0].state is DeclarationState.POSTED
    assert balance(household) == 5
    shown = queries.declared(made[0].code, scorer.scope(Permission.VIEW_HOUSEHOLDS))
    assert shown is not None
    assert shown.found.reference == f"{VILLAGE}-1"


@pytest.mark.parametrize("source", [DeclarationSource.HOUSEHOLD, DeclarationSource.HELPER])
def test_nobody_else_posts_at_once(source: DeclarationSource) -> None:
    scorer, household = make_programme(LABOUR), make_household()

    made = declare(
        None if source is DeclarationSource.HOUSEHOLD else scorer,
        household,
        rule="L01",
        source=source,
    )

    assert made[0].state is DeclarationState.SUBMITTED
    assert balance(household) == 0


@pytest.mark.parametrize(
    ("period", "review_day", "on", "until"),
    [
        (ReviewPeriod.WEEK, 5, date(2026, 11, 22), date(2026, 11, 27)),
        (ReviewPeriod.WEEK, 7, date(2026, 11, 22), date(2026, 11, 22)),
        (ReviewPeriod.MONTH, 25, date(2026, 11, 25), date(2026, 11, 25)),
        (ReviewPeriod.MONTH, 25, date(2026, 11, 26), date(2026, 12, 25)),
        (ReviewPeriod.MONTH, 31, date(2027, 2, 3), date(2027, 2, 28)),
        (ReviewPeriod.MONTH, 1, date(2026, 12, 2), date(2027, 1, 1)),
        (ReviewPeriod.QUARTER, 31, date(2026, 11, 22), date(2026, 12, 31)),
        (ReviewPeriod.QUARTER, 10, date(2026, 12, 11), date(2027, 3, 10)),
    ],
)
def test_the_panel_meets_on_the_programmes_day(
    period: ReviewPeriod, review_day: int, on: date, until: date
) -> None:
    found = due(Scheme(review_period=period, review_day=review_day), on)

    assert found == until


def test_the_same_key_declares_once() -> None:
    scorer, household = make_programme(HELP, LABOUR), make_household()
    for rule in ("L03", "L01"):
        first = declare(scorer, household, rule=rule, key=f"the-same-key-{rule}")

        again = declare(scorer, household, rule=rule, key=f"the-same-key-{rule}")

        assert [row.code for row in again] == [row.code for row in first]
    assert balance(household) == 5
    assert db.session.query(Declaration).count() == 2


def test_the_same_key_for_something_else_is_refused() -> None:
    scorer, household, other = make_programme(HELP, CARE), make_household(), make_household()
    declare(scorer, household, key="the-same-key")

    care = AwardAsk(household.code, 3)
    with pytest.raises(KeyReusedError):
        declare(scorer, other, key="the-same-key")
    with pytest.raises(KeyReusedError):
        declare(scorer, household, other, key="the-same-key")
    with pytest.raises(KeyReusedError):
        declare(scorer, care, rule="L09", key="the-same-key")
    with pytest.raises(KeyReusedError):
        declare(scorer, household, key="the-same-key", on=A_MONTH_AGO)
    with pytest.raises(KeyReusedError):
        declare(None, household, key="the-same-key")


def test_a_key_that_gave_an_award_declares_nothing() -> None:
    scorer, household = make_programme(HELP, LABOUR), make_household()
    award(scorer, household, key="the-same-key")

    with pytest.raises(KeyReusedError):
        declare(scorer, household, key="the-same-key")


def test_one_key_from_five_phones_at_once_declares_once(app: Flask) -> None:
    scorer, household = make_programme(HELP), make_household()
    scope, staff_id, code = scorer.scope(Permission.AWARD), scorer.id, household.code

    def press(_phone: int) -> str:
        with transaction():
            made = service.declare(
                "the-same-key",
                "L03",
                today(),
                [AwardAsk(code)],
                by=staff_id,
                source=DeclarationSource.SCORER,
                scope=scope,
            )
            return made[0].code

    answers = together(app, press, tills=5)

    db.session.rollback()
    assert set(answers) <= {f"{VILLAGE}D1", "ConflictError"}
    assert db.session.query(Declaration).count() == 1


def test_numbers_of_two_villages_have_no_gap() -> None:
    make_programme(HELP)
    township = make_staff(Role.SCORER, VILLAGE[:9])
    here, there = make_household(), make_household(village=OTHER_VILLAGE)

    made = declare(township, here, there, here)
    with pytest.raises(FutureDayError):
        declare(township, here, on=today() + timedelta(days=1))
    after = declare(township, here)

    assert [row.code for row in made] == [f"{VILLAGE}D1", f"{OTHER_VILLAGE}D1", f"{VILLAGE}D2"]
    assert after[0].code == f"{VILLAGE}D3"


def test_a_day_before_the_household_was_there_is_refused() -> None:
    scorer, household = make_programme(HELP, LABOUR), make_household()
    with transaction():
        row = db.session.get_one(Household, household.id)
        row.created_at = now()

    yesterday = today() - timedelta(days=1)
    with pytest.raises(HouseholdNotThereYetError, match="登记的，不能记在这之前"):
        award(scorer, household, on=yesterday)
    with pytest.raises(HouseholdNotThereYetError, match="登记的，不能记在这之前"):
        declare(scorer, household, on=yesterday)
    declare(scorer, household)

    assert balance(household) == 0


def test_a_closed_month_is_refused_for_awards_and_declarations() -> None:
    scorer, household = make_programme(HELP, LABOUR), make_household()
    county = make_staff(Role.COUNTY)
    with transaction():
        ledger.close_month(COUNTY, A_MONTH_AGO, county.id)

    with pytest.raises(MonthClosedError):
        award(scorer, household, on=A_MONTH_AGO)
    with pytest.raises(MonthClosedError):
        declare(scorer, household, on=A_MONTH_AGO)


def test_nobody_declares_or_awards_for_the_own_household_or_a_relatives() -> None:
    scorer, household = make_programme(HELP, LABOUR), make_household()
    with transaction():
        households.declare_tie(scorer, household, TieKind.RELATIVE, "岳父", by=scorer.id)

    with pytest.raises(TiedHouseholdError):
        award(scorer, make_household(), household)
    with pytest.raises(TiedHouseholdError):
        declare(scorer, household)
    declare(None, household)

    assert balance(household) == 0


def test_what_cannot_be_meant_is_refused_in_words() -> None:
    off = HELP._replace(code="L05", enabled=False)
    minus = HELP._replace(
        code="D01",
        category=Category.DEDUCTION,
        points_min=-5,
        points_max=-5,
        basis="村规民约第八条",
    )
    scorer, household = make_programme(HELP, off, minus), make_household()
    gone = make_household()
    with transaction():
        db.session.get_one(Household, gone.id).state = HouseholdState.LEFT
    there = make_household(village=OTHER_VILLAGE)

    cases: tuple[tuple[type[Exception], Callable[[], object]], ...] = (
        (RuleDisabledError, lambda: declare(scorer, household, rule="L05")),
        (DeductionError, lambda: declare(scorer, household, rule="D01")),
        (HouseholdLeftError, lambda: declare(scorer, gone)),
        (NotFoundError, lambda: declare(scorer, there)),
        (NotFoundError, lambda: declare(scorer, household, rule="<b>")),
        (WitnessTooLongError, lambda: declare(scorer, household, witness="王" * 61)),
        (FutureDayError, lambda: declare(scorer, household, on=date(9999, 12, 31))),
    )
    for refusal, act in cases:
        with pytest.raises(refusal):
            act()
    assert db.session.query(Declaration).count() == 0


def test_markup_and_control_characters_are_only_words() -> None:
    scorer, household = make_programme(HELP), make_household()

    made = declare(scorer, household, note="<script>\x00alert(1)</script>", witness="<b>王</b>")

    assert made[0].note == "<script>alert(1)</script>"
    assert made[0].witness == "<b>王</b>"


def test_level_a_declared_passes_no_cap() -> None:
    scorer = make_programme(capped(CapPeriod.MONTH, times=1))
    household = make_household()
    declare(scorer, household, rule="L01")

    with pytest.raises(LimitReachedError):
        declare(scorer, household, rule="L01")

    assert balance(household) == 5
    assert db.session.query(Declaration).count() == 1


def test_the_declarer_takes_it_back_with_a_reason_until_it_is_decided() -> None:
    scorer, other = make_programme(HELP), make_staff(Role.SCORER, VILLAGE)
    household = make_household()
    panel = make_panel()
    mine, decided = declare(scorer, household)[0], declare(scorer, household)[0]
    decide(sit(panel), panel[0], decided)

    for refusal, row, by, reason in (
        (WithdrawNotYoursError, mine, other, "报错了"),
        (DecisionReasonError, mine, scorer, " "),
        (DecisionReasonError, mine, scorer, "错" * 201),
        (AlreadyDecidedError, decided, scorer, "报错了"),
    ):
        with pytest.raises(refusal), transaction():
            service.withdraw(row.code, reason=reason, by=by.id)
    with transaction():
        service.withdraw(mine.code, reason="报错了", by=scorer.id)

    assert state(mine) is DeclarationState.WITHDRAWN
    assert queries.steps([mine.id])[mine.id][0].reason == "报错了"
    with pytest.raises(AlreadyDecidedError), transaction():
        service.withdraw(mine.code, reason="报错了", by=scorer.id)


def test_a_household_takes_back_only_its_own() -> None:
    make_programme(HELP)
    household, neighbour = make_household(), make_household()
    mine = declare(None, household)[0]

    with pytest.raises(WithdrawNotYoursError), transaction():
        service.withdraw(mine.code, reason="记错了", by=None, household_id=neighbour.id)
    with transaction():
        service.withdraw(mine.code, reason="记错了", by=None, household_id=household.id)

    assert state(mine) is DeclarationState.WITHDRAWN


def test_honours_name_the_level(app: Flask) -> None:
    scorer, household = make_programme(HONOUR), make_household()

    made = declare(scorer, household, rule="C12")

    assert queries.waiting(scorer.scope(Permission.AWARD), made[0].state).lines == 1
