"""Tells the login of the first owner, as far as it is known to be right."""

from collections.abc import Mapping
from datetime import datetime

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from deploy.local.environment import OWNER_PASSWORD, first_owner
from deploy.local.keys import Keys
from deploy.local.suite import LocalSuite

GIVEN = f"({OWNER_PASSWORD})"

SELECT_OWNER = """
select email, password_hash, created_at >= %(begun)s as is_new
from users join user_roles on user_id = users.id
where role = 'owner' and is_active
order by created_at, users.id limit 1
"""


def login_told(suite: LocalSuite, environment: Mapping[str, str], begun: datetime) -> str:
    """The owner, with the demo shop's password or one that this start has made.

    `begun` is when the start began. Of a password that an earlier start has made, only the file is told,
    until the owner changes it; that start may have been killed before it told anything. Any other is nobody's
    to tell.
    """
    with psycopg.connect(suite.database_url("auth")) as connection:
        found = connection.execute(SELECT_OWNER, {"begun": begun}).fetchone()
    if found is None:
        return "none: make admin A=create-owner"
    email, password_hash, is_new = found
    demos = first_owner(environment)[OWNER_PASSWORD]
    if suite.state.memory().has_demo and _is_in_force(demos, password_hash):
        return f"{email} / {GIVEN if environment.get(OWNER_PASSWORD) else demos}"
    made = Keys(suite.state.keys).first_owner
    if made.exists() and _is_in_force(made.read_text(), password_hash):
        return f"{email} / {made.read_text()}" if is_new else f"{email} (its password is in {made})"
    if is_new:
        return f"{email} / {GIVEN}"
    return f'{email} (another password: make admin A="reset-password --email {email}")'


def _is_in_force(password: str, password_hash: str) -> bool:
    """Whether this is the owner's password."""
    try:
        return PasswordHasher().verify(password_hash, password)
    except VerifyMismatchError:
        return False
