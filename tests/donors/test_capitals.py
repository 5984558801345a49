"""Amounts in Chinese capitals, as receipts write them."""

import pytest

from supermarket.capitals import capitals


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (1_00, "壹元整"),
        (10_00, "壹拾元整"),
        (1005_00, "壹仟零伍元整"),
        (10_000_00, "壹万元整"),
        (12_345_67, "壹万贰仟叁佰肆拾伍元陆角柒分"),
        (100_001_00, "壹拾万零壹元整"),
        (100_010_000_00, "壹亿零壹万元整"),
        (-5_00, "负伍元整"),
    ],
)
def test_an_amount_is_written_in_capitals(fen: int, words: str) -> None:
    assert capitals(fen) == words
