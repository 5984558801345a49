"""The pages of deductions: the list, one of them, a new one, appeals, the private notice."""
