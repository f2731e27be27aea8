"""Emails and usernames: when two are the same, and the refusals when one is taken."""

import unicodedata
from typing import Literal

from libs.common.errors import DomainError, Kind

USERNAME_LENGTH_MAX = 150
EMAIL_LENGTH_MAX = 254
NAME_LENGTH_MAX = 150
PHONE_NUMBER_LENGTH_MAX = 20
ADDRESS_LENGTH_MAX = 255
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 128

Identity = Literal["username", "email"]


class UsernameTaken(DomainError):
    """Somebody, perhaps deleted, has this username."""

    kind = Kind.CONFLICT
    code = "username_taken"


class EmailTaken(DomainError):
    """Somebody, perhaps deleted, has this email."""

    kind = Kind.CONFLICT
    code = "email_taken"


def identity_key(text: str) -> str:
    """What emails and usernames are compared by: letter case and width make no other person.

    Made here and not by PostgreSQL's `lower`, which knows only the letters of the database's locale.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
