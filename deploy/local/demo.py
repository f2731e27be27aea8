"""Plays a day at the shop through the gateway and checks every answer: `make demo` (`demo_day.py`).

VERBOSE=1 prints the requests with their answers. The exit code is 1 if an answer differs from the contract,
2 if the suite is not up, its shop is no demo, or the login is not its owner's.
"""

import argparse
import os
import sys

import httpx
from rich.console import Console

from deploy.local.demo_day import NotTheOwner, play
from deploy.local.demo_till import Till
from deploy.local.environment import OWNER_EMAIL, OWNER_PASSWORD, first_owner
from deploy.local.shop_variables import take_shop_variables
from deploy.local.state import OWN_SHOP, StateFolder
from deploy.local.switches import is_on
from deploy.local.terminal import ending_in_words


@ending_in_words()
def main() -> int:
    """Run from the command line."""
    take_shop_variables()
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    memory = StateFolder().memory()
    port = os.environ.get("GATEWAY_PORT") or memory.ports.gateway
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="the gateway's address")
    owner = first_owner(os.environ)
    parser.add_argument("--email", default=owner[OWNER_EMAIL], help="the first owner's login")
    parser.add_argument("--password", default=owner[OWNER_PASSWORD], help="and password")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    if not memory.has_demo:
        console.print(OWN_SHOP)
        return 2
    with httpx.Client(base_url=arguments.url, timeout=10) as client:
        try:
            client.get("/health")
            till = Till(client, console, verbose=is_on("VERBOSE", os.environ))
            found = play(till, email=arguments.email, password=arguments.password)
        except NotTheOwner as refusal:
            console.print(str(refusal), markup=False, soft_wrap=True)
            return 2
        except httpx.TransportError as error:
            console.print(
                f"The gateway at {arguments.url} does not answer ({error}). Start the suite: make up"
            )
            return 2
    if found:
        console.print(f"\n[bold red]{len(found)} answers differ from the contract.[/bold red]")
        return 1
    console.print("\n[bold green]The day is over, and every answer was as the contract says.[/bold green]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
