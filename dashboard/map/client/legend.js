/* Layer switches and the legend, in the exact symbols of the map. */

class Legend {
  constructor(map) {
    this.map = map;
    this.box = element("aside", { class: "legend" });
  }

  /** What the map has of each layer: lines, and the first place of each kind; and every history that a line has. */
  _survey() {
    this.found = new Map(this.map.settings.layers.map((layer) => [layer, { line: false, places: new Map() }]));
    this.histories = new Set();
    for (const features of [this.map.features, this.map.tiled?.pieces || []])
      for (const feature of features) {
        const { line, places } = this.found.get(feature.layer);
        if (feature.line) {
          if (!line) this.found.get(feature.layer).line = true;
          this.histories.add(feature.changes);
        } else if (feature.point && !places.has(feature.kind)) places.set(feature.kind, feature);
      }
  }

  _swatch(layer) {
    const colour = this.map.themeOf(layer.id);
    const { symbols } = this.map.style;
    const { line, places } = this.found.get(layer.id);
    // the same rule as dashboard/style.py, legend_symbol
    const place = [...places.values()].find(({ kind }) => !line || symbols[kind].beside_line);
    return this._sample(colour, line, place?.kind);
  }

  /** A line, a place, or both in the colour of their layer. */
  _sample(colour, line, kind) {
    const picture = svg("svg", { width: 34, height: 20, viewBox: "-17 -10 34 20", "aria-hidden": "true" });
    if (line) picture.append(svg("path", { d: "M-16 0H16", stroke: colour, "stroke-width": 3, fill: "none" }));
    if (kind) {
      const symbol = this.map.style.symbols[kind];
      picture.append(
        svg("g", { transform: `scale(${Math.min(symbol.size, 17) / 16})` },
          svg("path", { d: symbol.body, fill: colour, stroke: this.map.colours.paper, "stroke-width": 1.5 }),
          svg("path", { d: symbol.glyph, fill: "none", stroke: this.map.colours.paper, "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" })),
      );
    }
    return picture;
  }

  _lineSample(dash, hollow, opacity = 1) {
    const round = dash.length && dash[0] <= 1;
    const stroke = { d: "M2 5H42", fill: "none", "stroke-dasharray": dash.join(" ") || null, "stroke-linecap": round ? "round" : "butt" };
    const picture = svg("svg", { width: 44, height: 10, viewBox: "0 0 44 10", "aria-hidden": "true" },
      svg("path", { ...stroke, stroke: "currentColor", "stroke-width": 3, opacity }));
    if (hollow) picture.append(svg("path", { ...stroke, stroke: this.map.colours.paper, "stroke-width": 1.3 }));
    return picture;
  }

  build() {
    const { words } = this.map;
    this._survey();
    const open = this.box.childElementCount ? this.box.classList.contains("open") : this.map.root.clientWidth > 760;
    const body = element("div", { class: "legend-body", id: "legend-body" });
    const toggle = element("button", { type: "button", class: "legend-toggle", "aria-expanded": String(open), "aria-controls": "legend-body", text: words.layers });
    toggle.addEventListener("click", () => {
      const now = this.box.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(now));
    });
    this.switches = new Map();
    this.groups = [];
    const list = element("ul");
    const { layers, groups } = this.map.description;
    const grouped = groups.flatMap((group) => group.layers);
    // those in no group come last
    const place = ({ id }) => (grouped.includes(id) ? grouped.indexOf(id) : grouped.length);
    for (const layer of [...layers].sort((a, b) => place(a) - place(b))) {
      const group = groups.find((one) => one.layers.length > 1 && one.layers[0] === layer.id);
      if (group) list.append(this._groupSwitch(group));
      const box = element("input", { type: "checkbox", "data-layer": layer.id });
      box.addEventListener("change", () => {
        const on = this.map.settings.layers.filter((id) => this.switches.get(id).box.checked);
        this.map.setLayers(on);
      });
      const count = element("span", { class: "count" });
      const card = element("p", { class: "card", hidden: true, id: `card-${layer.id}`, text: `${layer.texts[this.map.view.lang] || layer.texts.en || ""} ${words.freshness[layer.id]}` });
      const more = element("button", { type: "button", class: "more", "aria-expanded": "false", "aria-controls": card.id, "aria-label": `${words.about_layer}: ${layer.names[this.map.view.lang]}`, text: "i" });
      more.addEventListener("click", () => {
        card.hidden = !card.hidden;
        more.setAttribute("aria-expanded", String(!card.hidden));
      });
      const alone = groups.some((one) => one.layers.length === 1 && one.layers[0] === layer.id);
      list.append(element("li", { class: alone ? "alone" : null },
        element("label", {}, box, this._swatch(layer), element("span", { class: "name", text: layer.names[this.map.view.lang] }), count), more, card));
      this.switches.set(layer.id, { box, count });
    }
    this._listOwn(list);
    const every = (ids, text) => element("button", { type: "button", class: "quiet", text, onclick: () => {
      this.map.own.turn(Boolean(ids.length));
      this.map.setLayers(ids);
    } });
    const statuses = element("ul", { class: "keys" });
    this.statusKeys = new Map();
    const used = new Set([...this.histories].flatMap((changes) => changes.map((change) => change.status)));
    for (const [status, line] of Object.entries(this.map.style.statuses))
      if (used.has(status)) {
        const button = element("button", { type: "button", class: "key", "data-status": status, "aria-pressed": "false" }, this._lineSample(line.dash, false, line.opacity), element("span", { text: words.statuses[status] }), element("span", { class: "count" }));
        button.addEventListener("click", () => this.map.setFilter("status", this.map.view.filters.status === status ? "" : status));
        statuses.append(element("li", {}, button));
        this.statusKeys.set(status, button);
      }
    const courses = element("ul", { class: "keys" },
      element("li", {}, this._lineSample([], false), element("span", { text: words.drawn.stations })),
      element("li", {}, this._lineSample([], true), element("span", { text: words.drawn.endpoints })));
    body.append(
      element("div", { class: "all" }, every([...this.map.settings.layers], words.all), every([], words.none)), list,
      element("p", { class: "head", text: words.line_status }), statuses, element("p", { class: "head", text: words.line_course }), courses,
      this._buildFilters(),
    );
    this.box.replaceChildren(toggle, body);
    this.box.classList.toggle("open", open);
    this.box.setAttribute("aria-label", words.layers);
  }

  /** The layers of the viewer's own, with a switch each, below the atlas's. */
  _listOwn(list) {
    this.owns = [];
    const { own, words, view, colours } = this.map;
    if (own.layers.length) list.append(element("li", { class: "group own" }, element("span", { class: "name", text: words.own_layers })));
    for (const layer of own.layers) {
      const box = element("input", { type: "checkbox", "data-own": layer.number });
      box.addEventListener("change", () => this.map.turnOwn(box.checked, [layer]));
      list.append(element("li", {}, element("label", {}, box, this._sample(colours.own, layer.line, layer.point && layer.kind),
        element("span", { class: "name", text: layer.name }), element("span", { class: "count", text: layer.count.toLocaleString(view.lang) }))));
      this.owns.push({ box, layer });
    }
  }

  /** One switch for several layers; half on where only some are. */
  _groupSwitch({ names, layers }) {
    const box = element("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      const { layersOn, settings } = this.map;
      this.map.setLayers(settings.layers.filter((id) => (layers.includes(id) ? box.checked : layersOn.has(id))));
    });
    this.groups.push({ box, layers });
    return element("li", { class: "group" }, element("label", {}, box, element("span", { class: "name", text: names[this.map.view.lang] })));
  }

  _buildFilters() {
    const { words } = this.map;
    const order = new Intl.Collator(this.map.view.lang); // ten times as fast as localeCompare
    const named = { country: words.countries, status: words.statuses, stance: words.stances, topic: words.topics };
    this.filters = new Map();
    const rows = ["country", "owner", "stance", "topic"].map((name) => {
      const label = (value) => named[name]?.[value] || value;
      const select = element("select", { "data-filter": name }, element("option", { value: "", text: words.every }));
      for (const value of [...this.map.values[name]].sort((a, b) => order.compare(label(a), label(b))))
        select.append(element("option", { value, text: label(value) }));
      select.addEventListener("change", () => this.map.setFilter(name, select.value));
      this.filters.set(name, select);
      return element("label", { class: "filter" }, element("span", { text: words.filter_names[name] }), select);
    });
    this.clear = element("button", { type: "button", class: "quiet", text: words.clear, onclick: () => this.map.clearFilters() });
    this.filterBox = element("details", { class: "filters" }, element("summary", { text: words.filters }), ...rows, this.clear);
    return this.filterBox;
  }

  mark() {
    if (!this.switches) return;
    const { layersOn, features, view, description, tiled } = this.map;
    const { layers } = this.map.settings;
    const on = layers.map((id) => layersOn.has(id));
    // of what is in tiles not all is here, so that it is counted as a whole
    const counts = new Map(Object.entries(description.tiled?.counts || {}));
    const byLayer = layers.map((id) => counts.get(id) || 0);
    const byStatus = {};
    for (const { order, line, now, visible, changes } of features) {
      // what is switched off counts what would be there
      if (on[order] ? visible : !changes.length || now) byLayer[order] += 1;
      if (line && visible && now) byStatus[now.status] = (byStatus[now.status] || 0) + 1;
    }
    const inTiles = new Set((tiled?.pieces || []).filter(({ line, now, visible }) => line && now && visible).map(({ now }) => now.status));
    for (const [id, { box, count }] of this.switches) {
      box.checked = layersOn.has(id);
      say(count, byLayer[layers.indexOf(id)].toLocaleString(view.lang));
    }
    for (const { box, layer } of this.owns) box.checked = layer.on;
    for (const { box, layers } of this.groups) {
      const switched = layers.filter((id) => layersOn.has(id)).length;
      box.checked = switched === layers.length;
      box.indeterminate = switched > 0 && !box.checked;
    }
    for (const [status, key] of this.statusKeys) {
      const count = byStatus[status] || 0;
      say(key.querySelector(".count"), count ? String(count) : "");
      key.setAttribute("aria-pressed", String(view.filters.status === status));
      key.classList.toggle("absent", !count && !inTiles.has(status) && view.filters.status !== status);
    }
    for (const [name, select] of this.filters) select.value = view.filters[name] || "";
    this.clear.hidden = !Object.keys(view.filters).length;
    if (!this.clear.hidden) this.filterBox.open = true;
  }
}
