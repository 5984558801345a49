"""How a name is spelt by somebody who types its pinyin."""

from functools import cache

from pypinyin import Style, pinyin

#: Surnames read differently from the same characters elsewhere.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "任": "ren",
    "华": "hua", "朴": "piao", "翟": "zhai", "盖": "ge", "缪": "miao", "员": "yun", "冼": "xian",
    "洗": "xian", "秘": "bi", "乐": "yue", "种": "chong", "繁": "po", "覃": "qin", "牟": "mu",
    "黑": "he", "折": "she", "燕": "yan", "那": "na", "宁": "ning", "尉": "wei", "句": "gou",
    "召": "shao", "干": "gan", "柏": "bai", "隗": "wei", "葛": "ge", "纪": "ji", "车": "che",
    "祭": "zhai", "谌": "chen", "阚": "kan", "都": "du", "相": "xiang", "过": "guo", "哈": "ha",
    "贾": "jia", "长": "zhang", "重": "chong", "曲": "qu", "石": "shi", "卜": "bu", "夏": "xia",
    "冯": "feng", "郗": "xi", "俞": "yu", "於": "yu", "尹": "yin", "晁": "chao", "占": "zhan",
    "行": "xing", "教": "jiao", "强": "qiang", "撒": "sa", "粘": "nian", "乜": "nie", "幺": "yao",
}  # fmt: skip
#: Surnames of two characters, one of which is read differently elsewhere.
LONG_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"),
    "令狐": ("ling", "hu"), "澹台": ("tan", "tai"), "单于": ("chan", "yu"),
    "鲜于": ("xian", "yu"), "宰父": ("zai", "fu"), "呼延": ("hu", "yan"),
    "皇甫": ("huang", "fu"), "夏侯": ("xia", "hou"),
}  # fmt: skip


def readings(name: str) -> list[list[str]]:
    """Return the ways a folded name is read, syllable by syllable.

    First with the reading of its surname, then as the characters are read elsewhere, where
    that differs: people type both. Characters without a reading are left out.
    """
    usual = [_usual(character) for character in name]
    surname: tuple[str, ...] | None = LONG_SURNAMES.get(name[:2])
    if surname is None and name[:1] in SURNAMES:
        surname = (SURNAMES[name[0]],)
    proper = [*(surname or ()), *usual[len(surname or ()) :]]
    spelt = [[syllable for syllable in reading if syllable] for reading in (proper, usual)]
    return spelt[:1] if spelt[0] == spelt[1] else spelt


@cache
def _usual(character: str) -> str:
    """Return how a character is read by itself; itself if it is a letter; else nothing."""
    if character.isascii():
        return character if character.isalnum() else ""
    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0][0].replace("ü", "v") if found else ""
