"""Cards for the tests of drawing, printing and reading."""

from supermarket.cards.queries import codes, numbers
from supermarket.cards.service.drawing import CardFace

SECRET = b"the county's own secret"
PUBLIC_URL = "https://aixin.ruzhou.gov.cn"


def make_face(
    *,
    serial: int = 10_000_017,
    head: str = "李建国",
    village: str = "米庙镇焦村",
    programme: str = "汝州市爱心超市",
    show_name: bool = True,
    phone: str = "0375-6881234",
    public_url: str = PUBLIC_URL,
) -> CardFace:
    """A card as it is printed, with a code of its own."""
    code = codes.sign(codes.new_token(), SECRET)
    return CardFace(
        card_number=numbers.number(serial),
        url=codes.url(code, public_url),
        head=head,
        village=village,
        programme=programme,
        show_name=show_name,
        phone=phone,
    )
