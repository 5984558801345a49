"""The pages of rules and programmes."""
