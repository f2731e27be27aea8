"""Hooks for `st run`: the fuzzer's token, and ids that exist.

The environment names the gateway and the role: see `test_documents.py`.
"""

import os
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case, HookContext
from schemathesis.core.transport import Response

from tests.e2e.shop import owner_login
from tests.fuzz.callers import Caller
from tests.fuzz.things import (
    about_known_things,
    as_shopper,
    by_known_people,
    on_known_things,
    paid_in_full,
)

caller = Caller(os.environ["FUZZ_GATEWAY"], os.environ["FUZZ_ROLE"])


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Forbid members that are not documented; only these tests close the documents so."""
    for name, schema in raw_schema["components"]["schemas"].items():
        if name.endswith(("Out", "Answer")) and "properties" in schema:
            schema["additionalProperties"] = False


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """Adds a user's token to requests; the check `ignored_auth` removes it."""

    def get(self, case: Case[Any], context: AuthContext) -> str:
        """The token of an existing user."""
        return caller.token()

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:
        """Set the user's token."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Replace ids and people by some that mostly exist, and shop for the fuzzer's own user."""
    case.path_parameters = on_known_things(case.path_parameters, deleting=case.method == "DELETE")
    case.body = paid_in_full(by_known_people(about_known_things(case.body), owner_login()))
    if case.path.startswith("/sales/"):
        case.path_parameters = as_shopper(case.path_parameters, caller.user_id)
        case.body = as_shopper(case.body, caller.user_id)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Replace a user who deleted or demoted themselves, or ended their own session."""
    sent = response.request.headers.get("Authorization", "")
    if response.status_code == 401 and case.operation.definition.raw["security"]:
        caller.forget(str(sent).removeprefix("Bearer "))
