"""PINs: the short secret with which somebody approves a deed of another at the till (contract §8.5)."""

from itertools import pairwise

from libs.common.errors import DomainError

PIN_LENGTH_MIN, PIN_LENGTH_MAX = 4, 8


class PinTooEasy(DomainError):
    """The PIN is one digit repeated, or a run of digits like 1234 or 4321."""

    code = "pin_too_easy"
    remedy = "Choose another PIN."


def is_easy(pin: str) -> bool:
    """True for one digit repeated, and for a run upwards or downwards."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {-1})


def refuse_easy(pin: str) -> None:
    """Raise `PinTooEasy` for an easy one."""
    if is_easy(pin):
        raise PinTooEasy
