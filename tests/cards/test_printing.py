"""Village sheets: every card of a printed page reads, in place, and nothing is lost."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from benchmarks.cards import printed
from supermarket.cards.service import printing
from supermarket.cards.service.drawing import CardFace
from tests.cards.faces import make_face

UNDRAWABLE = "\U00030000"


def make_faces(count: int) -> list[CardFace]:
    return [make_face(serial=10_000_000 + place, head=f"户{place}") for place in range(count)]


def rendered(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """The pages of a PDF as a printer at ``dpi`` would lay them down."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=dpi / 72).to_pil() for page in document]
    document.close()
    return pages


def codes_by_place(page: Image.Image) -> list[str]:
    """The texts of all QR codes of a page, row by row."""
    found = zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    row_height = page.height / 297 * 54
    corners = [(code.position.top_left, code.text) for code in found]
    return [text for _, _, text in sorted((c.y // row_height, c.x, text) for c, text in corners)]


def test_every_card_of_a_sheet_reads_in_its_place() -> None:
    faces = make_faces(13)
    out = BytesIO()

    report = printing.sheets(iter(faces), out)

    pages = rendered(out.getvalue())
    assert report == (13, 2, ())
    assert [codes_by_place(page) for page in pages] == [
        [face.url for face in faces[:10]],
        [face.url for face in faces[10:]],
    ]


def test_a_page_is_a4_and_its_cards_have_their_real_size() -> None:
    out = BytesIO()

    printing.sheets(make_faces(10), out)

    document = pypdfium2.PdfDocument(out.getvalue())
    width, height = (points / 72 * 25.4 for points in document[0].get_size())
    document.close()
    page = rendered(out.getvalue(), dpi=254)[0]
    red = [x for x in range(page.width) if page.getpixel((x, 150)) == (200, 50, 31)]
    assert (round(width), round(height)) == (210, 297)
    assert (red[-1] - red[0]) / 10 == pytest.approx(2 * 85.6, abs=0.3)


def test_backs_lie_behind_their_fronts_when_the_sheet_is_turned() -> None:
    faces = make_faces(3)
    out = BytesIO()

    report = printing.sheets(faces, out, backs=True)

    pages = rendered(out.getvalue(), dpi=100)
    third_back = pages[1].crop((pages[1].width // 2, 265, pages[1].width - 90, 450))
    no_fourth = pages[1].crop((90, 290, pages[1].width // 2 - 10, 450))
    assert report == (3, 2, ())
    assert min(third_back.convert("L").tobytes()) < 100
    assert set(no_fourth.convert("L").tobytes()) == {255}


def test_a_name_no_font_has_is_left_to_the_pen_and_reported() -> None:
    face = make_face(head=f"王{UNDRAWABLE}")
    out = BytesIO()

    report = printing.sheets([make_face(), face], out)

    assert report.missing == ((face.card_number, f"王{UNDRAWABLE}", UNDRAWABLE),)
    assert codes_by_place(rendered(out.getvalue())[0])[1] == face.url


def test_progress_hears_of_every_page() -> None:
    heard: list[int] = []

    printing.sheets(make_faces(23), BytesIO(), progress=heard.append)

    assert heard == [10, 20, 23]


def test_no_cards_make_no_file() -> None:
    out = BytesIO()

    report = printing.sheets([], out)

    assert report == (0, 0, ())
    assert out.getvalue() == b""


def test_cards_of_several_villages_share_a_sheet() -> None:
    faces = [
        make_face(village="焦村", programme="甲县"),
        make_face(village="杨楼", programme="乙县"),
    ]
    out = BytesIO()

    printing.sheets(faces, out, backs=True)

    assert codes_by_place(rendered(out.getvalue())[0]) == [face.url for face in faces]


@pytest.mark.long
def test_a_thousand_cards_take_seconds_and_little_memory() -> None:
    done = printed(1000)

    assert (done.cards, done.pages) == (1000, 200)
    assert done.seconds < 30
    assert done.megabytes < 200
    assert done.file_bytes < 30_000_000
