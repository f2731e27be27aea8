"""The pooler of a suite (`make up POOLER=1`): web processes reach their databases through PgBouncer."""

import os
from collections.abc import Mapping

from deploy.local.layout import Ports
from deploy.local.state import StateFolder
from deploy.local.switches import is_on
from libs.servers import pgbouncer
from libs.servers.pgbouncer import PgbouncerServer


def is_pooled(environment: Mapping[str, str] = os.environ) -> bool:
    """True if POOLER asks for PgBouncer in front of the databases."""
    return is_on("POOLER", environment)


def pooler_of(state: StateFolder, ports: Ports) -> PgbouncerServer:
    """The suite's pooler: a database of it has its service's name."""
    return PgbouncerServer(state.pooler, ports.pooler, state.memory().process_urls)


def variables_behind(pooler: PgbouncerServer, service: str) -> dict[str, str]:
    """The variables of a web process that reaches its database through the pooler."""
    return {"DATABASE_URL": pooler.url(service), "DATABASE_PREPARES": str(pgbouncer.prepares())}
