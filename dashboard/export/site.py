"""The whole atlas as a folder of files for any web host: the page of standalone.py, its files beside it, a manifest.

The folder also opens from a disk or a USB stick, without any host.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dashboard.export import briefings, data
from dashboard.export.manifest import MANIFEST, checksum, manifest
from dashboard.export.standalone import Download, Each, contents, page_of, programs, rendered, stylesheet
from dashboard.scene import Scene, scene
from dashboard.served import Served
from dashboard.view import View
from dashboard.words import Words
from geodata.model import LANGUAGES, Briefing, Language
from geodata.tiled import ARCHIVE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
SCRIPTS = ("map.js", "page.js")


Content = bytes | Path
"""What a file holds, or, of one too large for memory, where it is."""


def site(served: Served, shown: Scene, address: str = "", each: Each = map) -> Iterator[tuple[str, Content]]:
    """The files of the site by their path; last the manifest with the checksums of all others.

    It opens in the language of ``shown`` and on its day. ``address`` is where it will be; without it there are no
    handouts, whose QR codes must lead somewhere. ``each`` is as in ``standalone.html``.
    """
    checksums: dict[str, str] = {}
    for path, content in _files(served, shown, address.rstrip("/"), each):
        checksums[path] = checksum(content)
        yield path, content
    yield MANIFEST, manifest(shown, checksums)


def _files(served: Served, shown: Scene, address: str, each: Each) -> Iterator[tuple[str, Content]]:
    atlas, today = shown.atlas, shown.today
    folder = f"atlas/{atlas.release}/"
    whole = scene(atlas, View(language=shown.view.language), shown.words, today)
    handouts: list[tuple[Briefing, Language]] = []
    if address:
        handouts = [(one, language) for one in atlas.briefings.values() for language in LANGUAGES]
    beside = [Download(path=f"data/{name}", name=label) for label, name, _, _ in data.FILES]
    beside += [
        Download(path=_handout(one, language), name=Words(language).name(one.title), language=language)
        for one, language in handouts
    ]
    archive = atlas.tiled.archive if atlas.tiled else None
    page = page_of(served, whole, POLICY, tiles=archive is not None)
    scripts = tuple(folder + name for name in SCRIPTS)
    yield "index.html", rendered(replace(page, style_link=f"{folder}page.css", script_links=scripts), whole)
    yield f"{folder}page.css", stylesheet(served).encode()
    yield f"{folder}font.woff2", served.files["font.woff2"].content
    for path, script in zip(scripts, programs(served), strict=True):
        yield path, script.encode()
    for path, content in contents(served, whole, beside, each):
        # a script, because a page that was opened from a disk may run its neighbours but not read them
        yield f"{folder}{path}.js", b"atlasFile(%s,%s);\n" % (json.dumps(path).encode(), content)
    if archive:
        yield folder + ARCHIVE, archive
    for _, name, _, make in data.FILES:
        yield f"data/{name}", make(whole)
    for one, language in handouts:
        seen = scene(atlas, View(language=language), Words(language), today)
        yield _handout(one, language), briefings.pdf(seen, one, address=f"{address}/index.html")


def _handout(shown: Briefing, language: Language) -> str:
    return f"handouts/{shown.id}-{language}.pdf"
