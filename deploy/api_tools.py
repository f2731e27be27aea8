"""Installs the node tools that check the API documents: `python -m deploy.api_tools`. Needs only Python.

`make setup` and `make test` call it if the tools are not those of the lock. Where node or npm is missing it
does nothing; if the package registry does not answer, it says so in one line. The tests of the tools are left
out in both cases.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tests" / "api_clients"
INSTALL = (
    *("npm", "ci", "--prefer-offline", "--loglevel", "error"),
    *("--fetch-retries", "2", "--fetch-retry-mintimeout", "500", "--fetch-retry-maxtimeout", "2000"),
    *("--fetch-timeout", "20000"),
)
TIMEOUT_SECONDS = 240


def main() -> None:
    """Install what `package-lock.json` names; its settings are in `.npmrc` beside it."""
    if not (shutil.which("node") and shutil.which("npm")):
        return
    sys.stdout.write("Installing the node tools that check the API documents …\n")
    sys.stdout.flush()
    why = _failure()
    if why is None:
        (FOLDER / "node_modules" / ".package-lock.json").touch()  # newer than the lock, for make
        return
    shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
    sys.stdout.write(f"Without them, as npm could not install them ({why}); their tests are left out.\n")


def _failure() -> str | None:
    """Run npm; returns its first complaint, or None."""
    try:
        npm = subprocess.run(
            INSTALL,
            cwd=FOLDER,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT_SECONDS} s"
    if npm.returncode == 0:
        return None
    return next(iter(npm.stderr.strip().splitlines()), f"exit code {npm.returncode}")


if __name__ == "__main__":
    main()
