"""Writing households down: codes, terms, audit, refusals."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import (
    HouseholdCodeError,
    HouseholdCodeTakenError,
    IdentityTailError,
    NameMissingError,
    NamesakeError,
    NotAVillageError,
    PhoneError,
    TagDatesError,
    TagPresentError,
)
from supermarket.households.models import Household, HouseholdTerm, TagKind
from supermarket.households.service import (
    HouseholdDetails,
    MemberDetails,
    NewHousehold,
)
from supermarket.households.service.pinyin import readings
from supermarket.ledger.models import Account
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_regions

HERE = Scope((VILLAGE,), ())


def added(head: str = "单建国", **fields: object) -> Household:
    """A household written down by the service."""
    make_regions()
    with transaction():
        return households.add(
            NewHousehold(village_code=VILLAGE, head=head, **fields),  # type: ignore[arg-type]
            None,
            namesake=True,
        )


def terms(household: Household) -> set[str]:
    return set(
        db.session.scalars(
            select(HouseholdTerm.term).where(HouseholdTerm.household_id == household.id)
        )
    )


def test_a_household_gets_the_next_number_of_its_village(app: Flask) -> None:
    first, second = added(), added()

    assert (first.code, second.code) == (f"{VILLAGE}0001", f"{VILLAGE}0002")


def test_the_head_is_a_member_and_the_account_holds_nothing(app: Flask) -> None:
    household = added(members=[MemberDetails("王秀英", "配偶")])

    assert [(m.name, m.relation) for m in household.members] == [
        ("单建国", "户主"),
        ("王秀英", "配偶"),
    ]
    assert queries.balance(household) == 0


def test_a_household_is_found_by_name_pinyin_code_phone_and_group(app: Flask) -> None:
    household = added(
        "单建国", group="第三村民小组", phone="138 0000-1234", members=[MemberDetails("吕雪")]
    )

    assert {
        "单建国", "建国", "shanjianguo", "sjg", "danjianguo", "djg", "吕雪", "lvxue", "lx",
        f"{VILLAGE}0001", "0001", "13800001234", "1234", "3组",
    } <= terms(household)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("曾小红", "zengxiaohong"), ("尉迟恭", "yuchigong"), ("解放", "xiefang"), ("查理", "zhali")],
)
def test_surnames_are_read_as_surnames(name: str, spelt: str) -> None:
    assert "".join(readings(name)[0]) == spelt


def test_a_name_without_a_known_reading_is_still_written_down(app: Flask) -> None:
    household = added("𬎆𠮷·Ali")

    assert household.head == "𬎆𠮷·Ali"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"head": "  \u200b"}, NameMissingError),
        ({"phone": "abc"}, PhoneError),
        ({"phone": "123"}, PhoneError),
        ({"identity_tail": "410482199001011234"}, IdentityTailError),
        ({"code": "0001"}, HouseholdCodeError),
        ({"code": f"{OTHER_VILLAGE}0001"}, HouseholdCodeError),
        ({"village_code": TOWNSHIP}, NotAVillageError),
        ({"village_code": "410482100999"}, NotAVillageError),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    app: Flask, fields: dict[str, str], refusal: type[DomainError]
) -> None:
    make_regions()
    new = NewHousehold(**{"village_code": VILLAGE, "head": "李建国"} | fields)  # type: ignore[arg-type]

    with pytest.raises(refusal), transaction():
        households.add(new, None)

    assert db.session.scalar(select(func.count()).select_from(Household)) == 0
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0


def test_a_village_out_of_scope_is_refused(app: Flask) -> None:
    make_regions()

    with pytest.raises(OutOfScopeError), transaction():
        households.add(NewHousehold(OTHER_VILLAGE, "李建国"), None, scope=HERE)


def test_a_code_is_given_once(app: Flask) -> None:
    household = added()

    with pytest.raises(HouseholdCodeTakenError):
        added("王五", code=household.code)


def test_the_same_head_in_the_same_group_needs_a_second_word(app: Flask) -> None:
    added("李建国", group="1组")

    with pytest.raises(NamesakeError), transaction():
        households.add(NewHousehold(VILLAGE, "李建国", "1组"), None)

    assert added("李建国", group="1组").code == f"{VILLAGE}0002"


def test_a_change_is_kept_with_before_and_after_and_moves_the_terms(app: Flask) -> None:
    household = added("李建国", group="1组", phone="13800001234")

    with transaction():
        households.update(household, HouseholdDetails("李卫国", "1组", "13800005678"), by=None)

    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.before == {"head": "李建国", "phone": "13800001234"}
    assert event.after == {"head": "李卫国", "phone": "13800005678"}
    assert "5678" in terms(household)
    assert "1234" not in terms(household)


def test_saving_without_a_change_writes_no_audit(app: Flask) -> None:
    household = added("李建国")
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))

    with transaction():
        households.update(household, HouseholdDetails("李建国"), by=None)

    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_members_who_are_not_named_stay_but_are_gone(app: Flask) -> None:
    household = added(members=[MemberDetails("王秀英", "配偶")])
    head, wife = household.members

    with transaction():
        households.update(
            household,
            HouseholdDetails(
                "单建国",
                members=[MemberDetails("单建国", "户主", head.id), MemberDetails("单小红")],
            ),
            by=None,
        )

    assert wife.present is False
    assert [m.name for m in household.members if m.present] == ["单建国", "单小红"]
    assert "wxy" not in terms(household)


def test_the_id_of_another_households_member_changes_nothing_there(app: Flask) -> None:
    mine, other = added(), added("王五")

    with transaction():
        households.update(
            mine,
            HouseholdDetails("单建国", members=[MemberDetails("张三", "", other.members[0].id)]),
            by=None,
        )

    assert [m.name for m in other.members] == ["王五"]


def test_a_tag_holds_from_a_day_until_another(app: Flask) -> None:
    household, day = added(), today() - timedelta(days=30)
    with transaction():
        households.tag(household, TagKind.LIFTED, None, since=day)

    with transaction():
        households.end_tag(household, TagKind.LIFTED, None)

    assert queries.current_tags(household, today()) == []
    assert [t.kind for t in queries.current_tags(household, day)] == [TagKind.LIFTED]


def test_tags_refuse_twice_never_and_tomorrow(app: Flask) -> None:
    household = added(tags=[TagKind.LIFTED])

    with pytest.raises(TagPresentError), transaction():
        households.tag(household, TagKind.LIFTED, None, since=today())
    with pytest.raises(NotFoundError), transaction():
        households.end_tag(household, TagKind.MARGINAL, None)
    with pytest.raises(TagDatesError), transaction():
        households.tag(household, TagKind.MARGINAL, None, since=today() + timedelta(days=1))
    with pytest.raises(TagDatesError), transaction():
        households.end_tag(household, TagKind.LIFTED, None, until=date(2020, 1, 1))
