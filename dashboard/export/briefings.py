"""A briefing to hand out: PDF for paper, PowerPoint for whoever wants to go on with it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import segno
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from dashboard.briefing import Slide, briefing_page
from dashboard.export.picture import svg
from dashboard.export.typeset import document, png
from dashboard.scene import Quote, Scene, SourceRow, scene
from dashboard.style import PALETTES
from dashboard.view import Camera, View
from geodata.model import Briefing, Step

Orientation = Literal["landscape", "portrait"]
PICTURE: dict[Orientation, tuple[int, int]] = {"landscape": (760, 640), "portrait": (1000, 800)}
"""CSS pixels of the map in a handout."""
SLIDE = (Emu(12_192_000), Emu(6_858_000))
"""13.33 by 7.5 inches, 16:9."""
SLIDE_PICTURE = (773, 720)
"""CSS pixels of the map on a slide; it has twice as many pixels each way."""
SLIDE_FONT = "Calibri"
"""What PowerPoint and LibreOffice have or replace well; slides cannot carry a font along."""
LONG_HEADLINE = 28
LANGUAGE_TAGS = {"kk": "kk-KZ", "en": "en-GB", "ru": "ru-RU", "az": "az-Latn-AZ", "tr": "tr-TR"}


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A step with everything that paper and slide show of it."""

    slide: Slide
    seen: Scene
    picture: str
    alt: str
    address: str


def view_of(view: View, step: Step) -> View:
    """The view of a step, in the language and look of ``view``."""
    at = step.view.at
    camera = Camera(at.zoom, at.latitude, at.longitude) if at else None
    kept = View(language=view.language, look=view.look)
    return kept.but(layers=step.view.layers, date=step.view.date, selected=step.view.select, camera=camera)


def _pages(shown: Scene, briefing: Briefing, size: tuple[int, int], address: str) -> Iterator[_Page]:
    slides = briefing_page(shown, briefing).slides
    for slide, step in zip(slides, briefing.steps, strict=True):
        seen = scene(shown.atlas, view_of(shown.view, step), shown.words, shown.today)
        exact = View(language=shown.view.language, briefing=briefing.id, step=slide.number).address()
        yield _Page(
            slide=slide,
            seen=seen,
            picture=svg(seen, *size, bare=True),
            alt=shown.words("Map: {title}, {date}", title=slide.headline.text, date=_date(seen)),
            address=f"{address}{exact}",
        )


def _date(seen: Scene) -> str:
    text = seen.words.date(seen.view.date) if seen.view.date else seen.words.day(seen.today)
    promised = seen.words("as promised")
    return f"{text} · {promised}" if seen.day > seen.today else text


def _by(quote: Quote, shown: Scene) -> str:
    parts = [quote.speaker, quote.publisher, quote.published, quote.stance]
    if quote.translation:
        parts.append(shown.words("unofficial translation"))
    return " · ".join(part for part in parts if part)


def _source(row: SourceRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "publisher": row.publisher,
        "title": row.title.text,
        "language": row.title.language,
        "published": row.published,
        "url": row.url,
    }


def pdf(shown: Scene, briefing: Briefing, *, orientation: Orientation = "landscape", address: str) -> bytes:
    """The handout: a page for each step, with map, words, numbered sources and a QR code that leads to the step.

    ``address`` is that of the page which presents briefings.
    """
    words = shown.words
    pages = list(_pages(shown, briefing, PICTURE[orientation], address))
    pictures = {f"step-{page.slide.number}.svg": page.picture for page in pages}
    for page in pages:
        code = io.BytesIO()
        segno.make(page.address, error="m").save(code, kind="svg", border=1)
        pictures[f"code-{page.slide.number}.svg"] = code.getvalue().decode()
    steps = [_step(page, shown) for page in pages]
    release = words("release")
    footer = f"{words.name(shown.atlas.description.title)} · {release} {shown.atlas.release}"
    data = {
        "title": words.name(briefing.title),
        "lang": words.language,
        "orientation": orientation,
        "footer": footer,
        "steps": steps,
    }
    return document("handout.typ", data, pictures)


def _step(page: _Page, shown: Scene) -> dict[str, Any]:
    slide = page.slide
    numbers = {row.id: row.number for row in slide.sources}
    statements = shown.atlas.statements
    return {
        "headline": slide.headline.text,
        "body": slide.body.text if slide.body else None,
        "date": _date(page.seen),
        "picture": f"step-{slide.number}.svg",
        "alt": page.alt,
        "qr": f"code-{slide.number}.svg",
        "address": page.address,
        "border_note": shown.said(shown.atlas.description.border_note).text,
        "quotes": [
            {
                "text": quote.original.text,
                "language": quote.original.language,
                "translation": quote.translation.text if quote.translation else None,
                "translation_language": quote.translation.language if quote.translation else "en",
                "by": _by(quote, shown),
                "refs": [numbers[statements[quote.id].source]],
            }
            for quote in slide.quotes
        ],
        "figures": [
            {
                "value": f"{row.value.text} {row.unit}".strip(),
                "text": row.text.text,
                "as_of": row.as_of or "",
                "refs": list(row.refs),
            }
            for row in slide.figures
        ],
        "events": [{"date": row.date, "title": row.title.text, "refs": list(row.refs)} for row in slide.events],
        "sources": [_source(row) for row in slide.sources],
    }


def pptx(
    shown: Scene, briefing: Briefing, *, address: str, progress: Callable[[float], object] = lambda _: None
) -> bytes:
    """Slides with text that can be edited, notes in the notes pane, a described map, sources in the footer.

    ``progress`` is told after each slide how much is done, from 0 to 1.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = SLIDE
    deck.core_properties.title = shown.words.name(briefing.title)
    deck.core_properties.author = "Caspian Corridors"
    deck.core_properties.language = LANGUAGE_TAGS[shown.words.language]
    _own_master(deck)
    for page in _pages(shown, briefing, SLIDE_PICTURE, address):
        _slide(deck, page, shown)
        progress(page.slide.number / len(briefing.steps))
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(getattr(PALETTES["projector"], name).removeprefix("#").upper())


def _own_master(deck: Any) -> None:
    """The layout "Title Only" as ours: title at the top right, nothing else, our paper and our accent."""
    layout = deck.slide_layouts.get_by_name("Title Only")
    for other in [one for one in deck.slide_layouts if one is not layout]:
        deck.slide_layouts.remove(other)
    for page in (deck.slide_master, layout):
        page.background.fill.solid()
        page.background.fill.fore_color.rgb = _colour("paper")
        for shape in list(page.placeholders):
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx != 0:
                shape._element.getparent().remove(shape._element)  # noqa: SLF001 - python-pptx has no other way
        title = page.placeholders[0]
        title.left, title.top, title.width, title.height = Emu(7_150_000), Emu(420_000), Emu(4_750_000), Emu(1_050_000)
    layout.name = "Caspian Corridors"


def _slide(deck: Any, page: _Page, shown: Scene) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    width, height = SLIDE
    map_width = Emu(int(height * SLIDE_PICTURE[0] / SLIDE_PICTURE[1]))
    shot = slide.shapes.add_picture(io.BytesIO(png(page.picture, *SLIDE_PICTURE)), 0, 0, map_width, height)
    shot.name = "Map"
    shot._element.nvPicPr.cNvPr.set("descr", page.alt)  # noqa: SLF001 - python-pptx has no property for it
    left, room = map_width + Emu(250_000), width - map_width - Emu(500_000)
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = left, Emu(480_000), room, Emu(1_150_000)
    title.text_frame.word_wrap = True
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    headline = page.slide.headline
    title.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    size = 28 if len(headline.text) <= LONG_HEADLINE else 23
    _write(title.text_frame.paragraphs[0], headline.text, size, "accent", bold=True, language=headline.language)
    where = slide.shapes.add_textbox(left, Emu(180_000), room, Emu(320_000))
    where.name = "Date"
    _write(where.text_frame.paragraphs[0], _date(page.seen), 12, "quiet", language=shown.words.language)
    body = slide.shapes.add_textbox(left, Emu(1_680_000), room, Emu(4_350_000))
    body.name = "Text"
    body.text_frame.word_wrap = True
    for number, (text, size, colour, bold, language) in enumerate(_lines(page, shown)):
        paragraph = body.text_frame.paragraphs[0] if number == 0 else body.text_frame.add_paragraph()
        paragraph.space_after = Pt(4)
        _write(paragraph, text, size, colour, bold=bold, language=language)
    footer = slide.shapes.add_textbox(left, Emu(6_080_000), room, Emu(700_000))
    footer.name = "Sources"
    footer.text_frame.word_wrap = True
    sources = "; ".join(
        f"{row.publisher} ({row.published})" if row.published else row.publisher for row in page.slide.sources
    )
    label = shown.words("Sources")
    said = f"{label}: {sources}. {page.address}" if sources else page.address
    _write(footer.text_frame.paragraphs[0], said, 9, "quiet", language=shown.words.language)
    notes = page.slide.notes.text if page.slide.notes else ""
    slide.notes_slide.notes_text_frame.text = notes


def _lines(page: _Page, shown: Scene) -> Iterator[tuple[str, int, str, bool, str]]:
    """Text, size, colour, bold and language of each paragraph of a slide."""
    slide, here = page.slide, shown.words.language
    # a full step is set smaller, so that it stays on its slide
    length = sum(
        len(quote.original.text) + len(quote.translation.text if quote.translation else "") for quote in slide.quotes
    )
    length += sum(len(row.text.text) for row in slide.figures)
    large = 16 if length < 420 else 14 if length < 700 else 12  # noqa: PLR2004 - letters that fit
    if slide.body:
        yield slide.body.text, large, "ink", False, slide.body.language
    for quote in slide.quotes:
        yield f"«{quote.original.text}»", large, "ink", False, quote.original.language
        if quote.translation:
            yield quote.translation.text, large - 3, "soft", False, quote.translation.language
        yield _by(quote, shown), 10, "quiet", False, here
    for row in slide.figures:
        yield f"{row.value.text} {row.unit}".strip(), large, "accent", True, row.value.language
        yield row.text.text, large - 3, "soft", False, row.text.language
    for event in slide.events:
        yield f"{event.date}: {event.title.text}", large - 3, "soft", False, event.title.language


def _write(  # noqa: PLR0913 - the properties of a run
    paragraph: Any, text: str, size: int, colour: str, *, bold: bool = False, language: str = "en"
) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.name = SLIDE_FONT
    run.font.color.rgb = _colour(colour)
    run._r.get_or_add_rPr().set("lang", LANGUAGE_TAGS[language])  # noqa: SLF001 - the one way to say it
