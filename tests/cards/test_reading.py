"""Photos of cards as villages take them, and uploads that are no photos at all."""

import random
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageOps

from supermarket.cards.errors import (
    CardNotRecognisedError,
    CardPhotoError,
    ImageTooLargeError,
    NoCodeFoundError,
    NotAnImageError,
    SeveralCardsError,
)
from supermarket.cards.queries import codes
from supermarket.cards.service import drawing, reading
from tests.cards.faces import SECRET, make_face

FACE = make_face()
CARD = drawing.front(FACE)


def photo(
    card: Image.Image = CARD,
    *,
    size: tuple[int, int] = (1920, 1080),
    zoom: float = 0.6,
    turn: float = 7,
    quality: int = 80,
    blur: float = 0,
) -> bytes:
    """A JPEG of a card lying on a rough table."""
    table = Image.effect_noise(size, 40).convert("RGB")
    lying = ImageOps.scale(card.convert("RGBA"), zoom)
    lying = lying.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    table.paste(lying, ((size[0] - lying.width) // 2, (size[1] - lying.height) // 2), lying)
    return jpeg(table.filter(ImageFilter.GaussianBlur(blur)), quality=quality)


def jpeg(picture: Image.Image, **options: object) -> bytes:
    return saved(picture, "JPEG", **options)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def reopened(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as image:
        image.load()
        return image


def folded_across(canvas: ImageDraw.ImageDraw) -> None:
    canvas.line((560, 420, 1011, 380), fill=(250, 250, 250), width=14)


def folded_slantwise(canvas: ImageDraw.ImageDraw) -> None:
    canvas.line((700, 150, 900, 638), fill=(250, 250, 250), width=14)


def folded_through_two_finders(canvas: ImageDraw.ImageDraw) -> None:
    canvas.line((600, 640, 1000, 150), fill=(250, 250, 250), width=5)


def wet_corner(canvas: ImageDraw.ImageDraw) -> None:
    canvas.ellipse((850, 470, 1060, 680), fill=(120, 110, 100))


def mud(canvas: ImageDraw.ImageDraw) -> None:
    spots = random.Random(3)
    for _ in range(60):
        x, y, radius = spots.randint(560, 1011), spots.randint(150, 638), spots.randint(2, 8)
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(90, 60, 30))


def thumb(canvas: ImageDraw.ImageDraw) -> None:
    canvas.ellipse((740, 560, 860, 700), fill=(224, 172, 150))


def test_a_photo_of_a_card_reads() -> None:
    assert reading.read(photo()) == FACE.url


@pytest.mark.parametrize("turn", [0, 23, 45, 90, 135, 180, 222, 270, 315])
def test_a_card_reads_however_it_lies(turn: float) -> None:
    assert reading.read(photo(turn=turn)) == FACE.url


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_reads_however_the_phone_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    held = ImageOps.exif_transpose(reopened(jpeg(CARD, exif=exif)))

    assert reading.read(jpeg(held, exif=exif)) == FACE.url


@pytest.mark.parametrize("zoom", [0.2, 0.4, 0.8])
def test_a_card_reads_from_far_and_near(zoom: float) -> None:
    assert reading.read(photo(zoom=zoom)) == FACE.url


@pytest.mark.parametrize(
    "picture",
    [
        photo(blur=1.5),
        photo(blur=2.5),
        photo(quality=6),
        photo(size=(4000, 3000), zoom=0.5),
        photo(size=(320, 240), zoom=0.25, turn=2),
        photo(ImageOps.invert(CARD)),
        photo(Image.blend(CARD, Image.new("RGB", CARD.size, (150, 140, 120)), 0.75)),
        photo(Image.blend(CARD, Image.new("RGB", CARD.size), 0.85)),
    ],
    ids=["blurred", "very blurred", "poor jpeg", "12 MP", "tiny", "inverted", "faded", "dark"],
)
def test_a_poor_photo_reads(picture: bytes) -> None:
    assert reading.read(picture) == FACE.url


@pytest.mark.parametrize(
    "damage",
    [folded_across, folded_slantwise, folded_through_two_finders, wet_corner, mud, thumb],
)
def test_a_damaged_card_reads(damage: Callable[[ImageDraw.ImageDraw], None]) -> None:
    card = CARD.copy()
    damage(ImageDraw.Draw(card))

    assert reading.read(photo(card)) == FACE.url


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[("WEBP", mode) for mode in ("L", "RGB", "RGBA")],
        *[("BMP", mode) for mode in ("1", "L", "P", "RGB")],
        *[("GIF", mode) for mode in ("1", "L", "P", "RGBA")],
        *[("JPEG", mode) for mode in ("L", "RGB", "CMYK")],
    ],
)
def test_every_kind_and_mode_of_picture_reads(kind: str, mode: str) -> None:
    through = CARD.convert("L") if mode == "I;16" else CARD
    picture = saved(through.convert(mode), kind)

    assert reading.read(picture) == FACE.url


def test_a_code_on_a_transparent_ground_lies_on_white_paper() -> None:
    code = drawing.qr_code(FACE.url)
    picture = Image.new("RGBA", code.size, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=ImageOps.invert(code))

    assert reading.read(saved(picture, "PNG")) == FACE.url


def is_ours(text: str) -> bool:
    try:
        return bool(codes.token_of(text, SECRET))
    except CardNotRecognisedError:
        return False


def test_of_several_codes_ours_is_taken() -> None:
    table = Image.new("RGB", (1400, 1400), "white")
    for place in range(4):
        other = drawing.qr_code(f"https://u.wechat.com/{place}")
        table.paste(other, (30 + 450 * (place % 3), 30 + 450 * (place // 3)))
    table.paste(drawing.qr_code(FACE.url), (930, 930))

    text = reading.read(jpeg(table), accept=is_ours)

    assert text == FACE.url


def test_two_cards_of_ours_are_refused_and_one_photographed_twice_is_not() -> None:
    other = make_face()
    pair, twice = Image.new("RGB", (1011, 1300)), Image.new("RGB", (1011, 1300))
    for picture, second in ((pair, other), (twice, FACE)):
        picture.paste(CARD, (0, 0))
        picture.paste(drawing.front(second), (0, 650))

    with pytest.raises(SeveralCardsError, match="只拍一张"):
        reading.read(jpeg(pair), accept=is_ours)

    assert reading.read(jpeg(twice), accept=is_ours) == FACE.url


def test_a_second_card_that_is_hard_to_read_is_looked_for() -> None:
    worn = drawing.front(make_face())
    ImageDraw.Draw(worn).line((560, 420, 1011, 380), fill=(250, 250, 250), width=16)
    pair = Image.new("RGB", (1011, 1300), "white")
    pair.paste(CARD, (0, 0))
    pair.paste(worn.filter(ImageFilter.GaussianBlur(4)), (0, 650))

    with pytest.raises(SeveralCardsError):
        reading.read(jpeg(pair), accept=is_ours)


def test_of_a_moving_picture_the_first_one_counts() -> None:
    other = drawing.front(make_face())
    file = BytesIO()
    CARD.save(file, "GIF", save_all=True, append_images=[other] * 3, duration=50)

    assert reading.read(file.getvalue(), accept=is_ours) == FACE.url


def test_a_code_that_is_not_ours_is_returned_for_the_caller_to_refuse() -> None:
    picture = jpeg(drawing.qr_code("https://u.wechat.com/abc"))

    assert reading.read(picture, accept=lambda text: False) == "https://u.wechat.com/abc"


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (800, 600), "white"),
        Image.effect_noise((800, 600), 90),
        Image.new("L", (1, 1)),
        Image.new("L", (3000, 1)),
        drawing.back("焦村", "0375"),
    ],
    ids=["white", "noise", "one pixel", "a line", "the back of a card"],
)
def test_a_picture_without_a_code_says_how_to_take_a_better_one(picture: Image.Image) -> None:
    with pytest.raises(NoCodeFoundError, match="没有找到二维码"):
        reading.read(saved(picture, "PNG"))


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"\0" * 1000,
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"%PDF-1.7\n%%EOF",
        b"PK\x03\x04" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "卡号,户主\n1000,李建国\n".encode("gbk"),
        photo()[:5_000],
        saved(CARD, "PNG")[:9_000],
        saved(CARD, "TIFF"),
        saved(CARD, "PDF"),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
    ],
    ids=[
        "empty",
        "zeros",
        "gif head",
        "jpeg head",
        "pdf head",
        "zip",
        "svg",
        "gbk csv",
        "half a jpeg",
        "half a png",
        "tiff",
        "pdf",
        "heic",
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(upload: bytes) -> None:
    with pytest.raises(NotAnImageError, match="照片"):
        reading.read(upload)


def test_a_file_of_too_many_bytes_is_not_opened() -> None:
    with pytest.raises(ImageTooLargeError, match="12 MB"):
        reading.read(b"\0" * 12_000_001)


@pytest.mark.parametrize("side", [6_400, 12_000, 40_000, 2_000_000])
def test_a_picture_that_would_unpack_to_too_many_pixels_is_not_unpacked(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )

    with pytest.raises(ImageTooLargeError, match="40 百万像素"):
        reading.read(bomb)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_a_damaged_file_is_read_or_refused_in_words(kind: str) -> None:
    whole = saved(CARD.resize((253, 160)), kind)
    dice = random.Random(7)

    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(dice.choice((1, 5, 40))):
            reach = min(len(broken), dice.choice((64, 600, len(broken))))
            broken[dice.randrange(reach)] = dice.randrange(256)
        with suppress(CardPhotoError):
            reading.read(bytes(broken[: dice.randrange(1, len(broken) + 1)]))


@pytest.mark.long
def test_a_photo_of_1080_lines_reads_in_20_ms() -> None:
    picture = photo(blur=1)
    reading.read(picture)

    began = time.perf_counter()
    for _ in range(20):
        reading.read(picture)

    assert (time.perf_counter() - began) / 20 < 0.020
