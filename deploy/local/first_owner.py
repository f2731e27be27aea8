"""Tells the login of the first owner, as far as it is known to be right."""

from collections.abc import Mapping
from datetime import datetime

import psycopg

from deploy.local.environment import OWNER_EMAIL, OWNER_PASSWORD, first_owner
from deploy.local.keys import Keys
from deploy.local.suite import LocalSuite
from libs.common.settings_values import file_variable

GIVEN = f"({OWNER_PASSWORD})"

SELECT_OWNER = """
select email, created_at >= %(begun)s as is_new
from users join user_roles on user_id = users.id
where role = 'owner' and is_active
order by created_at, users.id limit 1
"""


def login_told(suite: LocalSuite, environment: Mapping[str, str], begun: datetime) -> str:
    """The login of the demo shop; of another shop its owner, with a password that this start has made.

    `begun` is when the start began. A password that was set before is nobody's to tell.
    """
    if suite.state.memory().has_demo:
        owner = first_owner(environment)
        password = GIVEN if environment.get(OWNER_PASSWORD) else owner[OWNER_PASSWORD]
        return f"{owner[OWNER_EMAIL]} / {password}"
    with psycopg.connect(suite.database_url("auth")) as connection:
        found = connection.execute(SELECT_OWNER, {"begun": begun}).fetchone()
    if found is None:
        return "none: make admin A=create-owner"
    email, is_new = found
    if not is_new:
        return f'{email} (another password: make admin A="reset-password --email {email}")'
    made = Keys(suite.state.keys).first_owner
    is_made = environment.get(file_variable(OWNER_PASSWORD)) == str(made)
    return f"{email} / {made.read_text() if is_made else GIVEN}"
