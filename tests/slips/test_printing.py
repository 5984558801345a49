from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from supermarket.database import db, once_more
from supermarket.errors import NotFoundError
from supermarket.ledger.errors import KeyReusedError
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.errors import NoShopError, SlipCountError, SlipsUsedUpError
from supermarket.slips.models import SlipRun
from supermarket.slips.queries import numbers
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service import sheets
from supermarket.staff.models import Permission, Role
from tests.counter.stalls import EVERYWHERE
from tests.factories import COUNTY, OTHER_VILLAGE, make_shop, make_staff
from tests.slips.makers import printed


def test_runs_of_a_shop_follow_each_other_and_each_shop_has_its_own(app: Flask) -> None:
    county = make_staff(Role.COUNTY, COUNTY)
    here, there = make_shop(), make_shop(OTHER_VILLAGE)
    codes = [there.code, here.code]
    scope = county.scope(Permission.PRINT_SLIPS)

    def both(key: str, count: int) -> list[tuple[int, int, int]]:
        made = once_more(lambda: slips.print_slips(key, codes, count, by=county.id, scope=scope))
        return [(run.shop_id, run.first_number, run.last_number) for run in made]

    first, again, later = both("the-first", 6), both("the-first", 6), both("the-second", 4)

    assert first == again == [(here.id, 1, 6), (there.id, 1, 6)]
    assert later == [(here.id, 7, 10), (there.id, 7, 10)]
    with pytest.raises(KeyReusedError):
        both("the-first", 7)
    [newest, oldest] = queries.runs(here.id)
    assert (newest.printer, newest.first.own, newest.size) == (county.name, 7, 4)
    assert oldest.last.own == 6


def test_what_cannot_be_printed_is_told_and_takes_no_number(app: Flask) -> None:
    shop, other = make_shop(), make_shop(OTHER_VILLAGE)
    keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    scope = keeper.scope(Permission.PRINT_SLIPS)

    for codes, count, error in (
        ([shop.code, other.code], 4, NotFoundError),
        ([], 4, NoShopError),
        ([shop.code], 0, SlipCountError),
        ([shop.code], 401, SlipCountError),
    ):
        with pytest.raises(error):
            once_more(
                lambda codes=codes, count=count: slips.print_slips(  # type: ignore[misc]
                    "a-long-key", codes, count, by=keeper.id, scope=scope
                )
            )
    numbers_left = numbers.LAST
    numbers.LAST = 5
    try:
        with pytest.raises(SlipsUsedUpError, match="还能印 5 张"):
            once_more(
                lambda: slips.print_slips(
                    "a-long-key", [shop.code], 6, by=keeper.id, scope=EVERYWHERE
                )
            )
    finally:
        numbers.LAST = numbers_left

    assert printed(shop, keeper, 3).first_number == 1
    assert db.session.query(SlipRun).count() == 1


def test_a_sheet_has_four_slips_whose_barcodes_read_as_their_numbers() -> None:
    wanted = [sheets.BlankSlip("安沟村爱心超市\U0002a6d6", SlipNumber(1, n)) for n in range(1, 6)]
    paper = BytesIO()

    count = sheets.sheets(wanted, paper)

    document = pypdfium2.PdfDocument(paper.getvalue())
    assert (count, len(document)) == (5, 2)
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    seen = zxingcpp.read_barcodes(document[0].render(scale=200 / 72).to_pil())
    assert {code.text for code in seen} == {slip.number.digits for slip in wanted[:4]}
    assert sheets.sheets([], BytesIO()) == 0
