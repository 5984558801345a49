"""In whatever order: what is posted is what was accepted and not taken back, once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from supermarket import clock
from supermarket.awards.models import DeclarationState
from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.households.models import Household
from supermarket.ledger.queries import verify
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.models import Objection, ObjectionState
from supermarket.notices.service import closing
from supermarket.staff.models import Role, StaffMember
from tests.factories import VILLAGE, balance, make_household, make_staff
from tests.notices.makers import (
    People,
    decide,
    later,
    make_accepted,
    make_people,
    object_to,
    open_notice,
    state_of,
)

MOST = 25
#: What happens, and to which line or objection with how many points.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "open", "object", "object", "object", "dismiss", "correct", "withdraw",
             "close", "close", "strike"]
        ),
        st.integers(0, 5),
        st.integers(1, 10),
    ),
    min_size=8,
    max_size=MOST,
)  # fmt: skip


class Village:
    """The books, and beside them what they should say, in plain Python."""

    def __init__(self, people: People, homes: list[Household], deciders: list[StaffMember]) -> None:
        self.people, self.homes, self.deciders, self.days = people, homes, deciders, 0
        self.before = [balance(home) for home in homes]
        self.lines: list[dict[str, Any]] = []
        self.objections: list[tuple[Objection, dict[str, Any]]] = []

    @contextmanager
    def now(self) -> Iterator[None]:
        with clock.at(later(self.days)):
            yield

    def step(self, what: str, which: int, points: int) -> None:
        """Do one thing to the books and to the model; what cannot be done leaves both alone."""
        with self.now():
            getattr(self, what)(which, points)

    def accept(self, which: int, points: int) -> None:
        home = which % len(self.homes)
        row = make_accepted(self.people, self.homes[home], points=points)
        self.lines.append(
            {
                "row": row,
                "home": home,
                "points": points,
                "state": "accepted",
                "open": 0,
                "corrections": 0,
            }
        )

    def open(self, _which: int, _points: int) -> None:
        waiting = [line for line in self.lines if line["state"] == "accepted"]
        if waiting:
            open_notice(self.people.scorer)
        for line in waiting:
            line["state"] = "noticed"

    def object(self, which: int, _points: int) -> None:
        if not self.lines:
            return
        line = self.lines[which % len(self.lines)]
        if line["state"] not in {"noticed", "held", "posted"}:
            with pytest.raises(DomainError):
                object_to(line["row"], self.people.scorer)
            return
        self.objections.append((object_to(line["row"], self.people.scorer), line))
        line["open"] += 1
        line["state"] = "posted" if line["state"] == "posted" else "held"

    def dismiss(self, which: int, _points: int) -> None:
        self._decide(which, ObjectionState.DISMISSED, None)

    def correct(self, which: int, points: int) -> None:
        self._decide(which, ObjectionState.CORRECTED, points)

    def withdraw(self, which: int, _points: int) -> None:
        self._decide(which, ObjectionState.WITHDRAWN, None)

    def _decide(self, which: int, verdict: ObjectionState, points: int | None) -> None:
        if not self.objections:
            return
        which %= len(self.objections)
        objection, line = self.objections[which]
        by = self.deciders[line["corrections"]]  # who corrected it once decides it no more
        try:
            decide(objection, verdict, by, points=points)
        except DomainError:  # the same points again, or more than are posted
            late_raise = line["state"] == "posted" and points is not None
            assert points == line["points"] or (late_raise and points > line["points"])
            return
        self.objections.pop(which)
        line["open"] -= 1
        if points is not None:
            line["points"] = points
            line["corrections"] += 1
        if verdict is ObjectionState.WITHDRAWN:
            line["state"] = "withdrawn"
            self.objections = [pair for pair in self.objections if pair[1] is not line]
        elif line["state"] == "held" and not line["open"]:
            line["state"] = "noticed"

    def close(self, _which: int, _points: int) -> None:
        """Four days later the job runs, twice."""
        self.days += 4
        with self.now():
            due = [row.reference for row in queries.due(today())]
            for reference in due + due:
                once_more(lambda name=reference: notices.close(name))  # type: ignore[misc]  # of mypy's own: a default in a lambda
            assert queries.due(today()) == []
        for line in self.lines:
            line["state"] = "posted" if line["state"] == "noticed" else line["state"]

    def strike(self, _which: int, _points: int) -> None:
        """The job is killed before its commit; nothing of it is kept."""

        with patch.object(closing, "_waiting", side_effect=InterruptedError), self.later():
            for row in queries.due(today()):
                with pytest.raises(InterruptedError):
                    once_more(lambda name=row.reference: notices.close(name))  # type: ignore[misc]  # as above

    def later(self) -> AbstractContextManager[None]:
        return clock.at(later(self.days + 4))

    def check(self) -> None:
        for line in self.lines:
            assert state_of(line["row"]) is DeclarationState(line["state"])
        for number, home in enumerate(self.homes):
            posted = sum(
                line["points"]
                for line in self.lines
                if line["home"] == number and line["state"] == "posted"
            )
            assert balance(home) == self.before[number] + posted

    def settle(self) -> None:
        """Announce and answer everything, let the job run once more."""
        self.step("open", 0, 0)
        while self.objections:
            self.step("dismiss", 0, 0)
        self.step("close", 0, 0)
        self.check()
        assert {line["state"] for line in self.lines} <= {"posted", "withdrawn"}
        assert list(verify.mistakes()) == []


def test_points_posted_are_points_accepted_and_not_taken_back_once(app: Flask) -> None:
    people = make_people()
    homes = [make_household() for _ in range(3)]
    deciders = [make_staff(Role.SUPERVISOR, VILLAGE) for _ in range(MOST)]

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],  # each step takes milliseconds: a failure is shown as found
    )
    @given(STEPS)
    def run(steps: list[tuple[str, int, int]]) -> None:
        village = Village(people, homes, deciders)
        for step in [("accept", 0, 5), ("accept", 1, 4), ("open", 0, 0), *steps]:
            village.step(*step)
            village.check()
        village.settle()

    run()
    assert db.session.scalar(select(Objection.id).where(Objection.state == "open")) is None
