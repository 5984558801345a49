"""Questions to the books: statements, entries, and whether it all adds up."""
