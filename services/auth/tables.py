"""auth's database, the schema of record: columns, constraints, indexes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from libs.common.db.rows import (
    OutboxColumns,
    dictionary_index,
    folded_texts,
    new_registry,
    owned_by,
    search_index,
)
from services.auth.domain.identities import (
    ADDRESS_LENGTH_MAX,
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PHONE_NUMBER_LENGTH_MAX,
    USERNAME_LENGTH_MAX,
)
from services.auth.domain.roles import ROLES

IS_ACTIVE = text("is_active")


class Table(SQLModel, registry=new_registry()):
    """Rows of auth's own database."""


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
    first_name: str = Field(max_length=NAME_LENGTH_MAX)
    last_name: str = Field(max_length=NAME_LENGTH_MAX)
    phone_number: str = Field(max_length=PHONE_NUMBER_LENGTH_MAX)
    address: str = Field(max_length=ADDRESS_LENGTH_MAX)
    is_active: bool = Field(sa_column_kwargs={"server_default": text("true")})
    created_at: datetime
    session_epoch: int = Field(sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    """Incremented when the user's sessions are revoked; logins begun in an earlier epoch are refused."""
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


class SessionRow(Table, table=True):
    """A session: live until `expires_at` unless revoked. Only the hash of its refresh token is stored."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_live", "user_id", "expires_at", postgresql_where=text("revoked_at is null")),
        Index("ix_sessions_user_id_ip_address_created_at", "user_id", "ip_address", "created_at"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: int = Field(sa_type=BigInteger, foreign_key="users.id")
    refresh_token_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    """Null: the session has no refresh token (STORE)."""
    user_agent: str = Field(sa_type=Text)
    ip_address: str = Field(sa_type=Text)
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime = Field(index=True)
    revoked_at: datetime | None = None


class RevocationRow(Table, table=True):
    """A revoked session whose tokens have not expired yet, listed for gateways.

    Rows become visible in the order of `id` (usecases/sessions/revoking.py). Deleted after `expires_at`.
    """

    __tablename__ = "revocations"

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    session_id: int = Field(sa_type=BigInteger, foreign_key="sessions.id", ondelete="CASCADE", unique=True)
    expires_at: datetime = Field(index=True)


class AuditEventRow(Table, table=True):
    """An event of an account, with its actor (null: an operator, or a caller without a token) and origin."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_user_id_id", "user_id", "id"),)

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: int = Field(sa_type=BigInteger, foreign_key="users.id")
    kind: str = Field(sa_type=Text)
    actor_id: int | None = Field(default=None, sa_type=BigInteger)
    ip_address: str = Field(sa_type=Text)
    user_agent: str = Field(sa_type=Text)
    created_at: datetime = Field(index=True)
    details: dict[str, object] = Field(sa_type=JSONB)


class LoginFailureRow(Table, table=True):
    """A wrong password, counted by the throttle.

    `account` is a key, not a name (`account_of`); for IPv6, `ip_address` is the customer's network.
    """

    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_account_failed_at", "account", "failed_at"),
        Index("ix_login_failures_ip_address_account_failed_at", "ip_address", "account", "failed_at"),
        Index("ix_login_failures_ip_address_failed_at", "ip_address", "failed_at"),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    account: str = Field(sa_type=Text)
    ip_address: str = Field(sa_type=Text)
    failed_at: datetime = Field(index=True)


class OutboxRow(OutboxColumns, Table, table=True):
    """Events that the broker has not confirmed yet."""

    __tablename__ = "outbox"
    __table_args__ = (owned_by("auth"),)
