"""Ends supervisord when process PID has ended: `python -m deploy.local.owner_watch PID`.

So a suite that tests or a benchmark started does not outlive them, however they end.
"""

import os
import signal
import sys

from libs.servers.processes import outlive


def main() -> None:
    """Wait for the owner's end, then ask our parent to shut everything down."""
    outlive(int(sys.argv[1]))
    os.kill(os.getppid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
