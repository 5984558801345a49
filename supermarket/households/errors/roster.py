"""What a roster refuses, row by row."""

from supermarket.errors import N_, DomainError, InvalidError


class RosterHeadingError(InvalidError):
    """The file has no heading a roster has."""

    message = N_(
        "没有找到花名册的表头。至少要有“户主”或“姓名”一列，最好还有“村”“组”；可以先下载模板"
    )


class RosterRowsError(DomainError):
    """The roster has rows that cannot be taken in, so none was."""

    code = "invalid"
    status = 422
    message = N_("花名册有 {count} 处要改，一行也没有导入。请改好后重新上传")


class RosterMovedError(DomainError):
    """The households changed between the dry run and its confirmation."""

    code = "conflict"
    message = N_("核对以后数据又有变化，请看新的核对结果，再确认一次")


class NothingToImportError(DomainError):
    """The roster says what the books say already."""

    message = N_("花名册与系统里的完全一致，没有需要导入的内容")


class VillageMissingError(InvalidError):
    """A row, and all rows above it, say no village."""

    message = N_("请填村名；整张表是同一个村时，也可以在上传时选好村")


class UnknownVillageError(InvalidError):
    """No village is called so."""

    message = N_("没有这个村，请核对村名，或填 12 位区划代码")


class AmbiguousVillageError(InvalidError):
    """Several villages are called so."""

    message = N_("有 {count} 个村叫这个名字：{choices}。请写成“乡镇+村名”，或填 12 位区划代码")


class VillageOutsideError(InvalidError):
    """The village lies outside the caller's scope."""

    message = N_("这个村不在您负责的范围内，请从表中删去，或请负责这个村的人员导入")


class HouseholdUnclearError(InvalidError):
    """A row does not say whose household it is about."""

    message = N_("看不出是哪一户，请填“户主”（户主本人这一行也要填），或填“户编号”")


class RepeatedRowError(InvalidError):
    """The same person or household stands twice in the file."""

    message = N_("与第 {row} 行重复，请只保留一行；如果是同组同名的另一户，请在“农户”页面单独添加")


class DisagreeingRowsError(InvalidError):
    """Two rows of one household say different things."""

    message = N_("与第 {row} 行是同一户，填的却不一样，请核对")


class NamesakeRowsError(InvalidError):
    """Two households of a name that only a code tells apart."""

    message = N_("本组有不止一户户主叫这个名字，请填“户编号”，系统里的编号可以在户页面查到")


class UnknownHouseholdCodeError(InvalidError):
    """No household has the code that a row gives; the books give new ones theirs."""

    message = N_("没有这个户编号，请核对；新户请留空，系统会编")


class MovedHouseholdError(InvalidError):
    """The code belongs to a household of another village."""

    message = N_("这个户编号是别的村的，请核对；新户请把户编号留空")


class LeftHouseholdError(InvalidError):
    """The household has left the programme."""

    message = N_("这一户已登记退出。要恢复请先在户页面办理“退出后又回来”，否则从表中删去")


class UnknownTagError(InvalidError):
    """Not a kind of household."""

    message = N_("不认识的户类别。可以填：{choices}")
