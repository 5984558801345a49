"""The hours in which a shop hands goods out, typed day by day."""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import validators

from supermarket.counter.errors import WindowsError
from supermarket.counter.queries.windows import Week
from supermarket.goods.forms import LineField, at_most
from supermarket.web import say

#: What people put between two times, and between two parts of a day.
_DASHES = str.maketrans(dict.fromkeys("—–−~至到", "-") | dict.fromkeys(",、;/", " "))
_HOURS = re.compile(r"([01]?[0-9]|2[0-4]):?([0-5][0-9])-([01]?[0-9]|2[0-4]):?([0-5][0-9])")


class HoursField(LineField):
    """The hours of one day: 08:30-11:30 14:00-17:00; empty for none."""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What was typed, as (opens, closes).

        Raises:
            WindowsError: it cannot be meant.
        """
        typed = unicodedata.normalize("NFKC", self.data or "").translate(_DASHES)
        parts = []
        for part in re.sub(r" *- *", "-", typed).split():
            if (found := _HOURS.fullmatch(part)) is None:
                raise WindowsError(text=part[:20])
            opens, closes = (f"{int(found[n]):02}:{found[n + 1]}" for n in (1, 3))
            if max(opens, closes) > "24:00":
                raise WindowsError(text=part[:20])
            parts.append((opens, closes))
        return parts

    def pre_validate(self, form: Any) -> None:
        """Say what cannot be read beside the day."""
        try:
            self.parts  # noqa: B018 - reading it is the check
        except WindowsError as wrong:
            raise validators.StopValidation(say(wrong)) from wrong


class WindowsForm(FlaskForm):
    """The hours of a week."""

    day1 = HoursField(_("周一"), [at_most(60)])
    day2 = HoursField(_("周二"), [at_most(60)])
    day3 = HoursField(_("周三"), [at_most(60)])
    day4 = HoursField(_("周四"), [at_most(60)])
    day5 = HoursField(_("周五"), [at_most(60)])
    day6 = HoursField(_("周六"), [at_most(60)])
    day7 = HoursField(_("周日"), [at_most(60)])

    @property
    def days(self) -> list[HoursField]:
        """The fields of the week, Monday first."""
        return [self[f"day{number}"] for number in range(1, 8)]

    @property
    def hours(self) -> Week:
        """The hours of a valid form."""
        return {number: day.parts for number, day in enumerate(self.days, start=1)}


def written(hours: Week) -> dict[str, str]:
    """Write a shop's hours as the form has them."""
    return {
        f"day{day}": " ".join(f"{opens}-{closes}" for opens, closes in parts)
        for day, parts in hours.items()
    }
