/* The page around the map where there is no server: everything that it reads was packed beforehand. */
"use strict";
{
  const FILTERS = ["theme", "country", "status", "owner", "stance", "topic"];
  const settings = JSON.parse(document.body.dataset.settings);
  const [root, bar, explore, place] = ["html", ".bar", ".explore", ".place"].map((selector) => document.querySelector(selector));
  const asked = new URLSearchParams(location.search);
  const oneOf = (name, allowed, otherwise) => (allowed.includes(asked.get(name)) ? asked.get(name) : otherwise);
  // ids come from addresses, where "constructor" may stand
  const entry = (things, id) => (id && Object.hasOwn(things, id) ? things[id] : null);
  const nodesOf = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

  /** The files of the atlas, packed into this page or lying beside it as scripts. */
  class PackedFiles {
    constructor() {
      this.promises = new Map();
      this.arrivals = new Map();
      window.atlasFile = (path, content) => this.arrivals.get(path)(content);
    }

    get(path) {
      if (!this.promises.has(path)) this.promises.set(path, this._find(path));
      return this.promises.get(path);
    }

    async _find(path) {
      const packed = () => document.querySelector(`script[data-file="${path}"]`);
      // what is not needed at once stands behind this script, where the browser may not have been yet
      if (settings.packed && !packed() && document.readyState === "loading")
        await new Promise((read) => document.addEventListener("DOMContentLoaded", read, { once: true }));
      return packed() ? this._unpack(packed()) : this._fetch(path);
    }

    async _unpack(element) {
      const text = element.textContent;
      const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      element.remove();
      return new Response(unpacked).json();
    }

    _fetch(path) {
      return new Promise((resolve, reject) => {
        this.arrivals.set(path, resolve);
        const script = document.createElement("script");
        script.src = `${settings.folder}${path}.js?${settings.version}`;
        script.onerror = () => reject(new Error(`${path} is missing beside this page`));
        document.head.append(script);
      });
    }

    /** A piece of HTML in a language; "" if there is none. */
    async html(language, kind, id = null) {
      const texts = await this.get(`texts/${language}.json`);
      const indices = id === null ? texts[kind] : Object.hasOwn(texts[kind], id) && texts[kind][id];
      return (indices || []).map((index) => texts.pieces[index]).join("");
    }

    /** The panel of what is chosen (null: the overview), with the status that it has on the day shown. */
    async panel(id, { lang, date }) {
      const html = await this.html(lang, "panels", id || "");
      const nodes = html ? nodesOf(html) : await this._tiled(id, lang);
      if (!date || !nodes.length) return nodes.length ? nodes : null;
      const { statuses, pieces } = await this.get(`texts/${lang}.json`);
      const box = nodes.find((node) => node.querySelector)?.querySelector("[data-status-on]");
      const history = entry(statuses, id);
      if (!box || !history) return nodes;
      const { atlasMap } = window;
      const day = atlasMap.state().date;
      const [first, ...later] = history;
      const [, indices] = later.findLast(([from]) => from <= day) || first;
      box.replaceChildren(...nodesOf(indices.map((index) => pieces[index]).join("")));
      for (const on of box.querySelectorAll(".on")) on.textContent = atlasMap.time.inWords(atlasMap.day);
      return nodes;
    }

    /** What is said of a feature that only its tile knows. */
    async _tiled(id, lang) {
      const feature = window.atlasMap.feature(id);
      if (!feature) return [];
      const box = document.createElement("div");
      box.append(...nodesOf(await this.html(lang, "tiled", feature.layer)));
      box.querySelector("[data-name]").textContent = window.atlasMap.nameOf(feature);
      box.querySelector("[data-status]").textContent = feature.now ? window.atlasMap.statusWords(feature.now) : "";
      return [...box.childNodes];
    }

    /** Open the presenter's window; it is filled from here, so that it needs no file of its own. */
    async openPresenter(id, { lang }, step) {
      const opened = window.open("", "presenter", "popup,width=1100,height=720");
      const page = opened.document;
      page.documentElement.lang = lang;
      page.documentElement.dataset.look = root.dataset.look;
      page.title = document.title;
      page.head.replaceChildren(...[...document.querySelectorAll("style, link[rel=stylesheet]")].map((style) => {
        const copy = page.importNode(style, true);
        if (copy.href) copy.href = style.href;
        return copy;
      }));
      page.body.className = "presenter";
      page.body.dataset.briefing = id;
      page.body.replaceChildren(...nodesOf(await this.html(lang, "presenters", id)));
      window.startPresenter(opened, step);
    }
  }

  const files = new PackedFiles();
  // a page that was opened from a disk may not read a part of its neighbour
  if (settings.tiles && location.protocol !== "file:")
    files.range = async (path, from, length) => {
      const response = await fetch(`${settings.folder}${path}?${settings.version}`, { headers: { Range: `bytes=${from}-${from + length - 1}` } });
      if (response.status !== 206) throw new Error(`${path}: ${response.status}, where a part was asked for`);
      return new Uint8Array(await response.arrayBuffer());
    };
  const language = () => root.lang;
  const settle = (name, value, otherwise) => {
    const address = new URL(location.href);
    if (value === otherwise) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
    history.replaceState(history.state, "", address);
  };

  /** What the bar says and which of its buttons are down. */
  const markBar = () => {
    const page = oneOf("page", settings.pages, asked.has("briefing") ? "briefing" : "");
    for (const link of bar.querySelectorAll("[data-page]")) {
      if (link.dataset.page === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const button of bar.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === language()));
    for (const button of bar.querySelectorAll("[data-look]")) button.setAttribute("aria-pressed", String(button.dataset.look === root.dataset.look));
  };

  /** An id itself, or the one that replaced it. */
  const current = async (id) => entry((await files.get("atlas.json")).aliases, id) || id;

  /** What a figure or an expert's view is about; null for anything else. */
  const subjectOf = async (id) => entry(await files.get("about.json"), id);

  /** The view that the address asks for; what it leaves out is as the copy was made. */
  const message = async (map) => {
    const fresh = [...asked.keys()].every((name) => ["lang", "look"].includes(name));
    const start = fresh ? settings.view : { ...settings.view, date: null, layers: settings.layers, filters: {}, search: "", selected: null, at: null };
    const layers = asked.get("layers")?.split(",");
    const wanted = settings.layers.filter((id) => layers?.includes(id));
    const at = asked.get("at")?.split("/").map(Number);
    const values = (name) => (name === "status" ? Object.keys(map.style.statuses) : map.features.flatMap((feature) => feature[name]));
    const filters = Object.fromEntries(FILTERS.filter((name) => values(name).includes(asked.get(name))).map((name) => [name, asked.get(name)]));
    const date = asked.get("date");
    const id = asked.has("select") ? await current(asked.get("select")) : start.selected;
    const selected = id && (await map.knows(id)) ? id : await subjectOf(id);
    return {
      ...start,
      lang: language(),
      look: root.dataset.look,
      date: date && /^\d{4}(-\d\d){0,2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : start.date,
      layers: layers && (wanted.length || layers[0] === "") ? wanted : start.layers,
      filters: { ...start.filters, ...filters },
      search: asked.get("q") || start.search,
      selected,
      lit: map.litBy(selected),
      at: at?.length === 3 && at.every(Number.isFinite) ? at : start.at,
    };
  };

  const speak = async (chosen) => {
    root.lang = chosen;
    document.title = settings.titles[chosen];
    bar.replaceChildren(...nodesOf(await files.html(chosen, "bar")));
    markBar();
  };

  const showPlace = async (name) => {
    place.replaceChildren(...nodesOf(await files.html(language(), "pages", name)));
    place.hidden = false;
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };

  const showMap = async (briefing) => {
    explore.hidden = false;
    const leaflet = L.map("map_div", settings.map);
    window.startAtlas(leaflet, { files, release: settings.release, layers: settings.layers, about: "?page=about&lang=", side: ".panel-side", panel: ".panel-side" });
    const map = window.atlasMap;
    await map.loaded;
    const view = await message(map);
    if (!briefing) return map.show(view);
    document.body.classList.add("staged");
    const stage = (await files.get("briefings.json"))[briefing];
    const step = Math.max(1, Math.min(stage.steps.length, Number.parseInt(asked.get("step") ?? "1", 10) || 1));
    document.querySelector(".panel-side").replaceChildren(...nodesOf(await files.html(language(), "stages", briefing)));
    await map.show({ ...view, selected: null, lit: [], briefing: { ...stage, step } });
  };

  const start = async () => {
    if (asked.get("embed") === "true") root.dataset.embedded = "";
    root.dataset.look = oneOf("look", settings.looks, settings.view.look);
    const spoken = oneOf("lang", settings.languages, settings.view.lang);
    if (spoken === root.lang) markBar();
    else await speak(spoken);
    const name = oneOf("page", settings.pages, "");
    const briefing = asked.get("briefing") ?? (location.search ? null : settings.briefing);
    const wanted = briefing && (await current(briefing));
    if (wanted && Object.hasOwn(await files.get("briefings.json"), wanted)) await showMap(wanted);
    else if (name) await showPlace(name);
    else await showMap(null);
  };

  bar.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const map = window.atlasMap;
    if (button.dataset.lang) {
      settle("lang", button.dataset.lang, null);
      await speak(button.dataset.lang);
      bar.querySelector(`[data-lang="${button.dataset.lang}"]`).focus();
    } else {
      root.dataset.look = button.dataset.look;
      settle("look", button.dataset.look, settings.view.look);
      markBar();
    }
    if (map) await map.show({ ...map.view, n: map.reports, lang: language(), look: root.dataset.look });
    else if (button.dataset.lang) await showPlace(oneOf("page", settings.pages, ""));
  });

  // a link takes language and look along, and from the bar the view
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='?']");
    if (!link) return;
    const now = new URLSearchParams(location.search);
    const next = new URLSearchParams("page" in link.dataset ? now : link.getAttribute("href"));
    if ("page" in link.dataset) {
      for (const name of ["page", "briefing", "step"]) next.delete(name);
      if (link.dataset.page) next.set("page", link.dataset.page);
    }
    next.set("lang", language());
    if (now.has("look")) next.set("look", now.get("look"));
    link.href = `?${next}`;
  }, { capture: true });

  start().catch((error) => {
    document.querySelector(".failed").hidden = false;
    throw error;
  });
}
