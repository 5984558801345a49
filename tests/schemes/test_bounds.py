"""A county's rule in its villages: what a place may change, and what it rests on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from supermarket import clock
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.schemes import queries, service
from supermarket.schemes.errors import (
    DeductionBasisError,
    OutsideTemplateError,
    RuleChangedError,
    TemplateCapError,
    TemplateCategoryError,
    TemplateLevelError,
    TemplateOffError,
    TemplatePointsDecidedError,
    TemplatePointsError,
    TemplatePointsFixedError,
    TemplateRangeError,
)
from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
)
from supermarket.schemes.service import Loaded, RuleText
from supermarket.settings import ROOT
from supermarket.staff.models import Role
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_staff
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR, capped, make_rules

pytestmark = pytest.mark.usefixtures("app")
TEMPLATE = capped(CapPeriod.MONTH, times=6, review_level=ReviewLevel.B, adjust_min=2, adjust_max=10)
LITTER = LABOUR._replace(
    code="D01",
    category=Category.DEDUCTION,
    title="乱扔垃圾",
    points_min=-2,
    points_max=-2,
    basis="村规民约第八条",
)


def set_rule(text: RuleText, region: str = VILLAGE, since: date | None = None) -> bool:
    with transaction():
        return service.set_rule(text, region, None, since=since or today())


@pytest.mark.parametrize(
    "change",
    [
        {"points_min": 2, "points_max": 2},
        {"points_min": 3, "points_max": 10},
        {"cap_times": 1},
        {"cap_points": 30},
        {"review_level": ReviewLevel.C},
        {"title": "修渠半天"},
        {"evidence": Evidence.PHOTO_OPTIONAL},
        {"ability": Ability.L1},
        {"basis": "本村章程第三条"},
        {"enabled": False},
        {"adjust_min": None, "adjust_max": None},
        {"adjust_min": 4, "adjust_max": 6},
    ],
)
def test_a_village_adjusts_a_rule_within_bounds(change: dict[str, object]) -> None:
    make_rules(TEMPLATE)

    changed = set_rule(TEMPLATE._replace(**change))  # type: ignore[arg-type]

    assert changed
    here = queries.rule("L01", VILLAGE, today())
    assert here.rule.region_code == VILLAGE
    assert {name: getattr(here, name) for name in change} == change
    assert queries.rule("L01", OTHER_VILLAGE, today()).rule.region_code == COUNTY


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"points_min": 1}, TemplatePointsError),
        ({"points_max": 11}, TemplatePointsError),
        ({"cap_times": 7}, TemplateCapError),
        ({"cap_times": None, "cap_points": 5}, TemplateCapError),
        ({"cap_times": None, "cap_period": None}, TemplateCapError),
        ({"cap_period": CapPeriod.QUARTER}, TemplateCapError),
        ({"review_level": ReviewLevel.A}, TemplateLevelError),
        ({"category": Category.CONDUCT}, TemplateCategoryError),
        ({"adjust_min": 1}, TemplateRangeError),
        ({"adjust_max": 11}, TemplateRangeError),
    ],
)
@pytest.mark.parametrize("place", [VILLAGE, TOWNSHIP])
def test_a_place_does_not_go_beyond_its_bounds(
    change: dict[str, object], refusal: type[OutsideTemplateError], place: str
) -> None:
    make_rules(TEMPLATE)

    with pytest.raises(refusal) as refused:
        set_rule(TEMPLATE._replace(**change), place)  # type: ignore[arg-type]

    assert refused.value.code == "rule_bounds"
    assert len(queries.versions("L01", VILLAGE)) == 1


def test_points_without_bounds_stay_as_the_county_set_them() -> None:
    decided = LITTER._replace(code="D13", points_min=None, points_max=None)
    make_rules(LABOUR, decided)

    with pytest.raises(TemplatePointsFixedError, match="保持 5 分"):
        set_rule(LABOUR._replace(points_min=4))
    with pytest.raises(TemplateRangeError):
        set_rule(LABOUR._replace(adjust_min=5, adjust_max=5))
    with pytest.raises(TemplatePointsDecidedError):
        set_rule(decided._replace(points_min=-5, points_max=-5))
    assert set_rule(LABOUR._replace(title="修渠半天"))


def test_a_village_keeps_to_the_township_that_keeps_to_the_county() -> None:
    make_rules(TEMPLATE)
    set_rule(TEMPLATE._replace(adjust_min=4, adjust_max=6), TOWNSHIP)

    with pytest.raises(TemplatePointsError, match="4 到 6 分"):
        set_rule(TEMPLATE._replace(points_min=3, points_max=3, adjust_min=None, adjust_max=None))

    assert queries.rule("L01", VILLAGE, today()).rule.region_code == TOWNSHIP


def test_what_the_county_switches_off_is_off_everywhere() -> None:
    make_rules(TEMPLATE)
    set_rule(TEMPLATE._replace(points_min=3, points_max=3))

    set_rule(TEMPLATE._replace(enabled=False), COUNTY)

    here = queries.rule("L01", VILLAGE, today())
    assert (here.enabled, here.rule.region_code) == (False, COUNTY)
    assert queries.rules(VILLAGE, today()) == []
    with pytest.raises(TemplateOffError):
        set_rule(TEMPLATE)
    assert len(queries.versions("L01", VILLAGE)) == 3


def test_a_file_of_a_village_keeps_to_the_bounds_too() -> None:
    make_rules(TEMPLATE)

    with pytest.raises(TemplatePointsError):
        make_rules(TEMPLATE._replace(points_max=11), region_code=VILLAGE, since=today())


@pytest.mark.parametrize("basis", ["", "村约", " ，。 、", "村 规 约"])
def test_a_deduction_without_a_basis_is_not_switched_on(basis: str) -> None:
    with pytest.raises(DeductionBasisError, match="D01") as refused:
        make_rules(LITTER._replace(basis=basis))

    assert (refused.value.code, refused.value.column) == ("basis_missing", "basis")
    make_rules(LITTER._replace(basis=basis, enabled=False))
    assert queries.rules(VILLAGE, today()) == []


@pytest.mark.parametrize("code", ["C26", "D10", "D11", "D12"])
def test_the_rules_that_ship_off_name_a_basis_before_they_are_switched_on(code: str) -> None:
    ours = (ROOT / "data" / "rules.csv").read_bytes()
    shipped = {text.code: text for text in service.read_rules(ours, "rules.csv")}
    make_rules(*shipped.values())
    assert not shipped[code].enabled
    on = shipped[code]._replace(enabled=True)

    with pytest.raises(DeductionBasisError):
        set_rule(on, COUNTY)

    assert set_rule(on._replace(basis="《某某法》第一条"), COUNTY)
    assert queries.rule(code, VILLAGE, today()).enabled


def test_a_file_without_the_new_columns_keeps_basis_and_bounds() -> None:
    make_rules(TEMPLATE, LITTER)
    bare = [
        text._replace(basis="", adjust_min=None, adjust_max=None) for text in (TEMPLATE, LITTER)
    ]

    with transaction():
        same = service.load_rules(bare, COUNTY, None)
    with transaction():
        changed = service.load_rules([bare[1]._replace(points_min=-3)], COUNTY, None)

    assert (same, changed) == (Loaded(0, 0, 2), Loaded(0, 1, 0))
    assert queries.rule("D01", VILLAGE, today()).basis == LITTER.basis


def test_the_second_of_two_editors_is_told_who_was_first() -> None:
    make_rules(TEMPLATE)
    office = make_staff(Role.COUNTY, COUNTY)
    seen = queries.rule("L01", COUNTY, today()).id
    first = TEMPLATE._replace(points_min=6, points_max=6)
    with transaction():
        service.set_rule(first, COUNTY, office.id, since=today(), seen=seen)

    with pytest.raises(RuleChangedError, match="王秀英刚刚改过细则 L01"), transaction():
        service.set_rule(first._replace(cap_times=2), COUNTY, office.id, since=today(), seen=seen)

    assert queries.rule("L01", VILLAGE, today()).cap_times == 6
    with transaction():  # the same again is no second version
        service.set_rule(first, COUNTY, office.id, since=today(), seen=seen)
    assert len(queries.versions("L01", COUNTY)) == 2


def test_a_rule_changes_with_its_day_in_the_village() -> None:
    make_rules(TEMPLATE)
    set_rule(TEMPLATE._replace(points_min=8, points_max=8), COUNTY, date(2027, 1, 1))
    before_midnight = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)

    with clock.at(before_midnight):
        old_year = queries.rule("L01", VILLAGE, today()).points_min
    with clock.at(before_midnight + timedelta(seconds=1)):
        new_year = queries.rule("L01", VILLAGE, today()).points_min

    assert (old_year, new_year) == (5, 8)


def test_of_many_who_change_a_rule_at_once_one_does(app: Flask) -> None:
    make_rules(TEMPLATE)
    seen = queries.rule("L01", COUNTY, today()).id

    def attempt(number: int) -> str:
        text = TEMPLATE._replace(title=f"修渠 {number} 次")
        with transaction():
            service.set_rule(text, COUNTY, None, since=today(), seen=seen)
        return "set"

    answers = together(app, attempt, 8)

    assert answers["set"] == 1
    assert set(answers) <= {"set", "RuleChangedError", "ConflictError"}
    db.session.rollback()
    assert len(queries.versions("L01", COUNTY)) == 2
