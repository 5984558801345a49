"""A village with a programme, a shop, a household, and the people who work there."""

from typing import NamedTuple

import pytest
from flask import Flask

from supermarket.households.models import Household
from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests.api.callers import Caller, signed_in
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
)
from tests.schemes.makers import make_rules, make_scheme


class Village(NamedTuple):
    """Who and what the tests of the API are about."""

    household: Household
    shop: Shop
    #: Soap at 5 points, 20 on the shelf; oil at 30 points, 3 on the shelf.
    soap: str
    oil: str
    shopkeeper: Caller
    scorer: Caller
    supervisor: Caller
    county: Caller
    #: The same jobs in the next village.
    other_keeper: Caller
    other_scorer: Caller


@pytest.fixture
def village(app: Flask) -> Village:
    """A household with 100 points, a shop with soap and oil, one of each job."""
    make_scheme()
    make_rules()
    household = make_household(points_held=100)
    shop = make_shop()
    soap = make_goods(price=5, shop=shop, on_hand=20)
    oil = make_goods(price=30, shop=shop, on_hand=3, name="食用油")
    return Village(
        household=household,
        shop=shop,
        soap=soap.sku,
        oil=oil.sku,
        shopkeeper=signed_in(app, Role.SHOPKEEPER, shop=shop),
        scorer=signed_in(app, Role.SCORER, VILLAGE),
        supervisor=signed_in(app, Role.SUPERVISOR, VILLAGE),
        county=signed_in(app, Role.COUNTY),
        other_keeper=signed_in(app, Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE)),
        other_scorer=signed_in(app, Role.SCORER, OTHER_VILLAGE),
    )
