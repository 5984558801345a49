"""Hard photos of our own cards, drawn by our own drawing code: the same for the same seed.

Each kind of damage is a function of a chance (``Random``) that returns a ``HardPhoto``: a
picture file as a phone sends it, the text that must be read from it, or none where the
picture must be refused because two cards of ours lie in it.
"""

import math
from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from supermarket.cards.queries import codes, numbers
from supermarket.cards.service import drawing
from supermarket.cards.service.drawing import CardFace

SECRET = b"a county that tries its cards"
#: Pixels of a picture, as chat programs send them on.
SCENE = (1280, 960)
#: Pictures of each kind in the whole set.
OF_EACH = 20


class HardPhoto(NamedTuple):
    """A picture, and what must be read from it."""

    kind: str
    number: int
    content: bytes
    #: Empty if reading it must be refused, for two cards of ours lie in it.
    text: str


def photos(seed: int, of_each: int = OF_EACH) -> Iterator[HardPhoto]:
    """Yield ``of_each`` photos of every kind, one kind after another."""
    for kind in KINDS:
        for number in range(of_each):
            yield photo(kind, number, seed)


def photo(kind: str, number: int, seed: int) -> HardPhoto:
    """Take one photo: always the same for the same arguments."""
    chance = Random(f"{seed} {kind} {number}")  # noqa: S311 - it damages pictures
    content, text = KINDS[kind](chance)
    return HardPhoto(kind, number, content, text)


class _Taken(NamedTuple):
    """What a kind of damage makes: a file and the text in it."""

    content: bytes
    text: str


def _turned(chance: Random) -> _Taken:
    made = face(chance)
    return _shot(chance, drawing.front(made), made.url, turn=chance.uniform(0, 360))


def _blurred(chance: Random) -> _Taken:
    made = face(chance)
    width = chance.randint(500, 900)
    blur = ImageFilter.GaussianBlur(width / 1011 * chance.uniform(3.5, 5))
    return _shot(chance, drawing.front(made), made.url, width=width, then=lambda p: p.filter(blur))


def _moved(chance: Random) -> _Taken:
    """Blurred along a line, by a hand that shook."""
    made = face(chance)
    width = chance.randint(500, 900)
    length = width / 1011 * chance.uniform(8, 15)
    way = chance.uniform(0, math.tau)

    def shake(picture: Image.Image) -> Image.Image:
        steps = max(3, round(length))
        moved = picture
        for step in range(1, steps):
            part = length * (step / (steps - 1) - 0.5)
            shifted = _shifted(picture, part * math.cos(way), part * math.sin(way))
            moved = Image.blend(moved, shifted, 1 / (step + 1))
        return moved

    return _shot(chance, drawing.front(made), made.url, width=width, then=shake)


def _dark(chance: Random) -> _Taken:
    """Taken in the evening: few levels of grey, and the noise of the sensor."""
    made = face(chance)
    light = chance.uniform(0.08, 0.25)

    def evening(picture: Image.Image) -> Image.Image:
        return _noisy(chance, ImageEnhance.Brightness(picture).enhance(light), 0.06)

    return _shot(chance, drawing.front(made), made.url, then=evening)


def _pale(chance: Random) -> _Taken:
    """Faded by the sun, or taken against the light."""
    made = face(chance)
    share = chance.uniform(0.7, 0.88)
    fog = Image.new("RGB", SCENE, (chance.randint(120, 210),) * 3)
    return _shot(chance, drawing.front(made), made.url, then=lambda p: Image.blend(p, fog, share))


def _grainy(chance: Random) -> _Taken:
    made = face(chance)
    strength = chance.uniform(0.3, 0.5)
    return _shot(chance, drawing.front(made), made.url, then=lambda p: _noisy(chance, p, strength))


def _creased(chance: Random) -> _Taken:
    """Folded through the code: along the fold, up to 0.8 mm wide, the print is gone."""
    made = face(chance)
    card = drawing.front(made)
    canvas = ImageDraw.Draw(card)
    x, y, end_x, end_y = _fold(chance)
    wide = chance.randint(4, 10)
    canvas.line((x, y, end_x, end_y), fill=(246, 244, 240), width=wide)
    canvas.line((x + wide, y, end_x + wide, end_y), fill=(170, 166, 160), width=2)
    return _shot(chance, card, made.url)


def _wet(chance: Random) -> _Taken:
    """A corner of the card that lay in water: stained, and the ink has run."""
    made = face(chance)
    card = drawing.front(made)
    mask = Image.new("L", card.size, 0)
    corner, reach = chance.choice(((1011, 0), (1011, 638))), chance.randint(150, 235)
    _blob(ImageDraw.Draw(mask), corner, reach, 255)
    mask = mask.filter(ImageFilter.GaussianBlur(6))
    stain = Image.new("RGB", card.size, (chance.randint(90, 190), 130, 90))
    run = Image.blend(card.filter(ImageFilter.GaussianBlur(9)), stain, chance.uniform(0.5, 1))
    return _shot(chance, Image.composite(run, card, mask), made.url)


def _soiled(chance: Random) -> _Taken:
    """Mud and scratches all over the code."""
    made = face(chance)
    card = drawing.front(made)
    canvas = ImageDraw.Draw(card)
    for _ in range(chance.randint(20, 45)):
        at = (chance.randint(560, 1011), chance.randint(150, 638))
        _blob(canvas, at, chance.randint(2, 7), (90, 60, 30))
    for _ in range(chance.randint(2, 7)):
        x, y = chance.randint(560, 1011), chance.randint(150, 638)
        end = (x + chance.randint(-150, 150), y + chance.randint(-150, 150))
        canvas.line((x, y, *end), fill=(215, 210, 205), width=chance.randint(1, 3))
    return _shot(chance, card, made.url)


def _small(chance: Random) -> _Taken:
    """200 pixels for the whole card: two for a module of the code."""
    made = face(chance)
    turn = chance.uniform(-12, 12)
    return _shot(chance, drawing.front(made), made.url, width=200, turn=turn, quality=85)


def _squeezed(chance: Random) -> _Taken:
    """Sent on by a chat program that saves every byte."""
    made = face(chance)
    width = chance.randint(280, 600)
    turn = chance.uniform(-25, 25)
    return _shot(chance, drawing.front(made), made.url, width=width, turn=turn, quality=30)


def _slanted(chance: Random) -> _Taken:
    """Photographed from the side."""
    made = face(chance)
    return _shot(
        chance,
        drawing.front(made),
        made.url,
        width=chance.randint(600, 900),
        then=lambda p: _tilted(p, chance, chance.uniform(0.35, 0.6)),
    )


def _glared(chance: Random) -> _Taken:
    """A lamp mirrored in the plastic, over a part of the code."""
    made = face(chance)
    card = drawing.front(made)
    shine = Image.new("L", card.size, 0)
    canvas = ImageDraw.Draw(shine)
    x, y = chance.randint(560, 1000), chance.randint(200, 620)
    wide, high = chance.randint(40, 90), chance.randint(30, 60)
    canvas.ellipse((x - wide, y - high, x + wide, y + high), fill=chance.randint(200, 255))
    shine = shine.filter(ImageFilter.GaussianBlur(chance.randint(12, 25)))
    return _shot(chance, ImageChops.add(card, Image.merge("RGB", (shine,) * 3)), made.url)


def _shaded(chance: Random) -> _Taken:
    """The shadow of the hand lies across the code."""
    made = face(chance)
    card = drawing.front(made)
    mask = Image.new("L", card.size, 255)
    edge = chance.randint(620, 960)
    ImageDraw.Draw(mask).polygon(
        [(edge, 0), (1011, 0), (1011, 638), (edge + chance.randint(-250, 250), 638)],
        fill=chance.randint(50, 100),
    )
    shadow = mask.filter(ImageFilter.GaussianBlur(chance.randint(3, 20)))
    return _shot(chance, ImageChops.multiply(card, Image.merge("RGB", (shadow,) * 3)), made.url)


def _beside_a_foreign_code(chance: Random) -> _Taken:
    """A poster's code lies beside ours, larger or smaller, and often nearer the middle."""
    made = face(chance)
    foreign = drawing.qr_code(f"https://u.wechat.com/{chance.randrange(10**12)}").convert("RGB")
    foreign = ImageOps.scale(foreign, chance.uniform(0.5, 1.4))

    def add(picture: Image.Image) -> Image.Image:
        picture.paste(foreign, (chance.randint(0, 90), chance.randint(0, 300)))
        return picture

    return _shot(
        chance,
        drawing.front(made),
        made.url,
        width=chance.randint(300, 620),
        at=(930, 620),
        then=add,
    )


def _beside_another_card(chance: Random) -> _Taken:
    """Two cards of ours: nobody knows which is meant."""
    first, second = drawing.front(face(chance)), drawing.front(face(chance))
    pair = Image.new("RGB", (1011, 1316), _table(chance))
    pair.paste(first, (0, 0))
    pair.paste(second, (0, 678))
    return _shot(chance, pair, "", width=chance.randint(300, 560), turn=chance.uniform(0, 360))


def _everything(chance: Random) -> _Taken:
    """A little of all of it, as life is."""
    made = face(chance)
    card = drawing.front(made)
    ImageDraw.Draw(card).line(_fold(chance), fill=(240, 238, 234), width=chance.randint(3, 6))

    def life(picture: Image.Image) -> Image.Image:
        seen = _tilted(picture, chance, chance.uniform(0.1, 0.3))
        seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.5)))
        return _noisy(chance, ImageEnhance.Brightness(seen).enhance(chance.uniform(0.4, 0.8)), 0.1)

    return _shot(
        chance,
        card,
        made.url,
        width=chance.randint(450, 800),
        turn=chance.uniform(0, 360),
        quality=50,
        then=life,
    )


KINDS: dict[str, Callable[[Random], _Taken]] = {
    "turned": _turned,
    "blurred": _blurred,
    "moved": _moved,
    "dark": _dark,
    "low contrast": _pale,
    "noise": _grainy,
    "crease": _creased,
    "wet corner": _wet,
    "mud and scratches": _soiled,
    "200 px": _small,
    "JPEG 30": _squeezed,
    "perspective": _slanted,
    "glare": _glared,
    "shadow": _shaded,
    "foreign code": _beside_a_foreign_code,
    "two of our cards": _beside_another_card,
    "all together": _everything,
}


def face(chance: Random) -> CardFace:
    """Draw a card of nobody's, with a code we signed."""
    token = "".join(chance.choice(codes.ALPHABET) for _ in range(codes.TOKEN_LENGTH))
    serial = chance.randint(numbers.FIRST_SERIAL, numbers.LAST_SERIAL)
    return CardFace(
        card_number=numbers.number(serial),
        url=codes.url(codes.sign(token, SECRET), "https://aixin.ruzhou.gov.cn"),
        head=chance.choice(("李建国", "王桂兰", "欧阳春梅", "阿卜杜热合曼·买买提明")),
        village="寄料镇安沟村",
        programme="汝州市爱心超市",
    )


def _shot(
    chance: Random,
    card: Image.Image,
    text: str,
    *,
    width: int | None = None,
    turn: float | None = None,
    at: tuple[int, int] | None = None,
    quality: int = 80,
    then: Callable[[Image.Image], Image.Image] = lambda picture: picture,
) -> _Taken:
    """Lay a card on a table, let ``then`` happen to the picture, and save it as a phone does."""
    table = Image.new("RGB", SCENE, _table(chance))
    table = _noisy(chance, table, 0.15)
    lying = ImageOps.scale(
        card.convert("RGBA"),
        (width or chance.randint(420, 800)) / card.width,
        Image.Resampling.LANCZOS,
    )
    lying = lying.rotate(
        chance.uniform(-30, 30) if turn is None else turn, Image.Resampling.BICUBIC, expand=True
    )
    x, y = at or (SCENE[0] // 2, SCENE[1] // 2)
    table.paste(lying, (x - lying.width // 2, y - lying.height // 2), lying)
    file = BytesIO()
    then(table).save(file, "JPEG", quality=quality)
    return _Taken(file.getvalue(), text)


def _table(chance: Random) -> tuple[int, int, int]:
    """Choose the colour of a table."""
    return (chance.randint(60, 200), chance.randint(60, 180), chance.randint(50, 160))


def _noisy(chance: Random, picture: Image.Image, strength: float) -> Image.Image:
    """Add grain; two dice make it gather around the middle."""
    dice = [
        Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
        for _ in range(2)
    ]
    grain = Image.merge("RGB", (Image.blend(dice[0], dice[1], 0.5),) * 3)
    darker = grain.point([round(max(0, 128 - level) * 2 * strength) for level in range(256)] * 3)
    lighter = grain.point([round(max(0, level - 128) * 2 * strength) for level in range(256)] * 3)
    return ImageChops.subtract(ImageChops.add(picture, lighter), darker)


def _shifted(picture: Image.Image, x: float, y: float) -> Image.Image:
    return picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, x, 0, 1, y), Image.Resampling.BILINEAR
    )


def _tilted(picture: Image.Image, chance: Random, strength: float) -> Image.Image:
    """Look at a picture from the side: what is near is up to ``strength`` larger."""
    way = chance.uniform(0, math.tau)
    middle_x, middle_y = picture.width / 2, picture.height / 2
    g = strength * math.cos(way) / picture.width * 1.4
    h = strength * math.sin(way) / picture.width * 1.4
    start = 1 - g * middle_x - h * middle_y
    numbers_of = (
        1 + middle_x * g,
        middle_x * h,
        middle_x * start - middle_x,
        middle_y * g,
        1 + middle_y * h,
        middle_y * start - middle_y,
        g,
        h,
    )
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        tuple(number / start for number in numbers_of),
        Image.Resampling.BICUBIC,
    )


def _fold(chance: Random) -> tuple[int, int, int, int]:
    """Draw a line that crosses the code."""
    if chance.random() < 0.5:
        return (chance.randint(600, 960), 0, chance.randint(600, 960), 638)
    return (0, chance.randint(150, 638), 1011, chance.randint(230, 570))


def _blob(
    canvas: ImageDraw.ImageDraw,
    at: tuple[int, int],
    reach: int,
    fill: int | tuple[int, int, int],
) -> None:
    canvas.ellipse((at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach), fill=fill)
