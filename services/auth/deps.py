"""The dependencies of auth's processes: the parts of every service, signing keys and passwords."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.common.auth.tokens import TokenSigner
from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.auth.clients.passwords import Passwords
from services.auth.clients.signing_keys import SigningKeys
from services.auth.settings import AuthSettings
from services.auth.usecases.accounts.first_owner import FirstOwner, OwnerToBe
from services.auth.usecases.approvals.giving import Approvals
from services.auth.usecases.sessions.attempts import PasswordAttempts
from services.auth.usecases.sessions.logins import Logins
from services.auth.usecases.sessions.opening import Sessions
from services.auth.usecases.sessions.pin_logins import PinLogins
from services.auth.usecases.till_secrets import TillSecrets


@dataclass(frozen=True)
class Deps(Parts[AuthSettings]):
    """The dependencies of the web process. The worker uses `Parts`: it needs no signing keys or passwords."""

    passwords: Passwords
    attempts: PasswordAttempts
    logins: Logins
    pin_logins: PinLogins
    approvals: Approvals
    first_owner: FirstOwner
    signing_keys: SigningKeys

    async def close(self) -> None:
        """Close all connections and stop the threads that hash passwords."""
        await super().close()
        self.passwords.close()


def build_deps(
    settings: AuthSettings, *, clock: Clock = system_clock, passwords: Passwords | None = None
) -> Deps:
    """See `build_parts`. User tokens are verified with the signing keys themselves.

    Passwords are hashed with the parameters of `clients/passwords.py`, unless given.
    """
    keys = SigningKeys(settings.signing_keys_dir, clock)
    parts = build_parts("auth", settings, clock=clock, user_keys=keys, honours_keys=True)
    database, passwords = parts.database, passwords or Passwords()
    attempts = PasswordAttempts(database=database, passwords=passwords, clock=clock)
    secrets = TillSecrets(database=database, passwords=passwords, clock=clock)
    signer = TokenSigner(keys.active, issuer=settings.token_issuer, audience=settings.token_audience)
    sessions = Sessions(database, signer)
    return Deps(
        **vars(parts),
        passwords=passwords,
        attempts=attempts,
        logins=Logins(database, passwords, attempts, sessions, clock),
        pin_logins=PinLogins(database, secrets, sessions, clock),
        approvals=Approvals(database=database, secrets=secrets, signer=signer, clock=clock),
        first_owner=FirstOwner(_owner_to_be(settings), database=database, passwords=passwords, clock=clock),
        signing_keys=keys,
    )


DepsDep = Annotated[Deps, Depends(current_deps)]


def _owner_to_be(settings: AuthSettings) -> OwnerToBe | None:
    email, username = settings.bootstrap_owner_email, settings.bootstrap_owner_username
    password = settings.bootstrap_owner_password
    if email is None or username is None or password is None:
        return None
    return OwnerToBe(username=username, email=email, password=password.get_secret_value())
