"""Places: the official statistical codes; a scope is a code prefix."""
