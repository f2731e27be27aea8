"""What does auth store? The schema of record: columns, constraints, indexes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from libs.common.db.rows import OutboxColumns, new_registry
from services.auth.domain.identities import (
    ADDRESS_LENGTH_MAX,
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PHONE_NUMBER_LENGTH_MAX,
    USERNAME_LENGTH_MAX,
)
from services.auth.domain.roles import ROLES


class Table(SQLModel, registry=new_registry()):
    """Rows of auth's own database."""


class UserRow(Table, table=True):
    """Somebody who can log in while `is_active`. Deleting clears it; the row keeps username and email taken.

    The `_key` columns are what both are compared by (`identity_key`).
    """

    __tablename__ = "users"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    username: str = Field(max_length=USERNAME_LENGTH_MAX)
    username_key: str = Field(sa_type=Text, unique=True)
    email: str = Field(max_length=EMAIL_LENGTH_MAX)
    email_key: str = Field(sa_type=Text, unique=True)
    password_hash: str = Field(sa_type=Text)
    first_name: str = Field(max_length=NAME_LENGTH_MAX)
    last_name: str = Field(max_length=NAME_LENGTH_MAX)
    phone_number: str = Field(max_length=PHONE_NUMBER_LENGTH_MAX)
    address: str = Field(max_length=ADDRESS_LENGTH_MAX)
    is_active: bool = Field(sa_column_kwargs={"server_default": text("true")})
    created_at: datetime


class UserRoleRow(Table, table=True):
    """A role of a user; everybody has at least one."""

    __tablename__ = "user_roles"

    user_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="users.id")
    role: str = Field(primary_key=True, sa_type=Text)

    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role_known"),
        Index("ix_user_roles_role", "role"),
    )


class SessionRow(Table, table=True):
    """A login: live until `expires_at`, unless revoked. Only the hash of its refresh token is kept."""

    __tablename__ = "sessions"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: int = Field(sa_type=BigInteger, foreign_key="users.id", index=True)
    refresh_token_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    """Null: this login has no refresh token (STORE)."""
    user_agent: str = Field(sa_type=Text)
    ip_address: str = Field(sa_type=Text)
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime = Field(index=True)
    revoked_at: datetime | None = None


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __tablename__ = "outbox"
