"""Operators' commands for signing keys: `python -m services.auth.keys --help`."""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from libs.common.auth.keys import SigningKey, UnusableKey
from libs.common.clock import Clock, iso_utc, system_clock
from libs.common.commands import CommandFailed, command_parser, ending_in_words, say
from libs.common.settings import EnvironmentSettings, of_environment
from services.auth.clients.signing_keys import OWNER_AND_GROUP, OWNER_ONLY, read_keys, write_key
from services.auth.domain.signing_keys import (
    SIGNS_AFTER,
    kid_made_at,
    made_at,
    may_retire_at,
    signing_kid,
    stops_signing_at,
)

DESCRIPTION = f"""\
Keys rotate without logging anyone out and without a restart: auth's web processes look at the folder again
every few seconds. They publish a new key at once, and sign with it when everybody knows it: after
{SIGNS_AFTER.seconds // 60} minutes. The old one stays published until its last token has ended.
Reads SIGNING_KEYS_DIR from the environment."""

WITHDRAWN = """\
{kid} is withdrawn. In about a minute no verifier takes its tokens any more: POS sessions refresh and go on
with a token of another key; STORE sessions have no refresh token and must log in again."""


class KeysFolder(EnvironmentSettings):
    """The setting of the commands: the folder of the keys."""

    signing_keys_dir: Path
    """The folder of the keys that sign user tokens: `<kid>.pem` (Ed25519, private, mode 600 or 640)."""


def describe(keys: Collection[str], unusable: Mapping[str, UnusableKey], now: datetime) -> list[str]:
    """Return a line for each key: its state, and the time until which it lasts."""
    lines = [f"{kid}  {_state(kid, keys, now)}" for kid in keys]
    return lines + [f"{kid}  can't be used: {error}" for kid, error in unusable.items()]


def rotate(folder: Path, now: datetime) -> str:
    """Make a new key, readable by its owner, and by the group if the last one is. Returns the output.

    Raises `CommandFailed` if one was made in this second.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    before, _ = read_keys(folder)
    mode = _path(folder, max(before)).stat().st_mode & OWNER_AND_GROUP if before else OWNER_ONLY
    key = SigningKey.generate(kid_made_at(now))
    try:
        write_key(folder, key, mode=mode)
    except FileExistsError:
        raise CommandFailed(f"{key.kid} exists already: that was a second ago") from None
    if not before:
        return f"{key.kid} is the first key: it signs at once."
    old = max(before)
    retires_at = may_retire_at(old, {*before, key.kid})
    assert retires_at, "there is a newer key"
    return (
        f"{key.kid} is published and signs from {iso_utc(made_at(key.kid) + SIGNS_AFTER)} on.\n"
        f"{old} may be retired from {iso_utc(retires_at)} on."
    )


def retire(folder: Path, now: datetime, only: str | None = None) -> str:
    """Remove the keys whose tokens have all expired, or `only` this one of them. Returns the output.

    Raises `CommandFailed` if `only` is unknown or still needed.
    """
    keys, unusable = read_keys(folder)
    if only and only not in keys:
        raise CommandFailed(str(unusable.get(only, f"there is no key {only}")))
    gone = [kid for kid in keys if (at := may_retire_at(kid, keys)) and at <= now and only in {None, kid}]
    if only and not gone:
        raise CommandFailed(f"{only} {_state(only, keys, now)} (--now if it is compromised)")
    for kid in gone:
        _take(folder, kid)
    return f"retired: {', '.join(gone)}" if gone else "Nothing to retire: every key is still needed."


def withdraw(folder: Path, kid: str) -> str:
    """Remove a stolen key, even if its tokens are still valid. Returns the output.

    Raises `CommandFailed` if it is unknown or the only one.
    """
    keys, unusable = read_keys(folder)
    if kid not in keys and kid not in unusable:
        raise CommandFailed(f"there is no key {kid}")
    _take(folder, kid)
    return WITHDRAWN.format(kid=kid)


def _take(folder: Path, kid: str) -> None:
    """Remove a key. Raises `CommandFailed` if it is the only one."""
    path = _path(folder, kid)
    taken = path.rename(path.with_name(f"{path.name}.withdrawn"))
    if not read_keys(folder)[0]:  # looked at afterwards: two commands at once could take the last two
        taken.rename(path)
        raise CommandFailed(f"{kid} is the only key: rotate first")
    taken.unlink()


def _state(kid: str, keys: Collection[str], now: datetime) -> str:
    stops_at, retires_at = stops_signing_at(kid, keys), may_retire_at(kid, keys)
    if kid == _signing(keys, now):
        return f"signs until {iso_utc(stops_at)}" if stops_at else "signs"
    if stops_at is None or retires_at is None or stops_at > now:
        return f"signs from {iso_utc(made_at(kid) + SIGNS_AFTER)} on"
    if retires_at > now:
        return f"signed until {iso_utc(stops_at)} and may be retired from {iso_utc(retires_at)} on"
    return "may be retired"


def _signing(keys: Collection[str], now: datetime) -> str:
    return signing_kid({kid: made_at(kid) for kid in keys}, now)


def _path(folder: Path, kid: str) -> Path:
    return folder / f"{kid}.pem"


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("services.auth.keys", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="which key signs, which are still published, and until when")
    commands.add_parser("rotate", help="make a new key")
    retiring = commands.add_parser("retire", help="remove the keys of which no good token is left, or one")
    retiring.add_argument("kid", nargs="?", help="only this one")
    retiring.add_argument("--now", action="store_true", help="though its tokens are good: it is compromised")
    return parser


def _run(options: argparse.Namespace, folder: Path, now: datetime) -> str:
    match options.command:
        case "list":
            return "\n".join(describe(*read_keys(folder), now)) or f"{folder}: no signing key"
        case "rotate":
            return rotate(folder, now)
        case _ if options.now:
            return withdraw(folder, options.kid)
        case _:
            return retire(folder, now, options.kid)


@ending_in_words()
def main(arguments: Sequence[str] | None = None, clock: Clock = system_clock) -> int:
    """Run the command line. Returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "retire" and options.now and not options.kid:
        parser.error("retire --now: name the key")
    folder = of_environment(KeysFolder).signing_keys_dir
    try:
        said = _run(options, folder, clock())
    except (CommandFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
