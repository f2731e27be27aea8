"""Emails and passwords: the fields of both doors and of operators' commands."""

from typing import Annotated

from libs.common.http.fields import EmailField, Text
from services.auth.domain import identities

EMAIL = EmailField(max_length=identities.EMAIL_LENGTH_MAX)
PASSWORD = Text(
    min_length=identities.PASSWORD_LENGTH_MIN, max_length=identities.PASSWORD_LENGTH_MAX, trim=False
)
KNOWN_PASSWORD = Text(max_length=identities.PASSWORD_LENGTH_MAX, trim=False)

Email = Annotated[str, EMAIL]
Password = Annotated[str, PASSWORD]
"""A new password."""
KnownPassword = Annotated[str, KNOWN_PASSWORD]
"""A password to check: the rules for new ones do not apply."""
