"""The environment variables of auth."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from libs.common.settings import CounterSettings
from libs.common.settings_values import SECRET


class AuthSettings(CounterSettings):
    """The variables of every service, the limits at the till, the signing keys, and the first owner."""

    signing_keys_dir: Path
    """The folder of the keys that sign user tokens: `<kid>.pem` (Ed25519, private, mode 600 or 640)."""

    bootstrap_owner_email: str | None = None
    """The email of the first OWNER, created at start if there is none. Set all three or none."""
    bootstrap_owner_username: str | None = None
    """The username of the first OWNER."""
    bootstrap_owner_password: Annotated[SecretStr | None, SECRET] = Field(
        default=None, min_length=8, validate_default=True
    )
    """The password of the first OWNER; change it after the first login."""

    session_retention_days: int = Field(default=30, ge=0, le=36_500)
    """Days for which ended sessions, and the known addresses in them, are kept. Below 29, the throttle
    forgets sooner than in 30 days where an account logged in."""
    audit_retention_days: int = Field(default=365, ge=1, le=36_500)
    """Days for which audit events are kept."""

    @property
    def session_retention(self) -> timedelta:
        """See `session_retention_days`."""
        return timedelta(days=self.session_retention_days)

    @property
    def audit_retention(self) -> timedelta:
        """See `audit_retention_days`."""
        return timedelta(days=self.audit_retention_days)

    @field_validator("bootstrap_owner_password")
    @classmethod
    def _owner_whole_or_not_at_all(
        cls, password: SecretStr | None, others: ValidationInfo
    ) -> SecretStr | None:
        given = (
            others.data.get("bootstrap_owner_email"),
            others.data.get("bootstrap_owner_username"),
            password,
        )
        if any(given) and not all(given):
            raise ValueError("BOOTSTRAP_OWNER_EMAIL, _USERNAME and _PASSWORD go together")
        return password
