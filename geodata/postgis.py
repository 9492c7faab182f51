"""An atlas in a PostgreSQL database with PostGIS; the only module that speaks to one.

The schema stands in ``postgis.sql``. The rows are the same plain entries as in files and are understood by the same
rules (:mod:`geodata.entries`). A tiled layer's features stay in the database, which also makes their tiles.
"""

import gzip
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any, LiteralString
from urllib.parse import unquote

import numpy as np
import psycopg
import shapely
from psycopg import Connection, Cursor, IsolationLevel, OperationalError, errors, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from geodata.entries import KINDS, RECORDED, VOCABULARY, Entries, Plain, Reading, belongs, place_of, plain_of
from geodata.model import Feature, Id, Revision
from geodata.problems import AtlasError, Problem
from geodata.tiled import LAST_ZOOM, VECTOR_LAYER, Fingerprint, attributes, features_of, least_zooms, shown_feature

TIMEOUT_S = 10
"""How long a database may take to be reached when an atlas is opened."""
PATIENCE_S = 3.0
"""How long somebody who has picked something may wait for it."""
AT_ONCE = 20_000
"""Rows of a tiled layer that are in memory at a time."""
Row = tuple[Id, Id, str, bytes | None]

log = logging.getLogger(__name__)

_HELD = """
SELECT layer, id, properties::text, encode(ST_AsBinary(geometry), 'hex') FROM {atlas}.features
WHERE layer <> ALL (%s) ORDER BY array_position(%s::text[], layer), layer COLLATE "C", place, id COLLATE "C"
"""
_COUNTED = """
SELECT layer, count(*), sum(hashtextextended(concat_ws(' ', id, properties::text, geometry::text), 0))::text
FROM {atlas}.features WHERE layer = ANY (%s) GROUP BY layer ORDER BY layer
"""
"""Of each tiled layer the number of features, and a number that changes with any of them."""
_ENTRIES = 'SELECT file, id, content::text FROM {atlas}.{kind} ORDER BY file COLLATE "C", place, id COLLATE "C"'
_ONE = (
    "SELECT layer, id, properties::text, ST_AsBinary(geometry) FROM {atlas}.features WHERE layer = ANY (%s) AND id = %s"
)
_ALL = """
SELECT layer, id, properties::text, ST_AsBinary(geometry), tile FROM {atlas}.features
WHERE layer = ANY (%s) ORDER BY array_position(%s::text[], layer), id COLLATE "C"
"""
_TILE = """
WITH place AS (
    SELECT ST_TileEnvelope(%(zoom)s, %(column)s, %(row)s) AS web,
           ST_Transform(ST_TileEnvelope(%(zoom)s, %(column)s, %(row)s, margin => 80.0 / 4096), 4326) AS degrees,
           40075016.7 / 2 ^ %(zoom)s / 1024 AS half_pixel
)
SELECT ST_AsMVT(found.*, %(layer)s, 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(
               CASE WHEN %(zoom)s < %(last)s THEN ST_Simplify(ST_Transform(geometry, 3857), half_pixel, true)
                    ELSE ST_Transform(geometry, 3857) END,
               web, 4096, 80) AS geom,
           jsonb_strip_nulls(tile) AS tile
    FROM {atlas}.features, place
    WHERE least_zoom <= %(zoom)s AND geometry && degrees
) found
WHERE geom IS NOT NULL
"""


_PLACE = """
SELECT (SELECT CASE WHEN source = 'client' THEN (parse_ident(split_part(setting, ',', 1)))[1] ELSE 'atlas' END
        FROM pg_settings WHERE name = 'search_path'),
       (SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'postgis')
"""
"""The schema of the atlas, which the address may name as libpq names it, and that of PostGIS."""
_PATH = "SELECT set_config('search_path', concat_ws(', ', quote_ident(%s), quote_ident(%s)), false)"
_TABLES = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = %s AND relname = ANY (%s) ORDER BY array_position(%s::text[], relname::text)
"""
TABLES = ["description", "features", *KINDS, "articles", "base"]


def plainly(address: str) -> str:
    """An address as it may be shown: without its password, however that is written."""
    place, mark, options = re.sub(r"(?<=://)([^:@/?]*):.*@", r"\1:***@", address).partition("?")
    pairs = (pair.partition("=") for pair in options.split("&"))
    shown = (
        f"{name}=***" if "password" in unquote(name).lower() else f"{name}{sign}{value}" for name, sign, value in pairs
    )
    return place + mark + "&".join(shown)


def read(address: str) -> Reading:
    """Read an atlas from a database to the end, whatever is wrong with it; it is seen as it is at one moment.

    Raises:
        AtlasError: the database cannot be reached, or holds no atlas.
    """
    try:
        with _connected(address) as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            schema, postgis = _settled(connection)
            there = _tables(connection, schema)
            if not there:
                remedy = f"fill it: corridors import FOLDER {plainly(address)}"
                raise AtlasError([Problem(plainly(address), "", "", f"holds no atlas in the schema {schema}", remedy)])
            if postgis is None:
                remedy = "let an administrator run there: CREATE EXTENSION postgis"
                raise AtlasError([Problem(plainly(address), "", "", "has no PostGIS", remedy)])
            if missing := [table for table in TABLES if table not in there]:
                problem, remedy = f"is not in the schema {schema}", "make it as geodata/postgis.sql says"
                raise AtlasError([Problem(table, "", "", problem, remedy) for table in missing])
            return _Reader(address, schema).read(connection.cursor())
    except psycopg.Error as error:
        raise AtlasError([_refused(address, error)]) from error


def _parameters(address: str) -> dict[str, Any]:
    """What an address says, as psycopg takes it.

    Raises:
        AtlasError: it cannot be understood.
    """
    remedy = "write postgresql://user@host:port/database; in a name or password @ / % are %40 %2F %25"
    problem = "cannot be understood"
    if not re.search(r"://[^@]*/[^@]*@|@.*@", address):  # libpq would take a piece of the password for the host
        try:
            given = conninfo_to_dict(address)
        except psycopg.ProgrammingError as error:
            if plainly(address) == address:  # else what it says may quote the password
                problem += f": {_first_line(error)}"
        else:
            return {"connect_timeout": TIMEOUT_S, "application_name": "corridors", **given}
    raise AtlasError([Problem(plainly(address), "", "", problem, remedy)])


def _connected(address: str) -> Connection:
    return psycopg.connect(**_parameters(address))


def _settled(connection: Connection) -> tuple[str, str | None]:
    """The schemas of atlas and PostGIS (None without it), whose functions can be called from now on."""
    schema, postgis = connection.execute(_PLACE).fetchone() or ("", None)
    if postgis:
        connection.execute(_PATH, (postgis, None))
    return schema, postgis


def _tables(connection: Connection, schema: str) -> list[str]:
    """Those of an atlas's tables that a schema has."""
    return [name for (name,) in connection.execute(_TABLES, (schema, TABLES, TABLES))]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _refused(address: str, error: Exception) -> Problem:
    """What a database's refusal means and what to do."""
    said = _first_line(error)
    if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn):
        problem, remedy = f"is another than it should be: {said}", "docs/postgis.md has its tables and columns"
    elif isinstance(error, errors.InsufficientPrivilege):
        problem, remedy = f"may not be read: {said}", "grant USAGE on its schema and SELECT on the tables there"
    elif isinstance(error, OperationalError | PoolTimeout):
        problem, remedy = f"cannot be reached: {said}", "see whether it runs, and host, port, name and password"
    else:
        problem, remedy = f"gave an error: {said}", "see docs/postgis.md for the schema"
    return Problem(plainly(address), "", "", problem, remedy)


class _Reader(Entries):
    def __init__(self, address: str, schema: str) -> None:
        super().__init__()
        self.address = address
        self.schema = schema

    def read(self, cursor: Cursor) -> Reading:
        digest = sha256()

        def rows(query: LiteralString, *values: object, **names: str) -> Iterator[tuple[Any, ...]]:
            for row in cursor.execute(_in(self.schema, query, **names), values):
                if names.get("kind") != RECORDED:
                    digest.update(json.dumps(row).encode() + b"\0")
                yield row

        stored = self._one("description", rows("SELECT content::text FROM {atlas}.description"))
        if stored is None:
            self.report("description", "is missing", "the table description holds one row, the content of atlas.yaml")
        description = None if stored in (None, _UNREADABLE) else self.describe("description", stored)
        layers = description.layers if description else ()
        large = [layer.id for layer in layers if layer.tiled]
        self._features(rows(_HELD, large, [layer.id for layer in layers]))
        for kind in KINDS:
            for name, found in groupby(rows(_ENTRIES, kind=kind), key=lambda row: row[0]):
                self._entries(kind, name, found)
        articles = self._articles(rows('SELECT name, content FROM {atlas}.articles ORDER BY name COLLATE "C"'))
        base = self._one("base", rows("SELECT content::text FROM {atlas}.base"))
        if not isinstance(base, dict | None) and base is not _UNREADABLE:
            self.report("base", "is not a FeatureCollection", 'write {"type": "FeatureCollection", "features": […]}')
        counts = {layer: count for layer, count, _ in rows(_COUNTED, large)} if large else {}
        tiled = Database(self.address, self.schema, dict.fromkeys(large, 0) | counts) if large else None
        declared = [f"layers/{layer.id}.geojson" for layer in layers]
        found = dict.fromkeys(name for kind, name, _ in self.stored if kind == "features")
        for name in [name for name in found if description and name not in declared]:
            remedy = "list the layer in description, or delete its rows of features"
            self.report(name, "belongs to no layer of the atlas", remedy)
        plain = Plain(stored, (), articles, base if isinstance(base, dict) else {})
        return self.reading(description, plain, digest.hexdigest(), tiled)

    def _features(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for layer, found in groupby(rows, key=lambda row: row[0]):
            name = f"layers/{layer}.geojson"
            for number, (_, id, properties, wkb) in enumerate(found, 1):
                said = self._json(name, id, properties)
                if said is _UNREADABLE:
                    self.origins["features", id] = name
                    continue
                feature = {"type": "Feature", "id": id, "properties": said, "geometry": _geometry(wkb)}
                self.add_feature(name, number, feature)

    def _entries(self, kind: str, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
        if not belongs(kind, name):
            folder = "vocabulary" if kind in VOCABULARY else kind
            file = kind if kind in VOCABULARY else "<name>"
            self.report(kind, f"{name!r} is no file for {kind}", f"write {folder}/{file}.yaml", field="file")
        for number, (_, id, content) in enumerate(rows, 1):
            said = self._json(name, id, content)
            if said is _UNREADABLE:
                self.origins[kind, id] = name
            else:
                self.add(kind, name, number, said)

    def _articles(self, rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
        found = {}
        for name, content in rows:
            if not belongs("articles", name):
                self.report("articles", f"{name!r} is no file for articles", "write article/<name>.txt", field="name")
            found[name] = content.replace("\r\n", "\n")
        return found

    def _one(self, table: str, rows: Iterable[tuple[Any, ...]]) -> Any:
        """The content of a table's only row; None without a row."""
        return next((self._json(table, "", content) for (content,) in rows), None)

    def _json(self, name: str, thing: str, text: str) -> Any:
        """What a ``jsonb`` holds: it may be larger and deeper than anything here can read."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = _UNREADABLE
        # how deep json can read is different in each Python
        if value is _UNREADABLE or (text.count("[") + text.count("{") > _DEEPEST and _is_deep(value)):
            self.report(name, "cannot be read", "write shorter numbers, and nest less", thing)
            return _UNREADABLE
        return value


_UNREADABLE = object()
_DEEPEST = 500
"""Levels of nesting from which on nobody means what stands there."""


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def _geometry(wkb: str | None) -> Any:
    """A geometry as in GeoJSON; what GeoJSON has no form for stays as it is, and will be refused."""
    try:
        return mapping(shapely.from_wkb(wkb)) if wkb else None
    except (ShapelyError, NotImplementedError):  # curves and triangles
        return wkb


def _in(schema: str, query: LiteralString, **names: str) -> sql.Composed:
    """A query of the tables in a schema."""
    return sql.SQL(query).format(
        atlas=sql.Identifier(schema), **{key: sql.Identifier(name) for key, name in names.items()}
    )


def _settle(connection: Connection) -> None:
    _settled(connection)


@lru_cache
def _pool(address: str) -> ConnectionPool:
    options = {**_parameters(address), "autocommit": True}
    return ConnectionPool(kwargs=options, min_size=0, max_size=4, timeout=PATIENCE_S, open=True, configure=_settle)


@dataclass(frozen=True)
class Database:
    """The tiled layers of an atlas in a database."""

    address: str
    schema: str
    _counts: Mapping[Id, int]

    archive = None

    @property
    def counts(self) -> Mapping[Id, int]:
        """How many features each layer has."""
        return self._counts

    def get(self, id: Id) -> Feature | None:
        """One feature; None if no layer has it, or if it cannot be read or reached, which is logged."""
        try:
            with _pool(self.address).connection() as connection:
                row = connection.execute(_in(self.schema, _ONE), (list(self.counts), id)).fetchone()
        except psycopg.Error as error:
            log.error("%s", _refused(self.address, error))  # noqa: TRY400 - nothing of our own went wrong
            return None
        return shown_feature(*row) if row else None

    def _all(self) -> Iterator[tuple[Any, ...]]:
        layers = list(self.counts)
        try:
            with _connected(self.address) as connection, connection.cursor(name="features") as cursor:
                cursor.itersize = AT_ONCE
                _settled(connection)
                yield from cursor.execute(_in(self.schema, _ALL), (layers, layers))
        except psycopg.Error as error:
            raise AtlasError([_refused(self.address, error)]) from error

    def rows(self) -> Iterator[Row]:
        """All features as they are stored, layer by layer, by their ids."""
        for *row, _ in self._all():
            yield tuple(row)

    def features(self) -> Iterator[Feature]:
        """All features, layer by layer, by their ids.

        Raises:
            AtlasError: one of them cannot be read.
        """
        return features_of(self.rows())

    def tile_problems(self, fingerprint: str) -> Iterator[Problem]:
        """Whether the columns from which tiles are made say the same as the features."""
        made_of = Fingerprint()
        for *_, geometry, said in self._all():
            made_of.add_stored(said, geometry)
        if str(made_of) != fingerprint:
            problem = "show something else than the features say: least_zoom and tile are older than the rest"
            remedy = "import the atlas again, into this database or another"
            yield Problem("features", "", "tile", problem, remedy)

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """A Mapbox vector tile, compressed by gzip; empty if nothing is there.

        Raises:
            AtlasError: the database did not answer.
        """
        place = {"zoom": zoom, "column": column, "row": row, "last": LAST_ZOOM, "layer": VECTOR_LAYER}
        try:
            with _pool(self.address).connection() as connection:
                (found,) = connection.execute(_in(self.schema, _TILE), place).fetchone() or (b"",)
        except psycopg.Error as error:
            raise AtlasError([_refused(self.address, error)]) from error
        return gzip.compress(found, 5, mtime=0) if found else b""


def write(reading: Reading, address: str, *, replace: bool = False) -> None:
    """Store an atlas in a database, whole or not at all.

    Args:
        reading: of an atlas without problems.
        address: of the database; it has the extension PostGIS, or the user may create it.
        replace: the atlas that is there goes; rights on it and whatever else is in its schema stay.

    Raises:
        AtlasError: the database cannot be written, or holds an atlas already.
    """
    try:
        with _connected(address) as connection, connection.cursor() as cursor:
            schema = _emptied(connection, address, replace=replace)
            _write_entries(cursor, schema, reading)
            if reading.atlas and reading.atlas.tiled:
                _write_tiled(cursor, schema, reading.atlas.tiled.rows())
            cursor.execute(_in(schema, "ANALYZE {atlas}.features"))
    except errors.InsufficientPrivilege as error:
        remedy = "name a user who may create or fill the tables of an atlas there"
        problem = f"may not be written: {_first_line(error)}"
        raise AtlasError([Problem(plainly(address), "", "", problem, remedy)]) from error
    except psycopg.Error as error:
        raise AtlasError([_refused(address, error)]) from error


def record(revision: Revision, address: str) -> str:
    """Write what a release changed into its database; gives the name of the row's file.

    Raises:
        AtlasError: it is recorded already, or cannot be written.
    """
    name = place_of(revision)
    row = (revision.id, name, 0, Jsonb(plain_of(revision)))
    try:
        with _connected(address) as connection:
            schema, _ = _settled(connection)
            connection.execute(_in(schema, "INSERT INTO {atlas}.{kind} VALUES (%s, %s, %s, %s)", kind=RECORDED), row)
    except errors.UniqueViolation as error:
        remedy = "a record stays as it was published; to write it anew, delete the row first"
        raise AtlasError([Problem(name, revision.id, "", "is recorded already", remedy)]) from error
    except psycopg.Error as error:
        raise AtlasError([_refused(address, error)]) from error
    return name


def _emptied(connection: Connection, address: str, *, replace: bool) -> str:
    """The schema with the tables of an atlas and nothing in them; what else is there, and all rights, stay."""

    def refusal(problem: str, remedy: str) -> AtlasError:
        return AtlasError([Problem(plainly(address), "", "", problem, remedy)])

    schema, postgis = _settled(connection)
    there = _tables(connection, schema)
    if there and there != TABLES:
        elsewhere = "name another schema: postgresql://…?options=-csearch_path%3DNAME"
        raise refusal(f"has tables of its own in the schema {schema}: {', '.join(there)}", elsewhere)
    if there and not replace:
        raise refusal("holds an atlas already", "say --replace if it may go, or name another database")
    if there:
        for table in TABLES:
            # not TRUNCATE: whoever reads at this moment goes on with what was there
            connection.execute(_in(schema, "DELETE FROM {atlas}.{table}", table=table))
        return schema
    if postgis is None:
        postgis = "public"
        try:
            connection.execute(_in(postgis, "CREATE EXTENSION postgis SCHEMA {atlas}"))
        except psycopg.Error as error:
            remedy = (
                "install postgresql-…-postgis-3 on its machine, and let an administrator run: CREATE EXTENSION postgis"
            )
            raise refusal(f"has no PostGIS: {_first_line(error)}", remedy) from error
    if connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone() is None:
        connection.execute(_in(schema, "CREATE SCHEMA {atlas}"))
        connection.execute(_in(schema, "COMMENT ON SCHEMA {atlas} IS 'An atlas of corridors: docs/postgis.md'"))
    connection.execute(_PATH, (schema, postgis))
    connection.execute((files("geodata") / "postgis.sql").read_bytes())
    return schema


def _write_entries(cursor: Cursor, schema: str, reading: Reading) -> None:
    plain = reading.plain
    cursor.execute(_in(schema, "INSERT INTO {atlas}.description (content) VALUES (%s)"), (Jsonb(plain.description),))
    if plain.base:
        cursor.execute(_in(schema, "INSERT INTO {atlas}.base (content) VALUES (%s)"), (Jsonb(plain.base),))
    cursor.executemany(_in(schema, "INSERT INTO {atlas}.articles VALUES (%s, %s)"), list(plain.articles.items()))
    kinds: dict[str, list[tuple[Any, ...]]] = {}
    for place, (kind, file, value) in enumerate(plain.entries):
        if kind == "features":
            layer = file.removeprefix("layers/").removesuffix(".geojson")
            geometry = shape(value["geometry"]).wkb if value["geometry"] else None
            kinds.setdefault(kind, []).append((value["id"], layer, place, Jsonb(value["properties"]), geometry))
        else:
            kinds.setdefault(kind, []).append((value["id"], file, place, Jsonb(value)))
    features = kinds.pop("features", [])
    cursor.executemany(
        _in(
            schema,
            "INSERT INTO {atlas}.features (id, layer, place, properties, geometry)"
            " VALUES (%s, %s, %s, %s, ST_GeomFromWKB(%s, 4326))",
        ),
        features,
    )
    for kind, rows in kinds.items():
        cursor.executemany(_in(schema, "INSERT INTO {atlas}.{kind} VALUES (%s, %s, %s, %s)", kind=kind), rows)


def _write_tiled(cursor: Cursor, schema: str, rows: Iterable[Row]) -> None:
    ids: dict[Id, list[Id]] = {}
    starts: dict[Id, list[Any]] = {}
    with cursor.copy(_in(schema, "COPY {atlas}.features (id, layer, properties, geometry, tile) FROM STDIN")) as copy:
        for row in rows:
            layer, id, properties, _ = row
            (feature,) = features_of([row])
            form = feature.geometry
            stored = None if form is None else shapely.to_wkb(shapely.set_srid(form, 4326), hex=True, include_srid=True)
            copy.write_row((id, layer, properties, stored, json.dumps(attributes(feature))))
            if form is not None and not (feature.off_map or feature.parts):
                ids.setdefault(layer, []).append(id)
                starts.setdefault(layer, []).append(shapely.get_coordinates(form)[0])
    cursor.execute("CREATE TEMPORARY TABLE zooms (id text, least smallint) ON COMMIT DROP")
    with cursor.copy("COPY zooms FROM STDIN") as copy:
        for layer, members in ids.items():
            for id, zoom in zip(members, least_zooms(members, np.array(starts[layer])).tolist(), strict=True):
                copy.write_row((id, zoom))
    cursor.execute(
        _in(schema, "UPDATE {atlas}.features SET least_zoom = least FROM pg_temp.zooms WHERE zooms.id = features.id")
    )
