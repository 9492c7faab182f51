"""An address -> its QR code and the code that shows it inside another page, as HTML by template."""

from dataclasses import dataclass

import segno

from dashboard.html import render
from dashboard.words import Words


@dataclass(frozen=True, kw_only=True)
class Code:
    """share.html.j2: a QR code; ``image`` is a data address, None where the address is too long for a code."""

    address: str
    image: str | None


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """share-embed.html.j2: what to write into another page."""

    address: str
    title: str


def code(words: Words, address: str) -> str:
    """The QR code of an address as HTML."""
    try:
        image = segno.make(address, error="l").svg_data_uri(border=2, scale=4)
    except segno.DataOverflowError:  # some 2 900 letters
        image = None
    return render("share.html.j2", Code(address=address, image=image), words)


def embedding(words: Words, address: str, title: str) -> str:
    """The HTML that shows an address of ours inside another page, without our bar."""
    joint = "&" if "?" in address else "?"
    return render("share-embed.html.j2", Embedding(address=f"{address}{joint}embed=true", title=title), words)
