"""Questions of those who watch over the programme."""

from supermarket.oversight.queries.findings import (
    FindingRow,
    StepRow,
    assigned_to,
    candidates,
    counted,
    finding,
    findings,
    keyed,
    last_step,
    name_of,
    person,
    row_of,
    staff_named,
    steps,
    works_at,
)

__all__ = [
    "FindingRow",
    "StepRow",
    "assigned_to",
    "candidates",
    "counted",
    "finding",
    "findings",
    "keyed",
    "last_step",
    "name_of",
    "person",
    "row_of",
    "staff_named",
    "steps",
    "works_at",
]
