"""Ends supervisord when process PID has ended: `python -m deploy.local.owner_watch PID`.

A suite started by tests or a benchmark thus never outlives them.
"""

import os
import signal
import sys

from libs.servers.processes import outlive


def main() -> None:
    """Wait for the owner's end, then stop supervisord, our parent."""
    outlive(int(sys.argv[1]))
    os.kill(os.getppid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
