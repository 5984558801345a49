"""The panel: who sits, what it decides, what it may not."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from supermarket.awards import queries, service
from supermarket.awards.errors import (
    AlreadyDecidedError,
    ChangedPointsError,
    DecisionReasonError,
    LimitReachedError,
    MinutesTooLongError,
    NotAReviewerError,
    NothingDecidedError,
    NotOnPanelError,
    OwnDeclarationError,
    PanelConfirmsError,
    PanelTiedError,
    PanelTooSmallError,
    RepeatedDeclarationError,
    ReviewClosedError,
    ReviewOpenError,
    TooFewReviewersError,
    VerdictError,
)
from supermarket.awards.models import (
    Award,
    AwardLine,
    Decision,
    Declaration,
    DeclarationState,
    Review,
    Verdict,
)
from supermarket.awards.service import AwardAsk, Judgement, deciding, posting
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import ConflictError, NotFoundError
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, TieKind
from supermarket.ledger.errors import KeyReusedError
from supermarket.ledger.models import Entry, EntryKind
from supermarket.schemes.models import CapPeriod
from supermarket.staff import service as staff
from supermarket.staff.models import Permission, Role, StaffMember
from tests.awards.makers import (
    CARE,
    HELP,
    HONOUR,
    award,
    confirm,
    decide,
    declare,
    make_panel,
    make_programme,
    sit,
    state,
)
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, balance, make_household, make_staff
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR, make_rules

pytestmark = pytest.mark.usefixtures("app")

ACCEPTED, REVIEWED = DeclarationState.ACCEPTED, DeclarationState.REVIEWED
SUBMITTED, REFUSED = DeclarationState.SUBMITTED, DeclarationState.REFUSED


def tie(member: StaffMember, household: Household) -> None:
    with transaction():
        households.declare_tie(member, household, TieKind.RELATIVE, "姐姐", by=member.id)


# -- who sits ----------------------------------------------------------------------------------


def test_a_panel_is_named_or_drawn_and_the_draw_can_be_checked() -> None:
    make_programme(HELP)
    pool = make_panel(6)
    named = sit(pool[:3])
    with transaction():
        service.close_review(named.code, minutes="没有申报", by=pool[0])

    with transaction():
        drawn = service.open_review(VILLAGE, draw=4, by=pool[5])

    assert (named.code, drawn.code) == (f"{VILLAGE}R1", f"{VILLAGE}R2")
    assert (named.seed, named.pool) == ("", "")
    kept: list[int] = json.loads(drawn.pool)
    assert kept == [member.id for member in pool]
    sat = {member.id for member in queries.panel(drawn.id)}
    assert sat == set(queries.drawn(drawn.seed, kept, 4))
    assert [t.drawn for t in queries.tickets(drawn)] == [True] * 4 + [False] * 2


def test_a_draw_is_the_same_however_often_and_from_whatever_order() -> None:
    first = queries.drawn("5eed", [3, 1, 4, 15, 9, 2, 6], 3)

    assert first == queries.drawn("5eed", [6, 2, 9, 15, 4, 1, 3], 3)
    assert {tuple(queries.drawn(str(seed), range(6), 3)) for seed in range(50)} != {tuple(first)}


def test_a_panel_too_small_or_of_strangers_is_refused() -> None:
    scorer = make_programme(HELP)
    pool, stranger = make_panel(3), make_staff(Role.REVIEWER, OTHER_VILLAGE)

    cases: tuple[tuple[type[Exception], dict[str, Any]], ...] = (
        (PanelTooSmallError, {"members": [pool[0].id, pool[1].id]}),
        (PanelTooSmallError, {"members": [pool[0].id, pool[1].id, pool[1].id]}),
        (PanelTooSmallError, {"members": []}),
        (PanelTooSmallError, {"draw": 2}),
        (TooFewReviewersError, {"draw": 9}),
        (NotAReviewerError, {"members": [pool[0].id, pool[1].id, stranger.id]}),
        (NotAReviewerError, {"members": [pool[0].id, pool[1].id, scorer.id]}),
    )
    for refusal, wish in cases:
        with pytest.raises(refusal), transaction():
            service.open_review(VILLAGE, by=pool[0], **wish)
    with pytest.raises(NotFoundError), transaction():
        service.open_review(OTHER_VILLAGE, draw=3, by=pool[0])
    of_township = make_staff(Role.REVIEWER, TOWNSHIP)
    with pytest.raises(NotFoundError), transaction():
        service.open_review(TOWNSHIP, draw=3, by=of_township)
    with pytest.raises(NotFoundError), transaction():
        service.open_review(VILLAGE, draw=3, by=scorer)
    assert db.session.query(Review).count() == 0


def test_whoever_was_deactivated_is_not_drawn() -> None:
    make_programme(HELP)
    pool = make_panel(4)
    administrator = make_staff()
    with transaction():
        staff.deactivate(
            pool[3], scope=administrator.scope(Permission.MANAGE_STAFF), by=administrator.id
        )

    found = queries.reviewers(VILLAGE)

    assert [member.id for member in found] == [member.id for member in pool[:3]]


def test_one_meeting_at_a_time_in_a_village(app: Flask) -> None:
    make_programme(HELP)
    pool = make_panel(3)
    ids = [member.id for member in pool]

    def press(_phone: int) -> str:
        member = db.session.get_one(StaffMember, ids[0])
        with transaction():
            return service.open_review(VILLAGE, members=ids, by=member).code

    answers = together(app, press, tills=4)

    assert answers[f"{VILLAGE}R1"] == 1
    assert set(answers) <= {f"{VILLAGE}R1", "ReviewOpenError", "ConflictError"}
    with pytest.raises(ReviewOpenError, match=f"{VILLAGE}R1"):
        sit(pool)


def test_a_meeting_ends_once_with_its_minutes() -> None:
    scorer = make_programme(HELP)
    pool = make_panel(4)
    review, line = sit(pool[:3]), declare(scorer, make_household())[0]

    with pytest.raises(NotOnPanelError), transaction():
        service.close_review(review.code, minutes="", by=pool[3])
    with pytest.raises(MinutesTooLongError), transaction():
        service.close_review(review.code, minutes="长" * 2001, by=pool[0])
    with transaction():
        service.close_review(review.code, minutes=" 三人到会。 \n全票通过。\n", by=pool[1])
    with pytest.raises(ReviewClosedError), transaction():
        service.close_review(review.code, minutes="", by=pool[0])

    kept = db.session.get_one(Review, review.id)
    assert kept.minutes == "三人到会。\n全票通过。"
    with pytest.raises(ReviewClosedError):
        decide(review, pool[0], line)
    assert state(line) is SUBMITTED


def test_the_next_day_another_reviewer_may_end_a_meeting_its_panel_left() -> None:
    make_programme(HELP)
    pool = make_panel(4)
    review = sit(pool[:3])
    with transaction():
        db.session.get_one(Review, review.id).held_on -= timedelta(days=1)

    scorer = make_staff(Role.SCORER, VILLAGE)
    with pytest.raises(NotFoundError), transaction():
        service.close_review(review.code, minutes="", by=scorer)
    with transaction():
        service.close_review(review.code, minutes="换届", by=pool[3])

    assert sit(pool[1:]).code == f"{VILLAGE}R2"


def test_a_line_that_a_merge_gave_away_while_its_account_was_waited_for_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scorer, panel = make_programme(HELP), make_panel(3)
    review, heir = sit(panel), make_household()
    line = declare(scorer, make_household())[0]
    hold = posting.hold_accounts

    def merged(accounts: Iterable[int]) -> None:
        hold(accounts)
        if not merges:
            merges.append(1)
            db.session.execute(update(Declaration).values(household_id=heir.id))

    merges: list[int] = []
    monkeypatch.setattr(deciding, "hold_accounts", merged)
    with pytest.raises(ConflictError), transaction():
        deciding.held([line.code], panel[0].scope(Permission.REVIEW))

    assert decide(review, panel[0], line).states == {line.code: ACCEPTED}


# -- what it decides ---------------------------------------------------------------------------


def test_one_submission_accepts_changes_and_refuses_with_reasons() -> None:
    scorer, panel = make_programme(HELP, CARE, HONOUR), make_panel()
    home = make_household()
    b, c = declare(scorer, home)[0], declare(scorer, home, rule="C12")[0]
    less = declare(scorer, AwardAsk(home.code, 9), rule="L09")[0]
    no = declare(scorer, AwardAsk(home.code, 2), rule="L09")[0]
    review = sit(panel)

    done = decide(
        review,
        panel[1],
        Judgement(b.code, Verdict.ACCEPT),
        Judgement(c.code, Verdict.ACCEPT),
        Judgement(less.code, Verdict.CHANGE, 4, "只帮了半天"),
        Judgement(no.code, Verdict.REFUSE, reason="没有这回事"),
    )

    assert list(done.states.values()) == [ACCEPTED, REVIEWED, ACCEPTED, REFUSED]
    assert (done.reference, done.replayed) == (None, False)
    db.session.expire_all()
    assert db.session.get_one(Declaration, less.id).points == 4
    step = queries.steps([less.id])[less.id][0]
    assert (step.points_before, step.points_after, step.reason) == (9, 4, "只帮了半天")
    assert (step.actor, step.review, step.verdict) == ("王秀英", review.code, Verdict.CHANGE)
    assert balance(home) == 0


def test_the_households_own_level_a_lines_are_one_entry_on_acceptance() -> None:
    make_programme(HELP, LABOUR, LABOUR._replace(code="L02", title="全天", points_min=10,
                                                 points_max=10))  # fmt: skip
    panel, home, other = make_panel(), make_household(), make_household()
    yesterday = today() - timedelta(days=1)
    lines = [
        declare(None, home, rule="L01", on=yesterday)[0],
        declare(None, other, rule="L02")[0],
        declare(None, home, rule="L02")[0],
        declare(None, home)[0],
    ]
    review = sit(panel)

    done = decide(review, panel[0], *lines, key="the-first-press")
    again = decide(review, panel[0], *lines, key="the-first-press")

    assert [s.value for s in done.states.values()] == ["posted"] * 3 + ["accepted"]
    assert (again.reference, again.replayed) == (done.reference, True)
    assert (balance(home), balance(other)) == (15, 10)
    entry = db.session.scalars(select(Entry).where(Entry.kind == EntryKind.AWARD)).one()
    assert (entry.occurred_on, entry.document) == (today(), review.code)
    made = db.session.scalars(select(Award)).one()
    assert made.rule_version_id is None
    days = db.session.scalars(select(AwardLine.occurred_on).order_by(AwardLine.occurred_on)).all()
    assert days == [yesterday, today(), today()]
    shown = queries.of_household(home.id)
    assert [row.found.reference for row in shown] == [None, done.reference, done.reference]


def test_the_same_lines_again_by_the_same_person_are_a_repeat_and_by_another_are_told() -> None:
    scorer, panel = make_programme(HELP), make_panel()
    first, second = declare(scorer, make_household())[0], declare(scorer, make_household())[0]
    review = sit(panel)
    decide(review, panel[0], first)

    again = decide(review, panel[0], first)
    with pytest.raises(AlreadyDecidedError, match=r"已由 王秀英 于 .* 决定") as told:
        decide(review, panel[1], first, second)

    assert again.replayed
    assert told.value.declaration == first.code
    assert state(second) is SUBMITTED
    assert db.session.query(Decision).count() == 1


def test_a_key_used_for_other_lines_is_refused() -> None:
    make_programme(LABOUR)
    panel, review_of = make_panel(), sit
    first, second = (declare(None, make_household(), rule="L01")[0] for _each in range(2))
    review = review_of(panel)
    decide(review, panel[0], first, key="the-same-key")

    with pytest.raises(KeyReusedError):
        decide(review, panel[0], second, key="the-same-key")


def test_of_two_reviewers_at_once_one_decides(app: Flask) -> None:
    """Whatever the two say about overlapping lines, each line is decided once, and counted once."""
    make_programme(LABOUR, month_cap=1000)
    panel = make_panel(4)
    homes = [make_household() for _each in range(3)]
    everybody = [member.id for member in panel]
    for number in range(4):
        lines = [declare(None, home, rule="L01")[0].code for home in homes]
        review = sit(panel)
        code = review.code

        def press(phone: int, lines: list[str] = lines, code: str = code) -> str:
            member = db.session.get_one(StaffMember, everybody[phone])
            picked = lines if phone % 2 else lines[::-1][: 2 + phone // 2]
            asked = [Judgement(line, Verdict.ACCEPT) for line in picked]
            request = service.asked_decisions(f"press-{code}-{phone}", code, asked, member.id)
            with transaction():
                service.decide(request, code, asked, by=member)
            return "decided"

        answers = together(app, press, tills=4)

        assert answers["decided"] == 1, answers
        assert set(answers) <= {"decided", "AlreadyDecidedError", "ConflictError"}
        rest = [line for line in lines if state_of(line) is SUBMITTED]
        for line in rest:
            decide(review, panel[0], Judgement(line, Verdict.ACCEPT))
        with transaction():
            service.close_review(code, minutes="", by=panel[0])
        assert [balance(home) for home in homes] == [5 * (number + 1)] * 3


def state_of(code: str) -> DeclarationState:
    db.session.rollback()
    return queries.declaration_or_404(code).state


def test_a_withdrawal_and_a_decision_at_once_are_one_of_both(app: Flask) -> None:
    scorer, panel = make_programme(HELP), make_panel()
    for _round in range(4):
        row, review = declare(scorer, make_household())[0], sit(panel)
        line, code, ids = row.code, review.code, [scorer.id, panel[0].id]

        def press(phone: int, line: str = line, code: str = code, ids: list[int] = ids) -> str:
            member = db.session.get_one(StaffMember, ids[phone])
            if phone == 0:
                with transaction():
                    service.withdraw(line, reason="报错了", by=member.id)
                return "withdrawn"
            asked = [Judgement(line, Verdict.ACCEPT)]
            request = service.asked_decisions(f"press-{code}", code, asked, member.id)
            with transaction():
                service.decide(request, code, asked, by=member)
            return "decided"

        answers = together(app, press, tills=2)

        assert answers["withdrawn"] + answers["decided"] == 1, answers
        assert len(queries.steps([row.id])[row.id]) == 1
        with transaction():
            service.close_review(code, minutes="", by=panel[0])


@pytest.mark.parametrize(
    ("verdict", "points", "reason", "refusal"),
    [
        (Verdict.REFUSE, None, "", DecisionReasonError),
        (Verdict.REFUSE, None, "不", DecisionReasonError),
        (Verdict.REFUSE, None, "不" * 201, DecisionReasonError),
        (Verdict.CHANGE, 3, " ", DecisionReasonError),
        (Verdict.CHANGE, 0, "没有做完", ChangedPointsError),
        (Verdict.CHANGE, -3, "没有做完", ChangedPointsError),
        (Verdict.CHANGE, 10, "做得多", ChangedPointsError),
        (Verdict.CHANGE, 5, "没有变", ChangedPointsError),
        (Verdict.CHANGE, None, "没有填", ChangedPointsError),
        (Verdict.WITHDRAW, None, "撤回", VerdictError),
        (Verdict.HOLD, None, "等等", VerdictError),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_nothing_of_it_is_kept(
    verdict: Verdict, points: int | None, reason: str, refusal: type[Exception]
) -> None:
    scorer, panel = make_programme(CARE), make_panel()
    fine, bad = (
        declare(scorer, AwardAsk(make_household().code, 5), rule="L09")[0] for _each in range(2)
    )
    review = sit(panel)

    with pytest.raises(refusal):
        decide(
            review,
            panel[0],
            Judgement(fine.code, Verdict.ACCEPT),
            Judgement(bad.code, verdict, points, reason),
        )

    assert (state(fine), state(bad)) == (SUBMITTED, SUBMITTED)
    assert db.session.query(Decision).count() == 0


def test_nothing_twice_nothing_at_all_and_nothing_of_elsewhere_is_decided() -> None:
    scorer, panel = make_programme(HELP), make_panel()
    other_scorer = make_staff(Role.SCORER, OTHER_VILLAGE)
    line = declare(scorer, make_household())[0]
    there = declare(other_scorer, make_household(village=OTHER_VILLAGE))[0]
    review = sit(panel)

    with pytest.raises(NothingDecidedError):
        decide(review, panel[0])
    with pytest.raises(RepeatedDeclarationError):
        decide(review, panel[0], line, line)
    with pytest.raises(NotFoundError):
        decide(review, panel[0], line, there)
    with pytest.raises(NotFoundError):
        decide(review, panel[0], Judgement("nonsense", Verdict.ACCEPT))
    with pytest.raises(NotFoundError):
        decide(review, make_staff(Role.REVIEWER, OTHER_VILLAGE), line)
    with pytest.raises(NotOnPanelError):
        decide(review, make_staff(Role.REVIEWER, VILLAGE), line)
    with pytest.raises(NotFoundError):
        decide(review, scorer, line)

    assert state(line) is SUBMITTED


# -- separation --------------------------------------------------------------------------------


def test_neither_the_declarer_nor_a_relative_decides() -> None:
    make_programme(HELP)
    panel = make_panel(5)
    with transaction():
        staff.grant(panel[0], Role.SCORER, region_code=VILLAGE, shop_code=None, by=None)
    own = declare(db.session.get_one(StaffMember, panel[0].id), make_household())[0]
    home = make_household()
    kin = declare(None, home)[0]
    tie(panel[1], home)
    review = sit(panel)

    with pytest.raises(OwnDeclarationError):
        decide(review, panel[0], own)
    with pytest.raises(TiedHouseholdError):
        decide(review, panel[1], kin)
    decide(review, panel[2], own, kin)

    assert (state(own), state(kin)) == (ACCEPTED, ACCEPTED)


def test_a_line_of_which_too_few_are_free_stays_for_another_panel() -> None:
    scorer, home = make_programme(HELP), make_household()
    panel = make_panel(4)
    kin, fine = declare(scorer, home)[0], declare(scorer, make_household())[0]
    tie(panel[1], home)
    review = sit(panel[:3])

    with pytest.raises(PanelTiedError, match="只有 2 人，至少要 3 人"):
        decide(review, panel[0], kin, fine)
    decide(review, panel[0], fine)
    with transaction():
        service.close_review(review.code, minutes="", by=panel[0])
    decide(sit(panel), panel[0], kin)

    assert (state(kin), state(fine)) == (ACCEPTED, ACCEPTED)


def test_the_township_confirms_level_c_or_refuses_with_a_reason() -> None:
    scorer, panel = make_programme(HONOUR, HELP), make_panel()
    township = make_staff(Role.TOWNSHIP, TOWNSHIP)
    yes, no = (declare(scorer, make_household(), rule="C12")[0] for _each in range(2))
    b = declare(scorer, make_household())[0]
    decide(sit(panel), panel[0], yes, no, b)

    confirm(township, yes)
    with pytest.raises(DecisionReasonError):
        confirm(township, no, verdict=Verdict.REFUSE)
    confirm(township, no, verdict=Verdict.REFUSE, reason="证书没有见到")
    again = confirm(township, no, verdict=Verdict.REFUSE, reason="证书没有见到")
    with pytest.raises(AlreadyDecidedError):
        confirm(make_staff(Role.TOWNSHIP, TOWNSHIP), yes)
    with pytest.raises(AlreadyDecidedError):
        confirm(township, b)

    assert again.replayed
    assert (state(yes), state(no), state(b)) == (ACCEPTED, REFUSED, ACCEPTED)


def test_the_confirmer_neither_declared_it_nor_sat_on_the_panel_nor_is_kin() -> None:
    scorer, panel = make_programme(HONOUR), make_panel()
    with transaction():
        staff.grant(panel[1], Role.TOWNSHIP, region_code=TOWNSHIP, shop_code=None, by=None)
        staff.grant(scorer, Role.TOWNSHIP, region_code=TOWNSHIP, shop_code=None, by=None)
    township = make_staff(Role.TOWNSHIP, TOWNSHIP)
    home = make_household()
    row = declare(db.session.get_one(StaffMember, scorer.id), home, rule="C12")[0]
    decide(sit(panel), panel[0], row)
    tie(township, home)

    for refusal, by in (
        (PanelConfirmsError, panel[1]),
        (OwnDeclarationError, scorer),
        (TiedHouseholdError, township),
        (NotFoundError, make_staff(Role.TOWNSHIP, "410482101")),
        (NotFoundError, panel[2]),
    ):
        with pytest.raises(refusal):
            confirm(db.session.get_one(StaffMember, by.id), row)
    assert state(row) is REVIEWED


# -- caps and rules ----------------------------------------------------------------------------


def test_what_is_accepted_and_not_posted_fills_the_cap() -> None:
    twice = HELP._replace(cap_times=2, cap_period=CapPeriod.MONTH)
    scorer, panel, home = make_programme(twice), make_panel(), make_household()
    lines = [declare(scorer, home)[0] for _each in range(3)]
    review = sit(panel)

    with pytest.raises(LimitReachedError, match=r"最多 2 次，.*已记 0 次，不能再记 3 次"):
        decide(review, panel[0], *lines)
    decide(review, panel[0], *lines[:2])
    with pytest.raises(LimitReachedError, match="已记 2 次，不能再记 1 次"):
        decide(review, panel[0], lines[2])
    decide(review, panel[0], lines[2], verdict=Verdict.REFUSE, reason="到上限了")

    assert [state(line) for line in lines] == [ACCEPTED, ACCEPTED, REFUSED]


def test_what_is_accepted_fills_the_month_for_level_a_too() -> None:
    scorer, panel = make_programme(HELP, LABOUR, month_cap=19), make_panel()
    home = make_household()
    decide(sit(panel), panel[0], declare(scorer, home)[0])

    with pytest.raises(LimitReachedError, match="已得 15 分，不能再记 5 分"):
        award(scorer, home)


def test_two_panels_words_at_once_pass_no_cap(app: Flask) -> None:
    """A decision and two awards of the same household at once: the month's cap holds."""
    scorer, panel = make_programme(HELP, LABOUR, month_cap=20), make_panel()
    home = make_household()
    row, review = declare(scorer, home)[0], sit(panel)
    line, code, home_code, ids = row.code, review.code, home.code, [panel[0].id, scorer.id]

    def press(phone: int) -> str:
        if phone == 0:
            member = db.session.get_one(StaffMember, ids[0])
            decide(review_of(code), member, Judgement(line, Verdict.ACCEPT))
        else:
            award(db.session.get_one(StaffMember, ids[1]), AwardAsk(home_code))
        return "done"

    answers = together(app, press, tills=4)

    earned = balance(home) + (15 if state(row) is ACCEPTED else 0)
    assert answers["done"] + answers["LimitReachedError"] + answers["MonthReachedError"] == 4
    assert earned in {15, 20}


def review_of(code: str) -> Review:
    return db.session.scalars(select(Review).where(Review.code == code)).one()


def test_a_rule_switched_off_meanwhile_is_decided_as_it_was_declared() -> None:
    scorer, panel, home = make_programme(HELP), make_panel(), make_household()
    row = declare(scorer, home)[0]
    make_rules(HELP._replace(enabled=False, points_min=1, points_max=1), since=today())

    decide(sit(panel), panel[0], row)

    db.session.expire_all()
    kept = db.session.get_one(Declaration, row.id)
    assert (kept.state, kept.points) == (ACCEPTED, 15)
