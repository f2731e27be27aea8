"""The guide as pages."""

from pathlib import Path

import pytest

from gateway.guide import guide
from gateway.pages import pages


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "README.md").write_text(
        "# The guide\n\n[first sale](till.md#pay), [codes](../errors.md), [code](../../Makefile), "
        "[outside](https://example.com), <b>no tags</b>\n"
    )
    (tmp_path / "guide" / "till.md").write_text("# Selling\n\n```sh\ncurl <host>\n```\n\n[back](README.md)\n")
    (tmp_path / "errors.md").write_text("# Errors\n\n| code |\n|---|\n| `a` |\n")
    return tmp_path


def test_each_file_is_a_page_with_its_title(docs: Path) -> None:
    assert {path: page.title for path, page in guide(docs).items()} == {
        "/docs/guide": "The guide",
        "/docs/guide/till": "Selling",
        "/docs/guide/errors": "Errors",
    }


def test_links_between_files_lead_to_their_pages(docs: Path) -> None:
    content = guide(docs)["/docs/guide"].content
    assert '<a href="/docs/guide/till#pay">first sale</a>' in content
    assert '<a href="/docs/guide/errors">codes</a>' in content
    assert '<a href="https://example.com">outside</a>' in content
    assert "<a>code</a>" in content


def test_markdown_is_shown_and_tags_are_not(docs: Path) -> None:
    pages = guide(docs)
    assert "&lt;b&gt;no tags" in pages["/docs/guide"].content
    assert "curl &lt;host&gt;" in pages["/docs/guide/till"].content
    assert "<table>" in pages["/docs/guide/errors"].content


def test_the_installed_guide_is_served() -> None:
    assert {"/docs/guide/errors", "/docs/guide/events", "/docs/guide/versioning"} <= pages().keys()
