"""The columns of a roster (农户花名册) and the words in them."""

import re
from collections.abc import Iterable

from supermarket.households.errors import UnknownTagError
from supermarket.households.models import TagKind
from supermarket.households.service.details import GROUP_LENGTH, NAME_LENGTH, RELATION_LENGTH
from supermarket.spreadsheets.columns import Column

COLUMNS = (
    Column(
        "code", "户编号", ("农户编号", "户编码", "户号", "家庭编号", "户主编号"), max_length=32,
        note="系统里的 16 位编号，可只写后 4 位；新户留空，系统会编",
    ),
    Column(
        "village", "村",
        ("行政村", "行政村名称", "所在村", "所属村", "所属行政村", "村名", "村名称", "村居",
         "村/社区", "村社区", "社区", "村委会", "村(居)", "村(社区)"),
        max_length=60, note="村名、“乡镇+村名”或 12 位区划代码；与上一行相同可留空",
    ),
    Column(
        "group", "组",
        ("村民小组", "村民组", "小组", "组别", "组名", "所在组", "所属组", "村小组", "自然村(组)"),
        max_length=GROUP_LENGTH, note="例如：3组",
    ),
    Column(
        "head", "户主", ("户主姓名", "户主名字", "户主名称"), max_length=NAME_LENGTH,
        note="一户几口人，每行都写同一个户主；紧跟在下面的家人可留空",
    ),
    Column(
        "name", "姓名", ("成员姓名", "家庭成员", "家庭成员姓名", "人员姓名", "成员"),
        max_length=NAME_LENGTH, note="一人一行；只登记到户时留空，一户一行",
    ),
    Column(
        "relation", "与户主关系", ("关系", "家庭关系", "与户主的关系", "成员关系"),
        max_length=RELATION_LENGTH, note="户主、配偶、之子、之女、之父……",
    ),
    Column(
        "phone", "联系电话",
        ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "户主电话", "联系手机"),
        max_length=40, note="户主的电话",
    ),
    Column(
        "tags", "户类别",
        ("类别", "农户类别", "户类型", "农户类型", "户属性", "农户属性", "家庭类别", "类型"),
        max_length=100, note="、".join(kind.label for kind in TagKind) + "；有几类用顿号隔开",
    ),
    Column(
        "helper", "帮扶责任人",
        ("帮扶人", "帮扶干部", "帮扶联系人", "结对帮扶人", "结对责任人", "责任人", "包户干部"),
        max_length=NAME_LENGTH,
    ),
    Column(
        "identity_tail", "身份证后四位",
        ("身份证号后四位", "身份证末四位", "证件后四位", "证件号后四位"),
        max_length=18, note="只填户主的后四位，不要填完整号码",
    ),
)  # fmt: skip
HEADERS = {column.key: column.header for column in COLUMNS}
#: What the roster's template shows.
EXAMPLES = (
    ("", "安沟村", "1组", "李建国", "李建国", "户主", "13800000000", "脱贫户", "张明", "001X"),
    ("", "安沟村", "1组", "李建国", "王秀英", "配偶", "", "", "", ""),
    ("", "安沟村", "2组", "赵玉兰", "", "", "", "一般户、低保户", "", ""),
)

HEADS = {"户主", "本人", "户主本人", "本户", "户主(本人)", "户主（本人）"}
_TAG_WORDS = {
    "脱贫": TagKind.LIFTED, "建档立卡户": TagKind.LIFTED, "建档立卡脱贫户": TagKind.LIFTED,
    "稳定脱贫户": TagKind.LIFTED, "脱贫不稳定": TagKind.LIFTED_UNSTABLE,
    "边缘户": TagKind.MARGINAL, "边缘易致贫": TagKind.MARGINAL,
    "突发严重困难户": TagKind.SUDDEN_HARDSHIP, "突发困难": TagKind.SUDDEN_HARDSHIP,
    "低保": TagKind.MINIMUM_LIVING, "农村低保户": TagKind.MINIMUM_LIVING,
    "最低生活保障户": TagKind.MINIMUM_LIVING, "特困": TagKind.EXTREME_POVERTY,
    "五保户": TagKind.EXTREME_POVERTY, "五保": TagKind.EXTREME_POVERTY,
    "特困供养户": TagKind.EXTREME_POVERTY, "分散供养户": TagKind.EXTREME_POVERTY,
    "一般": TagKind.ORDINARY, "一般农户": TagKind.ORDINARY, "普通户": TagKind.ORDINARY,
    "普通农户": TagKind.ORDINARY, "非贫困户": TagKind.ORDINARY, "其他": TagKind.ORDINARY,
} | {kind.label: kind for kind in TagKind}  # fmt: skip
_SEPARATORS = re.compile(r"[\s,;、，；/+|]+")


def tags(text: str) -> tuple[TagKind, ...]:
    """Return the kinds of household that a cell names, each once.

    Raises:
        UnknownTagError: one of its words is none.
    """
    words: Iterable[str] = filter(None, _SEPARATORS.split(text))
    try:
        return tuple(dict.fromkeys(_TAG_WORDS[word] for word in words))
    except KeyError as unknown:
        raise UnknownTagError(choices="、".join(kind.label for kind in TagKind)) from unknown
