"""Closed months and their reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from supermarket.api.forms.fields import Moment


def _of(row: Any) -> date:
    """Return the month of a row, which is an object or a mapping."""
    month: date = row["month"] if isinstance(row, Mapping) else row.month
    return month


class ClosedMonthShown(Schema):
    """A month of a county that is final."""

    county = fields.String(attribute="county_code", required=True)
    county_name = fields.String(attribute="county", required=True)
    month = fields.Function(
        lambda row: f"{_of(row):%Y-%m}", required=True, metadata={"type": "string"}
    )
    closed_at = Moment(required=True)
    closed_by = fields.String(required=True)
    fingerprint = fields.String(
        required=True, metadata={"description": "SHA-256 of the frozen figures; empty until then."}
    )
    done = fields.Boolean(required=True, metadata={"description": "Every report file is made."})


class ClosedMonthList(Schema):
    """Closed months, newest first."""

    items = fields.List(fields.Nested(ClosedMonthShown), required=True)


class MonthPaperShown(Schema):
    """A monthly report as it was made."""

    place = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Function(
        lambda row: row.kind.value, required=True, metadata={"enum": ["xlsx", "html"]}
    )
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)


class ClosedMonthPapers(ClosedMonthShown):
    """A closed month and the reports of it that the caller may read."""

    papers = fields.List(fields.Nested(MonthPaperShown), required=True)


class PapersLeft(Schema):
    """How many places have no reports yet."""

    left = fields.Integer(required=True)
