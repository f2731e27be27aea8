"""The commands `backup`, `restore` and `reconcile`."""

import argparse

from deploy.local.progress import ConsoleSteps
from deploy.local.terminal import FAILED, agreed, alone, console, running
from libs.servers.processes import ServerFailed
from libs.services import SERVICES


def backup(arguments: argparse.Namespace) -> int:
    """Copy all databases and signing keys of the running suite; or verify a backup."""
    from deploy.local.backups import Backup, back_up

    if arguments.verify:
        found = Backup.read(arguments.verify)
        console.print(f"{found.folder} is whole: version {found.version}, of {found.moment}.")
        return 0
    suite = running(arguments)
    with ConsoleSteps(console) as steps, alone(arguments):
        made = back_up(suite, arguments.to, steps)
    console.print(f"Backed up {made.size / 1e6:.1f} MB of {made.moment}: {made.folder}")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup's databases in place of those of the running suite; in a terminal it asks first."""
    from deploy.local.backups import Backup
    from deploy.local.restoring import restore as restore_databases

    suite = running(arguments)
    found = Backup.read(arguments.backup)
    services = list(dict.fromkeys(arguments.service or SERVICES))
    if not agreed(f"This replaces the data of {', '.join(services)} by that of {found.moment}."):
        console.print("Nothing was changed.")
        return FAILED
    with ConsoleSteps(console) as steps, alone(arguments):
        restore_databases(suite, found, services, steps)
    console.print("Restored. What the services disagree about, if anything: make reconcile")
    return 0


def reconcile(arguments: argparse.Namespace) -> int:
    """Bring the services to one another's moment, and say what a person must decide."""
    from deploy.broker import consumed
    from deploy.local.reconciling import (
        disagreements,
        end_sessions,
        reallocate,
        rebuild_reports,
        replay,
        show,
    )

    if deaf := set(arguments.service or ()) - consumed().keys():
        raise ServerFailed(f"no events can be replayed to {', '.join(sorted(deaf))}, which consumes none")
    if bool(arguments.service) != bool(arguments.since):
        raise ServerFailed("events are replayed to the services restored alone: name both, S=… and SINCE=…")
    suite = running(arguments)
    with ConsoleSteps(console) as steps, alone(arguments):
        if arguments.service:
            if "catalog" in arguments.service:
                reallocate(suite, arguments.since, steps)
            until = ["--until", arguments.until] if arguments.until else []
            replay(suite, arguments.service, ["--since", arguments.since, *until], steps)
        if arguments.sessions:
            end_sessions(suite, steps)
        rebuild_reports(suite, steps)
        findings = disagreements(suite, arguments.patience, steps)
    show(findings, console)
    return FAILED if findings else 0
