"""The pages for people, `/till/` and `/owner/`, and all files that they load: the tree `web/`.

The files are read once, when the gateway starts, and served below a path that contains the hash of the whole
tree (`/web/<hash>/…`), so that a browser keeps them forever and never mixes two releases (ADR 0085).
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from string import Template

import orjson
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.assets import MEDIA_TYPES, Packed

TREE = Path(__file__).parent.parent / "web"
SHARED = ("shell", "vendor")
PAGES = ("till", "owner")
WORKER = "shell/sw.js"
INDEX = "shell/index.html"

# No `unsafe-`, and no text becomes a script: the one policy makes the address of the page's worker.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types worker",
    "Permissions-Policy": "camera=(self), serial=(self), usb=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HTML = "text/html; charset=utf-8"
IMPORT = re.compile(r'^(?:import|export)\b(?:[^"]*?\bfrom\b)?\s*"(\.{1,2}/[^"]+)"', re.MULTILINE)


class Tree:
    """The files of `web/` below a path of their contents."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._loaded = [name for name in files if _suffix(name) in MEDIA_TYPES and name != WORKER]
        told = [part for name in sorted(files) for part in (name.encode(), files[name])]
        kept_with_them = orjson.dumps(HEADERS)  # a worker keeps the page with its policy
        self.version = hashlib.sha256(b"\0".join([*told, kept_with_them])).hexdigest()[:16]
        self.base = f"/web/{self.version}"

    def answers(self) -> dict[str, ASGIApp]:
        """Path → answer."""
        answers: dict[str, ASGIApp] = {
            f"{self.base}/{name}": _packed(self._files[name], MEDIA_TYPES[_suffix(name)])
            for name in self._loaded
        }
        asked_again = {**HEADERS, "Cache-Control": "no-cache"}
        for page in PAGES:
            index = self.index(page)
            answers[f"/{page}"] = WithSlash(_packed(index, HTML, asked_again))
            answers[f"{self.base}/{page}/index.html"] = _packed(index, HTML, HEADERS)
            answers[f"/{page}/sw.js"] = _packed(self.worker(page), MEDIA_TYPES[".js"], asked_again)
            answers[self._bundle_path(page)] = _packed(self.bundle(page), "application/json")
        return answers

    def index(self, page: str) -> bytes:
        """The page itself: it names all modules that it needs first, so that none waits for another."""
        preloads = "\n".join(
            f'<link rel="modulepreload" href="{self.base}/{name}">' for name in self.needed(f"{page}/main.js")
        )
        title = orjson.loads(self._files[f"{page}/app.webmanifest"])["short_name"]
        template = Template(self._files[INDEX].decode())
        return template.substitute(page=page, title=title, files=self.base, preloads=preloads).encode()

    def worker(self, page: str) -> bytes:
        """The worker of a page, with what it keeps: a release changes its bytes."""
        index = f"{self.base}/{page}/index.html"
        release = {"page": page, "version": self.version, "index": index, "bundle": self._bundle_path(page)}
        return b"self.release = %b;\n%b" % (orjson.dumps(release), self._files[WORKER])

    def bundle(self, page: str) -> bytes:
        """All files that a page may load, by their paths: a hundred requests in one, for its worker."""
        folders = {page, *SHARED}
        names = [name for name in self._loaded if name.partition("/")[0] in folders]
        return orjson.dumps({f"{self.base}/{name}": self._bundled(name) for name in names})

    def _bundled(self, name: str) -> dict[str, str]:
        return {"type": MEDIA_TYPES[_suffix(name)], "text": self._files[name].decode()}

    def _bundle_path(self, page: str) -> str:
        return f"{self.base}/{page}/files.json"

    def needed(self, module: str) -> list[str]:
        """The modules that this one imports, directly or not, and itself; those of `import()` come later."""
        found = [module]
        for name in found:  # grows meanwhile
            found += [each for each in self._imports(name) if each not in found]
        return found

    def _imports(self, module: str) -> Iterator[str]:
        folder = PurePosixPath("/", module).parent
        for relative in dict.fromkeys(IMPORT.findall(self._files[module].decode())):
            yield _joined(folder, relative)


class WithSlash:
    """A page at `/till/`; `/till` is sent there, as paths and the worker's scope are relative to it."""

    def __init__(self, page: ASGIApp) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET or HEAD."""
        path: str = scope["path"]
        answer = self._page if path.endswith("/") else RedirectResponse(f"{path}/", status_code=308)
        await answer(scope, receive, send)


def web_pages() -> dict[str, ASGIApp]:
    """Path → answer: both pages, their workers, and their files."""
    return Tree(files_of(TREE)).answers()


def files_of(tree: Path) -> dict[str, bytes]:
    """Name → contents of all that pages may load; no tests, notes or locks."""
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for folder in (*SHARED, *PAGES)
        for path in sorted((tree / folder).rglob("*"))
        if path.suffix in {*MEDIA_TYPES, ".html"}
    }


def _packed(content: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Packed:
    return Packed(gzip.compress(content, mtime=0), media_type=media_type, headers=headers)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix


def _joined(folder: PurePosixPath, relative: str) -> str:
    parts: list[str] = list(folder.parts[1:])
    for part in PurePosixPath(relative).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)
