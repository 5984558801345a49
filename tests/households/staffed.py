"""Somebody signed in with a role, for tests of the people round a household."""

from flask import Flask
from flask.testing import FlaskClient

from supermarket.database import transaction
from supermarket.households import service as households
from supermarket.households.models import Household
from supermarket.staff.models import Role, StaffMember
from tests.factories import COUNTY, VILLAGE, make_shop, make_staff
from tests.pages import sign_in


def browser_of(app: Flask, member: StaffMember) -> FlaskClient:
    """A browser in which somebody is signed in."""
    browser = app.test_client()
    sign_in(browser, member)
    return browser


def entered(
    app: Flask, role: Role = Role.SCORER, region: str = VILLAGE
) -> tuple[FlaskClient, StaffMember]:
    """Somebody new with a role, and the browser."""
    shop = make_shop(region) if role is Role.SHOPKEEPER else None
    member = make_staff(role, region, shop=shop)
    return browser_of(app, member), member


def make_helper(*stood_by: Household, region: str = COUNTY) -> StaffMember:
    """A helper who stands by households."""
    member = make_staff(Role.HELPER, region)
    if stood_by:
        office = make_staff(Role.TOWNSHIP, COUNTY)
        with transaction():
            households.pair(member, stood_by, by=office.id)
    return member
