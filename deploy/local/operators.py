"""Runs operators' commands for the running suite: `make admin`, `keys`, `products`, `events`, `rebuild`.

`reallocate` has no target: `make restore` and `make reconcile` run it.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from deploy.local.state import Memory
from deploy.local.suite import LocalSuite
from deploy.local.unprivileged import become
from libs.servers.processes import ServerFailed

COMMANDS: Mapping[str, str] = {
    "admin": "Run `services.auth.admin`: create an owner, reset a password, revoke sessions.",
    "keys": "Run `services.auth.keys`: list, rotate, retire the keys of user tokens.",
    "products": "Run `services.catalog.products`: import and export products as CSV.",
    "events": "Run the commands for dead letters and for the history of events.",
    "reallocate": "Run `services.sales.reallocate`: have catalog, restored alone, take what was sold since.",
    "rebuild": "Run `services.analytics.rebuild`: fill the owner's reports again, or verify them.",
}
MODULES: Mapping[str, str] = {
    "admin": "services.auth.admin",
    "keys": "services.auth.keys",
    "products": "services.catalog.products",
    "reallocate": "services.sales.reallocate",
    "rebuild": "services.analytics.rebuild",
    "deadletters": "libs.common.messaging.deadletters",
    "history": "libs.common.messaging.history",
    "subscribers": "libs.common.messaging.subscribers",
}
SERVICE = {
    "admin": "auth",
    "keys": "auth",
    "products": "catalog",
    "reallocate": "sales",
    "rebuild": "analytics",
}
EVENTS = ("deadletters", "history", "subscribers")
EVENTS_HELP = """\
usage: make events A="deadletters list --service analytics"
       make events A="history --since 2h --type sales.order_paid.v1"
       make events A="subscribers add erp --types 'sales.#'"

deadletters  events that a service could not apply: list, show, replay, discard
history      events of the last 30 days: print, count, or replay them to a service or subscriber
subscribers  programs outside the suite that read events: add, list, remove, rotate

make events A="deadletters --help", A="history --help" and A="subscribers --help" tell the rest.
"""
HELP = {"-h", "--help"}


def of_broker(memory: Memory) -> dict[str, str]:
    """The variables of commands that need the broker's administrator."""
    return {
        "AMQP_URL": memory.amqp_url,
        "AMQP_PREFIX": memory.amqp_prefix,
        "AMQP_MANAGEMENT_URL": memory.amqp_management_url,
    }


def run(suite: LocalSuite, name: str, words: Sequence[str]) -> int:
    """Replace this process by a command of operators; of `events`, by the one that the first word names."""
    if name != "events":
        return _become_command(suite, name, words)
    if not words or words[0] in HELP:
        sys.stdout.write(EVENTS_HELP)
        return 0
    if words[0] not in EVENTS:
        raise ServerFailed(f"make events knows {', '.join(EVENTS)}, not {words[0]}")
    return _become_command(suite, words[0], words[1:])


def _become_command(suite: LocalSuite, name: str, words: Sequence[str]) -> int:
    """Replace this process by a command, with the variables that it reads. Its help needs no suite."""
    given: Mapping[str, str] = {}
    if not HELP.intersection(words):
        suite.require_running()
        memory = suite.state.memory()
        given = of_broker(memory) if name in EVENTS else suite.environment_of(SERVICE[name])
        if name == "rebuild":  # it makes tables
            given = {**given, "DATABASE_URL": suite.database_url("analytics")}
        if name == "keys":
            become(memory.process_user)  # so that auth's processes may read the keys that it writes
    command = [sys.executable, "-m", MODULES[name], *words]
    os.execve(sys.executable, command, {**os.environ, **given})  # noqa: S606 - it takes over the terminal
