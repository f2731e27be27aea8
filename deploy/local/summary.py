"""Prints addresses, logins, logs and next commands once the suite is up."""

from psycopg.conninfo import conninfo_to_dict
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from yarl import URL

from deploy.local.demo_shop import EMPLOYEE, SHOPPER
from deploy.local.suite import LocalSuite
from libs.servers.processes import LOOPBACK


def print_summary(console: Console, suite: LocalSuite, owner: str, title: str) -> None:
    """Print the summary; `owner` is what is told of the first owner's login."""
    table = Table.grid(padding=(0, 2))
    for name, value in _lines(suite, owner, has_demo=suite.state.memory().has_demo):
        table.add_row(f"[bold]{name}[/]", escape(value))
    console.print(f"\n[bold green]{title}[/]\n", highlight=False)
    console.print(table, highlight=False)
    console.print()


def _lines(suite: LocalSuite, owner: str, *, has_demo: bool) -> list[tuple[str, str]]:
    gateway, broker = suite.gateway_url, URL(suite.amqp_url)
    prefix = suite.state.memory().amqp_prefix
    return [
        ("gateway", gateway),
        ("pages", f"{gateway}/till/ at the counter, {gateway}/owner/ for the owner"),
        ("tills", f"POST {gateway}/api/auth/login/ with email and password"),
        ("", f"owner     {owner}"),
        *([("", f"employee  {EMPLOYEE['email']} / {EMPLOYEE['password']}")] if has_demo else []),
        ("web shop", f"POST {gateway}/auth/login with username and password"),
        *([("", f"shopper   {SHOPPER['username']} / {SHOPPER['password']}")] if has_demo else []),
        ("API", f"{gateway}/api/docs (tills), {gateway}/docs (web shop), {gateway}/events/docs (events)"),
        ("PostgreSQL", _server_of(suite)),
        ("RabbitMQ", f"{broker.host}:{broker.port}" + (f", names start with {prefix}" if prefix else "")),
        *_observers(suite),
        ("logs", f"{suite.state.logs}/"),
        ("next", "make status      what runs"),
        *([("", "make demo        play a day at the shop")] if has_demo else []),
        ("", "make logs S=sales, make psql S=sales, make dev S=sales (restart at a change)"),
        ("", "make down        stop; make reset forgets all data"),
    ]


def _observers(suite: LocalSuite) -> list[tuple[str, str]]:
    addresses = {"prometheus": suite.ports.prometheus, "grafana": suite.ports.grafana}
    running = suite.states()
    return [
        (name.capitalize(), f"http://{LOOPBACK}:{port}")
        for name, port in addresses.items()
        if name in running
    ]


def _server_of(suite: LocalSuite) -> str:
    parts = [conninfo_to_dict(url) for url in suite.state.memory().database_urls.values()]
    return ", ".join(sorted({f"{part['host']}:{part.get('port', 5432)}" for part in parts}))
