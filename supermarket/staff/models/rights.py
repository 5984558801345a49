"""What may be done here, by which role."""

import enum

from supermarket.errors import N_


class Permission(enum.Enum):
    """One thing a role may do; a view names the one it needs."""

    #: Open the signed-in pages at all.
    WORK = "work"
    MANAGE_STAFF = "manage_staff"
    VIEW_HOUSEHOLDS = "view_households"
    MANAGE_HOUSEHOLDS = "manage_households"
    MANAGE_CARDS = "manage_cards"
    READ_CARDS = "read_cards"
    MANAGE_RULES = "manage_rules"
    AWARD = "award"
    #: Sit on the panel: accept, change or refuse what was declared.
    REVIEW = "review"
    #: The township's word on what the panel accepted at level C.
    CONFIRM_AWARDS = "confirm_awards"
    PUBLISH_NOTICES = "publish_notices"
    #: Decide objections and appeals.
    DECIDE_OBJECTIONS = "decide_objections"
    #: Propose a deduction and remind the household.
    DEDUCT = "deduct"
    APPROVE_DEDUCTIONS = "approve_deductions"
    FREEZE = "freeze"
    #: Budgets of villages, expiry, yearly grants.
    MANAGE_POINTS = "manage_points"
    #: Let a village issue points past its stop, with a reason.
    OVERRIDE_STOP = "override_stop"
    HONOUR = "honour"
    #: Agree to a household's moving, splitting, merging, leaving.
    APPROVE_EVENTS = "approve_events"
    #: See one's own paired households and declare for them.
    PAIRED = "paired"
    REVERSE_AWARDS = "reverse_awards"
    MANAGE_GOODS = "manage_goods"
    VIEW_STOCK = "view_stock"
    RECEIVE_GOODS = "receive_goods"
    #: Take back a delivery while its units are on the shelf.
    REVERSE_GOODS_IN = "reverse_goods_in"
    TRANSFER_GOODS = "transfer_goods"
    WRITE_OFF = "write_off"
    COUNT_STOCK = "count_stock"
    #: Be the second person of a write-off, a stocktake, a day's close.
    APPROVE_STOCK = "approve_stock"
    RECALL = "recall"
    MANAGE_DONORS = "manage_donors"
    MANAGE_FUNDS = "manage_funds"
    #: Settle with partner merchants.
    SETTLE = "settle"
    REDEEM = "redeem"
    VIEW_REDEMPTIONS = "view_redemptions"
    #: Number and print blank paper slips.
    PRINT_SLIPS = "print_slips"
    #: Take back a redemption of any day; the keeper may only void today's.
    REVERSE_REDEMPTIONS = "reverse_redemptions"
    VIEW_REPORTS = "view_reports"
    #: Read the lists of what is to be checked.
    OVERSEE = "oversee"
    #: Make a month's figures final.
    CLOSE_MONTHS = "close_months"
    AUDIT = "audit"


class Role(enum.Enum):
    """A job (岗位), held in a region or a shop."""

    SCORER = "scorer"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    SHOPKEEPER = "shopkeeper"
    HELPER = "helper"
    TOWNSHIP = "township"
    COUNTY = "county"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _ROLE_LABELS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role may do inside its scope."""
        return _ROLE_PERMISSIONS[self]


_ROLE_LABELS = {
    Role.SCORER: N_("记分员"),
    Role.REVIEWER: N_("评议组"),
    Role.SUPERVISOR: N_("监督员"),
    Role.SHOPKEEPER: N_("店长"),
    Role.HELPER: N_("帮扶责任人"),
    Role.TOWNSHIP: N_("乡镇工作人员"),
    Role.COUNTY: N_("县级工作人员"),
    Role.AUDITOR: N_("审计"),
    Role.ADMINISTRATOR: N_("系统管理员"),
}
P = Permission
_OFFICE = frozenset(
    {
        P.WORK,
        P.VIEW_HOUSEHOLDS,
        P.MANAGE_HOUSEHOLDS,
        P.MANAGE_CARDS,
        P.READ_CARDS,
        P.MANAGE_RULES,
        P.MANAGE_GOODS,
        P.VIEW_STOCK,
        P.RECEIVE_GOODS,
        P.REVERSE_GOODS_IN,
        P.VIEW_REDEMPTIONS,
        P.PRINT_SLIPS,
        P.VIEW_REPORTS,
        P.CONFIRM_AWARDS,
        P.PUBLISH_NOTICES,
        P.DECIDE_OBJECTIONS,
        P.APPROVE_DEDUCTIONS,
        P.FREEZE,
        P.MANAGE_POINTS,
        P.HONOUR,
        P.APPROVE_EVENTS,
        P.TRANSFER_GOODS,
        P.APPROVE_STOCK,
        P.RECALL,
        P.MANAGE_DONORS,
        P.MANAGE_FUNDS,
    }
)
_ROLE_PERMISSIONS = {
    Role.SCORER: frozenset(
        {
            P.WORK,
            P.VIEW_HOUSEHOLDS,
            P.MANAGE_HOUSEHOLDS,
            P.MANAGE_CARDS,
            P.READ_CARDS,
            P.AWARD,
            P.PUBLISH_NOTICES,
            P.DEDUCT,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            P.WORK,
            P.VIEW_HOUSEHOLDS,
            P.READ_CARDS,
            P.REVIEW,
            P.PUBLISH_NOTICES,
            P.APPROVE_DEDUCTIONS,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            P.WORK,
            P.VIEW_HOUSEHOLDS,
            P.READ_CARDS,
            P.VIEW_STOCK,
            P.VIEW_REDEMPTIONS,
            P.REVERSE_REDEMPTIONS,
            P.REVERSE_GOODS_IN,
            P.REVERSE_AWARDS,
            P.VIEW_REPORTS,
            P.DECIDE_OBJECTIONS,
            P.APPROVE_EVENTS,
            P.APPROVE_STOCK,
            P.RECALL,
            P.OVERSEE,
        }
    ),
    Role.SHOPKEEPER: frozenset(
        {
            P.WORK,
            P.READ_CARDS,
            P.VIEW_STOCK,
            P.RECEIVE_GOODS,
            P.REDEEM,
            P.VIEW_REDEMPTIONS,
            P.PRINT_SLIPS,
            P.VIEW_REPORTS,
            P.TRANSFER_GOODS,
            P.WRITE_OFF,
            P.COUNT_STOCK,
        }
    ),
    Role.HELPER: frozenset({P.WORK, P.PAIRED}),
    Role.TOWNSHIP: _OFFICE,
    Role.COUNTY: _OFFICE | {P.OVERRIDE_STOP, P.SETTLE, P.OVERSEE, P.CLOSE_MONTHS},
    Role.AUDITOR: frozenset(
        {
            P.WORK,
            P.VIEW_HOUSEHOLDS,
            P.VIEW_STOCK,
            P.VIEW_REDEMPTIONS,
            P.VIEW_REPORTS,
            P.OVERSEE,
            P.AUDIT,
        }
    ),
    Role.ADMINISTRATOR: _OFFICE
    | {P.MANAGE_STAFF, P.AUDIT, P.OVERRIDE_STOP, P.SETTLE, P.OVERSEE, P.CLOSE_MONTHS},
}
