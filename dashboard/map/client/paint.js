/* Draws base map, lines, places and marks on the canvas layers. */

const CROWD = 400; // from so many lines or places on a map on, single ones are not made out: they are drawn by the group
const COARSE = 0.7; // CSS pixels that a line may be drawn aside in the smallest crowd
const COARSER = 0.3; // the power by which that grows with the crowd: 3 pixels where a hundred times as many lines are
const DOT = 4; // CSS pixels of a place in a crowd, where no other dot is
const CELL = 32; // CSS pixels, no less than the largest symbol

class Painter {
  constructor(map) {
    this.map = map;
    this.symbols = new Map();
    this.labels = new Labels(map);
  }

  /** What was worked out for the last picture is no longer true. */
  forget() {
    this.placed = null;
  }

  base(context, scale, offset) {
    if (!this.map.base) return;
    const { land, edge, water, border } = this.map.colours;
    const { west, south, east, north } = this.map.description.frame;
    const [left, top] = project([west, north]);
    const [right, bottom] = project([east, south]);
    inMercator(context, scale, offset, () => {
      // beyond the frame nothing is known, not even that there is water
      context.fillStyle = water;
      context.fillRect(left, top, right - left, bottom - top);
      context.lineJoin = "round";
      context.fillStyle = land;
      context.strokeStyle = edge;
      context.lineWidth = 0.8 / scale;
      for (const path of this.map.base.countries) {
        context.fill(path, "evenodd");
        context.stroke(path);
      }
      context.fillStyle = water;
      for (const path of this.map.base.lakes) {
        context.fill(path, "evenodd");
        context.stroke(path);
      }
      context.strokeStyle = border;
      context.lineWidth = 1.1 / scale;
      for (const line of this.map.base.borders) {
        context.setLineDash(line.disputed ? [4 / scale, 3.5 / scale] : []);
        if (line.disputed) {
          // hide the solid edge below before dashing
          context.strokeStyle = land;
          context.setLineDash([]);
          context.lineWidth = 1.6 / scale;
          context.stroke(line.path);
          context.strokeStyle = border;
          context.lineWidth = 1.1 / scale;
          context.setLineDash([4 / scale, 3.5 / scale]);
        }
        context.stroke(line.path);
      }
    });
  }

  /** A line as it is drawn at a scale: beside the lines with which it shares its course. */
  course(feature, scale) {
    if (!feature.shares) {
      feature.path ??= pathOf(feature.parts);
      return feature;
    }
    if (feature.shown?.scale === scale) return feature.shown;
    const gap = (this.widthOf(feature) + 2.2) / scale;
    const parts = feature.courses.map((course) => course.flatMap(({ x, y, dx, dy, slot }) => [x - dy * slot * gap, y + dx * slot * gap]));
    const path = pathOf(parts);
    feature.shown = { scale, parts, path };
    return feature.shown;
  }

  /** Dash and opacity by status; what is chosen before it begins is a ghost. */
  lineOf(feature) {
    if (feature.now) return this.map.style.statuses[feature.now.status];
    return feature.changes.length ? { dash: [1, 7], opacity: 0.5 } : this.map.style.statuses.operating;
  }

  /** The height of a place's symbol in CSS pixels. */
  sizeOf(feature) {
    return this.map.symbols[feature.kind].size * this.map.colours.scale;
  }

  widthOf(feature) {
    const zoom = this.map.leaflet.getZoom();
    return ((this.map.style.widths[feature.kind] || 2.2) + (feature.drawn === "endpoints" ? 0.8 : 0)) * Math.max(0.75, Math.min(1.5, 1 + (zoom - 6) * 0.12)) * this.map.colours.scale;
  }

  /** What the atlas holds, and the names over it. */
  data(context, scale, offset, size) {
    if (!this.map.layersOn) return;
    this._features(context, scale, offset, size);
    if (!this.map.base || !this.map.words) return;
    const places = this.places(scale, offset, size);
    // in a crowd names stand on dots: there is no other room
    this.labels.draw(context, scale, offset, places.length > CROWD ? places.filter(({ full }) => full) : places);
  }

  _features(context, scale, offset, size) {
    const [west, north, east, south] = [-offset.x / scale, -offset.y / scale, (size.x - offset.x) / scale, (size.y - offset.y) / scale];
    const inside = ({ box }) => box.east > west && box.west < east && box.south > north && box.north < south;
    const lines = this.map.onMap.filter((feature) => feature.visible && feature.line && inside(feature));
    if (lines.length > CROWD) this._crowd(context, scale, offset, lines);
    else this._lines(context, scale, offset, lines);
    const places = this.places(scale, offset, size);
    const crowd = places.length > CROWD;
    if (crowd) this._dots(context, places);
    // the most prominent last, on top
    for (let index = places.length - 1; index >= 0; index -= 1) {
      const { feature, x, y, full } = places[index];
      if (full || !crowd) this._drawSymbol(context, feature, x, y, full);
    }
  }

  _lines(context, scale, offset, lines) {
    inMercator(context, scale, offset, () => {
      context.lineJoin = "round";
      for (const feature of lines) {
        const { path } = this.course(feature, scale);
        if (feature.area) this._fill(context, feature, path);
        context.lineCap = "round";
        context.setLineDash([]);
        context.globalAlpha = 0.75;
        context.strokeStyle = this.map.colours.paper;
        context.lineWidth = (this.widthOf(feature) + 2) / scale;
        context.stroke(path);
        this._stroke(context, scale, feature, path);
      }
    });
  }

  _fill(context, feature, path) {
    context.globalAlpha = 0.12;
    context.fillStyle = this.map.themeOf(feature.layer);
    context.fill(path, "evenodd");
  }

  /** Many lines at once, thin, those that look alike together, with no more positions than can be told apart. */
  _crowd(context, scale, offset, lines) {
    const groups = new Map();
    const least = (COARSE * (lines.length / CROWD) ** COARSER) / scale;
    for (const feature of lines) {
      const key = `${feature.layer} ${feature.now?.status} ${feature.now?.promise}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { feature, path: new Path2D() }));
      for (const part of feature.parts) this._trace(group.path, part, least);
    }
    inMercator(context, scale, offset, () => {
      context.lineJoin = "bevel";
      for (const { feature, path } of groups.values()) {
        this._style(context, scale, feature);
        context.lineCap = "butt";
        context.lineWidth = 1 / (window.devicePixelRatio || 1) / scale; // what is no wider than a pixel is drawn eight times as fast
        context.stroke(path);
      }
    });
  }

  _trace(path, part, least) {
    let [x, y] = part;
    path.moveTo(x, y);
    const end = part.length - 2;
    for (let index = 2; index <= end; index += 2) {
      if (index < end && Math.abs(part[index] - x) < least && Math.abs(part[index + 1] - y) < least) continue;
      x = part[index];
      y = part[index + 1];
      path.lineTo(x, y);
    }
  }

  _style(context, scale, feature) {
    const line = this.lineOf(feature);
    context.globalAlpha = line.opacity * (feature.now?.promise ? 0.7 : 1);
    context.strokeStyle = this.map.themeOf(feature.layer);
    context.lineCap = line.dash.length && line.dash[0] > 1 ? "butt" : "round";
    context.setLineDash(line.dash.map((length) => length / scale));
  }

  _stroke(context, scale, feature, path) {
    const width = this.widthOf(feature);
    this._style(context, scale, feature);
    context.lineWidth = width / scale;
    context.stroke(path);
    if (feature.drawn !== "endpoints") return;
    context.globalAlpha = 1;
    context.strokeStyle = this.map.colours.paper;
    context.lineWidth = (width * 0.36) / scale;
    context.stroke(path);
  }

  /** The places of a crowd that have no symbol, those that look alike together, one for each spot. */
  _dots(context, places) {
    const taken = new Set();
    const groups = new Map();
    for (const { feature, x, y, full } of places) {
      const spot = Math.floor(x / DOT) * 65536 + Math.floor(y / DOT);
      if (full || taken.has(spot)) continue;
      taken.add(spot);
      const built = this._isBuilt(feature);
      const key = `${feature.layer} ${built}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { feature, built, path: new Path2D() }));
      group.path.rect(x - DOT / 2, y - DOT / 2, DOT, DOT);
    }
    const { paper } = this.map.colours;
    for (const { feature, built, path } of groups.values()) {
      const colour = this.map.themeOf(feature.layer);
      context.fillStyle = built ? colour : paper;
      context.fill(path);
      context.strokeStyle = built ? paper : colour;
      context.lineWidth = 1 / (window.devicePixelRatio || 1);
      context.stroke(path);
    }
  }

  _isBuilt({ now }) {
    return !now || now.status === "operating" || now.status === "idle";
  }

  /** The visible points, the most prominent first; one that would cover a more prominent one is a dot. */
  places(scale, offset, size) {
    const seen = `${scale} ${offset.x} ${offset.y} ${size.x} ${size.y}`;
    if (this.placed?.seen === seen) return this.placed.places;
    const zoom = this.map.leaflet.getZoom();
    const { symbols, onMap, litNow } = this.map;
    const places = [];
    for (const feature of onMap) {
      if (!feature.visible || !feature.at) continue;
      const x = feature.at[0] * scale + offset.x;
      const y = feature.at[1] * scale + offset.y;
      if (x < -20 || y < -20 || x > size.x + 20 || y > size.y + 20) continue;
      const rank = (litNow.has(feature.id) ? -1 : symbols[feature.kind].zoom) + feature.order / 1000;
      places.push({ feature, x, y, rank, full: false });
    }
    places.sort((a, b) => a.rank - b.rank);
    const taken = new Map();
    for (const place of places) {
      if (place.rank > zoom) break;
      const half = this.sizeOf(place.feature) / 2;
      const column = Math.floor(place.x / CELL);
      const row = Math.floor(place.y / CELL);
      if (this._covers(taken, place, half, column, row)) continue;
      place.full = true;
      const key = column * 65536 + row;
      if (!taken.has(key)) taken.set(key, []);
      taken.get(key).push({ x: place.x, y: place.y, half });
    }
    this.placed = { seen, places };
    return places;
  }

  _covers(taken, { x, y }, half, column, row) {
    for (let a = column - 1; a <= column + 1; a += 1)
      for (let b = row - 1; b <= row + 1; b += 1)
        for (const other of taken.get(a * 65536 + b) || [])
          if (Math.hypot(other.x - x, other.y - y) < (other.half + half) * 0.7) return true;
    return false;
  }

  /** Put a place's symbol on the map, on whole pixels of the screen, where it is as sharp as it was drawn. */
  _drawSymbol(context, feature, x, y, full) {
    const ratio = window.devicePixelRatio || 1;
    const picture = this._symbol(feature, full, ratio);
    const side = picture.width / ratio;
    const onPixel = (at) => Math.round((at - side / 2) * ratio) / ratio;
    context.globalAlpha = 1;
    context.drawImage(picture, onPixel(x), onPixel(y), side, side);
  }

  /** The picture of a symbol, drawn once: its curves take far longer to draw than its copy. */
  _symbol(feature, full, ratio) {
    const { layer, kind, now } = feature;
    const built = this._isBuilt(feature);
    const key = `${this.map.view.look} ${layer} ${kind} ${built || now.status} ${full} ${ratio}`;
    let picture = this.symbols.get(key);
    if (picture) return picture;
    const symbol = this.map.symbols[kind];
    const factor = (full ? symbol.size / 16 : 0.3) * this.map.colours.scale;
    const side = Math.ceil((16 * factor + 6) * ratio);
    picture = element("canvas", { width: side, height: side });
    const context = picture.getContext("2d");
    context.setTransform(ratio * factor, 0, 0, ratio * factor, side / 2, side / 2);
    context.lineJoin = "round";
    context.lineCap = "round";
    context.strokeStyle = this.map.colours.paper;
    context.lineWidth = 3 / factor;
    context.stroke(symbol.path);
    const colour = this.map.themeOf(layer);
    context.fillStyle = built ? colour : this.map.colours.paper;
    context.fill(symbol.path);
    if (!built) {
      context.strokeStyle = colour;
      context.lineWidth = 1.8 / factor;
      context.setLineDash(this.map.style.statuses[now.status].dash.map((length) => (length * 0.35) / factor));
      context.stroke(symbol.path);
      context.setLineDash([]);
    }
    if (full) {
      context.strokeStyle = built ? this.map.colours.paper : colour;
      context.lineWidth = 1.5 / factor;
      context.stroke(symbol.mark);
    }
    this.symbols.set(key, picture);
    return picture;
  }

  mark(context, scale, offset) {
    if (!this.map.layersOn) return;
    const lit = this.map.lit().filter((feature) => feature.visible);
    const { mark, ink } = this.map.colours;
    for (const [colour, extra] of [[ink, 9], [mark, 6.5]]) {
      inMercator(context, scale, offset, () => {
        context.lineJoin = context.lineCap = "round";
        context.strokeStyle = colour;
        for (const feature of lit.filter((item) => item.line && item.box && !item.members.length)) {
          context.lineWidth = (this.widthOf(feature) + extra) / scale;
          context.stroke(this.course(feature, scale).path);
        }
      });
      context.fillStyle = colour;
      for (const feature of lit.filter((item) => item.at)) {
        const [px, py] = feature.at;
        context.beginPath();
        context.arc(px * scale + offset.x, py * scale + offset.y, this.sizeOf(feature) / 2 + extra / 2 + 2, 0, 7);
        context.fill();
      }
    }
  }
}
