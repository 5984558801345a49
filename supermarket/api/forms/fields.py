"""Strict field types: nothing is guessed, every refusal is worded."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

from supermarket.errors import N_

COMMON = {"required": N_("必须填写"), "null": N_("不能为空")}
_YUAN = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_WHOLE = re.compile(r"[0-9]{1,9}")


class Sent(Schema):
    """Base of what programs send: a field nobody knows is refused, not ignored."""

    error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        "unknown": N_("没有这一项，请核对名称"),
        "type": N_("应为一个对象"),
    }

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


class Text(fields.String):
    """Text without control characters, its ends trimmed; ``most`` characters."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为文字"),
        "unkept": N_("含有不能保存的字符"),
    }
    #: Whether blanks at the ends are dropped.
    trimmed = True

    def __init__(self, most: int = 64, *, least: int = 0, **kwargs: Any) -> None:
        length = validate.Length(least, most, error=_("应为 {min} 到 {max} 个字"))
        super().__init__(validate=length, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = value.strip() if self.trimmed else value
        if not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
            raise self.make_error("unkept")
        return text


class Secret(Text):
    """A password: every character counts."""

    trimmed = False


class Key(Text):
    """An idempotency key: 8 to 100 plain characters."""

    def __init__(self) -> None:
        super().__init__(
            required=True,
            metadata={"description": "Names this attempt: a repeat is answered with the first "
                      "receipt and status 200; the same key with another body is refused."},
        )  # fmt: skip
        self.validators = [
            validate.Length(8, 100, error=_("应为 {min} 到 {max} 个字符")),
            validate.Regexp(r"[ -~]+\Z", error=_("只能用字母、数字和半角符号")),
        ]


class Whole(fields.Integer):
    """A whole number of JSON, neither "5" nor 5.0 nor true, from ``least`` to ``most``."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为整数"),
        "too_large": N_("数字太大"),
    }

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        limits = validate.Range(least, most, error=_("应为 {min} 到 {max} 的整数"))
        super().__init__(strict=True, validate=limits, **kwargs)


class Counted(Whole):
    """A whole number in the address, where everything is text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not (isinstance(value, str) and _WHOLE.fullmatch(value)):
            raise self.make_error("invalid", input=value)
        return int(value)


class Truth(fields.Boolean):
    """true or false of JSON, not a word for it."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为 true 或 false"),
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Day(fields.Date):
    """A day as YYYY-MM-DD."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为日期，例如 2026-11-22"),
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            raise self.make_error("invalid", input=value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid", input=value) from None


class Clock(Text):
    """A time of day by the village's clocks, as HH:MM; 24:00 is its end."""

    default_error_messages = {"clock": N_("应为时间，例如 08:30")}  # noqa: RUF012 - as above

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if not _CLOCK.fullmatch(text):
            raise self.make_error("clock")
        return text


class Yuan(fields.Raw):
    """An amount in yuan, a number or text with at most two decimals; loaded as fen."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为金额（元），最多两位小数，例如 12.50"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            metadata={"type": ["number", "string"], "examples": [12.5, "12.50"]}, **kwargs
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        known = isinstance(value, int | float | str) and not isinstance(value, bool)
        parts = _YUAN.fullmatch(str(value)) if known else None
        if parts is None:
            raise self.make_error("invalid")
        return int(parts[1]) * 100 + int((parts[2] or "").ljust(2, "0"))


class OneOf(Text):
    """One of a few words, loaded as the word."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [validate.OneOf(list(words), error=_("应为其中之一：{choices}"))]


class Rows(fields.List[Any]):
    """A list of ``least`` to ``most`` values."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "invalid": N_("应为列表"),
    }

    def __init__(self, inner: Any, most: int, *, least: int = 0, **kwargs: Any) -> None:
        length = validate.Length(least, most, error=_("应有 {min} 到 {max} 项"))
        super().__init__(inner, validate=length, **kwargs)


class Part(fields.Nested):
    """An object inside another."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own name and shape
        **COMMON,
        "type": N_("应为一个对象"),
    }


class Moment(fields.DateTime):
    """A moment in UTC, to the second, as 2026-11-22T01:02:03Z."""

    def _serialize(
        self, value: Any, attr: str | None, obj: Any, **kwargs: Any
    ) -> str | float | None:
        if not isinstance(value, datetime):
            return None
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Word(fields.String):
    """The stable word of an enum."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return str(value.value) if isinstance(value, Enum) else value


class Page(Sent):
    """Where a page of a list begins and how long it is."""

    cursor = Text(400, metadata={"description": "`next` of the page before; none is the first."})
    limit = Counted(1, 200, load_default=50)
