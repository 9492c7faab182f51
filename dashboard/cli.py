"""``corridors``: the command line."""

import argparse
import os
import sys
from collections.abc import Sequence

from geodata import AtlasError, open_atlas

OPTIONS: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "runner.postScriptGC": False,
    "runner.fastReruns": True,
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
