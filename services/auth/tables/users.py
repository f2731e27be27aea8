"""Users and their roles."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, Text, text
from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.auth.domain.identities import (
    ADDRESS_LENGTH_MAX,
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PHONE_NUMBER_LENGTH_MAX,
    USERNAME_LENGTH_MAX,
)
from services.auth.domain.roles import ROLES
from services.auth.tables.base import Table

IS_ACTIVE = text("is_active")


class UserRow(Table, table=True):
    """A user. `is_active` permits login; deleting clears it, but username and email stay taken.

    Both are compared by their `_key` columns (`identity_key`, `email_key`).
    """

    __tablename__ = "users"
    __table_args__ = (
        search_index("users", IS_ACTIVE),
        dictionary_index("users", "username", where=IS_ACTIVE),
        dictionary_index("users", "email", where=IS_ACTIVE),
        dictionary_index("users", "first_name", where=IS_ACTIVE),
        dictionary_index("users", "last_name", where=IS_ACTIVE),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    username: str = Field(max_length=USERNAME_LENGTH_MAX)
    username_key: str = Field(sa_type=Text, unique=True)
    email: str = Field(max_length=EMAIL_LENGTH_MAX)
    email_key: str = Field(sa_type=Text, unique=True)
    password_hash: str = Field(sa_type=Text)
    pin_hash: str | None = Field(default=None, sa_type=Text)
    """Null: the user has no PIN, and approves with their password only."""
    first_name: str = Field(max_length=NAME_LENGTH_MAX)
    last_name: str = Field(max_length=NAME_LENGTH_MAX)
    phone_number: str = Field(max_length=PHONE_NUMBER_LENGTH_MAX)
    address: str = Field(max_length=ADDRESS_LENGTH_MAX)
    is_active: bool = Field(sa_column_kwargs={"server_default": text("true")})
    created_at: datetime
    session_epoch: int = Field(sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    """Incremented when the user's sessions are revoked; what an earlier one has checked is checked again."""
    search_text: str | None = Field(
        default=None,
        sa_column=folded_texts(
            "username::text", "first_name::text", "last_name::text", "email::text", "email_key"
        ),
    )


class UserRoleRow(Table, table=True):
    """A role of a user. Each user has at least one."""

    __tablename__ = "user_roles"

    user_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="users.id")
    role: str = Field(primary_key=True, sa_type=Text)

    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role_known"),
        Index("ix_user_roles_role", "role"),
    )
