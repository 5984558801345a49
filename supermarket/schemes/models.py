"""What a programme is called and worth, and the rules points are given by."""

import enum
import json
import re
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_

#: What a rule's code looks like: a letter or more, a number.
RULE_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,4}")
#: Rules that name the law or charter they rest on before they are switched on, as every
#: deduction must: they touch loans, gambling, support of the old, school.
BASIS_NEEDED = frozenset({"C26", "D10", "D11", "D12"})


class Category(enum.Enum):
    """What a rule is about."""

    LABOUR = "labour"
    CONDUCT = "conduct"
    SPECIAL = "special"
    DEDUCTION = "deduction"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _CATEGORY_LABELS[self]


_CATEGORY_LABELS = {
    Category.LABOUR: N_("劳动"),
    Category.CONDUCT: N_("表现"),
    Category.SPECIAL: N_("特别嘉奖"),
    Category.DEDUCTION: N_("减分"),
}


class CapPeriod(enum.Enum):
    """The time a cap counts over."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVENT = "event"
    ONCE = "once"
    ONCE_PER_MEMBER = "once_per_member"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _PERIOD_LABELS[self]


_PERIOD_LABELS = {
    CapPeriod.MONTH: N_("每月"),
    CapPeriod.QUARTER: N_("每季"),
    CapPeriod.YEAR: N_("每年"),
    CapPeriod.EVENT: N_("每次事件"),
    CapPeriod.ONCE: N_("一次性"),
    CapPeriod.ONCE_PER_MEMBER: N_("每人一次"),
}


class ReviewLevel(enum.Enum):
    """Who must agree: A posts at once, B goes to the panel, C to the township as well."""

    A = "A"
    B = "B"
    C = "C"


class Ability(enum.Enum):
    """How much strength the rule asks for: L0 none, L1 light, L2 full."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"


class Evidence(enum.Enum):
    """What shows that it happened."""

    SIGN_IN = "sign_in"
    OBSERVATION = "observation"
    PHOTO_OPTIONAL = "photo_optional"
    DOCUMENT_SEEN = "document_seen"
    MINUTES = "minutes"
    WEIGHED = "weighed"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _EVIDENCE_LABELS[self]


_EVIDENCE_LABELS = {
    Evidence.SIGN_IN: N_("签到表"),
    Evidence.OBSERVATION: N_("现场查看"),
    Evidence.PHOTO_OPTIONAL: N_("照片（可不拍）"),
    Evidence.DOCUMENT_SEEN: N_("看过证件或文书"),
    Evidence.MINUTES: N_("会议记录"),
    Evidence.WEIGHED: N_("称重或点数"),
    Evidence.NONE: N_("无需凭据"),
}


class ReviewPeriod(enum.Enum):
    """How often the panel meets."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            ReviewPeriod.WEEK: N_("每周"),
            ReviewPeriod.MONTH: N_("每月"),
            ReviewPeriod.QUARTER: N_("每季"),
        }[self]


class Expiry(enum.Enum):
    """When points end that nobody spent."""

    NONE = "none"
    YEAR_END = "year_end"
    ROLLING = "rolling"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Expiry.NONE: N_("长期有效"),
            Expiry.YEAR_END: N_("年底清零"),
            Expiry.ROLLING: N_("满月数过期"),
        }[self]


class Scheme(Base):
    """A programme's settings (积分方案) in a region from one day on.

    The nearest region above a village that has one applies, and there the newest whose
    day has come. Nothing is retroactive: a row is never changed, a newer one follows it.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        UniqueConstraint("region_code", "since"),
        CheckConstraint("fen_per_point > 0", "a_point_is_worth_something"),
    )

    id: Mapped[int_pk]
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: First day it applies.
    since: Mapped[date]
    programme_name: Mapped[str] = mapped_column(String(40))
    #: What one point is worth, in fen (1 yuan = 100 fen).
    fen_per_point: Mapped[int]
    #: Most points one household may be awarded in a calendar month; None for no limit.
    household_month_cap: Mapped[int | None]
    review_period: Mapped[ReviewPeriod] = mapped_column(
        choice(ReviewPeriod, "known_review_period"), default=ReviewPeriod.MONTH
    )
    #: The day the panel meets: of the week 1 (Monday) to 7, of the month 1 to 31.
    review_day: Mapped[int] = mapped_column(default=25)
    #: Members of the panel who must have no tie to a line they decide.
    panel_least: Mapped[int] = mapped_column(default=3)
    #: Days a notice hangs, the day it opens not counted.
    notice_days: Mapped[int] = mapped_column(default=3)
    #: Days a household has to appeal against a deduction.
    appeal_days: Mapped[int] = mapped_column(default=7)
    expiry: Mapped[Expiry] = mapped_column(choice(Expiry, "known_expiry"), default=Expiry.NONE)
    #: Whole months points last under rolling expiry; None otherwise.
    expiry_months: Mapped[int | None]
    #: Days before the end that it is announced.
    expiry_notice_days: Mapped[int] = mapped_column(default=30)
    #: What the yearly assessment score starts from.
    base_score: Mapped[int] = mapped_column(default=100)
    #: Points a household is granted once a year by its tag, as JSON {tag: points}; empty for none.
    base_grants: Mapped[str] = mapped_column(String(400), default="")
    #: Points a household must hold to redeem at all.
    redeem_minimum: Mapped[int] = mapped_column(default=0)
    #: Most points one household may spend in a calendar month; None for no limit.
    redeem_month_cap: Mapped[int | None]
    #: A redemption of this many points or more asks for the PIN; None never asks.
    pin_above: Mapped[int | None]
    #: Points a card may spend in a day while the till is offline.
    offline_allowance: Mapped[int] = mapped_column(default=0)
    #: Per cent of a village's budget from which a warning is shown.
    budget_warn: Mapped[int] = mapped_column(default=80)
    #: Per cent of coverage (保障率) below which a warning is shown.
    coverage_warn: Mapped[int] = mapped_column(default=100)
    #: Per cent of coverage below which nothing more is issued; None never stops.
    coverage_stop: Mapped[int | None]
    created_at: Mapped[utc]
    created_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))

    @property
    def grants(self) -> dict[str, int]:
        """Whole points granted once a year, by the value of a household's tag."""
        granted: dict[str, int] = json.loads(self.base_grants or "{}")
        return granted


class Rule(Base):
    """A rule (积分细则) by its code in the region that keeps it; its text is in the versions.

    A county's rules are templates: they apply in every village below unless a nearer
    region has a rule of the same code.
    """

    __tablename__ = "rule"
    __table_args__ = (UniqueConstraint("region_code", "code"),)

    id: Mapped[int_pk]
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: e.g. L01.
    code: Mapped[str] = mapped_column(Code)

    versions: Mapped[list["RuleVersion"]] = relationship(
        back_populates="rule", order_by="RuleVersion.version"
    )


class RuleVersion(Base):
    """What a rule says from one day on; frozen onto each award that used it."""

    __tablename__ = "rule_version"
    __table_args__ = (
        UniqueConstraint("rule_id", "version"),
        CheckConstraint("points_min <= points_max", "points_in_order"),
        CheckConstraint("cap_times > 0", "some_times"),
        CheckConstraint("cap_points > 0", "some_points"),
    )

    id: Mapped[int_pk]
    rule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule.id"))
    #: From 1, without a gap.
    version: Mapped[int]
    #: First day it applies.
    since: Mapped[date]
    category: Mapped[Category] = mapped_column(choice(Category, "known_category"))
    title: Mapped[str] = mapped_column(String(120))
    #: Whole points, the least and the most; None where a decision names them (D13, D14).
    points_min: Mapped[int | None]
    points_max: Mapped[int | None]
    #: Most times a household may earn it in ``cap_period``; None for no limit.
    cap_times: Mapped[int | None]
    cap_period: Mapped[CapPeriod | None] = mapped_column(choice(CapPeriod, "known_period"))
    #: Most points a household may earn by it in ``cap_period``; None for no limit.
    cap_points: Mapped[int | None]
    evidence: Mapped[Evidence] = mapped_column(choice(Evidence, "known_evidence"))
    review_level: Mapped[ReviewLevel] = mapped_column(choice(ReviewLevel, "known_review_level"))
    ability: Mapped[Ability] = mapped_column(choice(Ability, "known_ability"))
    enabled: Mapped[bool]
    #: The law, charter or village agreement it rests on; a deduction cannot be on without.
    basis: Mapped[str] = mapped_column(String(120), default="")
    #: Bounds in which a village may set the points; None where it may not change them.
    adjust_min: Mapped[int | None]
    adjust_max: Mapped[int | None]
    created_at: Mapped[utc]
    created_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))

    rule: Mapped[Rule] = relationship(back_populates="versions")


class FavouriteRule(Base):
    """A rule somebody keeps at hand."""

    __tablename__ = "favourite_rule"
    __table_args__ = (UniqueConstraint("staff_id", "rule_code"),)

    id: Mapped[int_pk]
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    rule_code: Mapped[str] = mapped_column(Code)
