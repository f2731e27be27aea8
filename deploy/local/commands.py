"""The commands for the suite on this machine: `python -m deploy.local --help`. `make` calls them."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from rich.table import Table

from deploy.local import operators
from deploy.local.databases import migrate_all
from deploy.local.logs import log_files, show_logs
from deploy.local.memory import MIB, memory_of
from deploy.local.recovery import backup, reconcile, restore
from deploy.local.shop_variables import take_shop_variables
from deploy.local.state import DEFAULT_FOLDER, StateFolder
from deploy.local.suite import NOT_UP, LocalSuite
from deploy.local.supervision import AT_WORK, Supervisor
from deploy.local.switches import is_on
from deploy.local.terminal import FAILED, PipedConsole, agreed, alone, console, running, tell_failed
from deploy.local.tls import TlsFiles
from deploy.local.up import up
from libs.common.clock import system_clock
from libs.common.commands import INTERRUPTED, discard_output
from libs.servers.postgres import program
from libs.servers.processes import ServerFailed
from libs.services import PARTS, SERVICES

TERMINATED = 143

SignalHandler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


def tls(arguments: argparse.Namespace) -> int:
    """Make a certificate for TLS on the shop's network, by an authority that devices trust once."""
    from deploy.local.certificates import fingerprint, make_certificate

    files = TlsFiles()
    with alone(arguments):
        names = make_certificate(files, arguments.names, system_clock())
    console.print(f"The gateway's certificate is for {', '.join(names)}.")
    console.print(f"Devices have to trust {files.authority}; docs/till.md says how. Its fingerprint:")
    console.print(f"  {fingerprint(files)}", highlight=False)
    console.print("The next `make up TLS=1` uses the certificate (make down comes before).")
    return 0


def down(arguments: argparse.Namespace) -> int:
    """Stop the suite; the data stays."""
    suite = LocalSuite(arguments.state_dir)
    with console.status("stopping"), alone(arguments) if suite.state.path.exists() else nullcontext():
        was_running = suite.stop()
    console.print("Stopped; the data is kept." if was_running else "Nothing was running.")
    return 0


def restart(arguments: argparse.Namespace) -> int:
    """Restart the processes of a service, the gateway or a server; without a name, all but the servers."""
    suite = running(arguments)
    names = suite.processes_of(arguments.of) if arguments.of else [each.name for each in suite.processes]
    if unknown := set(names) - suite.states().keys():
        raise ServerFailed(f"no process {', '.join(unknown)}; there are {', '.join(sorted(suite.states()))}")
    with console.status(f"restarting {', '.join(names)}"), alone(arguments):
        suite.restart(*names)
    console.print(f"Restarted and ready: {', '.join(names)}.")
    return 0


def dev(arguments: argparse.Namespace) -> int:
    """Restart a service at each change of its sources, and show its logs."""
    from deploy.local.development import develop

    with suppress(KeyboardInterrupt):
        develop(running(arguments), arguments.of, console, raw=_raw())
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Stop the suite and delete its data; in a terminal it asks first, unless YES=1."""
    state = StateFolder(arguments.state_dir)
    if not agreed(f"This deletes all data in {state.path}."):
        console.print("Nothing was deleted.")
        return FAILED
    with console.status("stopping"), alone(arguments):
        state.replace_lost_memory()
        LocalSuite(arguments.state_dir).destroy()
    console.print("Stopped, and all data is gone.")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Show the processes and whether they are ready; exit code 1 unless all are."""
    suite = LocalSuite(arguments.state_dir)
    if not suite.is_running():
        console.print(NOT_UP)
        return FAILED
    not_ready = suite.not_ready()
    addresses = {process.name: process.address for process in suite.processes}
    table = Table("process", "state", "pid", "up", "ready", "address", box=None, pad_edge=False)
    states = suite.states()
    for name, state in states.items():
        pid, up_for = str(state.pid or ""), f"{state.up_seconds} s"
        ready = not_ready.get(name, "yes") if name in addresses else ""
        table.add_row(name, state.state.lower(), pid, up_for, ready, addresses.get(name, ""))
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
        show_logs(files, PipedConsole(), raw=_raw())
    return 0


def _raw() -> bool:
    return is_on("JSON", os.environ)


def psql(arguments: argparse.Namespace) -> int:
    """Open a prompt on one service's database, as the owner of its tables."""
    url = make_conninfo(running(arguments).database_url(arguments.service), application_name="psql")
    command, environment = program("psql", url)
    os.execve(command[0], command, environment)  # noqa: S606 - psql takes over the terminal


def migrate(arguments: argparse.Namespace) -> int:
    """Migrate the running suite's databases, or one of them, to the newest schema."""
    suite = running(arguments)
    services = [arguments.service] if arguments.service else SERVICES
    urls = {service: suite.database_url(service) for service in services}
    memory = suite.state.memory()
    own = [
        service for service in services if memory.process_urls.get(service, urls[service]) != urls[service]
    ]
    with alone(arguments):
        migrate_all(urls, own, lambda service: console.print(f"migrations: {service}"))
    return 0


def migration(arguments: argparse.Namespace) -> int:
    """Write a migration from the difference between `tables/` and the migrations; no suite has to run."""
    from deploy.local.migrations import write_on_temporary_database

    write_on_temporary_database(arguments.service, arguments.change)
    return 0


Command = Callable[[argparse.Namespace], int]
Argument = Callable[[argparse.ArgumentParser], object]


def argument(name: str, **options: Any) -> Argument:
    """The function that adds this argument to a command's parser; see `add_argument`."""
    return lambda parser: parser.add_argument(name, **options)


def new_folder(text: str) -> Path:
    """A folder to be made. Some shells hand the `~` of `TO=~/monday` on as it is."""
    try:
        return Path(text).expanduser()
    except RuntimeError as nobody:
        raise argparse.ArgumentTypeError(f"{text}: {nobody}") from None


SERVICE = argument("service", choices=SERVICES)
COMMANDS: Mapping[Command, Sequence[Argument]] = {
    up: (
        argument("--port-base", type=int, help="the gateway's; others follow (PORT_BASE)"),
        argument(
            "--demo", action=argparse.BooleanOptionalAction, help="seed the demo shop; default: as before"
        ),
    ),
    down: (),
    restart: (argument("of", nargs="?", help="a service, gateway, postgres or rabbitmq"),),
    dev: (argument("of", choices=PARTS),),
    reset: (),
    status: (),
    memory: (),
    logs: (argument("of", nargs="?", help="a service, gateway, postgres or rabbitmq"),),
    psql: (SERVICE,),
    tls: (argument("names", nargs="*", help="names and addresses of the gateway; default: as before"),),
    migrate: (argument("service", choices=SERVICES, nargs="?", help="default: all"),),
    migration: (SERVICE, argument("change", help="what it does, in a few words")),
    backup: (
        argument("--to", type=new_folder, help="a new folder; default: one in backups/, named by the time"),
        argument("--verify", type=Path, metavar="BACKUP", help="only check that it is whole"),
    ),
    restore: (
        argument("backup", type=Path, help="the folder of a backup"),
        argument("--service", action="append", choices=SERVICES, help="only this one (repeatable)"),
    ),
    reconcile: (
        argument(
            "--service",
            action="append",
            choices=SERVICES,
            help="restored alone, to an older moment than the others: replay it the events since"
            " (repeatable)",
        ),
        argument("--since", help="a time before the moment of its backup, or an age: 2h"),
        argument("--until", help="default: now"),
        argument("--sessions", action="store_true", help="log everybody out, as auth was restored"),
        argument("--patience", type=float, default=30, help="seconds that a difference must last"),
    ),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_FOLDER, help="default: .run/")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command, arguments in COMMANDS.items():
        sub = commands.add_parser(command.__name__, help=command.__doc__)
        sub.set_defaults(run=command)
        for add_to in arguments:
            add_to(sub)
    for name, does in operators.COMMANDS.items():
        sub = commands.add_parser(name, help=does, add_help=False)  # `--help` is passed on too
        sub.set_defaults(run=partial(_operate, name))
        sub.add_argument("of_it", nargs=argparse.REMAINDER, metavar="…", help="--help tells")
    return parser


def _operate(name: str, arguments: argparse.Namespace) -> int:
    return operators.run(LocalSuite(arguments.state_dir), name, arguments.of_it)


def parsed() -> argparse.Namespace:
    """The arguments; those of an operators' command may begin with an option, which argparse leaves over."""
    parser = _parser()
    arguments, leading = parser.parse_known_args()
    if "of_it" in arguments:
        arguments.of_it = [*leading, *arguments.of_it]
    elif leading:
        parser.error(f"unrecognized arguments: {' '.join(leading)}")
    return arguments


def run(arguments: argparse.Namespace, *, on_interrupt: SignalHandler) -> int:
    """Run one command; a failure prints one line and returns a non-zero exit code.

    `on_interrupt` handles SIGINT, by a `KeyboardInterrupt` unless this process ignores it.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):  # the second: the terminal is gone
        if signal.getsignal(ending) != signal.SIG_IGN:  # as under nohup
            signal.signal(ending, lambda *_: sys.exit(TERMINATED))
    try:
        signal.signal(signal.SIGINT, on_interrupt)
        take_shop_variables(arguments.state_dir)
        return int(arguments.run(arguments))
    except BrokenPipeError:
        discard_output()
        return 0
    except (ServerFailed, OSError, psycopg.OperationalError) as failure:  # the disk; PostgreSQL went away
        tell_failed(failure)
        return FAILED
    except KeyboardInterrupt:
        is_up = Supervisor(StateFolder(arguments.state_dir)).is_running()
        console.print(f"Interrupted; {'Mostrador is still up' if is_up else 'nothing is left running'}.")
        return INTERRUPTED
