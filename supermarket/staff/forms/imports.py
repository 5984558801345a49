"""Tables of accounts on their way through the browser."""

import json
from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Row
from supermarket.staff.errors import RowsChangedError


class UploadForm(FlaskForm):
    """A table of accounts."""

    file = FileField(_("人员表格"), [FileRequired(_("请选择填好的表格"))])


class ConfirmForm(FlaskForm):
    """The rows of a table that was checked, on their way to be imported."""

    rows = HiddenField()

    def read(self) -> list[Row]:
        """Return the rows.

        Raises:
            RowsChangedError: they are not what ``write_rows`` wrote.
        """
        return read_rows(self.rows.data or "")


_KEYS = ("name", "username", "role", "place", "shop", "password")


def write_rows(rows: Iterable[Row]) -> str:
    """Write the rows of a table of accounts for a hidden field."""
    texts = [[row.number, *(str(row.values[key] or "") for key in _KEYS)] for row in rows]
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def read_rows(text: str) -> list[Row]:
    """Return the rows that ``write_rows`` wrote.

    Raises:
        RowsChangedError: it did not write this.
    """
    try:
        rows = []
        for number, *texts in json.loads(text):
            values = dict(zip(_KEYS, map(_within_limits, texts), strict=True))
            rows.append(Row(int(number), values))
    except (ValueError, TypeError, KeyError) as error:
        raise RowsChangedError from error
    if not rows:
        raise RowsChangedError
    return rows


def _within_limits(text: object) -> str:
    if not isinstance(text, str) or len(text) > 200:
        raise ValueError(text)
    return cleaned(text)


def write_passwords(passwords: Mapping[str, tuple[str, str]]) -> str:
    """Write names and made passwords, by username, for the button that downloads them."""
    return json.dumps(
        [[username, *rest] for username, rest in passwords.items()], ensure_ascii=False
    )


def read_passwords(text: str) -> list[tuple[str, str, str]]:
    """Return usernames, names and passwords that ``write_passwords`` wrote.

    Raises:
        RowsChangedError: it did not write this.
    """
    try:
        rows = [(str(username), str(name), str(word)) for username, name, word in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise RowsChangedError from error
    return rows[:1000]
