"""Emails and usernames: the key that compares them, and the refusals of taken ones."""

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
    """Another user, perhaps a deleted one, has this username."""

    kind = Kind.CONFLICT
    code = "username_taken"
    remedy = "Choose another username."


class EmailTaken(DomainError):
    """Another user, perhaps a deleted one, has this email."""

    kind = Kind.CONFLICT
    code = "email_taken"
    remedy = "Choose another email, or log in with the account that has it."


def identity_key(text: str) -> str:
    """The key that compares usernames, regardless of letter case and width.

    Computed in Python, because PostgreSQL's `lower` depends on the database's locale.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
