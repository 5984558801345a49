"""Rules: versions, regions, caps and what no rule may speak of."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.schemes import queries, service
from supermarket.schemes.errors import (
    AdjustBoundsError,
    BasisTextError,
    CapNumberError,
    CapPeriodError,
    ForbiddenTopicError,
    PointsOrderError,
    PointsSignError,
    RetroactiveError,
    RuleCodeError,
    RuleTitleError,
    RuleWrongError,
)
from supermarket.schemes.models import CapPeriod, Category, ReviewLevel, RuleVersion
from supermarket.schemes.service import Loaded, RuleText
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_staff
from tests.schemes.makers import LABOUR, START, make_rules

pytestmark = pytest.mark.usefixtures("app")


def load(*texts: RuleText, region_code: str = COUNTY) -> Loaded:
    with transaction():
        return service.load_rules(list(texts), region_code, None)


def test_loading_again_writes_a_version_of_what_changed_only() -> None:
    other = LABOUR._replace(code="L02")
    make_rules(LABOUR, other)

    loaded = load(LABOUR._replace(points_max=8), other, LABOUR._replace(code="L03"))

    assert loaded == Loaded(new=1, changed=1, unchanged=1)
    assert [v.version for v in queries.versions("L01", COUNTY)] == [2, 1]
    assert [v.version for v in queries.versions("L02", COUNTY)] == [1]


def test_loading_the_same_rules_twice_changes_nothing() -> None:
    make_rules(LABOUR)

    loaded = load(LABOUR)

    assert loaded == Loaded(new=0, changed=0, unchanged=1)


def test_a_day_has_the_version_of_that_day() -> None:
    make_rules(LABOUR)
    load(LABOUR._replace(points_min=6, points_max=6))

    yesterday = queries.rule("L01", VILLAGE, today() - timedelta(days=1))
    now = queries.rule("L01", VILLAGE, today())

    assert (yesterday.points_min, now.points_min) == (5, 6)


def test_a_rule_in_force_does_not_change_in_the_past() -> None:
    make_rules(LABOUR)

    with pytest.raises(RetroactiveError):
        make_rules(LABOUR._replace(points_max=9))
    with pytest.raises(RetroactiveError):
        make_rules(LABOUR._replace(title="村里的"), region_code=VILLAGE)

    assert len(queries.versions("L01", VILLAGE)) == 1


def test_a_bad_row_leaves_all_rows_out() -> None:
    make_rules(LABOUR)

    with pytest.raises(PointsSignError):
        load(LABOUR._replace(code="L02"), LABOUR._replace(code="L03", points_min=0))

    with pytest.raises(NotFoundError):
        queries.rule("L02", VILLAGE, today())


def test_a_village_adjusts_the_rule_of_its_county_for_itself() -> None:
    make_rules(LABOUR._replace(adjust_min=3, adjust_max=8))
    mine = LABOUR._replace(points_min=3, points_max=3)

    with transaction():
        changed = service.set_rule(mine, VILLAGE, None, since=today())

    assert changed
    assert queries.rule("L01", VILLAGE, today()).points_min == 3
    assert queries.rule("L01", OTHER_VILLAGE, today()).points_min == 5
    assert queries.rule("L01", VILLAGE, today() - timedelta(days=1)).points_min == 5


def test_setting_a_rule_to_what_it_says_changes_nothing() -> None:
    make_rules(LABOUR)

    with transaction():
        changed = service.set_rule(LABOUR, VILLAGE, None, since=today())

    assert not changed
    assert len(queries.versions("L01", VILLAGE)) == 1


def test_rules_are_narrowed_by_words_level_and_switch() -> None:
    make_rules(
        LABOUR,
        LABOUR._replace(code="C01", category=Category.CONDUCT, title="清洁庭院"),
        LABOUR._replace(code="L03", review_level=ReviewLevel.B),
        LABOUR._replace(code="L04", enabled=False),
    )

    def codes(**narrow: object) -> list[str]:
        found = queries.rules(VILLAGE, today(), **narrow)  # type: ignore[arg-type]
        return [version.rule.code for version in found]

    assert codes() == ["L01", "L03", "C01"]
    assert codes(text="庭院") == ["C01"]
    assert codes(text="l0") == ["L01", "L03"]
    assert codes(text="100%_") == []
    assert codes(level=ReviewLevel.A) == ["L01", "C01"]
    assert codes(disabled=True) == ["L01", "L03", "L04", "C01"]


@pytest.mark.parametrize(
    "title",
    [
        "不上访不信访",
        "未被投诉",
        "信 访 清零",
        "信·访清零",
        "参加宗教活动",
        "按政策生育",
        "无疾病",
        "１２３４５ 零来电",
    ],
)
def test_no_rule_touches_petitions_complaints_health_religion_or_births(title: str) -> None:
    make_rules(LABOUR)

    with pytest.raises(ForbiddenTopicError, match="积分不得与信访"):
        load(LABOUR._replace(title=title))

    assert queries.rule("L01", VILLAGE, today()).title == LABOUR.title


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": "l1"}, RuleCodeError),
        ({"code": "L01\0"}, RuleCodeError),
        ({"title": " "}, RuleTitleError),
        ({"title": "长" * 121}, RuleTitleError),
        ({"points_min": 0, "points_max": 0}, PointsSignError),
        ({"points_min": -5, "points_max": 5}, PointsSignError),
        ({"points_max": 1001}, PointsSignError),
        ({"category": Category.DEDUCTION}, PointsSignError),
        ({"points_min": 9}, PointsOrderError),
        ({"points_min": None}, PointsOrderError),
        ({"points_min": None, "points_max": None}, PointsOrderError),
        ({"cap_times": 3}, CapPeriodError),
        ({"cap_period": CapPeriod.YEAR}, CapPeriodError),
        ({"cap_times": 0, "cap_period": CapPeriod.YEAR}, CapNumberError),
        ({"cap_points": 10**9, "cap_period": CapPeriod.YEAR}, CapNumberError),
        ({"basis": "长" * 121}, BasisTextError),
        ({"basis": "《法》\0"}, BasisTextError),
        ({"adjust_min": 3}, AdjustBoundsError),
        ({"adjust_min": 6, "adjust_max": 9}, AdjustBoundsError),
        ({"adjust_min": 9, "adjust_max": 1}, AdjustBoundsError),
        ({"adjust_min": 0, "adjust_max": 9}, AdjustBoundsError),
        ({"adjust_min": 5, "adjust_max": 1001}, AdjustBoundsError),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(
    change: dict[str, object], refusal: type[RuleWrongError]
) -> None:
    make_rules(LABOUR)

    with pytest.raises(refusal):
        load(LABOUR._replace(**change))  # type: ignore[arg-type]

    assert db.session.query(RuleVersion).count() == 1


def test_a_change_is_in_the_audit_log_with_what_was_before() -> None:
    make_rules(LABOUR)
    load(LABOUR._replace(points_max=8))

    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "rule.set").order_by(AuditEvent.id)
    ).all()

    assert [event.before and event.before["points_max"] for event in events] == [None, 5]
    assert [event.after and event.after["points_max"] for event in events] == [5, 8]
    assert events[0].after is not None
    assert events[0].after["since"] == START.isoformat()


def test_a_favourite_is_kept_once_and_only_for_oneself() -> None:
    scorer, other = make_staff(), make_staff()

    for _again in range(2):
        with transaction():
            service.favourite(scorer.id, "L01", kept=True)

    assert queries.favourites(scorer.id) == {"L01"}
    assert queries.favourites(other.id) == set()
    with transaction():
        service.favourite(scorer.id, "L01", kept=False)
    assert queries.favourites(scorer.id) == set()


def test_reading_the_rules_of_a_village_is_one_statement(statements: Callable[[], int]) -> None:
    make_rules(*(LABOUR._replace(code=f"L{number:02}") for number in range(1, 60)))
    make_rules(LABOUR._replace(code="L01", title="镇里的"), region_code=TOWNSHIP, since=today())
    before = statements()

    found = queries.rules(VILLAGE, today())

    assert [version.rule.code for version in found][:2] == ["L01", "L02"]
    assert statements() - before <= 2  # on SQLite, BEGIN is the other
