from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.errors import (
    BeyondScopeError,
    LastAdministratorError,
    LastRoleError,
    OutOfScopeError,
    OwnAccountError,
    PlaceAmbiguousError,
    PlaceUnknownError,
    RoleHeldError,
    RoleLevelError,
    RoleNotHeldError,
    ShopNeededError,
    ShopUnknownError,
    UsernameError,
    UsernameTakenError,
    WeakPasswordError,
)
from supermarket.staff.models import Grant, Role, Scope, StaffMember
from supermarket.staff.queries import Filter
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_regions,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.usefixtures("app")

IN_COUNTY, IN_TOWNSHIP = Scope((COUNTY,), ()), Scope((TOWNSHIP,), ())
SCORER = Grant(Role.SCORER, VILLAGE, None)
ADMINISTRATOR = Grant(Role.ADMINISTRATOR, COUNTY, None)


def account(username: str = "wangxiu", *grants: Grant) -> staff.NewAccount:
    hashed = staff.hash_password(username, PASSWORD, 64)
    return staff.NewAccount(
        username, "王秀", hashed, grants or (Grant(Role.SCORER, VILLAGE, None),)
    )


def opened(scope: Scope = IN_COUNTY, *accounts: staff.NewAccount) -> list[StaffMember]:
    with transaction():
        return staff.open_accounts(accounts or [account()], scope=scope, by=None)


def given(member: StaffMember, grant: Grant, scope: Scope = IN_COUNTY) -> None:
    with transaction():
        staff.assign(member, grant, scope=scope, by=None)


def grants_of(member: StaffMember) -> set[Grant]:
    db.session.expire_all()
    return {held.as_grant for held in member.grants}


def test_an_account_opens_with_its_roles_and_is_noted() -> None:
    boss = make_staff()

    with transaction():
        (member,) = staff.open_accounts([account()], scope=IN_COUNTY, by=boss.id)

    assert grants_of(member) == {Grant(Role.SCORER, VILLAGE, None)}
    noted = db.session.scalars(
        select(AuditEvent.action).where(
            AuditEvent.subject == "wangxiu", AuditEvent.staff_id == boss.id
        )
    ).all()
    assert sorted(noted) == ["staff.add", "staff.grant"]


def test_accounts_open_all_or_none() -> None:
    make_staff(username="taken")

    with pytest.raises(UsernameTakenError, match="“taken”已被使用"):
        opened(IN_COUNTY, account("first"), account("taken"))

    assert queries.person("first", IN_COUNTY) is None


@pytest.mark.parametrize(
    "username", ["ab", "a" * 33, "王秀英", "-abc", "abc-", "a b c", "new", "import"]
)
def test_a_username_has_a_form(username: str) -> None:
    make_regions()

    with pytest.raises(UsernameError):
        opened(IN_COUNTY, account(username))


@pytest.mark.parametrize(
    "password", ["short", "wangxiuying", "WangXiuYing", "1111111111", "x" * 201]
)
def test_a_password_has_a_form(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        staff.hash_password("wangxiuying", password, 64)


def test_made_passwords_are_fit_and_differ() -> None:
    made = {staff.make_password() for _ in range(50)}

    assert len(made) == 50
    assert all(len(password) == 14 and not set(password) & set("0O1lI") for password in made)


@pytest.mark.parametrize(
    ("grant", "scope", "refusal"),
    [
        (Grant(Role.SCORER, OTHER_VILLAGE[:6] + "101201", None), IN_TOWNSHIP, OutOfScopeError),
        (Grant(Role.SCORER, COUNTY, None), IN_TOWNSHIP, OutOfScopeError),
        (Grant(Role.ADMINISTRATOR, COUNTY, None), IN_TOWNSHIP, OutOfScopeError),
        (Grant(Role.COUNTY, COUNTY, None), IN_TOWNSHIP, OutOfScopeError),
        (Grant(Role.COUNTY, TOWNSHIP, None), IN_TOWNSHIP, RoleLevelError),
        (Grant(Role.TOWNSHIP, COUNTY, None), IN_COUNTY, RoleLevelError),
        (Grant(Role.TOWNSHIP, VILLAGE, None), IN_COUNTY, RoleLevelError),
        (Grant(Role.SHOPKEEPER, VILLAGE, None), IN_COUNTY, ShopNeededError),
        (Grant(Role.SCORER, VILLAGE, "410482100203S01"), IN_COUNTY, ShopNeededError),
        (Grant(Role.SCORER, OTHER_COUNTY, None), IN_COUNTY, OutOfScopeError),
        (Grant(Role.SCORER, VILLAGE, None), Scope((), ("410482100203S01",)), OutOfScopeError),
    ],
)
def test_nobody_gives_a_role_that_makes_no_sense_or_reaches_beyond_the_own(
    grant: Grant, scope: Scope, refusal: type[DomainError]
) -> None:
    member = make_staff(Role.HELPER, VILLAGE)
    before = grants_of(member)

    with pytest.raises(refusal):
        given(member, grant, scope)

    assert grants_of(member) == before


def test_a_shop_keeper_keeps_one_shop_and_may_keep_another() -> None:
    first, second = make_shop(), make_shop()
    keeper = make_staff(Role.SHOPKEEPER, shop=first)

    given(keeper, Grant(Role.SHOPKEEPER, second.region_code, second.code))

    assert {grant.shop_code for grant in grants_of(keeper)} == {first.code, second.code}


def test_a_role_is_not_given_twice() -> None:
    member = make_staff(Role.SCORER, VILLAGE)

    with pytest.raises(RoleHeldError):
        given(member, Grant(Role.SCORER, VILLAGE, None))


def test_a_role_is_taken_away() -> None:
    boss, member = make_staff(), make_staff(Role.SCORER, VILLAGE)
    given(member, Grant(Role.REVIEWER, VILLAGE, None))

    with transaction():
        staff.take(member, Grant(Role.SCORER, VILLAGE, None), scope=IN_COUNTY, by=boss.id)

    assert grants_of(member) == {Grant(Role.REVIEWER, VILLAGE, None)}


@pytest.mark.parametrize(
    ("grant", "scope", "refusal"),
    [
        (Grant(Role.SCORER, VILLAGE, None), Scope((OTHER_TOWNSHIP,), ()), OutOfScopeError),
        (Grant(Role.REVIEWER, VILLAGE, None), IN_COUNTY, RoleNotHeldError),
        (Grant(Role.SCORER, VILLAGE, None), IN_COUNTY, LastRoleError),
    ],
)
def test_a_role_is_not_taken_away(grant: Grant, scope: Scope, refusal: type[DomainError]) -> None:
    boss, member = make_staff(), make_staff(Role.SCORER, VILLAGE)

    with pytest.raises(refusal), transaction():
        staff.take(member, grant, scope=scope, by=boss.id)

    assert grants_of(member) == {Grant(Role.SCORER, VILLAGE, None)}


def test_the_last_administrator_of_a_place_stays() -> None:
    boss = make_staff()
    given(boss, Grant(Role.COUNTY, COUNTY, None))
    make_staff(Role.ADMINISTRATOR, TOWNSHIP)

    with pytest.raises(LastAdministratorError), transaction():
        staff.take(boss, ADMINISTRATOR, scope=IN_COUNTY, by=boss.id)

    assert ADMINISTRATOR in grants_of(boss)


def test_with_another_administrator_the_role_may_go() -> None:
    boss, other = make_staff(), make_staff()
    given(boss, Grant(Role.COUNTY, COUNTY, None))

    with transaction():
        staff.take(boss, ADMINISTRATOR, scope=IN_COUNTY, by=other.id)

    assert ADMINISTRATOR not in grants_of(boss)


def test_a_shut_administrator_does_not_count() -> None:
    boss, other = make_staff(), make_staff()
    given(boss, Grant(Role.COUNTY, COUNTY, None))
    with transaction():
        staff.deactivate(other, scope=IN_COUNTY, by=boss.id)

    with pytest.raises(LastAdministratorError), transaction():
        staff.take(boss, ADMINISTRATOR, scope=IN_COUNTY, by=other.id)


def test_nobody_shuts_the_own_account() -> None:
    boss = make_staff()
    make_staff()

    with pytest.raises(OwnAccountError), transaction():
        staff.deactivate(boss, scope=IN_COUNTY, by=boss.id)

    assert boss.active


def test_two_administrators_cannot_shut_each_other_at_once(app: Flask) -> None:
    ids = [make_staff().id, make_staff().id]
    together = Barrier(2)

    def shut(mine: int, theirs: int) -> str:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    other = db.session.get_one(StaffMember, theirs)
                    staff.deactivate(other, scope=IN_COUNTY, by=mine)
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor() as pool:
        outcomes = sorted(pool.map(shut, ids, reversed(ids)))

    db.session.expire_all()
    active = [db.session.get_one(StaffMember, staff_id).active for staff_id in ids]
    assert outcomes in (["LastAdministratorError", "done"], ["ConflictError", "done"])
    assert sorted(active) == [False, True]


Verb = Callable[[StaffMember, Scope, int], None]
VERBS: dict[str, Verb] = {
    "rename": lambda member, scope, by: staff.rename(member, "李", scope=scope, by=by),
    "reset": lambda member, scope, by: staff.reset_password(
        member, "another hash", scope=scope, by=by
    ),
    "deactivate": lambda member, scope, by: staff.deactivate(member, scope=scope, by=by),
    "activate": lambda member, scope, by: staff.activate(member, scope=scope, by=by),
    "end sessions": lambda member, scope, by: staff.end_sessions(member, scope=scope, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_an_account_that_also_works_elsewhere_is_not_a_township_s_to_manage(verb: str) -> None:
    boss = make_staff(Role.ADMINISTRATOR, TOWNSHIP)
    member = make_staff(Role.SCORER, VILLAGE)
    given(member, Grant(Role.COUNTY, COUNTY, None))
    before = (member.name, member.password_hash, member.active, member.session_number)

    with pytest.raises(BeyondScopeError), transaction():
        VERBS[verb](member, IN_TOWNSHIP, boss.id)

    db.session.expire_all()
    after = (member.name, member.password_hash, member.active, member.session_number)
    assert after == before


@pytest.mark.parametrize("verb", VERBS)
def test_everything_done_to_an_account_is_noted(verb: str) -> None:
    boss, member = make_staff(), make_staff(Role.SCORER, VILLAGE)
    if verb == "activate":
        with transaction():
            staff.deactivate(member, scope=IN_COUNTY, by=boss.id)

    with transaction():
        VERBS[verb](member, IN_COUNTY, boss.id)

    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.subject, last.staff_id) == (member.username, boss.id)


def test_people_are_found_by_name_username_role_place_and_state() -> None:
    scorer = make_staff(Role.SCORER, VILLAGE, username="scorer.wang")
    make_staff(Role.REVIEWER, OTHER_TOWNSHIP, username="reviewer.li")
    make_staff(Role.SCORER, OTHER_COUNTY, username="elsewhere")
    with transaction():
        staff.rename(scorer, "赵_敏", scope=IN_COUNTY, by=scorer.id)

    def found(asked: Filter, scope: Scope = IN_COUNTY) -> list[str]:
        return [member.username for member in queries.listed(scope, asked)]

    assert found(Filter()) == ["reviewer.li", "scorer.wang"]
    assert found(Filter(), IN_TOWNSHIP) == ["scorer.wang"]
    assert found(Filter(text="_")) == ["scorer.wang"]
    assert found(Filter(text="%")) == []
    assert found(Filter(text="REVIEWER")) == ["reviewer.li"]
    assert found(Filter(role=Role.SCORER)) == ["scorer.wang"]
    assert found(Filter(region=OTHER_TOWNSHIP)) == ["reviewer.li"]
    assert found(Filter(active=False)) == []
    assert found(Filter(), Scope((), ("410482100203S01",))) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (VILLAGE, VILLAGE),
        ("安沟村民委员会", VILLAGE),
        ("安沟村", VILLAGE),
        ("寄料镇安沟村", VILLAGE),
        ("寄料镇 安沟村", VILLAGE),
        (f"{VILLAGE} 寄料镇安沟村民委员会", VILLAGE),
        ("寄料镇", TOWNSHIP),
        ("410482100000", TOWNSHIP),
        ("410482000000", COUNTY),
        ("４１０４８２", COUNTY),
        ("汝州市", COUNTY),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, code: str) -> None:
    make_regions()

    assert queries.directory(IN_COUNTY).region(text) == code


@pytest.mark.parametrize(
    "text", ["", "没有村", OTHER_COUNTY, "襄城县", "41", "410482100999", "x" * 500]
)
def test_a_place_that_is_not_there_or_not_ours_is_refused(text: str) -> None:
    make_regions()

    with pytest.raises(PlaceUnknownError):
        queries.directory(IN_COUNTY).region(text)


def test_a_name_that_several_places_have_is_refused() -> None:
    make_regions()
    everywhere = queries.directory(Scope((COUNTY,), ()))
    for region in everywhere.regions:
        region.name = "新村民委员会" if len(region.code) == 12 else region.name
    db.session.flush()

    with pytest.raises(PlaceAmbiguousError):
        queries.directory(IN_COUNTY).region("新村")

    db.session.rollback()


def test_a_shop_is_found_by_code_or_name_in_the_scope_only() -> None:
    shop = make_shop(name="安沟店")

    assert queries.directory(IN_TOWNSHIP).shop(shop.code.lower()).code == shop.code
    assert queries.directory(IN_TOWNSHIP).shop("安沟店").region_code == VILLAGE
    for text in ("别的店", VILLAGE, ""):
        with pytest.raises(ShopUnknownError):
            queries.directory(IN_TOWNSHIP).shop(text)
    with pytest.raises(ShopUnknownError):
        queries.directory(Scope((OTHER_TOWNSHIP,), ())).shop(shop.code)
