/* Where the client has its files from. */

const MOST_PANELS = 60;

/** The server that the page came from. */
class ServedFiles {
  constructor({ address, release, version }) {
    Object.assign(this, { address, release, version });
    this.panels = new Map();
  }

  /** A file of the atlas as JSON: as the page around has asked for it early, or by address. */
  async get(path) {
    const early = await host.atlasFiles?.[this.release]?.[path];
    if (early) return early;
    const response = await fetch(`${this.address}${path}?${this.version}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** The panel of what is chosen (null: the overview) as nodes; null if the server has none. */
  async panel(id, { lang, date, today }) {
    const path = `panel/${lang}/${id || "overview"}.html?${new URLSearchParams({ ...(date && { date }), today, version: this.version })}`;
    if (!this.panels.has(path)) {
      if (this.panels.size >= MOST_PANELS) this.panels.delete(this.panels.keys().next().value);
      // without an answer the server's own panel is the first, and the next time it is asked again
      const failed = () => void this.panels.delete(path);
      this.panels.set(path, fetch(this.address + path).then((answer) => (answer.ok ? answer.text() : failed()), failed));
    }
    const html = await this.panels.get(path);
    return html && parsed(html);
  }

  /** Some bytes of a file. */
  async range(path, from, length) {
    const response = await fetch(`${this.address}${path}?${this.version}`, { headers: { Range: `bytes=${from}-${from + length - 1}` } });
    if (response.status !== 206) throw new Error(`${path}: ${response.status}, where a part was asked for`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A whole file that is no text. */
  async bytes(path) {
    const response = await fetch(`${this.address}${path}?${this.version}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The address of a briefing's presenter window. */
  presenter(id, { lang, today }, step) {
    return new URL(`${this.address}presenter/${lang}/${id}.html?step=${step}&today=${today}`, location.href);
  }
}
