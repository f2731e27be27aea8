"""Operators' commands for users: `python -m services.auth.admin --help`."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from libs.common.clock import Clock, system_clock
from libs.common.commands import CommandFailed, asking, command_parser, ending_in_words, opened, visible
from libs.common.db.database import Database
from libs.common.errors import DomainError, Unavailable
from libs.common.http.fields import NotAccepted, Text
from libs.common.http.fields.field import Field
from libs.common.http.store_dialect import STORE, error
from libs.common.messaging.cli import BrokerSettings, connected_broker
from libs.common.messaging.outbox import Outbox
from libs.common.messaging.relay import BATCH_MAX, publish_batch
from libs.common.settings import DatabaseUrl, of_environment
from services.auth.api.fields import EMAIL, PASSWORD
from services.auth.clients.passwords import Passwords
from services.auth.domain import identities
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.origins import OPERATOR
from services.auth.domain.rights import OPERATOR_ROLES
from services.auth.usecases.accounts.creating import CreateAccount, create_account
from services.auth.usecases.accounts.passwords import reset_password as replace_password
from services.auth.usecases.accounts.reading import Account, find_account_by
from services.auth.usecases.sessions.revoking import find_users_with_sessions, revoke_sessions_of

DESCRIPTION = """\
Passwords are asked for, or taken from the first line of standard input: never from the command line. What is
done stands in the audit trail as an operator's deed. Reads DATABASE_URL, AMQP_URL and AMQP_PREFIX from the
environment, like the service."""

TAKEN = error("Username or email already exists")
WORDS = STORE.with_wordings({UsernameTaken: TAKEN, EmailTaken: TAKEN})

BROKER_SECONDS = 5
NOT_PUBLISHED_YET = (
    "The broker does not answer: auth's own processes tell the world when it does. "
    "Until then gateways learn of it by asking auth."
)

USERNAME = Text(max_length=identities.USERNAME_LENGTH_MAX)
NAME = Text(max_length=identities.NAME_LENGTH_MAX, blank=True)


class AdminSettings(BrokerSettings):
    """The settings of the commands: auth's database and the broker."""

    database_url: DatabaseUrl
    """The service's own database, with the login of its processes."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The dependencies of the commands."""

    database: Database
    passwords: Passwords
    clock: Clock


async def create_owner(tools: Tools, options: argparse.Namespace) -> str:
    """Create an account with the role `owner`."""
    new = CreateAccount(
        username=options.username,
        email=options.email,
        password=ask_password(),
        roles=("owner",),
        first_name=options.first_name,
        last_name=options.last_name,
    )
    account = await create_account(
        new,
        by=OPERATOR_ROLES,
        origin=OPERATOR,
        database=tools.database,
        passwords=tools.passwords,
        clock=tools.clock,
    )
    return f"{_named(account)} is an owner now."


async def reset_password(tools: Tools, options: argparse.Namespace) -> str:
    """Replace a user's password and end all their sessions."""
    account = await _who(tools, options)
    await replace_password(
        account.id,
        ask_password(),
        origin=OPERATOR,
        database=tools.database,
        passwords=tools.passwords,
        clock=tools.clock,
    )
    return f"{_named(account)} has the new password, and is logged out everywhere."


async def revoke_sessions(tools: Tools, options: argparse.Namespace) -> str:
    """End all sessions of a user, or of everybody."""
    if options.everybody:
        return await _revoke_all_sessions(tools)
    account = await _who(tools, options)
    async with tools.database.transaction() as tx:
        ended = await revoke_sessions_of(
            tx, account.id, reason="operator", origin=OPERATOR, clock=tools.clock
        )
    return f"{_named(account)} is logged out everywhere. Sessions ended: {ended}."


async def _revoke_all_sessions(tools: Tools) -> str:
    """One transaction a user, so that nobody waits long; what was done when it breaks off stays done."""
    users = await find_users_with_sessions(database=tools.database, clock=tools.clock)
    ended = 0
    for user_id in users:
        async with tools.database.transaction() as tx:
            ended += await revoke_sessions_of(
                tx, user_id, reason="operator", origin=OPERATOR, clock=tools.clock
            )
    return f"Everybody is logged out. Sessions ended: {ended}, of {len(users)} users."


Command = Callable[[Tools, argparse.Namespace], Awaitable[str]]
COMMANDS: Mapping[str, Command] = {
    "create-owner": create_owner,
    "reset-password": reset_password,
    "revoke-sessions": revoke_sessions,
}


def ask_password() -> str:
    """Read a new password: twice at a terminal, else from the first line of input. Raises `CommandFailed`."""
    if sys.stdin.isatty():
        with asking():
            password = getpass.getpass("New password: ")
            repeated = getpass.getpass("Once more: ")
        if repeated != password:
            raise CommandFailed("password: they are not the same")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        return PASSWORD.parse(password)
    except NotAccepted as error:
        raise CommandFailed(f"password: {' '.join(error.messages)}") from None


async def _who(tools: Tools, options: argparse.Namespace) -> Account:
    if options.email:
        return await find_account_by("email", options.email, database=tools.database)
    return await find_account_by("username", options.username, database=tools.database)


def _named(account: Account) -> str:
    return visible(f"{account.username} <{account.email}>, user {account.id},")


async def run(settings: AdminSettings, options: argparse.Namespace, clock: Clock) -> list[str]:
    """Run the command and publish its events at once. Returns the lines to print."""
    outbox = Outbox("auth", clock)
    database = Database(settings.database_url, events=outbox, name="auth-admin")
    async with opened(database):
        passwords = Passwords()
        try:
            said = await COMMANDS[options.command](Tools(database, passwords, clock), options)
        finally:
            passwords.close()
        published = await publish_events(database, settings)
        return [said] if published else [said, NOT_PUBLISHED_YET]


async def publish_events(database: Database, settings: AdminSettings) -> bool:
    """Publish the events in the outbox without waiting for auth's processes. False if the broker is down."""
    try:
        async with (
            connected_broker(settings, name="auth-admin", within=BROKER_SECONDS) as broker,
            broker.channel() as channel,
        ):
            exchange = await broker.exchange(channel)
            while await publish_batch(database, exchange) == BATCH_MAX:
                continue
    except (CommandFailed, Unavailable, TimeoutError):
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("services.auth.admin", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        if name == "create-owner":
            command.add_argument("--email", type=_checked(EMAIL), required=True)
            command.add_argument("--username", type=_checked(USERNAME), required=True)
            command.add_argument("--first-name", type=_checked(NAME), default="")
            command.add_argument("--last-name", type=_checked(NAME), default="")
        else:
            who = command.add_mutually_exclusive_group(required=True)
            who.add_argument("--email", help="in any letter case")
            who.add_argument("--username", help="in any letter case")
            if name == "revoke-sessions":
                who.add_argument("--everybody", action="store_true", help="all users, as after a restore")
    return parser


def _checked(field: Field) -> Callable[[str], str]:
    """An argparse type that validates by the field; the field's messages become the error."""

    def parse(text: str) -> str:
        try:
            return str(field.parse(text))
        except NotAccepted as error:
            raise argparse.ArgumentTypeError(" ".join(error.messages)) from None

    return parse


@ending_in_words()
def main(arguments: Sequence[str] | None = None, clock: Clock = system_clock) -> int:
    """Run the command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(AdminSettings)
    try:
        said = asyncio.run(run(settings, options, clock))
    except Unavailable as down:
        sys.stderr.write(f"{down.part} does not answer: {down.__cause__ or down}\n")
        return 1
    except CommandFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    except DomainError as refusal:
        sys.stderr.write(f"{WORDS.refusal(refusal).body['error']}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
