"""The dashboard's figures in words: what it is of, the numbers at the top, how they changed."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from supermarket.cards.service.faces import spoken
from supermarket.filters import count, day
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.reports.forms import Choice
from supermarket.reports.queries import monthly
from supermarket.reports.queries.overview_shape import Level, Overview, Then
from supermarket.reports.queries.redemptions import By
from supermarket.shops.queries import shops as shop_queries
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user

#: What a form is asked by that a dashboard knows.
KEPT = {"since", "until", "region"}


class Headline(NamedTuple):
    """One figure at the top."""

    label: str
    value: str
    unit: str
    url: str | None
    detail: str = ""
    #: How it stands to the window before and to the same of last year, in words.
    before: str | None = None
    last_year: str | None = None


def address(choice: Choice, **changes: object) -> dict[str, Any]:
    """Return a choice as query parameters, without what a dashboard does not ask."""
    found = choice.address(**changes)
    if "by" not in changes:
        found.pop("by", None)
    return found


def sheet(choice: Choice, code: str, needs: Permission, **changes: object) -> str | None:
    """Return the form that lists what a figure is made of; None for whom it is not."""
    if not current_user.may(needs):
        return None
    kept = {name: text for name, text in address(choice, **changes).items() if name in KEPT}
    return url_for("sheets.show", code=code, **kept)


def place_name(found: Overview) -> str:
    """Return what the dashboard is of, as people say it."""
    return way_down(found)[-1][0]


def way_down(found: Overview) -> list[tuple[str, str]]:
    """Return names and codes from the top the asker may see down to the place shown."""
    asked = found.asked
    if asked.shop:
        shop = shop_queries.shop(asked.shop, asked.scope)
        place = shop.region_code if shop else ""
        name = shop.name if shop else asked.shop
        above = _crumbs(place, asked.scope.regions) if asked.scope.regions else []
        return [*above, (name, "")]
    if found.level is Level.SHOP:
        return [(_only_shop(found) or _("我的店"), "")]
    reach = monthly.reaches(asked)
    if len(reach) != 1:
        return [(_("我负责的地方"), "")]
    return _crumbs(reach[0], asked.scope.regions)


def _only_shop(found: Overview) -> str:
    return found.shelves[0].name if len(found.shelves) == 1 else ""


def _crumbs(code: str, tops: Sequence[str]) -> list[tuple[str, str]]:
    top = min((len(one) for one in tops if code.startswith(one)), default=COUNTY)
    return [(spoken(crumb.name), crumb.code) for crumb in regions.path(code, top=top)]


def headlines(choice: Choice, found: Overview) -> list[Headline]:
    """Return the figures at the top; each opens what it is made of."""
    rows = url_for("reports.redemption_rows", **address(choice))
    goods = url_for("reports.redemptions_page", **address(choice, by=By.GOODS))
    now = found.redeemed
    redeemed = [
        _figure(found, "points", _("兑换积分"), _("分"), rows),
        _figure(found, "times", _("兑换人次"), _("次"), rows),
        _figure(found, "households", _("兑换户数"), _("户"), rows, _("同一户只算一次")),
        Headline(_("折合"), yuan(now.fen), _("元"), rows, _("按兑换当天的折算"),
                 *_changes(found, "fen")),
    ]  # fmt: skip
    if found.figures is None:
        return [*redeemed, _figure(found, "units", _("兑换商品"), _("件"), goods), *_shelves(found)]
    return [
        _figure(found, "awarded", _("发放积分"), _("分"),
                sheet(choice, "F3", Permission.VIEW_HOUSEHOLDS) or "#places",
                _("%(count)s 户得分", count=count(now.earners))),
        *redeemed,
        *_stocks(choice, found),
    ]  # fmt: skip


def _figure(
    found: Overview, name: str, label: str, unit: str, url: str, detail: str = ""
) -> Headline:
    value = count(getattr(found.redeemed, name))
    return Headline(label, value, unit, url, detail, *_changes(found, name))


def _changes(found: Overview, name: str) -> tuple[str | None, str | None]:
    now = getattr(found.redeemed, name)
    told = yuan if name == "fen" else count
    before, last = (
        None if then is None else change(now, getattr(then.flow, name), told)
        for then in beside(found)
    )
    return before, last


def beside(found: Overview) -> tuple[Then | None, Then | None]:
    """Return the window before and that of last year; of a year, which are one, the latter."""
    before, last = found.before, found.last_year
    if before is not None and last is not None and before.days == last.days:
        return None, last
    return before, last


def yuan(fen: int) -> str:
    """Write fen as people read money."""
    return f"{fen / 100:,.2f}"


def change(now: int, then: int, told: Callable[[int], str] = count) -> str:
    """Say how much more or less something is than then: ↑12.3%, ↓4%, no change, from nothing."""
    if now == then:
        return str(_("持平"))
    if then <= 0:
        return str(_("%(sign)s%(count)s（那时是 %(then)s）", sign="↑" if now > then else "↓",
                     count=told(abs(now - then)), then=told(then)))  # fmt: skip
    percent = (now - then) * 100 / then
    if abs(percent) >= 1000:
        return str(_("是 %(times)s 倍", times=count(round(now / then))))
    return f"{'↑' if percent > 0 else '↓'}{abs(percent):.1f}%"


def _stocks(choice: Choice, found: Overview) -> list[Headline]:
    """Return what is there rather than what came and went."""
    figures = found.figures
    assert figures is not None  # noqa: S101 - a dashboard of places
    percent = figures.coverage_percent
    opening = found.streams.opening if found.streams else 0
    by_place = sheet(choice, "F15", Permission.VIEW_REPORTS)
    return [
        Headline(_("没有兑换的积分"), count(figures.outstanding), _("分"), by_place,
                 _("%(day)s止，比期初 %(change)s", day=day(found.as_of),
                   change=change(figures.outstanding, opening))),
        Headline(_("积分保障率"), "—" if percent is None else count(percent),
                 "" if percent is None else "%", by_place, coverage_word(found)),
        Headline(_("参加农户"), count(figures.covered), _("户"), _households(choice),
                 _("共 %(count)s 人", count=count(found.people))),
        Headline(_("开门的店"), count(figures.shops), _("家"), _shops(),
                 _("货架上的东西值 %(yuan)s 元", yuan=f"{figures.stock_fen / 100:,.0f}")),
        Headline(_("收到捐赠"), yuan(figures.donated_fen), _("元"),
                 sheet(choice, "F10", Permission.VIEW_REPORTS),
                 _("%(count)s 家（位）捐赠", count=count(found.donors))),
    ]  # fmt: skip


def _shelves(found: Overview) -> list[Headline]:
    """Return how the shelves of the shops are now."""
    stock = found.shelves
    one = stock[0].code if len(stock) == 1 and current_user.may(Permission.VIEW_STOCK) else None
    url = url_for("stock.index", code=one) if one else None
    return [
        Headline(_("货架上"), count(sum(row.on_hand for row in stock)), _("件"), url, _("现在")),
        Headline(_("快卖完的商品"), count(sum(row.low for row in stock)), _("种"), url, _("现在")),
        Headline(_("60 天内到期"), count(sum(row.soon for row in stock)), _("件"), url, _("现在")),
    ]


def coverage_word(found: Overview) -> str:
    """Say whether goods and money suffice for the points that are out."""
    percent = found.figures.coverage_percent if found.figures else None
    if percent is None:
        return str(_("现在没有积分要保障"))
    if found.marks is None:
        return ""
    if found.marks.stop is not None and percent < found.marks.stop:
        return str(_("低于停发线 %(mark)s%%", mark=found.marks.stop))
    if percent < found.marks.warn:
        return str(_("偏低，提醒线 %(mark)s%%", mark=found.marks.warn))
    return str(_("充足"))


def _households(choice: Choice) -> str | None:
    if not current_user.may(Permission.VIEW_HOUSEHOLDS):
        return None
    return url_for("households.index", region=choice.region or None)


def _shops() -> str | None:
    return url_for("shops.index") if current_user.may(Permission.VIEW_STOCK) else None
