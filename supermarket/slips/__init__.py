"""Numbered paper slips for days without power: printed, typed in once, gaps listed (C8)."""
