"""Tells what `make up` asks of a suite that runs already, and gets only by another start."""

from collections.abc import Iterator, Mapping

from deploy.local.layout import Ports
from deploy.local.observing import is_observed
from deploy.local.pooling import is_pooled
from deploy.local.ports import chosen_replicas
from deploy.local.suite import LocalSuite
from deploy.local.switches import is_on
from deploy.local.tls import speaks_tls
from libs.servers.processes import LOOPBACK, listens


def asked_in_vain(
    suite: LocalSuite, ports: Ports, environment: Mapping[str, str], *, demo: bool | None
) -> Iterator[str]:
    """A sentence for each wish; a variable that is not set is none. `demo` is that for a demo shop.

    Raises `ServerFailed` as `chosen_replicas` does.
    """
    layout = suite.layout
    if ports != suite.ports:
        yield f"it stays on the ports from {suite.ports.base}: make down comes before a move"
    if environment.get("REPLICAS") and chosen_replicas(environment) != layout.replicas:
        yield f"it runs {layout.replicas} of each process: make down comes before other REPLICAS"
    for lack, switch in _lacks(suite, environment):
        yield f"it runs without {lack}: make down comes before {switch}=1"
    has_demo = suite.state.memory().has_demo
    if demo is False and has_demo:
        yield "it is the demo shop: make reset, which forgets its data, comes before DEMO=0"
    if demo is True and not has_demo:
        yield "it is a shop of your own: make down comes before DEMO=1, which adds the demo shop to it"


def _lacks(suite: LocalSuite, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the suite has not and a variable asks for, with the variable."""
    if is_on("SEPARATE", environment) and suite.layout.is_whole:
        yield "separate workers", "SEPARATE"
    if is_pooled(environment) and not suite.layout.is_pooled:
        yield "PgBouncer", "POOLER"
    if is_observed(environment) and "prometheus" not in suite.states():
        yield "Prometheus", "OBSERVE"
    if speaks_tls(environment) and not listens(LOOPBACK, suite.ports.gateway_tls):
        yield "TLS", "TLS"
