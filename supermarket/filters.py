"""How days, moments and amounts are written for people, on pages and in files."""

from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import gettext as _

from supermarket.clock import local, now


def full_day(value: date) -> str:
    """Write a day with its year, whichever it is: for papers that are kept."""
    if str(get_locale()) == "en":
        return value.strftime("%-d %b %Y")
    return f"{value.year}年{value.month}月{value.day}日"


def day(value: date | None) -> str:
    """Write a day: 2026年11月22日, without the year if it is this one."""
    if value is None:
        return "—"
    if str(get_locale()) == "en" or value.year != local(now()).year:
        return full_day(value)
    return f"{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """Write a moment as the village's clocks show it, to the minute."""
    if value is None:
        return "—"
    here = local(value)
    return f"{day(here.date())} {here:%H:%M}"


def count(value: int | None) -> str:
    """Write a whole number with its thousands apart."""
    return "—" if value is None else f"{value:,}"


def points(value: int | None) -> str:
    """Write points with their unit."""
    return "—" if value is None else _("%(count)s 分", count=f"{value:,}")


def yuan(fen: int | None) -> str:
    """Write an amount of fen as yuan with two decimals and its unit."""
    return "—" if fen is None else _("%(amount)s 元", amount=f"{fen / 100:,.2f}")
