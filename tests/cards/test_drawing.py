"""Cards as pictures: right size, readable code, every character or a clear refusal."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageChops, ImageDraw

from supermarket.cards.errors import MissingGlyphError
from supermarket.cards.queries import codes
from supermarket.cards.service import drawing, fonts, reading
from tests.cards.faces import SECRET, make_face

#: An ideograph of extension G, in no font we ship.
UNDRAWABLE = "\U00030000"


def opened(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as picture:
        picture.load()
        return picture


@pytest.fixture
def own_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the installation may keep fonts of its own."""
    monkeypatch.setattr(fonts, "OWN_FONTS", tmp_path)
    return tmp_path


def make_font(path: Path, character: str) -> None:
    """A font of one character, a block."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "block"])
    builder.setupCharacterMap({ord(character): "block"})
    builder.setupGlyf({".notdef": pen.glyph(), "block": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "block": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "One", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)


def test_front_and_back_are_as_large_as_a_bank_card_at_300_dpi() -> None:
    face = make_face()

    sides = [opened(drawing.front_png(face)), opened(drawing.back_png(face))]

    assert [side.size for side in sides] == [(1011, 638), (1011, 638)]
    assert [round(side.info["dpi"][0]) for side in sides] == [300, 300]


def test_the_printed_code_leads_back_to_its_token() -> None:
    token = codes.new_token()
    face = make_face()._replace(url=codes.url(codes.sign(token, SECRET), "https://a.gov.cn"))

    text = reading.read(drawing.front_png(face))

    assert text == face.url
    assert codes.token_of(text, SECRET) == token


@pytest.mark.parametrize(
    "public_url",
    [
        "http://127.0.0.1:8000",
        "https://aixin.ruzhou.gov.cn",
        "https://aixin-chaoshi.nongye.ruzhou.pingdingshan.henan.gov.cn:8443",
        "https://www.ruzhou.gov.cn/xiangcunzhenxing/aixinchaoshi",
    ],
)
def test_a_code_is_at_least_26_mm_wide_with_its_quiet_zone(public_url: str) -> None:
    face = make_face(public_url=public_url)

    picture = drawing.qr_code(face.url)
    left, top, right, bottom = ImageChops.invert(picture).getbbox() or (0, 0, 0, 0)

    module = left // 4
    assert (right - left) / 300 * 25.4 >= 26
    assert min(top, picture.width - right, picture.height - bottom) >= 4 * module
    assert reading.read(drawing.front_png(face)) == face.url


def test_a_quarter_of_the_code_may_be_gone_and_white_is_around_it() -> None:
    face = make_face()

    [code] = zxingcpp.read_barcodes(drawing.front(face))

    corners = [code.position.top_left, code.position.bottom_right]
    across = corners[1].x - corners[0].x
    white = (
        drawing.front(face)
        .convert("L")
        .crop((corners[0].x - across * 4 // 33 + 2, corners[0].y, corners[0].x - 2, corners[1].y))
    )
    assert code.ec_level == "Q"
    assert across / 300 * 25.4 >= 26
    assert set(white.tobytes()) == {255}


def creased(card: Image.Image) -> None:
    """A fold as wide as a match, from edge to edge through the code."""
    ImageDraw.Draw(card).line((700, 150, 900, 638), fill=(250, 250, 250), width=12)


def wet(card: Image.Image) -> None:
    """A corner that lay in water: two centimetres of it are one brown stain."""
    ImageDraw.Draw(card).ellipse((811, 438, 1211, 838), fill=(120, 100, 80))


@pytest.mark.parametrize("damage", [creased, wet])
def test_the_code_of_a_drawn_card_survives(damage: Callable[[Image.Image], None]) -> None:
    face = make_face()
    card = drawing.front(face)
    damage(card)
    file = BytesIO()
    card.save(file, "PNG")

    assert reading.read(file.getvalue()) == face.url


def test_an_address_too_long_for_a_card_is_a_mistake_of_the_settings() -> None:
    face = make_face(public_url="https://" + "a-very-long-name." * 20 + "cn")

    with pytest.raises(ValueError, match="PUBLIC_URL"):
        drawing.qr_code(face.url)


def test_cards_of_one_village_share_size_and_mask_of_their_codes() -> None:
    assert drawing.qr_code(make_face().url).size == drawing.qr_code(make_face().url).size


@pytest.mark.parametrize(
    "name",
    [
        "马骉",
        "䶮",
        "㛃㬎㻐䥽",
        "𠅤𡋾𬭊𬒈𠮷",
        "禤鲰镩",
        "阿卜杜热合曼·买买提明",
        "鿍鿎",
        "Ааб Lǎo",
        "葛󠄀\U000e0100",
    ],
)
def test_names_in_rare_characters_are_drawn(name: str) -> None:
    assert fonts.missing_glyphs(name) == []
    assert len(drawing.front_png(make_face(head=name))) > 10_000


def test_every_han_character_of_gb_18030_2000_can_be_drawn() -> None:
    basic = "".join(map(chr, range(0x4E00, 0x9FA6)))
    extension_a = "".join(map(chr, range(0x3400, 0x4DB6)))
    compatible = "郎凉秊裏隣兀嗀﨎﨏﨑﨓﨔礼﨟蘒﨡﨣﨤﨧﨨﨩"

    missing = fonts.missing_glyphs(basic + extension_a + compatible)

    assert missing == []


@pytest.mark.parametrize("stand_in", [UNDRAWABLE, "□", "\N{REPLACEMENT CHARACTER}", "\ue863", "😀"])
def test_a_character_without_a_font_is_named_with_whose_name_it_is(stand_in: str) -> None:
    name = f"王{stand_in}{stand_in}"

    with pytest.raises(MissingGlyphError) as refusal:
        drawing.front_png(make_face(head=name))

    assert refusal.value.details == {"text": name, "characters": stand_in}
    assert name in str(refusal.value)


def test_a_name_that_is_not_shown_needs_no_font() -> None:
    face = make_face(head=UNDRAWABLE, show_name=False)

    assert reading.read(drawing.front_png(face)) == face.url


def test_a_household_that_wants_no_name_on_its_card_gets_none() -> None:
    face = make_face(show_name=False)

    hidden = drawing.front(face)

    assert hidden == drawing.front(face._replace(head="张三"))
    assert hidden != drawing.front(face._replace(show_name=True))


def test_a_blank_card_has_a_line_to_write_the_name_on() -> None:
    blank = make_face(head="")

    assert drawing.front(blank) != drawing.front(blank._replace(show_name=False))


@pytest.mark.parametrize("length", [1, 4, 8, 14, 40, 400])
def test_no_name_however_long_runs_into_the_code(length: int) -> None:
    face = make_face(head="国" * length, village="村" * length, programme="县" * length)

    assert reading.read(drawing.front_png(face)) == face.url


def test_control_characters_in_a_name_leave_no_mark() -> None:
    face = make_face(head="李建国")

    assert drawing.front(face._replace(head="\u200b李建\u202e国\0\n")) == drawing.front(face)


def test_a_font_of_the_installation_draws_what_ours_cannot(own_fonts: Path) -> None:
    make_font(own_fonts / "rare.ttf", UNDRAWABLE)

    assert fonts.missing_glyphs(f"王{UNDRAWABLE}") == []
    assert drawing.front_png(make_face(head=f"王{UNDRAWABLE}"))


def test_a_file_that_is_no_font_is_passed_over(own_fonts: Path) -> None:
    (own_fonts / "notes.txt").write_text("no font")
    (own_fonts / "broken.ttf").write_bytes(b"\x00\x01\x00\x00broken")

    assert fonts.missing_glyphs("王") == []
    assert fonts.missing_glyphs(UNDRAWABLE) == [UNDRAWABLE]


def test_the_back_says_whom_to_call_and_does_without_a_phone() -> None:
    with_phone = drawing.back_png(make_face())
    without = drawing.back_png(make_face(phone=""))

    assert with_phone != without


def test_what_the_back_says_keeps_to_its_margins() -> None:
    back = drawing.back("寄料镇安沟村", "0375-6881234")

    box = ImageChops.invert(back).getbbox()

    assert box is not None
    assert box[0] >= 40
    assert box[2] <= back.width - 40
