"""Features -> a PMTiles archive of vector tiles, which any web server that knows ranges can hand out.

GDAL cuts, simplifies and encodes each zoom by itself, because which features a zoom shows is ours to say
(:func:`geodata.tiled.least_zooms`); then all zooms are joined in one archive (PMTiles 3).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from pyogrio import write_dataframe
from pyogrio.errors import DataSourceError, FeatureError

from geodata.model import Feature
from geodata.tiled import VECTOR_LAYER, Fingerprint, attributes, least_zooms

EXTENT = 4096
"""Steps along the side of a tile."""
ROUGH = 4.0
"""Steps by which a simplified line may be drawn aside: half a pixel of a tile shown at 512 pixels."""
LIMIT = 10**9
"""GDAL's own limits for a tile; ours are kept already."""


def pmtiles(features: Iterable[Feature], out: Path, told: Callable[[str], None] = lambda _: None) -> None:
    """Write the tiles of features that have a place on the map.

    The archive's metadata say under ``counts`` how many features of each layer it shows, and under ``made_of`` the
    fingerprint of what it was made of.

    Args:
        features: of any layers.
        out: the file to write; what was there is replaced.
        told: called with a line of text from time to time, because a million features take minutes.

    Raises:
        ValueError: none of the features has a place on the map.
        OSError: there is no room for the file, or in the folder of temporary files.
    """
    rows, shapes, fingerprint = [], [], Fingerprint()
    for feature in features:
        fingerprint.add(feature)
        if feature.geometry is not None and not feature.geometry.is_empty and not (feature.off_map or feature.parts):
            rows.append(attributes(feature))
            shapes.append(feature.geometry)
    if not rows:
        raise ValueError("no feature has a place on the map")
    frame = geopandas.GeoDataFrame(pd.DataFrame(rows, dtype="object"), geometry=shapes, crs="EPSG:4326")
    least = _least(frame)
    last = int(least.max())
    with TemporaryDirectory() as folder, out.open("wb") as file:
        archive = Writer(file)
        for zoom in range(last + 1):
            shown = frame[least <= zoom]
            path = Path(folder) / f"{zoom}.pmtiles"
            options = {
                "MINZOOM": zoom,
                "MAXZOOM": zoom,
                "EXTENT": EXTENT,
                "SIMPLIFICATION": ROUGH if zoom < last else 1,
            }
            try:
                write_dataframe(
                    shown,
                    path,
                    layer=VECTOR_LAYER,
                    driver="PMTiles",
                    dataset_options=options | {"MAX_SIZE": LIMIT, "MAX_FEATURES": LIMIT, "NAME": VECTOR_LAYER},
                )
            except (DataSourceError, FeatureError) as error:
                raise OSError(f"no tiles can be written in {folder}") from error
            with path.open("rb") as made:
                for place, content in all_tiles(MmapSource(made)):
                    archive.write_tile(zxy_to_tileid(*place), content)
            path.unlink()
            told(f"zoom {zoom} of {last}: {len(shown)} features")
        west, south, east, north = frame.total_bounds
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": int(west * 1e7),
            "min_lat_e7": int(south * 1e7),
            "max_lon_e7": int(east * 1e7),
            "max_lat_e7": int(north * 1e7),
            "center_zoom": 0,
            "center_lon_e7": int((west + east) / 2 * 1e7),
            "center_lat_e7": int((south + north) / 2 * 1e7),
        }
        fields = {name: "String" for name in frame.columns if name != "geometry"}
        layers = [{"id": VECTOR_LAYER, "fields": fields, "minzoom": 0, "maxzoom": last}]
        counts = Counter(row["layer"] for row in rows)
        archive.finalize(header, {"vector_layers": layers, "counts": counts, "made_of": str(fingerprint)})


def _least(frame: geopandas.GeoDataFrame) -> NDArray[np.int64]:
    """From which zoom on each feature is shown."""
    found = np.zeros(len(frame), dtype=np.int64)
    positions, owners = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    starts = positions[np.unique(owners, return_index=True)[1]]
    ids, layers = frame["id"].to_numpy(), frame["layer"].to_numpy()
    for layer in frame["layer"].unique():
        members = layers == layer
        found[members] = least_zooms(ids[members].tolist(), starts[members])
    return found
