/* The map, the layer switches and the time axis in the browser.
 *
 * One client for the app and for the exports. It is started once with a Leaflet map, fetches the atlas by
 * address, draws on canvas, and from then on only listens: show(message) brings a change of view from the
 * server, report() tells the server where the viewer came to rest. All text is written with textContent.
 *
 * Coordinates inside: spherical Mercator, whole world = 1, relative to ORIGIN so that 32-bit floats of the
 * graphics card stay exact to a fraction of a pixel.
 */
(() => {
  "use strict";

  const ORIGIN = { x: 0.65, y: 0.37 };
  const DAY = 86400000;
  const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

  // ---------------------------------------------------------------- small tools

  const project = ([longitude, latitude]) => {
    const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
    return [longitude / 360 + 0.5 - ORIGIN.x, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) - ORIGIN.y];
  };

  const element = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  };

  const svg = (name, attributes = {}, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") node.textContent = value;
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };

  const dayNumber = (iso) => Math.round(Date.parse(iso + "T00:00:00Z") / DAY);
  const isoDay = (number) => new Date(number * DAY).toISOString().slice(0, 10);

  /** The last day that a day, month or year can mean, as a day number; null if the text is none of these. */
  const lastDay = (text) => {
    const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text.trim());
    if (!match) return null;
    const [year, month, day] = match.slice(1).map((part) => (part ? Number(part) : null));
    const date = new Date(0);
    if (day) date.setUTCFullYear(year, month - 1, day);
    else date.setUTCFullYear(month ? year : year + 1, month ? month : 0, 0);
    const valid = (!day || date.getUTCDate() === day) && (!month || date.getUTCMonth() === month - 1);
    return valid ? Math.round(date.getTime() / DAY) : null;
  };

  /** The same host's page around the component; null where the map stands alone. */
  const host = (() => {
    if (window.parent === window) return null;
    try {
      return window.parent.document ? window.parent : null;
    } catch (refused) {
      if (refused instanceof DOMException) return null;
      throw refused;
    }
  })();

  // ---------------------------------------------------------------- canvas layers

  /** One canvas of the map; `draw(context, scale)` is called with the context in Mercator coordinates. */
  const CanvasLayer = L.Renderer.extend({
    initialize(draw, options) {
      this._draw = draw;
      L.Renderer.prototype.initialize.call(this, options);
    },
    _initContainer() {
      this._container = element("canvas", { "aria-hidden": "true" });
      this._context = this._container.getContext("2d");
    },
    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const ratio = window.devicePixelRatio || 1;
      const size = this._bounds.getSize();
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
        canvas.width = Math.round(size.x * ratio);
        canvas.height = Math.round(size.y * ratio);
        canvas.style.width = `${size.x}px`;
        canvas.style.height = `${size.y}px`;
      }
      this.redraw();
    },
    redraw() {
      if (!this._map || !this._bounds) return;
      const ratio = window.devicePixelRatio || 1;
      const scale = 256 * 2 ** this._map.getZoom();
      const pixel = this._map.getPixelOrigin().add(this._bounds.min);
      this.offset = { x: ORIGIN.x * scale - pixel.x, y: ORIGIN.y * scale - pixel.y };
      const context = this._context;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this._container.width, this._container.height);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this._draw(context, scale, this.offset, this._bounds.getSize());
    },
  });

  const inMercator = (context, scale, offset, draw) => {
    context.save();
    context.translate(offset.x, offset.y);
    context.scale(scale, scale);
    draw();
    context.restore();
  };

  const tracePath = (geometry) => {
    const path = new Path2D();
    const line = (positions, close) => {
      positions.forEach((position, index) => {
        const [x, y] = project(position);
        if (index) path.lineTo(x, y);
        else path.moveTo(x, y);
      });
      if (close) path.closePath();
    };
    const { type, coordinates } = geometry;
    if (type === "LineString") line(coordinates);
    else if (type === "MultiLineString") coordinates.forEach((part) => line(part));
    else if (type === "Polygon") coordinates.forEach((ring) => line(ring, true));
    else if (type === "MultiPolygon") coordinates.flat().forEach((ring) => line(ring, true));
    return path;
  };

  const flatten = (geometry) => {
    if (!geometry) return [];
    if (geometry.type === "Point") return [[project(geometry.coordinates)]];
    if (geometry.type === "MultiPoint") return geometry.coordinates.map((position) => [project(position)]);
    if (geometry.type === "LineString") return [geometry.coordinates.map(project)];
    if (geometry.type === "MultiLineString") return geometry.coordinates.map((part) => part.map(project));
    return geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 1 : 0).map((ring) => ring.map(project));
  };

  const boundsOf = (parts) => {
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (const part of parts)
      for (const [x, y] of part) {
        box.west = Math.min(box.west, x);
        box.east = Math.max(box.east, x);
        box.north = Math.min(box.north, y);
        box.south = Math.max(box.south, y);
      }
    return box;
  };

  /** Which features pass near a position: a grid of cells, each with the features that touch it. */
  class Grid {
    constructor(cell) {
      this.cell = cell;
      this.cells = new Map();
    }
    add(feature) {
      for (const part of feature.parts) {
        if (part.length === 1) this._put(part[0][0], part[0][1], feature);
        for (let index = 1; index < part.length; index += 1) {
          const [x0, y0] = part[index - 1];
          const [x1, y1] = part[index];
          const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / (this.cell / 2)));
          for (let step = 0; step <= steps; step += 1)
            this._put(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps, feature);
        }
      }
    }
    _put(x, y, feature) {
      const key = `${Math.floor(x / this.cell)},${Math.floor(y / this.cell)}`;
      const cell = this.cells.get(key);
      if (!cell) this.cells.set(key, [feature]);
      else if (cell[cell.length - 1] !== feature) cell.push(feature);
    }
    near(x, y, radius) {
      const found = new Set();
      for (let column = Math.floor((x - radius) / this.cell); column <= Math.floor((x + radius) / this.cell); column += 1)
        for (let row = Math.floor((y - radius) / this.cell); row <= Math.floor((y + radius) / this.cell); row += 1)
          for (const feature of this.cells.get(`${column},${row}`) || []) found.add(feature);
      return found;
    }
  }

  const distanceTo = (parts, x, y) => {
    let nearest = Infinity;
    for (const part of parts) {
      if (part.length === 1) nearest = Math.min(nearest, Math.hypot(part[0][0] - x, part[0][1] - y));
      for (let index = 1; index < part.length; index += 1) {
        const [x0, y0] = part[index - 1];
        const [x1, y1] = part[index];
        const dx = x1 - x0;
        const dy = y1 - y0;
        const share = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
        nearest = Math.min(nearest, Math.hypot(x0 + share * dx - x, y0 + share * dy - y));
      }
    }
    return nearest;
  };

  // ---------------------------------------------------------------- lines that share a course

  const SHARED = 1 / 6000; // lines nearer than this (about 5 km at 42° N) share a course
  const STEP = 1 / 9000;
  const MOST_POSITIONS = 60000;

  /** Positions at even distances along a line, each with the line's direction there. */
  const walk = (part) => {
    const course = [];
    for (let index = 1; index < part.length; index += 1) {
      const [x0, y0] = part[index - 1];
      const [x1, y1] = part[index];
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (!length) continue;
      const steps = Math.max(1, Math.ceil(length / STEP));
      // one sense for all lines, so that "left of" means the same side for each
      const sense = x1 - x0 + y1 - y0 < 0 ? -1 : 1;
      const [dx, dy] = [(sense * (x1 - x0)) / length, (sense * (y1 - y0)) / length];
      for (let step = index === 1 ? 0 : 1; step <= steps; step += 1)
        course.push({ x: x0 + ((x1 - x0) * step) / steps, y: y0 + ((y1 - y0) * step) / steps, dx, dy, slot: 0 });
    }
    return course;
  };

  const smooth = (values, reach) =>
    values.map((_, index) => {
      const near = values.slice(Math.max(0, index - reach), index + reach + 1);
      return near.reduce((sum, value) => sum + value, 0) / near.length;
    });

  /** Give each line a place beside the others along the stretches that it shares with them. */
  const separate = (lines) => {
    if (lines.reduce((sum, line) => sum + line.parts.reduce((all, part) => all + part.length, 0), 0) > MOST_POSITIONS) return;
    const cells = new Map();
    lines.forEach((line, order) => {
      line.courses = line.parts.map(walk);
      for (const position of line.courses.flat()) {
        const key = `${Math.floor(position.x / SHARED)},${Math.floor(position.y / SHARED)}`;
        if (!cells.has(key)) cells.set(key, []);
        cells.get(key).push({ ...position, order });
      }
    });
    lines.forEach((line, order) => {
      for (const course of line.courses) {
        for (const position of course) {
          const sharing = new Set([order]);
          const column = Math.floor(position.x / SHARED);
          const row = Math.floor(position.y / SHARED);
          for (let a = column - 1; a <= column + 1; a += 1)
            for (let b = row - 1; b <= row + 1; b += 1)
              for (const other of cells.get(`${a},${b}`) || [])
                if (Math.abs(other.dx * position.dx + other.dy * position.dy) > 0.8 && Math.hypot(other.x - position.x, other.y - position.y) < SHARED)
                  sharing.add(other.order);
          position.slot = [...sharing].sort((a, b) => a - b).indexOf(order) - (sharing.size - 1) / 2;
        }
        for (const key of ["slot", "dx", "dy"]) {
          const even = smooth(smooth(course.map((position) => position[key]), key === "slot" ? 8 : 2), key === "slot" ? 8 : 2);
          course.forEach((position, index) => (position[key] = even[index]));
        }
      }
    });
    for (const line of lines) line.shares = line.courses.some((course) => course.some((position) => Math.abs(position.slot) > 0.05));
  };

  // ---------------------------------------------------------------- the client

  class AtlasMap {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.ready = false;
      this.features = [];
      this.byId = new Map();
      this.events = [];
      this.view = { lang: null, selected: null, lit: [], date: null, today: isoDay(Date.now() / DAY), layers: [] };
      this.reports = 0;
      this.pending = null;
      this.timing = {};
      if (host) host.atlasMounts = (host.atlasMounts || 0) + 1;
      this._layOut();
      this._listen();
      this.loaded = this._load();
    }

    // ---- start

    _layOut() {
      const container = this.map.getContainer();
      this.mapBox = element("div", { class: "map-box" });
      this.legend = element("aside", { class: "legend" });
      this.tip = element("div", { class: "tip", role: "tooltip", hidden: true });
      this.note = element("p", { class: "border-note" });
      this.time = element("section", { class: "time" });
      this.root = element("div", { id: "atlas" }, this.mapBox, this.note, this.time);
      container.parentElement.insertBefore(this.root, container);
      container.style.cssText = "";
      this.mapBox.append(container, this.legend, this.tip);
      document.body.append(this.root);
      this.map.attributionControl?.remove();
      this.zoomControl = L.control.zoom({ position: "topright" }).addTo(this.map);
      this.scale = L.control.scale({ position: "bottomright", imperial: false }).addTo(this.map);
      for (const [name, order] of [["base", 200], ["mark", 390], ["data", 400], ["labels", 450]]) {
        this.map.createPane(name).style.zIndex = order;
        this.map.getPane(name).style.pointerEvents = "none";
      }
      const canvas = (name, draw) => new CanvasLayer(draw.bind(this), { pane: name, padding: 0.25 }).addTo(this.map);
      this.baseCanvas = canvas("base", this._drawBase);
      this.markCanvas = canvas("mark", this._drawMark);
      this.dataCanvas = canvas("data", this._drawData);
      this.labelCanvas = canvas("labels", this._drawLabels);
      new ResizeObserver(() => {
        this.map.invalidateSize({ pan: false });
        this._buildAxis();
      }).observe(this.root);
    }

    _listen() {
      this.map.on("click", (event) => this._onClick(event));
      this.map.on("mousemove", (event) => this._onHover(event));
      this.map.on("mouseout", () => this._hideTip());
      this.map.on("moveend", () => this._onMoved());
      if (!host) return;
      const leaving = new AbortController();
      window.addEventListener("pagehide", () => leaving.abort());
      host.document.addEventListener("click", (event) => this._onPick(event), { signal: leaving.signal, capture: true });
    }

    async _get(path) {
      const response = await fetch(this.settings.address + path);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    }

    async _load() {
      const { layers } = this.settings;
      const [atlas, base, events, ...collections] = await Promise.all([
        this._get("atlas.json"),
        this._get("base.geojson"),
        this._get("events.json"),
        ...layers.map((layer) => this._get(`layers/${layer}.geojson`)),
      ]);
      this.atlas = atlas;
      this.style = atlas.style;
      this._readBase(base);
      this.events = events.map((event) => ({ ...event, first: dayNumber(event.from), last: dayNumber(event.to) }));
      this.grid = new Grid(1 / 2048);
      collections.forEach((collection, order) => collection.features.forEach((feature) => this._readFeature(feature, layers[order], order)));
      this.symbols = Object.fromEntries(
        Object.entries(this.style.symbols).map(([kind, symbol]) => [kind, { ...symbol, path: new Path2D(symbol.body), mark: new Path2D(symbol.glyph) }]),
      );
      separate(this.features.filter((feature) => feature.path && feature.parts.length && !feature.members.length));
      // thin themes are drawn last, so that they lie on top
      this.features.sort((a, b) => b.order - a.order);
      document.fonts.load("600 12px 'Source Sans'").then(() => this.labelCanvas.redraw());
      this.first = dayNumber(`${atlas.span.first}-01-01`);
      this.last = dayNumber(`${atlas.span.last}-12-31`);
      this.loadedData = true;
      if (this.pending) await this.show(this.pending);
    }

    _readBase(base) {
      this.base = { countries: [], lakes: [], borders: [], labels: [] };
      for (const { properties, geometry } of base.features) {
        const { kind } = properties;
        if (kind === "country") {
          this.base.countries.push(tracePath(geometry));
          if (properties.label) this.base.labels.push({ kind, iso: properties.iso, rank: properties.rank || 2, at: project(properties.label) });
        } else if (kind === "lake") {
          this.base.lakes.push(tracePath(geometry));
        } else if (kind === "border") this.base.borders.push({ path: tracePath(geometry), disputed: properties.disputed });
        else this.base.labels.push({ kind, names: properties.names, rank: properties.rank || 2, at: project(geometry.coordinates) });
      }
    }

    _readFeature({ id, properties, geometry }, layer, order) {
      const parts = properties.off_map ? [] : flatten(geometry);
      const point = geometry?.type === "Point";
      const feature = {
        id,
        layer,
        order,
        point,
        parts,
        kind: properties.kind,
        names: properties.names,
        drawn: properties.drawn,
        members: properties.parts || [],
        path: point || !geometry ? null : tracePath(geometry),
        at: point && parts.length ? parts[0][0] : null,
        box: parts.length ? boundsOf(parts) : null,
        changes: properties.changes.map((change) => ({ ...change, day: dayNumber(change.from) })),
      };
      this.features.push(feature);
      this.byId.set(id, feature);
      // a whole is drawn by its parts
      if (parts.length && !feature.members.length) this.grid.add(feature);
    }

    // ---- what the server says

    /** A change of view. A message older than the viewer's last action changes the language only. */
    async show(message) {
      this.pending = message;
      if (!this.loadedData) return;
      if (message.lang !== this.view.lang) {
        const words = await this._get(`words/${message.lang}.json`);
        if (this.pending !== message) return;
        this.words = words;
        this.view.lang = message.lang;
        document.documentElement.lang = message.lang;
        this._buildLegend();
        this._buildTime();
        this._label();
      }
      if (message.n >= this.reports || !this.ready) {
        const picked = message.selected !== this.view.selected;
        Object.assign(this.view, {
          today: message.today, date: message.date, layers: message.layers, selected: message.selected, lit: message.lit,
        });
        this._refresh();
        if (!this.ready) this._open(message);
        else if (picked) this._frame();
      }
      if (!this.ready) {
        this.ready = true;
        this.root.classList.add("ready");
        this.baseCanvas.redraw();
      }
    }

    _open(message) {
      const { opening } = this.atlas;
      const at = message.at || [opening.zoom, opening.latitude, opening.longitude];
      const narrow = !message.at && this.map.getSize().x < 640 ? 1 : 0;
      this.map.setView([at[1], at[2]], at[0] - narrow, { animate: false });
      if (!message.at) this._frame(false);
    }

    // ---- what the viewer does

    _onClick(event) {
      const began = performance.now();
      const feature = this._hit(event.containerPoint, event.originalEvent.pointerType === "touch" ? 22 : 12);
      this.select(feature ? feature.id : null, { frame: false });
      this.timing.mark = performance.now() - began;
    }

    _onPick(event) {
      const link = event.target.closest?.("a[data-select]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      this.select(link.dataset.select || null, { frame: true });
    }

    _onHover(event) {
      const feature = this.ready ? this._hit(event.containerPoint, 9) : null;
      this.map.getContainer().classList.toggle("over", Boolean(feature));
      if (!feature) return this._hideTip();
      const status = this._status(feature);
      const name = feature.names[this.view.lang];
      this._showTip(status ? `${name}: ${this._statusWords(status)}` : name, event.containerPoint.x, event.containerPoint.y);
    }

    _showTip(text, x, y) {
      this.tip.textContent = text;
      this.tip.hidden = false;
      const room = this.root.clientWidth;
      const width = this.tip.offsetWidth;
      this.tip.style.left = `${Math.max(4, Math.min(room - width - 4, x + 14))}px`;
      this.tip.style.top = `${Math.max(4, y - this.tip.offsetHeight - 10)}px`;
    }

    _hideTip() {
      this.tip.hidden = true;
    }

    /** Choose a feature or an event (null: nothing); marked at once, told to the server. */
    select(id, { frame = true } = {}) {
      if (id === this.view.selected) {
        if (frame) this._frame();
        return;
      }
      this.view.selected = id;
      this.view.lit = this._litBy(id);
      this.markCanvas.redraw();
      this.labelCanvas.redraw();
      this._markAxis();
      if (frame) this._frame();
      this.report();
    }

    _litBy(id) {
      const feature = this.byId.get(id);
      const about = feature ? [id] : this.events.find((event) => event.id === id)?.about || [];
      return about.flatMap((subject) => [subject, ...(this.byId.get(subject)?.members || [])]);
    }

    setLayers(layers) {
      this.view.layers = layers;
      this._refresh();
      this.report();
    }

    /** The date shown (EDTF day, month or year; null: today). `resting` tells the server. */
    setDate(date, resting = true) {
      const began = performance.now();
      this.view.date = date;
      this._refresh();
      this.timing.redraw = performance.now() - began;
      if (resting) this.report();
    }

    _onMoved() {
      if (!this.ready) return;
      this._writeAddress();
    }

    report() {
      this.reports += 1;
      this._writeAddress();
      window.Streamlit?.setComponentValue({ ...this._parameters(), n: this.reports });
    }

    _parameters() {
      const all = this.settings.layers;
      const { selected, date, layers } = this.view;
      const parameters = {};
      if (selected) parameters.select = selected;
      if (date) parameters.date = date;
      if (layers.length !== all.length) parameters.layers = layers.join(",");
      const centre = this.map.getCenter();
      if (this.moved) parameters.at = `${+this.map.getZoom().toFixed(2)}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`;
      return parameters;
    }

    /** Keep the page's address in step without asking the server. */
    _writeAddress() {
      if (!host) return;
      const { opening } = this.atlas;
      const centre = this.map.getCenter();
      this.moved = Math.abs(this.map.getZoom() - opening.zoom) > 0.01 || Math.hypot(centre.lat - opening.latitude, centre.lng - opening.longitude) > 0.01;
      const address = new URL(host.location.href);
      const mine = this._parameters();
      for (const key of ["select", "date", "layers", "at"]) {
        if (key in mine) address.searchParams.set(key, mine[key]);
        else address.searchParams.delete(key);
      }
      address.search = address.search.replaceAll("%2C", ",").replaceAll("%2F", "/");
      if (address.href !== host.location.href) host.history.replaceState(host.history.state, "", address.href);
    }

    // ---- what is seen

    get day() {
      return this.view.date ? lastDay(this.view.date) ?? dayNumber(this.view.today) : dayNumber(this.view.today);
    }

    /** The status of a feature on the day shown: as geodata/status.py. */
    _status(feature) {
      const today = dayNumber(this.view.today);
      let current = null;
      for (const change of feature.changes) {
        if (change.day > this.day) break;
        if (!(change.promise && change.day < today)) current = change;
      }
      return current;
    }

    _statusWords(status) {
      const word = this.words.statuses[status.status];
      return status.promise ? `${word} (${this.words.promised})` : word;
    }

    _isVisible(feature) {
      return this.layersOn.has(feature.layer) && (!feature.changes.length || feature.now !== null);
    }

    _refresh() {
      this.layersOn = new Set(this.view.layers);
      for (const feature of this.features) {
        feature.now = this._status(feature);
        feature.visible = this._isVisible(feature);
      }
      this.dataCanvas.redraw();
      this.markCanvas.redraw();
      this.labelCanvas.redraw();
      this._markLegend();
      this._markAxis();
    }

    /** Bring what is lit into view, moving only as far as needed. */
    _frame(animate = !reducedMotion.matches) {
      const boxes = this.view.lit.map((id) => this.byId.get(id)?.box).filter(Boolean);
      if (!boxes.length) return;
      const corner = (x, y) => this.map.unproject([(x + ORIGIN.x) * 256, (y + ORIGIN.y) * 256], 0);
      const bounds = L.latLngBounds(
        corner(Math.min(...boxes.map((box) => box.west)), Math.min(...boxes.map((box) => box.north))),
        corner(Math.max(...boxes.map((box) => box.east)), Math.max(...boxes.map((box) => box.south))),
      );
      const size = this.map.getSize();
      const pad = Math.min(60, size.x / 8, size.y / 8);
      const left = this.legend.classList.contains("open") && size.x > 700 ? this.legend.offsetWidth + 20 : pad;
      const box = L.bounds(this.map.latLngToContainerPoint(bounds.getNorthWest()), this.map.latLngToContainerPoint(bounds.getSouthEast()));
      if (box.min.x >= left && box.min.y >= pad && box.max.x <= size.x - pad && box.max.y <= size.y - pad) return;
      const options = { animate, duration: 0.5 };
      if (box.max.x - box.min.x > size.x - left - pad || box.max.y - box.min.y > size.y - 2 * pad)
        this.map.fitBounds(bounds, { ...options, paddingTopLeft: [left, pad], paddingBottomRight: [pad, pad] });
      else
        this.map.panBy(
          [
            Math.min(0, box.min.x - left) + Math.max(0, box.max.x - size.x + pad),
            Math.min(0, box.min.y - pad) + Math.max(0, box.max.y - size.y + pad),
          ],
          options,
        );
    }

    _hit(at, reach) {
      const scale = 256 * 2 ** this.map.getZoom();
      const corner = this.map.containerPointToLayerPoint(at).add(this.map.getPixelOrigin());
      const x = corner.x / scale - ORIGIN.x;
      const y = corner.y / scale - ORIGIN.y;
      let best = null;
      let bestScore = Infinity;
      for (const feature of this.grid.near(x, y, reach / scale)) {
        if (!feature.visible) continue;
        const distance = distanceTo(this._course(feature, scale).parts, x, y) * scale;
        if (distance > (feature.point ? reach : reach * 0.75)) continue;
        // points lie on lines: within reach they win; among points the more prominent one does
        const score = distance + (feature.point ? this.symbols[feature.kind].zoom / 10 - 1000 : 0);
        if (score < bestScore) [best, bestScore] = [feature, score];
      }
      return best;
    }

    _drawBase(context, scale, offset) {
      if (!this.base) return;
      const { land, edge, water, border } = this.style.base;
      inMercator(context, scale, offset, () => {
        context.lineJoin = "round";
        context.fillStyle = land;
        context.strokeStyle = edge;
        context.lineWidth = 0.8 / scale;
        for (const path of this.base.countries) {
          context.fill(path, "evenodd");
          context.stroke(path);
        }
        context.fillStyle = water;
        for (const path of this.base.lakes) {
          context.fill(path, "evenodd");
          context.stroke(path);
        }
        context.strokeStyle = border;
        context.lineWidth = 1.1 / scale;
        for (const line of this.base.borders) {
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
    _course(feature, scale) {
      if (!feature.shares) return feature;
      if (feature.shown?.scale === scale) return feature.shown;
      const gap = (this._widthOf(feature) + 2.2) / scale;
      const parts = feature.courses.map((course) => course.map(({ x, y, dx, dy, slot }) => [x - dy * slot * gap, y + dx * slot * gap]));
      const path = new Path2D();
      for (const part of parts) part.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
      feature.shown = { scale, parts, path };
      return feature.shown;
    }

    _widthOf(feature) {
      const zoom = this.map.getZoom();
      return ((this.style.widths[feature.kind] || 2.2) + (feature.drawn === "endpoints" ? 0.8 : 0)) * Math.max(0.75, Math.min(1.5, 1 + (zoom - 6) * 0.12));
    }

    _drawData(context, scale, offset, size) {
      if (!this.layersOn) return;
      const lines = this.features.filter((feature) => feature.visible && feature.path && !feature.members.length);
      inMercator(context, scale, offset, () => {
        context.lineJoin = "round";
        for (const feature of lines) {
          const line = this.style.statuses[feature.now?.status || "operating"];
          const width = this._widthOf(feature);
          const { path } = this._course(feature, scale);
          context.lineCap = "round";
          context.setLineDash([]);
          context.globalAlpha = 0.75;
          context.strokeStyle = this.style.base.paper;
          context.lineWidth = (width + 2) / scale;
          context.stroke(path);
          context.globalAlpha = line.opacity * (feature.now?.promise ? 0.7 : 1);
          context.strokeStyle = this.style.themes[feature.layer];
          context.lineCap = line.dash.length && line.dash[0] > 1 ? "butt" : "round";
          context.setLineDash(line.dash.map((length) => length / scale));
          context.lineWidth = width / scale;
          context.stroke(path);
          if (feature.drawn === "endpoints") {
            context.globalAlpha = 1;
            context.strokeStyle = this.style.base.paper;
            context.lineWidth = (width * 0.36) / scale;
            context.stroke(path);
          }
        }
      });
      const points = this._places(scale, offset, size);
      for (const place of points.reverse()) this._drawSymbol(context, place.feature, place.x, place.y, place.full);
    }

    /** The visible points, the most prominent first; one that would cover a more prominent one is a dot. */
    _places(scale, offset, size) {
      const zoom = this.map.getZoom();
      const lit = new Set(this.view.lit);
      const rank = ({ id, kind, order }) => (lit.has(id) ? -1 : this.symbols[kind].zoom) + order / 1000;
      const places = [];
      for (const feature of this.features) {
        if (!feature.visible || !feature.at) continue;
        const x = feature.at[0] * scale + offset.x;
        const y = feature.at[1] * scale + offset.y;
        if (x > -20 && y > -20 && x < size.x + 20 && y < size.y + 20) places.push({ feature, x, y, rank: rank(feature), full: false });
      }
      places.sort((a, b) => a.rank - b.rank);
      const taken = new Map();
      for (const place of places) {
        const half = this.symbols[place.feature.kind].size / 2;
        const cell = (x, y) => `${Math.floor(x / 32)},${Math.floor(y / 32)}`;
        const around = [-32, 0, 32].flatMap((dx) => [-32, 0, 32].flatMap((dy) => taken.get(cell(place.x + dx, place.y + dy)) || []));
        const covers = around.some((other) => Math.hypot(other.x - place.x, other.y - place.y) < (other.half + half) * 0.7);
        place.full = place.rank <= zoom && !covers;
        if (!place.full) continue;
        const key = cell(place.x, place.y);
        taken.set(key, [...(taken.get(key) || []), { x: place.x, y: place.y, half }]);
      }
      return places;
    }

    _drawSymbol(context, feature, x, y, full) {
      const symbol = this.symbols[feature.kind];
      const status = feature.now?.status;
      const built = !status || status === "operating" || status === "idle";
      context.save();
      context.translate(x, y);
      const factor = full ? symbol.size / 16 : 0.3;
      context.scale(factor, factor);
      context.lineJoin = "round";
      context.lineCap = "round";
      context.strokeStyle = this.style.base.paper;
      context.lineWidth = 3 / factor;
      context.stroke(symbol.path);
      const colour = this.style.themes[feature.layer];
      context.fillStyle = built ? colour : this.style.base.paper;
      context.fill(symbol.path);
      if (!built) {
        context.strokeStyle = colour;
        context.lineWidth = 1.8 / factor;
        context.setLineDash(this.style.statuses[status].dash.map((length) => (length * 0.35) / factor));
        context.stroke(symbol.path);
        context.setLineDash([]);
      }
      if (full) {
        context.strokeStyle = built ? this.style.base.paper : colour;
        context.lineWidth = 1.5 / factor;
        context.stroke(symbol.mark);
      }
      context.restore();
    }

    _drawMark(context, scale, offset) {
      if (!this.layersOn) return;
      const lit = this.view.lit.map((id) => this.byId.get(id)).filter((feature) => feature?.visible);
      const { mark, ink } = this.style.base;
      for (const [colour, extra] of [[ink, 9], [mark, 6.5]]) {
        inMercator(context, scale, offset, () => {
          context.lineJoin = context.lineCap = "round";
          context.strokeStyle = colour;
          for (const feature of lit.filter((item) => item.path && !item.members.length)) {
            context.lineWidth = (this._widthOf(feature) + extra) / scale;
            context.stroke(this._course(feature, scale).path);
          }
        });
        context.fillStyle = colour;
        for (const feature of lit.filter((item) => item.at)) {
          const [px, py] = feature.at;
          context.beginPath();
          context.arc(px * scale + offset.x, py * scale + offset.y, this.symbols[feature.kind].size / 2 + extra / 2 + 2, 0, 7);
          context.fill();
        }
      }
    }

    _drawLabels(context, scale, offset, size) {
      if (!this.base || !this.words || !this.layersOn) return;
      const zoom = this.map.getZoom();
      const corner = this.map.containerPointToLayerPoint([0, 0]).subtract(this.labelCanvas._bounds.min);
      const seen = this.map.getSize();
      const view = [corner.x, corner.y, corner.x + seen.x, corner.y + seen.y];
      const taken = [];
      const place = (text, x, y, style) => {
        context.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px 'Source Sans', sans-serif`;
        context.letterSpacing = `${style.spacing || 0}px`;
        const width = context.measureText(text).width;
        const height = style.size * 1.15;
        const beside = [[style.beside, 0], [-style.beside - width, 0], [-width / 2, -style.beside - 2], [-width / 2, style.beside + 2]];
        const inView = x > view[0] && y > view[1] && x < view[2] && y < view[3];
        for (const [dx, dy] of style.beside ? beside : [[-width / 2, 0]]) {
          const box = [x + dx - 2, y + dy - height / 2 - 1, x + dx + width + 2, y + dy + height / 2 + 1];
          // what can be seen is not cut off by the edge of the map
          if (inView && (box[0] < view[0] || box[1] < view[1] || box[2] > view[2] || box[3] > view[3])) continue;
          if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
          taken.push(box);
          context.globalAlpha = style.alpha || 1;
          context.textBaseline = "middle";
          context.lineJoin = "round";
          context.lineWidth = 3;
          context.strokeStyle = style.halo;
          if (style.halo) context.strokeText(text, x + dx, y + dy);
          context.fillStyle = style.colour;
          context.fillText(text, x + dx, y + dy);
          context.globalAlpha = 1;
          return;
        }
      };
      const { ink, land } = this.style.base;
      const halo = "rgba(255,255,255,.9)";
      const points = this._places(scale, offset, size);
      for (const { x, y, full, feature } of points) {
        const half = full ? this.symbols[feature.kind].size / 2 : 3;
        taken.push([x - half, y - half, x + half, y + half]);
      }
      for (const { x, y, full, rank, feature } of points) {
        if (!full || rank > zoom - 0.8) continue;
        const chosen = rank < 0;
        const major = this.symbols[feature.kind].zoom <= 0;
        place(feature.names[this.view.lang], x, y, {
          weight: chosen ? 700 : 600, size: major || chosen ? 13.5 : 12, colour: ink, halo, beside: this.symbols[feature.kind].size / 2 + 4,
        });
      }
      for (const label of [...this.base.labels].sort((a, b) => a.rank - b.rank)) {
        const x = label.at[0] * scale + offset.x;
        const y = label.at[1] * scale + offset.y;
        if (x < -150 || y < -30 || x > size.x + 150 || y > size.y + 30) continue;
        if (label.kind === "city") {
          if (zoom < [0, 3.5, 5, 6.2][label.rank] || points.some((point) => Math.hypot(point.x - x, point.y - y) < 9)) continue;
          context.beginPath();
          context.arc(x, y, label.rank === 1 ? 2.6 : 1.9, 0, 7);
          context.fillStyle = "#6f7881";
          context.fill();
          place(label.names[this.view.lang], x, y, { weight: 400, size: 12, colour: "#56606a", halo: land, beside: 5 });
        } else if (label.kind === "sea") {
          if (zoom < 3 + label.rank * 0.7) continue;
          place(label.names[this.view.lang], x, y, { weight: 400, italic: true, size: label.rank === 1 ? 17 : 13, spacing: 2, colour: "#5f8aa0" });
        } else {
          if (zoom < 2.5 + label.rank) continue;
          const name = this.words.countries[label.iso];
          if (name) place(name.toLocaleUpperCase(this.view.lang), x, y, { weight: 600, size: label.rank === 1 ? 13 : 11, spacing: 1.6, colour: "#8d8678", alpha: 0.95 });
        }
      }
    }

    // ---- layer switches and legend

    _swatch(layer) {
      const colour = this.style.themes[layer.id];
      const line = this.features.find((feature) => feature.layer === layer.id && feature.path);
      const symbolKind = this.features.find((feature) => feature.layer === layer.id && feature.point)?.kind;
      const picture = svg("svg", { width: 34, height: 20, viewBox: "-17 -10 34 20", "aria-hidden": "true" });
      if (line) picture.append(svg("path", { d: "M-16 0H16", stroke: colour, "stroke-width": 3, fill: "none" }));
      if (symbolKind && (!line || ["ports", "power", "fibre", "oil-gas"].includes(layer.id))) {
        const symbol = this.style.symbols[symbolKind];
        picture.append(
          svg("g", { transform: `scale(${Math.min(symbol.size, 17) / 16})` },
            svg("path", { d: symbol.body, fill: colour, stroke: "#fff", "stroke-width": 1.5 }),
            svg("path", { d: symbol.glyph, fill: "none", stroke: "#fff", "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" })),
        );
      }
      return picture;
    }

    _lineSample(dash, hollow, opacity = 1) {
      const round = dash.length && dash[0] <= 1;
      const stroke = { d: "M2 5H42", fill: "none", "stroke-dasharray": dash.join(" ") || null, "stroke-linecap": round ? "round" : "butt" };
      const picture = svg("svg", { width: 44, height: 10, viewBox: "0 0 44 10", "aria-hidden": "true" },
        svg("path", { ...stroke, stroke: "currentColor", "stroke-width": 3, opacity }));
      if (hollow) picture.append(svg("path", { ...stroke, stroke: "#fff", "stroke-width": 1.3 }));
      return picture;
    }

    _buildLegend() {
      const { words } = this;
      const open = this.legend.childElementCount ? this.legend.classList.contains("open") : this.root.clientWidth > 760;
      const body = element("div", { class: "legend-body", id: "legend-body" });
      const toggle = element("button", { type: "button", class: "legend-toggle", "aria-expanded": String(open), "aria-controls": "legend-body", text: words.layers });
      toggle.addEventListener("click", () => {
        const now = this.legend.classList.toggle("open");
        toggle.setAttribute("aria-expanded", String(now));
      });
      this.switches = new Map();
      const list = element("ul");
      for (const layer of this.atlas.layers) {
        const box = element("input", { type: "checkbox", "data-layer": layer.id });
        box.addEventListener("change", () => {
          const on = this.settings.layers.filter((id) => this.switches.get(id).box.checked);
          this.setLayers(on);
        });
        const count = element("span", { class: "count" });
        list.append(element("li", {}, element("label", { title: layer.texts[this.view.lang] || layer.texts.en || "" }, box, this._swatch(layer), element("span", { class: "name", text: layer.names[this.view.lang] }), count)));
        this.switches.set(layer.id, { box, count });
      }
      const every = (ids, text) => element("button", { type: "button", class: "quiet", text, onclick: () => this.setLayers(ids) });
      const statuses = element("ul", { class: "keys" });
      const used = new Set(this.features.flatMap((feature) => (feature.path ? feature.changes.map((change) => change.status) : [])));
      for (const [status, line] of Object.entries(this.style.statuses))
        if (used.has(status)) statuses.append(element("li", {}, this._lineSample(line.dash, false, line.opacity), element("span", { text: words.statuses[status] })));
      const courses = element("ul", { class: "keys" },
        element("li", {}, this._lineSample([], false), element("span", { text: words.drawn.stations })),
        element("li", {}, this._lineSample([], true), element("span", { text: words.drawn.endpoints })));
      body.append(
        element("div", { class: "all" }, every([...this.settings.layers], words.all), every([], words.none)), list,
        element("h4", { text: words.line_status }), statuses, element("h4", { text: words.line_course }), courses,
      );
      this.legend.replaceChildren(toggle, body);
      this.legend.classList.toggle("open", open);
      this.legend.setAttribute("aria-label", words.layers);
    }

    _markLegend() {
      for (const [id, { box, count }] of this.switches || []) {
        box.checked = this.layersOn.has(id);
        const objects = this.features.filter((feature) => feature.layer === id && (!feature.changes.length || feature.now));
        count.textContent = objects.length;
      }
    }

    _label() {
      const { words } = this;
      const container = this.map.getContainer();
      container.setAttribute("role", "region");
      container.setAttribute("aria-label", words.map);
      for (const [selector, text] of [[".leaflet-control-zoom-in", words.zoom_in], [".leaflet-control-zoom-out", words.zoom_out]]) {
        const button = container.querySelector(selector);
        button.title = text;
        button.setAttribute("aria-label", text);
      }
      this.note.textContent = `${this.atlas.border_note[this.view.lang] || this.atlas.border_note.en} `;
    }

    // ---- time

    _buildTime() {
      const { words } = this;
      const icon = (d) => svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" }, svg("path", { d, fill: "currentColor" }));
      const button = (label, d, action) => {
        const node = element("button", { type: "button", "aria-label": label, title: label, onclick: action });
        node.append(icon(d));
        return node;
      };
      this.playButton = button(words.play, "M4 2L15 9L4 16Z", () => this.play(!this.playing));
      this.dateField = element("input", { type: "text", inputmode: "numeric", "aria-label": words.type_date, title: words.type_date, placeholder: "2028-06", size: 10, autocomplete: "off", spellcheck: "false" });
      this.dateField.addEventListener("change", () => this._typed());
      this.dateWords = element("output", { class: "date", "aria-live": "polite" });
      this.todayButton = element("button", { type: "button", class: "quiet today", text: words.today, onclick: () => this.setDate(null) });
      const controls = element("div", { class: "controls" },
        this.playButton,
        button(words.month_back, "M11 3L4 9L11 15ZM13 3H15V15H13Z", () => this._step(-1)),
        button(words.month_on, "M7 3L14 9L7 15ZM3 3H5V15H3Z", () => this._step(1)),
        this.dateWords, this.dateField, this.todayButton);
      this.axis = svg("svg", { class: "axis" });
      this.time.replaceChildren(controls, this.axis);
      this.time.setAttribute("aria-label", words.time);
      this._buildAxis();
    }

    _typed() {
      const text = this.dateField.value.trim();
      const valid = text === "" || lastDay(text) !== null;
      this.dateField.setAttribute("aria-invalid", String(!valid));
      if (valid) this.setDate(text || null);
    }

    _monthOf(day) {
      return isoDay(Math.max(this.first, Math.min(this.last, day))).slice(0, 7);
    }

    _step(months) {
      this.play(false);
      const now = new Date(this.day * DAY);
      const target = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1) / DAY;
      this.setDate(this._monthOf(target));
    }

    /** Let the months pass; the server hears of the last one only. */
    play(on) {
      if (on === Boolean(this.playing)) return;
      this.playButton?.classList.toggle("on", on);
      this.playButton?.setAttribute("aria-pressed", String(on));
      if (!on) {
        cancelAnimationFrame(this.playing);
        this.playing = null;
        this.report();
        return;
      }
      const months = [];
      const from = this.day >= this.last - 31 ? this.first : this.day;
      const start = new Date(from * DAY);
      const stride = reducedMotion.matches ? 12 : 1;
      for (let month = start.getUTCMonth() + 1; ; month += stride) {
        const day = Date.UTC(start.getUTCFullYear(), month, 1) / DAY;
        if (day > this.last) break;
        months.push(this._monthOf(day));
      }
      const pace = reducedMotion.matches ? 900 : 110;
      const began = performance.now();
      const tick = (now) => {
        const month = months[Math.floor((now - began) / pace)];
        if (!month) {
          this.playing = requestAnimationFrame(() => {});
          return this.play(false);
        }
        if (month !== this.view.date) this.setDate(month, false);
        this.playing = requestAnimationFrame(tick);
      };
      this.playing = requestAnimationFrame(tick);
    }

    _x(day) {
      return this.plot.left + ((day - this.first) / (this.last - this.first)) * (this.plot.width);
    }

    _buildAxis() {
      if (!this.axis || !this.words) return;
      const width = this.time.clientWidth;
      if (!width) return;
      const narrow = width < 640;
      const lane = narrow ? 9 : 14;
      const lanes = this.atlas.layers.filter((layer) => this.events.some((event) => event.lane === layer.id));
      const left = narrow ? 12 : 150;
      const height = lanes.length * lane + 26;
      this.plot = { left, width: width - left - 18, lane, height };
      const { axis } = this;
      axis.setAttribute("viewBox", `0 0 ${width} ${height}`);
      axis.setAttribute("height", height);
      const parts = [];
      const today = dayNumber(this.view.today);
      parts.push(svg("rect", { class: "future", x: this._x(today), y: 0, width: Math.max(0, this._x(this.last) - this._x(today)), height: lanes.length * lane }));
      lanes.forEach((layer, row) => {
        const y = row * lane + lane / 2;
        parts.push(svg("line", { class: "lane", x1: left, x2: width - 18, y1: y, y2: y }));
        if (!narrow) parts.push(svg("text", { class: "lane-name", x: left - 10, y: y + 3.5, "text-anchor": "end", fill: this.style.themes[layer.id], text: layer.names[this.view.lang] }));
      });
      const every = narrow ? 3 : 1;
      for (let year = this.atlas.span.first; year <= this.atlas.span.last; year += 1) {
        const x = this._x(dayNumber(`${year}-01-01`));
        parts.push(svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: lanes.length * lane + 5 }));
        if ((year - this.atlas.span.first) % every === 0) parts.push(svg("text", { class: "year", x: x + 3, y: lanes.length * lane + 16, text: year }));
      }
      const ends = new Map();
      this.eventMarks = new Map();
      const sorted = [...this.events].sort((a, b) => a.first - b.first);
      for (const event of sorted) {
        const row = lanes.findIndex((layer) => layer.id === event.lane);
        if (row < 0 || event.last < this.first || event.first > this.last) continue;
        const x1 = this._x(Math.max(this.first, event.first));
        const x2 = this._x(Math.min(this.last, event.last));
        const middle = (x1 + x2) / 2;
        const radius = narrow ? 2.6 : 3.6;
        const base = row * lane + lane / 2;
        const crowd = (ends.get(row) || []).filter((x) => Math.abs(x - middle) < radius * 1.6).length;
        ends.set(row, [...(ends.get(row) || []), middle]);
        const y = base + [0, -3, 3, -1.5, 1.5][crowd % 5] * (narrow ? 0.6 : 1);
        const future = event.last > today;
        const colour = this.style.themes[event.lane];
        const mark = svg("g", { class: `event${future ? " ahead" : ""}${event.forecast ? " forecast" : ""}`, "data-event": event.id, role: "button", tabindex: -1, "aria-label": `${event.date[this.view.lang]}: ${event.titles[this.view.lang] || event.titles.en}` });
        if (x2 - x1 > radius * 2) mark.append(svg("rect", { class: event.soft ? "span soft" : "span", x: x1, y: y - radius * 0.55, width: x2 - x1, height: radius * 1.1, rx: radius * 0.55, fill: colour }));
        mark.append(svg("circle", { cx: middle, cy: y, r: radius, fill: event.forecast ? "#fff" : colour, stroke: colour }));
        mark.addEventListener("click", (click) => {
          click.stopPropagation();
          this.select(event.id);
        });
        mark.addEventListener("keydown", (key) => this._axisKey(key, event.id));
        mark.addEventListener("pointerenter", () => {
          const box = mark.getBoundingClientRect();
          this._showTip(mark.getAttribute("aria-label"), box.left, Math.min(box.top, this.root.clientHeight - 20));
        });
        mark.addEventListener("pointerleave", () => this._hideTip());
        this.eventMarks.set(event.id, mark);
        parts.push(mark);
      }
      this.eventOrder = sorted.filter((event) => this.eventMarks.has(event.id)).map((event) => event.id);
      this.eventMarks.get(this.eventOrder[0])?.setAttribute("tabindex", 0);
      parts.push(svg("line", { class: "now", x1: this._x(today), x2: this._x(today), y1: 0, y2: lanes.length * lane + 8 }));
      this.handle = svg("g", { class: "handle", role: "slider", tabindex: 0, "aria-label": this.words.date, "aria-orientation": "horizontal", "aria-valuemin": this.atlas.span.first, "aria-valuemax": this.atlas.span.last },
        svg("line", { y1: 0, y2: lanes.length * lane + 10 }), svg("path", { d: "M-7 0H7V9L0 16L-7 9Z", transform: `translate(0 ${lanes.length * lane + 26}) scale(1 -1)` }));
      parts.push(this.handle);
      axis.replaceChildren(...parts);
      this._dragAxis();
      if (this.layersOn) this._markAxis();
    }

    _axisKey(key, id) {
      const index = this.eventOrder.indexOf(id);
      const moves = { ArrowRight: 1, ArrowLeft: -1, Home: -index, End: this.eventOrder.length - 1 - index };
      if (key.key === "Enter" || key.key === " ") this.select(id);
      else if (key.key in moves) {
        const next = this.eventMarks.get(this.eventOrder[Math.max(0, Math.min(this.eventOrder.length - 1, index + moves[key.key]))]);
        this.eventMarks.get(id).setAttribute("tabindex", -1);
        next.setAttribute("tabindex", 0);
        next.focus();
      } else return;
      key.preventDefault();
    }

    _dragAxis() {
      const dayAt = (event) => {
        const share = (event.clientX - this.axis.getBoundingClientRect().left - this.plot.left) / this.plot.width;
        return this.first + Math.round(Math.max(0, Math.min(1, share)) * (this.last - this.first));
      };
      const move = (event) => {
        const month = this._monthOf(dayAt(event));
        if (month !== this.view.date) this.setDate(month, false);
      };
      this.axis.onpointerdown = (event) => {
        if (event.target.closest(".event") || event.button) return;
        this.play(false);
        this.axis.setPointerCapture(event.pointerId);
        this.axis.onpointermove = move;
        move(event);
      };
      this.axis.onpointerup = this.axis.onpointercancel = () => {
        if (!this.axis.onpointermove) return;
        this.axis.onpointermove = null;
        this.report();
      };
      this.handle.addEventListener("keydown", (key) => {
        const months = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 12, PageDown: -12 }[key.key];
        if (months) this._step(months);
        else if (key.key === "Home") this.setDate(this._monthOf(this.first));
        else if (key.key === "End") this.setDate(this._monthOf(this.last));
        else return;
        key.preventDefault();
      });
    }

    _dateInWords(day) {
      const date = new Date(day * DAY);
      const fill = { d: date.getUTCDate(), dd: String(date.getUTCDate()).padStart(2, "0"), MMMM: this.words.months[date.getUTCMonth()], y: date.getUTCFullYear() };
      return this.words.day_pattern.replace(/'([^']*)'|MMMM|dd|d|y/g, (token, quoted) => (quoted === undefined ? fill[token] : quoted));
    }

    _markAxis() {
      if (!this.handle || !this.words) return;
      const day = Math.max(this.first, Math.min(this.last, this.day));
      const today = dayNumber(this.view.today);
      const text = this._dateInWords(this.day);
      this.handle.setAttribute("transform", `translate(${this._x(day)} 0)`);
      this.handle.setAttribute("aria-valuenow", new Date(this.day * DAY).getUTCFullYear());
      this.handle.setAttribute("aria-valuetext", text);
      this.dateWords.textContent = this.day > today ? `${text} · ${this.words.as_promised}` : text;
      this.dateWords.classList.toggle("ahead", this.day > today);
      if (document.activeElement !== this.dateField) this.dateField.value = this.view.date || "";
      this.todayButton.hidden = !this.view.date;
      const about = new Set(this.view.lit);
      for (const event of this.events) {
        const mark = this.eventMarks.get(event.id);
        if (!mark) continue;
        mark.classList.toggle("chosen", event.id === this.view.selected);
        mark.classList.toggle("related", about.size > 0 && event.about.some((id) => about.has(id)));
        mark.classList.toggle("off", !this.layersOn.has(event.lane));
      }
      this.axis.classList.toggle("choosing", about.size > 0);
    }

    // ---- for tests and measuring

    state() {
      return {
        ready: this.ready,
        release: this.settings.release,
        lang: this.view.lang,
        date: isoDay(this.day),
        layers: [...this.view.layers],
        selected: this.view.selected,
        visible: this.features.filter((feature) => feature.visible && feature.box).map((feature) => feature.id),
      };
    }

    /** Where a feature is drawn, in CSS pixels of this document: a point, or the middle of a line. */
    pixel(id) {
      const feature = this.byId.get(id);
      if (!feature?.parts.length) return null;
      const scale = 256 * 2 ** this.map.getZoom();
      const part = this._course(feature, scale).parts[0];
      const [x, y] = part[Math.floor((part.length - 1) / 2)];
      const layerPoint = L.point((x + ORIGIN.x) * scale, (y + ORIGIN.y) * scale).subtract(this.map.getPixelOrigin());
      const at = this.map.layerPointToContainerPoint(layerPoint);
      const box = this.map.getContainer().getBoundingClientRect();
      return { x: at.x + box.left, y: at.y + box.top };
    }

    /** The status that a feature is drawn with, and its dash pattern. */
    look(id) {
      const feature = this.byId.get(id);
      if (!feature?.visible) return null;
      const status = feature.now?.status || null;
      return { status, promise: Boolean(feature.now?.promise), dash: this.style.statuses[status || "operating"].dash };
    }
  }

  window.startAtlas = (map, settings) => {
    window.atlasMap = new AtlasMap(map, settings);
  };
})();
