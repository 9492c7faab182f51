/* The map, the layer switches and the time axis in the browser.
 *
 * One client for the app and for the exports. It is started once with a Leaflet map, fetches the atlas by
 * address, draws on canvas, and from then on only listens: show(message) brings a change of view from the
 * server, report() tells the server where the viewer came to rest. All text is written with textContent.
 */

const SETTLE_MS = 120;
const LAID_OUT_MS = 1000;
const LEAST_ZOOM = 3;
const MOST_ZOOM = 12;
const CLOSE_ZOOM = 7.5; // as near as a step of a briefing goes by itself
const BUSY_MS = 15;
const SLOW_MS = 2000; // after so long without an answer the panel says that it is not yet that of what is chosen
const DWELL_MS = 60; // a pointer that rests this long on something may be about to pick it
const WITHIN = 1e6; // CSS pixels, further than anything that is pointed at
const OVER = 3; // CSS pixels by which what lies on top is nearer to the pointer
const MARGIN = 6; // degrees beyond the frame to which the map can be dragged

class AtlasMap {
  constructor(leaflet, settings) {
    this.leaflet = leaflet;
    this.settings = settings;
    this.ready = false;
    this.features = [];
    this.onMap = [];
    this.byId = new Map();
    this.events = [];
    this.view = { lang: null, selected: null, lit: [], search: "", filters: {}, date: null, today: isoDay(Date.now() / DAY), layers: [] };
    this.reports = 0;
    this.untold = false;
    this.pending = null;
    this.timing = {};
    this.files = settings.files || new ServedFiles(settings);
    host.atlasMounts = (host.atlasMounts || 0) + 1;
    this.painter = new Painter(this);
    this.own = new OwnLayers(this);
    this.legend = new Legend(this);
    this.time = new TimeAxis(this);
    this.search = new Search(this);
    this._layOut();
    this._listen();
    this.loaded = this._load();
  }

  // ---- start

  _layOut() {
    // Folium forbids to enlarge the page
    for (const meta of document.querySelectorAll("meta[name=viewport]")) meta.content = "width=device-width, initial-scale=1";
    const container = this.leaflet.getContainer();
    this.mapBox = element("div", { class: "map-box" });
    this.tip = element("div", { class: "tip", role: "tooltip", hidden: true });
    this.note = element("p", { class: "border-note" });
    this.root = element("main", { id: "atlas" }, this.mapBox, this.note, this.time.section);
    container.parentElement.insertBefore(this.root, container);
    // folium's own place for the map is not the whole frame
    if (!alone) document.body.append(this.root);
    container.style.cssText = "";
    const corner = element("div", { class: "corner" }, this.search.box, this.legend.box);
    this.mapBox.append(container, corner, this.tip);
    this.leaflet.attributionControl?.remove();
    this.zoomControl = L.control.zoom({ position: "topright" }).addTo(this.leaflet);
    this.scale = new Scale({ position: "bottomright", imperial: false, maxWidth: 150 }).addTo(this.leaflet);
    for (const [name, order] of [["base", 200], ["mark", 390], ["data", 400]]) {
      this.leaflet.createPane(name).style.zIndex = order;
      this.leaflet.getPane(name).style.pointerEvents = "none";
    }
    const canvas = (name) => new CanvasLayer(this.painter[name].bind(this.painter), { pane: name, padding: 0.25, held: () => !this.opened }).addTo(this.leaflet);
    this.baseCanvas = canvas("base");
    this.markCanvas = canvas("mark");
    this.dataCanvas = canvas("data");
    new ResizeObserver(() => {
      if (!this.mapBox.clientWidth) return; // the frame is being taken away
      this.leaflet.invalidateSize({ pan: false });
      // while the page is still being laid out, the place that was asked for stays in the middle
      if (this.middle) this.leaflet.setView(this.middle, this.leaflet.getZoom(), { animate: false });
      this.time.fitAxis();
    }).observe(this.mapBox);
    // names make room for what is opened over the map
    const covering = new ResizeObserver(() => this.ready && this.painter.labels.measure() && this.dataCanvas.redraw());
    for (const control of [this.mapBox, this.search.box, this.legend.box]) covering.observe(control);
  }

  _listen() {
    this.leaflet.on("click", (event) => this._onClick(event));
    this.leaflet.on("mousemove", (event) => this._onHover(event));
    this.leaflet.on("mouseout", () => this.hideTip());
    this.leaflet.on("moveend", () => this._onMoved());
    const leaving = new AbortController();
    window.addEventListener("pagehide", () => leaving.abort());
    const first = { signal: leaving.signal, capture: true };
    for (const page of new Set([document, host.document])) {
      for (const doing of ["pointerdown", "keydown", "click"]) page.addEventListener(doing, () => this._tell(), first);
      page.addEventListener("keydown", (key) => this._onKey(key), first);
    }
    host.document.addEventListener("click", (event) => this._onPick(event), first);
  }

  async _load() {
    const { layers } = this.settings;
    const [description, base, events, ...columns] = await Promise.all([
      this.files.get("atlas.json"),
      this.files.get("base.geojson"),
      this.files.get("events.json"),
      ...layers.map((layer) => this.files.get(`columns/${layer}.json`)),
    ]);
    await this._styled();
    this.description = description;
    this.style = description.style;
    this._readBase(base);
    this.events = events.map((event) => ({ ...event, first: dayNumber(event.from), last: dayNumber(event.to) }));
    this.features = columns.flatMap((one, order) => readColumns(one, layers[order], order));
    this.values = valuesOf(columns);
    this.byId = new Map(this.features.map((feature) => [feature.id, feature]));
    // a whole is drawn by its parts
    this.drawn = this.features.filter((feature) => feature.box && !feature.members.length);
    this.symbols = Object.fromEntries(
      Object.entries(this.style.symbols).map(([kind, symbol]) => [kind, { ...symbol, path: new Path2D(symbol.body), mark: new Path2D(symbol.glyph) }]),
    );
    // thin themes are drawn last, so that they lie on top
    this.drawn.sort((a, b) => b.order - a.order);
    this.onMap = this.drawn;
    if (description.tiled && this.files.range) this.tiled = new TiledFeatures(this, description.tiled);
    document.fonts.load("600 12px 'Source Sans'").then(() => {
      this.dataCanvas.redraw();
      this.time.buildAxis();
    });
    this.time.setSpan(dayNumber(`${description.span.first}-01-01`), dayNumber(`${description.span.last}-12-31`));
    this.loadedData = true;
    this.timing.loaded = performance.now();
    if (this.pending) await this.show(this.pending);
  }

  /** The styles are there: before, the map has no size of its own. */
  async _styled() {
    const link = document.querySelector("link[href*='map.css']");
    if (link && !link.sheet) await new Promise((loaded) => link.addEventListener("load", loaded, { once: true }));
  }

  _readBase(base) {
    this.base = { countries: [], lakes: [], borders: [], labels: [] };
    for (const { properties, geometry } of base.features) {
      const { kind } = properties;
      const label = (at) => this.base.labels.push({ kind, iso: properties.iso, names: properties.names, rank: properties.rank || 2, at: at.map(project) });
      if (kind === "country") {
        this.base.countries.push(tracePath(geometry));
        if (properties.labels) label(properties.labels);
      } else if (kind === "lake") {
        this.base.lakes.push(tracePath(geometry));
        if (properties.names) label([properties.label]);
      } else if (kind === "border") this.base.borders.push({ path: tracePath(geometry), disputed: properties.disputed });
      else label(properties.labels || [geometry.coordinates]);
    }
    const order = { country: 0, sea: 0, city: 1, lake: 2 };
    this.base.labels.sort((a, b) => a.rank + order[a.kind] - b.rank - order[b.kind]);
  }

  // ---- what the server says

  /** A change of view. A message older than the viewer's last action changes the language only. */
  async show(message) {
    this.pending = message;
    const spoken = message.lang === this.view.lang ? null : this._words(message.lang);
    if (!this.loadedData) return;
    const dressed = message.look !== this.view.look;
    if (dressed) this._dress(message.look);
    if (spoken) {
      const [words, names] = await spoken;
      if (this.pending !== message) return;
      Object.assign(this, { words, names });
      this.view.lang = message.lang;
      document.documentElement.lang = message.lang;
      this.search.build();
      this._label();
    }
    if (spoken || dressed) {
      this.legend.build();
      this.time.build();
    }
    if (this.asking && message.n >= this.reports) {
      const { asking } = this;
      this.asking = null;
      setTimeout(() => asking.click());
    }
    if (this.ready) this.own.update(message.own || []);
    if (message.briefing && this.ready) this.presentation.show(message.briefing);
    else if (message.n >= this.reports || !this.ready) {
      this._hasAnswered();
      const picked = message.selected !== this.view.selected || String(message.lit) !== String(this.view.lit);
      const { today, date, layers, selected, lit, filters, search } = message;
      this.litBox = message.box;
      const before = JSON.stringify(this.view);
      Object.assign(this.view, { today, date, layers, selected, lit, filters, search });
      if (this.ready && !spoken && !dressed && before === JSON.stringify(this.view)) return;
      if (document.activeElement !== this.search.field) this.search.field.value = search;
      if (!this.ready) this._open(message);
      this._refresh();
      this.tiled?.update();
      if (this.ready && picked) this._frame();
      // a briefing has the panel's place
      if (alone && !message.briefing) this._showPanel();
      else this._hasPlaced();
    }
    if (!this.ready) {
      if (message.briefing) {
        this.presentation = new Presentation(this);
        this.presentation.show(message.briefing);
      }
      this.baseCanvas.redraw();
      this.told = JSON.stringify(this._parameters());
      this.ready = true;
      this.timing.ready = performance.now();
      this.root.classList.add("ready");
      this.own.update(message.own || []);
      // the first picture does not wait for this
      setTimeout(() => {
        this.tree = new BoxTree(this.drawn);
        if (separate(this.drawn.filter((feature) => feature.line))) this._refresh();
      });
    }
  }

  /** Put on the colours of a look. */
  _dress(look) {
    this.view.look = look;
    this.colours = this.style.looks[look];
    document.documentElement.dataset.look = look;
    for (const feature of this.drawn) delete feature.shown;
    if (this.ready) this.baseCanvas.redraw();
  }

  themeOf(layer) {
    return this.own.has(layer) ? this.colours.own : this.colours[`theme-${layer}`];
  }

  _words(lang) {
    this.catalogues ??= new Map();
    if (!this.catalogues.has(lang)) this.catalogues.set(lang, Promise.all([this.files.get(`words/${lang}.json`), this.files.get(`names/${lang}.json`)]));
    return this.catalogues.get(lang);
  }

  _open(message) {
    const { opening, frame } = this.description;
    this.leaflet.invalidateSize({ pan: false });
    this.leaflet.setMinZoom(LEAST_ZOOM).setMaxZoom(MOST_ZOOM);
    this.leaflet.setMaxBounds([[frame.south - MARGIN, frame.west - MARGIN], [frame.north + MARGIN, frame.east + MARGIN]]);
    const at = message.at || [opening.zoom, opening.latitude, opening.longitude];
    const narrow = !message.at && this.leaflet.getSize().x < 640 ? 1 : 0;
    this.leaflet.setView([at[1], at[2]], at[0] - narrow, { animate: false });
    if (!message.at) this._frame(false);
    this.middle = this.leaflet.getCenter();
    setTimeout(() => (this.middle = null), LAID_OUT_MS);
    this.leaflet.once("mousedown touchstart wheel", () => (this.middle = null));
    this.opened = true;
  }

  // ---- what the viewer does

  _onClick(event) {
    const began = performance.now();
    const feature = this._hit(event.containerPoint, event.originalEvent.pointerType === "touch" ? 22 : 12);
    this.select(feature ? feature.id : null, { frame: false });
    this.timing.mark = performance.now() - began;
  }

  _onPick(event) {
    if (this.presentation?.click(event)) return event.preventDefault();
    const asking = this.settings.asking && event.target.closest?.(this.settings.asking);
    if (asking && !this._isReported()) {
      // the server is to answer for what is seen now: first it is told, then asked
      event.preventDefault();
      event.stopPropagation();
      this.report();
      this._tell();
      this.asking = asking;
      return;
    }
    const copy = event.target.closest?.("[data-cite], [data-link]");
    if (copy) return this._copy(copy);
    const link = event.target.closest?.("a[data-select]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(link.dataset.select || null, { frame: true });
  }

  async _copy(button) {
    const page = button.ownerDocument;
    const text = "link" in button.dataset ? page.location.href : await this._citation(button.dataset, page);
    const { clipboard } = page.defaultView.navigator;
    if (clipboard) await clipboard.writeText(text);
    else {
      // without https the page has no clipboard of its own
      const field = page.body.appendChild(page.createElement("textarea"));
      field.value = text;
      field.select();
      page.execCommand("copy");
      field.remove();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  }

  async _citation({ cite, form = "text" }, page) {
    this.citations ??= this.files.get("citations.json");
    const citations = await this.citations;
    return citations[cite][form].replace("{address}", page.location.href).replace("{day}", this.view.today);
  }

  _onKey(key) {
    if (this.presentation?.key(key)) {
      key.preventDefault();
      key.stopPropagation();
      return;
    }
    if (key.key !== "/" || key.ctrlKey || key.metaKey || key.altKey || key.target.closest?.("input, textarea, select, [contenteditable]")) return;
    key.preventDefault();
    window.focus();
    this.search.focus();
  }

  _onHover(event) {
    const feature = this.ready ? this._hit(event.containerPoint, 9) : null;
    clearTimeout(this.dwelling);
    if (feature && !event.originalEvent.buttons) this.dwelling = setTimeout(() => this.expect(feature.id), DWELL_MS);
    this.leaflet.getContainer().classList.toggle("over", Boolean(feature));
    if (!feature) return this.hideTip();
    const status = feature.now;
    const name = this.nameOf(feature);
    this.showTip(status ? `${name}: ${this.statusWords(status)}` : name, event.containerPoint.x, event.containerPoint.y);
  }

  showTip(text, x, y) {
    this.tip.textContent = text;
    this.tip.hidden = false;
    const room = this.root.clientWidth;
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(4, Math.min(room - width - 4, x + 14))}px`;
    this.tip.style.top = `${Math.max(4, y - this.tip.offsetHeight - 10)}px`;
  }

  hideTip() {
    this.tip.hidden = true;
  }

  /** Choose a feature or an event (null: nothing); marked at once, told to the server. */
  async select(id, { frame = true } = {}) {
    if (id === this.view.selected) {
      if (frame) this._frame();
      return;
    }
    this.view.selected = id;
    this.litBox = null;
    // a statement or a source lights everything that it is about
    if (id && !this._drawn(id)) {
      await this.knows(id);
      if (this.view.selected !== id) return;
    }
    this.view.lit = this.litBy(id);
    for (const feature of this.lit()) feature.visible = true;
    this._mark();
    // whoever points at the map looks at it; whoever searches, at the panel
    this.report(!frame && !alone);
    // names, axis and legend follow when the panel has had its turn: painting would hold it up
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this._refresh();
      if (frame) this._frame();
    }, SETTLE_MS);
  }

  /** Something is about to be chosen: have its panel ready. */
  expect(id) {
    this._panelOf(id);
  }

  /** Put the panel of what is chosen into the page at once; a server places the same a moment later. */
  async _showPanel(mapFirst) {
    const { subject } = this;
    if (subject === this.placed) return;
    const picked = this.view.selected !== this.placedId;
    this._hasPlaced();
    const report = this.reports;
    if (!alone) this._expectAnswer();
    if (mapFirst) await painted(); // a panel takes longer to lay out than a map to draw
    const nodes = await this._panelOf(this.view.selected);
    const place = host.document.querySelector(this.settings.panel);
    if (!nodes || !place || this.subject !== subject || (!alone && this.pending.n >= report)) return;
    clearTimeout(this.slow);
    place.replaceChildren(...nodes);
    if (picked) place.closest(this.settings.side).scrollTop = 0;
  }

  /** While nobody answers, the panel says so. */
  _expectAnswer() {
    clearTimeout(this.slow);
    this.slow = setTimeout(() => {
      this._hasAnswered();
      const panel = host.document.querySelector(`${this.settings.panel} [role=complementary]`);
      panel?.prepend(element("p", { class: "waiting", role: "status", text: this.words.waiting }));
    }, SLOW_MS);
  }

  _hasAnswered() {
    clearTimeout(this.slow);
    host.document.querySelector(`${this.settings.side} .waiting`)?.remove();
  }

  _panelOf(id) {
    return this.own.has(id) ? this.own.panel(id, this.view) : this.files.panel(id, this.view);
  }

  /** What the panel depends on. */
  get subject() {
    const { selected, lang, date } = this.view;
    return `${lang}/${selected}/${date}`;
  }

  _hasPlaced() {
    this.placed = this.subject;
    this.placedId = this.view.selected;
  }

  /** A feature by its id, or the first piece of one in tiles or of the viewer's own. */
  feature(id) {
    return this.byId.get(id) || this._piecesOf(id)[0];
  }

  _piecesOf(id) {
    return this.own.has(id) ? this.own.of(id) : this.tiled?.of(id) || [];
  }

  /** All that is marked: features, and what is in view of those in tiles. */
  lit() {
    return this.view.lit.flatMap((id) => this.byId.get(id) || this._piecesOf(id));
  }

  /** Other tiles are in view. */
  tilesCame() {
    this._collect();
    if (this.words && !this.keyed && this.tiled.pieces.length) {
      this.keyed = true;
      this.legend.build();
    }
    this._refresh();
  }

  /** The viewer's own layers have come or gone. */
  ownCame() {
    this._collect();
    this.legend.build();
    this._refresh();
  }

  /** What is to be drawn, the last on top. */
  _collect() {
    this.onMap = [...this.drawn, ...(this.tiled?.pieces || []), ...this.own.features].sort((a, b) => b.order - a.order);
  }

  /** Show or hide layers of the viewer's own; nobody is told. */
  turnOwn(on, layers) {
    this.own.turn(on, layers);
    this._refresh();
  }

  _drawn(id) {
    return Boolean(this.feature(id)) || this.events.some((event) => event.id === id);
  }

  /** Whether the atlas has something of this id; what a statement or a source lights is there afterwards. */
  async knows(id) {
    if (this._drawn(id)) return true;
    this.subjects ??= await this.files.get("subjects.json");
    return Object.hasOwn(this.subjects, id);
  }

  /** The features that something lights on the map. */
  litBy(id) {
    const feature = this.feature(id);
    const about = feature ? [id] : this.events.find((event) => event.id === id)?.about || (Object.hasOwn(this.subjects || {}, id) ? this.subjects[id] : []);
    return about.flatMap((subject) => [subject, ...(this.byId.get(subject)?.members || [])]);
  }

  setLayers(layers) {
    this.view.layers = layers;
    this._refresh();
    this.tiled?.update();
    this.report();
  }

  /** Leave out what does not fit; an empty value lifts the filter. */
  setFilter(name, value) {
    const { [name]: _, ...others } = this.view.filters;
    this.view.filters = value ? { ...others, [name]: value } : others;
    this._refresh();
    this.report();
  }

  clearFilters() {
    this.view.filters = {};
    this._refresh();
    this.report();
  }

  /** The words searched for; they stand in the address, the server needs them for other pages only. */
  setSearch(query) {
    this.view.search = query.trim();
    this._writeAddress();
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
    this.tiled?.update();
    this._writeAddress();
  }

  /** The view is another: its panel, address and server follow, the panel after the next picture if the map is to be first. */
  report(mapFirst = true) {
    if (this.presentation) return;
    this.reports += 1;
    this._showPanel(mapFirst);
    // a browser takes longer to write an address than the map to be drawn
    this.untold = true;
    painted().then(() => this._tell());
  }

  /** Address and server are told what they have not been told yet; nothing else is done before. */
  _tell() {
    if (!this.untold) return;
    this.untold = false;
    this._writeAddress();
    this.told = JSON.stringify(this._parameters());
    if (!alone) this._send();
  }

  /** Whether the server knows what is seen: it is not told of every move of the map. */
  _isReported() {
    return this.told === JSON.stringify(this._parameters());
  }

  /** Not while the page's script runs: Streamlit would drop what that run has still to send, the map with it. */
  _send() {
    clearTimeout(this.sending);
    if (host.document.querySelector(".stApp")?.dataset.testScriptState === "running") this.sending = setTimeout(() => this._send(), BUSY_MS);
    else window.Streamlit.setComponentValue({ ...this._parameters(), n: this.reports });
  }

  _parameters() {
    const all = this.settings.layers;
    const { selected, date, layers } = this.view;
    const parameters = { ...this.view.filters };
    if (selected) parameters.select = selected;
    if (date) parameters.date = date;
    if (this.view.search) parameters.q = this.view.search;
    if (layers.length !== all.length) parameters.layers = layers.join(",");
    const centre = this.leaflet.getCenter();
    if (this.moved) parameters.at = `${+this.leaflet.getZoom().toFixed(2)}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`;
    return parameters;
  }

  /** Keep the page's address in step without asking the server. */
  _writeAddress() {
    if (this.presentation) return;
    const { opening } = this.description;
    const centre = this.leaflet.getCenter();
    this.moved = Math.abs(this.leaflet.getZoom() - opening.zoom) > 0.01 || Math.hypot(centre.lat - opening.latitude, centre.lng - opening.longitude) > 0.01;
    const address = new URL(host.location.href);
    const mine = this._parameters();
    if (this.own.has(mine.select)) delete mine.select; // nobody else could be led there
    for (const key of ["select", "date", "layers", "at", "q", "theme", "country", "status", "owner", "stance", "topic"]) {
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

  /** The status that a history has on a day: as geodata/status.py. */
  statusOn(changes, day, today) {
    let current = null;
    for (const change of changes) {
      if (change.day > day) break;
      if (!(change.promise && change.day < today)) current = change;
    }
    return current;
  }

  statusWords(status) {
    const word = this.words.statuses[status.status];
    return status.promise ? `${word} (${this.words.promised})` : word;
  }

  /** Whether filters, date and layers leave a feature on the map: as Scene.shows. */
  _isVisible(feature) {
    // nothing hides what is chosen
    if (this.litNow.has(feature.id)) return true;
    if (feature.own) return feature.own.on;
    if (!this.layersOn.has(feature.layer) || (feature.changes.length && !feature.now)) return false;
    return this.filtersNow.every(([name, value]) =>
      name === "status" ? feature.now?.status === value : feature[name].includes(value));
  }

  _refresh() {
    this.layersOn = new Set(this.view.layers);
    this.litNow = new Set(this.view.lit);
    this.filtersNow = Object.entries(this.view.filters);
    const { day } = this;
    const today = dayNumber(this.view.today);
    // features with the same history share it, and their status with it
    const statuses = new Map();
    for (const features of [this.features, this.tiled?.pieces || [], this.own.features])
      for (const feature of features) {
        const { changes } = feature;
        if (!statuses.has(changes)) statuses.set(changes, this.statusOn(changes, day, today));
        feature.now = statuses.get(changes);
        feature.visible = this._isVisible(feature);
      }
    this.painter.forget();
    this.dataCanvas.redraw();
    this._mark();
    this.legend.mark();
    this.time.mark();
  }

  /** Draw the marks, and nothing where there were none and are none. */
  _mark() {
    const marks = this.lit().length > 0;
    if (marks || this.marked) this.markCanvas.redraw();
    this.markCanvas.hide(!marks);
    this.marked = marks;
  }

  /** Bring what is lit into view, moving only as far as needed. */
  _frame(animate = !reducedMotion.matches, always = false) {
    const boxes = this.view.lit.flatMap((id) => this.byId.get(id) || this.own.of(id)).map(({ box }) => box).filter(Boolean);
    if (!boxes.length && this.litBox) {
      // in tiles, which need not be here yet
      const [[west, south], [east, north]] = [this.litBox.slice(0, 2), this.litBox.slice(2)].map(project);
      boxes.push({ west, south, east, north });
    }
    if (boxes.length) this._frameBoxes(boxes, animate, always);
  }

  /** Bring an area into view, as near as it can be seen whole. */
  frameBox(box) {
    this._frameBoxes([box], !reducedMotion.matches, true);
  }

  _frameBoxes(boxes, animate, always) {
    const corner = (x, y) => this.leaflet.unproject([(x + ORIGIN.x) * 256, (y + ORIGIN.y) * 256], 0);
    const bounds = L.latLngBounds(
      corner(Math.min(...boxes.map((box) => box.west)), Math.min(...boxes.map((box) => box.north))),
      corner(Math.max(...boxes.map((box) => box.east)), Math.max(...boxes.map((box) => box.south))),
    );
    const size = this.leaflet.getSize();
    const pad = Math.min(60, size.x / 8, size.y / 8);
    const left = this.legend.box.classList.contains("open") && size.x > 700 ? this.legend.box.offsetWidth + 20 : pad;
    const box = L.bounds(this.leaflet.latLngToContainerPoint(bounds.getNorthWest()), this.leaflet.latLngToContainerPoint(bounds.getSouthEast()));
    if (!always && box.min.x >= left && box.min.y >= pad && box.max.x <= size.x - pad && box.max.y <= size.y - pad) return;
    const options = { animate, duration: 0.5 };
    if (always) {
      const options = { paddingTopLeft: [this.presentation ? pad : left, pad], paddingBottomRight: [pad, pad], maxZoom: CLOSE_ZOOM };
      if (animate) this.leaflet.flyToBounds(bounds, { ...options, duration: FLIGHT_S });
      else this.leaflet.fitBounds(bounds, { ...options, animate: false });
    } else if (box.max.x - box.min.x > size.x - left - pad || box.max.y - box.min.y > size.y - 2 * pad)
      this.leaflet.fitBounds(bounds, { ...options, paddingTopLeft: [left, pad], paddingBottomRight: [pad, pad] });
    else
      this.leaflet.panBy(
        [
          Math.min(0, box.min.x - left) + Math.max(0, box.max.x - size.x + pad),
          Math.min(0, box.min.y - pad) + Math.max(0, box.max.y - size.y + pad),
        ],
        options,
      );
  }

  /** The name of a feature in the language of the page. */
  nameOf(feature) {
    return feature.names ? feature.names[`name_${this.view.lang}`] || feature.names.name : this.names[feature.layer][feature.index];
  }

  _hit(at, reach) {
    const scale = 256 * 2 ** this.leaflet.getZoom();
    const corner = this.leaflet.containerPointToLayerPoint(at).add(this.leaflet.getPixelOrigin());
    const x = corner.x / scale - ORIGIN.x;
    const y = corner.y / scale - ORIGIN.y;
    let best = null;
    let bestScore = Infinity;
    const near = [this.tree, this.tiled, this.own].flatMap((index) => index?.near(x, y, reach / scale) || []);
    for (const feature of near) {
      if (!feature.visible) continue;
      const distance = distanceTo(this.painter.course(feature, scale).parts, x, y) * scale;
      const reached = distance <= (feature.at ? reach : reach * 0.75);
      if (!reached && !(feature.area && inArea(feature.parts, x, y))) continue;
      // points lie on lines: within reach they win; among points the more prominent one does
      // and what the viewer has laid over the atlas lies on top
      let score = distance + (feature.at ? this.symbols[feature.kind].zoom / 10 - 1000 : 0) - (feature.own ? OVER : 0);
      // in an area everything else comes first, then the smallest area
      if (!reached) score = WITHIN + (feature.box.east - feature.box.west) * (feature.box.south - feature.box.north);
      if (score < bestScore) [best, bestScore] = [feature, score];
    }
    return best;
  }

  _label() {
    const { words } = this;
    this.scale.setUnit(words.nautical_miles);
    const container = this.leaflet.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", words.map);
    for (const [selector, text] of [[".leaflet-control-zoom-in", words.zoom_in], [".leaflet-control-zoom-out", words.zoom_out]]) {
      const button = container.querySelector(selector);
      button.title = text;
      button.setAttribute("aria-label", text);
    }
    const { border_note: note } = this.description;
    const policy = element("a", { href: `${this.settings.about}${this.view.lang}`, target: "_top", text: words.why_borders });
    policy.addEventListener("click", (event) => {
      // the component's frame may not lead the page away; the page's own link does
      const link = host.document.querySelector(".st-key-pages a[href^='about']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.click();
    });
    this.note.replaceChildren(`${note[this.view.lang] || note.en} `, policy);
    if (this.description.tiled && !this.tiled) this.note.append(" · ", words.without_tiles);
    if (new URLSearchParams(host.location.search).get("embed") === "true") this.note.append(" · ", this._wholePage());
  }

  /** Inside another page: the way to ours, on the view that is shown when it is taken. */
  _wholePage() {
    const link = element("a", { target: "_blank", rel: "noopener", text: this.words.whole_page });
    const point = () => {
      const address = new URL(host.location.href);
      address.searchParams.delete("embed");
      link.href = address.href;
    };
    for (const event of ["pointerenter", "focus", "pointerdown"]) link.addEventListener(event, point);
    point();
    return link;
  }

  // ---- for tests and measuring

  state() {
    return {
      ready: this.ready,
      release: this.settings.release,
      lang: this.view.lang,
      date: isoDay(this.day),
      layers: [...this.view.layers],
      own: this.own.layers.map(({ name, on, count }) => ({ name, on, count })),
      selected: this.view.selected,
      lit: [...this.view.lit],
      look: this.view.look,
      reported: this.reports,
      answered: this.pending?.n ?? 0,
      step: this.presentation?.step ?? null,
      names: this.painter.labels.written.map(({ text }) => text),
      visible: [...new Set(this.onMap.concat(this.features).filter((feature) => feature.visible && feature.box).map((feature) => feature.id))],
    };
  }

  /** Where a feature is drawn, in CSS pixels of this document: a point, or the middle of a line. */
  pixel(id) {
    const feature = this.feature(id);
    if (!feature?.parts.length) return null;
    const scale = 256 * 2 ** this.leaflet.getZoom();
    const part = this.painter.course(feature, scale).parts[0];
    const middle = 2 * Math.floor((part.length / 2 - 1) / 2);
    const [x, y] = part.slice(middle, middle + 2);
    const layerPoint = L.point((x + ORIGIN.x) * scale, (y + ORIGIN.y) * scale).subtract(this.leaflet.getPixelOrigin());
    const at = this.leaflet.layerPointToContainerPoint(layerPoint);
    const box = this.leaflet.getContainer().getBoundingClientRect();
    return { x: at.x + box.left, y: at.y + box.top };
  }

  /** The status that a feature is drawn with, and its dash pattern. */
  look(id) {
    const feature = this.feature(id);
    if (!feature?.visible) return null;
    const status = feature.now?.status || null;
    return { status, promise: Boolean(feature.now?.promise), dash: this.style.statuses[status || "operating"].dash, colour: this.themeOf(feature.layer) };
  }
}

window.startAtlas = (leaflet, settings) => {
  window.atlasMap = new AtlasMap(leaflet, settings);
};
