"""A photo is taken in with care: what it shows is kept, what else it tells is not."""

import zlib
from io import BytesIO
from random import Random
from struct import pack

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from supermarket.database import transaction
from supermarket.photos import queries
from supermarket.photos import service as photos
from supermarket.photos.errors import PhotoInvalidError, PhotoKindError, PhotoTooLargeError
from supermarket.photos.forms import PhotoField
from supermarket.photos.models import Photo
from supermarket.staff.models import Role
from tests import pages
from tests.factories import make_staff


def picture(width: int = 640, height: int = 480, *, seed: int = 1) -> Image.Image:
    """Something with light and dark in it."""
    chance = Random(seed)
    small = Image.new("RGB", (12, 12))
    small.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(144)])
    return small.resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """A picture as a file."""
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def kept(data: bytes, by: int | None = None) -> Photo:
    with transaction():
        return photos.keep(data, by)


def test_a_large_photo_is_made_small_and_a_jpeg(app: Flask) -> None:
    photo = kept(saved(picture(4000, 3000)))

    shown = Image.open(BytesIO(queries.content(photo.token) or b""))

    assert shown.format == "JPEG"
    assert shown.size == (1600, 1200)
    assert len(photo.token) == 22


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_the_content_decides_what_a_file_is(kind: str) -> None:
    developed = photos.develop(saved(picture(), kind))

    assert Image.open(BytesIO(developed.content)).format == "JPEG"


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010F] = "A phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 10.0, 0.0)})
    data = saved(picture(800, 400), exif=exif, comment=b"in my yard", dpi=(72, 72))

    content = photos.develop(data).content

    shown = Image.open(BytesIO(content))
    assert shown.size == (400, 800)
    assert not shown.getexif()
    assert "comment" not in shown.info
    assert b"A phone" not in content
    assert b"in my yard" not in content


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_mode_of_a_png_opens(mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (300, 200), 40_000)
    else:
        image = picture(300, 200).convert(mode)

    developed = photos.develop(saved(image, "PNG"))

    assert Image.open(BytesIO(developed.content)).size == (300, 200)


def test_what_is_transparent_lies_on_white_paper() -> None:
    data = saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")

    shown = Image.open(BytesIO(photos.develop(data).content))

    assert shown.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        b"%PDF-1.4",
        saved(picture())[:900],
        saved(picture(), "BMP"),
        saved(picture(), "TIFF"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(PhotoInvalidError, match="不是能打开的照片"):
        photos.develop(data)


def test_a_tag_of_another_type_than_it_says_is_refused_in_words() -> None:
    tags = Image.Exif()
    tags[0x0112], tags[0x010E] = 6, "x" * 40
    written = BytesIO()
    Image.new("RGB", (120, 80)).save(written, "JPEG", exif=tags)
    # A description that says it is a width, which cannot be a sentence.
    data = written.getvalue().replace(b"\x01\x0e\x00\x02", b"\x01\x00\x00\x02")

    assert data != written.getvalue()
    with pytest.raises(PhotoInvalidError, match="不是能打开的照片"):
        photos.develop(data)


def test_heic_is_refused_with_what_to_do() -> None:
    with pytest.raises(PhotoKindError, match="兼容性最佳"):
        photos.develop(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100)


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it has three thousand six hundred million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 9000))


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(PhotoTooLargeError, match="15 MB"):
        photos.develop(bomb())
    with pytest.raises(PhotoTooLargeError):
        photos.develop(bomb(8000))  # 64 million: too many for us, not for Pillow


def test_too_many_bytes_are_not_opened() -> None:
    with pytest.raises(PhotoTooLargeError):
        photos.develop(b"\xff\xd8" + bytes(15_000_000))


def test_the_same_scene_is_found_again_and_another_is_not(app: Flask) -> None:
    first = kept(saved(picture(seed=1)))
    again = kept(saved(picture(320, 240, seed=1), quality=40))
    other = kept(saved(picture(seed=2)))

    same, another = (
        (int(first.likeness, 16) ^ int(one.likeness, 16)).bit_count() for one in (again, other)
    )

    assert same <= queries.NEAR < another
    assert first.token != again.token


def test_staff_who_see_households_see_a_photo_as_a_picture_and_nothing_else(app: Flask) -> None:
    photo = kept(saved(picture()))
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.REVIEWER, "410482100203"))

    answer = client.get(f"/photos/{photo.token}")

    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert client.get("/photos/nothing").status_code == 404
    assert client.get("/photos/%E4%B8%AD").status_code == 404


def test_strangers_and_shopkeepers_see_no_photo(app: Flask) -> None:
    photo = kept(saved(picture()))
    helper = app.test_client()
    pages.sign_in(helper, make_staff(Role.HELPER, "410482100203"))

    assert helper.get(f"/photos/{photo.token}").status_code == 403
    assert app.test_client().get(f"/photos/{photo.token}").status_code == 302


class Sent(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form of some slice."""

    photo = PhotoField("照片")


def sent(app: Flask, data: bytes) -> Sent:
    """The form as it arrives with a file."""
    file = FileStorage(BytesIO(data), filename="a.jpg")
    with app.test_request_context(method="POST"):
        form = Sent(formdata=MultiDict({"photo": file}))
        form.validate()
    return form


@pytest.mark.parametrize(("data", "content"), [(b"picture", b"picture"), (b"", None)])
def test_the_field_reads_what_was_sent(app: Flask, data: bytes, content: bytes | None) -> None:
    form = sent(app, data)

    assert form.errors == {}
    assert form.photo.content == content
    assert 'accept="image/*"' in str(form.photo())


def test_the_field_reads_no_more_than_is_taken(app: Flask) -> None:
    form = sent(app, bytes(15_000_001))

    assert "15 MB" in form.photo.errors[0]
    assert form.photo.content is None
