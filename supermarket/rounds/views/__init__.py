"""The pages of rounds, one module for each part of the work."""

from supermarket.errors import N_
from supermarket.rounds.views import events, marking, pages, submitting
from supermarket.rounds.views.places import bp
from supermarket.staff.models import Permission
from supermarket.web import NavigationItem

NAVIGATION = [
    NavigationItem(N_("检查与活动"), "calendar-event", "rounds.index", Permission.AWARD, 22)
]

__all__ = ["NAVIGATION", "bp", "events", "marking", "pages", "submitting"]
