/* A layer's columns as features, and an index of where they are. */

const NODE = 16; // boxes in a node of the index

/** Positions from an encoded polyline of differences; Mercator, flat: x, y, x, y, … */
const readPositions = (text, units) => {
  const at = new Float64Array(text.length); // as many numbers as letters at the most
  let count = 0;
  let x = 0;
  let y = 0;
  for (let index = 0; index < text.length; ) {
    let bits = 0;
    let number = 0;
    let letter;
    do {
      letter = text.charCodeAt(index++) - 63;
      number |= (letter & 31) << bits;
      bits += 5;
    } while (letter > 31);
    number = (number >>> 1) ^ -(number & 1);
    if (count % 2) at[count++] = (y += number) / units - ORIGIN.y;
    else at[count++] = (x += number) / units - ORIGIN.x;
  }
  return at.slice(0, count);
};

/** The features of a layer, as dashboard/map/columns.py writes them. */
const readColumns = (columns, layer, order) => {
  const { ids, geometries, lengths } = columns;
  const at = readPositions(columns.positions, columns.units);
  const offMap = new Set(columns.off_map);
  const steps = columns.steps.map(([from, status, promise]) => ({ from, status, promise, day: dayNumber(from) }));
  const changes = columns.changes[0].map((numbers) => numbers.map((number) => steps[number]));
  const value = (name, index) => columns[name][0][columns[name][1][index]];
  const features = new Array(ids.length);
  let length = 0;
  let from = 0;
  for (let index = 0; index < ids.length; index += 1) {
    const parts = [];
    if (geometries[index])
      for (let left = lengths[length++]; left > 0; left -= 1) {
        const to = from + 2 * lengths[length++];
        parts.push(at.subarray(from, to));
        from = to;
      }
    const drawn = !offMap.has(index);
    features[index] = {
      id: ids[index],
      index,
      layer,
      order,
      kind: value("kinds", index),
      theme: [layer],
      country: value("countries", index),
      owner: value("owners", index),
      stance: value("stances", index),
      topic: value("topics", index),
      drawn: value("drawn", index),
      members: columns.parts[index] || [],
      changes: changes[columns.changes[1][index]],
      line: geometries[index] >= 2, // an area by its outline
      area: geometries[index] === 3,
      point: geometries[index] === 1,
      at: geometries[index] === 1 && drawn ? parts[0] : null,
      parts: drawn ? parts : [],
      box: drawn && parts.length ? boundsOf(parts) : null,
    };
  }
  return features;
};

/** What features can be filtered by, each with the values that occur. */
const valuesOf = (columns) => {
  const occur = (name) => new Set(columns.flatMap((one) => one[name][0]).flat());
  return { country: occur("countries"), owner: occur("owners"), stance: occur("stances"), topic: occur("topics") };
};

const boundsOf = (parts) => {
  const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (const part of parts)
    for (let index = 0; index < part.length; index += 2) {
      const x = part[index];
      const y = part[index + 1];
      if (x < box.west) box.west = x;
      if (x > box.east) box.east = x;
      if (y < box.north) box.north = y;
      if (y > box.south) box.south = y;
    }
  return box;
};

/** Which features may pass near a position: their boxes in a tree, packed by sorting (sort-tile-recursive). */
class BoxTree {
  constructor(features) {
    const middle = (low, high) => (node) => node.box[low] + node.box[high];
    const byX = middle("west", "east");
    const byY = middle("north", "south");
    let nodes = features.map((feature) => ({ box: feature.box, feature }));
    do {
      const slices = Math.ceil(Math.sqrt(nodes.length / NODE)) || 1;
      const size = Math.ceil(nodes.length / slices);
      nodes.sort((a, b) => byX(a) - byX(b));
      const packed = [];
      for (let start = 0; start < nodes.length; start += size) {
        const slice = nodes.slice(start, start + size).sort((a, b) => byY(a) - byY(b));
        for (let first = 0; first < slice.length; first += NODE) {
          const children = slice.slice(first, first + NODE);
          const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
          for (const { box: inner } of children) {
            box.west = Math.min(box.west, inner.west);
            box.north = Math.min(box.north, inner.north);
            box.east = Math.max(box.east, inner.east);
            box.south = Math.max(box.south, inner.south);
          }
          packed.push({ box, children });
        }
      }
      nodes = packed;
    } while (nodes.length > 1);
    [this.root] = nodes;
  }

  near(x, y, radius) {
    const found = [];
    const visit = ({ box, children, feature }) => {
      if (x + radius < box.west || x - radius > box.east || y + radius < box.north || y - radius > box.south) return;
      if (feature) found.push(feature);
      else children.forEach(visit);
    };
    if (this.root) visit(this.root);
    return found;
  }
}

/** Whether a position is in an area, and in none of its holes. */
const inArea = (parts, x, y) => {
  let inside = false;
  for (const ring of parts)
    for (let index = 2; index < ring.length; index += 2) {
      const [x0, y0, x1, y1] = ring.slice(index - 2, index + 2);
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    }
  return inside;
};

const distanceTo = (parts, x, y) => {
  let nearest = Infinity;
  for (const part of parts) {
    if (part.length === 2) nearest = Math.min(nearest, Math.hypot(part[0] - x, part[1] - y));
    for (let index = 2; index < part.length; index += 2) {
      const x0 = part[index - 2];
      const y0 = part[index - 1];
      const dx = part[index] - x0;
      const dy = part[index + 1] - y0;
      const share = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(x0 + share * dx - x, y0 + share * dy - y));
    }
  }
  return nearest;
};
