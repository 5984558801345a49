"""What the charts of dashboard and hall draw, in the words of ``static/charts``."""

from typing import Any

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.filters import day
from supermarket.reports.forms import days_of
from supermarket.reports.queries.overview_shape import Overview, Streams
from supermarket.reports.queries.redemptions import By

#: Bars of a ranked chart; its table has all rows that saw anything.
BARS = 12
#: The hours the heat map always shows; more where somebody came earlier or later.
OPEN, CLOSE = 8, 18
#: Colours of ``looks.js`` by their place.
RED, BLUE, AMBER, GREEN, PURPLE, GREY = range(6)
#: Coverage at which the gauge ends, in per cent.
FULL = 200


def weekday_name(weekday: int) -> str:
    """Return the name of a weekday, 1 Monday to 7 Sunday."""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return str(names[weekday - 1])


def heat_chart(found: Overview) -> dict[str, Any]:
    """Return weekdays and hours with the redemptions made in each."""
    first = min([OPEN, *(peak.hour for peak in found.peaks)])
    last = max([CLOSE, *(peak.hour for peak in found.peaks)])
    visits = {(peak.weekday, peak.hour): peak.visits for peak in found.peaks}
    return {
        "columns": [_("%(hour)s点", hour=hour) for hour in range(first, last + 1)],
        "rows": [weekday_name(weekday) for weekday in range(1, 8)],
        "cells": [
            [hour - first, weekday - 1, visits.get((weekday, hour), 0)]
            for weekday in range(1, 8)
            for hour in range(first, last + 1)
        ],
        "unit": _("次"),
        "first": first,
    }


def ranked(rows: list[dict[str, Any]], series: list[tuple[str, str]]) -> dict[str, Any] | None:
    """Return bars for the first rows; each series is its name and the key of its values."""
    shown = rows[:BARS]
    if not shown:
        return None
    return {
        "labels": [row["label"] for row in shown],
        "series": [{"name": name, "values": [row[key] for row in shown]} for name, key in series],
        "unit": _("分"),
        "urls": [row.get("url") for row in shown],
    }


def flow_rows(streams: Streams) -> list[tuple[str, int]]:
    """Return where points came from and went, in words; what is nothing is left out."""
    came, went = _sides(streams)
    return [(name, points) for name, points, _colour in (*came, *went)]


def flow_chart(streams: Streams) -> dict[str, Any] | None:
    """Return points as streams: what there was and what was given, into where it went."""
    came, went = _sides(streams)
    middle, through = str(_("可用的积分")), sum(points for _name, points, _colour in came)
    if not through:
        return None
    sides = [(*node, "left") for node in came] + [(*node, "right") for node in went]
    nodes = [
        {"name": name, "value": points, "colour": colour, "side": side}
        for name, points, colour, side in sides
    ]
    nodes.append({"name": middle, "value": through, "colour": GREY, "side": "left"})
    return {
        "nodes": nodes,
        "links": [{"source": name, "target": middle, "value": points} for name, points, _c in came]
        + [{"source": middle, "target": name, "value": points} for name, points, _c in went],
        "unit": _("分"),
    }


def _sides(streams: Streams) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """Return what came and what went, each as name, points and colour; nothing is negative."""
    parts = [
        (_("期初结存"), streams.opening, GREY, _("期初透支")),
        (_("本期发放"), streams.awarded, BLUE, _("收回的发放")),
        (_("期初登记、迁入等"), streams.other, PURPLE, _("迁出、注销等")),
        (_("退回的兑换"), -streams.redeemed, RED, _("本期兑换")),
        (_("退回的扣分"), -streams.deducted, AMBER, _("本期扣分")),
        (_("退回的过期"), -streams.expired, PURPLE, _("本期过期")),
        (_("期末透支"), -streams.closing, GREEN, _("期末结存")),
    ]
    came = [(str(name), points, colour) for name, points, colour, _other in parts if points > 0]
    went = [(str(name), -points, colour) for _other, points, colour, name in parts if points < 0]
    return came, went


def gauge_chart(found: Overview, words: str) -> dict[str, Any] | None:
    """Return the coverage against the marks at which villages are warned and stopped."""
    percent = found.figures.coverage_percent if found.figures else None
    if percent is None:
        return None
    warn = found.marks.warn if found.marks else 100
    stop = (found.marks.stop if found.marks else None) or 0
    most = max(FULL, warn * 2)
    bands = [(stop, RED), (warn, AMBER), (most, BLUE)]
    return {
        "value": percent,
        "most": most,
        "bands": [[to, colour] for to, colour in bands if to],
        "words": words,
        "unit": "%",
    }


def piece_label(by: By, group: str) -> str:
    """Write the name of a piece of a window as people say it: 1月5日, 1月上半月, 2025年1月."""
    since, _last = days_of(group)
    if by is By.DAY:
        return day(since)
    chinese, this_year = str(get_locale()).startswith("zh"), since.year == today().year
    long, short = ("yyyy年M月", "M月") if chinese else ("MMM yyyy", "MMM")
    month = format_date(since, short if this_year else long)
    if by is By.MONTH:
        return str(month)
    return f"{month}{_('上半月') if since.day == 1 else _('下半月')}"
