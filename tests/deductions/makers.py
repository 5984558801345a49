"""A village with deduction rules, and deductions made through the real services."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from supermarket.clock import at, now, today
from supermarket.database import db, once_more, transaction
from supermarket.deductions import service
from supermarket.deductions.models import Appeal, AppealState, Deduction
from supermarket.schemes.models import (
    Ability,
    Category,
    Evidence,
    ReviewLevel,
    Rule,
    RuleVersion,
)
from supermarket.staff.models import Role, StaffMember
from tests.factories import COUNTY, TOWNSHIP, VILLAGE, make_household, make_scheme, make_staff

BASIS = "安沟村村规民约第八条"


class Village:
    """A household with 20 points, a rule, and who works there."""

    def __init__(self, *, points_held: int = 20) -> None:
        make_scheme()
        self.scorer = make_staff(Role.SCORER, VILLAGE)
        self.reviewer = make_staff(Role.REVIEWER, VILLAGE)
        self.supervisor = make_staff(Role.SUPERVISOR, VILLAGE)
        self.township = make_staff(Role.TOWNSHIP, TOWNSHIP)
        self.township2 = make_staff(Role.TOWNSHIP, TOWNSHIP)
        self.household = make_household(points_held=points_held)
        make_rule()


def make_rule(
    code: str = "D01",
    *,
    points: tuple[int, int] | None = (-2, -2),
    level: ReviewLevel = ReviewLevel.B,
    basis: str = BASIS,
    enabled: bool = True,
    evidence: Evidence = Evidence.OBSERVATION,
    category: Category = Category.DEDUCTION,
    title: str = "乱扔垃圾、乱泼污水",
    since: date = date(2024, 1, 1),
) -> None:
    """A deduction rule of the county, or a new version of one."""
    with transaction():
        rule = db.session.scalar(select(Rule).where(Rule.code == code, Rule.region_code == COUNTY))
        if rule is None:
            rule = Rule(region_code=COUNTY, code=code)
            db.session.add(rule)
        rule.versions.append(
            RuleVersion(
                version=len(rule.versions) + 1,
                since=since,
                category=category,
                title=title,
                points_min=points[0] if points else None,
                points_max=points[1] if points else None,
                evidence=evidence,
                review_level=level,
                ability=Ability.L0,
                enabled=enabled,
                basis=basis,
                created_at=now(),
            )
        )
    db.session.expire_all()


def days(count: int) -> datetime:
    """The same hour so many days from now."""
    return now() + timedelta(days=count)


def remind(
    village: Village, *, rule: str = "D01", ago: int = 5, by: StaffMember | None = None, **more: Any
) -> Deduction:
    """A reminder written down some days ago."""
    with at(days(-ago)):
        return once_more(
            lambda: service.remind(
                more.pop("key", uuid4().hex),
                village.household.code,
                rule,
                more.pop("on", today()),
                words="垃圾倒在沟边，已当面提醒",
                by=by or village.scorer,
            )
        )


def propose(
    village: Village, *, rule: str = "D01", by: StaffMember | None = None, **more: Any
) -> Deduction:
    """What happened again, today unless said otherwise; a reminder comes first if there is none."""
    key, on = more.pop("key", uuid4().hex), more.pop("on", today())
    return once_more(
        lambda: service.propose(
            key,
            village.household.code,
            rule,
            on,
            words=more.get("words", "又把垃圾倒在沟边，两人看见"),
            points=more.get("points"),
            document_number=more.get("document_number", ""),
            member_id=more.get("member_id"),
            by=by or village.scorer,
        )
    )


def notify(village: Village, code: str, by: StaffMember | None = None) -> Deduction:
    """Approved by the panel."""
    return once_more(lambda: service.notify(code, by=by or village.reviewer))


def notified(village: Village, **more: Any) -> Deduction:
    """A deduction whose household may appeal from today on."""
    remind(village, rule=more.get("rule", "D01"))
    return notify(village, propose(village, **more).code)


def appeal(village: Village, code: str, by: StaffMember | None = None, **more: Any) -> Appeal:
    """The household's word against it: on its own page, or written down by ``by``."""
    return once_more(
        lambda: service.appeal(
            code,
            more.get("text", "那天我不在家，不是我家倒的"),
            more.get("name", "李建国"),
            by=by,
            household_id=more.get("household_id", None if by else village.household.id),
        )
    )


def decide(
    village: Village,
    code: str,
    verdict: AppealState,
    *,
    by: StaffMember | None = None,
    **more: Any,
) -> Appeal:
    """The supervisor's answer."""
    return once_more(
        lambda: service.decide_appeal(
            code,
            verdict,
            reason=more.get("reason", "看了现场和邻居的话"),
            points=more.get("points"),
            by=by or village.supervisor,
        )
    )


def post(code: str, in_days: int = 8) -> Deduction | None:
    """The job, some days from now."""
    with at(days(in_days)):
        return once_more(lambda: service.post(code))
