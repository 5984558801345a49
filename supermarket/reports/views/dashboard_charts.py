"""The dashboard's charts with the tables beside them: what each shows and where a click leads."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from supermarket.cards.service.faces import spoken
from supermarket.filters import count
from supermarket.reports.forms import Choice, days_of
from supermarket.reports.queries.overview_shape import GoodsRow, Level, Overview, Row
from supermarket.reports.queries.redemptions import By
from supermarket.reports.views import dashboard_pictures as pictures
from supermarket.reports.views.dashboard_figures import address, coverage_word, sheet
from supermarket.reports.views.dashboard_pictures import weekday_name
from supermarket.staff.models import Permission


def charts(choice: Choice, found: Overview) -> dict[str, Any]:
    """Return every chart with its table, as the page's template calls them."""
    places = [_place_row(choice, found, row) for row in found.places if _any(row)]
    goods = [_goods_row(choice, row) for row in found.goods]
    times = _times(choice, found)
    return {
        "times": [row for row in times if not row["empty"]],
        "time_chart": _time_chart(found, times),
        "places": places,
        "places_title": _places_title(found),
        "places_note": _("点一处往下看") if found.level is not Level.SHOP else "",
        "places_chart": _places_chart(found, places),
        "goods": goods,
        "goods_chart": pictures.ranked(goods, [(_("积分"), "points")]),
        "peaks": _peak_rows(choice, found),
        "heat_chart": _heat_chart(choice, found),
        "flow_rows": pictures.flow_rows(found.streams) if found.streams else [],
        "flow_chart": pictures.flow_chart(found.streams) if found.streams else None,
        "coverage_rows": _coverage_rows(found),
        "gauge_chart": pictures.gauge_chart(found, coverage_word(found)),
    }


def _any(row: Row) -> bool:
    return bool(row.points or row.times or row.awarded)


def _times(choice: Choice, found: Overview) -> list[dict[str, Any]]:
    rows = []
    for piece in found.pieces:
        since, until = days_of(piece.group)
        days = {"since": max(since, choice.since), "until": min(until, choice.until)}
        rows_url = url_for("reports.redemption_rows", **address(choice, **days))
        rows.append(
            {
                **piece._asdict(),
                "label": pictures.piece_label(found.by, piece.group),
                "url": rows_url
                if days["since"] == days["until"] == choice.since == choice.until
                else url_for("reports_dashboard.page", **address(choice, **days)),
                "rows": rows_url,
                "given": sheet(choice, "F3", Permission.VIEW_HOUSEHOLDS, **days),
                "empty": piece.empty,
            }
        )
    return rows


def _time_chart(found: Overview, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    if all(row["empty"] for row in rows):
        return None
    series = [{"name": _("兑换"), "values": [row["points"] for row in rows]}]
    if found.figures is not None:
        series.append({"name": _("发放"), "values": [row["awarded"] for row in rows]})
    return {
        "labels": [row["label"] for row in rows],
        "series": series,
        "unit": _("分"),
        "urls": [row["url"] for row in rows],
    }


def _places_title(found: Overview) -> str:
    if found.level is Level.SHOP:
        by_shop = found.places_by is By.SHOP
        return str(_("各店兑换") if by_shop else _("来兑换的村"))
    names = {By.TOWNSHIP: _("各乡镇"), By.VILLAGE: _("各村")}
    return str(names.get(found.places_by, _("在哪家店兑换")))


def _place_row(choice: Choice, found: Overview, row: Row) -> dict[str, Any]:
    into = {"shop": row.code} if found.places_by is By.SHOP else {"region": row.code}
    if found.places_by is By.SHOP:
        into["region"] = ""
    rows_into = {"shop": row.code} if found.places_by is By.SHOP else {"region": row.code}
    rows_url = url_for("reports.redemption_rows", **address(choice, **rows_into))
    deeper = found.level is not Level.SHOP or found.places_by is By.SHOP
    label = row.label if found.places_by is By.SHOP else spoken(row.label)
    url = url_for("reports_dashboard.page", **address(choice, **into)) if deeper else rows_url
    given = None
    if row.awarded is not None:
        given = sheet(choice, "F3", Permission.VIEW_HOUSEHOLDS, **rows_into)
    return {**row._asdict(), "label": label, "url": url, "rows": rows_url, "given": given}


def _goods_row(choice: Choice, row: GoodsRow) -> dict[str, Any]:
    url = url_for("reports.redemption_rows", **address(choice, goods=row.sku))
    return {**row._asdict(), "url": url}


def _places_chart(found: Overview, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    series = [(_("兑换"), "points")]
    if found.places_by in {By.TOWNSHIP, By.VILLAGE} and found.figures is not None:
        series.append((_("发放"), "awarded"))
    return pictures.ranked(rows, series)


def _peak_rows(choice: Choice, found: Overview) -> list[dict[str, Any]]:
    return [
        {
            "label": _(
                "%(weekday)s %(hour)s点", weekday=weekday_name(peak.weekday), hour=peak.hour
            ),
            "visits": peak.visits,
            "url": _hour_url(choice, peak.weekday, peak.hour),
        }
        for peak in found.peaks
    ]


def _hour_url(choice: Choice, weekday: int, hour: int) -> str:
    return url_for("reports_dashboard.hour", **address(choice), weekday=weekday, hour=hour)


def _heat_chart(choice: Choice, found: Overview) -> dict[str, Any] | None:
    if not found.peaks:
        return None
    chart = pictures.heat_chart(found)
    known = {(peak.weekday, peak.hour) for peak in found.peaks}
    first = chart["first"]
    for cell in chart["cells"]:
        weekday, hour = cell[1] + 1, cell[0] + first
        cell.append(_hour_url(choice, weekday, hour) if (weekday, hour) in known else "")
    return chart


def _coverage_rows(found: Overview) -> list[tuple[str, str]]:
    figures = found.figures
    if figures is None:
        return []
    percent = figures.coverage_percent
    rows = [
        (_("没有兑换的积分"), _("%(count)s 分", count=count(figures.outstanding))),
        (_("货架上的东西值"), _("%(amount)s 元", amount=f"{figures.stock_fen / 100:,.2f}")),
        (_("积分保障率"), "—" if percent is None else f"{count(percent)}%"),
    ]
    if found.marks is not None:
        rows.append((_("提醒线"), f"{found.marks.warn}%"))
        if found.marks.stop is not None:
            rows.append((_("停发线"), f"{found.marks.stop}%"))
    return rows
