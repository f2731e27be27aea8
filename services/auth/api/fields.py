"""The fields for emails and passwords, shared by both doors and the operators' commands."""

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
"""A password to check. The rules for new passwords do not apply."""
