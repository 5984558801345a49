"""What past awards would have come to under a changed rule."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from supermarket.awards.models import AwardLine
from supermarket.awards.queries.what_if import (
    Change,
    Comparison,
    Line,
    compare,
    last_quarter,
    what_if,
)
from supermarket.awards.service import AwardAsk
from supermarket.awards.service.caps import span
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.schemes import queries as rules
from supermarket.schemes import service as schemes
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Role, StaffMember
from tests import pages
from tests.awards.makers import award, make_programme, take_back
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_staff,
)
from tests.schemes.makers import LABOUR, PROGRAMME
from tests.schemes.test_pages import form

RANGE = LABOUR._replace(points_min=1, points_max=20)
AS_IT_IS = Change(1, 20, None, None, None, True)
URL = "/rules/L01/what-if"


class Answer(NamedTuple):
    """What a reckoning is about."""

    times: int
    households: int
    points: int
    capped: int


def told(result: Comparison) -> Answer:
    return Answer(result.new.times, result.new.households, result.new.points, result.capped)


def plainly(lines: list[Line], change: Change, since: date, until: date) -> Answer:
    """The same by brute force: each line looks at all the lines before it."""
    kept: list[tuple[Line, int]] = []
    capped = 0
    given = [(line, line.points) for line in lines if line.occurred_on < since]
    for line in lines:
        if not since <= line.occurred_on <= until or not change.enabled:
            continue
        points = line.points
        if change.points_min is not None and change.points_max is not None:
            points = sorted((change.points_min, points, change.points_max))[1]
        if change.cap_period is not None:
            days = span(change.cap_period, line.occurred_on)
            each = change.cap_period is CapPeriod.ONCE_PER_MEMBER
            same = [
                before
                for other, before in given
                if other.household_id == line.household_id
                and (not each or other.member_id == line.member_id)
                and (days is None or days.since <= other.occurred_on <= days.until)
            ]
            if (change.cap_times is not None and len(same) + 1 > change.cap_times) or (
                change.cap_points is not None and sum(same) + points > change.cap_points
            ):
                capped += 1
                continue
        given.append((line, points))
        kept.append((line, points))
    return Answer(
        len(kept),
        len({line.household_id for line, _points in kept}),
        sum(points for _line, points in kept),
        capped,
    )


def changes() -> Iterator[Change]:
    for numbers, period in product([(1, 20), (3, 3), (5, 8), (None, None)], [None, *CapPeriod]):
        caps = [(None, None)] if period is None else [(1, None), (2, None), (None, 9), (2, 12)]
        for times, points in caps:
            yield Change(*numbers, times, period, points, True)
    yield AS_IT_IS._replace(enabled=False)


@pytest.mark.parametrize("seed", range(5))
def test_reckoning_is_what_brute_force_says(seed: int) -> None:
    chance = random.Random(seed)
    since, until = date(2026, 5, 11), date(2026, 9, 20)
    days = [date(2025, 11, 1) + timedelta(days=day) for day in range(330)]
    lines = sorted(
        (
            Line(
                chance.randint(1, 5),
                chance.choice([None, 1, 2]),
                VILLAGE,
                chance.choice([day for day in days if day <= until]),
                chance.randint(1, 12),
            )
            for _line in range(150)
        ),
        key=lambda line: (line.household_id, line.occurred_on),
    )

    for change in changes():
        assert told(reckoned(lines, change, since, until)) == plainly(lines, change, since, until)


def reckoned(lines: list[Line], change: Change, since: date, until: date) -> Comparison:
    """Compare without a database: nobody asks what a point is worth."""
    return compare(lines, change, since, until, lambda _villages: None)


def give(scorer: StaffMember, household: Household, day: date, points: int) -> str:
    return award(scorer, AwardAsk(household.code, points), on=day).reference


@pytest.fixture
def year(app: object) -> list[Line]:
    """Awards of a year in three villages, one taken back; the lines as they are left."""
    scorers = {VILLAGE: make_programme(RANGE)}
    for village in (OTHER_VILLAGE, "410482101201"):
        scorers[village] = make_staff(Role.SCORER, village)
    chance = random.Random(7)
    for village, scorer in scorers.items():
        for _household in range(2):
            household = make_household(village=village)
            for _award in range(6):
                day = date(2026, 1, 1) + timedelta(days=chance.randint(0, 270))
                reference = give(scorer, household, day, chance.randint(1, 20))
    office = make_staff(Role.SUPERVISOR, "410482101201")
    take_back(office, reference)
    rows = db.session.query(AwardLine, Household).join(
        Household, Household.id == AwardLine.household_id
    )
    return [
        Line(line.household_id, None, household.village_code, line.occurred_on, line.points)
        for line, household in rows.order_by(
            AwardLine.household_id, AwardLine.occurred_on, AwardLine.id
        )
        if line.reversed_points < line.points
    ]


@pytest.mark.parametrize("region", [VILLAGE, TOWNSHIP, OTHER_TOWNSHIP, COUNTY])
def test_past_awards_are_reckoned_anew_for_a_place(year: list[Line], region: str) -> None:
    since, until = date(2026, 4, 1), date(2026, 8, 31)
    here = [line for line in year if line.village.startswith(region)]

    for change in changes():
        result = what_if("L01", region, change, since, until, on=today())
        assert told(result) == plainly(here, change, since, until)
        old = [line for line in here if since <= line.occurred_on <= until]
        assert (result.old.times, result.old.points) == (len(old), sum(x.points for x in old))
        assert result.old.fen == result.old.points * 100
        assert result.fen == (result.new.points - result.old.points) * 100


def test_a_village_with_a_rule_of_its_own_is_left_out(year: list[Line]) -> None:
    since, until = date(2026, 1, 1), date(2026, 11, 1)
    with transaction():
        schemes.set_rule(RANGE._replace(title="村里的"), VILLAGE, None, since=today())

    county = what_if("L01", COUNTY, AS_IT_IS, since, until, on=today())
    village = what_if("L01", VILLAGE, AS_IT_IS, since, until, on=today())

    assert county.old.times == sum(line.village != VILLAGE for line in year)
    assert village.old.times == sum(line.village == VILLAGE for line in year)


def test_a_point_is_worth_what_the_programme_of_the_village_says(year: list[Line]) -> None:
    with transaction():
        schemes.set_scheme(TOWNSHIP, PROGRAMME._replace(fen_per_point=50), since=today(), by=None)

    result = what_if("L01", COUNTY, AS_IT_IS, date(2026, 1, 1), date(2026, 11, 1), on=today())

    assert result.old.fen == sum(
        line.points * (50 if line.village.startswith(TOWNSHIP) else 100) for line in year
    )


def test_reckoning_is_a_handful_of_statements(
    year: list[Line], statements: Callable[[], int]
) -> None:
    before = statements()

    what_if("L01", COUNTY, AS_IT_IS, date(2026, 1, 1), date(2026, 11, 1), on=today())

    assert statements() - before <= 6


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 11, 22), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 7, 1), (date(2026, 4, 1), date(2026, 6, 30))),
    ],
)
def test_the_last_quarter_is_the_last_that_is_over(day: date, quarter: tuple[date, date]) -> None:
    assert last_quarter(day) == quarter


# -- the page --------------------------------------------------------------------------------


@pytest.fixture
def county(year: list[Line], app: object) -> FlaskClient:
    """The browser of the county office."""
    browser: FlaskClient = app.test_client()  # type: ignore[attr-defined]  # the application
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))
    return browser


def test_the_form_of_a_rule_is_reckoned_and_goes_back_unsaved(county: FlaskClient) -> None:
    typed = form(points_min="2", points_max="2", title="修渠半天", basis="章程第三条")

    asked = pages.get(county, "/rules/L01/edit")
    shown = pages.post(county, f"{URL}?region={COUNTY}", typed)
    sent_on = {field.get("name", ""): field.get("value", "") for field in _last_form(shown)}
    back = pages.post(county, "/rules/L01/edit", sent_on)

    assert f'formaction="{URL}?region={COUNTY}"' in asked.html
    assert "试算结果" in shown.text
    assert shown.field("window_since") == "2026-07-01"
    assert back.field("title").strip() == "修渠半天"
    assert back.field("points_max") == "2"
    assert back.field("basis") == "章程第三条"
    assert "还不能提交" not in back.text
    assert len(rules.versions("L01", COUNTY)) == 1


def _last_form(page: pages.Page) -> list[Element]:
    forms = [one for one in page.all("form") if "/rules/L01/edit" in one.get("action", "")]
    return [field for field in forms[-1].iter("input") if field.get("name") != "csrf_token"]


def test_the_page_of_a_rule_leads_to_reckoning(county: FlaskClient) -> None:
    rule = pages.get(county, "/rules/L01")
    empty = pages.get(county, URL)

    assert any(link.startswith(URL) for link in rule.links)
    assert empty.field("points_min") == "1"
    assert "试算结果" not in empty.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"points_min": "0"}, "加分细则的分值应大于 0"),
        ({"points_min": "9", "points_max": "1"}, "最低分不大于最高分"),
        ({"cap_times": "3"}, "上限要写明按什么时间算"),
        ({"points_max": "很多"}, "请填写整数"),
        ({"window_since": "2026-09-01", "window_until": "2026-08-01"}, "开始日期要在结束日期之前"),
        ({"window_until": "2099-01-01"}, "不能超过今天"),
        ({"window_since": "1999-01-01"}, "最多相隔 3 年"),
        ({"window_since": "x"}, "请填写日期"),
        ({"cap_period": "<script>"}, "还不能提交"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_words(
    county: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    refused = pages.post(county, URL, form(**typed), status=422)

    assert sentence in refused.text
    assert "试算结果" not in refused.text


def test_others_reckon_nothing(county: FlaskClient) -> None:
    app = county.application
    scorer, township = app.test_client(), app.test_client()
    pages.sign_in(scorer, make_staff(Role.SCORER, VILLAGE))
    pages.sign_in(township, make_staff(Role.TOWNSHIP, TOWNSHIP))

    assert scorer.get(URL).status_code == 403
    assert township.get(f"{URL}?region={OTHER_TOWNSHIP}").status_code == 404
    assert township.post(f"{URL}?region={COUNTY}", data=form()).status_code == 404
    assert township.get("/rules/L99/what-if").status_code == 404
