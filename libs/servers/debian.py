"""Installs RabbitMQ from Debian's package, if root or a sudo without password is available."""

import os
import shutil
import subprocess
from collections.abc import Callable

from libs.servers.processes import ServerFailed

# Debian starts a service when its package is installed. We run our own node, so policy-rc.d, Debian's switch
# for this, keeps the machine's off; the file is removed again unless it was there before.
INSTALL = """
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\\nexit 101\\n' > $policy
    chmod +x $policy
fi
install() { apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 rabbitmq-server; }
[ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ] && install || { apt-get update -q && install; }
"""


def can_install() -> bool:
    """True if this is Debian (or a derivative), and we may install packages."""
    return bool(shutil.which("apt-get")) and _privileges() is not None


def install_rabbitmq(tell: Callable[[str], None]) -> None:
    """Install the package and report apt's steps. Raises `ServerFailed` if that fails."""
    privileges = _privileges()
    assert privileges is not None, "ask can_install first"
    tell("installing Debian's rabbitmq-server (once, about a minute)")
    lines: list[str] = []
    with subprocess.Popen(
        [*privileges, "sh", "-c", INSTALL],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as apt:
        assert apt.stdout is not None
        for line in apt.stdout:
            lines.append(line.strip())
            if line.startswith(("Get:", "Unpacking", "Setting up")):
                tell(line.strip())
    if apt.returncode != 0:
        raise ServerFailed(f"apt-get could not install rabbitmq-server: {' / '.join(lines[-3:])}")


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
