"""A server of the pages alone, whose release can be changed while browsers are open; it has no API."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.web import TREE, Tree, files_of
from libs.servers.processes import LOOPBACK

# The till, reduced to what decides about releases: a test sets `isBusy.value`, and calls `show()`.
MAIN = b"""
import { later, open } from "../shell/page.js";
import { html, render, signal } from "../shell/ui.js";
const Later = later(async () => (await import("./later.js")).Later);
globalThis.isBusy = signal(false);
globalThis.show = () => render(html`<${Later} name="release" />`, document.body);
await open("till", () => html`<p></p>`, { roles: [], isBusy: globalThis.isBusy });
"""
LATER = "export const Later = ({{ name }}) => `the {} ${{name}}`;"
ABSENT = Response(status_code=404)


class Releases:
    """An app that serves one release of the pages, and later another."""

    def __init__(self) -> None:
        self.url = ""
        self._files = {**files_of(TREE), "till/main.js": MAIN}
        self.missing = ""
        self.serve("first")

    def serve(self, name: str) -> str:
        """Serve a release that differs by its name; returns its version."""
        tree = Tree({**self._files, "till/later.js": LATER.format(name).encode()})
        self._answers = tree.answers()
        return tree.version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a file whose name is `missing` is not there."""
        path: str = scope["path"]
        is_missing = self.missing != "" and path.endswith(self.missing)
        answer = None if is_missing else self._answers.get(path.rstrip("/"))
        await (answer or ABSENT)(scope, receive, send)


@contextmanager
def served_releases() -> Iterator[Releases]:
    """The first release, at `url`, until the block ends."""
    releases = Releases()
    listening = socket.create_server((LOOPBACK, 0))
    releases.url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(releases, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield releases
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()
