"""An atlas whose layers are tiled, small enough for a test."""

from pathlib import Path

import pytest

from dashboard.export.tiles import pmtiles
from geodata import open_atlas, tiled
from tests.bench.layers import write

SIZE = 600
IN_TILE = 30
"""So few features in a tile that there are several zooms."""


def write_large(folder: Path, size: int = SIZE) -> Path:
    """Write the atlas and its tiles; returns the folder."""
    write(folder, size, tiled=True)
    atlas = open_atlas(folder)
    assert atlas.tiled
    with pytest.MonkeyPatch.context() as few:
        few.setattr(tiled, "MOST_IN_TILE", IN_TILE)
        pmtiles(atlas.tiled.features(), folder / tiled.ARCHIVE)
    return folder
