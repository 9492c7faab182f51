/* Names of places, and of what the base map shows, where there is room for them. */

const BESIDE = 4; // CSS pixels between a symbol and its name
const BESIDE_MARK = 10; // the same, where a mark is around the symbol
const ACROSS = 0.8; // where a name stands above or below: how much of the way beside is left, at an angle
const CROSSED = 5; // what one line or dot under a name costs, counted in places further down the list
const MOST_CROSSED = 3; // lines that may go through the name of a country or sea, which stands upon it and nowhere else
const CONTROLS = ".search, .legend, .as-of, .leaflet-control-zoom, .leaflet-control-scale";

class Labels {
  constructor(map) {
    this.map = map;
    this.covered = null;
    this.written = [];
  }

  /** Look where controls lie on the map, in the pixels of its container; whether that is another place than before. */
  measure() {
    const { left, top } = this.map.mapBox.getBoundingClientRect();
    const before = String(this.covered);
    const bar = this.map.scale.getContainer();
    this.covered = [...this.map.mapBox.querySelectorAll(CONTROLS)].flatMap((control) => {
      const box = control.getBoundingClientRect();
      // the scale bar has another width at each zoom level: all of its room is kept free
      const width = control === bar ? Math.max(box.width, this.map.scale.options.maxWidth) : box.width;
      return box.width && box.height ? [[box.right - width - left, box.top - top, box.right - left, box.bottom - top]] : [];
    });
    return before !== String(this.covered);
  }

  draw(context, scale, offset, places) {
    const zoom = this.map.leaflet.getZoom();
    const corner = this.map.leaflet.containerPointToLayerPoint([0, 0]).subtract(this.map.dataCanvas._bounds.min);
    const seen = this.map.leaflet.getSize();
    this.view = [corner.x, corner.y, corner.x + seen.x, corner.y + seen.y];
    // at each step of a briefing the date has another width
    if (!this.covered || this.map.presentation) this.measure();
    this.controls = this.covered.map(([left, top, right, bottom]) => [left + corner.x, top + corner.y, right + corner.x, bottom + corner.y]);
    this.lines = this._lines(scale, offset);
    const around = ({ x, y }, half) => [x - half, y - half, x + half, y + half];
    const named = places.filter(({ full }) => full);
    const symbols = named.map((place) => around(place, this.map.painter.sizeOf(place.feature) / 2));
    this.taken = [...symbols];
    this.written = [];
    this.dots = places.filter(({ full }) => !full).map((place) => around(place, 3));
    for (const [index, { x, y, rank, feature }] of named.entries()) {
      if (rank > zoom - 0.8) continue;
      const chosen = rank < 0;
      const major = this.map.symbols[feature.kind].zoom <= 0;
      this._place(context, this.map.nameOf(feature), [[x, y]], {
        weight: chosen ? 700 : 600, size: major || chosen ? 13.5 : 12, colour: this.map.colours.ink, halo: this.map.colours.paper,
        beside: this.map.painter.sizeOf(feature) / 2 + (chosen ? BESIDE_MARK : BESIDE), symbol: symbols[index],
      });
    }
    for (const label of this.map.base.labels) {
      const style = this._style(label, zoom);
      if (!style) continue;
      let at = label.at.map(([px, py]) => [px * scale + offset.x, py * scale + offset.y]).filter(([x, y]) => within(this.view, x, y));
      if (label.kind === "city") {
        at = at.filter(([x, y]) => !places.some((place) => Math.hypot(place.x - x, place.y - y) < 9));
        context.fillStyle = this.map.colours["town-name"];
        for (const [x, y] of at) {
          context.beginPath();
          context.arc(x, y, label.rank === 1 ? 2.6 : 1.9, 0, 7);
          context.fill();
        }
      }
      this._place(context, this._text(label), at, style);
    }
  }

  /** The lines that a name would do well not to stand on, in any year, so that no name moves while time passes. */
  _lines(scale, offset) {
    const { onMap, layersOn, litNow } = this.map;
    const lines = onMap.filter(({ line, layer, id, own }) => line && (own?.on || layersOn.has(layer) || litNow.has(id)));
    // among very many there is no room beside them
    if (lines.length > CROWD) return [];
    return lines.map((feature) => {
      const { west, north, east, south } = feature.box;
      return { box: [west, north, east, south], parts: this.map.painter.course(feature, scale).parts, scale, offset };
    });
  }

  /** Write a name where it has most room: a sea or a large country has several good places for its own. */
  _place(context, text, places, style) {
    // beside a symbol that a control hides, a name would be nobody's
    const at = places.filter(([x, y]) => !this.controls.some((box) => within(box, x, y)));
    if (!at.length) return;
    const letters = style.size * this.map.colours.scale;
    context.font = `${style.italic ? "italic " : ""}${style.weight} ${letters}px 'Source Sans', sans-serif`;
    context.letterSpacing = `${style.spacing || 0}px`;
    const width = context.measureText(text).width;
    const best = this._best(this._positions(width, letters, style.beside), at, width, letters * 1.15, style.symbol);
    if (!best) return;
    this.taken.push(best.box);
    this.written.push({ text, box: best.box });
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = style.halo;
    if (style.halo) context.strokeText(text, best.x, best.y);
    context.fillStyle = style.colour;
    context.fillText(text, best.x, best.y);
  }

  /** Where a name may stand, the better places first: beside what it names, else around it; or upon it. */
  _positions(width, letters, beside) {
    if (!beside) return [[-width / 2, 0]];
    const across = beside * ACROSS;
    const up = across + letters * 0.3;
    const over = beside + letters * 0.5 - 2;
    return [
      [beside, 0], [-beside - width, 0],
      [across, -up], [across, up], [-across - width, -up], [-across - width, up],
      [-width / 2, -over], [-width / 2, over],
    ];
  }

  /** The place that covers the fewest lines and dots, and of those the first; nothing where none is free. */
  _best(positions, at, width, height, symbol) {
    let best;
    for (const [x, y] of at) {
      const inView = within(this.view, x, y);
      for (const [index, [dx, dy]] of positions.entries()) {
        if (best && best.cost <= index) break;
        const box = [x + dx - 2, y + dy - height / 2 - 1, x + dx + width + 2, y + dy + height / 2 + 1];
        // what can be seen is not cut off by the edge of the map
        if (inView && (box[0] < this.view[0] || box[1] < this.view[1] || box[2] > this.view[2] || box[3] > this.view[3])) continue;
        if (this.taken.some((other) => other !== symbol && overlap(box, other)) || this.controls.some((other) => overlap(box, other))) continue;
        const dots = this.dots.filter((dot) => overlap(box, dot)).length;
        const crossed = this.lines.filter((line) => crosses(line, box)).length;
        if (positions.length === 1 && (dots || crossed > MOST_CROSSED)) continue;
        const cost = index + (dots + crossed) * CROSSED;
        if (!best || cost < best.cost) best = { cost, x: x + dx, y: y + dy, box };
      }
    }
    return best;
  }

  _text(label) {
    const { lang } = this.map.view;
    if (label.kind !== "country") return label.names[lang];
    return (this.map.words.countries[label.iso] || label.iso).toLocaleUpperCase(lang);
  }

  /** How a label of the base map looks at a zoom level; null while it is not shown. */
  _style({ kind, rank }, zoom) {
    const { land, "sea-name": sea, "land-name": country, "town-name": town } = this.map.colours;
    if (kind === "city") return zoom < [0, 3.5, 5, 6.2][rank] ? null : { weight: 400, size: 12, colour: town, halo: land, beside: 5 };
    if (kind === "sea") return zoom < 3 + rank * 0.6 ? null : { weight: 400, italic: true, size: rank === 1 ? 17 : 13, spacing: 2, colour: sea };
    if (kind === "lake") return zoom < 4.5 + rank * 0.6 ? null : { weight: 400, italic: true, size: 11.5, colour: sea };
    return zoom < 2.5 + rank * 0.8 ? null : { weight: 600, size: rank === 1 ? 13 : 11, spacing: 1.6, colour: country };
  }
}

const within = (box, x, y) => x > box[0] && y > box[1] && x < box[2] && y < box[3];

const overlap = (one, other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];

/** Whether a line goes through a box of the screen. */
const crosses = ({ box, parts, scale, offset }, area) => {
  const west = (area[0] - offset.x) / scale;
  const north = (area[1] - offset.y) / scale;
  const east = (area[2] - offset.x) / scale;
  const south = (area[3] - offset.y) / scale;
  if (!overlap(box, [west, north, east, south])) return false;
  for (const part of parts)
    for (let index = 2; index < part.length; index += 2)
      if (through(part[index - 2], part[index - 1], part[index], part[index + 1], west, north, east, south)) return true;
  return false;
};

/** Whether a straight line from one position to another goes through a box (Liang and Barsky's way of clipping). */
const through = (x1, y1, x2, y2, west, north, east, south) => {
  if ((x1 < west && x2 < west) || (x1 > east && x2 > east) || (y1 < north && y2 < north) || (y1 > south && y2 > south)) return false;
  const dx = x2 - x1;
  const dy = y2 - y1;
  let from = 0;
  let to = 1;
  for (const [along, away] of [[-dx, x1 - west], [dx, east - x1], [-dy, y1 - north], [dy, south - y1]]) {
    if (along === 0) {
      if (away < 0) return false;
    } else if (along < 0) from = Math.max(from, away / along);
    else to = Math.min(to, away / along);
  }
  return from <= to;
};
