"""``corridors``: the command line."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

from geodata import AtlasError, schema
from geodata.check import check, missing_texts
from geodata.files import read
from geodata.model import LANGUAGES

KINDS = ("pdf", "pptx", "png", "svg", "geojson", "gpkg", "csv")
"""What `corridors export` can write."""

OPTIONS: dict[str, object] = {
    # from that size on Streamlit sends a message once and then only its name, and loses track of which browser
    # still has it when fragments run fast one after another: the connection breaks ("Cached ForwardMsg MISS")
    "global.minCachedMessageSize": 10**12,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "runner.postScriptGC": False,
    "runner.fastReruns": False,
    "runner.magicEnabled": False,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "theme.base": "light",
    "theme.primaryColor": "#0b3c5d",
    "theme.backgroundColor": "#fbfaf7",
    "theme.secondaryBackgroundColor": "#f1eee8",
    "theme.textColor": "#22303c",
    "theme.linkColor": "#0b4f7d",
    "theme.borderColor": "#c9c3b8",
    "theme.baseRadius": "small",
}
"""Streamlit's options, passed by the command so that they hold in whatever folder it is started."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 fine, 1 problems in the atlas, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="corridors", description="The Caspian Corridors atlas.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the atlas to browsers")
    serve.add_argument("atlas", nargs="?", help="folder of the atlas; default: the one that ships")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--host", default="127.0.0.1")
    serve.set_defaults(run=_serve)
    examine = commands.add_parser("check", help="list everything that is wrong with an atlas")
    examine.add_argument("atlas", nargs="?", help="folder of the atlas; default: the one that ships")
    examine.set_defaults(run=_check)
    export = commands.add_parser("export", help="write what the atlas shows as a file to take away")
    export.add_argument("kind", choices=KINDS)
    export.add_argument("atlas", nargs="?", help="folder of the atlas; default: the one that ships")
    export.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
    export.add_argument("--briefing", metavar="ID", help="for pdf and pptx: which briefing; default: the first")
    export.add_argument(
        "--view", default="", metavar="QUERY", help='what to show, as in an address: "select=port-aktau"'
    )
    export.add_argument("--portrait", action="store_true", help="for pdf: A4 upright")
    export.add_argument(
        "--address", default="http://127.0.0.1:8501", help="where the atlas is served, for links and QR codes"
    )
    export.add_argument("-o", "--out", required=True, type=Path, metavar="OUT", help="the file to write")
    export.set_defaults(run=_export)
    describe = commands.add_parser("schema", help="print JSON Schema for each kind of file, for editors")
    describe.set_defaults(run=_schema)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from dashboard.served import ATLAS_VARIABLE, served, shipped

    os.environ[ATLAS_VARIABLE] = options.atlas or shipped()
    try:
        release = served().atlas.release
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: the atlas has problems; nothing is served.", file=sys.stderr)
        return 1
    from dashboard.app import app

    print(f"Caspian Corridors, release {release}: http://{options.host}:{options.port}", flush=True)
    app.run(config={**OPTIONS, "server.port": options.port, "server.address": options.host})
    return 0


def _check(options: argparse.Namespace) -> int:
    from dashboard.served import shipped

    atlas, origins, problems = read(Path(options.atlas or shipped()))
    errors, warnings = list(problems), []
    if atlas is not None:
        found = check(atlas, origins, today=date.today())
        errors += found.errors
        warnings += found.warnings
    for problem in errors:
        print(problem)
    for problem in warnings:
        print(f"warning: {problem}")
    if atlas is not None:
        missing = ", ".join(f"{language} {count}" for language, count in missing_texts(atlas).items())
        print(f"{len(errors)} problems, {len(warnings)} warnings; texts not yet translated: {missing}", file=sys.stderr)
    return 1 if errors else 0


def _export(options: argparse.Namespace) -> int:
    from dashboard.export import briefings, data, picture, typeset
    from dashboard.scene import scene
    from dashboard.served import shipped
    from dashboard.view import View
    from dashboard.words import Words
    from geodata import open_atlas

    try:
        atlas = open_atlas(options.atlas or shipped())
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: the atlas has problems; nothing is written.", file=sys.stderr)
        return 1
    query = dict(parse_qsl(options.view.lstrip("?"))) | {"lang": options.lang}
    view = View.from_query(query, atlas)
    shown = scene(atlas, view, Words(view.language), date.today())
    known = ", ".join(atlas.briefings) or "none"
    briefing = atlas.briefings.get(options.briefing or next(iter(atlas.briefings), ""))
    if briefing is None and options.kind in ("pdf", "pptx"):
        print(f"corridors: there is no briefing {options.briefing or ''}; this atlas has: {known}", file=sys.stderr)
        return 2
    size = (picture.WIDTH, picture.HEIGHT)
    makers: dict[str, Callable[[], bytes]] = {
        "geojson": lambda: data.geojson(shown),
        "gpkg": lambda: data.geopackage(shown),
        "csv": lambda: data.figures_csv(shown),
        "svg": lambda: picture.svg(shown, *size).encode(),
        "png": lambda: typeset.png(picture.svg(shown, *size), *size),
    }
    if briefing is not None:
        orientation = "portrait" if options.portrait else "landscape"
        makers["pdf"] = lambda: briefings.pdf(shown, briefing, orientation=orientation, address=options.address)
        makers["pptx"] = lambda: briefings.pptx(shown, briefing, address=options.address)
    return _write(options.out, makers[options.kind]())


def _write(target: Path, content: bytes) -> int:
    """Write a file whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        print(f"corridors: {target} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{target}: {len(content)} bytes", file=sys.stderr)
    return 0


def _schema(_options: argparse.Namespace) -> int:
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0
