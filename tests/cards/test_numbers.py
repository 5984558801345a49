"""Card numbers as fingers type them: right ones pass, every slip is caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supermarket.cards.errors import CardNumberError, CardNumberMistypedError
from supermarket.cards.queries import numbers

SERIALS = st.integers(numbers.FIRST_SERIAL, numbers.LAST_SERIAL)


def test_a_number_is_the_serial_and_a_check_digit_printed_in_groups() -> None:
    card_number = numbers.number(10_000_017)

    assert card_number == "100000173"
    assert numbers.format(card_number) == "1000 0017 3"


@pytest.mark.parametrize(
    "typed",
    [
        "100000173",
        "1000 0017 3",
        " 1000-0017-3\r\n",
        "１０００　００１７　３",
        "1000—0017—3",
        "\u200e1000\u00a00017\u202f3",
    ],
)
def test_spaces_dashes_and_full_width_digits_are_welcome(typed: str) -> None:
    assert numbers.parse(typed) == "100000173"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "10000017",
        "1000001733",
        "l00000173",
        "一〇〇〇〇〇一七三",
        "١٠٠٠٠٠١٧٣",
        "李建国",
        "9" * 10_000,
    ],
)
def test_what_is_not_nine_digits_is_no_card_number(typed: str) -> None:
    with pytest.raises(CardNumberError, match="9 位数字") as refusal:
        numbers.parse(typed)

    assert refusal.type is CardNumberError
    assert len(str(refusal.value)) < 80


def test_a_slip_is_named_with_the_number_as_it_is_printed() -> None:
    with pytest.raises(CardNumberMistypedError, match="1000 0071 3"):
        numbers.parse("100000713")


@given(SERIALS, st.integers(0, 8), st.integers(1, 9))
def test_every_wrong_digit_is_caught(serial: int, place: int, change: int) -> None:
    right = numbers.number(serial)
    wrong = str((int(right[place]) + change) % 10)

    with pytest.raises(CardNumberMistypedError):
        numbers.parse(right[:place] + wrong + right[place + 1 :])


@given(SERIALS, st.integers(0, 7))
def test_every_swap_of_neighbours_is_caught(serial: int, place: int) -> None:
    right = numbers.number(serial)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    if swapped == right:
        assert numbers.parse(swapped) == right
    else:
        with pytest.raises(CardNumberMistypedError):
            numbers.parse(swapped)


@pytest.mark.parametrize("serial", [0, 9_999_999, 100_000_000, -10_000_000])
def test_a_serial_has_eight_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        numbers.number(serial)
