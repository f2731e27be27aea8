"""The command `up`."""

import argparse
import os
import signal
import time

from deploy.local.asked_in_vain import asked_in_vain
from deploy.local.environment import OWNER_EMAIL, first_owner, own_shop
from deploy.local.first_owner import login_told
from deploy.local.free_ports import ephemeral_warning
from deploy.local.keys import Keys
from deploy.local.ports import chosen_layout, chosen_ports
from deploy.local.progress import ConsoleSteps
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from deploy.local.terminal import alone, console
from deploy.local.tls import TlsFiles, speaks_tls
from libs.common.clock import system_clock


def up(arguments: argparse.Namespace) -> int:
    """Start the suite, seed the demo shop, and print addresses and logins."""
    from deploy.local.summary import print_summary

    begun, begun_at = time.monotonic(), system_clock()
    with ConsoleSteps(console) as steps, alone(arguments):
        signal.signal(signal.SIGINT, steps.interrupt)
        suite = LocalSuite(arguments.state_dir, steps=steps)  # on the ports that it was started with
        ports = chosen_ports(os.environ, suite.ports, arguments.port_base)
        is_up = suite.is_up()
        for lack in asked_in_vain(suite, ports, os.environ, demo=arguments.demo) if is_up else ():
            steps.note(lack)
        has_demo = _is_demo(suite.state, steps, told=None if is_up else arguments.demo)
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


def _is_demo(state: StateFolder, steps: ConsoleSteps, *, told: bool | None) -> bool:
    """Whether it is the demo shop, as told now or before; another gets the variables of a shop of its own."""
    before = state.memory()
    if told is not None:
        state.remember(has_demo=told)
    if told is False and before.has_demo and before.database_urls:
        steps.note("goods and logins of the demo shop stay, which everybody knows: make reset forgets them")
    is_demo = state.memory().has_demo
    if not is_demo:
        os.environ.update(own_shop(os.environ, Keys(state.keys).first_owner))
    return is_demo


def _lend_certificate(suite: LocalSuite, steps: ConsoleSteps, *, has_demo: bool) -> None:
    """Give the suite the certificate of `make tls`, which is made where it is missing or ends soon."""
    from deploy.local.certificates import certified_names

    files = TlsFiles()
    names = certified_names(files, system_clock())
    files.lend(suite.state)
    addresses = ", ".join(f"https://{name}:{suite.ports.gateway_tls}/till/" for name in names)
    steps.note(f"devices that trust {files.authority}: {addresses}")
    if has_demo:
        steps.note("everybody knows the logins of the demo shop: DEMO=0 leaves it out (docs/till.md)")


def _seed(suite: LocalSuite, steps: ConsoleSteps) -> None:
    from deploy.local.demo_shop import DemoShop, NotOurOwner

    owner = first_owner(os.environ)
    with steps.step("demo shop") as tell:
        try:
            DemoShop(suite.gateway_url, owner, tell).seed()
        except NotOurOwner:
            steps.note(f"the demo shop was left as it is: {owner[OWNER_EMAIL]} has another password by now")
