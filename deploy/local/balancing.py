"""The balancer of a suite with replicas (`make up REPLICAS=2`), in the place of a cluster's Services."""

from collections.abc import Collection

from deploy.local.layout import Layout, ServiceProcess
from deploy.local.state import StateFolder
from libs.servers.haproxy import HaproxyServer, Replica
from libs.servers.processes import wait_until

TIMEOUT_SECONDS = 20


def balancer_of(state: StateFolder, layout: Layout) -> HaproxyServer:
    """The suite's balancer: before the gateway, and before each service."""
    behind = {
        port: [Replica(each.name, each.port, each.health_port) for each in processes]
        for port, processes in layout.behind_balancer.items()
    }
    return HaproxyServer(state.balancer, behind, layout.ports.balancer)


def wait_balanced(state: StateFolder, layout: Layout, processes: Collection[ServiceProcess]) -> None:
    """Wait until those of the processes that are behind the balancer get connections."""
    balanced = {each.name for replicas in layout.behind_balancer.values() for each in replicas}
    wanted = {process.name for process in processes} & balanced
    balancer = balancer_of(state, layout).api
    wait_until(
        lambda: balancer.answers() and wanted <= balancer.ready(),
        alive=lambda: True,
        what="the balancer",
        log=state.log("balancer"),
        timeout_seconds=TIMEOUT_SECONDS,
    )
