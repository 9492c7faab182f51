"""The one maker of HTML: autoescaped templates in which an undefined name is an error."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboard.words import Words


@lru_cache
def environment() -> Environment:
    """The template environment."""
    return Environment(
        loader=PackageLoader("dashboard", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, context: object, words: Words) -> str:
    """The HTML of a template: ``p`` is its context (one dataclass for each template), ``t`` the words.

    ``count`` is the words' own, under a plain name: only calls of plain names are found for the catalogues.
    """
    return environment().get_template(template).render(p=context, t=words, count=words.count)
