"""PINs: short secrets, with which people approve deeds of others at the till, and EMPLOYEEs take it over."""

from collections.abc import Iterable
from itertools import pairwise

from libs.common.errors import DomainError, Kind
from services.auth.domain.roles import Role, in_order

PIN_LENGTH_MIN, PIN_LENGTH_MAX = 4, 8
EMPLOYEE: Role = "employee"
"""The highest role that logs in with a PIN."""


class PinTooEasy(DomainError):
    """The PIN is one digit repeated, or a run of digits like 1234 or 4321."""

    code = "pin_too_easy"
    remedy = "Choose another PIN."


class WrongPin(DomainError):
    """No active user has this name with this PIN."""

    kind = Kind.FORBIDDEN
    code = "wrong_pin"
    remedy = "Let the person type it again, or log in with the password. Repeated failures are throttled."


class PinNotEnough(DomainError):
    """A PIN logs an EMPLOYEE in; others log in with their password."""

    kind = Kind.FORBIDDEN
    code = "pin_not_enough"
    remedy = "Log in with the password."


def check_may_log_in(roles: Iterable[str]) -> None:
    """Raise `PinNotEnough` unless the highest role is EMPLOYEE.

    A PIN is short, and typed before the eyes of others; what an ADMIN or OWNER may do needs more.
    """
    if in_order(roles)[-1] != EMPLOYEE:
        raise PinNotEnough


def is_easy(pin: str) -> bool:
    """True for one digit repeated, and for a run upwards or downwards."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {-1})


def refuse_easy(pin: str) -> None:
    """Raise `PinTooEasy` for an easy one."""
    if is_easy(pin):
        raise PinTooEasy
