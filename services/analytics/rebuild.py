"""Rebuilds analytics' figures from the owners' data: `python -m services.analytics.rebuild --help`."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from libs.common.auth.keys import UnusableKey, read_private_file
from libs.common.auth.service_tokens import ServiceTokenSigner
from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.commands import CommandFailed, command_parser, ending_in_words, opened, say
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.progress import StepProgress
from libs.common.settings import DatabaseUrl, EnvironmentSettings, HttpUrl, of_environment
from services.analytics.clients.exports import OwnersExports
from services.analytics.usecases.rebuilding.filling import Filling
from services.analytics.usecases.rebuilding.rebuilding import rebuild, verify
from services.analytics.usecases.rebuilding.schema import close_schema, only_one
from services.analytics.usecases.rebuilding.words import in_words

DESCRIPTION = """\
Fills all figures again from what sales, catalog, customers and auth export, into tables of their own, and
puts these in the place of the old ones. Reports are answered and sales are counted all the time. Prints what
was different before. Exit status: 0; 1 if --verify found a difference; 2 if it failed, and the figures are as
before. Reads DATABASE_URL (the login of the tables' owner), AUTH_URL, CATALOG_URL,
CUSTOMERS_URL, SALES_URL, SERVICE_KEY_FILE and STORE_TIMEZONE from the environment."""


class RebuildSettings(EnvironmentSettings):
    """The database, the owners and the key of a rebuild."""

    database_url: DatabaseUrl
    """The service's database, with the login of the tables' owner, who may make and drop tables."""
    auth_url: HttpUrl
    """The address of auth."""
    catalog_url: HttpUrl
    """The address of catalog."""
    customers_url: HttpUrl
    """The address of customers."""
    sales_url: HttpUrl
    """The address of sales."""
    service_key_file: Path
    """Analytics' private key, which signs its calls."""
    store_timezone: ZoneInfo = ZoneInfo("America/Mexico_City")
    """The time zone of the shop's days and hours. After a change, rebuild analytics."""

    @property
    def owners(self) -> dict[str, str]:
        """The address of each owner."""
        return {
            "auth": self.auth_url,
            "catalog": self.catalog_url,
            "customers": self.customers_url,
            "sales": self.sales_url,
        }


async def run(settings: RebuildSettings, options: argparse.Namespace, clock: Clock = system_clock) -> int:
    """Carry the command out; the exit status is 1 if `--verify` found a difference."""
    database = Database(settings.database_url, name="analytics-rebuild", size=3)
    async with opened(database), only_one(database):
        if options.abandon:
            await close_schema(database)
            say("nothing is being rebuilt")
            return 0
        session = HttpSession()
        try:
            return await _rebuild(settings, options, database=database, session=session, clock=clock)
        finally:
            await session.close()


async def _rebuild(
    settings: RebuildSettings,
    options: argparse.Namespace,
    *,
    database: Database,
    session: HttpSession,
    clock: Clock,
) -> int:
    signer = ServiceTokenSigner("analytics", read_private_file(settings.service_key_file), clock=clock)
    clients = {owner: ServiceClient(owner, url, signer, session) for owner, url in settings.owners.items()}
    begun = time.monotonic()
    with StepProgress() as steps:
        filling = Filling(OwnersExports(clients), database, settings.store_timezone, steps)
        differences = await (verify if options.verify else rebuild)(filling, database=database)
    counts = ", ".join(f"{count:,} {what}" for what, count in steps.counts.items())
    say(f"read in {time.monotonic() - begun:,.1f} s: {counts}")
    for difference in differences:
        say(in_words(difference))
    if options.verify:
        say("the figures differ from the owners' data" if differences else "the figures are the owners'")
        return 1 if differences else 0
    say("rebuilt; what differed is now as the owners say" if differences else "rebuilt; nothing differed")
    return 0


@ending_in_words()
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(RebuildSettings)
    try:
        return asyncio.run(_until_terminated(run(settings, options)))
    except Unavailable as error:
        why = f"{error.part} does not answer"
    except (CommandFailed, RemoteRefusal, UnusableKey) as error:
        why = str(error)
    except (asyncio.CancelledError, KeyboardInterrupt):
        why = "interrupted"
    sys.stderr.write(f"{why}; the figures are as before\n")
    return 2


async def _until_terminated(work: Coroutine[Any, Any, int]) -> int:
    """Let SIGTERM end the work as Ctrl-C does, so that it drops its tables."""
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("services.analytics.rebuild", DESCRIPTION)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--verify", action="store_true", help="change nothing; exit with 1 if the figures are not the owners'"
    )
    how.add_argument(
        "--abandon",
        action="store_true",
        help="drop what a rebuild left that was killed; the next one does too",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
