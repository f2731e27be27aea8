"""Sessions and their revocations."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Text, text
from sqlmodel import Field

from services.auth.tables.base import Table


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
    by_pin: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """A change of cashier opened it: it is an EMPLOYEE's only."""
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
