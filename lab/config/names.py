"""Endings of the names and ids that AWS Config makes up."""

from secrets import choice
from string import ascii_lowercase, digits


def suffix(length: int = 8) -> str:
    """Letters and digits that nobody else has."""
    return "".join(choice(ascii_lowercase + digits) for _ in range(length))
