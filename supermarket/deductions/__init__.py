"""Deductions: reminded, told privately, open to appeal, posted."""
