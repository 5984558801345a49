"""Donors and funds: who gave, what money there is and what it is for."""
