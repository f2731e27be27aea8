"""The commands for the suite on this machine: `python -m deploy.local --help`. `make` calls them."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from rich.markup import escape
from rich.table import Table

from deploy.local import operators
from deploy.local.databases import migrate_all
from deploy.local.development import develop
from deploy.local.environment import first_owner, own_shop
from deploy.local.first_owner import login_told
from deploy.local.keys import Keys
from deploy.local.layout import SERVICES, Ports
from deploy.local.logs import log_files, show_logs
from deploy.local.memory import MIB, memory_of
from deploy.local.observing import is_observed
from deploy.local.ports import chosen_layout, chosen_ports, ephemeral_warning
from deploy.local.progress import ConsoleSteps
from deploy.local.recovery import add_reconciling, backup, reconcile, restore
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.summary import print_summary
from deploy.local.supervision import AT_WORK
from deploy.local.terminal import agreed, alone, console, running
from deploy.local.tls import TlsFiles, speaks_tls
from libs.common.clock import system_clock
from libs.common.commands import discard_output
from libs.servers.postgres import binaries
from libs.servers.processes import LOOPBACK, ServerFailed, listens

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143


def up(arguments: argparse.Namespace) -> int:
    """Start the suite, seed the demo shop, and print addresses and logins."""
    begun, begun_at = time.monotonic(), system_clock()
    with ConsoleSteps(console) as steps, alone(arguments):
        signal.signal(signal.SIGINT, steps.interrupt)
        suite = LocalSuite(arguments.state_dir, steps=steps)  # on the ports that it was started with
        ports = chosen_ports(os.environ, suite.ports, arguments.port_base)
        is_up = suite.is_up()
        has_demo = _is_demo(suite.state, told=arguments.demo)
        for lack in _asked_in_vain(suite, ports) if is_up else ():
            steps.note(lack)
        if is_up and not suite.not_ready():
            owner = login_told(suite, os.environ, begun_at)
            print_summary(console, suite, owner, "Mostrador is up already")
            return 0
        if not is_up:
            suite = LocalSuite(arguments.state_dir, layout=chosen_layout(os.environ, ports), steps=steps)
            if warning := ephemeral_warning(ports):
                steps.note(warning)
            if speaks_tls(os.environ):
                _lend_certificate(suite, steps, has_demo=has_demo)
        with suite.started():
            if has_demo:
                _seed(suite, steps)
    seconds = time.monotonic() - begun
    owner = login_told(suite, os.environ, begun_at)
    print_summary(console, suite, owner, f"Mostrador is up ({seconds:.1f} s)")
    return 0


def _is_demo(state: StateFolder, *, told: bool | None) -> bool:
    """Whether it is the demo shop, as told now or before; another gets the variables of a shop of its own."""
    if told is not None:
        state.remember(has_demo=told)
    is_demo = state.memory().has_demo
    if not is_demo:
        os.environ.update(own_shop(os.environ, Keys(state.keys).first_owner))
    return is_demo


def _asked_in_vain(suite: LocalSuite, ports: Ports) -> Iterator[str]:
    """What a suite that runs already gets only by another start."""
    if ports != suite.ports:
        yield f"it stays on the ports from {suite.ports.base}: make down comes before a move"
    if is_observed(os.environ) and "prometheus" not in suite.states():
        yield "it runs without Prometheus: make down comes before OBSERVE=1"
    if speaks_tls(os.environ) and not listens(LOOPBACK, suite.ports.gateway_tls):
        yield "it runs without TLS: make down comes before TLS=1"


def _lend_certificate(suite: LocalSuite, steps: ConsoleSteps, *, has_demo: bool) -> None:
    """Give the suite the certificate of `make tls`, which is made where it is missing."""
    from deploy.local.certificates import make_certificate, names_in

    files = TlsFiles()
    names = names_in(files) or make_certificate(files, [], system_clock())
    files.lend(suite.state)
    addresses = ", ".join(f"https://{name}:{suite.ports.gateway_tls}/till/" for name in names)
    steps.note(f"devices that trust {files.authority}: {addresses}")
    if has_demo:
        steps.note("everybody knows the logins of the demo shop: DEMO=0 leaves it out (docs/till.md)")


def tls(arguments: argparse.Namespace) -> int:
    """Make a certificate for TLS on the shop's network, by an authority that devices trust once."""
    from deploy.local.certificates import fingerprint, make_certificate

    files = TlsFiles()
    names = make_certificate(files, arguments.names, system_clock())
    console.print(f"The gateway's certificate is for {', '.join(names)}.")
    console.print(f"Devices have to trust {files.authority}; docs/till.md says how. Its fingerprint:")
    console.print(f"  {fingerprint(files)}", highlight=False)
    console.print("The next `make up TLS=1` uses the certificate (make down comes before).")
    return 0


def _seed(suite: LocalSuite, steps: ConsoleSteps) -> None:
    from deploy.local.demo_shop import DemoShop

    with steps.step("demo shop") as tell:
        missing = DemoShop(suite.gateway_url, first_owner(os.environ), tell).seed()
    for line in missing:
        steps.note(line)


def down(arguments: argparse.Namespace) -> int:
    """Stop the suite; the data stays."""
    suite = LocalSuite(arguments.state_dir)
    with console.status("stopping"), alone(arguments):
        was_running = suite.stop()
    console.print("Stopped; the data is kept." if was_running else "Nothing was running.")
    return 0


def restart(arguments: argparse.Namespace) -> int:
    """Restart the processes of a service, the gateway or a server; without a name, all but the servers."""
    suite = running(arguments)
    names = suite.processes_of(arguments.of) if arguments.of else [each.name for each in suite.processes]
    if unknown := set(names) - suite.states().keys():
        raise ServerFailed(f"no process {', '.join(unknown)}; there are {', '.join(sorted(suite.states()))}")
    with console.status(f"restarting {', '.join(names)}"):
        suite.restart(*names)
    console.print(f"Restarted and ready: {', '.join(names)}.")
    return 0


def dev(arguments: argparse.Namespace) -> int:
    """Restart a service at each change of its sources, and show its logs."""
    with suppress(KeyboardInterrupt):
        develop(running(arguments), arguments.of, console, raw=_raw())
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Stop the suite and delete its data; in a terminal it asks first, unless YES=1."""
    suite = LocalSuite(arguments.state_dir)
    if not agreed(f"This deletes all data in {escape(str(suite.state.path))}."):
        console.print("Nothing was deleted.")
        return FAILED
    with console.status("stopping"), alone(arguments):
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
    all_run = all(state.state in AT_WORK for state in states.values())
    return 0 if all_run and not not_ready else FAILED


def memory(arguments: argparse.Namespace) -> int:
    """Show how much memory each process uses (PSS), and all together; Linux only."""
    suite = running(arguments)
    table = Table("process", "processes", "MiB", box=None, pad_edge=False)
    used = memory_of(suite.states(), suite.supervisor_pid)
    for each in used:
        table.add_row(each.name, str(each.processes), f"{each.pss / MIB:.1f}")
    table.add_row("all", str(sum(each.processes for each in used)), f"{sum(e.pss for e in used) / MIB:.1f}")
    console.print(table)
    return 0


def logs(arguments: argparse.Namespace) -> int:
    """Follow all logs, or those of one service or server; JSON=1 shows the lines unchanged."""
    files = log_files(LocalSuite(arguments.state_dir).state.logs, arguments.of)
    with suppress(KeyboardInterrupt):
        show_logs(files, console, raw=_raw())
    return 0


def _raw() -> bool:
    return bool(os.environ.get("JSON"))


def psql(arguments: argparse.Namespace) -> int:
    """Open a prompt on one service's database, as the owner of its tables."""
    command = binaries() / "psql"
    url = make_conninfo(running(arguments).database_url(arguments.service), application_name="psql")
    os.execv(command, [str(command), url])  # noqa: S606 - psql takes over the terminal


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate the running suite's databases, or one of them, to the newest schema."""
    suite = running(arguments)
    services = [arguments.service] if arguments.service else SERVICES
    urls = {service: suite.database_url(service) for service in services}
    memory = suite.state.memory()
    own = [
        service for service in services if memory.process_urls.get(service, urls[service]) != urls[service]
    ]
    migrate_all(urls, own, lambda service: console.print(f"migrations: {service}"))
    return 0


def migration(arguments: argparse.Namespace) -> int:
    """Write a migration from the difference between `tables/` and the migrations; no suite has to run."""
    from deploy.local.migrations import write_on_temporary_database

    write_on_temporary_database(arguments.service, arguments.change)
    return 0


def admin(arguments: argparse.Namespace) -> int:
    """Run `services.auth.admin`: create an owner, reset a password, revoke sessions."""
    return operators.run(LocalSuite(arguments.state_dir), "admin", arguments.of_it)


def products(arguments: argparse.Namespace) -> int:
    """Run `services.catalog.products`: import and export products as CSV."""
    return operators.run(LocalSuite(arguments.state_dir), "products", arguments.of_it)


def rebuild(arguments: argparse.Namespace) -> int:
    """Run `services.analytics.rebuild`: fill the owner's reports again, or verify them."""
    return operators.run(LocalSuite(arguments.state_dir), "rebuild", arguments.of_it)


def keys(arguments: argparse.Namespace) -> int:
    """Run `services.auth.keys`: list, rotate, retire the keys of user tokens."""
    return operators.run(LocalSuite(arguments.state_dir), "keys", arguments.of_it)


def events(arguments: argparse.Namespace) -> int:
    """Run the commands for dead letters and for the history of events."""
    return operators.run_events(LocalSuite(arguments.state_dir), arguments.of_it)


Command = Callable[[argparse.Namespace], int]
COMMANDS: tuple[Command, ...] = (
    *(up, down, restart, dev, reset, status, memory, logs, psql),
    *(tls, migrate, migration, admin, keys, products, events, rebuild, backup, restore, reconcile),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_FOLDER, help="default: .run/")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        passes_on = command in {admin, keys, products, events, rebuild}  # also --help
        sub = commands.add_parser(command.__name__, help=command.__doc__, add_help=not passes_on)
        sub.set_defaults(run=command)
        if passes_on:
            sub.add_argument("of_it", nargs=argparse.REMAINDER, metavar="…", help="--help tells")
        elif command is up:
            sub.add_argument("--port-base", type=int, help="the gateway's; others follow (PORT_BASE)")
            sub.add_argument(
                "--demo", action=argparse.BooleanOptionalAction, help="seed the demo shop; default: as before"
            )
        elif command is tls:
            sub.add_argument(
                "names", nargs="*", help="names and addresses of the gateway; default: as before"
            )
        elif command is backup:
            sub.add_argument(
                "--to", type=Path, help="a new folder; default: one in backups/, named by the time"
            )
            sub.add_argument("--verify", type=Path, metavar="BACKUP", help="only check that it is whole")
        elif command is restore:
            sub.add_argument("backup", type=Path, help="the folder of a backup")
            sub.add_argument(
                "--service", action="append", choices=SERVICES, help="only this one (repeatable)"
            )
        elif command is reconcile:
            add_reconciling(sub)
        else:
            _add_name(sub, command)
    return parser


def _arguments() -> argparse.Namespace:
    """The arguments; those of an operators' command may begin with an option, which argparse leaves over."""
    parser = _parser()
    arguments, leading = parser.parse_known_args()
    if "of_it" in arguments:
        arguments.of_it = [*leading, *arguments.of_it]
    elif leading:
        parser.error(f"unrecognized arguments: {' '.join(leading)}")
    return arguments


def _add_name(sub: argparse.ArgumentParser, command: Command) -> None:
    """Add what the command is about, if it is not the whole suite."""
    if command in {logs, restart}:
        sub.add_argument("of", nargs="?", help="a service, gateway, postgres or rabbitmq")
    elif command is dev:
        sub.add_argument("of", choices=(*SERVICES, "gateway"))
    elif command is migrate:
        sub.add_argument("service", choices=SERVICES, nargs="?", help="default: all")
    elif command in {psql, migration}:
        sub.add_argument("service", choices=SERVICES)
    if command is migration:
        sub.add_argument("change", help="what it does, in a few words")


def main() -> int:
    """Run one command; a failure prints one line and returns a non-zero exit code."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:
        discard_output()
        return 0
    except (
        ServerFailed,
        OSError,
        psycopg.OperationalError,
    ) as failure:  # the disk; PostgreSQL that went away
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
