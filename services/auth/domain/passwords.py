"""When may a password be changed? (contract §2)"""

from libs.common.errors import DomainError


class CurrentPasswordMissing(DomainError):
    """Whoever changes their own password shows that they know the one they have."""

    code = "current_password_missing"
    field = "current_password"
    message = "This field is required."


class WrongCurrentPassword(DomainError):
    """This is not, or since a moment ago no longer, their password."""

    code = "wrong_current_password"
    field = "current_password"
    message = "Current password is incorrect."
