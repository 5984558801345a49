from collections.abc import Callable

import pytest

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.errors import GoodsInactiveError, GoodsNotRecognisedError
from supermarket.goods.models import Goods
from tests.factories import make_goods

pytestmark = pytest.mark.usefixtures("app")
CODE, PACK = "6901234567892", "16901234567899"


@pytest.fixture
def soap(app: object) -> Goods:
    item = make_goods(name="肥皂")
    with transaction():
        item.initials = "fz"
        goods.bind_barcode(item, CODE, by=None)
        goods.bind_barcode(item, PACK, units=12, by=None)
    return item


def test_a_scan_means_goods_and_how_many(soap: Goods) -> None:
    meant = {
        text: queries.scan(text).units
        for text in (CODE, PACK, f"3*{CODE}", f"3 × {PACK}", f"３＊{CODE}", soap.sku.lower(),
                     f"2*{soap.sku}", f" {CODE}\r\n")
    }  # fmt: skip

    assert list(meant.values()) == [1, 12, 3, 36, 3, 1, 2, 1]
    assert queries.scan(CODE) == queries.Scanned(soap.id, soap.sku, "肥皂", 1)


@pytest.mark.parametrize(
    "text",
    ["", " ", "*", "12*", "0*6901234567892", "6901234567891", "' OR 1=1 --", "大米", "9" * 5000,
     "99999*6901234567892", "-1*6901234567892", "1.5*6901234567892", "\x00", "%", "{0}"],
)  # fmt: skip
def test_a_scan_that_means_nothing_says_so(soap: Goods, text: str) -> None:
    with pytest.raises(GoodsNotRecognisedError, match="没有找到"):
        queries.scan(text)


def test_goods_off_the_catalogue_are_not_scanned(soap: Goods) -> None:
    with transaction():
        soap.active = False

    with pytest.raises(GoodsInactiveError, match="“肥皂”已停用"):
        queries.scan(CODE)


@pytest.mark.parametrize("text", ["肥", "fz", "FZ", CODE, PACK, ""])
def test_goods_are_found_by_name_initials_or_code(soap: Goods, text: str) -> None:
    make_goods(name="大米")

    found = db.session.scalars(queries.catalogue(text=text)).all()

    assert soap in found
    assert len(found) == (2 if text == "" else 1)


@pytest.mark.parametrize("text", ["%", "_", "100%", "米"])
def test_a_search_takes_wildcards_as_they_are(soap: Goods, text: str) -> None:
    assert db.session.scalars(queries.catalogue(text=text)).all() == []


def test_the_catalogue_is_narrowed_by_shelf_and_by_use(soap: Goods) -> None:
    with transaction():
        soap.active = False
        soap.category = "洗护"

    assert db.session.scalars(queries.catalogue(category="洗护")).all() == []
    assert db.session.scalars(queries.catalogue(category="洗护", active=False)).all() == [soap]
    assert db.session.scalars(queries.catalogue(category="洗护", active=None)).all() == [soap]
    assert queries.categories() == ["洗护"]


def test_a_page_of_the_catalogue_takes_two_statements_however_long(
    statements: Callable[[], int],
) -> None:
    made = sorted(make_goods(price=price).sku for price in range(1, 8))
    queries.categories()
    before = statements()

    rows, more = queries.page(queries.catalogue(), on=today(), limit=5)

    assert [row.goods.sku for row in rows] == made[:5]
    assert [row.points for row in rows] == [1, 2, 3, 4, 5]
    assert more == made[4]
    assert statements() - before == 2
    rest, end = queries.page(queries.catalogue(), on=today(), after=more or "", limit=5)
    assert [row.goods.sku for row in rest] == made[5:]
    assert end is None


def test_goods_that_are_not_there_are_a_404() -> None:
    with pytest.raises(NotFoundError, match="没有找到“G999”"):
        queries.goods_or_404("G999")
