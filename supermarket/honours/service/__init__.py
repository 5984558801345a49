"""The verbs of honours: give, revoke."""

from supermarket.honours.service.giving import HonourAsk, give, revoke

__all__ = ["HonourAsk", "give", "revoke"]
