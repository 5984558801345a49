"""People who work here, what they hold and where it reaches."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.regions.models import within
from supermarket.staff.models.rights import Permission, Role


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
