"""What an administrator does with people, inside the own scope and no further."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.database import db
from supermarket.regions.models import COUNTY, TOWNSHIP, within
from supermarket.staff.errors import (
    BeyondScopeError,
    LastAdministratorError,
    LastRoleError,
    OutOfScopeError,
    OwnAccountError,
    RoleHeldError,
    RoleLevelError,
    RoleNotHeldError,
    ShopNeededError,
)
from supermarket.staff.models import Grant, Role, RoleGrant, Scope, StaffMember
from supermarket.staff.queries.people import manageable
from supermarket.staff.service.accounts import (
    NewAccount,
    end_access,
    grant,
    open_account,
    set_password,
)


def open_accounts(
    accounts: Sequence[NewAccount], *, scope: Scope, by: int | None
) -> list[StaffMember]:
    """Open accounts with their roles, all of them or none.

    Raises:
        UsernameError, UsernameTakenError: a name cannot be had.
        OutOfScopeError, RoleLevelError, ShopNeededError: a role cannot be given there.
    """
    opened = []
    for account in accounts:
        member = open_account(account.username, account.name, account.password_hash, by=by)
        for given in account.grants:
            assign(member, given, scope=scope, by=by)
        opened.append(member)
    return opened


def assign(member: StaffMember, given: Grant, *, scope: Scope, by: int | None) -> None:
    """Give somebody a role that reaches no further than the giver.

    Raises:
        OutOfScopeError: the place is not the giver's.
        RoleLevelError: the role is not one for such a place.
        ShopNeededError: a shop keeper without a shop, or a shop for somebody else.
        RoleHeldError: the person has it.
    """
    check_grant(given, scope)
    if given in {held.as_grant for held in member.grants}:
        raise RoleHeldError(name=member.name)
    grant(member, given.role, region_code=given.region_code, shop_code=given.shop_code, by=by)


def check_grant(given: Grant, scope: Scope) -> None:
    """Refuse a role that makes no sense in its place, or reaches beyond ``scope``."""
    if (given.role is Role.SHOPKEEPER) != (given.shop_code is not None):
        raise ShopNeededError
    level = len(given.region_code)
    if (given.role is Role.TOWNSHIP and level != TOWNSHIP) or (
        given.role is Role.COUNTY and level > COUNTY
    ):
        raise RoleLevelError
    if not scope.covers_region(given.region_code):
        raise OutOfScopeError(what=given.region_code)


def take(member: StaffMember, given: Grant, *, scope: Scope, by: int) -> None:
    """Take a role away.

    Raises:
        OutOfScopeError: the role's place is not the taker's.
        RoleNotHeldError: the person does not have it.
        LastRoleError: it is the only one.
        LastAdministratorError: nobody else could manage the place.
    """
    if not scope.covers_region(given.region_code):
        raise OutOfScopeError(what=given.region_code)
    _keep_an_administrator(member, [given])
    held = next((held for held in member.grants if held.as_grant == given), None)
    if held is None:
        raise RoleNotHeldError(name=member.name)
    if len(member.grants) == 1:
        raise LastRoleError(name=member.name)
    member.grants.remove(held)
    db.session.flush()
    before = {"role": given.role.value, "region": given.region_code, "shop": given.shop_code}
    audit.record("staff.take_role", member.username, by=by, before=before)


def rename(member: StaffMember, name: str, *, scope: Scope, by: int) -> None:
    """Write somebody's name differently; raise BeyondScopeError if not the caller's to manage."""
    _refuse_beyond(member, scope)
    before, member.name = member.name, name
    db.session.flush()
    audit.record(
        "staff.rename", member.username, by=by, before={"name": before}, after={"name": name}
    )


def reset_password(member: StaffMember, password_hash: str, *, scope: Scope, by: int) -> None:
    """Give somebody a new password, hashed already.

    Raises:
        BeyondScopeError: the account is not the caller's to manage.
    """
    _refuse_beyond(member, scope)
    set_password(member, password_hash, by=by)


def deactivate(member: StaffMember, *, scope: Scope, by: int) -> None:
    """Shut an account; its sessions and tokens die at once, what it did stays.

    Raises:
        BeyondScopeError: the account is not the caller's to manage.
        OwnAccountError: it is the caller's own.
        LastAdministratorError: nobody else could manage a place.
    """
    _refuse_beyond(member, scope)
    if member.id == by:
        raise OwnAccountError
    _keep_an_administrator(member, [held.as_grant for held in member.grants])
    if not member.active:
        return
    member.active = False
    end_access(member)
    audit.record("staff.deactivate", member.username, by=by)


def activate(member: StaffMember, *, scope: Scope, by: int) -> None:
    """Open a shut account again; raise BeyondScopeError if not the caller's to manage."""
    _refuse_beyond(member, scope)
    if member.active:
        return
    member.active = True
    db.session.flush()
    audit.record("staff.activate", member.username, by=by)


def end_sessions(member: StaffMember, *, scope: Scope | None, by: int) -> None:
    """Sign somebody out everywhere; ``scope`` is None for the own account.

    Raises:
        BeyondScopeError: the account is not the caller's to manage.
    """
    if scope is not None:
        _refuse_beyond(member, scope)
    end_access(member)
    audit.record("staff.end_sessions", member.username, by=by)


def _refuse_beyond(member: StaffMember, scope: Scope) -> None:
    if not manageable(member, scope):
        raise BeyondScopeError(name=member.name)


def _keep_an_administrator(member: StaffMember, going: Iterable[Grant]) -> None:
    """Refuse to leave a place without an active administrator over it.

    All administrators are held, so that two of them cannot take each other's role at once.
    """
    leaving = [given for given in going if given.role is Role.ADMINISTRATOR]
    if not leaving:
        return
    others = db.session.scalars(
        select(StaffMember)
        .where(
            StaffMember.id.in_(
                select(RoleGrant.staff_id).where(RoleGrant.role == Role.ADMINISTRATOR)
            )
        )
        .order_by(StaffMember.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    reaches = [
        held.region_code
        for other in others
        if other.active
        for held in other.grants
        if held.role is Role.ADMINISTRATOR
        and not (other.id == member.id and held.as_grant in leaving)
    ]
    for given in leaving:
        if not any(within(given.region_code, reach) for reach in reaches):
            raise LastAdministratorError(name=member.name)
