"""The export of users: their events, read again from the tables for analytics (ADR 0058)."""

from typing import LiteralString

from libs.common.contracts.auth import UserChanged
from libs.common.db.exports import export_page
from libs.common.lifecycle import sql_list
from libs.common.messaging.publishing import payload
from services.auth.domain.roles import ROLES

_ROLES: LiteralString = f"""(
    select json_agg(role order by array_position(array[{sql_list(ROLES)}], role))
    from user_roles where user_id = users.id
)"""

_USER: LiteralString = payload(UserChanged, user_id="id", roles=_ROLES, changed_at="statement_timestamp()")

USERS: LiteralString = export_page(f"""
    select id as place, {_USER} as item from users
    where id > %(after)s order by id limit %(limit)s
""")
