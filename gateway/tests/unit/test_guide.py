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


def test_long_names_may_break_so_that_tables_fit_a_phone(docs: Path) -> None:
    (docs / "errors.md").write_text("# Errors\n\n`sales.order_paid.v1`, `GET /api/<id>`, `1.`\n")
    content = guide(docs)["/docs/guide/errors"].content
    assert "<code>sales.<wbr>order_<wbr>paid.<wbr>v1</code>" in content
    assert "<code>GET /api/&lt;id&gt;</code>, <code>1.</code>" in content


def test_headings_have_the_ids_that_links_name(docs: Path) -> None:
    (docs / "guide" / "till.md").write_text("# Selling\n\n## 2. Scan, don't type\n")
    assert '<h2 id="2-scan-dont-type">' in guide(docs)["/docs/guide/till"].content


def test_samples_and_the_document_of_events_are_on_the_page_of_events() -> None:
    content = guide()["/docs/guide/events"].content
    assert '<a href="/events/docs#sales.order_paid.v1">Sample</a>' in content
    assert '<a href="/events/asyncapi.json">' in content


def test_markdown_is_shown_and_tags_are_not(docs: Path) -> None:
    pages = guide(docs)
    assert "&lt;b&gt;no tags" in pages["/docs/guide"].content
    assert "curl &lt;host&gt;" in pages["/docs/guide/till"].content
    assert "<table>" in pages["/docs/guide/errors"].content


def test_the_installed_guide_is_served() -> None:
    assert {"/docs/guide/errors", "/docs/guide/events", "/docs/guide/versioning"} <= pages().keys()
