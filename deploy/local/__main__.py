"""`python -m deploy.local`: Ctrl-C ends it in one line, also while the commands are imported."""

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def main() -> int:
    """Run the command of the arguments; returns its exit code."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # a script's background command ignores Ctrl-C
        signal.signal(signal.SIGINT, _end_at_once)
    from deploy.local.commands import parsed, run

    return run(parsed(), on_interrupt=handler)


def _end_at_once(_signal: int, _frame: FrameType | None) -> None:
    """Nothing is begun yet, and an exception within an import may be lost or become another."""
    os.write(sys.stdout.fileno(), b"Interrupted before anything was begun.\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
