"""Goods brought to the door and handed over (C7, form F9)."""
