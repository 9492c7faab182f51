"""``corridors``: the command line."""

import argparse
import gc
import json
import os
import shutil
import socket
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from geodata import AtlasError, is_database, new, open_atlas, read, record, schema, write
from geodata.check import check, check_tiled, missing_texts
from geodata.model import LANGUAGES

if TYPE_CHECKING:
    from dashboard.scene import Scene
    from geodata import Atlas

KINDS = ("html", "pdf", "pptx", "png", "svg", "geojson", "gpkg", "csv", "pmtiles", "site")
"""What `corridors export` can write."""

ADDRESS = "http://127.0.0.1:8501"
"""Where `corridors serve` serves if nobody says otherwise."""
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
    "server.maxUploadSize": 20,  # MB, of a layer of a viewer's own
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
    serve.add_argument("atlas", nargs="?", help="folder or database of the atlas; default: the one that ships")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--no-watch", action="store_true", help="leave edits of the atlas's files unseen until the next start"
    )
    serve.set_defaults(run=_serve)
    examine = commands.add_parser("check", help="list everything that is wrong with an atlas, or with a site's files")
    examine.add_argument(
        "atlas", nargs="?", help="folder or database of the atlas (default: the one that ships), or a site's folder"
    )
    examine.set_defaults(run=_check)
    export = commands.add_parser("export", help="write what the atlas shows as a file to take away")
    export.add_argument("kind", choices=KINDS)
    export.add_argument("atlas", nargs="?", help="folder or database of the atlas; default: the one that ships")
    export.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
    export.add_argument(
        "--briefing",
        metavar="ID",
        help="pdf, pptx: which briefing (default: the first); html: which to begin with",
    )
    export.add_argument(
        "--view", default="", metavar="QUERY", help='what to show, as in an address: "select=port-aktau"'
    )
    export.add_argument("--portrait", action="store_true", help="for pdf: A4 upright")
    export.add_argument(
        "--address",
        help="where the atlas is served, or the site will be, for links and QR codes; a site has handouts only with it",
    )
    export.add_argument(
        "-o", "--out", required=True, type=Path, metavar="OUT", help="the file to write, for site the folder"
    )
    export.set_defaults(run=_export)
    bring = commands.add_parser("import", help="copy an atlas from a folder into a PostGIS database, or back")
    bring.add_argument("source", metavar="FROM", help="folder or postgresql://user@host/database")
    bring.add_argument("target", metavar="TO", help="database or folder")
    bring.add_argument("--replace", action="store_true", help="the atlas that is in the database goes")
    bring.set_defaults(run=_import)
    compare = commands.add_parser("diff", help="tell in words what changed between two releases of an atlas")
    compare.add_argument("old", metavar="OLD", help="folder or postgresql://user@host/database")
    compare.add_argument("new", metavar="NEW", help="folder or database")
    compare.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
    compare.add_argument("--record", action="store_true", help="keep it in NEW, whose page Changes then shows it")
    compare.set_defaults(run=_diff)
    begin = commands.add_parser("new", help="write a small working atlas to begin with")
    begin.add_argument("folder", type=Path, help="a folder that does not exist yet")
    begin.set_defaults(run=_new)
    describe = commands.add_parser("schema", help="print JSON Schema for each kind of file, for editors")
    describe.set_defaults(run=_schema)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from dashboard.served import ATLAS_VARIABLE, served, shipped

    if trouble := _taken(options.host, options.port):
        print(f"corridors: {options.host}:{options.port} cannot be used: {trouble}", file=sys.stderr)
        return 1
    os.environ[ATLAS_VARIABLE] = options.atlas or shipped()
    gc.disable()  # what is read now stays
    try:
        release = served().atlas.release
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: the atlas has problems; nothing is served.", file=sys.stderr)
        return 1
    from dashboard import live
    from dashboard.app import app

    if not options.no_watch:
        live.start()
    # no later collection needs to look at it again
    gc.collect()
    gc.freeze()
    gc.enable()
    print(f"Caspian Corridors, release {release}: http://{options.host}:{options.port}", flush=True)
    app.run(config={**OPTIONS, "server.port": options.port, "server.address": options.host})
    return 0


def _taken(host: str, port: int) -> str:
    """Why nobody can be served at a port; empty if they can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        return f"{error.strerror or error}; name another port: --port {port + 1}"
    except OverflowError:
        return "a port is a number from 1 to 65535"
    return ""


def _check(options: argparse.Namespace) -> int:
    from dashboard.export.manifest import MANIFEST, verify
    from dashboard.served import shipped

    address = options.atlas or shipped()
    if not is_database(address) and (Path(address) / MANIFEST).exists():
        damages = verify(Path(address))
        for problem in damages:
            print(problem)
        print(f"{len(damages)} problems", file=sys.stderr)
        return 1 if damages else 0
    atlas, origins, problems, _ = read(address)
    errors, warnings = list(problems), []
    if atlas is not None:
        found = check(atlas, origins, today=date.today())
        errors += found.errors
        warnings += found.warnings
    if atlas is not None and not errors:
        try:
            errors += check_tiled(atlas, origins)
        except AtlasError as error:
            errors += error.problems
    for problem in errors:
        print(problem)
    for problem in warnings:
        print(f"warning: {problem}")
    if atlas is not None:
        missing = ", ".join(f"{language} {count}" for language, count in missing_texts(atlas).items())
        print(f"{len(errors)} problems, {len(warnings)} warnings; texts not yet translated: {missing}", file=sys.stderr)
    return 1 if errors else 0


def _export(options: argparse.Namespace) -> int:
    from dashboard.scene import scene
    from dashboard.served import shipped
    from dashboard.view import View
    from dashboard.words import Words
    from geodata import open_atlas

    gc.disable()  # whatever is made here is needed until the end, which is near
    try:
        atlas = open_atlas(options.atlas or shipped())
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: the atlas has problems; nothing is written.", file=sys.stderr)
        return 1
    if options.kind == "pmtiles":
        return _write_tiles(atlas, options.out)
    if options.briefing and options.briefing not in atlas.briefings:
        known = ", ".join(atlas.briefings) or "none"
        print(f"corridors: there is no briefing {options.briefing}; this atlas has: {known}", file=sys.stderr)
        return 2
    if options.kind in ("pdf", "pptx") and not atlas.briefings:
        print("corridors: this atlas has no briefing to export", file=sys.stderr)
        return 2
    query = dict(parse_qsl(options.view.lstrip("?"))) | {"lang": options.lang}
    view = View.from_query(query, atlas).but(briefing=options.briefing)
    shown = scene(atlas, view, Words(view.language), date.today())
    if options.kind == "site":
        from dashboard.export.site import site
        from dashboard.served import Served

        with ProcessPoolExecutor() as processes:
            files = site(Served.of(atlas), shown, options.address or "", processes.map)
            return _write_folder(options.out, files)
    return _write_made(shown, options)


def _write_made(shown: "Scene", options: argparse.Namespace) -> int:
    try:
        content = _made(shown, options)
    except OSError as error:
        print(
            f"corridors: {options.kind} cannot be made: {error.strerror or error}; it needs room for some megabytes in "
            "the folder of temporary files, which TMPDIR can name",
            file=sys.stderr,
        )
        return 1
    return _write(options.out, content)


def _made(shown: "Scene", options: argparse.Namespace) -> bytes:
    """The content of one file; each kind imports what it needs, so that none waits for another's libraries."""
    atlas = shown.atlas
    if options.kind == "html":
        from dashboard.export.standalone import html
        from dashboard.served import Served

        with ProcessPoolExecutor() as processes:
            return html(Served.of(atlas), shown, processes.map)
    if options.kind in ("pdf", "pptx"):
        from dashboard.export import briefings

        briefing = atlas.briefings[options.briefing or next(iter(atlas.briefings))]
        address = f"{(options.address or ADDRESS).rstrip('/')}/briefing"
        orientation = "portrait" if options.portrait else "landscape"
        if options.kind == "pdf":
            return briefings.pdf(shown, briefing, orientation=orientation, address=address)
        return briefings.pptx(shown, briefing, address=address)
    if options.kind in ("svg", "png"):
        from dashboard.export import picture, typeset

        drawn = picture.svg(shown, picture.WIDTH, picture.HEIGHT)
        return typeset.png(drawn, picture.WIDTH, picture.HEIGHT) if options.kind == "png" else drawn.encode()
    from dashboard.export import data

    makers = {"geojson": data.geojson, "gpkg": data.geopackage, "csv": data.figures_csv}
    return makers[options.kind](shown)


def _write_tiles(atlas: "Atlas", target: Path) -> int:
    """The vector tiles of the tiled layers, or of all layers of an atlas that has none."""
    from dashboard.export.tiles import pmtiles

    part = target.with_name(f".{target.name}.part")
    try:
        pmtiles(
            atlas.tiled.features() if atlas.tiled else atlas.features.values(),
            part,
            told=lambda line: print(line, file=sys.stderr, flush=True),
        )
        part.replace(target)
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: the atlas has problems; nothing is written.", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"corridors: {error}; nothing is written", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"corridors: {target} cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1
    finally:
        part.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size} bytes", file=sys.stderr)
    return 0


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


def _write_folder(target: Path, files: Iterable[tuple[str, bytes | Path]]) -> int:
    """Write a folder whole or not at all; only a site that was exported before is replaced."""
    from dashboard.export.manifest import MANIFEST

    if target.exists() and not (target / MANIFEST).is_file():
        print(f"corridors: {target} exists and is no site; name a folder that does not exist yet", file=sys.stderr)
        return 1
    part, old = (target.with_name(f".{target.name}.{end}") for end in ("part", "old"))
    size = 0
    try:
        for path, content in files:
            (part / path).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                (part / path).write_bytes(content)
            else:
                shutil.copyfile(content, part / path)
            size += (part / path).stat().st_size
        if target.exists():
            target.replace(old)
        part.replace(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        print(f"corridors: {target} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    shutil.rmtree(old, ignore_errors=True)
    print(f"{target}: {size} bytes", file=sys.stderr)
    return 0


def _import(options: argparse.Namespace) -> int:
    reading = read(options.source)
    errors = list(reading.problems)
    try:
        if reading.atlas is not None:
            errors += check(reading.atlas, reading.origins).errors
        if not errors:
            write(reading, options.target, replace=options.replace)
    except AtlasError as error:
        errors += error.problems
    for problem in errors:
        print(problem, file=sys.stderr)
    if errors:
        print("corridors: nothing was written.", file=sys.stderr)
    return 1 if errors else 0


def _diff(options: argparse.Namespace) -> int:
    from dashboard.changelog import Known, changelog
    from dashboard.words import Words
    from geodata.diff import revision

    # the older one was published by the rules of its day, so that it need only be readable
    old, _, unreadable, _ = read(options.old)
    try:
        if old is None or unreadable:
            raise AtlasError(unreadable)  # noqa: TRY301 - told as what is wrong with the newer one is told
        new = open_atlas(options.new)
    except AtlasError as error:
        print(error, file=sys.stderr)
        print("corridors: only atlases without errors are compared.", file=sys.stderr)
        return 1
    found = revision(old, new)
    if options.record:
        try:
            print(f"recorded: {record(found, options.new)}", file=sys.stderr)
        except AtlasError as error:
            print(error, file=sys.stderr)
            print("corridors: nothing was recorded.", file=sys.stderr)
            return 1
    print(changelog(found, Known(new, (found, *new.changes.values())), Words(options.lang)), end="")
    return 0


def _new(options: argparse.Namespace) -> int:
    try:
        new(options.folder)
    except AtlasError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"corridors serve {options.folder}    # show it; saved edits appear at once")
    print(f"corridors check {options.folder}    # what is wrong with it, if anything")
    return 0


def _schema(_options: argparse.Namespace) -> int:
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0
