"""The parts that every service and the gateway are built from.

structlog is imported here, before anything else does it, without rich: it would load rich and Pygments for
coloured tracebacks, which no process writes (65 modules, nearly 3 MiB in each process).
"""

import sys

_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment] # its import fails, and structlog does without
try:
    import structlog  # noqa: F401 - imported for the modules that use it later
finally:
    if _rich is None:
        del sys.modules["rich"]
    else:
        sys.modules["rich"] = _rich
del _rich
