"""The one maker of HTML: autoescaped templates in which an undefined name is an error."""

import re
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboard.words import Words


@dataclass(frozen=True)
class Verbatim:
    """A script or style of our own inside a page, which no template may escape.

    Raises:
        ValueError: it could end the element in which it stands.
    """

    text: str

    def __post_init__(self) -> None:
        if found := re.search(r"</(?:script|style)|<!--", self.text, re.IGNORECASE):
            raise ValueError(f"{found[0]!r} inside a script or style would end it early; write it in two pieces")

    def __html__(self) -> str:
        return self.text


@lru_cache
def environment() -> Environment:
    """The template environment."""
    return Environment(
        loader=PackageLoader("dashboard", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates do not change while the program runs
    )


def render(template: str, context: object, words: Words) -> str:
    """The HTML of a template: ``p`` is its context (one dataclass for each template), ``t`` the words.

    ``count`` is the words' own, under a plain name: only calls of plain names are found for the catalogues.
    """
    return environment().get_template(template).render(p=context, t=words, count=words.count)
