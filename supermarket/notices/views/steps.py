"""What notices add to the way of a declaration."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from supermarket.awards.views.words import ToldStep
from supermarket.filters import day
from supermarket.notices.queries.announced import announced


def of_declarations(declaration_ids: Sequence[int]) -> dict[int, list[ToldStep]]:
    """Return when and how long declarations hung on a notice, by the declaration's id."""
    return {
        key: [
            ToldStep(
                notice.opened_at,
                _("公示到%(until)s", until=day(notice.closes_on)),
                notice.reference,
                url_for("notices.show", reference=notice.reference),
            )
        ]
        for key, notice in announced(declaration_ids).items()
    }
