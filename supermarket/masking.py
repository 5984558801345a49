"""What of a person may be seen by anybody."""


def masked(name: str) -> str:
    """Return a name as public output may show it: the first character and stars."""
    return name[:1] + "**" if name else ""
