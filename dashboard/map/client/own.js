/* Layers of the viewer's own, laid over the atlas: fetched once by their tokens, drawn and picked like its own. */

const OWN = "own:"; // begins the ids of such layers and their objects, and none of the atlas's

class OwnLayers {
  constructor(map) {
    this.map = map;
    this.layers = [];
    this.features = [];
    this.panels = new Map();
    if (alone) return;
    const names = new MutationObserver(() => this._nameUploader());
    names.observe(host.document.body, { childList: true, subtree: true });
    window.addEventListener("pagehide", () => names.disconnect());
  }

  /** What the dialog's uploader is called for those who hear it: Streamlit does so in English, and as a presentation. */
  _nameUploader() {
    const zone = host.document.querySelector(".st-key-own-content [data-testid='stFileUploaderDropzone']");
    if (!zone || !this.map.words) return;
    zone.setAttribute("role", "group");
    for (const part of zone.querySelectorAll("input, button")) part.setAttribute("aria-label", this.map.words.choose_file);
  }

  /** Have those layers that the server describes, and no others; one that is new is brought into view. */
  async update(described) {
    const wanted = described.map(({ token }) => token).join();
    if (wanted === (this.wanted ?? "")) return;
    this.wanted = wanted;
    const fetched = await Promise.all(described.map((one) => this.layers.find(({ token }) => token === one.token) || this._fetch(one)));
    if (this.wanted !== wanted) return;
    this.layers = fetched.filter(Boolean);
    this.features = this.layers.flatMap(({ features }) => features);
    this.map.ownCame();
    const seen = (host.atlasOwnSeen ??= new Set());
    const fresh = this.layers.filter(({ token }) => !seen.has(token));
    for (const { token } of fresh) seen.add(token);
    if (fresh.length) this.map.frameBox(fresh.at(-1).around);
  }

  async _fetch(described) {
    const answer = await fetch(`${this.map.settings.own}${described.token}/columns.json`);
    if (!answer.ok) return null; // it was let go meanwhile; the server's next message says so
    const columns = await answer.json();
    const layer = { ...described, id: `${OWN}${described.number}`, on: true };
    layer.features = readColumns(columns, layer.id, -1).map((feature) => Object.assign(feature, {
      id: `${layer.id}:${feature.id}`,
      kind: described.kind,
      names: { name: columns.names[feature.id] },
      own: layer,
    }));
    layer.byId = Map.groupBy(layer.features, ({ id }) => id);
    layer.tree = new BoxTree(layer.features);
    layer.line = layer.features.some(({ line }) => line);
    layer.point = layer.features.some(({ point }) => point);
    const [west, south, east, north] = described.box;
    layer.around = boundsOf([[...project([west, north]), ...project([east, south])]]);
    return layer;
  }

  has(id) {
    return String(id).startsWith(OWN);
  }

  /** The pieces of an object. */
  of(id) {
    return this.has(id) ? this.layers.flatMap(({ byId }) => byId.get(id) || []) : [];
  }

  near(x, y, radius) {
    return this.layers.filter(({ on }) => on).flatMap(({ tree }) => tree.near(x, y, radius));
  }

  /** Show or hide some of them. */
  turn(on, layers = this.layers) {
    for (const layer of layers) layer.on = on;
  }

  /** The panel of an object as nodes; null if the server has none any more. */
  async panel(id, { lang }) {
    const [, number, object] = id.split(":");
    const layer = this.layers.find((one) => one.number === Number(number));
    if (!layer) return null;
    const path = `${layer.token}/panel/${lang}/${object}.html`;
    if (!this.panels.has(path)) {
      if (this.panels.size >= MOST_PANELS) this.panels.delete(this.panels.keys().next().value);
      const failed = () => void this.panels.delete(path); // the next time it is asked again
      this.panels.set(path, fetch(this.map.settings.own + path).then((answer) => (answer.ok ? answer.text() : failed()), failed));
    }
    const html = await this.panels.get(path);
    return html && parsed(html);
  }
}
