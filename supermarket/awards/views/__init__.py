"""The pages of awards: giving in three taps, the book of what was given."""
