/* Lines that share a course are drawn side by side. */

const SHARED = 1 / 6000; // lines nearer than this (about 5 km at 42° N) share a course
const STEP = 1 / 9000;
const MOST_POSITIONS = 60000;
const COINCIDENT = 1e-9; // beyond the errors of rounding

/** Positions at even distances along a line (flat: x, y, x, y, …), each with the line's direction there. */
const walk = (part) => {
  const course = [];
  for (let index = 2; index < part.length; index += 2) {
    const [x0, y0, x1, y1] = part.slice(index - 2, index + 2);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (!length) continue;
    const steps = Math.max(1, Math.ceil(length / STEP));
    const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
    for (let step = index === 2 ? 0 : 1; step <= steps; step += 1)
      course.push({ x: x0 + ((x1 - x0) * step) / steps, y: y0 + ((y1 - y0) * step) / steps, dx, dy, slot: 0 });
  }
  return course;
};

const smooth = (values, reach) =>
  values.map((_, index) => {
    const near = values.slice(Math.max(0, index - reach), index + reach + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });

/** Give each line a place beside the others along what it shares with them, on the side on which it runs.
 * Says whether there were few enough lines for it. */
const separate = (lines) => {
  if (lines.reduce((sum, line) => sum + line.parts.reduce((all, part) => all + part.length / 2, 0), 0) > MOST_POSITIONS) return false;
  const cells = new Map();
  lines.forEach((line, order) => {
    line.courses = line.parts.map(walk);
    for (const position of line.courses.flat()) {
      const key = `${Math.floor(position.x / SHARED)},${Math.floor(position.y / SHARED)}`;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push({ ...position, order });
    }
  });
  // for two lines, the earlier one first: how far to its right the later one runs, in all that they share
  const aside = lines.map(() => new Map());
  const add = (map, key, value) => map.set(key, (map.get(key) || 0) + value);
  lines.forEach((line, order) => {
    for (const position of line.courses.flat()) {
      position.sharing = new Map(); // other lines; below 0 where they run the other way
      const column = Math.floor(position.x / SHARED);
      const row = Math.floor(position.y / SHARED);
      for (let a = column - 1; a <= column + 1; a += 1)
        for (let b = row - 1; b <= row + 1; b += 1)
          for (const other of cells.get(`${a},${b}`) || []) {
            const cosine = other.dx * position.dx + other.dy * position.dy;
            const [x, y] = [other.x - position.x, other.y - position.y];
            if (other.order === order || Math.abs(cosine) <= 0.8 || Math.hypot(x, y) >= SHARED) continue;
            add(position.sharing, other.order, Math.sign(cosine));
            if (order < other.order) add(aside[order], other.order, y * position.dx - x * position.dy);
          }
    }
  });
  // lines on the very same course are told apart by their order
  const side = (one, later) => (aside[one].get(later) < -COINCIDENT ? -1 : 1);
  lines.forEach((line, order) => {
    for (const course of line.courses) {
      for (const position of course)
        for (const [other, same] of position.sharing)
          position.slot -= (order < other ? side(order, other) : side(other, order) * (same < 0 ? 1 : -1)) / 2;
      for (const key of ["slot", "dx", "dy"]) {
        const even = smooth(smooth(course.map((position) => position[key]), key === "slot" ? 8 : 2), key === "slot" ? 8 : 2);
        course.forEach((position, index) => (position[key] = even[index]));
      }
    }
  });
  for (const line of lines) line.shares = line.courses.some((course) => course.some((position) => Math.abs(position.slot) > 0.05));
  return true;
};

