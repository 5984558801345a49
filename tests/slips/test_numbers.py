import pytest

from supermarket.slips.errors import SlipMistypedError, SlipNumberError
from supermarket.slips.queries import numbers
from supermarket.slips.queries.numbers import SlipNumber


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("0001 00017 9", 17),
        ("0001000179", 17),
        ("  ０００１ ０００１７ ９\u200b ", 17),
        ("0001-00017-9", 17),
        ("12345 99999 2", 99999),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, own: int) -> None:
    found = numbers.parse(typed)

    assert found.own == own
    assert numbers.parse(found.shown) == found == numbers.parse(found.digits)


def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught() -> None:
    for slip in (SlipNumber(1, 17), SlipNumber(407, 20931), SlipNumber(9876, 99999)):
        digits = slip.digits
        wrong = {
            digits[:place] + other + digits[place + 1 :]
            for place in range(len(digits))
            for other in "0123456789"
        }
        swapped = {
            digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            for place in range(len(digits) - 1)
        }

        for mistyped in (wrong | swapped) - {digits}:
            with pytest.raises((SlipMistypedError, SlipNumberError)):
                numbers.parse(mistyped)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "17",
        "OOO1 OOO17 9",
        "一二三四五六七八九十",
        "'; DROP TABLE slip_run; --",
        "9" * 500,
        "00001 00017 9",
        "<script>alert(1)</script>",
        "000100017६",
    ],
)
def test_what_is_no_number_is_told_so_in_words(typed: str) -> None:
    with pytest.raises((SlipNumberError, SlipMistypedError)) as refused:
        numbers.parse(typed)

    assert len(str(refused.value)) < 60


def test_a_slips_number_is_no_cards_number() -> None:
    assert all(len(SlipNumber(shop, 1).digits) >= 10 for shop in (1, 9999, 10_000))
