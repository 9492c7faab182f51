/* Canvas layers of the Leaflet map, and geometries as paths. */

/** One canvas of the map; `draw(context, scale)` is called with the context in Mercator coordinates. */
const CanvasLayer = L.Renderer.extend({
  initialize(draw, options) {
    this._draw = draw;
    this._held = options.held; // nothing is drawn before the map stands where it will be seen
    L.Renderer.prototype.initialize.call(this, options);
  },
  _initContainer() {
    this._container = element("canvas", { "aria-hidden": "true" });
    this._context = this._container.getContext("2d");
  },
  /** An empty picture takes as long to put on the screen as a full one. */
  hide(empty) {
    this._container.hidden = empty;
  },
  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const ratio = window.devicePixelRatio || 1;
    const size = this._bounds.getSize();
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    this.redraw();
  },
  redraw() {
    if (!this._map || !this._bounds || this._held()) return;
    const ratio = window.devicePixelRatio || 1;
    const scale = 256 * 2 ** this._map.getZoom();
    const pixel = this._map.getPixelOrigin().add(this._bounds.min);
    this.offset = { x: ORIGIN.x * scale - pixel.x, y: ORIGIN.y * scale - pixel.y };
    const context = this._context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this._container.width, this._container.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._draw(context, scale, this.offset, this._bounds.getSize());
  },
});

const inMercator = (context, scale, offset, draw) => {
  context.save();
  context.translate(offset.x, offset.y);
  context.scale(scale, scale);
  draw();
  context.restore();
};

const tracePath = (geometry) => {
  const path = new Path2D();
  const line = (positions, close) => {
    positions.forEach((position, index) => {
      const [x, y] = project(position);
      if (index) path.lineTo(x, y);
      else path.moveTo(x, y);
    });
    if (close) path.closePath();
  };
  const { type, coordinates } = geometry;
  if (type === "LineString") line(coordinates);
  else if (type === "MultiLineString") coordinates.forEach((part) => line(part));
  else if (type === "Polygon") coordinates.forEach((ring) => line(ring, true));
  else if (type === "MultiPolygon") coordinates.flat().forEach((ring) => line(ring, true));
  return path;
};

/** Flat positions as a path. */
const pathOf = (parts) => {
  const path = new Path2D();
  for (const part of parts) {
    path.moveTo(part[0], part[1]);
    for (let index = 2; index < part.length; index += 2) path.lineTo(part[index], part[index + 1]);
  }
  return path;
};

/** Leaflet's scale bar with nautical miles (1852 m) beside kilometres. */
const Scale = L.Control.Scale.extend({
  _addScales(options, className, container) {
    L.Control.Scale.prototype._addScales.call(this, options, className, container);
    this._nautical = L.DomUtil.create("div", className, container);
    this._unit = "M";
  },
  _updateScales(maxMeters) {
    L.Control.Scale.prototype._updateScales.call(this, maxMeters);
    const most = maxMeters / 1852;
    const round = most < 1 ? most : this._getRoundNum(most);
    this._updateScale(this._nautical, `${Number(round.toFixed(2))} ${this._unit}`, round / most);
  },
  setUnit(unit) {
    this._unit = unit;
    this._update();
  },
});
