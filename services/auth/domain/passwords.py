"""The refusals of password changes (contract §2)."""

from libs.common.errors import DomainError


class CurrentPasswordMissing(DomainError):
    """A change of one's own password requires the current one."""

    code = "current_password_missing"
    remedy = "Send `current_password` beside the new one."


class WrongCurrentPassword(DomainError):
    """The given password is not the current one."""

    code = "wrong_current_password"
    remedy = "Let the user type the current password again."
