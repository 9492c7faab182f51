/* Search over everything, in five languages, as geodata/search.py: same folding, same order. */

const NO_MATCH = 99;
const MOST_HITS = 40;
const SPACE = 32;
const LINE = 10;
const UNKNOWN = 255;
const SEPARATES = /[^a-z0-9]/;

/** Everything that can be found, folded at once as one long text with a line for each key. */
class Finder {
  constructor({ sequences, letters, order, entries }) {
    Object.assign(this, { sequences, letters, order });
    this.folded = new Uint8Array(65536).fill(UNKNOWN);
    this.folded[LINE] = LINE;
    this.entries = entries.map(([kind, id, target, keys]) => ({ kind, id, target, keys }));
    this.keys = this.entries.flatMap((entry) => entry.keys.map(([field, language, text]) => ({ entry, field, language, text })));
    this.text = this._fold(this.keys.map(({ text }) => text.replaceAll("\n", " ")).join("\n"));
  }

  fold(text) {
    return this._fold(text.replaceAll("\n", " "));
  }

  /** The letters of each line as they are compared, words separated by one space. */
  _fold(text) {
    let lower = text.normalize("NFC").toLowerCase().replaceAll("i\u0307", "i");
    for (const [written, read] of this.sequences) lower = lower.replaceAll(written, read);
    const found = new Uint8Array(lower.length);
    let length = 0;
    let last = LINE;
    for (let index = 0; index < lower.length; index += 1) {
      const unit = lower.charCodeAt(index);
      let letter = this.folded[unit];
      if (letter === UNKNOWN) letter = this.folded[unit] = this._letter(lower[index]);
      if (letter === 0 || (letter === SPACE && (last === SPACE || last === LINE))) continue;
      if (letter === LINE && last === SPACE) length -= 1;
      found[length++] = last = letter;
    }
    return new TextDecoder("latin1").decode(found.subarray(0, last === SPACE ? length - 1 : length));
  }

  /** The code of a folded letter: 0 where nothing is left of it, a space where it separates words. */
  _letter(character) {
    const plain = character.normalize("NFD")[0];
    const letter = this.letters[character] ?? this.letters[plain] ?? plain;
    return letter === "" ? 0 : SEPARATES.test(letter) ? SPACE : letter.charCodeAt(0);
  }

  find(query) {
    const words = this.fold(query).split(" ").filter(Boolean);
    if (!words.length) return [];
    const whole = words.join(" ");
    const score = (text, field) => {
      if (words.some((word) => !text.includes(word))) return NO_MATCH;
      const prose = field === "text" ? 4 : 0;
      if (text === whole) return prose;
      if (text.startsWith(whole)) return prose + 1;
      return prose + (words.every((word) => ` ${text}`.includes(` ${word}`)) ? 2 : 3);
    };
    const hits = new Map();
    for (const { key, text } of this._lines(words.reduce((a, b) => (b.length > a.length ? b : a)))) {
      const value = score(text, key.field);
      if (value < (hits.get(key.entry)?.score ?? NO_MATCH)) hits.set(key.entry, { entry: key.entry, key, score: value });
    }
    const rank = ({ entry, score }) => score + this.order.indexOf(entry.kind);
    return [...hits.values()].sort((a, b) => rank(a) - rank(b) || a.score - b.score);
  }

  /** The keys in which a word stands, with their folded text. */
  *_lines(word) {
    let number = 0;
    let start = 0;
    for (let at = this.text.indexOf(word); at !== -1; at = this.text.indexOf(word, start)) {
      let end = this.text.indexOf("\n", start);
      while (end !== -1 && end < at) {
        start = end + 1;
        number += 1;
        end = this.text.indexOf("\n", start);
      }
      yield { key: this.keys[number], text: this.text.slice(start, end === -1 ? undefined : end) };
      if (end === -1) return;
      start = end + 1;
      number += 1;
    }
  }
}

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

  async _load() {
    this.finder = new Finder(await this.map.files.get("search.json"));
  }

  async run() {
    const query = this.field.value;
    this.map.setSearch(query);
    if (!query.trim()) return this._close();
    this.loading ??= this._load();
    await this.loading;
    if (query !== this.field.value) return;
    this._show(this.finder.find(query));
  }

  _label(entry) {
    const inLanguage = (wanted) => entry.keys.find(([, language]) => language === wanted);
    const [, , text] = inLanguage(this.map.view.lang) || inLanguage("en") || entry.keys[0];
    return text;
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
    else this.map.expect(this.hits[0].entry.target);
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
    this.map.expect(this.hits[index].entry.target);
    this.field.setAttribute("aria-activedescendant", item.id);
  }

  _pick(index) {
    const { entry } = this.hits[index];
    this._close();
    this.map.select(entry.target, { frame: true });
  }
}
