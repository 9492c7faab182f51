/* Which features pass near a position, and how near. */

/** Which features pass near a position: a grid of cells, each with the features that touch it. */
class Grid {
  constructor(cell) {
    this.cell = cell;
    this.cells = new Map();
  }
  add(feature) {
    for (const part of feature.parts) {
      if (part.length === 1) this._put(part[0][0], part[0][1], feature);
      for (let index = 1; index < part.length; index += 1) {
        const [x0, y0] = part[index - 1];
        const [x1, y1] = part[index];
        const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / (this.cell / 2)));
        for (let step = 0; step <= steps; step += 1)
          this._put(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps, feature);
      }
    }
  }
  _put(x, y, feature) {
    const key = `${Math.floor(x / this.cell)},${Math.floor(y / this.cell)}`;
    const cell = this.cells.get(key);
    if (!cell) this.cells.set(key, [feature]);
    else if (cell[cell.length - 1] !== feature) cell.push(feature);
  }
  near(x, y, radius) {
    const found = new Set();
    for (let column = Math.floor((x - radius) / this.cell); column <= Math.floor((x + radius) / this.cell); column += 1)
      for (let row = Math.floor((y - radius) / this.cell); row <= Math.floor((y + radius) / this.cell); row += 1)
        for (const feature of this.cells.get(`${column},${row}`) || []) found.add(feature);
    return found;
  }
}

const distanceTo = (parts, x, y) => {
  let nearest = Infinity;
  for (const part of parts) {
    if (part.length === 1) nearest = Math.min(nearest, Math.hypot(part[0][0] - x, part[0][1] - y));
    for (let index = 1; index < part.length; index += 1) {
      const [x0, y0] = part[index - 1];
      const [x1, y1] = part[index];
      const dx = x1 - x0;
      const dy = y1 - y0;
      const share = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(x0 + share * dx - x, y0 + share * dy - y));
    }
  }
  return nearest;
};

