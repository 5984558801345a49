"""Writing households down, changing them, taking in rosters."""

from supermarket.households.service.changing import hold
from supermarket.households.service.details import (
    HouseholdDetails,
    MemberDetails,
    NewHousehold,
)
from supermarket.households.service.freezing import (
    decide_freeze,
    lift_freeze,
    propose_freeze,
    refuse_frozen,
)
from supermarket.households.service.pairing import pair, unpair
from supermarket.households.service.proxies import NewProxy, add_proxy, end_proxy
from supermarket.households.service.tags import end_tag, tag
from supermarket.households.service.terms import index
from supermarket.households.service.ties import declare_tie, end_tie, refuse_tied
from supermarket.households.service.visits import add_visit, drop_plan, pay_visit
from supermarket.households.service.writing import add, update, version

__all__ = [
    "HouseholdDetails",
    "MemberDetails",
    "NewHousehold",
    "NewProxy",
    "add",
    "add_proxy",
    "add_visit",
    "decide_freeze",
    "declare_tie",
    "drop_plan",
    "end_proxy",
    "end_tag",
    "end_tie",
    "hold",
    "index",
    "lift_freeze",
    "pair",
    "pay_visit",
    "propose_freeze",
    "refuse_frozen",
    "refuse_tied",
    "tag",
    "unpair",
    "update",
    "version",
]
