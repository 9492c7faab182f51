"""Typst with our fonts: pages and pictures from data, never from text that could be read as a program.

Each document is a Typst file of our own beside this module; what it sets lies in a JSON file beside its copy, so that
no text of an atlas is ever part of a program.
"""

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

PIXELS_PER_INCH = 144.0


def fonts() -> Path:
    """The folder of Source Sans Pro in static cuts; Typst does not take the variable font that browsers get."""
    return Path(str(files("font_source_sans_pro") / "files"))


def document(
    program: str, data: Mapping[str, Any], pictures: Mapping[str, str], kind: Literal["pdf", "png"] = "pdf"
) -> bytes:
    """Set a document: ``program`` is a ``.typ`` file of this folder, ``pictures`` are SVGs by their file name."""
    with tempfile.TemporaryDirectory(prefix="corridors-") as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes((Path(__file__).parent / program).read_bytes())
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for picture, content in pictures.items():
            (folder / picture).write_text(content, encoding="utf-8")
        return typst.compile(
            str(folder / "main.typ"),
            root=name,
            font_paths=[str(fonts())],
            ignore_system_fonts=True,
            format=kind,
            ppi=PIXELS_PER_INCH,
        )


def png(svg: str, width: int, height: int) -> bytes:
    """An SVG of ``width`` by ``height`` CSS pixels as PNG, twice as many pixels each way."""
    return document("picture.typ", {"width": width, "height": height}, {"picture.svg": svg}, "png")
