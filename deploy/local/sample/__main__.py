"""Fills the demo shop of the running suite with days of sales: `make sample DAYS=90 SEED=1`.

The exit code is 1 if the shop refuses something, 2 if the suite of this folder is not up, or its
shop is no demo.
"""

import argparse
import os
import sys
import time

import httpx
from rich.console import Console
from rich.progress import Progress

from deploy.local.environment import OWNER_EMAIL, OWNER_PASSWORD, first_owner
from deploy.local.sample.begun import ANEW
from deploy.local.sample.filling import fill, is_filled
from deploy.local.sample.office import Office
from deploy.local.shop_variables import take_shop_variables
from deploy.local.state import OWN_SHOP
from deploy.local.suite import LocalSuite
from deploy.local.terminal import alone_in, ending_in_words
from libs.common.clock import system_clock
from libs.common.commands import CommandFailed


@ending_in_words()
def main() -> int:
    """Run from the command line."""
    take_shop_variables()
    parser = argparse.ArgumentParser(prog="make sample", description=__doc__)
    parser.add_argument("--days", type=int, choices=range(1, 367), metavar="DAYS", default=90)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    console = Console(highlight=False)
    suite = LocalSuite()
    url = suite.gateway_url
    if not suite.state.memory().database_urls:
        console.print("No suite of this folder has been started. Start it: make up")
        return 2
    if not suite.state.memory().has_demo:
        console.print(OWN_SHOP)
        return 2
    try:
        with alone_in(suite.state, "sample"), Office(url, arguments.seed) as owner:
            return _fill(suite, owner, arguments.days, console)
    except httpx.TransportError as error:
        console.print(f"The gateway at {url} does not answer ({error}). Start the suite: make up")
        return 2
    except CommandFailed as failure:
        console.print(str(failure), markup=False, style="bold red")
        return 1


def _fill(suite: LocalSuite, owner: Office, days: int, console: Console) -> int:
    login = first_owner(os.environ)
    owner.log_in(login[OWNER_EMAIL], login[OWNER_PASSWORD])
    if is_filled(owner):
        console.print(f"The shop has been filled already. {ANEW}")
        return 0
    started = time.monotonic()
    with Progress(console=console) as shown:
        task = shown.add_task("sales", total=None)
        sales = fill(
            suite,
            owner,
            days,
            clock=system_clock,
            progress=lambda sent, of: shown.update(task, completed=sent, total=of),
        )
    console.print(f"{sales} sales of {days} days in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
