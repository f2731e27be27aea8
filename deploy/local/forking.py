"""A supervisord whose Python programs are forks of itself: `python -m deploy.local.forking -c <file>`.

It imports the packages that our processes use once, and they share its pages: each needs 25 MiB less, and
starts a second sooner. Our own modules are imported by each process, which runs what is on the disk then.
Other programs, and those of another release, are executed as supervisord does it; outside Linux all are.
"""

import ctypes
import gc
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from supervisor import supervisord
from supervisor.options import ServerOptions

from deploy.local.layout import ROOT

PACKAGES = (
    *("aio_pika", "aiohttp", "argon2", "cachetools", "fastapi.openapi.utils", "httptools", "jinja2", "jwt"),
    *("markdown_it", "mimeparse", "orjson", "prometheus_client.core", "psycopg", "psycopg_pool"),
    *("pydantic.functional_serializers", "pydantic.v1", "pydantic_settings", "segno"),
    *("starlette.middleware.cors", "stdnum.mx.rfc", "structlog", "tenacity"),
    *("uvicorn.protocols.http.httptools_impl", "uvloop", "wcwidth", "yarl"),
)
HANDLED_BY_SUPERVISORD = (
    *(signal.SIGTERM, signal.SIGINT, signal.SIGQUIT),
    *(signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2),
)
PR_SET_DUMPABLE, PR_SET_NAME = 4, 15  # of linux/prctl.h


class ForkingOptions(ServerOptions):  # type: ignore[misc]  # supervisor has no types
    """supervisord's own, which carry out what differs between systems; here also how a program begins."""

    first, test = True, False  # what supervisord's `main` sets, which makes options of its own

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Become the program, in a child process that has its user, folder and open files already."""
        if is_ours(argv, Path.cwd()):
            run_module(argv, env)
        super().execve(filename, argv, env)


def is_ours(argv: Sequence[str], folder: Path) -> bool:
    """Whether a program is a module of this checkout for this interpreter, which can run here unchanged."""
    return tuple(argv[:2]) == (sys.executable, "-m") and folder.samefile(ROOT)


def run_module(argv: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Run `python -m module` in this process, which ends with it, as if it were a new one."""
    code: object = 1
    try:
        for number in HANDLED_BY_SUPERVISORD:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = list(argv[2:])
        _appear_as(env["SUPERVISOR_PROCESS_NAME"])
        runpy.run_module(argv[2], run_name="__main__", alter_sys=True)
        code = None
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as the interpreter does; supervisord must not handle it
        traceback.print_exc()
    _end(code)


def _appear_as(name: str) -> None:
    """Be called `name` in `top` and `ps`, and let the process read its own files in /proc.

    Linux forbids the second to one that gave up root's rights and did not execute a program since.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NAME, name.encode())
    libc.prctl(PR_SET_DUMPABLE, 1)


def _end(code: object) -> NoReturn:
    """End this process as `sys.exit(code)` would; what called us belongs to supervisord."""
    if not (code is None or isinstance(code, int)):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def main() -> None:
    """Run supervisord."""
    if sys.platform != "linux":  # macOS forbids much to a process that was forked and executed nothing
        supervisord.main()
        return
    for package in PACKAGES:
        import_module(package)
    gc.collect()
    gc.freeze()  # a collection in a child would otherwise write to every shared page
    options = ForkingOptions()
    options.realize(doc=__doc__)
    supervisord.go(options)


if __name__ == "__main__":
    main()
