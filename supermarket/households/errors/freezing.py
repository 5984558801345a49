"""What freezing a household refuses."""

from supermarket.errors import N_, DomainError, InvalidError


class FrozenHouseholdLeftError(DomainError):
    """The household no longer takes part."""

    code = "household_left"
    message = N_("{head}家已退出，不用再暂停兑换")


class FreezePresentError(DomainError):
    """A freeze of the household is proposed, to come or in force."""

    code = "already_frozen"
    message = N_(
        "{head}家已有一项暂停兑换（到{until.year}年{until.month}月{until.day}日），请先办完那一项"
    )


class FreezeWordsError(InvalidError):
    """Nobody is frozen without grounds on paper, nor unfrozen without a reason."""

    message = N_("依据、文号和理由都要写明，2 到 {most} 个字")


class FreezeDatesError(InvalidError):
    """The days are the wrong way round, past, or further apart than a year."""

    message = N_("暂停兑换从今天或以后开始，到期日不早于开始日，最长 12 个月")


class FreezeSamePersonError(DomainError):
    """One person would freeze a household alone."""

    code = "same_person"
    message = N_("暂停兑换要由另一个人审批，提出人不能自己同意")


class FreezeDecidedError(DomainError):
    """Somebody decided it first."""

    code = "already_decided"
    message = N_("这一项已由{who}办理，请刷新后看结果")


class FreezeNotInForceError(DomainError):
    """There is nothing to lift."""

    code = "not_frozen"
    message = N_("这一项没有生效，或已经到期、解除，不用再解除")


class HouseholdFrozenError(DomainError):
    """The household may not redeem for a while."""

    code = "household_frozen"
    message = N_("这户的兑换暂停到{until.year}年{until.month}月{until.day}日，请联系{contact}")
