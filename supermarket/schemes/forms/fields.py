"""Numbers, days and amounts as people type them."""

import enum
import re
import unicodedata
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectChoice, StringField, validators

from supermarket.spreadsheets.cells import cleaned

WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


class WholeField(IntegerField):
    """A whole number; what is typed stays in the field when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, in full-width digits as well; an empty field is None."""
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if WHOLE.fullmatch(typed) is None:
            raise ValueError(_("请填写整数，例如 5"))
        self.data = int(typed)


class DayField(DateField):
    """A day of the calendar."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day as the browser's calendar sends it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写日期，例如 2026-03-01")) from error


class YuanField(StringField):
    """An amount in yuan with up to two decimals; its ``fen`` are whole."""

    #: Whole fen once the form is valid.
    fen: int

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Turn what was typed into fen."""
        if validation_stopped:
            return
        try:
            fen = Decimal(unicodedata.normalize("NFKC", self.data or "").strip()) * 100
        except ArithmeticError as error:
            raise validators.ValidationError(_("请填写金额，例如 1 或 0.5")) from error
        if not fen.is_finite() or abs(fen) > 10**9 or fen != int(fen):
            raise validators.ValidationError(_("金额最多两位小数，例如 1 或 0.5"))
        self.fen = int(fen)


def tidy(typed: str | None) -> str:
    """Return text as it is kept: one line, no control characters."""
    return cleaned(typed or "")


def required(sentence: Any) -> list[Any]:
    """Return the validators of a field that may not stay empty."""
    return [validators.InputRequired(sentence)]


def choices(kind: type[enum.Enum]) -> list[SelectChoice]:
    """Return the members of an enum to choose from, by their words."""
    return [
        SelectChoice(member.value, _(getattr(member, "label", member.value))) for member in kind
    ]
