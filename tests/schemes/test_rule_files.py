"""Files of rules as people send them."""

import pytest

from supermarket.schemes.errors import RuleRowsError
from supermarket.schemes.models import Ability, CapPeriod, Category, Evidence, ReviewLevel
from supermarket.schemes.service import read_rules
from supermarket.settings import ROOT
from supermarket.spreadsheets.errors import MissingHeadersError, SpreadsheetError
from tests.spreadsheets.files import xlsx

HEADINGS = (
    "code,category,title,points_min,points_max,cap_times,cap_period,cap_points,"
    "evidence,review_level,ability,enabled"
)
ROW = "L01,labour,义务劳动半天,5,5,6,month,,sign_in,A,L2,yes"
OURS = ROOT / "data" / "rules.csv"


def csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEADINGS, *rows]).encode(encoding)


def mistakes(*rows: str) -> list[tuple[int, str]]:
    with pytest.raises(RuleRowsError) as refused:
        read_rules(csv(*rows), "rules.csv")
    return [(error.row, error.column) for error in refused.value.errors]


def test_the_county_rules_are_read_whole() -> None:
    rules = {rule.code: rule for rule in read_rules(OURS.read_bytes(), OURS.name)}

    assert len(rules) == 62
    assert rules["L15"].cap_points == 20
    assert rules["D13"].points_min is None
    assert rules["C21"].cap_period is CapPeriod.ONCE_PER_MEMBER
    assert not rules["C26"].enabled


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_people_use_is_read(encoding: str) -> None:
    rules = read_rules(csv(ROW, encoding=encoding), "细则.csv")

    assert rules[0].title == "义务劳动半天"


def test_a_workbook_with_chinese_words_is_read() -> None:
    file = xlsx(
        ["编号", "类别", "细则", "分值", "级别", "周期", "次数上限", "凭据", "启用"],
        ["L01", "劳动", "义务劳动半天", 5, "A", "每月", 6, "签到表", "是"],
    )

    rule = read_rules(file, "细则.xlsx")[0]

    assert (rule.category, rule.points_min, rule.points_max) == (Category.LABOUR, 5, 5)
    assert (rule.cap_period, rule.evidence) == (CapPeriod.MONTH, Evidence.SIGN_IN)
    assert (rule.review_level, rule.ability, rule.enabled) == (ReviewLevel.A, Ability.L0, True)


def test_every_mistake_is_named_with_its_row_and_column() -> None:
    found = mistakes(
        ROW,
        ROW.replace("L01", "L02").replace("labour", "work"),
        ROW.replace("L01", "L03").replace(",5,5,", ",5.5,5,"),
        ROW.replace("L01", "L04").replace(",5,5,", ",0,0,"),
        ROW.replace("L01", "L05").replace("劳动半天", "不信访"),
        ROW.replace("L01", "L06").replace(",yes", ",maybe"),
        ROW,
    )

    assert found == [
        (3, "category"),
        (4, "points_min"),
        (5, "points_min"),
        (6, "title"),
        (7, "enabled"),
        (8, "code"),
    ]


def test_a_refused_file_says_what_is_wrong_first() -> None:
    with pytest.raises(RuleRowsError, match=r"有 1 处不对.*第 2 行“title”：积分不得"):
        read_rules(csv(ROW.replace("劳动", "上访")), "rules.csv")


def test_a_required_column_that_is_missing_is_named() -> None:
    with pytest.raises(MissingHeadersError, match="review_level"):
        read_rules(b"code,category,title\r\nL01,labour,x", "rules.csv")


@pytest.mark.parametrize(
    "file", [b"", b"\0" * 100, b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"PK\x03\x04broken", b"a,b\n1,2"]
)
def test_what_is_no_file_of_rules_is_refused_in_words(file: bytes) -> None:
    with pytest.raises(SpreadsheetError):
        read_rules(file, "rules.csv")
