"""The broker's logins: one for each service and the gateway, and the administrator's."""

import json
from collections.abc import Mapping
from pathlib import Path

from libs.services import GATEWAY

ADMINISTRATOR = "mostrador"
TAGS = {GATEWAY: "listener"}
"""By which `libs.common.messaging.subscribers` knows a login."""
DEFINITIONS = Path(__file__).parent / "compose" / "broker.json"
"""Exchange, queues and permissions; `python -m deploy.broker` writes it."""


def with_logins(passwords: Mapping[str, str], administrator: str | None) -> str:
    """RabbitMQ's definitions with the users; without an administrator, whom the broker then has already."""
    definitions = json.loads(DEFINITIONS.read_text())
    users = [
        {"name": name, "password": password, "tags": TAGS.get(name, "")}
        for name, password in passwords.items()
    ]
    if administrator is None:
        definitions["permissions"] = [
            each for each in definitions["permissions"] if each["user"] != ADMINISTRATOR
        ]
    else:
        users.append({"name": ADMINISTRATOR, "password": administrator, "tags": "administrator"})
    return json.dumps({"users": users, **definitions}, indent=2)
