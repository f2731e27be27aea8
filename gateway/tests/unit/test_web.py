"""The tree `web/` below a path of its contents: what a page preloads, what its worker keeps."""

import re
from pathlib import Path

import orjson
import pytest

from gateway.web import HEADERS, INDEX, PAGES, TREE, Tree, files_of

FILES = {
    INDEX: b"$page $title $files $preloads",
    **{f"{page}/app.webmanifest": b'{"short_name": "Shop"}' for page in PAGES},
    "till/main.js": b'import { html } from "../shell/ui.js";\nconst later = () => import("./later.js");\n',
    "till/later.js": b"",
    "owner/main.js": b'import {\n  a,\n  b,\n} from "./charts.js";\nexport * from "./charts.js";\n',
    "owner/charts.js": b'import "../shell/ui.js";\n',
    "shell/ui.js": b'export { h } from "../vendor/preact.js";\n',
    "shell/sw.js": b"// worker\n",
    "vendor/preact.js": b"export const h = 1",
}


def kept_by(tree: Tree, page: str) -> dict[str, object]:
    release, _, program = tree.worker(page).partition(b";\n")
    assert program == FILES["shell/sw.js"]
    told: dict[str, object] = orjson.loads(release.removeprefix(b"self.release = "))
    return told


def test_a_page_preloads_what_its_main_module_needs_and_not_what_it_loads_later() -> None:
    tree = Tree(FILES)
    assert tree.needed("till/main.js") == ["till/main.js", "shell/ui.js", "vendor/preact.js"]
    assert tree.needed("owner/main.js") == [
        *("owner/main.js", "owner/charts.js", "shell/ui.js", "vendor/preact.js")
    ]
    assert f'<link rel="modulepreload" href="{tree.base}/vendor/preact.js">' in tree.index("till").decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_its_name_and_the_title_under_which_it_is_installed(page: str) -> None:
    tree = Tree(FILES)
    assert tree.index(page).decode().startswith(f"{page} Shop {tree.base} ")


def test_a_worker_keeps_the_page_and_all_files_that_it_may_load() -> None:
    tree = Tree(FILES)
    bundle = f"{tree.base}/till/files.json"
    assert kept_by(tree, "till") == {
        "page": "till",
        "version": tree.version,
        "index": f"{tree.base}/till/index.html",
        "bundle": bundle,
    }
    assert bundle in tree.answers()
    names = ("till/app.webmanifest", "till/main.js", "till/later.js", "shell/ui.js", "vendor/preact.js")
    told = orjson.loads(tree.bundle("till"))
    assert told.keys() == {f"{tree.base}/{name}" for name in names}
    assert told[f"{tree.base}/till/later.js"] == {"type": "text/javascript", "text": ""}


@pytest.mark.parametrize("name", FILES)
def test_a_change_of_any_file_is_another_release(name: str) -> None:
    changed = Tree({**FILES, name: FILES[name] + b" "})
    assert changed.version != Tree(FILES).version


def test_a_file_under_another_name_is_another_release() -> None:
    moved = {("till/last.js" if name == "till/later.js" else name): FILES[name] for name in FILES}
    assert Tree(moved).version != Tree(FILES).version


@pytest.mark.parametrize("page", PAGES)
def test_all_that_a_page_names_is_there(page: str) -> None:
    tree = Tree(files_of(TREE))
    answers = tree.answers()
    named = re.findall(r'(?:src|href)="([^"]+)"', tree.index(page).decode())
    assert len(named) > 10
    assert set(named) <= answers.keys()


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    text = (TREE / INDEX).read_text()
    assert "<style" not in text
    assert " style=" not in text
    assert re.findall(r"<script[^>]*>([^<]*)</script>", text) == [""]


def test_the_policy_allows_nothing_unsafe_and_no_other_host() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "://" not in policy
    assert "*" not in policy


def test_tests_and_notes_are_not_served(tmp_path: Path) -> None:
    for name in ("shell/ui.js", "tests/ui.test.js", "vendor/LICENSES.md", "vendor/vendor.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert set(files_of(tmp_path)) == {"shell/ui.js"}
