"""The commands for the suite on this machine: `python -m deploy.local --help`. `make` calls them."""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.databases import migrate_all
from deploy.local.demo_shop import DemoShop
from deploy.local.environment import first_owner
from deploy.local.layout import PORT_BASE, SERVICES, Ports
from deploy.local.migrations import write_on_temporary_database
from deploy.local.progress import ConsoleSteps
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.summary import print_summary
from libs.servers.postgres import binaries
from libs.servers.processes import ServerFailed

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143
console = Console(soft_wrap=True)


def up(arguments: argparse.Namespace) -> int:
    """Start the suite, seed the demo shop, and print addresses and logins."""
    begun = time.monotonic()
    with ConsoleSteps(console) as steps, _alone(arguments.state_dir):
        signal.signal(signal.SIGINT, steps.interrupt)
        suite = LocalSuite(arguments.state_dir, steps=steps)  # on the ports that it was started with
        if suite.is_running() and not suite.not_ready():
            print_summary(console, suite, first_owner(os.environ), "Mostrador is up already")
            return 0
        if not suite.is_running():
            suite = LocalSuite(arguments.state_dir, ports=_ports(arguments), steps=steps)
        with suite.started():
            if arguments.demo:
                _seed(suite, steps)
    seconds = time.monotonic() - begun
    print_summary(console, suite, first_owner(os.environ), f"Mostrador is up ({seconds:.1f} s)")
    return 0


def _seed(suite: LocalSuite, steps: ConsoleSteps) -> None:
    with steps.step("demo shop") as tell:
        missing = DemoShop(suite.gateway_url, first_owner(os.environ), tell).seed()
    for line in missing:
        steps.note(line)


def down(arguments: argparse.Namespace) -> int:
    """Stop the suite; the data stays."""
    suite = LocalSuite(arguments.state_dir)
    with console.status("stopping"):
        was_running = suite.stop()
    console.print("Stopped; the data is kept." if was_running else "Nothing was running.")
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Stop the suite and delete its data."""
    suite = LocalSuite(arguments.state_dir)
    with console.status("stopping"):
        suite.destroy()
    console.print("Stopped, and all data is gone.")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Show the processes and whether they are ready; exit code 1 unless all are."""
    suite = LocalSuite(arguments.state_dir)
    if not suite.is_running():
        console.print("Mostrador is not up. Start it with: make up")
        return FAILED
    not_ready = suite.not_ready()
    addresses = {process.name: process.address for process in suite.processes}
    table = Table("process", "state", "pid", "up", "ready", "address", box=None, pad_edge=False)
    states = suite.states()
    for name, state in states.items():
        ready = not_ready.get(name, "yes") if name in addresses else ""
        row = (
            state.state.lower(),
            str(state.pid or ""),
            f"{state.up_seconds} s",
            ready,
            addresses.get(name, ""),
        )
        table.add_row(name, *row)
    console.print(table)
    all_run = all(state.state == "RUNNING" for state in states.values())
    return 0 if all_run and not not_ready else FAILED


def logs(arguments: argparse.Namespace) -> int:
    """Follow all logs, or those of one service or server."""
    folder = LocalSuite(arguments.state_dir).state.logs
    files = sorted(folder.glob(f"{arguments.of or '*'}.log"))
    if arguments.of:
        files += sorted(folder.glob(f"{arguments.of}-worker.log"))
    if not files:
        names = ", ".join(sorted(path.stem for path in folder.glob("*.log"))) or "there are none yet"
        raise ServerFailed(f"no log of {arguments.of or 'anything'}; logs: {names}")
    tail = shutil.which("tail")
    if tail is None:
        raise ServerFailed(f"tail is not installed; the logs are in {folder}")
    os.execv(tail, [tail, "-n", "50", "-F", *map(str, files)])  # noqa: S606 - tail takes over the terminal


def psql(arguments: argparse.Namespace) -> int:
    """Open a prompt on one service's database, as its own role."""
    command = binaries() / "psql"
    url = make_conninfo(_running(arguments).database_url(arguments.service), application_name="psql")
    os.execv(command, [str(command), url])  # noqa: S606 - psql takes over the terminal


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate the running suite's databases, or one of them, to the newest schema."""
    suite = _running(arguments)
    services = [arguments.service] if arguments.service else SERVICES
    urls = {service: suite.database_url(service) for service in services}
    migrate_all(urls, lambda service: console.print(f"migrations: {service}"))
    return 0


def migration(arguments: argparse.Namespace) -> int:
    """Write a migration from the difference between `tables.py` and the migrations; no suite has to run."""
    write_on_temporary_database(arguments.service, arguments.change)
    return 0


def admin(arguments: argparse.Namespace) -> int:
    """Run `services.auth.admin`: create an owner, reset a password, revoke sessions."""
    return _as_auth(arguments, "services.auth.admin")


def keys(arguments: argparse.Namespace) -> int:
    """Run `services.auth.keys`: list, rotate, retire the keys of user tokens."""
    return _as_auth(arguments, "services.auth.keys")


def _as_auth(arguments: argparse.Namespace, module: str) -> int:
    """Replace this process by a command for operators, with the environment of the running suite's auth."""
    environment = {**os.environ, **_running(arguments).environment_of("auth")}
    command = [sys.executable, "-m", module, *arguments.of_it]
    os.execve(sys.executable, command, environment)  # noqa: S606 - the command takes over the terminal


def _running(arguments: argparse.Namespace) -> LocalSuite:
    suite = LocalSuite(arguments.state_dir)
    if not suite.is_running():
        raise ServerFailed("Mostrador is not up. Start it with: make up")
    return suite


def _ports(arguments: argparse.Namespace) -> Ports:
    gateway_port = os.environ.get("GATEWAY_PORT")
    if gateway_port and not gateway_port.isdecimal():
        raise ServerFailed(f"GATEWAY_PORT is no port: {gateway_port}")
    return Ports(arguments.port_base, int(gateway_port) if gateway_port else None)


@contextmanager
def _alone(state_folder: Path) -> Iterator[None]:
    """Refuse a second `up` at the same time."""
    state = StateFolder(state_folder).make()
    with (state.path / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerFailed("another `make up` is at work just now") from None
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_FOLDER, help="default: .run/")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (up, down, reset, status, logs, psql, migrate, migration, admin, keys):
        sub = commands.add_parser(command.__name__, help=command.__doc__)
        sub.set_defaults(run=command)
        if command is up:
            sub.add_argument("--port-base", type=int, default=PORT_BASE, help="the gateway's; others follow")
            sub.add_argument("--no-demo", dest="demo", action="store_false", help="leave the shop empty")
        if command is logs:
            sub.add_argument("of", nargs="?", help="a service, gateway, postgres or rabbitmq")
        if command in {psql, migration}:
            sub.add_argument("service", choices=SERVICES)
        if command is migrate:
            sub.add_argument("service", choices=SERVICES, nargs="?", help="default: all")
        if command in {admin, keys}:
            sub.add_argument("of_it", nargs=argparse.REMAINDER, metavar="…", help="--help tells")
        if command is migration:
            sub.add_argument("change", help="what it does, in a few words")
    return parser


def main() -> int:
    """Run one command; a failure prints one line and returns a non-zero exit code."""
    arguments = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        return int(arguments.run(arguments))
    except ServerFailed as failure:
        what, *details = str(failure).splitlines()
        console.print(f"[red]Failed:[/] {escape(what)}", highlight=False)
        for line in details:
            console.print(f"  [dim]{escape(line)}[/]", highlight=False)
        return FAILED
    except KeyboardInterrupt:
        is_up = LocalSuite(arguments.state_dir).is_running()
        console.print(f"Interrupted; {'Mostrador is still up' if is_up else 'nothing is left running'}.")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
