/* The date control: play, step, type, and the axis with the events in lanes by theme. */

const SHORTEST = 366;
const YEAR_LABEL = 36; // CSS pixels with the space around it

class TimeAxis {
  constructor(map) {
    this.map = map;
    this.section = element("section", { class: "time" });
  }

  /** The days that the axis can show; it begins with all of them. */
  setSpan(first, last) {
    Object.assign(this, { first, last, from: first, to: last });
  }

  /** Show fewer (factor < 1) or more days around a day. */
  zoom(factor, around = this.map.day) {
    const centre = Math.max(this.from, Math.min(this.to, around));
    const width = Math.max(SHORTEST, Math.min(this.last - this.first, (this.to - this.from) * factor));
    const share = (centre - this.from) / (this.to - this.from);
    this.from = Math.max(this.first, Math.min(this.last - width, centre - share * width));
    this.to = this.from + width;
    this.buildAxis();
  }

  build() {
    const { words } = this.map;
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
    this.todayButton = element("button", { type: "button", class: "quiet today", text: words.today, onclick: () => this.map.setDate(null) });
    const controls = element("div", { class: "controls" },
      this.playButton,
      button(words.month_back, "M11 3L4 9L11 15ZM13 3H15V15H13Z", () => this._step(-1)),
      button(words.month_on, "M7 3L14 9L7 15ZM3 3H5V15H3Z", () => this._step(1)),
      this.dateWords, this.dateField, this.todayButton,
      element("span", { class: "zooms" },
        button(words.zoom_axis_out, "M3 8H15V10H3Z", () => this.zoom(2)),
        button(words.zoom_axis_in, "M3 8H8V3H10V8H15V10H10V15H8V10H3Z", () => this.zoom(0.5))));
    this.axis = svg("svg", { class: "axis" });
    this.section.replaceChildren(controls, this.axis);
    this.section.setAttribute("aria-label", words.time);
    this.buildAxis();
  }

  _typed() {
    const text = this.dateField.value.trim();
    const valid = text === "" || lastDay(text) !== null;
    this.dateField.setAttribute("aria-invalid", String(!valid));
    if (valid) this.map.setDate(text || null);
  }

  _monthOf(day) {
    return isoDay(Math.max(this.first, Math.min(this.last, day))).slice(0, 7);
  }

  _step(months) {
    this.play(false);
    const now = new Date(this.map.day * DAY);
    const target = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1) / DAY;
    this.map.setDate(this._monthOf(target));
  }

  /** Let the months pass; the server hears of the last one only. */
  play(on) {
    if (on === Boolean(this.playing)) return;
    this.playButton?.classList.toggle("on", on);
    this.playButton?.setAttribute("aria-pressed", String(on));
    if (!on) {
      cancelAnimationFrame(this.playing);
      this.playing = null;
      this.map.report();
      return;
    }
    const months = [];
    const from = this.map.day >= this.last - 31 ? this.first : this.map.day;
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
      // a frame can begin before the click that asked for it
      const month = months[Math.max(0, Math.floor((now - began) / pace))];
      if (!month) {
        this.playing = requestAnimationFrame(() => {});
        return this.play(false);
      }
      if (month !== this.map.view.date) this.map.setDate(month, false);
      this.playing = requestAnimationFrame(tick);
    };
    this.playing = requestAnimationFrame(tick);
  }

  _nameWidth(lanes) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = "600 11.5px 'Source Sans', sans-serif";
    return Math.max(0, ...lanes.map((layer) => context.measureText(layer.names[this.map.view.lang]).width));
  }

  _x(day) {
    return this.plot.left + ((day - this.from) / (this.to - this.from)) * this.plot.width;
  }

  /** Build the axis again where its width has changed. */
  fitAxis() {
    if (this.section.clientWidth !== this.builtWidth) this.buildAxis();
  }

  buildAxis() {
    if (!this.axis || !this.map.words) return;
    const width = this.section.clientWidth;
    if (!width) return;
    this.builtWidth = width;
    const narrow = width < 640;
    const lane = narrow ? 9 : 14;
    const lanes = this.map.description.layers.filter((layer) => this.map.events.some((event) => event.lane === layer.id));
    const left = narrow ? 12 : this._nameWidth(lanes) + 16;
    const height = lanes.length * lane + 26;
    this.plot = { left, width: width - left - 18, lane, height };
    const { axis } = this;
    axis.setAttribute("viewBox", `0 0 ${width} ${height}`);
    axis.setAttribute("height", height);
    const parts = [];
    const today = dayNumber(this.map.view.today);
    parts.push(svg("rect", { class: "future", x: this._x(Math.max(today, this.from)), y: 0, width: Math.max(0, this._x(this.to) - this._x(Math.max(today, this.from))), height: lanes.length * lane }));
    lanes.forEach((layer, row) => {
      const y = row * lane + lane / 2;
      parts.push(svg("line", { class: "lane", x1: left, x2: width - 18, y1: y, y2: y }));
      if (!narrow) parts.push(svg("text", { class: "lane-name", x: left - 10, y: y + 3.5, "text-anchor": "end", fill: this.map.themeOf(layer.id), text: layer.names[this.map.view.lang] }));
    });
    const years = (this.to - this.from) / 365;
    // so many years to a label that labels stay apart
    const every = Math.ceil((YEAR_LABEL * years) / this.plot.width);
    for (let year = this.map.description.span.first; year <= this.map.description.span.last; year += 1) {
      for (let month = 0; month < 12; month += years > 4 ? 12 : 3) {
        const day = Date.UTC(year, month, 1) / DAY;
        if (day < this.from || day > this.to) continue;
        const x = this._x(day);
        parts.push(svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: lanes.length * lane + 5 }));
        if ((year - this.map.description.span.first) % every) continue;
        const label = month ? this.map.words.months_short[month] : year;
        parts.push(svg("text", { class: month ? "month" : "year", x: x + 3, y: lanes.length * lane + 16, text: label }));
      }
    }
    const ends = new Map();
    this.eventMarks = new Map();
    const sorted = [...this.map.events].sort((a, b) => a.first - b.first);
    for (const event of sorted) {
      const row = lanes.findIndex((layer) => layer.id === event.lane);
      if (row < 0 || event.last < this.from || event.first > this.to) continue;
      const x1 = this._x(Math.max(this.from, event.first));
      const x2 = this._x(Math.min(this.to, event.last));
      const middle = (x1 + x2) / 2;
      const radius = narrow ? 2.6 : 3.6;
      const base = row * lane + lane / 2;
      const crowd = (ends.get(row) || []).filter((x) => Math.abs(x - middle) < radius * 1.6).length;
      ends.set(row, [...(ends.get(row) || []), middle]);
      const y = base + [0, -3, 3, -1.5, 1.5][crowd % 5] * (narrow ? 0.6 : 1);
      const future = event.last > today;
      const colour = this.map.themeOf(event.lane);
      const mark = svg("g", { class: `event${future ? " ahead" : ""}${event.forecast ? " forecast" : ""}`, "data-event": event.id, role: "button", tabindex: -1, "aria-label": `${event.date[this.map.view.lang]}: ${event.titles[this.map.view.lang] || event.titles.en}` });
      if (x2 - x1 > radius * 2) mark.append(svg("rect", { class: event.soft ? "span soft" : "span", x: x1, y: y - radius * 0.55, width: x2 - x1, height: radius * 1.1, rx: radius * 0.55, fill: colour }));
      mark.append(svg("circle", { cx: middle, cy: y, r: radius, fill: event.forecast ? this.map.colours.paper : colour, stroke: colour }));
      mark.addEventListener("click", (click) => {
        click.stopPropagation();
        this.map.select(event.id);
      });
      mark.addEventListener("keydown", (key) => this._axisKey(key, event.id));
      mark.addEventListener("pointerenter", () => {
        const box = mark.getBoundingClientRect();
        this.map.showTip(mark.getAttribute("aria-label"), box.left, Math.min(box.top, this.map.root.clientHeight - 20));
      });
      mark.addEventListener("pointerleave", () => this.map.hideTip());
      this.eventMarks.set(event.id, mark);
      parts.push(mark);
    }
    this.eventOrder = sorted.filter((event) => this.eventMarks.has(event.id)).map((event) => event.id);
    this.eventMarks.get(this.eventOrder[0])?.setAttribute("tabindex", 0);
    if (today >= this.from && today <= this.to) parts.push(svg("line", { class: "now", x1: this._x(today), x2: this._x(today), y1: 0, y2: lanes.length * lane + 8 }));
    this.handle = svg("g", { class: "handle", role: "slider", tabindex: 0, "aria-label": this.map.words.date, "aria-orientation": "horizontal", "aria-valuemin": this.map.description.span.first, "aria-valuemax": this.map.description.span.last },
      svg("line", { y1: 0, y2: lanes.length * lane + 10 }), svg("path", { d: "M-7 0H7V9L0 16L-7 9Z", transform: `translate(0 ${lanes.length * lane + 26}) scale(1 -1)` }));
    parts.push(this.handle);
    axis.replaceChildren(...parts);
    this._dragAxis();
    if (this.map.layersOn) this.mark();
  }

  _axisKey(key, id) {
    const index = this.eventOrder.indexOf(id);
    const moves = { ArrowRight: 1, ArrowLeft: -1, Home: -index, End: this.eventOrder.length - 1 - index };
    if (key.key === "Enter" || key.key === " ") this.map.select(id);
    else if (key.key in moves) {
      const next = this.eventMarks.get(this.eventOrder[Math.max(0, Math.min(this.eventOrder.length - 1, index + moves[key.key]))]);
      this.eventMarks.get(id).setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
    } else return;
    key.preventDefault();
  }

  _dragAxis() {
    this.axis.onwheel = (event) => {
      event.preventDefault();
      const share = (event.clientX - this.axis.getBoundingClientRect().left - this.plot.left) / this.plot.width;
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.from + Math.max(0, Math.min(1, share)) * (this.to - this.from));
    };
    const dayAt = (event) => {
      const share = (event.clientX - this.axis.getBoundingClientRect().left - this.plot.left) / this.plot.width;
      return Math.round(this.from + Math.max(0, Math.min(1, share)) * (this.to - this.from));
    };
    const move = (event) => {
      const month = this._monthOf(dayAt(event));
      if (month !== this.map.view.date) this.map.setDate(month, false);
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
      this.map.report();
    };
    this.handle.addEventListener("keydown", (key) => {
      const months = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 12, PageDown: -12 }[key.key];
      if (months) this._step(months);
      else if (key.key === "Home") this.map.setDate(this._monthOf(this.first));
      else if (key.key === "End") this.map.setDate(this._monthOf(this.last));
      else return;
      key.preventDefault();
    });
  }

  inWords(day) {
    const date = new Date(day * DAY);
    const fill = { d: date.getUTCDate(), dd: String(date.getUTCDate()).padStart(2, "0"), MMMM: this.map.words.months[date.getUTCMonth()], y: date.getUTCFullYear() };
    return this.map.words.day_pattern.replace(/'([^']*)'|MMMM|dd|d|y/g, (token, quoted) => (quoted === undefined ? fill[token] : quoted));
  }

  mark() {
    if (!this.handle || !this.map.words) return;
    const day = Math.max(this.from, Math.min(this.to, this.map.day));
    this.handle.classList.toggle("beyond", day !== this.map.day);
    const today = dayNumber(this.map.view.today);
    const text = this.inWords(this.map.day);
    this.handle.setAttribute("transform", `translate(${this._x(day)} 0)`);
    this.handle.setAttribute("aria-valuenow", new Date(this.map.day * DAY).getUTCFullYear());
    this.handle.setAttribute("aria-valuetext", text);
    this.dateWords.textContent = this.map.day > today ? `${text} · ${this.map.words.as_promised}` : text;
    this.dateWords.classList.toggle("ahead", this.map.day > today);
    if (document.activeElement !== this.dateField) this.dateField.value = this.map.view.date || "";
    this.todayButton.hidden = !this.map.view.date;
    const about = new Set(this.map.view.lit);
    for (const event of this.map.events) {
      const mark = this.eventMarks.get(event.id);
      if (!mark) continue;
      mark.classList.toggle("chosen", event.id === this.map.view.selected);
      mark.classList.toggle("related", about.size > 0 && event.about.some((id) => about.has(id)));
      mark.classList.toggle("off", !this.map.layersOn.has(event.lane));
    }
    this.axis.classList.toggle("choosing", about.size > 0);
  }
}
