"""From the declaration over the panel to the notice, through the real services."""

from uuid import uuid4

import pytest

from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState, Verdict
from supermarket.awards.service import AwardAsk, Judgement
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.notices.errors import OwnWorkError
from supermarket.notices.models import ObjectionState
from supermarket.staff import service as staff
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import VILLAGE, balance, make_household, make_staff
from tests.notices.makers import (
    People,
    close,
    decide,
    make_people,
    object_to,
    open_notice,
    state_of,
)

pytestmark = pytest.mark.usefixtures("app")


def test_what_the_panel_accepted_is_announced_and_its_members_decide_no_objection() -> None:
    people = make_people()
    # Somebody who sits on the panel and supervises as well.
    both = make_staff(Role.REVIEWER, VILLAGE)
    panel = [people.reviewer, both, make_staff(Role.REVIEWER, VILLAGE)]
    with transaction():
        staff.grant(both, Role.SUPERVISOR, region_code=VILLAGE, shop_code=None, by=None)
    homes = [make_household() for _ in range(3)]
    declared = declare(people, [home.code for home in homes])
    review(people, panel, declared)

    notice = open_notice(people.scorer)
    raised = object_to(declared[0], people.scorer)
    with pytest.raises(OwnWorkError):
        decide(raised, ObjectionState.DISMISSED, both)
    closed = close(notice)

    assert (closed.lines, closed.held) == (1, 1)
    assert [balance(home) for home in homes] == [0, 4, 0]
    assert [state_of(row) for row in declared] == [
        DeclarationState.HELD,
        DeclarationState.POSTED,
        DeclarationState.REFUSED,
    ]
    decide(raised, ObjectionState.DISMISSED, people.supervisor)
    close(notice)
    assert balance(homes[0]) == 5


def declare(people: People, codes: list[str]) -> list[Declaration]:
    """Five points for each, under the rule of level B."""
    by, scope = people.scorer.id, people.scorer.scope(Permission.AWARD)
    key = uuid4().hex
    return once_more(
        lambda: awards.declare(
            key,
            "C01",
            today(),
            [AwardAsk(code, 5) for code in codes],
            by=by,
            source=DeclarationSource.SCORER,
            scope=scope,
        )
    )


def review(people: People, panel: list[StaffMember], declared: list[Declaration]) -> None:
    """The panel accepts the first, changes the second, refuses the third."""
    members, chair = [member.id for member in panel], people.reviewer
    opened = once_more(lambda: awards.open_review(VILLAGE, members=members, by=chair)).code
    judgements = [
        Judgement(declared[0].code, Verdict.ACCEPT),
        Judgement(declared[1].code, Verdict.CHANGE, 4, "只干了半天"),
        Judgement(declared[2].code, Verdict.REFUSE, None, "没有去"),
    ]
    request = awards.asked_decisions(uuid4().hex, opened, judgements, chair.id)
    once_more(lambda: awards.decide(request, opened, judgements, by=chair))
