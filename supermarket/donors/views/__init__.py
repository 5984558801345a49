"""The pages of donors and funds."""
