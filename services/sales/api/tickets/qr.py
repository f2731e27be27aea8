"""A QR code as modules, as a picture for pages, and in block characters for text.

The code has the highest error correction: paper is folded and rubbed. It is never a Micro QR code, which
most scanners do not read.
"""

from itertools import zip_longest

import segno
from markupsafe import Markup

QUIET_ZONE = 4
"""The white modules that a scanner needs around a code."""
BLOCKS = {"00": " ", "10": "▀", "01": "▄", "11": "█"}
"""The upper and the lower module → the character that shows both."""


class QrCode:
    """The QR code of a text."""

    def __init__(self, content: str) -> None:
        self.content = content
        self._code = segno.make_qr(content, error="h")

    @property
    def modules(self) -> list[str]:
        """A text for each row from the top, with `1` for a black module; without the quiet zone."""
        return ["".join("1" if module else "0" for module in row) for row in self._code.matrix]

    @property
    def svg(self) -> Markup:
        """The picture with its quiet zone, as part of a page, whose style decides the size."""
        drawn = self._code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None)
        return Markup(drawn)  # noqa: S704 - made by the library of the text's modules only

    @property
    def blocks(self) -> str:
        """Lines of block characters, each of which shows two rows; without the quiet zone."""
        rows = self.modules
        white = "0" * len(rows)
        return "\n".join(
            "".join(BLOCKS[above + below] for above, below in zip(upper, lower, strict=True))
            for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=white)
        )
