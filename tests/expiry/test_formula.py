"""What a cut-off ends is what a store of lots, oldest used first, would still hold of it."""

import random
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.expiry.queries import ending
from supermarket.households.models import Household
from tests.budgets.makers import give, programme, take_back
from tests.expiry.makers import on, spend
from tests.factories import balance, make_household

START = date(2025, 1, 1)


class Lots:
    """Points as a shop keeps goods: each award is a lot, the oldest goes out first."""

    def __init__(self) -> None:
        #: What came, when, and what is left of it, by the lot's number.
        self.given: dict[int, int] = {}
        self.came: dict[int, date] = {}
        self.left: dict[int, int] = {}

    def put(self, number: int, points: int, day: date) -> None:
        self.given[number] = self.left[number] = points
        self.came[number] = day

    def use(self, points: int) -> None:
        """Take from the oldest lots."""
        for number in sorted(self.left):
            part = min(points, self.left[number])
            self.left[number] -= part
            points -= part
        assert points == 0

    def unuse(self, points: int) -> None:
        """Undo a use: the newest lots that were touched get theirs back first."""
        for number in sorted(self.left, reverse=True):
            part = min(points, self.given[number] - self.left[number])
            self.left[number] += part
            points -= part
        assert points == 0

    def withdraw(self, number: int) -> None:
        """Undo an award: what was used of it was used of the next ones."""
        used = self.given.pop(number) - self.left.pop(number)
        self.use(used)

    def ends(self, cutoff: date) -> int:
        return sum(left for number, left in self.left.items() if self.came[number] <= cutoff)


class Made(NamedTuple):
    entry_id: int
    points: int
    number: int


def live(household: Household, chance: random.Random, months: int) -> Lots:
    """Give, spend and take back at random for some months; return the store of lots."""
    lots = Lots()
    awards: list[Made] = []
    spends: list[Made] = []
    for step in range(months * 3):
        held = sum(lots.left.values())
        with on(START + timedelta(days=step * 10)):
            if chance.random() < 0.5 or not held:
                points = chance.randint(1, 40)
                awards.append(Made(give(household, points).entry_id, points, step))
                lots.put(step, points, today())
            elif chance.random() < 0.6:
                points = chance.randint(1, held)
                spends.append(Made(spend(household, points).entry_id, points, step))
                lots.use(points)
            elif spends and chance.random() < 0.5:
                back = spends.pop(chance.randrange(len(spends)))
                take_back(back.entry_id)
                lots.unuse(back.points)
            elif any(award.points <= held for award in awards):
                back = chance.choice([award for award in awards if award.points <= held])
                awards.remove(back)
                take_back(back.entry_id)
                lots.withdraw(back.number)
    return lots


@pytest.mark.parametrize("seed", range(8))
def test_the_formula_equals_lots_used_oldest_first(app: Flask, seed: int) -> None:
    programme()
    household, chance = make_household(), random.Random(seed)

    lots = live(household, chance, months=10)

    assert balance(household) == sum(lots.left.values())
    for days in range(0, 320, 17):
        cutoff = START + timedelta(days=days)
        assert ending([household.id], cutoff).get(household.id, 0) == lots.ends(cutoff)
