"""Findings: noting what was checked, putting it right, checking again, closing."""

from supermarket.oversight.service.moving import answer, close, hand_on, send_back
from supermarket.oversight.service.noting import Found, note
from supermarket.oversight.service.parts import SAMPLE, WORDS

__all__ = ["SAMPLE", "WORDS", "Found", "answer", "close", "hand_on", "note", "send_back"]
