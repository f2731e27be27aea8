"""Installs servers and tools from Debian's packages, if root or a sudo without password is available."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from ctypes import CDLL
from pathlib import Path
from typing import TypeVar

from libs.servers.processes import ServerFailed

Found = TypeVar("Found")

LOCK = Path(tempfile.gettempdir()) / "mostrador-packages.lock"
# Debian starts a service when its package is installed. We run our own node, so policy-rc.d, Debian's switch
# for this, keeps the machine's off; the file is removed again unless it was there before. A machine that has
# just begun may be installing its own updates: apt waits for them.
INSTALL = """
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\\nexit 101\\n' > $policy
    chmod +x $policy
fi
apt="apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300"
install() { $apt install -y --no-install-recommends "$1"; }
listed() { [ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ]; }
listed && install "$1" || { apt-get update -q && install "$1"; }
"""


def can_install() -> bool:
    """True if this is Debian (or a derivative), and we may install packages."""
    return bool(shutil.which("apt-get")) and _privileges() is not None


def install(package: str, tell: Callable[[str], None]) -> None:
    """Install a package and report apt's steps. Raises `ServerFailed` if that fails."""
    privileges = _privileges()
    assert privileges is not None, "ask can_install first"
    tell(f"installing Debian's {package} (once, about a minute)")
    lines: list[str] = []
    with subprocess.Popen(
        [*privileges, "sh", "-c", INSTALL, "install", package],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as apt:
        assert apt.stdout is not None
        try:
            for line in apt.stdout:
                lines.append(line.strip())
                if line.startswith(("Get:", "Unpacking", "Setting up")):
                    tell(line.strip())
        finally:  # without a reader dpkg would end halfway, and could install nothing afterwards
            apt.stdout.read()
    if apt.returncode != 0:
        raise ServerFailed(f"apt-get could not install {package}: {' / '.join(lines[-3:])}")


def _privileges() -> list[str] | None:
    """The prefix for commands that need root; None if becoming root needs a password."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def ensure(command: str, package: str, tell: Callable[[str], None] = lambda _: None) -> str:
    """The path of a command, installed first if it is missing. Raises `ServerFailed` where it cannot be."""
    return _ensure(command, package, shutil.which, tell)


def ensure_library(name: str, package: str) -> None:
    """Install a shared library of Linux if it is missing. Raises `ServerFailed` where it cannot be."""
    if sys.platform == "linux":
        _ensure(name, package, _loaded, lambda _: None)


def _ensure(
    name: str, package: str, find: Callable[[str], Found | None], tell: Callable[[str], None]
) -> Found:
    """What is found. Several processes may ask at once: apt would refuse the second, so they take turns."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if find(name) is None:
            if not can_install():
                raise ServerFailed(f"{name} is missing: sudo apt-get install {package}")
            install(package, tell)
    found = find(name)
    if found is None:
        raise ServerFailed(f"Debian's {package} was installed, and {name} is still missing")
    return found


def _loaded(library: str) -> CDLL | None:
    try:
        return CDLL(library)
    except OSError:
        return None
