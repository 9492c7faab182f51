/* Layer switches and the legend, in the exact symbols of the map. */

class Legend {
  constructor(map) {
    this.map = map;
    this.box = element("aside", { class: "legend" });
  }

  _swatch(layer) {
    const colour = this.map.style.themes[layer.id];
    const line = this.map.features.find((feature) => feature.layer === layer.id && feature.path);
    const symbolKind = this.map.features.find((feature) => feature.layer === layer.id && feature.point)?.kind;
    const picture = svg("svg", { width: 34, height: 20, viewBox: "-17 -10 34 20", "aria-hidden": "true" });
    if (line) picture.append(svg("path", { d: "M-16 0H16", stroke: colour, "stroke-width": 3, fill: "none" }));
    if (symbolKind && (!line || ["ports", "power", "fibre", "oil-gas"].includes(layer.id))) {
      const symbol = this.map.style.symbols[symbolKind];
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

  build() {
    const { words } = this.map;
    const open = this.box.childElementCount ? this.box.classList.contains("open") : this.map.root.clientWidth > 760;
    const body = element("div", { class: "legend-body", id: "legend-body" });
    const toggle = element("button", { type: "button", class: "legend-toggle", "aria-expanded": String(open), "aria-controls": "legend-body", text: words.layers });
    toggle.addEventListener("click", () => {
      const now = this.box.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(now));
    });
    this.switches = new Map();
    const list = element("ul");
    for (const layer of this.map.description.layers) {
      const box = element("input", { type: "checkbox", "data-layer": layer.id });
      box.addEventListener("change", () => {
        const on = this.map.settings.layers.filter((id) => this.switches.get(id).box.checked);
        this.map.setLayers(on);
      });
      const count = element("span", { class: "count" });
      list.append(element("li", {}, element("label", { title: layer.texts[this.map.view.lang] || layer.texts.en || "" }, box, this._swatch(layer), element("span", { class: "name", text: layer.names[this.map.view.lang] }), count)));
      this.switches.set(layer.id, { box, count });
    }
    const every = (ids, text) => element("button", { type: "button", class: "quiet", text, onclick: () => this.map.setLayers(ids) });
    const statuses = element("ul", { class: "keys" });
    const used = new Set(this.map.features.flatMap((feature) => (feature.path ? feature.changes.map((change) => change.status) : [])));
    for (const [status, line] of Object.entries(this.map.style.statuses))
      if (used.has(status)) statuses.append(element("li", {}, this._lineSample(line.dash, false, line.opacity), element("span", { text: words.statuses[status] })));
    const courses = element("ul", { class: "keys" },
      element("li", {}, this._lineSample([], false), element("span", { text: words.drawn.stations })),
      element("li", {}, this._lineSample([], true), element("span", { text: words.drawn.endpoints })));
    body.append(
      element("div", { class: "all" }, every([...this.map.settings.layers], words.all), every([], words.none)), list,
      element("h4", { text: words.line_status }), statuses, element("h4", { text: words.line_course }), courses,
    );
    this.box.replaceChildren(toggle, body);
    this.box.classList.toggle("open", open);
    this.box.setAttribute("aria-label", words.layers);
  }

  mark() {
    for (const [id, { box, count }] of this.switches || []) {
      box.checked = this.map.layersOn.has(id);
      const objects = this.map.features.filter((feature) => feature.layer === id && (!feature.changes.length || feature.now));
      count.textContent = objects.length;
    }
  }
}
