"""What each kind of event does once it is agreed to."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.awards.models import (
    Decision,
    Declaration,
    DeclarationSource,
    DeclarationState,
)
from supermarket.cards.models import Card, CardState
from supermarket.cards.service import cards
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.household_events.errors import MergedAwayError
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.households import queries as households
from supermarket.households.models import Household, HouseholdState, Proxy, StaffTie, TieKind
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.ledger.queries import verify
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Scope
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household, make_staff, the_actor
from tests.household_events.makers import happen, make_family, member, names
from tests.schemes.makers import make_rules, make_scheme

OTHER = Scope((OTHER_VILLAGE,), ())
HERE = Scope((VILLAGE,), ())


def lines(event: HouseholdEvent) -> dict[tuple[AccountKind, str], int]:
    """The points of an event's entry by account."""
    rows = db.session.execute(
        select(Account.kind, Account.owner_code, PointsLine.points)
        .join(Account, Account.id == PointsLine.account_id)
        .where(PointsLine.entry_id == event.entry_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def entry(event: HouseholdEvent) -> Entry:
    return db.session.get_one(Entry, event.entry_id)


def found(text: str, scope: Scope) -> list[str]:
    return [row.code for row in households.search(text, scope)]


def give_card(app: Flask, household: Household) -> Card:
    with transaction():
        return cards.issue(
            household,
            the_actor().id,
            secret=app.config["CARD_KEY"],
            public_url=app.config["PUBLIC_URL"],
        ).card


def declare(household: Household, state: DeclarationState) -> Declaration:
    """A declaration as it lies there, whoever made it."""
    make_scheme()
    make_rules()
    with transaction():
        version = db.session.scalars(select(RuleVersion).order_by(RuleVersion.id)).first()
        assert version is not None
        number = db.session.scalar(select(func.count()).select_from(Declaration)) or 0
        made = Declaration(
            code=f"{household.village_code}D{number + 1}",
            village_code=household.village_code,
            household_id=household.id,
            rule_version_id=version.id,
            rule_id=version.rule_id,
            occurred_on=today(),
            points_asked=5,
            points=5,
            state=state,
            source=DeclarationSource.SCORER,
            declared_by=the_actor().id,
            key=f"declared-{number}",
            position=1,
            submitted_at=now(),
            due_on=today(),
        )
        db.session.add(made)
    return made


def test_a_household_that_moves_takes_its_points_and_is_found_there_only(app: Flask) -> None:
    household = make_family("李建国", "张梅", points_held=86, phone="13800001234")

    event = happen(EventKind.MOVE, household, to_village=OTHER_VILLAGE, group="2组")

    assert (household.village_code, household.group) == (OTHER_VILLAGE, "2组")
    assert household.code.startswith(VILLAGE)
    assert balance(household) == 86
    assert lines(event) == {
        (AccountKind.ISSUED, VILLAGE): 86,
        (AccountKind.ISSUED, OTHER_VILLAGE): -86,
    }
    assert entry(event).kind is EntryKind.HOUSEHOLD_EVENT
    assert entry(event).key == f"household-event:{event.code}"
    for text in ("李建国", "ljg", "张梅", "1234", "2组", household.code):
        assert found(text, OTHER) == [household.code], text
        assert found(text, HERE) == [], text


def test_a_household_without_points_moves_without_an_entry(app: Flask) -> None:
    household = make_family("李建国")

    event = happen(EventKind.MOVE, household, to_village=OTHER_VILLAGE)

    assert household.village_code == OTHER_VILLAGE
    assert event.entry_id is None


def test_a_moved_household_keeps_its_card_and_its_declarations_stay_with_the_old_panel(
    app: Flask,
) -> None:
    household = make_family("李建国", points_held=10)
    card = give_card(app, household)
    declaration = declare(household, DeclarationState.SUBMITTED)

    happen(EventKind.MOVE, household, to_village=OTHER_VILLAGE)

    db.session.expire_all()
    assert card.state is CardState.ACTIVE
    assert (declaration.village_code, declaration.state) == (VILLAGE, DeclarationState.SUBMITTED)


def test_a_split_divides_people_and_points_to_the_point(app: Flask) -> None:
    household = make_family("李建国", "李小明", "小红", points_held=86)
    who = [member(household, "李小明"), member(household, "小红")]

    event = happen(
        EventKind.SPLIT,
        household,
        members=tuple(who),
        head=who[0],
        given=30,
        kept=56,
        group="4组",
        phone="13900005678",
    )

    made = db.session.get_one(Household, event.other_household_id)
    assert (made.head, made.group, made.phone) == ("李小明", "4组", "13900005678")
    assert made.village_code == VILLAGE
    assert names(made) == ["李小明", "小红"]
    assert names(household) == ["李建国"]
    assert [m.id for m in made.members] == who
    assert (balance(household), balance(made)) == (56, 30)
    assert found("lxm", HERE) == [made.code]
    assert "phone" not in event.plan
    assert event.outcome is not None
    assert event.outcome["after"] == {household.code: 56, made.code: 30}


def test_a_split_may_leave_the_rest_to_either_side(app: Flask) -> None:
    first, second = make_family("甲", "乙", points_held=50), make_family("丙", "丁", points_held=50)
    yi, ding = member(first, "乙"), member(second, "丁")

    given = happen(EventKind.SPLIT, first, members=(yi,), head=yi, given=20)
    kept = happen(EventKind.SPLIT, second, members=(ding,), head=ding, kept=20)

    assert lines(given)[AccountKind.HOUSEHOLD, first.code] == -20
    assert lines(kept)[AccountKind.HOUSEHOLD, second.code] == -30


def test_when_the_head_goes_somebody_else_becomes_the_head(app: Flask) -> None:
    household = make_family("李建国", "张梅", points_held=5)
    head, stays = member(household, "李建国"), member(household, "张梅")

    event = happen(EventKind.SPLIT, household, members=(head,), head=head, next_head=stays, given=0)

    db.session.expire_all()
    assert household.head == "张梅"
    assert household.members[0].relation == "户主"
    assert event.entry_id is None
    assert found("张梅", HERE) == [household.code]
    assert household.code not in found("李建国", HERE)


def test_a_merge_brings_people_points_and_pending_work(app: Flask) -> None:
    household = make_family("王五", "赵六", points_held=40, phone="13800009999")
    other = make_family("李建国", points_held=7)
    card = give_card(app, household)
    waits = declare(household, DeclarationState.NOTICED)
    done = declare(household, DeclarationState.REFUSED)

    event = happen(EventKind.MERGE, household, other_code=other.code)

    db.session.expire_all()
    assert (balance(household), balance(other)) == (0, 47)
    assert (household.state, household.phone) == (HouseholdState.LEFT, "")
    assert set(names(other)) == {"李建国", "王五", "赵六"}
    assert card.state is CardState.REVOKED
    assert (waits.household_id, done.household_id) == (other.id, household.id)
    assert found("王五", HERE) == [other.code]
    assert event.outcome is not None
    assert event.outcome["declarations"] == 1
    moved = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "declaration.hand_over")
    ).one()
    assert (moved.subject, moved.after) == (waits.code, {"household": other.code})


def test_a_merge_over_two_villages_moves_what_each_issued(app: Flask) -> None:
    household = make_family("王五", points_held=40)
    other = make_family("李建国", village=OTHER_VILLAGE)

    event = happen(EventKind.MERGE, household, other_code=other.code)

    assert lines(event) == {
        (AccountKind.HOUSEHOLD, household.code): -40,
        (AccountKind.HOUSEHOLD, other.code): 40,
        (AccountKind.ISSUED, VILLAGE): 40,
        (AccountKind.ISSUED, OTHER_VILLAGE): -40,
    }
    assert event.to_village == OTHER_VILLAGE


def test_a_member_who_died_stays_in_the_books_by_name(app: Flask) -> None:
    household = make_family("李建国", "李老汉", points_held=9)
    died = member(household, "李老汉")

    event = happen(EventKind.DEATH, household, member=died)

    assert names(household) == ["李建国"]
    assert [m.name for m in household.members] == ["李建国", "李老汉"]
    assert (balance(household), event.entry_id, household.head) == (9, None, "李建国")
    assert found("李老汉", HERE) == []


def test_when_the_head_died_somebody_of_the_house_follows(app: Flask) -> None:
    household = make_family("李建国", "张梅", points_held=9)
    died, next_head = member(household, "李建国"), member(household, "张梅")

    happen(EventKind.DEATH, household, member=died, next_head=next_head)

    assert names(household) == ["张梅"]
    assert (household.head, household.state) == ("张梅", HouseholdState.ACTIVE)
    assert balance(household) == 9


def test_when_the_last_of_a_house_died_another_takes_the_points(app: Flask) -> None:
    household, other = make_family("孤老", points_held=33), make_family("侄子")
    died = member(household, "孤老")

    happen(EventKind.DEATH, household, member=died, other_code=other.code)

    db.session.expire_all()
    assert (balance(household), balance(other)) == (0, 33)
    assert household.state is HouseholdState.LEFT
    assert names(other) == ["侄子"]


def test_when_nobody_takes_the_points_they_expire(app: Flask) -> None:
    household = make_family("孤老", points_held=33)

    event = happen(EventKind.DEATH, household, member=member(household, "孤老"))

    assert balance(household) == 0
    assert lines(event)[AccountKind.EXPIRED, VILLAGE] == 33


def test_who_leaves_leaves_nothing_behind_but_the_books(app: Flask) -> None:
    household = make_family("李建国", points_held=21, phone="13800001234")
    card = give_card(app, household)
    waits = declare(household, DeclarationState.ACCEPTED)
    with transaction():
        household.helper, household.identity_tail = "王秀英", "001X"
        db.session.add(
            Proxy(
                household_id=household.id,
                name="邻居",
                relation="邻居",
                since=today(),
                until=today(),
                created_by=the_actor().id,
                created_at=now(),
            )
        )

    event = happen(EventKind.LEAVE, household)

    db.session.expire_all()
    assert (household.state, household.phone, household.helper, household.identity_tail) == (
        HouseholdState.LEFT, "", "", "",
    )  # fmt: skip
    assert balance(household) == 0
    assert lines(event)[AccountKind.EXPIRED, VILLAGE] == 21
    assert card.state is CardState.REVOKED
    assert waits.state is DeclarationState.REFUSED
    decision = db.session.scalars(select(Decision)).one()
    assert event.code in decision.reason
    assert db.session.scalars(select(Proxy)).one().ended_at is not None
    written = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "household.leave")
    ).one()
    assert "13800001234" not in f"{written.before}{written.after}"
    assert found("1234", HERE) == []


def test_who_comes_back_has_the_points_again(app: Flask) -> None:
    household = make_family("李建国", points_held=21)
    happen(EventKind.LEAVE, household)

    event = happen(EventKind.REJOIN, household)

    db.session.expire_all()
    assert household.state is HouseholdState.ACTIVE
    assert balance(household) == 21
    assert entry(event).kind is EntryKind.REVERSAL
    assert list(verify.mistakes()) == []


def test_who_leaves_and_comes_back_twice_has_the_points_twice(app: Flask) -> None:
    household = make_family("李建国", points_held=21)

    for kind in (EventKind.LEAVE, EventKind.REJOIN) * 2:
        happen(kind, household)

    assert balance(household) == 21


def test_who_left_without_an_event_comes_back_with_what_is_there(app: Flask) -> None:
    household = make_family("李建国", points_held=21)
    with transaction():
        household.state = HouseholdState.LEFT

    event = happen(EventKind.REJOIN, household)

    assert (balance(household), event.entry_id) == (21, None)


def test_a_household_that_became_part_of_another_does_not_come_back_alone(app: Flask) -> None:
    household, other = make_family("王五", points_held=3), make_family("李建国")
    happen(EventKind.MERGE, household, other_code=other.code)

    with pytest.raises(MergedAwayError) as refusal:
        happen(EventKind.REJOIN, household)

    assert "李建国" in str(refusal.value)


def test_whoever_must_keep_out_of_a_house_keeps_out_of_what_becomes_of_it(app: Flask) -> None:
    household = make_family("李建国", "李小明", points_held=10)
    uncle = make_staff()
    with transaction():
        db.session.add(
            StaffTie(
                staff_id=uncle.id,
                household_id=household.id,
                kind=TieKind.RELATIVE,
                relation="叔叔",
                declared_by=uncle.id,
                declared_at=now(),
            )
        )
    son = member(household, "李小明")

    event = happen(EventKind.SPLIT, household, members=(son,), head=son, given=1)

    assert households.tied(uncle.id) == {household.id, event.other_household_id}


def test_nothing_of_an_event_is_kept_when_its_points_cannot_move(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, other = make_family("王五", points_held=3), make_family("李建国")
    monkeypatch.setattr("supermarket.household_events.service.carrying._post", lambda *_all: 1 / 0)

    with pytest.raises((ZeroDivisionError, DomainError)):
        happen(EventKind.MERGE, household, other_code=other.code)

    db.session.rollback()
    db.session.expire_all()
    assert household.state is HouseholdState.ACTIVE
    assert names(household) == ["王五"]
    assert make_household().state is HouseholdState.ACTIVE
