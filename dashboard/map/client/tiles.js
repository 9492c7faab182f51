/* Features of layers that are too large to be fetched whole: drawn from vector tiles, as many as are in view. */

const MOST_TILES = 160; // kept in memory
const HEADER = 127; // bytes of an archive's header
const HEAD = 16384; // bytes in which header and root directory lie
const AGAIN_MS = 3000; // after which a tile that did not come is asked for again

const unzipped = async (bytes) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

/** Reads a message of Protocol Buffers, or any row of its whole numbers. */
class Wire {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }

  number() {
    let value = 0;
    let factor = 1;
    let byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  }

  part() {
    const length = this.number();
    this.at += length;
    return new Wire(this.bytes, this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.bytes.subarray(this.at, this.end));
  }

  /** Each field of the message: its number, and its value or the part that holds it. */
  *fields() {
    while (this.at < this.end) {
      const key = this.number();
      const form = key & 7;
      if (form === 0) yield [key >> 3, this.number()];
      else if (form === 2) yield [key >> 3, this.part()];
      else this.at += form === 1 ? 8 : 4; // fractions, which our tiles do not use
    }
  }
}

/** A PMTiles archive, version 3: tiles by their place on a Hilbert curve, found by a directory of directories. */
class Archive {
  constructor(read) {
    this.read = read; // (first byte, number of bytes) -> promise of the bytes
    this.directories = new Map();
  }

  async open() {
    const bytes = await this.read(0, HEAD);
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    if (new Wire(bytes, 0, 7).text() !== "PMTiles" || bytes[7] !== 3) throw new Error("not a PMTiles archive of version 3");
    const long = (at) => Number(view.getBigUint64(at, true));
    this.leaves = long(40);
    this.data = long(56);
    this.least = bytes[100];
    this.most = bytes[101];
    this.directories.set(0, this._directory(bytes.subarray(long(8), long(8) + long(16))));
    return this;
  }

  async _directory(bytes) {
    const wire = new Wire(await unzipped(bytes));
    const entries = Array.from({ length: wire.number() }, () => ({}));
    let id = 0;
    for (const entry of entries) entry.id = id += wire.number();
    for (const entry of entries) entry.run = wire.number();
    for (const entry of entries) entry.length = wire.number();
    let next = 0;
    for (const entry of entries) {
      const offset = wire.number();
      entry.offset = offset ? offset - 1 : next; // 0: right after the one before
      next = entry.offset + entry.length;
    }
    return entries;
  }

  _leaf({ offset, length }) {
    const from = this.leaves + offset;
    if (!this.directories.has(from)) {
      const directory = this.read(from, length).then((bytes) => this._directory(bytes));
      directory.catch(() => this.directories.delete(from));
      this.directories.set(from, directory);
    }
    return this.directories.get(from);
  }

  /** The place of a tile on the curve. */
  static place(zoom, column, row) {
    let [x, y] = [column, row];
    let place = (4 ** zoom - 1) / 3;
    for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
      const right = x & side ? 1 : 0;
      const down = y & side ? 1 : 0;
      place += side * side * ((3 * right) ^ down);
      if (down) continue;
      if (right) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    return place;
  }

  /** A tile's bytes; null if nothing is there. */
  async tile(zoom, column, row) {
    const wanted = Archive.place(zoom, column, row);
    let directory = await this.directories.get(0);
    for (;;) {
      let [low, high] = [0, directory.length - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (directory[middle].id <= wanted) low = middle + 1;
        else high = middle - 1;
      }
      const entry = directory[high];
      if (!entry) return null;
      if (entry.run) return wanted < entry.id + entry.run ? unzipped(await this.read(this.data + entry.offset, entry.length)) : null;
      directory = await this._leaf(entry);
    }
  }
}

/** What a vector tile (Mapbox Vector Tile 2) has of each feature: its attributes, and its parts in Mercator. */
const readTile = function* (bytes, zoom, column, row) {
  for (const [field, layer] of new Wire(bytes).fields()) {
    if (field !== 3) continue;
    const keys = [];
    const values = [];
    const found = [];
    let extent = 4096;
    for (const [inner, value] of layer.fields()) {
      if (inner === 2) found.push(value);
      else if (inner === 3) keys.push(value.text());
      else if (inner === 4) for (const [form, said] of value.fields()) values.push(form === 1 ? said.text() : said);
      else if (inner === 5) extent = value;
    }
    const step = 1 / extent / 2 ** zoom;
    const [left, top] = [column / 2 ** zoom - ORIGIN.x, row / 2 ** zoom - ORIGIN.y];
    for (const feature of found) {
      const attributes = {};
      let parts = [];
      let kind = 0;
      for (const [inner, value] of feature.fields()) {
        if (inner === 2) while (value.at < value.end) attributes[keys[value.number()]] = values[value.number()];
        else if (inner === 3) kind = value;
        else if (inner === 4) parts = readParts(value, kind === 1 ? extent : Infinity);
      }
      for (const part of parts)
        for (let index = 0; index < part.length; index += 2) {
          part[index] = left + part[index] * step;
          part[index + 1] = top + part[index + 1] * step;
        }
      if (parts.length) yield { attributes, parts, point: kind === 1, line: kind > 1 };
    }
  }
};

/** The commands of a geometry as flat positions; places from `end` on belong to the next tile. */
const readParts = (wire, end) => {
  const parts = [];
  let part = [];
  let [x, y] = [0, 0];
  const step = () => {
    const value = wire.number();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  while (wire.at < wire.end) {
    const command = wire.number();
    if ((command & 7) === 7) part.push(part[0], part[1]);
    else
      for (let left = command >> 3; left > 0; left -= 1) {
        x += step();
        y += step();
        if ((command & 7) === 1) parts.push((part = []));
        part.push(x, y);
      }
  }
  const inside = ([px, py]) => px >= 0 && py >= 0 && px < end && py < end;
  return (end === Infinity ? parts : parts.filter(inside)).map((positions) => Float64Array.from(positions));
};

/** The features of tiled layers that are in view, in the same form as those that were fetched whole. */
class TiledFeatures {
  constructor(map, settings) {
    this.map = map;
    this.settings = settings; // layers; archive: its path, or null: each tile has an address; last: the nearest zoom then
    this.tiles = new Map();
    this.changes = new Map();
    this.pieces = [];
  }

  get _on() {
    return this.settings.layers.some((layer) => this.map.view.layers.includes(layer));
  }

  /** Fetch what is in view now, and hand it to the map when all of it is there. */
  async update() {
    const turn = (this.turn = (this.turn || 0) + 1);
    clearTimeout(this.again);
    try {
      const wanted = this._on ? await this._inView() : [];
      const key = wanted.map((tile) => tile.join("/")).join(" ");
      if (key === this.key) return;
      const tiles = await Promise.all(wanted.map((tile) => this._tile(...tile)));
      if (turn !== this.turn) return;
      this.key = key;
      this.pieces = tiles.flat();
      this.tree = null;
      this.map.tilesCame();
    } catch (error) {
      if (turn !== this.turn) return;
      console.warn(`Tiles did not come, they are asked for again: ${error.message}`);
      this.again = setTimeout(() => this.update(), AGAIN_MS);
    }
  }

  /** The tiles that the map needs where it is: about as many pixels wide as they have room for. */
  async _inView() {
    const { leaflet } = this.map;
    const { least, most } = await this._source();
    const zoom = Math.max(least, Math.min(most, Math.round(leaflet.getZoom()) - 1));
    const count = 2 ** zoom;
    const bounds = leaflet.getBounds().pad(0.25);
    const place = (latLng) => project([latLng.lng, latLng.lat]).map((at, axis) => Math.max(0, Math.min(count - 1, Math.floor((at + (axis ? ORIGIN.y : ORIGIN.x)) * count))));
    const [west, north] = place(bounds.getNorthWest());
    const [east, south] = place(bounds.getSouthEast());
    const found = [];
    for (let column = west; column <= east; column += 1) for (let row = north; row <= south; row += 1) found.push([zoom, column, row]);
    return found;
  }

  _source() {
    const { archive, last } = this.settings;
    const { files } = this.map;
    this.source ??= archive
      ? new Archive((from, length) => files.range(archive, from, length)).open()
      : Promise.resolve({ least: 0, most: last, tile: (zoom, column, row) => files.bytes(`tiles/${zoom}/${column}/${row}.mvt`) });
    this.source.catch(() => (this.source = null));
    return this.source;
  }

  _tile(zoom, column, row) {
    const key = `${zoom}/${column}/${row}`;
    let tile = this.tiles.get(key);
    if (!tile) {
      tile = this._read(zoom, column, row);
      tile.catch(() => this.tiles.delete(key));
    }
    // the one that was wanted last is the last to go
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    if (this.tiles.size > MOST_TILES) this.tiles.delete(this.tiles.keys().next().value);
    return tile;
  }

  async _read(zoom, column, row) {
    const source = await this._source();
    const bytes = await source.tile(zoom, column, row);
    return bytes?.length ? Array.from(readTile(bytes, zoom, column, row), (found) => this._piece(found)) : [];
  }

  _piece({ attributes, parts, point, line }) {
    const { layer, kind, drawn = null, countries, owners } = attributes;
    return {
      id: attributes.id,
      layer,
      order: this.map.settings.layers.indexOf(layer),
      kind,
      theme: [layer],
      country: countries ? countries.split(" ") : [],
      owner: owners ? JSON.parse(owners) : [],
      stance: [],
      topic: [],
      drawn,
      members: [],
      changes: this._changes(attributes.changes),
      names: attributes,
      line,
      point,
      at: point ? parts[0] : null,
      parts,
      box: boundsOf(parts),
    };
  }

  /** A history that was read already is shared, and its status with it. */
  _changes(text) {
    if (!this.changes.has(text)) this.changes.set(text, JSON.parse(text).map((change) => ({ ...change, day: dayNumber(change.from) })));
    return this.changes.get(text);
  }

  /** What is in view of one feature. */
  of(id) {
    return this.pieces.filter((piece) => piece.id === id);
  }

  near(x, y, radius) {
    this.tree ??= new BoxTree(this.pieces);
    return this.tree.near(x, y, radius);
  }
}
