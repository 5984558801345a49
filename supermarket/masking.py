"""What of a person may be seen by anybody."""


def masked(name: str) -> str:
    """Return a name as public output may show it: the first character and stars."""
    return name[:1] + "**" if name else ""


def masked_phone(number: str) -> str:
    """Return a telephone number that only somebody who knows it recognises: 138****1234."""
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}"
