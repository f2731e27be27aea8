"""The refusals of a change of password (contract §2)."""

from libs.common.errors import DomainError


class CurrentPasswordMissing(DomainError):
    """A change of one's own password takes the current one."""

    code = "current_password_missing"


class WrongCurrentPassword(DomainError):
    """It is not, or since a moment ago no longer, their password."""

    code = "wrong_current_password"
