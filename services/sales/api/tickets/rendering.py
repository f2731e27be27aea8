"""Tickets as text and as HTML, from the templates beside this file.

Both are made of the same lines: the page's letters have one width, so that its height is known and the
printer cuts where the ticket ends.
"""

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.sales.api.tickets import columns, words
from services.sales.api.tickets.qr import QrCode
from services.sales.domain.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Paper:
    """A roll of paper, with the columns that a printer has on it. The sides cannot be printed on."""

    columns: int
    width_mm: float
    side_mm: float
    font_mm: float
    line_mm: float
    qr_mm: float


PAPERS = {
    42: Paper(42, width_mm=80, side_mm=4, font_mm=2.8, line_mm=3.6, qr_mm=29),
    32: Paper(32, width_mm=58, side_mm=5, font_mm=2.45, line_mm=3.2, qr_mm=24.65),
}
"""Rolls of 80 and of 58 mm. In letters of one width a letter is at most 0.61 as wide as its font is high."""

PADDING_MM = 3.0
SLACK_MM = 8.0
"""For the frames, and for the edge at which the printer cuts."""
HEIGHT_MAX_MM = 3_000.0
"""A longer ticket is printed on several pages: drivers do not take a paper of any length."""

_ENVIRONMENT = Environment(
    loader=PackageLoader("services.sales.api.tickets"),
    autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEXT = _ENVIRONMENT.get_template("ticket.txt.jinja")
_HTML = _ENVIRONMENT.get_template("ticket.html.jinja")
_STYLE = _ENVIRONMENT.get_template("ticket.css.jinja")


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page with the policy that allows its style and nothing else."""

    html: str
    policy: str


def as_text(ticket: Ticket, paper: Paper) -> str:
    """The ticket in lines of at most the paper's columns, each ended by a line feed."""
    return _text(_content(ticket), paper.columns)


def as_page(ticket: Ticket, paper: Paper) -> Page:
    """The ticket as a page that prints on this paper without margins, and is as long as the ticket."""
    content = _content(ticket)
    lines = _text(content, paper.columns).count("\n") - content["qr"].blocks.count("\n")
    height = lines * paper.line_mm + paper.qr_mm + 2 * PADDING_MM + SLACK_MM
    style = _STYLE.render(paper=paper, padding_mm=PADDING_MM, height_mm=round(min(height, HEIGHT_MAX_MM), 1))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return Page(
        _HTML.render(**content, style=Markup(style)),  # noqa: S704 - made of our own numbers only
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )


def _content(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "shop": ticket.shop,
        "notice": words.notice(ticket.status),
        "words": words,
        "qr": QrCode(ticket.ticket_folio),
    }


def _text(content: dict[str, Any], width: int) -> str:
    return _TEXT.render(
        **content,
        pair=partial(columns.pair, columns=width),
        centred=partial(columns.centred, columns=width),
        left=partial(columns.left, columns=width),
        picture=partial(columns.picture, columns=width),
        rule=columns.rule(width),
    )
