"""Every form that reports knows; importing this fills the registry."""

from supermarket.reports.queries.sheets import (
    announced,
    book,
    counter,
    delivered,
    figures,
    funds,
    giving,
    gone,
    people,
    points,
    stock,
    structure,
    year,
)

#: Modules that register forms when they are imported.
MODULES = (
    announced,
    book,
    counter,
    delivered,
    figures,
    funds,
    giving,
    gone,
    people,
    points,
    stock,
    structure,
    year,
)
