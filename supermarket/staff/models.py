"""People who work here, what they may do and where."""

import enum
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_
from supermarket.regions.models import within


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


class Grant(NamedTuple):
    """A role and how far it reaches: a region's code prefix, or one shop."""

    role: Role
    #: The region of the role; for a shop keeper the region the shop stands in.
    region_code: str
    #: The one shop a shop keeper serves; None for everybody else.
    shop_code: str | None


class Scope(NamedTuple):
    """Where somebody may do one thing: region prefixes and single shops."""

    regions: tuple[str, ...]
    shops: tuple[str, ...]

    def covers_region(self, code: str) -> bool:
        """Whether a region lies inside the scope's regions."""
        return any(within(code, region) for region in self.regions)

    def covers_shop(self, shop_code: str, region_code: str) -> bool:
        """Whether a shop is one of the scope's shops or stands in its regions."""
        return shop_code in self.shops or self.covers_region(region_code)


class StaffMember(Base):
    """Somebody who signs in (工作人员)."""

    __tablename__ = "staff_member"

    id: Mapped[int_pk]
    username: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(60))
    #: argon2id, with its parameters.
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    #: Browser sessions opened under an earlier number have ended.
    session_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[utc]

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="staff", cascade="all, delete-orphan", lazy="selectin"
    )

    def scope(self, permission: Permission) -> Scope:
        """Return where this person may do one thing; empty if nowhere."""
        held = [grant for grant in self.grants if permission in grant.role.permissions]
        return Scope(
            regions=tuple(sorted({g.region_code for g in held if g.shop_code is None})),
            shops=tuple(sorted({g.shop_code for g in held if g.shop_code is not None})),
        )

    def may(self, permission: Permission) -> bool:
        """Whether any role of this person grants ``permission`` anywhere."""
        return any(permission in grant.role.permissions for grant in self.grants)


class RoleGrant(Base):
    """A role held by somebody in a region, or in one shop."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "(shop_code IS NOT NULL) = (role = 'shopkeeper')", "a_shopkeeper_keeps_one_shop"
        ),
        Index("ix_role_grant_staff_id", "staff_id"),
    )

    id: Mapped[int_pk]
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "known_role"))
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    shop_code: Mapped[str | None] = mapped_column(Code, ForeignKey("shop.code"))

    staff: Mapped[StaffMember] = relationship(back_populates="grants")

    @property
    def as_grant(self) -> Grant:
        """The grant as a value: a role and how far it reaches."""
        return Grant(self.role, self.region_code, self.shop_code)


class ApiToken(Base):
    """A bearer token: only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int_pk]
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[utc]
    expires_at: Mapped[utc]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInFailure(Base):
    """A wrong password, kept to slow guessing down."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_username_failed_at", "username", "failed_at"),
        Index("ix_sign_in_failure_address_failed_at", "address", "failed_at"),
    )

    id: Mapped[int_pk]
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[utc]
