"""How to cite a statement, a figure or a view: as text and as BibTeX."""

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.model import Atlas, Figure, Source, Statement

SPECIAL = str.maketrans(
    {"{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$", "\\": r"\textbackslash{}",
     "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)  # fmt: skip
"""What TeX would take for a command."""
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
"""The same inside an address, where percent signs and all else are read as they stand."""


@dataclass(frozen=True)
class Citation:
    """The same citation in two forms."""

    text: str
    bibtex: str


def cite_statement(atlas: Atlas, statement: Statement) -> Citation:
    """A quotation, by its speaker and medium, in its original words."""
    source = atlas.sources[statement.source]
    speaker = atlas.people[statement.speaker].names.en if statement.speaker else source.publisher
    words = getattr(statement.text, statement.original)
    where = _joined((source.publisher, _day(source), f"paragraph {statement.paragraph}"))
    text = f"{speaker}: “{words}” {where}. {source.url or ''}".strip()
    note = f"paragraph {statement.paragraph}: {words}"
    return Citation(text, _bibtex(f"{source.id}-{statement.id}", speaker, source, note))


def cite_figure(atlas: Atlas, figure: Figure) -> Citation:
    """A figure, by the sources that give it."""
    subject = atlas.features[figure.about].names.en
    label = atlas.properties[figure.property].names.en
    unit = atlas.units[figure.unit].names.en if figure.unit else ""
    value = " ".join(part for part in (str(figure.value), unit) if part)
    when = f" ({figure.as_of})" if figure.as_of else ""
    sources = [atlas.sources[id] for id in figure.sources]
    text = f"{subject}, {label}: {value}{when}. {'; '.join(_named(source) for source in sources)}"
    first = sources[0]
    return Citation(
        text, _bibtex(f"{first.id}-{figure.id}", first.publisher, first, f"{subject}, {label}: {value}{when}")
    )


def cite_view(atlas: Atlas) -> Citation:
    """What is on the screen: the atlas and its release; the browser fills in ``{address}`` and ``{day}``."""
    title = atlas.description.title.en
    text = f"{title}, release {atlas.release}, view {{address}}, seen {{day}}."
    bibtex = f"@misc{{caspian-corridors,\n  title = {{{title.translate(SPECIAL)}}},\n  version = {{{atlas.release}}},\n"
    return Citation(text, bibtex + "  howpublished = {{address}},\n  note = {seen {day}}\n}")


def citations(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Every citation by the id of its figure or statement; the empty id is the view."""
    found = {"": cite_view(atlas)}
    found |= {statement.id: cite_statement(atlas, statement) for statement in atlas.statements.values()}
    found |= {figure.id: cite_figure(atlas, figure) for figure in atlas.figures.values()}
    return {id: {"text": citation.text, "bibtex": citation.bibtex} for id, citation in found.items()}


def _day(source: Source) -> str:
    return str(source.published) if source.published else "no date"


def _named(source: Source) -> str:
    return _joined((source.publisher, source.title, _day(source), source.url or ""))


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _bibtex(key: str, author: str, source: Source, note: str) -> str:
    fields = {
        "author": author,
        "title": source.title,
        "organization": source.publisher,
        "year": str(source.published.earliest.year) if source.published else "",
        "url": source.url or "",
        "note": note,
    }
    return _entry(key, fields)


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [
        f"  {name} = {{{value.translate(IN_ADDRESS if name == 'url' else SPECIAL)}}}"
        for name, value in fields.items()
        if value
    ]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"
