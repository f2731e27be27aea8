"""The environment variables of auth."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from libs.common.settings import ServiceSettings


class AuthSettings(ServiceSettings):
    """The variables of every service, the signing keys, and the first owner."""

    signing_keys_dir: Path
    """Files `<kid>.pem` (Ed25519, private, mode 600 or 640), as `python -m services.auth.keys` makes them."""

    bootstrap_owner_email: str | None = None
    bootstrap_owner_username: str | None = None
    bootstrap_owner_password: SecretStr | None = Field(default=None, min_length=8)
    """The first OWNER, created at start if there is none. Set all three or none."""

    session_retention_days: int = Field(default=30, ge=0)
    """Days for which ended sessions, and the known addresses in them, are kept."""
    audit_retention_days: int = Field(default=365, ge=1)
    """Days for which audit events are kept."""

    @property
    def session_retention(self) -> timedelta:
        """See `session_retention_days`."""
        return timedelta(days=self.session_retention_days)

    @property
    def audit_retention(self) -> timedelta:
        """See `audit_retention_days`."""
        return timedelta(days=self.audit_retention_days)

    @model_validator(mode="after")
    def _owner_whole_or_not_at_all(self) -> Self:
        given = (self.bootstrap_owner_email, self.bootstrap_owner_username, self.bootstrap_owner_password)
        if any(given) and not all(given):
            raise ValueError("BOOTSTRAP_OWNER_EMAIL, _USERNAME and _PASSWORD go together")
        return self
