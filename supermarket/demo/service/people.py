"""Made-up people: names that sound right and belong to nobody."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = [
    "建国",
    "秀英",
    "桂兰",
    "志强",
    "玉梅",
    "海燕",
    "长山",
    "春花",
    "广林",
    "小军",
    "翠平",
    "保成",
    "金凤",
    "留柱",
    "国庆",
    "素珍",
    "铁锤",
    "红霞",
    "占魁",
    "爱莲",
    "天佑",
    "书香",
    "振华",
    "俊杰",
    "梅",
    "兰",
    "勇",
    "磊",
    "芳",
    "伟",
    "静",
    "敏",
    "军",
    "洋",
    "艳",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "玉兰",
    "秀兰",
    "凤英",
    "文",
    "斌",
    "辉",
    "永昌",
    "福顺",
    "来喜",
    "银环",
    "二妮",
    "大柱",
    "石头",
    "满仓",
    "改花",
    "新民",
    "向阳",
    "立春",
    "冬梅",
    "秋生",
    "夏荷",
    "雪莲",
]
RELATIONS = ("配偶", "长子", "长女", "次子", "次女", "父亲", "母亲", "孙子", "孙女", "儿媳")


class Person(NamedTuple):
    """A line of a roster: one person of one household."""

    village_code: str
    group: str
    head: str
    name: str
    relation: str
    #: Empty for everybody but the head, like what follows.
    phone: str
    tag: str
    helper: str


def households(villages: dict[str, int], chance: Random) -> Iterator[list[Person]]:
    """Yield the people of as many households as each village is to have.

    Within a group no two heads have the same name, so that a roster can tell them apart.
    Telephone numbers begin with 100 and five zeros, which no operator gives out.
    """
    number = 0
    for village, wanted in villages.items():
        heads: set[tuple[str, str]] = set()
        helpers = [_name(chance) for _ in range(4)]
        while wanted:
            group, head = f"{chance.randint(1, 6)}组", _name(chance)
            if (group, head) in heads:
                continue
            heads.add((group, head))
            wanted -= 1
            number += 1
            yield _household(village, group, head, number, chance.choice(helpers), chance)


def _household(
    village: str, group: str, head: str, number: int, helper: str, chance: Random
) -> list[Person]:
    phone = f"100{number:08}" if chance.random() < 0.7 else ""
    tag = chance.choices(
        ("一般户", "脱贫户", "低保户", "特困户", "边缘易致贫户", "脱贫不稳定户"),
        (52, 28, 9, 4, 4, 3),
    )[0]
    people = [Person(village, group, head, head, "户主", phone, tag, helper)]
    for relation in chance.sample(
        RELATIONS, chance.choices((0, 1, 2, 3, 4), (18, 28, 24, 20, 10))[0]
    ):
        own = relation not in ("配偶", "母亲", "儿媳")
        name = (head[0] if own else chance.choice(SURNAMES)) + chance.choice(GIVEN)
        if name not in {person.name for person in people}:
            people.append(Person(village, group, head, name, relation, "", "", ""))
    return people


def _name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN)
