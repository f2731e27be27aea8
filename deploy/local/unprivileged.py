"""Runs the suite's processes as a user without rights if root runs `make up`; else changes nothing."""

import compileall
import os
import pwd
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.local.layout import ROOT
from deploy.local.sources import Sources
from deploy.local.state import StateFolder
from libs.servers.processes import identity_of, let_pass, server_user

# One of our modules and a package of the virtual environment.
CAN_RUN = (sys.executable, "-c", "import libs.common.errors, orjson")
PROGRAMS = ("gateway", "libs", "services")
TESTS = re.compile(r"/tests/")


def process_user(state: StateFolder, processes: Iterable[str], sources: Sources) -> str | None:
    """The user of the processes with these names, who gets their keys and logs; None for the current user.

    None too if that user cannot run our sources, because a folder or a file is closed to others.
    """
    user = server_user()
    if user is None:
        return None
    for python in (Path(sys.executable), sources.python):
        let_pass(python.absolute())
        let_pass(python.resolve())
    for folder in (ROOT / "libs", sources.folder / "libs", state.logs):
        let_pass(folder)
    checked = subprocess.run(
        CAN_RUN,
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "HOME": home_of(user)},
        **identity_of(user),
    )
    if checked.returncode != 0:
        return None
    for checkout in {ROOT, sources.folder}:
        _compile(checkout)
    for name in processes:
        state.log(name).touch(mode=0o640)  # else supervisord makes it, as root
    for folder in (state.keys, state.logs):
        _give(folder, user)
    return user


def become(user: str | None) -> None:
    """Give up root's rights in this process, for good. None: change nothing."""
    if user is None:
        return
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def home_of(user: str) -> str:
    """The user's home folder, which need not exist."""
    return pwd.getpwnam(user).pw_dir


def _compile(checkout: Path) -> None:
    """Write the bytecode that this user may not write: without it, every start costs a second more."""
    for program in PROGRAMS:
        compileall.compile_dir(checkout / program, rx=TESTS, quiet=2)


def _give(folder: Path, user: str) -> None:
    entry = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
