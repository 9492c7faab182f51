/* Search over everything, in five languages, as geodata/search.py: same folding, same order. */

const NO_MATCH = 99;
const MOST_HITS = 40;

class Search {
  constructor(map) {
    this.map = map;
    this.field = element("input", { type: "search", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "hits", autocomplete: "off", spellcheck: "false" });
    this.list = element("ul", { id: "hits", role: "listbox", hidden: true });
    this.box = element("div", { class: "search", role: "search" }, this.field, this.list);
    this.chosen = -1;
    this.field.addEventListener("input", () => this.run());
    this.field.addEventListener("focus", () => {
      this.loading ??= this._load(); // there before the first letter is
      this.run();
    });
    this.field.addEventListener("keydown", (key) => this._key(key));
    this.field.addEventListener("blur", () => this._close());
    // a press on a hit must not take the focus from the field before the click
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  build() {
    const { words } = this.map;
    this.field.placeholder = words.search;
    this.field.setAttribute("aria-label", words.search);
    this.list.setAttribute("aria-label", words.hits);
    if (document.activeElement === this.field) this.run();
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  fold(text) {
    let folded = text.normalize("NFC").toLowerCase().replaceAll("i\u0307", "i");
    for (const [written, read] of this.index.sequences) folded = folded.replaceAll(written, read);
    let found = "";
    for (const character of folded) {
      let letter = this.letters.get(character);
      if (letter === undefined) this.letters.set(character, (letter = this._letter(character)));
      found += letter;
    }
    return found.replace(/[^a-z0-9]+/g, " ").trim();
  }

  _letter(character) {
    const { letters } = this.index;
    if (character in letters) return letters[character];
    const plain = character.normalize("NFD")[0];
    return plain in letters ? letters[plain] : plain;
  }

  async _load() {
    const data = await this.map.files.get("search.json");
    this.index = data;
    this.letters = new Map();
    this.entries = data.entries.map(([kind, id, target, keys]) => ({
      kind, id, target, order: data.order.indexOf(kind), keys: keys.map(([field, language, text]) => ({ field, language, text, folded: this.fold(text) })),
    }));
  }

  find(query) {
    const words = this.fold(query).split(" ").filter(Boolean);
    if (!words.length) return [];
    const whole = words.join(" ");
    const score = (key) => {
      if (words.some((word) => !key.folded.includes(word))) return NO_MATCH;
      const prose = key.field === "text" ? 4 : 0;
      if (key.folded === whole) return prose;
      if (key.folded.startsWith(whole)) return prose + 1;
      return prose + (words.every((word) => ` ${key.folded}`.includes(` ${word}`)) ? 2 : 3);
    };
    const hits = [];
    for (const entry of this.entries) {
      let best = NO_MATCH;
      let reason = null;
      for (const key of entry.keys) {
        const value = score(key);
        if (value < best) [best, reason] = [value, key];
      }
      if (reason) hits.push({ entry, key: reason, score: best });
    }
    return hits.sort((a, b) => a.score + a.entry.order - b.score - b.entry.order || a.score - b.score);
  }

  async run() {
    const query = this.field.value;
    this.map.setSearch(query);
    if (!query.trim()) return this._close();
    this.loading ??= this._load();
    await this.loading;
    if (query !== this.field.value) return;
    this._show(this.find(query));
  }

  _label(entry) {
    const { lang } = this.map.view;
    return (entry.keys.find((key) => key.language === lang) || entry.keys.find((key) => key.language === "en") || entry.keys[0]).text;
  }

  _show(hits) {
    const { words } = this.map;
    this.chosen = -1;
    this.hits = hits.slice(0, MOST_HITS);
    const cut = (text, most) => (text.length > most ? `${text.slice(0, most).trimEnd()}…` : text);
    this.list.replaceChildren(
      ...this.hits.map(({ entry, key }, index) => {
        const label = this._label(entry);
        const item = element("li", { role: "option", id: `hit-${index}`, "data-hit": entry.id, "aria-selected": "false" },
          element("span", { class: "hit", text: cut(label, 110) }),
          element("span", { class: "kind", text: words.kinds[entry.kind] }));
        // why it was found, where its name does not say so
        if (key.text !== label) item.append(element("span", { class: "reason", lang: key.language || null, text: cut(key.text, 90) }));
        item.addEventListener("click", () => this._pick(index));
        return item;
      }),
    );
    if (!hits.length) this.list.append(element("li", { class: "nothing", text: words.no_hits }));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  _close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  _key(key) {
    const open = !this.list.hidden && this.hits?.length;
    if (key.key === "Escape") {
      if (this.list.hidden) this.field.value = "";
      this._close();
      this.map.setSearch(this.field.value);
    } else if (open && (key.key === "ArrowDown" || key.key === "ArrowUp")) {
      const step = key.key === "ArrowDown" ? 1 : -1;
      this._choose((this.chosen + step + this.hits.length) % this.hits.length);
    } else if (open && key.key === "Enter") this._pick(Math.max(0, this.chosen));
    else return;
    key.preventDefault();
  }

  _choose(index) {
    this.list.children[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = index;
    const item = this.list.children[index];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", item.id);
  }

  _pick(index) {
    const { entry } = this.hits[index];
    this._close();
    this.map.select(entry.target, { frame: true });
  }
}
