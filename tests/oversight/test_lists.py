"""What is listed, against figures worked out by hand, and what is not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from supermarket.awards.models import Declaration
from supermarket.clock import VILLAGE as CLOCK
from supermarket.clock import at, local, now, today
from supermarket.counter.models import ShopWindow
from supermarket.database import db, transaction
from supermarket.households.models import StaffTie, TieKind
from supermarket.oversight.errors import SpanError
from supermarket.oversight.queries import samples
from supermarket.oversight.queries.asked import Item, asked
from supermarket.oversight.queries.lists import LISTS
from supermarket.oversight.queries.statistics import robust_z, surely_above
from supermarket.oversight.views.lists import why
from supermarket.photos.models import Photo
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Role, Scope, StaffMember
from tests import pages
from tests.awards.makers import CARE, HELP, award, declare, make_programme
from tests.counter.stalls import Stall, make_stall
from tests.donors.test_pages import downloaded
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_staff,
)
from tests.oversight.makers import enter, give, lately, make_households, overseer
from tests.schemes.makers import LABOUR, make_rules, make_scheme

pytestmark = pytest.mark.usefixtures("app")


def items(key: str, region: str = "") -> list[Item]:
    """What a list of the last 90 days holds."""
    return list(LISTS[key].items(lately(region)).items)


def said(key: str, item: Item) -> str:
    """Why it is on the list."""
    return LISTS[key].why.format(**item.facts)


# -- statistics ----------------------------------------------------------------------------------


def test_the_robust_z_is_that_of_the_book() -> None:
    values = [2.0, 3, 3, 4, 4, 4, 5, 5, 6, 20]  # median 4; distances 2 1 1 0 0 0 1 1 2 16: MAD 1

    found = robust_z(values)

    assert found[-1] == pytest.approx(0.6745 * 16)
    assert found[0] == pytest.approx(0.6745 * -2)
    assert robust_z([]) == []
    assert robust_z([5, 5, 5]) == [0, 0, 0]
    # MAD 0: the mean distance 15/6 = 2.5 stands in, 15 / (2.5 / 0.7979)
    assert robust_z([5, 5, 5, 5, 5, 20])[-1] == pytest.approx(15 * 0.7979 / 2.5)


def test_few_cases_show_little() -> None:
    assert surely_above(0, 0) == 0
    assert surely_above(0, 50) == 0
    assert surely_above(1, 1) == pytest.approx(0.2065, abs=1e-4)
    assert surely_above(10, 100) == pytest.approx(0.0552, abs=1e-4)  # Wilson 1927 by hand


# -- awards --------------------------------------------------------------------------------------


def test_a_scorer_unlike_the_others_is_listed_with_the_figures() -> None:
    make_rules(LABOUR)
    homes = make_households(20)
    for number in range(9):
        scorer = make_staff(Role.SCORER, VILLAGE)
        give(scorer, [(home, 4 + (place + number) % 3) for place, home in enumerate(homes)])
    assert LISTS["scorers"].items(lately()).too_few

    odd = make_staff(Role.SCORER, VILLAGE, username="odd1")
    give(odd, [(home, 30) for home in homes])
    few = make_staff(Role.SCORER, VILLAGE)
    give(few, [(home, 90) for home in homes[:19]])

    listed = LISTS["scorers"].items(lately())
    assert [item.subject for item in listed.items] == ["odd1"]
    assert listed.items[0].facts["lines"] == 20
    assert listed.items[0].facts["each"] == "30.0"
    assert "平均每笔 30.0 分" in said("scorers", listed.items[0])
    behind = LISTS["scorers"].behind
    assert behind is not None
    assert behind(lately(), "odd1") == []  # the makers gave it no entries to show
    assert LISTS["scorers"].items(lately(OTHER_VILLAGE)).items == []


def test_points_in_few_hands_are_listed_by_village() -> None:
    make_rules(LABOUR)
    scorer = make_staff(Role.SCORER, VILLAGE)
    near, far = make_households(20), make_households(20, OTHER_VILLAGE)
    give(scorer, [(home, 1) for home in near[5:]] + [(home, 3) for home in near[:5]])
    give(scorer, [(home, 5) for home in far])

    listed = items("concentration")

    assert [item.subject for item in listed] == [VILLAGE]
    # 5 households with 3 of 30 points: half; Herfindahl (5·9 + 15·1) / 900 = 0.0667
    assert (listed[0].facts["share"], listed[0].facts["index"]) == ("50", 667)
    assert LISTS["concentration"].items(lately(VILLAGE, days=1)).items
    give(scorer, [])
    yesterday = asked(
        today() - timedelta(days=9), today() - timedelta(days=1), Scope((COUNTY,), ())
    )
    assert LISTS["concentration"].items(yesterday).items == []


def test_parts_below_the_review_are_listed_and_lead_to_their_lines(app: Flask) -> None:
    scorer = make_programme(LABOUR, HELP._replace(points_min=10, points_max=10), CARE._replace(
        code="L02", points_min=6, points_max=6, review_level=ReviewLevel.A))  # fmt: skip
    home, other = make_households(2)
    award(scorer, home), award(scorer, home, rule="L02")
    award(scorer, other)

    listed = items("split")
    rows = LISTS["split"].behind
    assert rows is not None
    behind = rows(lately(), listed[0].subject)

    assert [item.name for item in listed] == [home.head]
    assert (listed[0].facts["points"], listed[0].facts["bar"]) == (11, 10)
    assert sorted(row.points for row in behind) == [5, 6]
    for wrong in ("", "~~", "x~y~2026-99-99", f"{home.code}~{scorer.username}~1999-01-01"):
        assert rows(lately(), wrong) == []
    browser = enter(app, overseer())
    page = pages.get(browser, f"/oversight/lists/split/{listed[0].subject}")
    assert behind[0].reference in page.text


def test_awards_to_a_household_that_became_kin_are_listed() -> None:
    scorer = make_programme(LABOUR)
    home = make_household()
    given = award(scorer, home)
    with transaction():
        db.session.add(
            StaffTie(
                staff_id=scorer.id, household_id=home.id, kind=TieKind.RELATIVE, relation="岳父",
                declared_by=scorer.id, declared_at=now(),
            )
        )  # fmt: skip

    listed = items("kin")

    assert [item.subject for item in listed] == [given.reference]
    assert "岳父" in said("kin", listed[0])
    assert items("kin", OTHER_VILLAGE) == []


def test_households_without_any_award_are_listed_and_new_ones_are_not() -> None:
    scorer = make_programme(LABOUR)
    forgotten, known, new = make_households(3)
    award(scorer, known)
    with transaction():
        db.session.merge(new).created_at = now()

    assert [item.subject for item in items("never_awarded")] == [forgotten.code]
    assert {item.subject for item in items("inactive")} == {forgotten.code}
    assert items("never_awarded", OTHER_VILLAGE) == []


def photo_of(likeness: str) -> int:
    with transaction():
        made = Photo(
            token=likeness + "t", content=b"x", sha256="0" * 64, likeness=likeness, created_at=now()
        )
        db.session.add(made)
    return made.id


def test_photos_that_differ_in_few_bits_are_found_and_others_are_not() -> None:
    scorer = make_programme(HELP)
    homes = make_households(4)
    first, near, far = "ffffffffffffffff", "fffffffffffffff0", "ff00ff00ff00ff00"
    codes = []
    for home, likeness in zip(homes, (first, near, far, "fefefefefefefeff"), strict=True):
        (made,) = declare(scorer, home)
        photo = photo_of(likeness)
        with transaction():
            db.session.get_one(Declaration, made.id).photo_id = photo
        codes.append(made.code)

    listed = items("photos")

    # near differs from first in 4 bits; the fourth in 7, one too many
    assert [(item.subject, item.facts["other"], item.facts["bits"]) for item in listed] == [
        (codes[1], codes[0], 4)
    ]


# -- redemptions ---------------------------------------------------------------------------------


@pytest.fixture
def stall() -> Stall:
    """A shop with a lot of soap and a household with a lot of points."""
    return make_stall(points_held=1000)


@pytest.fixture
def noon() -> datetime:
    """Today at twelve by the village's clocks, or yesterday if that is to come."""
    day = today() if local(now()).hour >= 12 else today() - timedelta(days=1)
    return datetime.combine(day, time(12), CLOCK).astimezone(UTC)


def redeem_at(stall: Stall, moment: datetime, times: int = 1, *, every: int = 1) -> list[str]:
    """Redeem so many times, so many seconds apart."""
    with at(moment):
        soap = make_goods(price=1, shop=stall.shop, on_hand=times)
    done = []
    for number in range(times):
        with at(moment + timedelta(seconds=number * every)):
            done.append(stall.redeem((soap, 1)).reference)
    return done


def test_redemptions_outside_the_hours_written_down_are_listed(
    stall: Stall, noon: datetime
) -> None:
    late = redeem_at(stall, noon + timedelta(hours=11), 2)  # 23:00, and there are no hours
    redeem_at(stall, noon)

    listed = items("hours")
    rows = LISTS["hours"].behind
    assert rows is not None

    assert [(item.facts["times"], item.facts["first"]) for item in listed] == [(2, "23:00")]
    assert {row.reference for row in rows(lately(), listed[0].subject)} == set(late)
    assert rows(lately(), "x~2026-13-45") == []
    weekday = noon.astimezone(CLOCK).isoweekday()
    with transaction():
        db.session.add(
            ShopWindow(shop_id=stall.shop.id, weekday=weekday, opens="22:00", closes="24:00")
        )
    assert [(item.facts["times"], item.facts["first"]) for item in items("hours")] == [(1, "12:00")]


def test_ten_redemptions_in_five_minutes_are_a_burst(stall: Stall, noon: datetime) -> None:
    redeem_at(stall, noon, 9, every=20)
    assert items("bursts") == []

    last = redeem_at(stall, noon + timedelta(seconds=9 * 20))

    listed = items("bursts")
    rows = LISTS["bursts"].behind
    assert rows is not None
    assert [item.facts["seconds"] for item in listed] == [180]
    assert [row.reference for row in rows(lately(), listed[0].subject)] == last
    assert items("bursts", OTHER_VILLAGE) == []


def test_a_keeper_who_takes_much_back_is_listed(noon: datetime) -> None:
    stalls = [make_stall(points_held=100) for _shop in range(3)]
    for number, one in enumerate(stalls):
        soap = make_goods(price=1, shop=one.shop, on_hand=20)
        for _time in range(12):
            receipt = one.redeem((soap, 1))
            if number == 0 and _time < 6:
                one.reverse(receipt.reference)
    assert [item.subject for item in items("voids")] == [stalls[0].keeper.username]
    assert items("voids")[0].facts["voids"] == 6
    rows = LISTS["voids"].behind
    assert rows is not None
    assert len(rows(lately(), stalls[0].keeper.username)) == 6


def test_a_sample_is_drawn_by_the_journal_itself(stall: Stall, app: Flask) -> None:
    month = today().replace(day=1)
    redeem_at(stall, now() - timedelta(seconds=200), 60)

    first = samples.redemption_samples(lately(), month, limit=10)
    again = samples.redemption_samples(lately(), month, limit=10)
    page = pages.get(enter(app, overseer()), f"/oversight/samples/redemptions?month={month:%Y-%m}")

    assert first == again
    assert (first[0].total, len(first[0].drawn)) == (60, 2)
    assert first[0].drawn[0].reference in page.text
    assert first[0].seed in page.text
    assert samples.redemption_samples(lately(OTHER_VILLAGE), month, limit=10) == []
    before = (month - timedelta(days=1)).replace(day=1)
    assert samples.redemption_samples(lately(), before, limit=10) == []


# -- pages ---------------------------------------------------------------------------------------


def test_every_list_has_a_page_and_a_file_without_rows_too(app: Flask) -> None:
    make_scheme()
    browser = enter(app, overseer(Role.COUNTY, COUNTY))

    for key in LISTS:
        page = pages.get(browser, f"/oversight/lists/{key}?region={VILLAGE}")
        rows = downloaded(browser, f"/oversight/lists/{key}?format=xlsx")

        assert "待核实" in page.text
        assert any("待核实" in str(row[0]) for row in rows)


def test_what_is_typed_wrong_or_is_elsewhere_is_refused(app: Flask) -> None:
    browser = enter(app, overseer())
    for query, status in (
        ("since=2026-13-01", 422), ("since=2026-05-02&until=2026-05-01", 422),
        ("since=1950-01-01", 422), ("since=2000-01-01&until=2050-01-01", 422),
        (f"region={OTHER_VILLAGE}", 403), ("region=%27%3B--", 403), ("region=４１０", 403),
    ):  # fmt: skip
        pages.get(browser, f"/oversight/lists/hours?{query}", status=status)
        with browser.get(f"/oversight/lists/hours?format=xlsx&{query}") as answer:
            assert answer.status_code == status
    assert browser.get("/oversight/lists/nothing").status_code == 404
    assert browser.get("/oversight/lists/never_awarded/x").status_code == 404
    assert browser.get(f"/oversight/lists/hours/x?region={OTHER_VILLAGE}").status_code == 403
    pages.get(browser, "/oversight/samples/redemptions?month=' OR 1")
    with pytest.raises(SpanError):
        asked(date(2026, 1, 2), date(2026, 1, 1), Scope((COUNTY,), ()))
    with pytest.raises(OutOfScopeError):
        asked(date(2026, 1, 1), date(2026, 1, 2), Scope((), ()))


def test_the_sentence_of_every_list_is_filled_with_its_facts(app: Flask) -> None:
    """A household's name with braces in it changes nothing."""
    member = make_staff(Role.SCORER, VILLAGE)
    assert isinstance(member, StaffMember)
    item = Item("x", "{0}", "x", VILLAGE, {"day": "{who}", "times": 1, "first": "a", "last": "b"})

    with app.test_request_context():
        assert why(LISTS["hours"], item) == "{who} 有 1 次，从 a 到 b"
