/* Presents a briefing: the steps lie in the page already, so that nothing here needs the server. */

const FLIGHT_S = 0.9;
const LEAST_LETTERS = 14; // CSS pixels

class Presentation {
  constructor(map) {
    this.map = map;
    this.steps = [];
    this.caption = element("p", { class: "as-of" });
    // a sheet, not an element: a page that allows no inline style allows this
    this.marker = new host.CSSStyleSheet();
    host.document.adoptedStyleSheets.push(this.marker);
    this.channel = new BroadcastChannel("corridors-briefing");
    this.channel.addEventListener("message", ({ data }) => this._hear(data));
    // nothing of the stage stays in the page when the map leaves it
    const leaving = new AbortController();
    window.addEventListener("pagehide", () => {
      leaving.abort();
      host.document.adoptedStyleSheets = host.document.adoptedStyleSheets.filter((sheet) => sheet !== this.marker);
      this._blank(false);
    });
    host.addEventListener("resize", () => this.step && this._place(), { signal: leaving.signal });
    this.map.root.classList.add("presenting");
    this.map.mapBox.append(this.caption);
  }

  get page() {
    return host.document.querySelector(".briefing");
  }

  /** A message of the server: the first says where to begin; later ones change language and look only. */
  show({ id, step, steps }) {
    const first = id !== this.id;
    Object.assign(this, { id, steps });
    this.go(first ? step : this.step, { fly: !first });
  }

  go(number, { fly = true, tell = true } = {}) {
    const began = performance.now();
    const before = this.step;
    this.step = Math.max(1, Math.min(this.steps.length, number));
    const { layers, date, selected, lit, at } = this.steps[this.step - 1];
    // one rule for the page, which holds all steps: it outlasts whatever the server places anew
    this._place();
    Object.assign(this.map.view, { layers, date, selected, lit, filters: {}, search: "" });
    this.map._refresh();
    const words = this.map.time.inWords(this.map.day);
    const ahead = this.map.day > dayNumber(this.map.view.today);
    this.caption.textContent = ahead ? `${words} · ${this.map.words.as_promised}` : words;
    this.caption.classList.toggle("ahead", ahead);
    if (this.step !== before || !fly) this._move(at, lit, fly && !reducedMotion.matches);
    this._writeAddress();
    if (tell) this.channel.postMessage({ briefing: this.id, step: this.step });
    this.map.timing.step = performance.now() - began;
  }

  /** Show the step, in letters as large as leave room for all of it. */
  _place() {
    const rules = `.briefing .step[data-step="${this.step}"] { display: flex !important; } .briefing .step:not([data-step="${this.step}"]) { display: none !important; }`;
    this.marker.replaceSync(rules);
    const { page } = this;
    if (!page) return;
    let size = parseFloat(host.getComputedStyle(page).fontSize);
    while (page.scrollHeight > page.clientHeight && size > LEAST_LETTERS && page.clientHeight >= host.innerHeight - 1) {
      size *= 0.95;
      this.marker.replaceSync(`${rules} .briefing { font-size: ${size}px !important; }`);
    }
  }

  _move(at, lit, fly) {
    const { leaflet } = this.map;
    const { opening } = this.map.description;
    if (!at && lit.some((id) => this.map.byId.get(id)?.box)) return this.map._frame(fly, true);
    const [zoom, latitude, longitude] = at || [opening.zoom, opening.latitude, opening.longitude];
    if (fly) leaflet.flyTo([latitude, longitude], zoom, { duration: FLIGHT_S });
    else leaflet.setView([latitude, longitude], zoom, { animate: false });
  }

  _writeAddress() {
    const address = new URL(host.location.href);
    address.searchParams.set("step", this.step);
    if (address.href !== host.location.href) host.history.replaceState(host.history.state, "", address.href);
  }

  /** The presenter's window asks where we are, or says where to go. */
  _hear({ briefing, step, ask }) {
    if (briefing !== this.id) return;
    if (ask) this.channel.postMessage({ briefing, step: this.step });
    else if (step !== this.step) this.go(step, { tell: false });
  }

  /** A key of the presenter or the clicker; true if it was for us. */
  key(key) {
    if (key.ctrlKey || key.metaKey || key.altKey) return false;
    if (key.target.closest?.("input, textarea, select, [contenteditable]")) return key.key === "Escape" && this._cover(null);
    if ((key.key === " " || key.key === "Enter") && key.target.closest?.("button, a, [role=button]")) return false;
    const { step, steps } = this;
    const to = { ArrowRight: step + 1, " ": step + 1, n: step + 1, PageDown: step + 1, ArrowLeft: step - 1, p: step - 1, PageUp: step - 1, Home: 1, End: steps.length };
    const act = {
      b: () => this._blank(),
      ".": () => this._blank(),
      f: () => this._fullScreen(),
      s: () => this._presenter(),
      o: () => this._cover(".list"),
      g: () => this._cover(".list"),
      "?": () => this._cover(".help"),
      Escape: () => this._cover(null),
    };
    const name = key.key.length === 1 ? key.key.toLowerCase() : key.key;
    if (name in to) {
      this._blank(false);
      this._cover(null);
      this.go(to[name]);
    } else if (name in act) act[name]();
    else return false;
    return true;
  }

  /** A press on the page's own buttons; true if it was for us. */
  click(event) {
    const button = event.target.closest?.("[data-go], [data-to], [data-keys], [data-leave]");
    if (!button || !this.page?.contains(button)) return false;
    const { go, to } = button.dataset;
    if (go) this.go(this.step + Number(go));
    else if (to) {
      this._cover(null);
      this.go(Number(to));
    } else if ("keys" in button.dataset) this._cover(".help");
    else return false;
    return true;
  }

  _blank(on = !this.black) {
    this.black?.remove();
    this.black = on ? host.document.body.appendChild(host.document.createElement("div")) : null;
    if (this.black) this.black.className = "blank";
  }

  _fullScreen() {
    const page = host.document;
    if (page.fullscreenElement) page.exitFullscreen();
    else page.documentElement.requestFullscreen();
  }

  _presenter() {
    const { files, view } = this.map;
    if (files.openPresenter) return files.openPresenter(this.id, view, this.step);
    const address = files.presenter(this.id, view, this.step);
    host.open(address, "presenter", "popup,width=1100,height=720");
  }

  /** Lay one of the page's covers over it, or take them away. */
  _cover(selector) {
    for (const cover of this.page?.querySelectorAll(".cover") || []) {
      cover.hidden = !(selector && cover.matches(selector) && cover.hidden);
      const field = cover.querySelector("input");
      if (cover.hidden) field?.blur(); // else the next key would still be its
      if (cover.hidden || !field) continue;
      host.focus();
      field.value = "";
      field.focus();
      field.onkeydown = (key) => {
        if (key.key !== "Enter" || !field.value) return;
        this._cover(null);
        this.go(Number(field.value));
      };
    }
    return true;
  }
}
