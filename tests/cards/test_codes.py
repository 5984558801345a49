"""The codes of cards: what we signed is ours however it was typed, the rest is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supermarket.cards.errors import CardNotRecognisedError
from supermarket.cards.queries import codes
from tests.cards.faces import PUBLIC_URL, SECRET

TOKEN = "0123456789AB"
CODE = codes.sign(TOKEN, SECRET)
URL = codes.url(CODE, PUBLIC_URL)
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def test_a_token_is_new_every_time_and_written_in_the_alphabet() -> None:
    tokens = [codes.new_token() for _ in range(2000)]

    assert len(set(tokens)) == 2000
    assert {len(token) for token in tokens} == {12}
    assert set("".join(tokens)) == set(codes.ALPHABET)


def test_the_address_is_upper_case_so_that_its_qr_stays_small() -> None:
    address = codes.url(CODE, "https://aixin.ruzhou.gov.cn")

    assert address == f"HTTPS://AIXIN.RUZHOU.GOV.CN/C/{CODE}"


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("http://127.0.0.1:8000/", "HTTP://127.0.0.1:8000/C/CODE"),
        ("https://county.gov.cn/Aixin", "https://county.gov.cn/Aixin/c/CODE"),
        ("https://county.gov.cn/Aixin/", "https://county.gov.cn/Aixin/c/CODE"),
    ],
)
def test_a_path_of_the_installation_keeps_its_case(public_url: str, address: str) -> None:
    assert codes.url("CODE", public_url) == address


@pytest.mark.parametrize(
    "scanned",
    [
        CODE,
        CODE.lower(),
        f"  {CODE}\r\n",
        f"{CODE[:6]} {CODE[6:12]}-{CODE[12:]}",
        CODE.replace("0", "O").replace("1", "I"),
        CODE.lower().replace("0", "o").replace("1", "l"),
        CODE.translate(FULL_WIDTH),
        URL,
        URL.lower(),
        f"{URL}/",
        f"{URL}?from=wechat#top",
        f"{URL}/entries",
        URL.translate(FULL_WIDTH),
        URL.replace("/", "、").replace(".", "。").replace(":", "："),
        f"https://a.new.address/c/{CODE}",
        f"https://county.gov.cn/c/office/c/{CODE}",
    ],
)
def test_our_code_is_recognised_however_it_arrives(scanned: str) -> None:
    assert codes.token_of(scanned, SECRET) == TOKEN


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        " ",
        "\0",
        TOKEN,
        CODE[:-1],
        CODE + "0",
        CODE[:-1] + ("0" if CODE[-1] != "0" else "1"),
        codes.sign(TOKEN, b"the next county's secret"),
        codes.url(codes.sign(TOKEN, b"the next county's secret"), PUBLIC_URL),
        "https://aixin.ruzhou.gov.cn/c/",
        "https://u.wechat.com/EAbCdEfGhIjKlMn",
        "6901234567892",
        "李建国",
        "U" * 22,
        "' OR 1=1 --",
        "x" * 1_000_000,
        f"{URL}?{'x' * 1_000}",
        "\ud800" * 22,
    ],
)
def test_what_we_did_not_sign_is_refused(scanned: str) -> None:
    with pytest.raises(CardNotRecognisedError):
        codes.token_of(scanned, SECRET)


def test_no_single_wrong_character_passes() -> None:
    passed = []
    for place, right in enumerate(CODE):
        for wrong in set(codes.ALPHABET) - {right}:
            typed = CODE[:place] + wrong + CODE[place + 1 :]
            try:
                passed.append(codes.token_of(typed, SECRET))
            except CardNotRecognisedError:
                continue

    assert passed == []


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(scanned: str) -> None:
    with pytest.raises(CardNotRecognisedError):
        codes.token_of(scanned, SECRET)


@given(st.text(alphabet=codes.ALPHABET, min_size=12, max_size=12), st.binary(min_size=1))
def test_every_token_comes_back(token: str, secret: bytes) -> None:
    code = codes.sign(token, secret)

    assert codes.token_of(codes.url(code, PUBLIC_URL), secret) == token
    assert set(code) <= set(codes.ALPHABET)
